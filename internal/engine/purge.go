package engine

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
)

// What is kept beside the log of pull requests that were closed long ago, and of what is no longer ours to see, goes some at a
// time with each look at the App. Nobody needs it: should one come back, it is looked at as if it were new, and the log still
// knows what was done.
const (
	keptQuiet    = 30 * 24 * time.Hour // after the last event about it
	purgedAtOnce = 20                  // repositories and installations; the next look takes others
)

// purge is done another time where it fails.
func (l *look) purge(ctx context.Context) {
	before := l.Now().Add(-keptQuiet)
	_, err := l.Log.PurgeQuiet(ctx, before)
	if err == nil {
		err = l.purgeGone(ctx, before)
	}
	if err != nil {
		l.Logger.Warn().Err(err).Msg("what is kept of closed pull requests could not be purged")
	}
}

// purgeGone purges repositories that are gone, and installations after the last of theirs.
func (l *look) purgeGone(ctx context.Context, before time.Time) error {
	installs, err := l.installs(ctx)
	if err != nil {
		return err
	}
	repos, err := each[RepoInfo](ctx, l.Log, repoPrefix)
	if err != nil {
		return err
	}
	var gone []eventlog.Gone
	covers := map[int64]bool{} // by installation, that something of it is still known
	for _, id := range slices.Sorted(maps.Keys(repos)) {
		repo := repos[id]
		covers[repo.Installation] = true
		if repo.Gone || installs[repo.Installation].Gone {
			gone = append(gone, eventlog.Gone{Repository: id, Cursors: []string{RepoInfo{ID: id}.cursor(), sweptCursor(id)}})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(installs)) {
		if installs[id].Gone && !covers[id] {
			gone = append(gone, eventlog.Gone{Installation: id, Cursors: []string{InstallInfo{ID: id}.cursor(), roundCursor(id)}})
		}
	}
	for _, g := range atTime(gone, l.Now()) {
		if _, err := l.Log.Purge(ctx, g, before); err != nil {
			return err
		}
	}
	return nil
}

// atTime is those whose turn it is: all have theirs before the first has it again.
func atTime(gone []eventlog.Gone, now time.Time) []eventlog.Gone {
	if len(gone) <= purgedAtOnce {
		return gone
	}
	pages := (len(gone) + purgedAtOnce - 1) / purgedAtOnce
	page := int(now.Unix()/int64(catchUp/time.Second)) % pages
	return gone[page*purgedAtOnce : min((page+1)*purgedAtOnce, len(gone))]
}
