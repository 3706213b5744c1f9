package eventlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// restoring is added to the name of a file until all of it is there.
const restoring = ".restoring"

// emptyDir is a directory that is filled from a backup, while the lock keeps programs away.
type emptyDir struct {
	ctx  context.Context
	dir  string
	lock io.Closer
	dbs  map[string]*sql.DB // by schema
	txs  map[string]*sql.Tx
}

func openEmptyDir(ctx context.Context, dir string) (restorer, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := empty(dir); err != nil { // a program that runs there has the lock, and this says more
		return nil, err
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, err
	}
	if err := empty(dir); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return &emptyDir{ctx: ctx, dir: dir, lock: lock, dbs: map[string]*sql.DB{}, txs: map[string]*sql.Tx{}}, nil
}

func empty(dir string) error {
	for _, name := range []string{"log.db", "people.db", "ledger.db"} {
		if _, err := os.Stat(filepath.Join(dir, name)); !errors.Is(err, os.ErrNotExist) {
			return NotEmptyError{dir, name}
		}
	}
	return nil
}

func (d *emptyDir) path(schema string) string { return filepath.Join(d.dir, schema+".db") }

func (d *emptyDir) make(schema string, version int) error {
	path := d.path(schema) + restoring
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	// Nobody else sees the file, and it is synced as a whole.
	if d.dbs[schema], err = openSQLite(path, "journal_mode(memory)", "synchronous(off)"); err != nil {
		return err
	}
	if d.txs[schema], err = d.dbs[schema].BeginTx(d.ctx, nil); err != nil {
		return err
	}
	_, err = d.txs[schema].ExecContext(d.ctx, fmt.Sprintf("%s; PRAGMA user_version = %d", strings.Join(stepsOf(schema)[:version], "\n"), version))
	return err
}

func (d *emptyDir) load(schema, table string, columns []string, next func() ([]any, bool)) error {
	tx := d.txs[schema]
	if _, err := tx.ExecContext(d.ctx, "DELETE FROM "+table); err != nil { // what making it wrote
		return err
	}
	insert, err := tx.PrepareContext(d.ctx, "INSERT INTO "+table+" ("+strings.Join(columns, ", ")+") VALUES (?"+strings.Repeat(", ?", len(columns)-1)+")")
	if err != nil {
		return err
	}
	defer insert.Close()
	for {
		values, ok := next()
		if !ok {
			return nil
		}
		if _, err := insert.ExecContext(d.ctx, values...); err != nil {
			return err
		}
	}
}

func (d *emptyDir) number(schema, question string) (n int64, err error) {
	return n, d.txs[schema].QueryRowContext(d.ctx, strings.ReplaceAll(question, "@", "")).Scan(&n)
}

func (d *emptyDir) exec(schema, statement string, args ...any) error {
	_, err := d.txs[schema].ExecContext(d.ctx, strings.ReplaceAll(statement, "@", ""), args...)
	return err
}

// keep gives the files their names, the people first: a program that starts after a crash in between finds no log, and a
// restore that is tried again says what is there.
func (d *emptyDir) keep() error {
	for schema, db := range d.dbs {
		err := d.txs[schema].Commit()
		if err == nil {
			err = intact(d.ctx, db, wholeCheck)
		}
		if err = errors.Join(err, db.Close()); err == nil {
			err = syncFile(d.path(schema) + restoring)
		}
		if err != nil {
			return fmt.Errorf("%s.db: %w", schema, err)
		}
	}
	for i := len(steps) - 1; i >= 0; i-- {
		path := d.path(steps[i].name)
		if err := os.Rename(path+restoring, path); err != nil {
			return err
		}
	}
	return errors.Join(syncDir(d.dir), d.lock.Close())
}

func (d *emptyDir) drop() error {
	var errs []error
	for schema, db := range d.dbs {
		if tx := d.txs[schema]; tx != nil {
			_ = tx.Rollback() // it may be over
		}
		errs = append(errs, db.Close())
		if err := os.Remove(d.path(schema) + restoring); !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(append(errs, d.lock.Close())...)
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
