package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// look is one look at one subject.
type look struct {
	*Engine
	claim eventlog.Claim
	seen  int64 // log number read before the load
	repo  RepoInfo
	app   rules.App

	memories map[rules.Subject]*memory
	eventsOf map[rules.Subject]readEvents // of GitHub's, as far as they were read
	pending  eventlog.Append              // events and marks that go with the next write
	again    time.Time                    // the soonest time that anybody asked for
	slots    []slot                       // for acts that were decided on and not sent
	part     bool                         // of a base: others told of the first in line, and not of as many as are loaded
}

// memory is a subject's memory as it was stored, and as this look has changed it since.
type memory struct {
	*rules.Memory
	stored eventlog.Memory
	newer  bool // than what the log has stored: events were folded in
}

// look looks at the subject of a claim. Whatever goes wrong, the subject stays due.
func (e *Engine) look(ctx context.Context, c eventlog.Claim) {
	l := &look{Engine: e, claim: c, memories: map[rules.Subject]*memory{}, eventsOf: map[rules.Subject]readEvents{}}
	err := l.run(ctx)
	e.weather.note(e.Now(), err, e.GitHub.Vitals(), e.workers())
	e.Meters.Look(c.Subject.Kind(), outcomeOf(err))
	if err == nil {
		e.failures.Delete(c.Subject)
		return
	}
	if err := e.later(ctx, c, err); err != nil && !errors.Is(err, eventlog.ErrFence) {
		e.Logger.Error().Err(err).Str("subject", string(c.Subject)).Msg("the look cannot be ended; its lease runs out")
	}
}

// outcomeOf is how a look ended, as a code.
func outcomeOf(err error) string {
	var stale errStale
	var limited *github.LimitedError
	switch {
	case err == nil:
		return "done"
	case errors.As(err, &stale):
		return "stale"
	case errors.As(err, &limited):
		return "limited"
	case errors.Is(err, github.ErrGone):
		return "gone"
	case errors.Is(err, eventlog.ErrFence):
		return "fenced"
	}
	return "failed"
}

func (l *look) run(ctx context.Context) error {
	var err error
	if l.seen, err = l.Log.Head(ctx); err != nil {
		return err
	}
	if l.app, err = l.GitHub.App(ctx); err != nil {
		return err
	}
	if l.claim.Subject.Kind() == rules.KindInstall {
		return l.installationLook(ctx)
	}
	known := false
	if l.repo, known, err = l.repository(ctx, l.claim.Subject.RepoID()); err != nil {
		return err
	}
	if !known || l.repo.Gone {
		return l.away(ctx)
	}
	if l.repo.Suspended {
		return l.Log.Release(ctx, l.claim, l.Now().Add(suspendedAgain))
	}
	if ended, err := l.unslotted(ctx); ended || err != nil {
		return err
	}
	if found(l.claim) {
		ctx = github.Spare(ctx)
	}
	return l.goneOrStale(ctx, l.subject(ctx))
}

// away ends a look at a repository that is not ours to see. A base in whose line somebody stands stays due: when the repository
// comes back, those who stand there may have nothing new to tell it.
func (l *look) away(ctx context.Context) error {
	if l.claim.Subject.Kind() == rules.KindBase {
		m, err := l.memory(ctx, l.claim.Subject)
		if err != nil {
			return err
		}
		if len(m.Line) > 0 {
			l.soon(l.Now().Add(suspendedAgain))
		}
	}
	return l.finish(ctx, goneWaits)
}

// goneWaits are what wakes a subject that is gone: whatever says that it is there again.
var goneWaits = rules.WaitsFor(rules.FactLine)

// subject looks at the claim's subject, by its kind.
func (l *look) subject(ctx context.Context) error {
	switch l.claim.Subject.Kind() {
	case rules.KindPR:
		return l.pullRequest(ctx)
	case rules.KindBase:
		return l.base(ctx)
	case rules.KindRelease:
		return l.release(ctx)
	case rules.KindRepo:
		return l.repositoryLook(ctx)
	}
	return fmt.Errorf("look at %s: no such kind of subject", l.claim.Subject)
}

