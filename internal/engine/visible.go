package engine

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// mustShowFor is how long an event's word counts against GitHub's reads; after that what GitHub says is the truth.
const mustShowFor = 60 * time.Second

// retries are when a subject whose reads lag behind its events is loaded again, counted from the newest of them.
var retries = []time.Duration{2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second, mustShowFor}

// errStale says that the snapshot does not yet show what an event said.
type errStale struct{ until time.Time }

func (e errStale) Error() string { return "GitHub does not show yet what its webhook said" }

// visible fails with errStale while the snapshot does not show what the newest events said. At a base the events
// about each pull request that was loaded count as well: a label that stops a merge must not be missed because it is the base's
// turn.
func (l *look) visible(ctx context.Context, s *rules.Snapshot) error {
	must, newest, err := l.told(ctx, s.Now, l.claim.Subject)
	if err != nil {
		return err
	}
	shown := newest.IsZero() || must.ShownBy(s)
	if shown && s.Base != nil {
		for _, p := range s.Base.Line {
			if newest, err = l.unshown(ctx, s, p); err != nil {
				return err
			}
			if shown = newest.IsZero(); !shown {
				break
			}
		}
	}
	if shown {
		if newest, err = l.misruled(ctx, s); err != nil || newest.IsZero() {
			return err
		}
	}
	return staleSince(newest, s.Now)
}

// unshown is when the newest event came whose word the snapshot does not show of a pull request in the line; zero: it shows all.
func (l *look) unshown(ctx context.Context, s *rules.Snapshot, p *rules.PR) (time.Time, error) {
	subject := rules.PRSubject(s.Repo.ID, p.Number)
	must, newest, err := l.told(ctx, s.Now, subject)
	if err != nil || newest.IsZero() || must.ShownIn(p) && must.ShownOf(s.Repo) {
		return time.Time{}, err
	}
	return newest, nil
}

// misruled is when the push came by which other files govern what is decided here, which the snapshot does not show; zero: it does.
func (l *look) misruled(ctx context.Context, s *rules.Snapshot) (time.Time, error) {
	for _, source := range s.Sources() {
		must, newest, err := l.told(ctx, s.Now, rules.BaseSubject(source.Repo, source.Ref))
		if err != nil || must.Rules && must.Tip != source.Tip {
			return newest, err
		}
	}
	return time.Time{}, nil
}

// goneOrStale takes nothing for gone that an event has just told of: reads that lag do not know it yet.
func (l *look) goneOrStale(ctx context.Context, gone error) error {
	if !errors.Is(gone, github.ErrGone) {
		return gone
	}
	now := l.Now()
	_, newest, err := l.told(ctx, now, l.claim.Subject)
	if err != nil || newest.IsZero() {
		return errors.Join(gone, err)
	}
	if stale := staleSince(newest, now); stale != nil {
		return stale
	}
	return gone
}

// staleSince is errStale with the next try, or nil when GitHub had its time.
func staleSince(newest, now time.Time) error {
	for _, after := range retries {
		if at := newest.Add(after); at.After(now) {
			return errStale{until: at}
		}
	}
	return nil
}

// told joins what the events about a subject said that GitHub shows by now, those that an earlier look has seen as well: of two
// reads the later one may be the older. newest is when the last of them came; zero: there were none, or they were too long ago.
func (l *look) told(ctx context.Context, now time.Time, subject rules.Subject) (must rules.MustShow, newest time.Time, err error) {
	subjects := []rules.Subject{subject}
	if subject.Kind() == rules.KindPR {
		// statuses, and checks of several pull requests, are events about the repository; they name a commit
		subjects = append(subjects, rules.RepoSubject(subject.RepoID()))
	}
	var all []rules.MustShow
	for _, subject := range subjects {
		events, err := l.recent(ctx, now, subject)
		if err != nil {
			return rules.MustShow{}, time.Time{}, err
		}
		for _, ev := range events {
			if len(ev.MustShow) == 0 || now.Sub(ev.Received) > mustShowFor {
				continue
			}
			var one rules.MustShow
			if err := json.Unmarshal(ev.MustShow, &one); err != nil {
				return rules.MustShow{}, time.Time{}, err
			}
			all = append(all, one)
			if ev.Received.After(newest) {
				newest = ev.Received
			}
		}
	}
	return rules.Together(all), newest, nil
}

// recentPage is how many events are read at a time.
const recentPage = 200

// recent gives GitHub's events about a subject, oldest first, as far back as their word counts. What this look has read it does not
// read again, only what came since.
func (l *look) recent(ctx context.Context, now time.Time, subject rules.Subject) ([]eventlog.Event, error) {
	known, again := l.eventsOf[subject]
	q := eventlog.Query{Subject: subject, Source: "github", Desc: true, Limit: recentPage, After: known.upTo}
	var newer []eventlog.Event
	for {
		page, err := l.Log.Events(ctx, q)
		if err != nil {
			return nil, err
		}
		newer = append(newer, page...)
		if len(page) < recentPage || now.Sub(page[len(page)-1].Received) > mustShowFor {
			break
		}
		q.Before = page[len(page)-1].Seq
	}
	if len(newer) > 0 || !again {
		slices.Reverse(newer)
		known.events, known.upTo = append(known.events, newer...), l.seen
		if len(newer) > 0 {
			known.upTo = max(l.seen, newer[len(newer)-1].Seq)
		}
		l.eventsOf[subject] = known
	}
	return known.events, nil
}

// readEvents are the events about a subject that a look has read.
type readEvents struct {
	events []eventlog.Event // oldest first
	upTo   int64            // log number
}
