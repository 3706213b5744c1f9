package eventlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/pitcrew-app/pitcrew/rules"
)

// What is beside the log is there to save work, and may go when it no longer does: a memory is folded again from the
// events, which stay; without waits a look is made too many; a commit that names no pull request makes its repository due.
// Only fences may not begin again, so the highest that goes is kept.

// purgePage is how many rows one operation examines or deletes.
const purgePage = 200

// quietCursor is how far PurgeQuiet is.
const quietCursor = "purged"

// PurgeQuiet goes on through all pull requests, a page a call and then again from the beginning, and removes what is kept
// of those that nobody looks at, none is to look at by itself, and that no event was about since before. It returns how
// many those were.
func (db *DB) PurgeQuiet(ctx context.Context, before time.Time) (purged int, err error) {
	err = db.log.order(ctx, func(t *tx) error {
		quiet, err := t.quiet(before)
		if err != nil {
			return err
		}
		purged = len(quiet)
		for _, s := range quiet {
			if err := t.purge(sqlPurgePull, s); err != nil {
				return err
			}
			if err := t.exec(sqlPurgeHeads, s.RepoID(), s.Number()); err != nil {
				return err
			}
			if err := t.exec(sqlPurgeMemory, s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("purge quiet pull requests: %w", err)
	}
	return purged, nil
}

// quiet reads the next page of pull requests, and picks those to purge.
func (t *tx) quiet(before time.Time) ([]rules.Subject, error) {
	from := ""
	if err := t.row(sqlGetCursor, []any{quietCursor}, &from); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	var quiet []rules.Subject
	var last rules.Subject
	n := 0
	err := t.each(sqlPulls, []any{max(from, "pr:"), purgePage}, func(scan func(...any) error) error {
		var newest int64
		var rests bool
		err := scan(&last, &rests, &newest)
		if n++; rests && newest < micros(before) {
			quiet = append(quiet, last)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if n < purgePage {
		last = "" // the next page is the first
	}
	return quiet, t.exec(sqlSetCursor, quietCursor, string(last))
}

// Gone is what is no longer ours to see: a repository or an installation, with the cursors that are kept about it.
type Gone struct {
	Repository, Installation int64 // one of them
	Cursors                  []string
}

// ranges are the names of its subjects, each from the first to one behind the last.
func (g Gone) ranges() [][2]string {
	if g.Installation != 0 {
		name := string(rules.InstallationSubject(g.Installation))
		return [][2]string{{name, name + " "}}
	}
	name := string(rules.RepoSubject(g.Repository))
	out := [][2]string{{name, name + " "}}
	for _, kind := range []string{rules.KindPR, rules.KindBase, rules.KindRelease} {
		out = append(out, [2]string{fmt.Sprintf("%s:%d:", kind, g.Repository), fmt.Sprintf("%s:%d;", kind, g.Repository)})
	}
	return out
}

// Purge removes a page of what is kept of g, if no event was about it since before, and the cursors with the last. It says
// whether g is gone from the log now, but for its events.
func (db *DB) Purge(ctx context.Context, g Gone, before time.Time) (done bool, err error) {
	err = db.log.order(ctx, func(t *tx) error {
		var newest int64
		if err := t.row(sqlNewestOf, []any{g.Repository, rules.InstallationSubject(g.Installation)}, &newest); err != nil || newest >= micros(before) {
			return err
		}
		left, err := t.purgeRanges(g)
		if err != nil || left {
			return err
		}
		for _, name := range g.Cursors {
			if err := t.exec(sqlDropCursor, name); err != nil {
				return err
			}
		}
		done = true
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("purge repository %d, installation %d: %w", g.Repository, g.Installation, err)
	}
	return done, nil
}

// purgeRanges removes a page of due rows, memories and heads. It says whether there may be more; a row that is looked at
// stays.
func (t *tx) purgeRanges(g Gone) (left bool, err error) {
	for _, r := range g.ranges() {
		if err := t.purge(sqlPurgeRange, r[0], r[1], purgePage); err != nil {
			return false, err
		}
		if err := t.exec(sqlPurgeMemories, r[0], r[1], purgePage); err != nil {
			return false, err
		}
		var n int
		if err := t.row(sqlLeft, []any{r[0], r[1]}, &n); err != nil {
			return false, err
		}
		left = left || n > 0
	}
	if g.Repository == 0 {
		return left, nil
	}
	if err := t.exec(sqlPurgeAllHeads, g.Repository, purgePage); err != nil {
		return false, err
	}
	var n int
	err = t.row(sqlHeadsLeft, []any{g.Repository}, &n)
	return left || n > 0, err
}

// purge deletes due rows with a statement that returns their fences.
func (t *tx) purge(statement string, args ...any) error {
	t.wrote = true
	highest := int64(0)
	err := t.each(statement, args, func(scan func(...any) error) error {
		var fence int64
		err := scan(&fence)
		highest = max(highest, fence)
		return err
	})
	if err != nil || highest == 0 {
		return err
	}
	return t.exec(sqlRaiseFence, highest)
}
