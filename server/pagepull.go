package server

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
)

// pullView is a pull request as its page and the API say it.
type pullView struct {
	Repo      ledger.Repository
	Number    int
	Name      string // owner/repo#n
	GitHub    string // its address there
	State     string
	Base      string
	LinePath  string
	Head      string
	Verdict   rules.State
	Headline  string
	Sentence  string
	Ended     moment
	Looked    moment
	Since     moment
	Position  int
	Lands     string // when, as far as it can be foretold
	Place     []reasonView
	Then      string // what comes once nothing is in the way
	Answers   []answerView
	Acts      []actView
	Happened  []eventView
	Next      string
	Carries   ledger.Propagation
	CarriesOf string // the repository that was released
}

// answerView is what one chore says.
type answerView struct {
	Rule    string
	State   rules.State
	Because []reasonView
	Asked   []rules.Condition
	Unkept  int // how many more conditions were asked, which the log does not hold
}

// reasonView is one reason, drawn.
type reasonView struct {
	Code     rules.Code
	State    rules.State
	Sentence string
	Clears   string
	By       string
	Where    string
}

// eventView is one event of the log about the subject.
type eventView struct {
	ID   string // in addresses
	At   moment
	What string
}

func (p *Pages) pull(w http.ResponseWriter, r *http.Request) error {
	v, err := p.readPull(r)
	if err != nil {
		return err
	}
	live := "/events?subject=" + string(rules.PRSubject(v.Repo.ID, v.Number))
	if len(v.Happened) > 0 {
		live += "&after=" + v.Happened[0].ID
	}
	return render(w, http.StatusOK, "pull", sheet{Title: v.Name, Live: live, Refresh: v.State == ledger.StateOpen, Body: v})
}

// readPull gathers all that is known of the pull request of an address.
func (p *Pages) readPull(r *http.Request) (pullView, error) {
	repo, err := p.named(r)
	if err != nil {
		return pullView{}, err
	}
	n := number(r.PathValue("number"))
	pull, ok, err := p.Ledger.PullRequest(r.Context(), repo.ID, n)
	if err != nil {
		return pullView{}, err
	}
	if !ok {
		return pullView{}, notFound(fmt.Sprintf("pitcrew has not heard of %s#%s.", repo.FullName(), r.PathValue("number")))
	}
	v := pullView{Repo: repo, Number: n, Name: fmt.Sprintf("%s#%d", repo.FullName(), n), State: pull.State, Base: pull.Base,
		GitHub: fmt.Sprintf("%s/%s/pull/%d", strings.TrimSuffix(p.WebURL, "/"), repo.FullName(), n),
		Ended:  p.moment(pull.Ended), Looked: p.moment(pull.Looked), Since: p.moment(pull.Since)}
	if pull.Base != "" {
		v.LinePath = linePath(repo, pull.Base)
	}
	steps := []func(context.Context, *pullView, ledger.Pull) error{p.readAnswers, p.readPlace, p.readCarried, p.readActs, p.readNext}
	for _, step := range steps {
		if err := step(r.Context(), &v, pull); err != nil {
			return v, fmt.Errorf("read %s: %w", v.Name, err)
		}
	}
	return v, nil
}

// readAnswers draws the tree of reasons, and the sentence that stands above it.
func (p *Pages) readAnswers(ctx context.Context, v *pullView, pull ledger.Pull) error {
	decided, err := p.Ledger.Decided(ctx, pull)
	if err != nil {
		return err
	}
	names := p.Ledger.Names(ctx)
	v.Head = decided.Head
	for _, a := range decided.Answers {
		v.Answers = append(v.Answers, drawAnswer(a, names))
	}
	sum := pull.Summary(decided.Answers, names)
	v.Verdict, v.Headline, v.Sentence, v.Then = sum.State, sum.Title, sum.Sentence, rules.Then(decided.Answers)
	return nil
}

func drawAnswer(a rules.Answer, names rules.Names) answerView {
	v := answerView{Rule: a.Rule, State: rules.StateOf(a.Because), Asked: a.Asked, Unkept: a.Unkept}
	for _, r := range a.Because {
		v.Because = append(v.Because, drawReason(r, names))
	}
	return v
}

func drawReason(r rules.Reason, names rules.Names) reasonView {
	v := reasonView{Code: r.Code, State: r.State, Sentence: r.Sentence(names), Where: r.Where}
	if r.Blocks() {
		v.Clears, v.By = r.Clears(names), r.By(names)
	}
	return v
}

// readPlace says where it stands in the line of its base, and why it does not land now by the base's word.
func (p *Pages) readPlace(ctx context.Context, v *pullView, pull ledger.Pull) error {
	if pull.Stand != rules.InLine || pull.State != ledger.StateOpen {
		return nil
	}
	line, err := ReadLine(ctx, p.Log, v.Repo, pull.Base, p.clock())
	if err != nil {
		return err
	}
	if v.Position = line.Position(pull.Number); v.Position > 0 {
		v.Lands = line.Lands(pull.Number, p.clock())
	}
	place, err := p.Ledger.Place(ctx, pull)
	names := p.Ledger.Names(ctx)
	for _, r := range place.Because {
		v.Place = append(v.Place, drawReason(r, names))
	}
	return err
}

// readActs says what was done and what happened, newest first.
func (p *Pages) readActs(ctx context.Context, v *pullView, pull ledger.Pull) error {
	acts, err := p.Ledger.ActsOn(ctx, pull.Subject())
	if err != nil {
		return err
	}
	if v.Carries.Subject != "" { // it was opened before it had a number
		opening, err := p.Ledger.ActsOn(ctx, v.Carries.Subject)
		if err != nil {
			return err
		}
		acts = append(acts, opening...)
	}
	if v.Acts, err = p.sayActs(ctx, acts); err != nil {
		return err
	}
	events, err := p.Ledger.Timeline(ctx, pull.Subject(), 0)
	names := p.Ledger.Names(ctx)
	for _, e := range events {
		v.Happened = append(v.Happened, eventView{markEvent(e), p.moment(e.At), sayEvent(e, names)})
	}
	return err
}

// sayEvent is an event in words: its kind as GitHub writes it, and whose it is.
func sayEvent(e eventlog.Event, names rules.Names) string {
	kind, act, _ := strings.Cut(e.Kind, ".")
	text := strings.ReplaceAll(strings.TrimSpace(kind+" "+act), "_", " ")
	if e.Source == "pitcrew" {
		return "pitcrew: " + text
	}
	if who := names.Login(e.Actor); e.Actor != "" && who != "" {
		text += " by " + who
	}
	return text
}

// readNext says when and why it is looked at again.
func (p *Pages) readNext(ctx context.Context, v *pullView, pull ledger.Pull) error {
	standing, err := p.Log.Standing(ctx, pull.Subject())
	if err != nil {
		return err
	}
	v.Next = SayNext(standing, p.clock())
	return nil
}

// readCarried says which release it takes in, if that is what it is for.
func (p *Pages) readCarried(ctx context.Context, v *pullView, pull ledger.Pull) error {
	carries, ok, err := p.Ledger.PropagationOf(ctx, pull.Repository, pull.Number)
	if err != nil || !ok {
		return err
	}
	source, known, err := p.Ledger.Repository(ctx, carries.Source)
	v.Carries = carries
	if known {
		v.CarriesOf = source.FullName()
	}
	return err
}
