package engine

import (
	"context"

	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// release looks at a release. The release itself only fans out: one subject for each repository that uses it.
func (l *look) release(ctx context.Context) error {
	if l.claim.Subject.Target() != 0 {
		return l.proposal(ctx)
	}
	s, err := l.GitHub.Release(ctx, l.ref(), l.claim.Subject.Tag())
	if err != nil {
		return err
	}
	if err := l.complete(ctx, s); err != nil {
		return err
	}
	if err := l.visible(ctx, s); err != nil {
		return err
	}
	_, because := rules.Publishes(s.Release)
	if because == nil {
		if because, err = l.fanOut(ctx, s); err != nil {
			return err
		}
	}
	if _, err := l.remember(ctx, s, []rules.Verdict{{Rule: "propagate", Because: because}}); err != nil {
		return err
	}
	return l.finish(ctx, rules.WaitsFor(rules.FactRelease))
}

// fanOut makes each repository of the installation that uses the package due. Installations never see each other: the
// list is that of the installation in which the package was released.
func (l *look) fanOut(ctx context.Context, s *rules.Snapshot) ([]rules.Reason, error) {
	repos, err := l.repositories(ctx, l.repo.Installation)
	if err != nil {
		return nil, err
	}
	users, err := l.GitHub.Users(ctx, l.repo.Installation, repos, s.Release.Package)
	if err != nil {
		return nil, err
	}
	for _, user := range users {
		if user.ID != s.Repo.ID {
			l.mark(rules.ReleaseTargetSubject(s.Repo.ID, s.Release.Tag, user.ID), rules.FactRelease)
		}
	}
	return []rules.Reason{rules.FannedOut(s.Release.Package, len(users))}, nil
}

// proposal looks at a release in one repository that uses it.
func (l *look) proposal(ctx context.Context) error {
	source := l.ref()
	target, known, err := l.repository(ctx, l.claim.Subject.Target())
	if err != nil {
		return err
	}
	if !known || target.Gone || target.Installation != l.repo.Installation {
		return l.finish(ctx, rules.WaitsFor(rules.FactRelease))
	}
	l.repo = target
	s, err := l.GitHub.Target(ctx, source, l.claim.Subject.Tag(), target.Ref())
	if err != nil {
		return err
	}
	if err := l.complete(ctx, s); err != nil {
		return err
	}
	m, err := l.memory(ctx, l.claim.Subject)
	if err != nil {
		return err
	}
	s.Release.Memory = m.Memory
	l.forgetObserved(s, m)
	l.forgive(m)
	if err := l.settleOpen(ctx, l.claim.Subject, func(in rules.Intent) (string, rules.Act) { return rules.SettleProposal(in, s, s.Release) }); err != nil {
		return err
	}
	verdicts, _, err := l.decideAndAct(ctx, s)
	if err != nil {
		return err
	}
	if _, err := l.remember(ctx, s, verdicts); err != nil {
		return err
	}
	return l.finish(ctx, rules.WaitsOf(verdicts))
}

// repositories lists an installation's repositories and takes note of them.
func (l *look) repositories(ctx context.Context, installation int64) ([]github.RepoRef, error) {
	repos, err := l.GitHub.Repositories(ctx, installation)
	if err != nil {
		return nil, err
	}
	var refs []github.RepoRef
	for _, r := range repos {
		info := infoOf(installation, r)
		if err := l.Log.SetCursor(ctx, info.cursor(), info.String()); err != nil {
			return nil, err
		}
		if !r.Archived {
			refs = append(refs, info.Ref())
		}
	}
	return refs, nil
}
