package eventlog

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/rules"
)

// Query says which events to read. What is zero does not restrict.
type Query struct {
	After        int64 // only events with a higher number
	Before       int64 // only events with a lower number
	Subject      rules.Subject
	Repository   int64
	Installation int64
	Source       string
	Kinds        []string
	Desc         bool // newest first
	Limit        int  // zero means 1000
}

const defaultLimit = 1000

// Head is the newest log number: what is read after this call shows everything up to it.
func (db *DB) Head(ctx context.Context) (int64, error) {
	var n int64
	if err := db.log.read.QueryRowContext(ctx, sqlPosition).Scan(&n); err != nil {
		return 0, fmt.Errorf("newest log number: %w", err)
	}
	return n, nil
}

// Events is one page of the log, oldest first unless q.Desc. To read on, set q.After (or, if q.Desc, q.Before) to the
// Seq of the last event of the page; a page shorter than the limit is the last.
func (db *DB) Events(ctx context.Context, q Query) ([]Event, error) {
	where, args := q.where()
	rows, err := db.log.read.QueryContext(ctx, sqlEvents+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	defer rows.Close()
	var out []Event
	for rows.Next() {
		e, err := scanEvent(rows)
		if err != nil {
			return nil, fmt.Errorf("read events: %w", err)
		}
		out = append(out, e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	return out, nil
}

func (q Query) where() (string, []any) {
	conds := []string{"true"}
	var args []any
	place := func(arg any) string {
		args = append(args, arg)
		return "$" + strconv.Itoa(len(args))
	}
	add := func(use bool, cond string, arg any) {
		if use {
			conds = append(conds, cond+place(arg))
		}
	}
	add(q.After > 0, "seq > ", q.After)
	add(q.Before > 0, "seq < ", q.Before)
	add(q.Subject != "", "subject = ", q.Subject)
	add(q.Repository != 0, "repository = ", q.Repository)
	add(q.Installation != 0, "installation = ", q.Installation)
	add(q.Source != "", "source = ", q.Source)
	if len(q.Kinds) > 0 {
		var places []string
		for _, k := range q.Kinds {
			places = append(places, place(k))
		}
		conds = append(conds, "kind IN ("+strings.Join(places, ", ")+")")
	}
	order, limit := "ASC", q.Limit
	if q.Desc {
		order = "DESC"
	}
	if limit <= 0 {
		limit = defaultLimit
	}
	return fmt.Sprintf(" WHERE %s ORDER BY seq %s LIMIT %d", strings.Join(conds, " AND "), order, limit), args
}

func scanEvent(rows *sql.Rows) (Event, error) {
	var e Event
	var at, received int64
	var mustShow, facts sql.NullString
	err := rows.Scan(&e.Seq, &e.Delivery, &at, &received, &e.Source, &e.Kind, &e.Installation, &e.Repository,
		&e.Subject, &e.Actor, &mustShow, &facts)
	e.At, e.Received = fromMicros(at), fromMicros(received)
	if mustShow.Valid {
		e.MustShow = json.RawMessage(mustShow.String)
	}
	if facts.Valid {
		e.Facts = json.RawMessage(facts.String)
	}
	return e, err
}

// Memory is what was remembered of a subject; zero if nothing was.
func (db *DB) Memory(ctx context.Context, s rules.Subject) (Memory, error) {
	var doc string
	var m Memory
	err := db.log.read.QueryRowContext(ctx, sqlGetMemory, s).Scan(&doc, &m.Seq)
	if errors.Is(err, sql.ErrNoRows) {
		return Memory{}, nil
	}
	if err != nil {
		return Memory{}, fmt.Errorf("memory of %s: %w", s, err)
	}
	m.Doc = json.RawMessage(doc)
	return m, nil
}

// Has says whether a delivery is in the log.
func (db *DB) Has(ctx context.Context, delivery string) (bool, error) {
	var n int
	if err := db.log.read.QueryRowContext(ctx, sqlHasDelivery, delivery).Scan(&n); err != nil {
		return false, fmt.Errorf("delivery %s: %w", delivery, err)
	}
	return n > 0, nil
}

// Cursor is a small value kept under a name: how far a reader is, what was last seen of a thing. "" if none is.
func (db *DB) Cursor(ctx context.Context, name string) (string, error) {
	var value string
	err := db.log.read.QueryRowContext(ctx, sqlGetCursor, name).Scan(&value)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("cursor %s: %w", name, err)
	}
	return value, nil
}

// Cursors are the values of all names that begin with prefix, keyed by name.
func (db *DB) Cursors(ctx context.Context, prefix string) (map[string]string, error) {
	rows, err := db.log.read.QueryContext(ctx, sqlGetCursors, prefix)
	if err != nil {
		return nil, fmt.Errorf("cursors %s: %w", prefix, err)
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return nil, fmt.Errorf("cursors %s: %w", prefix, err)
		}
		out[name] = value
	}
	return out, rows.Err()
}

// SetCursor keeps value under name. To set it in the transaction of something else, use Append.Cursors.
func (db *DB) SetCursor(ctx context.Context, name, value string) error {
	err := db.log.write(ctx, func(t *tx) error {
		return t.exec(sqlSetCursor, name, value)
	})
	if err != nil {
		return fmt.Errorf("set cursor %s: %w", name, err)
	}
	return nil
}

// NextDue is when Claim can next have something: the earliest time due or, of a subject being looked at, the end of its
// lease. False means never, unless something is appended.
func (db *DB) NextDue(ctx context.Context) (time.Time, bool, error) {
	var at sql.NullInt64
	if err := db.log.read.QueryRowContext(ctx, sqlNextDue).Scan(&at); err != nil {
		return time.Time{}, false, fmt.Errorf("next due: %w", err)
	}
	if !at.Valid {
		return time.Time{}, false, nil
	}
	return fromMicros(at.Int64), true, nil
}

// Backlog is the state of the due set, for the health page.
type Backlog struct {
	Due     int       // subjects that nobody has looked at yet, though their time has come
	Oldest  time.Time // since when the first of those is due; zero if none is
	Later   int       // subjects with a time in the future
	Leased  int       // subjects being looked at
	Expired int       // leases that ended without their look: a process died, or is stuck
}

// Backlog counts what is due at now.
func (db *DB) Backlog(ctx context.Context, now time.Time) (Backlog, error) {
	var b Backlog
	var oldest sql.NullInt64
	err := db.log.read.QueryRowContext(ctx, sqlBacklog, micros(now)).Scan(&b.Due, &oldest, &b.Later, &b.Leased, &b.Expired)
	if err != nil {
		return b, fmt.Errorf("backlog: %w", err)
	}
	if oldest.Valid {
		b.Oldest = fromMicros(oldest.Int64)
	}
	return b, nil
}

// Standing is where a subject stands in the due set.
type Standing struct {
	Due   time.Time // when it is looked at next; zero: when something happens
	Owner string    // who looks at it now, or ""
	Since int64     // events up to this number were taken into account by a look
	Waits []string  // facts that could change the last verdict; nil: any
	Again time.Time // when the last verdict asked to be looked at again; zero: never
}

// Standing says when and why a subject is looked at next; zero for a subject that was never due.
func (db *DB) Standing(ctx context.Context, s rules.Subject) (Standing, error) {
	var st Standing
	var at, again sql.NullInt64
	var owner, waits sql.NullString
	err := db.log.read.QueryRowContext(ctx, sqlStanding, s).Scan(&at, &owner, &st.Since, &waits, &again)
	if errors.Is(err, sql.ErrNoRows) {
		return Standing{}, nil
	}
	if err == nil && waits.Valid {
		err = json.Unmarshal([]byte(waits.String), &st.Waits)
	}
	if err != nil {
		return Standing{}, fmt.Errorf("standing of %s: %w", s, err)
	}
	if at.Valid {
		st.Due = fromMicros(at.Int64)
	}
	if again.Valid {
		st.Again = fromMicros(again.Int64)
	}
	st.Owner = owner.String
	return st, nil
}
