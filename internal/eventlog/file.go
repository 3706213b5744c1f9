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

// file is one SQLite file: a writer, unless it was opened read-only, and connections for readers.
type file struct {
	writeDB *sql.DB
	w       *writer
	readDB  *sql.DB
}

var errReadOnly = errors.New("the log was opened for reading only")

// openFile opens or, if it may write, creates and migrates a file.
func openFile(path string, schema []string, readOnly bool, onDone func(*group)) (*file, error) {
	f := &file{}
	var err error
	if !readOnly {
		if err = f.openWriter(path, schema, onDone); err != nil {
			return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), f.close())
		}
	}
	if f.readDB, err = openSQLite(path, "query_only(1)"); err == nil {
		f.readDB.SetMaxOpenConns(4)
		err = checkVersion(f.readDB, schema)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), f.close())
	}
	return f, nil
}

func (f *file) openWriter(path string, schema []string, onDone func(*group)) error {
	// SQLite gives its other files the rights of this one.
	created, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := created.Close(); err != nil {
		return err
	}
	// secure_delete overwrites what is deleted: a forgotten key must not stay in a free page.
	f.writeDB, err = openSQLite(path, "journal_mode(wal)", "synchronous(full)", "secure_delete(1)", "temp_store(memory)")
	if err != nil {
		return err
	}
	conn, err := f.writeDB.Conn(context.Background())
	if err != nil {
		return err
	}
	w := newWriter(conn, onDone)
	if err := w.migrate(schema); err != nil {
		return errors.Join(err, conn.Close())
	}
	f.w = w
	go w.run()
	return nil
}

// openSQLite opens an existing file.
func openSQLite(path string, pragmas ...string) (*sql.DB, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	dsn := "file://" + (&url.URL{Path: filepath.ToSlash(abs)}).EscapedPath() + "?mode=rw&_pragma=busy_timeout(10000)"
	for _, p := range pragmas {
		dsn += "&_pragma=" + p
	}
	return sql.Open("sqlite", dsn)
}

func (f *file) write(ctx context.Context, do func(*tx) error) error {
	if f.w == nil {
		return errReadOnly
	}
	return f.w.submit(ctx, do)
}

func (f *file) close() error {
	var errs []error
	if f.w != nil {
		errs = append(errs, f.w.close())
	}
	for _, db := range []*sql.DB{f.readDB, f.writeDB} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// migrate brings the file to the newest version, in one transaction.
func (w *writer) migrate(schema []string) error {
	t := &tx{w: w}
	var version int
	if err := t.row("PRAGMA user_version", nil, &version); err != nil {
		return err
	}
	if err := refuseNewer(version, schema); err != nil || version == len(schema) {
		return err
	}
	ctx := context.Background()
	steps := strings.Join(schema[version:], "\n")
	script := fmt.Sprintf("BEGIN IMMEDIATE; %s; PRAGMA user_version = %d; COMMIT", steps, len(schema))
	if _, err := w.conn.ExecContext(ctx, script); err != nil {
		_, _ = w.conn.ExecContext(ctx, "ROLLBACK")
		return fmt.Errorf("migrate from version %d to %d: %w", version, len(schema), err)
	}
	return nil
}

func checkVersion(db *sql.DB, schema []string) error {
	var version int
	if err := db.QueryRow("PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version < len(schema) {
		return fmt.Errorf("it has version %d of its tables, and this pitcrew reads version %d: start `pitcrew serve` once to bring it up to date", version, len(schema))
	}
	return refuseNewer(version, schema)
}

func refuseNewer(version int, schema []string) error {
	if version <= len(schema) {
		return nil
	}
	return fmt.Errorf("it has version %d of its tables, and this pitcrew knows only up to %d: a newer pitcrew has written it", version, len(schema))
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
	db, err := openSQLite(path, "journal_mode(memory)")
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
		return fmt.Errorf("%s is in use by another pitcrew", dir)
	}
	return fmt.Errorf("lock data directory: %w", err)
}
