package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// pullRequest looks at a pull request: reviewers and check run are decided here; of merging and updating only whether it
// stands in the line of its base.
func (l *look) pullRequest(ctx context.Context) error {
	subject := l.claim.Subject
	until, err := l.rests(ctx)
	if err != nil {
		return err
	}
	if !until.IsZero() {
		return l.Log.Release(ctx, l.claim, until)
	}
	must, _, err := l.told(ctx, l.Now(), subject)
	if err != nil {
		return err
	}
	if must.Head != "" {
		l.GitHub.Heard(l.ref(), subject.Number(), must.Head)
	}
	if err := l.askLanding(ctx, subject.Number()); err != nil {
		return err
	}
	s, err := l.GitHub.PR(ctx, l.ref(), subject.Number())
	if err != nil {
		return err
	}
	if err := l.complete(ctx, s, s.PR); err != nil {
		return err
	}
	if err := l.visible(ctx, s); err != nil {
		return err
	}
	if err := l.seekComment(ctx, s); err != nil {
		return err
	}
	if err := l.settle(ctx, s, s.PR); err != nil {
		return err
	}
	if err := l.landed(ctx, s, s.PR); err != nil {
		return err
	}
	verdicts, acted, err := l.decideAndAct(ctx, s)
	if err != nil {
		return err
	}
	if !acted {
		if err := l.preview(ctx, s); err != nil {
			return err
		}
		if err := l.reportCheck(ctx, s, verdicts); err != nil {
			return err
		}
		if err := l.comment(ctx, s, verdicts); err != nil {
			return err
		}
	}
	changed, err := l.remember(ctx, s, verdicts)
	if err != nil {
		return err
	}
	if err := l.tellBase(ctx, s, rules.Stands(verdicts), changed); err != nil {
		return err
	}
	return l.finish(ctx, rules.WaitsOf(verdicts))
}

// complete adds to a snapshot what GitHub does not know: who we are, memory, tokens for people.
func (l *look) complete(ctx context.Context, s *rules.Snapshot, prs ...*rules.PR) error {
	s.App, s.Observing = l.app, l.observes(s, rules.KindMerge)
	repo, err := l.memory(ctx, rules.RepoSubject(s.Repo.ID))
	if err != nil {
		return err
	}
	s.Recent, s.Barred = repo.Recent, l.barred(repo)
	if s.Paused, err = l.paused(ctx); err != nil {
		return err
	}
	for _, p := range prs {
		m, err := l.memory(ctx, rules.PRSubject(s.Repo.ID, p.Number))
		if err != nil {
			return err
		}
		p.Memory = m.Memory
		l.forgetObserved(s, m)
		l.forgive(m)
	}
	return l.tokens(ctx, s)
}

// forgetObserved drops what would have been done while this repository was only observed, once it no longer is: it is
// still to be done.
func (l *look) forgetObserved(s *rules.Snapshot, m *memory) {
	for kind := range m.Observed {
		if !l.observes(s, kind) {
			delete(m.Observed, kind)
		}
	}
}

// decideAndAct decides and carries out one act. What was only observed changed nothing, so the same snapshot is decided
// again until it asks for nothing more.
func (l *look) decideAndAct(ctx context.Context, s *rules.Snapshot) (verdicts []rules.Verdict, acted bool, err error) {
	for {
		if verdicts, err = l.decide(ctx, s); err != nil {
			return nil, false, err
		}
		acted, observed, err := l.act(ctx, s, verdicts)
		if err != nil || !observed {
			return verdicts, acted, err
		}
	}
}

// reportCheck writes the check run where its text would change.
func (l *look) reportCheck(ctx context.Context, s *rules.Snapshot, verdicts []rules.Verdict) error {
	check, write := rules.Report(s, s.PR, verdicts, nil, l.link(s))
	if !write {
		return nil
	}
	m, err := l.memory(ctx, check.About())
	if err != nil {
		return err
	}
	first, err := l.first(ctx, s.PR)
	if err != nil || l.passing(s, m, verdicts, first) {
		return err
	}
	if held, again := m.Held(l.Now(), check); held {
		l.soon(again)
		return nil
	}
	_, err = l.perform(ctx, s, "report", check)
	return err
}

