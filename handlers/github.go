package handlers

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// SourceGitHub is the source of the events that GitHub's webhooks become.
const SourceGitHub = "github"

// KindUnreadable is the kind of a delivery that is no JSON object.
const KindUnreadable = "unreadable"

// ErrUnreadable says that a payload is no JSON object. The append that comes with it keeps the bytes.
var ErrUnreadable = errors.New("the payload is no JSON object")

// GitHub reads the webhooks of a GitHub App
// (https://docs.github.com/en/webhooks/webhook-events-and-payloads).
type GitHub struct {
	// AppID is the App's own id. Its own check runs and suites make nothing due, unless somebody asks for them again.
	AppID int64
	// User is the id of the App's bot user, by which its own events are told; nil or 0: not known yet.
	User func() int64
	// Token is the name under which the log knows a person, as eventlog.DB.Token.
	Token func(ctx context.Context, id int64, login string) (string, error)
}

// Read says what a delivery means: event and delivery are its X-GitHub-Event and X-GitHub-Delivery. ErrUnreadable comes
// with an append that is to be written nevertheless; any other error is one of Token, and then nothing can be kept.
func (g GitHub) Read(ctx context.Context, event, delivery string, received time.Time, payload []byte) (eventlog.Append, error) {
	r := &reading{
		source: g, event: cmp.Or(word(event), "unknown"), received: received, facts: map[string]any{},
		out:  eventlog.Append{Delivery: delivery, Received: received, Raw: payload},
		told: eventlog.Event{Source: SourceGitHub, Kind: KindUnreadable},
	}
	doc, ok := parse(payload)
	if !ok {
		r.facts["event"] = r.event
		out, err := r.finish()
		return out, errors.Join(err, ErrUnreadable)
	}
	r.doc = doc
	r.read(ctx)
	out, err := r.finish()
	if err != nil {
		return eventlog.Append{}, fmt.Errorf("read %s: %w", r.told.Kind, err)
	}
	return out, nil
}

// reading is one payload being read.
type reading struct {
	source   GitHub
	event    string
	action   string
	received time.Time
	doc      object

	repo   int64 // id of the repository; 0: none
	own    bool  // our own bot did it
	told   eventlog.Event
	facts  map[string]any
	people people
	shows  rules.MustShow
	out    eventlog.Append
	err    error // the first that a person's token gave
}

func (r *reading) read(ctx context.Context) {
	r.action = word(r.doc.text("action"))
	r.told.Kind = r.event
	if r.action != "" {
		r.told.Kind += "." + r.action
	}
	r.repo = r.doc.id("repository.id")
	r.told.Repository, r.told.Installation = r.repo, r.doc.id("installation.id")
	r.sender(ctx)
	if r.repo != 0 {
		r.told.Subject = rules.RepoSubject(r.repo)
	}
	r.collect(ctx)
	if meaning, ok := meanings[r.event]; ok {
		meaning(r)
	} else {
		unknownEvent(r)
	}
	if !r.late() {
		r.register()
	}
}

// sender is who did it. Our own events wake a look and never count as a person's, hence the fact "own".
func (r *reading) sender(ctx context.Context) {
	id := r.doc.id("sender.id")
	if id == 0 {
		return
	}
	r.told.Actor = r.person(ctx, "sender")
	if r.source.User != nil && r.source.User() == id {
		r.own = true
		r.facts["own"] = true
	}
	if r.doc.text("sender.type") == "Bot" {
		r.facts["bot"] = true
	}
}

// person is the token of the account at path; empty where there is none.
func (r *reading) person(ctx context.Context, path string) string {
	return r.token(ctx, r.doc.id(path+".id"), r.doc.text(path+".login"))
}

// token is the name under which the log knows a person; empty for nobody.
func (r *reading) token(ctx context.Context, id int64, login string) string {
	if id == 0 || r.err != nil {
		return ""
	}
	token, err := r.source.Token(ctx, id, login)
	if err != nil {
		r.err = fmt.Errorf("token of user %d: %w", id, err)
	}
	return token
}

func (r *reading) finish() (eventlog.Append, error) {
	if r.err != nil {
		return eventlog.Append{}, r.err
	}
	facts, err := json.Marshal(r.facts)
	if err != nil {
		return eventlog.Append{}, fmt.Errorf("facts: %w", err)
	}
	if len(r.facts) > 0 {
		r.told.Facts = facts
	}
	if r.told.MustShow, err = r.demand(); err != nil {
		return eventlog.Append{}, fmt.Errorf("must show: %w", err)
	}
	r.out.Events = []eventlog.Event{r.told}
	return r.out, nil
}

// lagEnds is after how long every read of GitHub shows a change, generously, since clocks differ.
const lagEnds = 5 * time.Minute

// late says that a delivery comes long after what it tells of.
func (r *reading) late() bool { return !r.told.At.IsZero() && r.received.Sub(r.told.At) > lagEnds }

// demand is what must be visible; nil for nothing. A delivery that comes late, asked for again after an outage, demands
// nothing: what it told is long visible, or no longer so.
func (r *reading) demand() (json.RawMessage, error) {
	if r.late() {
		return nil, nil
	}
	doc, err := json.Marshal(r.shows)
	if string(doc) == "{}" {
		doc = nil
	}
	return doc, err
}

// about says what the event is about.
func (r *reading) about(s rules.Subject) { r.told.Subject = s }

// happened says when, unless that is unknown or in the future.
func (r *reading) happened(at time.Time) {
	if !at.After(r.received) {
		r.told.At = at
	}
}

// mark makes s due, since these facts may have changed.
func (r *reading) mark(s rules.Subject, facts ...rules.Fact) {
	r.out.Marks = append(r.out.Marks, eventlog.Mark{Subject: s, Touches: names(facts)})
}

// markHead makes the pull requests due whose head is the commit.
func (r *reading) markHead(sha string, facts ...rules.Fact) {
	r.out.Marks = append(r.out.Marks, eventlog.Mark{Head: &eventlog.Head{Repo: r.repo, SHA: sha}, Touches: names(facts)})
}

// markRepo makes the repository due, if the payload is about one.
func (r *reading) markRepo(facts ...rules.Fact) {
	if r.repo != 0 {
		r.mark(rules.RepoSubject(r.repo), facts...)
	}
}

// head remembers that a commit is the head of a pull request.
func (r *reading) head(sha string, number int) {
	if sha != "" && number > 0 {
		r.out.Heads = append(r.out.Heads, eventlog.HeadOf{Repo: r.repo, SHA: sha, Number: number})
	}
}

func names(facts []rules.Fact) []string {
	out := make([]string, len(facts))
	for i, f := range facts {
		out[i] = string(f)
	}
	return out
}
