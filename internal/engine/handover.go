package engine

import (
	"context"
	"maps"
	"sync"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// handover keeps what a look at a pull request saw that came first in the line of its base, so that the base's look, which
// follows at once, need not load the same again. It is a kindness among looks of one process: without it the base loads.
type handover struct {
	mu   sync.Mutex
	seen map[rules.Subject]sighting // by base
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
		h.seen = map[rules.Subject]sighting{}
	}
	maps.DeleteFunc(h.seen, func(_ rules.Subject, old sighting) bool { return s.snapshot.Now.Sub(old.snapshot.Now) > fresh })
	h.seen[base] = s
}

func (h *handover) take(base rules.Subject) (sighting, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s, ok := h.seen[base]
	delete(h.seen, base)
	return s, ok
}

// handed gives what a look at the only pull request in line has just seen of it, as a snapshot of its base; nil where there is
// none, where it is old, or where an event of the repository came since.
func (l *look) handed(ctx context.Context, line []int) (*rules.Snapshot, error) {
	given, ok := l.Engine.handover.take(l.claim.Subject)
	if !ok || len(line) != 1 || line[0] != given.snapshot.PR.Number || l.Now().Sub(given.snapshot.Now) > fresh {
		return nil, nil
	}
	since, err := l.Log.Events(ctx, eventlog.Query{After: given.since, Repository: l.repo.ID, Source: "github", Limit: 1})
	if err != nil || len(since) > 0 {
		return nil, err
	}
	s := *given.snapshot
	p := s.PR
	s.Subject, s.PR = l.claim.Subject, nil
	s.Base = &rules.Base{Ref: p.BaseRef, Tip: p.BaseTip, Protection: p.Protection, Line: []*rules.PR{p}}
	return &s, nil
}
