package engine

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// How much a preview reads. It is work that can wait: a limit that runs short stops it first.
const (
	previewOpen   = 200 // pull requests of a repository, those that changed last
	previewLanded = 50
	previewRepos  = 10 // repositories of an organisation, those where something happens first; of each
	previewOfRepo = 50 // so many open ones, and its part of previewLanded

	previewAgain = 10 * time.Minute // when GitHub is asked again after it failed
)

// preview finds out what the files that a pull request brings name that is not on GitHub, and what they would change. What is not
// known now is said to be unknown, and asked for again later: nothing else waits for it.
func (l *look) preview(ctx context.Context, s *rules.Snapshot) error {
	for i := range s.PR.Brings {
		b := &s.PR.Brings[i]
		err := l.missing(github.Optional(ctx), s, b)
		if err == nil && !b.Broken() {
			err = l.foresee(github.Optional(ctx), s, b)
		}
		var limited *github.LimitedError
		switch {
		case err == nil:
		case errors.Is(err, eventlog.ErrFence):
			return err
		case errors.As(err, &limited):
			l.soon(limited.Until)
		default:
			l.Logger.Warn().Err(err).Str("subject", string(l.claim.Subject)).Msg("what a change of the configuration means is not known yet")
			l.soon(l.Now().Add(previewAgain))
		}
	}
	return nil
}

// missing adds a warning for each name in the file that GitHub does not have. An organisation's file is about many repositories,
// whose labels and checks differ: of it only people and teams are looked up.
func (l *look) missing(ctx context.Context, s *rules.Snapshot, b *rules.Brought) error {
	mentions := b.Mentions
	if b.Name == rules.OrgConfigName {
		mentions = slices.DeleteFunc(slices.Clone(mentions), func(m config.Mention) bool { return m.Kind != config.KindLogin && m.Kind != config.KindTeam })
	}
	if len(mentions) == 0 {
		return nil
	}
	world, err := l.GitHub.World(ctx, l.ref(), mentions)
	if err != nil {
		return err
	}
	b.Problems = append(b.Problems, config.Missing(mentions, world)...)
	config.Sort(b.Problems)
	return nil
}

// foresee gives a file its preview: the one that is remembered, or a new one where the files are others.
func (l *look) foresee(ctx context.Context, s *rules.Snapshot, b *rules.Brought) error {
	m, err := l.memory(ctx, s.Subject)
	if err != nil {
		return err
	}
	key := rules.Digest(s.Config.Blob + " " + s.Config.Org + " " + b.Name + " " + b.Blob)
	p, known := m.Previews[b.Name]
	if !known || p.Key != key {
		if p, err = l.compareWith(ctx, s, b); err != nil {
			return err
		}
		p.Key, p.At = key, l.Now()
		p.Keep()
		if err := l.emit(ctx, s.Subject, rules.EventPreview, rules.Previewed{File: b.Name, Preview: p}); err != nil {
			return err
		}
	}
	if err := l.nameAll(ctx, &p); err != nil {
		return err
	}
	b.Preview = &p
	return nil
}

// compareWith decides with the new file what was decided with the old one.
func (l *look) compareWith(ctx context.Context, s *rules.Snapshot, b *rules.Brought) (rules.Preview, error) {
	p := rules.Preview{}
	under := l.GitHub.Under(github.Change{Name: b.Name, Branch: s.PR.BaseRef, Blob: b.Blob})
	if b.Name == rules.ConfigName {
		err := l.compareIn(ctx, l.repo, under, &p, previewOpen, previewLanded)
		return p, err
	}
	all := round{To: l.Now()}
	if err := l.choose(ctx, l.repo.Installation, &all); err != nil {
		return p, err
	}
	sample := all.Todo[:min(len(all.Todo), previewRepos)]
	p.Sample = rules.Sample{Read: len(sample), All: len(all.Todo)}
	for _, id := range sample {
		repo, known, err := l.repository(ctx, id)
		if err == nil && known && !repo.Gone {
			err = l.compareIn(ctx, repo, under, &p, previewOfRepo, previewLanded/len(sample))
		}
		if err != nil && !errors.Is(err, github.ErrGone) {
			return p, err
		}
	}
	return p, nil
}

// compareIn compares the pull requests of one repository. What is private is not named where others may read it.
func (l *look) compareIn(ctx context.Context, repo RepoInfo, under *github.Under, p *rules.Preview, open, landed int) error {
	c := Comparison{GitHub: l.GitHub, Rules: l.Rules, Ref: repo.Ref(), Under: under, Complete: l.recollect}
	for _, q := range []github.ListQuery{{Most: open}, {Most: landed, Landed: true}} {
		if err := l.hold(ctx); err != nil {
			return err
		}
		list, err := l.GitHub.List(ctx, repo.Ref(), q)
		if err != nil {
			return err
		}
		p.Counts(q.Landed, list.All)
		for _, pull := range list.Pulls {
			if rules.PRSubject(repo.ID, pull.PR.Number) == l.claim.Subject {
				p.Counts(q.Landed, -1)
				continue // it would have landed
			}
			d, observe, err := c.Differ(ctx, pull)
			if err != nil {
				return err
			}
			if repo.ID != l.repo.ID {
				d.Repo = repo.ID
			}
			p.Observe = cmp.Or(p.Observe, observe)
			p.Add(d, repo.Private && !l.repo.Private)
		}
	}
	return nil
}

// hold keeps the lease for as long as the next reading may take.
func (l *look) hold(ctx context.Context) error {
	until := l.Now().Add(2 * lease)
	if err := l.Log.Extend(ctx, l.claim, until); err != nil {
		return err
	}
	l.claim.Until = until
	return nil
}

// recollect adds memory and tokens to a pull request that is only compared.
func (l *look) recollect(ctx context.Context, s *rules.Snapshot) error {
	if s.Recent == nil {
		m, _, err := Recall(ctx, l.Log, s.Subject)
		if err != nil {
			return err
		}
		s.PR.Memory = unobserved(m)
		repo, _, err := Recall(ctx, l.Log, rules.RepoSubject(s.Repo.ID))
		if err != nil {
			return err
		}
		s.Recent = repo.Recent
	}
	return l.tokens(ctx, s)
}

// nameAll puts names to the repositories and people of a preview, which the log does not hold.
func (l *look) nameAll(ctx context.Context, p *rules.Preview) error {
	for i, d := range p.Differ {
		if d.Repo != 0 {
			repo, _, err := l.repository(ctx, d.Repo)
			if err != nil {
				return err
			}
			p.Differ[i].Name = repo.Ref().FullName()
		}
		for _, r := range d.Rules {
			for _, reason := range slices.Concat(r.Was, r.Is) {
				if err := l.nameThem(ctx, reason.Who); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (l *look) nameThem(ctx context.Context, who []rules.Person) error {
	for i, person := range who {
		known, ok, err := l.Log.Person(ctx, person.Token)
		if err != nil {
			return err
		}
		if ok && person.Login == "" {
			who[i].Login = known.Login
		}
	}
	return nil
}
