package eventlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
)

// snapshot is all tables as they were at one moment, while others go on writing.
//
// In PostgreSQL it is one transaction. In SQLite it is one in each file, and that of the log begins first: whoever is
// named in an event, and the key of each day, was written to the people before the log had it, so that all that the log of
// the snapshot speaks of is there. What was forgotten in between is missing, as it is meant to be.
type snapshot struct {
	parts   []part
	closers []func() error // last first
}

// part is the tables of one schema.
type part struct {
	schema  string
	prefix  string // of a table's name in a statement
	version int
	tx      *sql.Tx
	tables  []string
}

func openSnapshot(ctx context.Context, where string) (*snapshot, error) {
	s := &snapshot{}
	open := s.openDir
	if IsURL(where) {
		open = s.openDatabase
	}
	if err := open(ctx, where); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *snapshot) close() error {
	var errs []error
	for i := len(s.closers) - 1; i >= 0; i-- {
		errs = append(errs, s.closers[i]())
	}
	s.closers = nil
	return errors.Join(errs...)
}

func (s *snapshot) header(made time.Time) backupHeader {
	h := backupHeader{Backup: "pitcrew", Form: backupForm, Made: made.UTC(), Versions: map[string]int{}}
	for _, p := range s.parts {
		h.Versions[p.schema] = p.version
	}
	return h
}

func (s *snapshot) begin(ctx context.Context, db *sql.DB, o *sql.TxOptions) (*sql.Tx, error) {
	tx, err := db.BeginTx(ctx, o)
	if err == nil {
		s.closers = append(s.closers, tx.Rollback)
	}
	return tx, err
}

func (s *snapshot) openDir(ctx context.Context, dir string) error {
	for _, step := range steps {
		path := filepath.Join(dir, step.name+".db")
		db, err := openSQLite(path, "query_only(1)")
		if err != nil {
			return err
		}
		s.closers = append(s.closers, db.Close)
		tx, err := s.begin(ctx, db, nil)
		if err != nil {
			return fmt.Errorf("open %s: %w", path, err)
		}
		p := part{schema: step.name, tx: tx}
		// The transaction sees the moment of its first statement, which is this one.
		if p.tables, err = texts(ctx, tx, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`); err == nil {
			err = tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&p.version)
		}
		if err == nil {
			err = refuseNewer(p.version, step.schema)
		}
		if err != nil {
			return fmt.Errorf("open %s: %w", path, err)
		}
		s.parts = append(s.parts, p)
	}
	for _, p := range s.parts {
		if err := intact(ctx, p.tx, quickCheck); err != nil {
			return fmt.Errorf("%s.db is damaged: %w; keep the backups that you have", p.schema, err)
		}
	}
	return nil
}

// sqlPatient lets a transaction wait for a slow disk on our side.
const sqlPatient = "SET LOCAL idle_in_transaction_session_timeout = 0"

func (s *snapshot) openDatabase(ctx context.Context, url string) error {
	pool, err := openPool(url, &storeOptions{readOnly: true})
	if err != nil {
		return err
	}
	s.closers = append(s.closers, func() error { pool.Close(); return nil })
	db := stdlib.OpenDBFromPool(pool)
	s.closers = append(s.closers, db.Close)
	tx, err := s.begin(ctx, db, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	if _, err := tx.ExecContext(ctx, sqlPatient); err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	for _, step := range steps {
		p := part{schema: step.name, prefix: step.name + ".", tx: tx}
		p.tables, err = texts(ctx, tx, `SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = $1 AND tablename <> 'version' ORDER BY tablename COLLATE "C"`, step.name)
		if err == nil && len(p.tables) == 0 {
			err = errors.New("there are no tables: pitcrew serve makes them")
		}
		if err == nil {
			err = tx.QueryRowContext(ctx, "SELECT number FROM "+step.name+".version").Scan(&p.version)
		}
		if err == nil {
			err = refuseNewer(p.version, step.schema)
		}
		if err != nil {
			return fmt.Errorf("schema %s: %w", step.name, err)
		}
		s.parts = append(s.parts, p)
	}
	return nil
}

// texts reads a query of one column of text.
func texts(ctx context.Context, tx *sql.Tx, query string, args ...any) (out []string, err error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	return out, rows.Err()
}
