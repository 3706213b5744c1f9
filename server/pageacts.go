package server

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
)

// actView is one act in words: "merged acme/api#41 into main (squash)".
type actView struct {
	Kind     string
	ID       string // in addresses
	Outcome  ledger.Outcome
	State    rules.State
	At       moment
	Intended moment // zero: not known
	Verb     string // what was done
	Name     string // to what
	Path     string // its page
	Rest     string
}

// verbs are the kinds of acts in words: done, being done, only observed, and tried.
var verbs = map[string]struct{ done, doing, would, tried string }{
	rules.KindMerge:    {"merged", "is merging", "would merge", "tried to merge"},
	rules.KindUpdate:   {"updated", "is updating", "would update", "tried to update"},
	rules.KindEnqueue:  {"queued", "is queueing", "would queue", "tried to queue"},
	rules.KindDequeue:  {"took out", "is taking out", "would take out", "tried to take out"},
	rules.KindRequest:  {"asked", "is asking", "would ask", "tried to ask"},
	rules.KindOpen:     {"proposed", "is proposing", "would propose", "tried to propose"},
	rules.KindMove:     {"moved", "is moving", "would move", "tried to move"},
	rules.KindDelete:   {"deleted the branch of", "is deleting the branch of", "would delete the branch of", "tried to delete the branch of"},
	rules.KindRetarget: {"pointed elsewhere what merges into", "is pointing elsewhere what merges into", "would point elsewhere what merges into", "tried to point elsewhere what merges into"},
	rules.KindIssue:    {"opened an issue about", "is opening an issue about", "would open an issue about", "tried to open an issue about"},
	rules.KindReport:   {"reported on", "is reporting on", "would report on", "tried to report on"},
	rules.KindComment:  {"commented on", "is commenting on", "would comment on", "tried to comment on"},
}

// between joins a pull request and its base in a sentence about an act.
var between = map[string]string{
	rules.KindMerge: " into ", rules.KindUpdate: " with ", rules.KindEnqueue: " for ", rules.KindDequeue: " of the queue for ",
}

// outcomeWords say to people how an act ended. What was seen on GitHub is done, and nothing else is.
var outcomeWords = map[ledger.Outcome]string{
	ledger.Seen: "done", ledger.UnderWay: "under way", ledger.Observed: "only observed", ledger.Refused: "refused", ledger.Absent: "did not happen",
}

// Word is the outcome as people read it.
func (v actView) Word() string { return outcomeWords[v.Outcome] }

// action is what any act's data may say.
type action struct {
	Number  int            `json:"number"`
	Base    string         `json:"base"`
	BaseRef string         `json:"base_ref"`
	Method  string         `json:"method"`
	People  []rules.Person `json:"people"`
	Teams   []string       `json:"teams"`
	Package string         `json:"package"`
	Version string         `json:"version"`
	Result  string         `json:"conclusion"`
}