// computes is how long GitHub may compute whether a pull request can be merged before the check run says so.
const computes = 30 * time.Second

// passing says that what the check run would say is something else in a moment, which is not worth a write: GitHub has
// only begun to compute, or this is ready and nobody stands before it, so that its base lands it, or says that it does not.
func (l *look) passing(s *rules.Snapshot, m *memory, verdicts []rules.Verdict, first bool) bool {
	answers := rules.Answers(verdicts)
	if says(answers, rules.CodeInLine) && (l.observes(s, rules.KindMerge) || first && m.Place.Position == 0) {
		return true
	}
	if says(answers, rules.CodeInLine) && l.joins(s, m) {
		l.soon(l.Now().Add(afterAct))
		return true
	}
	begun := m.TreeHead != s.PR.Head || !says(m.Tree, rules.CodeMergeability) || l.Now().Sub(m.TreeAt) < computes
	return says(answers, rules.CodeMergeability) && begun
}

// joins says that a pull request has only begun to stand in a line that may move up at once, and that its base has not told it of
// its place, as it does of those in front when it stands still.
func (l *look) joins(s *rules.Snapshot, m *memory) bool {
	begun := m.TreeHead != s.PR.Head || !says(m.Tree, rules.CodeInLine) || l.Now().Sub(m.TreeAt) < afterAct
	return begun && m.Place.Position == 0 && l.GitHub.Flows(l.repo.Installation)
}

// first says that nobody stands before a pull request in the line of its base.
func (l *look) first(ctx context.Context, p *rules.PR) (bool, error) {
	m, err := l.memory(ctx, rules.BaseSubject(l.repo.ID, p.BaseRef))
	if err != nil {
		return false, err
	}
	line := m.Order()
	return len(line) == 0 || line[0] == p.Number, nil
}

// says reports whether a reason is among the answers.
func says(answers []rules.Answer, code rules.Code) bool {
	return slices.ContainsFunc(answers, func(a rules.Answer) bool {
		return slices.ContainsFunc(a.Because, func(r rules.Reason) bool { return r.Code == code })
	})
}

// remember writes the answers to the log where they changed; pages and explain draw them from there.
func (l *look) remember(ctx context.Context, s *rules.Snapshot, verdicts []rules.Verdict) (changed bool, err error) {
	m, err := l.memory(ctx, s.Subject)
	if err != nil {
		return false, err
	}
	decided := rules.DecidedOn(s, verdicts)
	was, err := json.Marshal(rules.Decided{Head: m.TreeHead, Answers: m.Tree})
	if err != nil {
		return false, err
	}
	now, err := json.Marshal(rules.Decided{Head: decided.Head, Answers: decided.Answers}) // a base that moves is no new answer
	if err != nil || bytes.Equal(was, now) {
		return false, err
	}
	return true, l.emit(ctx, s.Subject, rules.EventDecided, decided)
}

// tellBase tells the base when the pull request joins or leaves its line, and when something changed about one that
// stands there.
func (l *look) tellBase(ctx context.Context, s *rules.Snapshot, stand rules.Standing, changed bool) error {
	p := s.PR
	base := rules.BaseSubject(l.repo.ID, p.BaseRef)
	m, err := l.memory(ctx, base)
	if err != nil {
		return err
	}
	entry, there := m.Line[p.Number]
	told := rules.Told(s, p, stand, p.BaseTip)
	moved := there != (stand != rules.Out) || !entry.Knows(told)
	if moved {
		if err := l.emit(ctx, base, rules.EventStanding, told); err != nil {
			return err
		}
	}
	if moved || changed && stand == rules.InLine {
		// the base takes the place of this look among all that is due: what was begun goes before what has yet to begin
		l.pending.Marks = append(l.pending.Marks, eventlog.Mark{Subject: base, At: l.claim.Due, Touches: []string{string(rules.FactLine)}})
		if stand == rules.InLine {
			l.Engine.handover.give(base, sighting{s, l.seen})
		}
	}
	return nil
}