// later sets the subject due again after an error, each kind of which has a path of its own.
func (e *Engine) later(ctx context.Context, c eventlog.Claim, err error) error {
	var stale errStale
	var limited *github.LimitedError
	now := e.Now()
	switch {
	case errors.Is(err, eventlog.ErrFence):
		return nil // somebody else looks
	case errors.As(err, &stale):
		return e.Log.Release(ctx, c, stale.until)
	case errors.As(err, &limited):
		e.Logger.Warn().Str("subject", string(c.Subject)).Time("until", limited.Until).Msg("GitHub's limit; looking again then")
		return e.Log.Release(ctx, c, limited.Until)
	case errors.Is(err, github.ErrGone):
		e.Logger.Info().Str("subject", string(c.Subject)).Msg("gone, or no longer ours to see")
		return e.Log.Finish(ctx, c, eventlog.Finish{Waits: goneWaits, Again: e.goneAgain(c.Subject, now)})
	}
	at := now.Add(backoff(e.failed(c.Subject), string(c.Subject)))
	e.Logger.Warn().Err(err).Str("subject", string(c.Subject)).Time("again", at).Msg("looking again later")
	return e.Log.Release(ctx, c, at)
}

// failed counts a failure, and says how many there were before it in a row.
func (e *Engine) failed(s rules.Subject) int {
	times, _ := e.failures.LoadOrStore(s, 0)
	e.failures.Store(s, times.(int)+1)
	return times.(int)
}

// believed is when GitHub is asked again about what it says is not there. It says so of what is there, too, on bad days and
// while a permission is being changed; after the last time only an event or a sweep leads to a look.
var believed = []time.Duration{time.Minute, 10 * time.Minute, time.Hour}

// goneAgain is when to ask again about a subject that is gone; zero: it is.
func (e *Engine) goneAgain(s rules.Subject, now time.Time) time.Time {
	if times := e.failed(s); times < len(believed) {
		return now.Add(believed[times])
	}
	e.failures.Delete(s)
	return time.Time{}
}

// backoff is 1, 2, 4 … 300 s, up to a fifth more by the name, so that a crowd does not come back at once.
func backoff(times int, name string) time.Duration {
	d := min(300*time.Second, time.Second<<min(times, 9))
	hash := fnv.New32a()
	fmt.Fprintf(hash, "%s %d", name, times)
	return d + d*time.Duration(hash.Sum32()%200)/1000
}

func (l *look) ref() github.RepoRef { return l.repo.Ref() }

// memory gives what is remembered of a subject, with this look's own events folded in.
func (l *look) memory(ctx context.Context, s rules.Subject) (*memory, error) {
	if m, ok := l.memories[s]; ok {
		return m, nil
	}
	folded, was, seq, err := recall(ctx, l.Log, s)
	if err != nil {
		return nil, err
	}
	doc, err := json.Marshal(folded)
	if err != nil {
		return nil, err
	}
	m := &memory{Memory: folded, stored: eventlog.Memory{Doc: doc, Seq: seq}, newer: seq > was}
	l.memories[s] = m
	return m, nil
}

// Recall gives what is remembered of a subject: the memory as it was stored, with our own events since then folded in, and the
// log number of the last of them.
func Recall(ctx context.Context, log *eventlog.DB, s rules.Subject) (*rules.Memory, int64, error) {
	m, _, seq, err := recall(ctx, log, s)
	return m, seq, err
}

// recall is Recall that also gives the log number up to which the memory was stored.
func recall(ctx context.Context, log *eventlog.DB, s rules.Subject) (m *rules.Memory, was, seq int64, err error) {
	stored, err := log.Memory(ctx, s)
	if err != nil {
		return nil, 0, 0, err
	}
	m = &rules.Memory{}
	if len(stored.Doc) > 0 {
		if err := json.Unmarshal(stored.Doc, m); err != nil {
			return nil, 0, 0, fmt.Errorf("memory of %s: %w", s, err)
		}
	}
	const page = 200
	for seq = stored.Seq; ; {
		events, err := log.Events(ctx, eventlog.Query{After: seq, Subject: s, Source: source, Limit: page})
		if err != nil {
			return nil, 0, 0, err
		}
		for _, ev := range events {
			if err := m.Fold(ev.Seq, ev.At, ev.Kind, ev.Facts); err != nil {
				return nil, 0, 0, err
			}
			seq = ev.Seq
		}
		if len(events) < page {
			return m, stored.Seq, seq, nil
		}
	}
}

