package engine

import (
	"context"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// What our own merge has closed waits while those behind it land, for a while; nothing else does.
func TestRests(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	merge := func(sent bool, age time.Duration) rules.Memory {
		return rules.Memory{Open: map[string]rules.Intent{rules.KindMerge: {Sent: sent, At: now.Add(-age)}}}
	}
	for _, c := range []struct {
		name   string
		memory rules.Memory
		moves  time.Duration // from now until the line is no longer taken to move up; 0: it never did
		want   bool
	}{
		{"the line moves up", merge(true, time.Second), time.Second, true},
		{"it stands", merge(true, time.Second), 0, false},
		{"it has stood for a while", merge(true, time.Second), -time.Millisecond, false},
		{"GitHub has not answered", merge(false, time.Second), time.Second, false},
		{"the merge is long ago", merge(true, afterAct+time.Second), time.Second, false},
		{"none of ours", rules.Memory{}, time.Second, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			subject := rules.PRSubject(1, 7)
			l := &look{
				Engine: &Engine{Now: func() time.Time { return now }}, claim: eventlog.Claim{Subject: subject}, repo: RepoInfo{ID: 1},
				memories: map[rules.Subject]*memory{subject: {Memory: &c.memory}},
			}
			if c.moves != 0 {
				l.moving.Store(l.repo.ID, now.Add(c.moves))
			}
			until, err := l.rests(context.Background())
			if err != nil || until.After(now) != c.want {
				t.Errorf("rests until %v, %v; want it to: %t", until, err, c.want)
			}
		})
	}
}
