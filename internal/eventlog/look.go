package eventlog

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// Finish ends a look.
type Finish struct {
	Append // what the look did and remembers; its own subject may be among the marks, and is then due again

	// Seen is the log number, from DB.Head, read before the snapshot was loaded. Zero means that the load began after
	// the claim. A snapshot older than the claim does not count for what was marked after it: the row stays due.
	Seen int64
	// Waits are the facts that could change the verdict, compared with Mark.Touches. Nil means any; empty, none.
	Waits []string
	// Again is when to look again whatever happens; zero means that only an event matters.
	Again time.Time
	// Rest is when to look again at the soonest, where the subject was marked since the claim: until then it stays as if
	// somebody looked. Zero means at once.
	Rest time.Time
}

// Note writes a within the look c: intents, outcomes, marks of other subjects. It fails with ErrFence if the lease was
// taken by somebody else; a lease that only ran out still holds. Raw and Headers are not kept.
func (db *DB) Note(ctx context.Context, c Claim, a Append) error {
	a, err := a.prepared(db.now())
	if err == nil {
		err = db.within(ctx, c, true, func(t *tx, row dueRow) error {
			_, err := t.append(a.of(row), nil)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("note %s: %w", c.Subject, err)
	}
	return nil
}

// Finish ends the look c in one transaction: events, marks, memory, waits, and the time to look again. The row goes,
// unless it was marked since the claim: then it stays due at the time which those marks asked for.
func (db *DB) Finish(ctx context.Context, c Claim, f Finish) error {
	a, err := f.Append.prepared(db.now())
	if err == nil {
		err = db.within(ctx, c, true, func(t *tx, row dueRow) error { return t.finish(c, a.of(row), f) })
	}
	if err != nil {
		return fmt.Errorf("finish %s: %w", c.Subject, err)
	}
	return nil
}

// of makes what a look at row has written its installation's.
func (a Append) of(row dueRow) Append {
	a.installation = cmp.Or(a.installation, row.installation)
	return a
}

func (t *tx) finish(c Claim, a Append, f Finish) error {
	if _, err := t.append(a, nil); err != nil {
		return err
	}
	row, _, err := t.dueRow(c.Subject) // read again: a may have marked it
	if err != nil {
		return err
	}
	again := nullTime(f.Again)
	row.at, row.first = earliest(again, row.fresh), row.freshFirst.Int64
	if !row.freshFirst.Valid {
		row.first = row.seq
	}
	var rest sql.NullInt64
	if row.fresh.Valid && row.fresh.Int64 < micros(f.Rest) {
		rest = nullTime(f.Rest)
	}
	taken := c.Seq
	if f.Seen > 0 && f.Seen < c.Seq { // the snapshot is older than marks that the claim knew: at least those are left
		taken, row.at, row.first = f.Seen, nullTime(c.Due), c.First
	}
	t.stirs = true
	return t.exec(sqlFinish, row.at, row.first, row.touches.after(taken).String(), max(row.since, taken),
		waitsDoc(f.Waits), again, rest, c.Subject)
}

// Release ends the look c without a result: look again at at, or sooner if something happens. What touched the subject
// is kept, and its waits cannot drop it. For reads that were stale, and for looks that have to wait for their slot.
func (db *DB) Release(ctx context.Context, c Claim, at time.Time) error {
	err := db.within(ctx, c, false, func(t *tx, row dueRow) error {
		t.stirs = true
		return t.exec(sqlRelease, earliest(nullTime(at), row.fresh), c.Subject)
	})
	if err != nil {
		return fmt.Errorf("release %s: %w", c.Subject, err)
	}
	return nil
}

// Extend moves the end of the lease to until.
func (db *DB) Extend(ctx context.Context, c Claim, until time.Time) error {
	err := db.within(ctx, c, false, func(t *tx, _ dueRow) error { return t.exec(sqlExtend, micros(until), c.Subject) })
	if err != nil {
		return fmt.Errorf("extend %s: %w", c.Subject, err)
	}
	return nil
}

// within runs do if c is still the newest claim of its subject, in the same transaction.
func (db *DB) within(ctx context.Context, c Claim, ordered bool, do func(*tx, dueRow) error) error {
	var row dueRow
	return db.log.change(&operation{
		ctx: ctx, ordered: ordered,
		first: &question{query: db.log.say.dueRow, args: []any{c.Subject}, heard: func(scan func(...any) error) error {
			row = dueRow{}
			found, err := none(row.scan(scan))
			if err == nil && (!found || row.fence != c.Fence || !row.until.Valid) {
				err = ErrFence
			}
			return err
		}},
		do: func(t *tx) error { return do(t, row) },
	})
}

func nullTime(t time.Time) sql.NullInt64 {
	if t.IsZero() {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: micros(t), Valid: true}
}

// earliest is the earlier of two times, of which either may be none.
func earliest(a, b sql.NullInt64) sql.NullInt64 {
	if !a.Valid || b.Valid && b.Int64 < a.Int64 {
		return b
	}
	return a
}

func waitsDoc(waits []string) any {
	if waits == nil {
		return nil
	}
	doc, _ := json.Marshal(waits) // strings always marshal
	return string(doc)
}
