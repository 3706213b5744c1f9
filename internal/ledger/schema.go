package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// version is that of tables and folds together: a file with another one is folded anew. Raise it whenever a fold gives
// other rows for the same events.
const version = 4

// tables are the names of all, in the order of schema.
var tables = []string{"progress", "act", "counted", "pull", "reverted", "chore", "propagation"}

// schema is the tables, in SQLite's words. Times are microseconds since 1970 in UTC; 0 is never.
const schema = `
CREATE TABLE progress (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	seq INTEGER NOT NULL,          -- the last event folded
	delivery TEXT NOT NULL,        -- the last delivery counted
	deliveries INTEGER NOT NULL
) STRICT;
INSERT INTO progress VALUES (1, 0, '', 0);

CREATE TABLE act (
	kind TEXT NOT NULL,
	subject TEXT NOT NULL,
	key TEXT NOT NULL,             -- digest of the act's key
	repository INTEGER NOT NULL,   -- where it changes something
	installation INTEGER NOT NULL,
	chore TEXT NOT NULL,           -- the subject on which its minute is counted
	outcome TEXT NOT NULL,
	undone INTEGER NOT NULL,       -- when a person took it back; 0: nobody did
	intended INTEGER NOT NULL,     -- when
	intent INTEGER NOT NULL,       -- log number of the newest intent
	seen INTEGER NOT NULL,         -- when its effect was first seen
	at INTEGER NOT NULL,           -- when the newest of it happened
	seq INTEGER NOT NULL,          -- log number of that
	PRIMARY KEY (kind, subject, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX act_seq ON act (seq);
CREATE INDEX act_repository ON act (repository, seq);
CREATE INDEX act_chore ON act (chore, kind);
CREATE INDEX act_seen ON act (seen, kind, repository) WHERE seen > 0;
CREATE INDEX act_observed ON act (at, kind) WHERE outcome = 'observed';

CREATE TABLE counted (
	kind TEXT NOT NULL,
	chore TEXT NOT NULL,
	acts INTEGER NOT NULL,
	at INTEGER NOT NULL,           -- when it was credited
	minutes INTEGER NOT NULL,
	why TEXT NOT NULL,             -- why it has no minutes
	PRIMARY KEY (kind, chore)
) STRICT, WITHOUT ROWID;
CREATE INDEX counted_at ON counted (at, kind, minutes, why, acts);

CREATE TABLE pull (
	repository INTEGER NOT NULL,
	number INTEGER NOT NULL,
	installation INTEGER NOT NULL,
	state TEXT NOT NULL,           -- open, closed, merged
	base TEXT NOT NULL,
	opened INTEGER NOT NULL,
	closed INTEGER NOT NULL,       -- merged or closed
	told INTEGER NOT NULL,         -- when GitHub last told the state
	decided INTEGER NOT NULL,      -- log number of the newest answers; 0: none
	looked INTEGER NOT NULL,       -- when those were given
	verdict TEXT NOT NULL,         -- their state
	weight INTEGER NOT NULL,       -- of the verdict, most urgent first
	title TEXT NOT NULL,           -- the verdict in a few words
	since INTEGER NOT NULL,        -- since when the verdict and the title are so
	stand TEXT NOT NULL,           -- in line, or kept up to date
	ready INTEGER NOT NULL,        -- log number at which it joined the line
	place INTEGER NOT NULL,        -- log number of what its base last said
	landed TEXT NOT NULL,          -- the commit as which it landed; empty: it did not, or that was not told
	PRIMARY KEY (repository, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX pull_state ON pull (state, weight, since, repository, number);
CREATE INDEX pull_repository ON pull (repository, state, weight, since, number);
CREATE INDEX pull_line ON pull (repository, base, ready, number) WHERE stand <> '' AND state = 'open';
CREATE INDEX pull_landed ON pull (repository, landed) WHERE landed <> '';

CREATE TABLE reverted (
	repository INTEGER NOT NULL,
	landed TEXT NOT NULL,          -- the commit that was taken back
	base TEXT NOT NULL,            -- by a push there
	at INTEGER NOT NULL,
	PRIMARY KEY (repository, landed, base)
) STRICT, WITHOUT ROWID;

CREATE TABLE chore (
	repository INTEGER NOT NULL,
	rule TEXT NOT NULL,
	mode TEXT NOT NULL,            -- on, off, observed, stopped
	PRIMARY KEY (repository, rule)
) STRICT, WITHOUT ROWID;

CREATE TABLE propagation (
	subject TEXT NOT NULL,         -- the release in the repository that uses it
	key TEXT NOT NULL,
	package TEXT NOT NULL,
	version TEXT NOT NULL,
	source INTEGER NOT NULL,       -- the repository that was released
	target INTEGER NOT NULL,
	number INTEGER NOT NULL,       -- of the pull request; 0 while it is not known
	seq INTEGER NOT NULL,
	PRIMARY KEY (subject, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX propagation_package ON propagation (package, seq);
CREATE INDEX propagation_target ON propagation (target, number);
`

// copyTables takes all rows of a ledger over into an empty one in SQLite, as they are at one moment.
func copyTables(ctx context.Context, to, from *store) error {
	read, err := from.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: from.snapshot()})
	if err != nil {
		return err
	}
	defer read.Rollback()
	write, err := to.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer write.Rollback()
	for _, name := range tables {
		if err := copyTable(ctx, write, read, name); err != nil {
			return fmt.Errorf("copy %s: %w", name, err)
		}
	}
	return write.Commit()
}

func copyTable(ctx context.Context, write, read *sql.Tx, name string) error {
	rows, err := read.QueryContext(ctx, "SELECT * FROM "+name)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	insert, err := write.PrepareContext(ctx, "INSERT OR REPLACE INTO "+name+" VALUES (?"+strings.Repeat(", ?", len(columns)-1)+")")
	if err != nil {
		return err
	}
	defer insert.Close()
	values, places := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		places[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return err
		}
		if _, err := insert.ExecContext(ctx, values...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// querier is a database or a transaction.
type querier interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

// column reads a query of one column.
func column[T any](ctx context.Context, q querier, query string, args ...any) ([]T, error) {
	return collect(ctx, q, func(rows *sql.Rows, v *T) error { return rows.Scan(v) }, query, args...)
}

// collect reads all rows of a query. Nothing else is asked while they are read, since there may be only one connection.
func collect[T any](ctx context.Context, q querier, scan func(*sql.Rows, *T) error, query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		var v T
		if err := scan(rows, &v); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}