// sayActs puts acts into words.
func (p *Pages) sayActs(ctx context.Context, acts []ledger.Act) ([]actView, error) {
	names := p.Ledger.Names(ctx)
	var views []actView
	for _, a := range acts {
		v, err := p.sayAct(ctx, a, names)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	return views, nil
}

func (p *Pages) sayAct(ctx context.Context, a ledger.Act, names rules.Names) (actView, error) {
	told, did, intended, err := p.actData(ctx, a)
	if err != nil {
		return actView{}, err
	}
	v := actView{Kind: a.Kind, ID: anchor(a.Kind, a.Subject, cmp.Or(a.Intent, a.Seq)), Outcome: a.Outcome, At: p.moment(a.At), Intended: intended}
	repo, known, err := p.Ledger.Repository(ctx, a.Repository)
	if err != nil {
		return v, err
	}
	if !known {
		repo.Owner, repo.Name = "repository", fmt.Sprint(a.Repository)
	}
	words := verbs[a.Kind]
	switch a.Outcome {
	case ledger.Seen:
		v.Verb, v.State = words.done, rules.Done
	case ledger.UnderWay:
		v.Verb, v.State = words.doing, rules.Waiting
	case ledger.Observed:
		v.Verb, v.State = words.would, rules.Off
	default:
		v.Verb, v.State = words.tried, rules.Stopped
	}
	if err := p.sayObject(ctx, &v, a, did, repo); err != nil {
		return v, err
	}
	if a.Kind == rules.KindRequest {
		v.Verb += sayPeople(told, did, names) + " for a review of"
	}
	v.Rest += sayFailure(a, told)
	return v, nil
}

// anchor names a row in addresses, for ever. The log's own numbers are not shown: they tell how much happens elsewhere.
func anchor(kind string, about rules.Subject, number int64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d", kind, about, number))
	return kind + "-" + hex.EncodeToString(sum[:5])
}

// actData reads what the log says of an act: the newest event, and the intent, which alone has the whole action.
func (p *Pages) actData(ctx context.Context, a ledger.Act) (told rules.Act, did action, intended moment, err error) {
	for _, seq := range []int64{a.Intent, a.Seq} {
		e, ok, err := p.Ledger.Event(ctx, seq)
		if err != nil {
			return told, did, intended, err
		}
		if !ok {
			continue
		}
		var act rules.Act
		if err := json.Unmarshal(e.Facts, &act); err != nil {
			return told, did, intended, fmt.Errorf("act at %d: %w", seq, err)
		}
		if len(act.Action) > 0 {
			if err := json.Unmarshal(act.Action, &did); err != nil {
				return told, did, intended, fmt.Errorf("action at %d: %w", seq, err)
			}
		}
		if at := strings.LastIndex(act.Key, "@"); at > 0 && did.Package == "" {
			did.Package, did.Version = act.Key[:at], act.Key[at+1:] // what is only observed has no more than its key
		}
		if e.Kind == rules.EventIntended {
			intended = p.moment(e.At)
		}
		told = act
	}
	return told, did, intended, nil
}

// sayObject says what an act is about, and where.
func (p *Pages) sayObject(ctx context.Context, v *actView, a ledger.Act, did action, repo ledger.Repository) error {
	n := a.Subject.Number()
	switch a.Kind {
	case rules.KindOpen:
		v.Verb += " " + did.Package + " " + did.Version + " in"
		v.Name, v.Path = repo.FullName(), repoPath(repo)
		way, known, err := p.Ledger.Proposed(ctx, a.Subject)
		if known && way.Number > 0 {
			v.Name, v.Path = fmt.Sprintf("%s#%d", repo.FullName(), way.Number), pullPath(repo, way.Number)
		}
		return err
	case rules.KindMove:
		n = did.Number
		v.Rest = " to " + did.Package + " " + did.Version
	case rules.KindMerge, rules.KindUpdate, rules.KindEnqueue, rules.KindDequeue:
		pull, known, err := p.Ledger.PullRequest(ctx, a.Subject.RepoID(), n)
		if err != nil {
			return err
		}
		if known && pull.Base != "" {
			v.Rest = between[a.Kind] + pull.Base
		}
		if did.Method != "" {
			v.Rest += " (" + did.Method + ")"
		}
	case rules.KindReport:
		if did.Result != "" {
			v.Rest = ": " + did.Result
		}
	}
	v.Name, v.Path = fmt.Sprintf("%s#%d", repo.FullName(), n), pullPath(repo, n)
	return nil
}

// sayPeople names who was asked: " bo and cy", or nothing if nobody is known any more.
func sayPeople(told rules.Act, did action, names rules.Names) string {
	tokens := told.Asked
	if len(tokens) == 0 {
		for _, person := range did.People {
			tokens = append(tokens, person.Token)
		}
	}
	if len(tokens)+len(did.Teams) == 0 {
		tokens = strings.Fields(told.Key) // what is only observed has no more than its key
	}
	asked := append([]string{}, did.Teams...)
	for _, token := range tokens {
		name := names.Login(token)
		if strings.Contains(token, "/") {
			name = token // a team
		} else if name == "" {
			name = "somebody"
		}
		asked = append(asked, name)
	}
	if len(asked) == 0 {
		return ""
	}
	return " " + join(asked)
}

func sayFailure(a ledger.Act, told rules.Act) string {
	switch a.Outcome {
	case ledger.Refused:
		text := "; GitHub refused"
		if told.Status != 0 {
			text += fmt.Sprintf(" (%d)", told.Status)
		}
		if told.Why != "" {
			text += ": " + told.Why
		}
		return text
	case ledger.Absent:
		return "; it did not happen, and is tried again"
	}
	return ""
}
