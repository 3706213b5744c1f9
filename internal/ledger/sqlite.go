package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver
)

// openFile opens ledger.db in dir, or one in memory if dir is empty.
func openFile(dir string, readOnly bool) (st *store, err error) {
	dsn := ":memory:"
	if dir != "" {
		if dsn, err = fileName(dir, readOnly); err != nil {
			return nil, err
		}
	}
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	if dir == "" {
		db.SetMaxOpenConns(1) // each connection would have a memory of its own
	}
	st = &store{DB: db, actsOfChore: actsOfChore}
	if err := db.QueryRow("PRAGMA user_version").Scan(&st.version); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return st, nil
}

func fileName(dir string, readOnly bool) (string, error) {
	path := filepath.Join(dir, "ledger.db")
	flags, pragma := os.O_RDWR|os.O_CREATE, "&_pragma=journal_mode(wal)&_pragma=synchronous(normal)&_txlock=immediate"
	if readOnly {
		flags, pragma = os.O_RDONLY, "&_pragma=query_only(1)"
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return "", err
	}
	if err := f.Close(); err != nil {
		return "", err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	name := (&url.URL{Path: filepath.ToSlash(abs)}).EscapedPath()
	return "file://" + name + "?mode=rw&_pragma=busy_timeout(10000)" + pragma, nil
}

// rebuildFile drops all tables and makes them anew, empty.
func rebuildFile(ctx context.Context, tx *sql.Tx) error {
	names, err := column[string](ctx, tx, "SELECT name FROM sqlite_schema WHERE type = 'table'")
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := tx.ExecContext(ctx, "DROP TABLE "+name); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, fmt.Sprintf("%s; PRAGMA user_version = %d", schema, version))
	return err
}
