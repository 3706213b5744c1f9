package engine

import (
	"context"
	"encoding/json"
	"errors"
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

// visible fails with errStale while the snapshot does not show what the events since the last look said.
func (l *look) visible(ctx context.Context, s *rules.Snapshot) error {
	must, newest, err := l.told(ctx, s.Now)
	if err != nil || newest.IsZero() || must.ShownBy(s) {
		return err
	}
	return staleSince(newest, s.Now)
}

// goneOrStale takes nothing for gone that an event has just told of: reads that lag do not know it yet.
func (l *look) goneOrStale(ctx context.Context, gone error) error {
	if !errors.Is(gone, github.ErrGone) {
		return gone
	}
	now := l.Now()
	_, newest, err := l.told(ctx, now)
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

// told joins what the events since the last look said that GitHub shows by now. newest is when the last of them came;
// zero: there were none, or they were too long ago.
func (l *look) told(ctx context.Context, now time.Time) (must rules.MustShow, newest time.Time, err error) {
	subjects := []rules.Subject{l.claim.Subject}
	if l.claim.Subject.Kind() == rules.KindPR {
		// statuses, and checks of several pull requests, are events about the repository; they name a commit
		subjects = append(subjects, rules.RepoSubject(l.claim.Subject.RepoID()))
	}
	for _, subject := range subjects {
		events, err := l.Log.Events(ctx, eventlog.Query{After: l.claim.Since, Subject: subject, Source: "github", Limit: 500})
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
			must = must.And(one)
			if ev.Received.After(newest) {
				newest = ev.Received
			}
		}
	}
	return must, newest, nil
}
