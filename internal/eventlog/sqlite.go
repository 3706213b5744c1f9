package eventlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// readers is how many connections read a file.
const readers = 4

// openFile opens or, if it may write, creates and migrates a file.
func openFile(path string, schema []string, o *storeOptions) (*store, error) {
	st := &store{say: &inSQLite}
	if !o.readOnly {
		if err := st.openWriter(path, schema, o); err != nil {
			return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), st.close())
		}
	}
	db, err := openSQLite(path, "query_only(1)")
	if err == nil {
		db.SetMaxOpenConns(readers)
		db.SetMaxIdleConns(readers)
		st.read = &reader{DB: db, keeps: true, kept: map[string]*sql.Stmt{}}
		err = checkVersion(db, schema)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), st.close())
	}
	return st, nil
}

func (st *store) openWriter(path string, schema []string, o *storeOptions) error {
	// SQLite gives its other files the rights of this one.
	created, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := created.Close(); err != nil {
		return err
	}
	synchronous := "synchronous(full)"
	if o.unsynced {
		synchronous = "synchronous(off)"
	}
	// secure_delete overwrites what is deleted: a forgotten key must not stay in a free page.
	db, err := openSQLite(path, "journal_mode(wal)", synchronous, "secure_delete(1)", "temp_store(memory)")
	if err != nil {
		return err
	}
	st.closers = append(st.closers, db.Close)
	conn, err := db.Conn(context.Background())
	if err != nil {
		return err
	}
	s := &sqliteSession{conn: conn, stmts: map[string]*sql.Stmt{}, version: len(schema), spoil: o.spoil}
	st.closers = append(st.closers, s.close)
	if err := s.migrate(schema); err != nil {
		return err
	}
	st.w = (&writer{say: st.say, begin: s.begin, onDone: o.onDone}).start()
	return nil
}

// sqliteSession is the one connection that writes to a file.
type sqliteSession struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt

	version int          // of the tables
	spoil   func() error // nil: nobody does
}

func (s *sqliteSession) begin(bool) (session, error) {
	if err := s.exec("BEGIN IMMEDIATE"); err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	if err := s.mayWrite(); err != nil {
		s.rollback()
		return nil, err
	}
	return s, nil
}

// mayWrite says ErrNewer where the file has newer tables by now: the lock of a directory is no lock where somebody
// removes its file, or copies a directory under a running program.
func (s *sqliteSession) mayWrite() error {
	var version int
	err := s.each("PRAGMA user_version", nil, func(scan func(...any) error) error { return scan(&version) })
	if err == nil && version > s.version {
		err = ErrNewer
	}
	return err
}

func (s *sqliteSession) ask(questions []*question) error {
	for _, q := range questions {
		stmt, err := s.prepare(q.query)
		if err != nil {
			return err
		}
		var failed error
		q.err = q.heard(func(dest ...any) error {
			failed = stmt.QueryRow(q.args...).Scan(dest...)
			return failed
		})
		if _, err := none(failed); err != nil {
			return err
		}
	}
	return nil
}

func (s *sqliteSession) exec(query string, args ...any) error {
	stmt, err := s.prepare(query)
	if err == nil {
		_, err = stmt.Exec(args...)
	}
	return err
}

func (s *sqliteSession) each(query string, args []any, row func(scan func(...any) error) error) error {
	stmt, err := s.prepare(query)
	if err != nil {
		return err
	}
	rows, err := stmt.Query(args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (s *sqliteSession) commit() error {
	if s.spoil != nil {
		if err := s.spoil(); err != nil {
			return fmt.Errorf("commit: %w", err)
		}
	}
	if err := s.exec("COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// rollback finds nothing to undo where a full disk has made SQLite do it already.
func (s *sqliteSession) rollback() { _ = s.exec("ROLLBACK") }

func (s *sqliteSession) apart(error) bool { return true }

func (s *sqliteSession) prepare(query string) (*sql.Stmt, error) {
	if stmt, ok := s.stmts[query]; ok {
		return stmt, nil
	}
	stmt, err := s.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	s.stmts[query] = stmt
	return stmt, nil
}

func (s *sqliteSession) close() error {
	for _, stmt := range s.stmts {
		stmt.Close()
	}
	return s.conn.Close()
}

// openSQLite opens an existing file.
func openSQLite(path string, pragmas ...string) (*sql.DB, error) {
	return openImpatient(path, busyTimeout, pragmas...)
}

// busyTimeout is how long a statement waits for another process that has locked the file, in milliseconds.
const busyTimeout = 10_000

// openImpatient is openSQLite with another time to wait.
func openImpatient(path string, wait int, pragmas ...string) (*sql.DB, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	dsn := fmt.Sprintf("file://%s?mode=rw&_pragma=busy_timeout(%d)", (&url.URL{Path: filepath.ToSlash(abs)}).EscapedPath(), wait)
	for _, p := range pragmas {
		dsn += "&_pragma=" + p
	}
	return sql.Open("sqlite", dsn)
}

// migrate brings the file to the newest version, in one transaction.
func (s *sqliteSession) migrate(schema []string) error {
	ctx := context.Background()
	var version int
	if err := s.conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if err := refuseNewer(version, schema); err != nil || version == len(schema) {
		return err
	}
	steps := strings.Join(schema[version:], "\n")
	script := fmt.Sprintf("BEGIN IMMEDIATE; %s; PRAGMA user_version = %d; COMMIT", steps, len(schema))
	if _, err := s.conn.ExecContext(ctx, script); err != nil {
		s.rollback()
		return fmt.Errorf("migrate from version %d to %d: %w", version, len(schema), err)
	}
	return nil
}

// fileVersion is the version of a file's tables.
func fileVersion(path string) (version int, err error) {
	db, err := openSQLite(path, "query_only(1)")
	if err != nil {
		return 0, err
	}
	defer db.Close()
	return version, db.QueryRow("PRAGMA user_version").Scan(&version)
}

func checkVersion(db *sql.DB, schema []string) error {
	var version int
	if err := db.QueryRow("PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	return refuseOther(version, schema)
}

// lockDir makes sure that one process writes. The lock is a SQLite transaction that is never ended: it works wherever
// the log itself works, and the system takes it away from a process that is killed.
func lockDir(dir string) (io.Closer, error) {
	path := filepath.Join(dir, "pitcrew.lock")
	created, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock data directory: %w", err)
	}
	if err := created.Close(); err != nil {
		return nil, fmt.Errorf("lock data directory: %w", err)
	}
	db, err := openImpatient(path, 0, "journal_mode(memory)") // to set it would wait for who holds the lock
	if err != nil {
		return nil, fmt.Errorf("lock data directory: %w", err)
	}
	db.SetMaxOpenConns(1)
	db.SetConnMaxLifetime(0)
	if _, err := db.Exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE"); err != nil {
		return nil, errors.Join(inUse(dir, err), db.Close())
	}
	return db, nil
}

func inUse(dir string, err error) error {
	var e *sqlite.Error
	if errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY {
		return fmt.Errorf("%s %w", dir, ErrInUse)
	}
	return fmt.Errorf("lock data directory: %w", err)
}
