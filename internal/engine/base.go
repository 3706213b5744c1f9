package engine

import (
	"context"
	"slices"

	"github.com/pitcrew-app/pitcrew/rules"
)

// How many pull requests a look at a base loads: the first of the line, and of those that are only kept up to date.
const (
	frontLoaded  = 3
	frontFlowing = 8  // where the line may move up at once
	frontHanded  = 16 // of those of whom other looks have told
	keptLoaded   = 5
)

func (l *look) front() int {
	if l.GitHub.Flows(l.repo.Installation) {
		return frontFlowing
	}
	return frontLoaded
}

// base looks at the line of a base: it lands or updates at most one pull request, and takes out of the line who no
// longer stands there.
func (l *look) base(ctx context.Context) error {
	subject := l.claim.Subject
	if slices.Contains(l.claim.Touches, string(rules.FactConfig)) {
		l.GitHub.Forget(subject.RepoID())
		l.mark(rules.RepoSubject(subject.RepoID()), rules.FactConfig)
	}
	m, err := l.memory(ctx, subject)
	if err != nil {
		return err
	}
	if len(m.Line) == 0 {
		return l.finish(ctx, nil)
	}
	landing, err := l.landing(ctx, m)
	if err != nil {
		return err
	}
	if landing {
		l.soon(l.Now().Add(afterAct))
		return l.finish(ctx, nil)
	}
	s, err := l.loadBase(ctx, m)
	if err != nil {
		return err
	}
	if err := l.visible(ctx, s); err != nil {
		return err
	}
	for _, p := range s.Base.Line {
		if err := l.settle(ctx, s, p); err != nil {
			return err
		}
		if err := l.landed(ctx, s, p); err != nil {
			return err
		}
	}
	left, err := l.standings(ctx, s)
	if err != nil {
		return err
	}
	verdicts, acted, err := l.decideAndAct(ctx, s)
	if err != nil {
		return err
	}
	moved := false
	for more := acted; more && err == nil; {
		if more, err = l.moveUp(ctx, s); more {
			verdicts, more, err = l.decideAndAct(ctx, s)
			moved = true
		}
	}
	if err != nil {
		return err
	}
	if !acted {
		gone, err := l.standings(ctx, s) // what would have landed, where this is only observed
		if err != nil {
			return err
		}
		if left || gone || l.part {
			l.soon(l.Now()) // others have moved up, and were not loaded
		}
	}
	if !moved { // who stands where is told when the line stands
		if err := l.places(ctx, s, verdicts); err != nil {
			return err
		}
	}
	if err := l.tellPaused(ctx, s); err != nil {
		return err
	}
	if _, err := l.remember(ctx, s, verdicts); err != nil {
		return err
	}
	return l.finish(ctx, nil)
}

// lands says that a pull request is being merged, or will be in a moment.
func (l *look) lands(subject rules.Subject, p *rules.PR, verdicts []rules.Verdict) bool {
	for kind := range p.Memory.Open {
		if rules.Lands(kind) {
			return true
		}
	}
	again := l.left(nil).next()
	soon := !again.IsZero() && again.Sub(l.Now()) < afterAct
	return soon && slices.ContainsFunc(verdicts, func(v rules.Verdict) bool {
		return slices.ContainsFunc(v.Do, func(a rules.Action) bool { return rules.Lands(a.Kind()) && a.About() == subject })
	})
}

// landing says that GitHub has just merged the only pull request in line: the look at it sees whether it did, and tells.
func (l *look) landing(ctx context.Context, m *memory) (bool, error) {
	if len(m.Line) != 1 || len(m.Order()) != 1 {
		return false, nil
	}
	subject := rules.PRSubject(l.claim.Subject.RepoID(), m.Order()[0])
	p, err := l.memory(ctx, subject)
	if err != nil {
		return false, err
	}
	in, open := p.Open[rules.KindMerge]
	return open && in.Sent && l.Now().Sub(in.At) < afterAct, nil
}