// source is the source of our own events.
const source = "pitcrew"

// emit writes one of our own events with the next write of this look, and folds it into the memory at once.
func (l *look) emit(ctx context.Context, s rules.Subject, kind string, facts any) error {
	m, err := l.memory(ctx, s)
	if err != nil {
		return err
	}
	doc, err := json.Marshal(facts)
	if err != nil {
		return err
	}
	now := l.Now()
	l.pending.Events = append(l.pending.Events, eventlog.Event{At: now, Source: source, Kind: kind, Installation: l.repo.Installation, Repository: s.RepoID(), Subject: s, Facts: doc})
	return m.Fold(l.seen+1, now, kind, doc)
}

// mark makes another subject due with the next write of this look.
func (l *look) mark(s rules.Subject, fact rules.Fact) {
	l.pending.Marks = append(l.pending.Marks, eventlog.Mark{Subject: s, Touches: []string{string(fact)}})
}

// note writes what is pending now: an intent must be on disk before its act is sent.
func (l *look) note(ctx context.Context) error {
	a := l.pending
	l.pending = eventlog.Append{}
	return l.Log.Note(ctx, l.claim, a)
}

// soon asks for another look by t.
func (l *look) soon(t time.Time) {
	if !t.IsZero() && (l.again.IsZero() || t.Before(l.again)) {
		l.again = t
	}
}

// breath is how long a pull request is left alone about which something came while it was looked at: in a storm of events looks
// would follow each other for as long as it lasts.
const breath = 500 * time.Millisecond

// finish ends the look.
func (l *look) finish(ctx context.Context, waits []string) error {
	left := l.left(waits)
	f := eventlog.Finish{Append: l.pending, Seen: l.seen, Waits: waits, Again: left.next()}
	if l.claim.Subject.Kind() == rules.KindPR {
		f.Rest = l.Now().Add(breath)
	}
	f.Memory = map[rules.Subject]eventlog.Memory{}
	for s, m := range l.memories {
		if m.newer {
			f.Memory[s] = m.stored
		}
	}
	if err := l.Log.Finish(ctx, l.claim, f); err != nil {
		return err
	}
	if len(left.slots) > 0 {
		l.Engine.slots.put(l.claim.Subject, left)
	}
	return nil
}

// left is what this look leaves for the next one.
func (l *look) left(waits []string) waiting {
	return waiting{seq: l.claim.Seq, slots: l.slots, again: l.again, waits: waits}
}

// decide asks the rules, loads what they need to know of people and teams, and asks once more.
func (l *look) decide(ctx context.Context, s *rules.Snapshot) ([]rules.Verdict, error) {
	for range 3 {
		verdicts := rules.Decide(l.Rules, s)
		var need rules.Need
		for _, v := range verdicts {
			need.Logins = append(need.Logins, v.Need.Logins...)
			need.Teams = append(need.Teams, v.Need.Teams...)
			need.Roles = append(need.Roles, v.Need.Roles...)
		}
		if need.Empty() {
			return verdicts, nil
		}
		if err := l.GitHub.Need(ctx, l.ref(), s, need); err != nil {
			return nil, err
		}
		if err := l.tokens(ctx, s); err != nil {
			return nil, err
		}
	}
	return nil, errors.New("the rules ask for people again and again")
}

// door gives the way out for this repository: where it is only observed, one that writes nothing.
func (l *look) door(s *rules.Snapshot) github.Writer {
	switch {
	case l.Observe == config.ObserveYes || s.Config.Observe == config.ObserveYes:
		return github.Watching{Writer: l.GitHub}
	case l.Observe == config.ObserveCheck || s.Config.Observe == config.ObserveCheck:
		return github.Watching{Writer: l.GitHub, Check: true}
	}
	return l.GitHub
}

// observes says whether acts of this kind are only taken note of in this repository.
func (l *look) observes(s *rules.Snapshot, kind string) bool {
	watching, ok := l.door(s).(github.Watching)
	return ok && (kind != rules.KindReport || !watching.Check)
}
