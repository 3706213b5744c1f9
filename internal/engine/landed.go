package engine

import (
	"context"
	"encoding/json"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// askLanding has the next load of a pull request ask what our merge of it made, where there is one that may be under way or that
// was not compared yet, and who needs its branch.
func (l *look) askLanding(ctx context.Context, number int) error {
	m, err := l.memory(ctx, rules.PRSubject(l.repo.ID, number))
	if err != nil {
		return err
	}
	if merge, is := m.Landing(); is {
		l.GitHub.Landing(l.ref(), number, merge.Base)
	}
	return nil
}

// landed compares what a merge of ours made with what was decided, once. What differs stops merging in the repository until a
// person resumes it: what is wrong may go on to be wrong.
func (l *look) landed(ctx context.Context, s *rules.Snapshot, p *rules.PR) error {
	subject := rules.PRSubject(s.Repo.ID, p.Number)
	m, err := l.memory(ctx, subject)
	if err != nil || m.Merged == nil || m.Merged.Closed {
		return err
	}
	c := m.Merged.Compare(p.Landed, l.Now())
	if c.Same == rules.No {
		forced, err := l.rewritten(ctx, p.BaseRef, *m.Merged)
		if err != nil {
			return err
		}
		if forced {
			c = c.Rewritten()
		}
	}
	switch {
	case c.Same == rules.Unknown && c.What == "":
		l.soon(l.Now().Add(afterAct))
		return nil
	case c.Same == rules.Unknown:
		l.Logger.Warn().Str("subject", string(subject)).Str("why", c.What).Msg("what a merge made could not be compared")
	case c.Same == rules.No:
		l.Logger.Error().Str("subject", string(subject)).Str("commit", p.MergeCommit).Str("why", c.What).
			Msg("a merge made something else than what was decided; merging is stopped in this repository until somebody resumes it")
		if err := l.stop(ctx, rules.Pause{Why: rules.CodeMismatch, Pull: p.Number}); err != nil {
			return err
		}
		if s.Paused, err = l.paused(ctx); err != nil {
			return err
		}
	}
	l.Meters.Compared(c.Same.Word())
	return l.emit(ctx, subject, rules.EventCompared, c)
}

// rewritten says whether somebody moved a base by force since shortly before a merge.
func (l *look) rewritten(ctx context.Context, ref string, m rules.Merged) (bool, error) {
	pushes, err := l.Log.Events(ctx, eventlog.Query{Subject: rules.BaseSubject(l.repo.ID, ref), Kinds: []string{"push"}, Desc: true, Limit: 100})
	if err != nil {
		return false, err
	}
	for _, e := range pushes {
		var push struct{ Forced bool }
		if err := json.Unmarshal(e.Facts, &push); err != nil {
			return false, err
		}
		if push.Forced && e.At.After(m.At.Add(-mustShowFor)) {
			return true, nil
		}
	}
	return false, nil
}