// loadBase loads the front of the line and some of those that are kept up to date and were not yet, as far as we know.
func (l *look) loadBase(ctx context.Context, m *memory) (*rules.Snapshot, error) {
	line, ref := m.Order(), l.claim.Subject.Ref()
	numbers := line[:min(len(line), l.front())]
	for _, n := range numbers {
		if err := l.askLanding(ctx, n); err != nil {
			return nil, err
		}
	}
	s, err := l.handed(ctx, line[:min(len(line), frontHanded)])
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		if s, err = l.GitHub.Base(ctx, l.ref(), ref, numbers); err != nil {
			return nil, err
		}
	default:
		numbers = numbersOf(s.Base.Line)
		l.part = len(numbers) < min(len(line), frontLoaded)
	}
	var kept []int
	for _, n := range m.KeptUp() {
		if m.Line[n].Tip != s.Base.Tip && len(kept) < keptLoaded {
			kept = append(kept, n)
		}
	}
	if len(kept) > 0 {
		numbers = slices.Concat(line[:min(len(line), frontLoaded)], kept)
		if s, err = l.GitHub.Base(ctx, l.ref(), ref, numbers); err != nil {
			return nil, err
		}
	}
	if err := l.dropMissing(ctx, s, numbers); err != nil {
		return nil, err
	}
	s.Base.Memory, s.Base.Waiting = m.Memory, m.Order()
	return s, l.complete(ctx, s, s.Base.Line...)
}

func numbersOf(pulls []*rules.PR) []int {
	numbers := make([]int, len(pulls))
	for i, p := range pulls {
		numbers[i] = p.Number
	}
	return numbers
}

// dropMissing takes those out of the line that are gone, or go to another base now.
func (l *look) dropMissing(ctx context.Context, s *rules.Snapshot, asked []int) error {
	for _, n := range asked {
		if slices.ContainsFunc(s.Base.Line, func(p *rules.PR) bool { return p.Number == n }) {
			continue
		}
		if err := l.emit(ctx, l.claim.Subject, rules.EventStanding, rules.Stood{Number: n, Stand: rules.Out}); err != nil {
			return err
		}
		l.mark(rules.PRSubject(s.Repo.ID, n), rules.FactState)
		l.soon(l.Now())
	}
	return nil
}

// standings takes note of who left the line or joined it, by the newest snapshot.
func (l *look) standings(ctx context.Context, s *rules.Snapshot) (left bool, err error) {
	if _, err := l.decide(ctx, s); err != nil { // loads what the rules need to know of people
		return false, err
	}
	for _, p := range s.Base.Line {
		stand := rules.StandingOf(s, p)
		entry := s.Base.Memory.Line[p.Number]
		told := rules.Told(s, p, stand, s.Base.Tip)
		if entry.Knows(told) {
			continue
		}
		if err := l.emit(ctx, l.claim.Subject, rules.EventStanding, told); err != nil {
			return false, err
		}
		left = left || stand == rules.Out
		l.mark(rules.PRSubject(s.Repo.ID, p.Number), rules.FactLine)
	}
	s.Base.Waiting = s.Base.Memory.Order()
	s.Base.Line = slices.DeleteFunc(s.Base.Line, func(p *rules.PR) bool {
		return s.Base.Memory.Line[p.Number].Stand == rules.Out
	})
	return left, nil
}

// places tells the loaded pull requests where they stand: who does not land at once says so, and pages show it.
func (l *look) places(ctx context.Context, s *rules.Snapshot, verdicts []rules.Verdict) error {
	for _, p := range s.Base.Line {
		position, subject := 1+slices.Index(s.Base.Waiting, p.Number), rules.PRSubject(s.Repo.ID, p.Number)
		if p.Memory.Place.Position == position || l.lands(subject, p, verdicts) {
			continue
		}
		if err := l.emit(ctx, subject, rules.EventPlace, rules.Place{Position: position}); err != nil {
			return err
		}
		l.mark(subject, rules.FactLine)
	}
	return nil
}
