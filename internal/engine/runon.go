package engine

import (
	"context"
	"errors"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// A line moves up at once where writes need no pause between them: when GitHub has answered that the first has landed, the next is
// decided on from the same snapshot, as long as that is fresh, no event says otherwise, and what landed touched nothing that the
// next one touches. Everything else waits for a snapshot of its own, as ever.

// moveUp takes what has just landed out of the snapshot, and says whether the next may be decided on from what is left.
func (l *look) moveUp(ctx context.Context, s *rules.Snapshot) (bool, error) {
	i := landedOf(s.Base.Line)
	if i < 0 || s.Base.Protection.Strict || !l.GitHub.Flows(l.repo.Installation) || s.Base.Line[i].Governs() {
		return false, nil
	}
	gone := s.Base.Line[i]
	if err := l.emit(ctx, s.Subject, rules.EventStanding, rules.Stood{Number: gone.Number, Stand: rules.Out}); err != nil {
		return false, err
	}
	subject := rules.PRSubject(s.Repo.ID, gone.Number)
	l.pending.Marks = append(l.pending.Marks, eventlog.Mark{Subject: subject, At: l.Now().Add(afterAct), Touches: []string{string(rules.FactState)}})
	s.Base.Line, s.Base.Waiting = append(s.Base.Line[:i:i], s.Base.Line[i+1:]...), s.Base.Memory.Order()
	l.carry(s.Base, s.Base.Tip)
	if len(s.Base.Waiting) > 0 {
		l.soon(l.claim.Due) // what was begun goes before what has yet to begin
		l.moving.Store(l.repo.ID, l.Now().Add(movesOn))
	} else {
		l.moving.Delete(l.repo.ID)
	}
	if len(s.Base.Line) == 0 || l.Now().Sub(s.Now) > fresh {
		return false, nil
	}
	front, base := *s, *s.Base
	front.Base, base.Line = &base, base.Line[:1]
	var stale errStale
	err := l.visible(ctx, &front)
	if errors.As(err, &stale) {
		return false, nil
	}
	return err == nil, err
}

// movesOn is how long a line in which somebody has just landed is taken to move up still.
const movesOn = time.Second

// rests says until when a look may wait, since GitHub has answered that it merged the pull request, and those behind it are landing
// meanwhile; zero: it may not. That the effect was seen, and what the check run says of it, is nothing that anybody waits for.
func (l *look) rests(ctx context.Context) (time.Time, error) {
	m, err := l.memory(ctx, l.claim.Subject)
	if err != nil {
		return time.Time{}, err
	}
	now := l.Now()
	in, open := m.Open[rules.KindMerge]
	if until, moves := l.moving.Load(l.repo.ID); !moves || now.After(until.(time.Time)) || !open || !in.Sent || now.Sub(in.At) > afterAct {
		return time.Time{}, nil
	}
	return now.Add(movesOn), nil
}

// landedOf is the place of the one whose merge GitHub has answered with success; -1: there is none.
func landedOf(line []*rules.PR) int {
	for i, p := range line {
		if in, open := p.Memory.Open[rules.KindMerge]; open && in.Sent && in.Key == p.Head {
			return i
		}
	}
	return -1
}

// carry brings a base and its pull requests forward to where our own landings have brought it since tip.
func (l *look) carry(b *rules.Base, tip string) {
	b.Tip, b.Passed = l.GitHub.Carry(l.ref(), b.Ref, tip, b.Line)
}
