package engine

import (
	"context"
	"slices"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// orgSpread is over how long a change of the organisation's file reaches all repositories, however many they are.
const orgSpread = 15 * time.Minute

// organisation makes every repository of the installation due, one after another: those where something is ready to land first,
// then those where something happens, for there it matters soonest what holds now.
func (l *look) organisation(ctx context.Context) error {
	all := round{To: l.Now()}
	if err := l.choose(ctx, l.repo.Installation, &all); err != nil {
		return err
	}
	todo, err := l.readyFirst(ctx, all.Todo)
	if err != nil {
		return err
	}
	gap := min(markGap, orgSpread/time.Duration(max(len(todo), 1)))
	at := l.Now()
	for _, id := range todo {
		if id != l.repo.ID {
			at = at.Add(gap)
			l.pending.Marks = append(l.pending.Marks, eventlog.Mark{Subject: rules.RepoSubject(id), At: at, Touches: []string{string(rules.FactConfig)}})
		}
	}
	return nil
}

// readyFirst puts the repositories first in which a pull request stands in line.
func (l *look) readyFirst(ctx context.Context, repos []int64) ([]int64, error) {
	prints, err := each[fingerprint](ctx, l.Log, sweptPrefix)
	if err != nil {
		return nil, err
	}
	var ready, rest []int64
	for _, id := range repos {
		stands, err := l.standsAnywhere(ctx, id, prints[id])
		if err != nil {
			return nil, err
		}
		if stands {
			ready = append(ready, id)
		} else {
			rest = append(rest, id)
		}
	}
	return slices.Concat(ready, rest), nil
}

// standsAnywhere says that a pull request stands in the line of a branch of a repository.
func (l *look) standsAnywhere(ctx context.Context, repo int64, seen fingerprint) (bool, error) {
	for ref := range seen.Tips {
		m, _, err := Recall(ctx, l.Log, rules.BaseSubject(repo, ref))
		if err != nil || len(m.Order()) > 0 {
			return err == nil, err
		}
	}
	return false, nil
}
