package engine

import (
	"context"
	"errors"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// comment writes our comment where the repository asks for one and its text would change: after the check run, and as little as
// that while what it would say passes by itself.
func (l *look) comment(ctx context.Context, s *rules.Snapshot, verdicts []rules.Verdict) error {
	a, write := rules.Comment(s, s.PR, verdicts, nil, l.link(s))
	if !write || l.observes(s, rules.KindComment) {
		return nil
	}
	m, err := l.memory(ctx, a.About())
	if err != nil {
		return err
	}
	first, err := l.first(ctx, s.PR)
	if err != nil || l.passing(s, m, verdicts, first) {
		return err
	}
	if held, again := m.Held(l.Now(), a); held {
		l.soon(again)
		return nil
	}
	if a.Existing == 0 {
		ours := l.ownComment(ctx, s)
		if ours == nil {
			return nil
		}
		a.Existing = ours.ID
	}
	_, err = l.perform(ctx, s, "comment", a)
	return err
}

// seekComment reads our comment where it is not known whether what was begun has happened.
func (l *look) seekComment(ctx context.Context, s *rules.Snapshot) error {
	m, err := l.memory(ctx, s.Subject)
	if err != nil {
		return err
	}
	if _, open := m.Open[rules.KindComment]; open {
		s.PR.Comment = l.ownComment(ctx, s)
	}
	return nil
}

// unreadAgain is when a comment is looked for again that could not be read: it is the last thing that anybody waits for.
const unreadAgain = 10 * time.Minute

// ownComment is our comment as GitHub shows it; nil: it cannot be read now, and nothing else waits for it.
func (l *look) ownComment(ctx context.Context, s *rules.Snapshot) *rules.OwnComment {
	ours, err := l.GitHub.Comment(github.Optional(ctx), l.ref(), s.PR.Number)
	var limited *github.LimitedError
	switch {
	case errors.As(err, &limited):
		l.soon(limited.Until)
	case err != nil:
		l.Logger.Warn().Err(err).Str("subject", string(s.Subject)).Msg("our comment cannot be read; looking for it later")
		l.soon(l.Now().Add(unreadAgain))
	default:
		return &ours
	}
	return nil
}

// link is the address of the pull request's page; empty: it has none.
func (l *look) link(s *rules.Snapshot) string {
	if l.PageURL == nil {
		return ""
	}
	return l.PageURL(s.Repo.Owner, s.Repo.Name, s.PR.Number)
}
