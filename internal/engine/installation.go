package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// InstallInfo is what is known of an installation. Webhooks and looks at the App keep it in the cursor "installation:ID".
type InstallInfo struct {
	ID          int64             `json:"-"`
	Account     string            `json:"account"`
	AccountID   int64             `json:"account_id,omitempty"`
	Kind        string            `json:"kind,omitempty"`      // organization or user
	Selection   string            `json:"selection,omitempty"` // all or selected
	Suspended   bool              `json:"suspended,omitempty"`
	Gone        bool              `json:"gone,omitempty"`
	Permissions map[string]string `json:"permissions,omitempty"`
	Changed     time.Time         `json:"changed,omitzero"` // when it was last allowed what it was not before
}

const installPrefix = "installation:"

func (i InstallInfo) cursor() string { return fmt.Sprintf("%s%d", installPrefix, i.ID) }

// installs are all installations that were ever known, by id.
func (e *Engine) installs(ctx context.Context) (map[int64]InstallInfo, error) {
	all, err := each[InstallInfo](ctx, e.Log, installPrefix)
	for id, i := range all {
		i.ID = id
		all[id] = i
	}
	return all, err
}

// round is one reading of the repositories of an installation, some of them at a time: those that are busy, and those whose hour
// has struck since the round before. It is kept in the cursor "round:ID".
type round struct {
	From       time.Time `json:"from,omitzero"`        // the round before; zero: every repository is read
	To         time.Time `json:"to"`                   // when it began
	Listed     time.Time `json:"listed,omitzero"`      // when GitHub last said which repositories there are; zero: ask
	Everything bool      `json:"everything,omitempty"` // look at every open pull request, not only at what differs
	Todo       []int64   `json:"todo,omitempty"`       // repositories that are still to be read
	Period     int64     `json:"period"`               // on patrol, each pull request has its turn once in so many hours
}

func roundCursor(inst int64) string { return fmt.Sprintf("round:%d", inst) }

// installationLook begins a round, or goes on with it.
func (l *look) installationLook(ctx context.Context) error {
	id := l.claim.Subject.Installation()
	if id == 0 {
		return l.appLook(ctx)
	}
	var info InstallInfo
	if _, err := l.recall(ctx, InstallInfo{ID: id}.cursor(), &info); err != nil {
		return err
	}
	if info.Gone {
		if err := l.settleList(ctx, id, nil); err != nil {
			return err
		}
	}
	if info.Gone || info.Suspended {
		return l.finish(ctx, nil) // an event or the look at the App begins again
	}
	var r round
	if _, err := l.recall(ctx, roundCursor(id), &r); err != nil {
		return err
	}
	step := l.beginRound
	if len(r.Todo) > 0 && len(l.claim.Touches) == 0 {
		step = l.readOn
	}
	if err := step(ctx, id, &r); err != nil {
		return err
	}
	l.keep(roundCursor(id), r)
	if len(r.Todo) == 0 {
		l.soon(r.To.Add(catchUp + share(id, catchUp/10)))
	}
	return l.finish(ctx, nil)
}

// beginRound says which repositories are to be read. When the program begins, and when the installation is new or allowed more
// than before, they are all.
func (l *look) beginRound(ctx context.Context, inst int64, r *round) error {
	config := slices.Contains(l.claim.Touches, string(rules.FactConfig))
	next := round{From: r.To, To: l.Now(), Listed: r.Listed, Everything: config}
	if config || slices.Contains(l.claim.Touches, string(rules.FactOther)) {
		next.From, next.Listed = time.Time{}, time.Time{}
	}
	if next.To.Sub(next.Listed) >= sweepAll {
		repos, err := l.GitHub.Repositories(ctx, inst)
		if err != nil {
			return err
		}
		if err := l.settleList(ctx, inst, repos); err != nil {
			return err
		}
		next.Listed = next.To
	}
	if err := l.note(ctx); err != nil { // what was listed is read back at once
		return err
	}
	if err := l.choose(ctx, inst, &next); err != nil {
		return err
	}
	*r = next
	if len(r.Todo) > 0 {
		l.soon(l.Now())
	}
	return nil
}

