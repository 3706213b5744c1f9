package engine

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/pitcrew-app/pitcrew/rules"
)

// stale ends an act whose pin has moved: the next look decides anew. A merge that met another landing waits a little longer each
// time.
func (l *look) stale(ctx context.Context, a rules.Action, act *rules.Act, message string) error {
	act.Why, act.Until = rules.Why(message), l.Now()
	if act.Holds = rules.HoldOf(message); act.Holds != rules.HoldPlace {
		act.Holds = rules.HoldNothing
		l.soon(l.Now().Add(time.Second))
		return nil
	}
	m, err := l.memory(ctx, a.About())
	if err != nil {
		return err
	}
	times := 0
	if b := m.Backoff[act.Kind]; b.Key == act.Key && b.Holds == act.Holds {
		times = b.Times
	}
	act.Until = l.Now().Add(rules.Brief(times))
	l.soon(act.Until)
	if times >= rules.BriefTries {
		l.soon(l.Now()) // it holds nobody up any more
		l.tellOf(a)
	}
	return nil
}

// holdUp takes note of what a refused merge holds up besides itself: its head for good, or everything that goes to its base.
func (l *look) holdUp(ctx context.Context, s *rules.Snapshot, act *rules.Act, message string) error {
	switch act.Holds = rules.HoldOf(message); {
	case act.Holds == rules.HoldHead:
		act.Until = l.Now()
	case act.Holds == rules.HoldBase && s.Base != nil:
		act.Until = l.Now()
		if _, known := l.barred(l.memories[rules.RepoSubject(s.Repo.ID)])[s.Base.Ref]; !known {
			for _, n := range s.Base.Waiting {
				l.mark(rules.PRSubject(s.Repo.ID, n), rules.FactLine)
			}
		}
		bar := rules.Barred{Base: s.Base.Ref, At: l.Now(), Until: l.Now().Add(unlessMended), Status: act.Status, Why: act.Why}
		return l.emit(ctx, rules.RepoSubject(s.Repo.ID), rules.EventBarred, bar)
	}
	return nil
}

// barred are the bases into which GitHub lets us merge nothing, without those that a permission granted since has opened.
func (l *look) barred(m *memory) map[string]rules.Barred {
	left := maps.Clone(m.Barred)
	maps.DeleteFunc(left, func(_ string, b rules.Barred) bool {
		return b.Status == http.StatusForbidden && l.repo.Allowed.After(b.At)
	})
	return left
}

// unbar lets every base be tried again: a rule of the repository may have changed.
func (l *look) unbar(ctx context.Context) error {
	m, err := l.memory(ctx, l.claim.Subject)
	if err != nil {
		return err
	}
	for _, base := range slices.Sorted(maps.Keys(m.Barred)) {
		if err := l.emit(ctx, l.claim.Subject, rules.EventBarred, rules.Barred{Base: base}); err != nil {
			return err
		}
		l.mark(rules.BaseSubject(l.claim.Subject.RepoID(), base), rules.FactLine)
	}
	return nil
}
