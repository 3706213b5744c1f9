package engine

import (
	"context"
	"encoding/json"
	"slices"
	"sync"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// handover keeps what looks at pull requests saw that joined the line of a base, so that the base's look, which follows at
// once, need not load the same again. It is a kindness among looks of one process: without it the base loads.
type handover struct {
	mu   sync.Mutex
	seen map[rules.Subject]map[int]sighting // by base and number
}

// sighting is the snapshot of a look at a pull request, with the log number that was read before it was loaded.
type sighting struct {
	snapshot *rules.Snapshot
	since    int64
}

// give keeps a sighting, and drops those that nobody took while they were of use.
func (h *handover) give(base rules.Subject, s sighting) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.seen == nil {
		h.seen = map[rules.Subject]map[int]sighting{}
	}
	for of, seen := range h.seen {
		for n, old := range seen {
			if s.snapshot.Now.Sub(old.snapshot.Now) > fresh {
				delete(seen, n)
			}
		}
		if len(seen) == 0 {
			delete(h.seen, of)
		}
	}
	if h.seen[base] == nil {
		h.seen[base] = map[int]sighting{}
	}
	h.seen[base][s.snapshot.PR.Number] = s
}

// take gives what was seen of the first in a line, up to the first of whom nothing was.
func (h *handover) take(base rules.Subject, line []int) (first []sighting) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, n := range line {
		s, ok := h.seen[base][n]
		if !ok {
			break
		}
		delete(h.seen[base], n)
		first = append(first, s)
	}
	return first
}

// handed gives what looks at the first in line have just seen of them, as a snapshot of their base; nil where there is none.
// What is old counts for nothing, nor does what was governed by another configuration, or of whom an event came since.
func (l *look) handed(ctx context.Context, line []int) (*rules.Snapshot, error) {
	given := l.Engine.handover.take(l.claim.Subject, line)
	now := l.Now()
	stop := slices.IndexFunc(given, func(s sighting) bool {
		return now.Sub(s.snapshot.Now) > fresh || s.snapshot.Config.Blob != given[0].snapshot.Config.Blob || s.snapshot.Config.Org != given[0].snapshot.Config.Org
	})
	if stop >= 0 {
		given = given[:stop]
	}
	given, err := l.untold(ctx, given)
	if err != nil || len(given) == 0 {
		return nil, err
	}
	newest, oldest := given[0].snapshot, given[0].snapshot
	var pulls []*rules.PR
	for _, g := range given {
		if g.snapshot.Now.After(newest.Now) {
			newest = g.snapshot
		}
		if g.snapshot.Now.Before(oldest.Now) {
			oldest = g.snapshot
		}
		p := *g.snapshot.PR
		pulls = append(pulls, &p)
	}
	s := *newest
	s.Subject, s.PR, s.Now = l.claim.Subject, nil, oldest.Now
	s.Base = &rules.Base{Ref: newest.PR.BaseRef, Protection: newest.PR.Protection, Line: pulls}
	l.carry(s.Base, newest.PR.BaseTip)
	return &s, nil
}

// untold leaves out the first of whom an event came since it was seen, and all after it. Events of the repository count for each,
// and so does a push to the base that was not our own.
func (l *look) untold(ctx context.Context, given []sighting) ([]sighting, error) {
	if len(given) == 0 {
		return nil, nil
	}
	since := given[0].since
	for _, g := range given {
		since = min(since, g.since)
	}
	events, err := l.Log.Events(ctx, eventlog.Query{After: since, Repository: l.repo.ID, Source: "github", Limit: recentPage})
	if err != nil || len(events) == recentPage {
		return nil, err
	}
	stop := slices.IndexFunc(given, func(g sighting) bool {
		return slices.ContainsFunc(events, func(ev eventlog.Event) bool { return ev.Seq > g.since && concerns(ev, g.snapshot.PR) })
	})
	if stop >= 0 {
		given = given[:stop]
	}
	return given, nil
}

// concerns says that an event may have changed what was seen of a pull request.
func concerns(ev eventlog.Event, p *rules.PR) bool {
	switch ev.Subject.Kind() {
	case rules.KindPR:
		return ev.Subject.Number() == p.Number
	case rules.KindBase:
		if ev.Subject != rules.BaseSubject(ev.Repository, p.BaseRef) {
			return false
		}
	}
	var facts struct{ Own bool }
	return json.Unmarshal(ev.Facts, &facts) != nil || !facts.Own
}