// settleList brings what is known of the repositories of an installation in line with what GitHub lists. One that is missing
// is no longer ours, unless another installation has it now. What changed for those that stay is looked at.
func (l *look) settleList(ctx context.Context, inst int64, repos []github.Repo) error {
	known, err := each[RepoInfo](ctx, l.Log, repoPrefix)
	if err != nil {
		return err
	}
	changed := struct{ Added, Removed, Changed int }{}
	var marks []eventlog.Mark
	for _, repo := range repos {
		was, is := known[repo.ID]
		now := infoOf(inst, repo)
		was.ID = repo.ID
		delete(known, repo.ID)
		switch {
		case is && was == now:
			continue
		case !is || was.Gone || was.Installation != inst:
			changed.Added++
		default:
			changed.Changed++
		}
		l.keep(now.cursor(), now)
		if is && now.matters(was) {
			marks = append(marks, eventlog.Mark{Subject: rules.RepoSubject(repo.ID), Touches: []string{string(rules.FactConfig)}})
		}
	}
	l.spread(marks)
	for id, gone := range known {
		if gone.Installation == inst && !gone.Gone {
			gone.ID, gone.Gone = id, true
			l.keep(gone.cursor(), gone)
			changed.Removed++
		}
	}
	if changed.Added+changed.Removed+changed.Changed == 0 {
		return nil
	}
	facts, err := json.Marshal(map[string]int{"added": changed.Added, "removed": changed.Removed, "changed": changed.Changed})
	l.pending.Events = append(l.pending.Events, eventlog.Event{
		At: l.Now(), Source: source, Kind: eventListed, Installation: inst, Subject: rules.InstallationSubject(inst), Facts: facts,
	})
	return err
}

// matters says that something about a repository changed that decisions depend on: not its name, and not what nobody had told.
func (r RepoInfo) matters(was RepoInfo) bool {
	branch := was.DefaultBranch != "" && was.DefaultBranch != r.DefaultBranch
	return branch || was.Gone || was.Installation != r.Installation || was.Archived != r.Archived || was.Private != r.Private
}

// eventListed tells that GitHub lists other repositories than were known, with how many.
const eventListed = "installation.listed"

// choose says which repositories a round reads: those that are busy first.
func (l *look) choose(ctx context.Context, inst int64, r *round) error {
	repos, err := each[RepoInfo](ctx, l.Log, repoPrefix)
	if err != nil {
		return err
	}
	prints, err := each[fingerprint](ctx, l.Log, sweptPrefix)
	if err != nil {
		return err
	}
	var rest []int64
	open := 0
	for _, id := range slices.Sorted(maps.Keys(repos)) {
		repo, print := repos[id], prints[id]
		if repo.Installation != inst || repo.Gone || repo.Archived {
			continue
		}
		if print.Config != "" {
			open += len(print.Open)
		}
		if print.busy(r.To) {
			r.Todo = append(r.Todo, id)
		} else if _, struck := stroke(id, r.From, r.To); struck {
			rest = append(rest, id)
		}
	}
	r.Todo = append(r.Todo, rest...)
	r.Period = 1 + int64(open)/patrolled
	return nil
}

// stroke is the hour that struck last for a repository, by number, and whether it did so after from: each repository has its own
// minute, so that thousands do not come together.
func stroke(id int64, from, to time.Time) (hour int64, struck bool) {
	minute := share(id, sweepAll)
	last := to.Add(-minute).Truncate(sweepAll)
	return last.Unix() / int64(sweepAll/time.Second), last.Add(minute).After(from)
}

// share is a part of d that an id always has, and that is another one for most others.
func share(id int64, d time.Duration) time.Duration { return time.Duration(mix(id) % uint64(d)) }

// mix makes a number that looks like chance of numbers that follow each other.
func mix(ids ...int64) uint64 {
	var x uint64
	for _, id := range ids {
		x = (x ^ uint64(id)) * 0x9E3779B97F4A7C15
		x ^= x >> 32
	}
	return x
}
