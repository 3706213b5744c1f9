package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
)

// place is where a log is.
type place struct {
	name string
	data string // empty: a directory of its own
}

// of is the name of a row that was measured there.
func (p place) of(row string) string {
	if p.data == "" {
		return row
	}
	return row + ", " + p.name
}

// everywhere measures on files, and on PostgreSQL where a database was given.
func (o Options) everywhere(ctx context.Context, measure func(context.Context, Options, place) ([]Row, error)) ([]Row, error) {
	rows, err := measure(ctx, o, place{name: "files"})
	if err != nil || o.Database == "" {
		return rows, err
	}
	if err := empty(o.Database); err != nil {
		return nil, err
	}
	more, err := measure(ctx, o, place{"PostgreSQL", o.Database})
	return append(rows, more...), errors.Join(err, clear(ctx, o.Database))
}

// empty fails where a database has a log: what is emptied afterwards must not be anybody's.
func empty(url string) error {
	if !eventlog.IsURL(url) {
		return errors.New("the database to measure is given as a URL like postgres://pitcrew@localhost/empty")
	}
	schemas, err := eventlog.Schemas(url)
	if err != nil {
		return err
	}
	for _, s := range schemas {
		if s.Have != 0 {
			return fmt.Errorf("the database to measure has a schema %s: give one that is empty, since it is emptied afterwards", s.Name)
		}
	}
	return nil
}

func clear(ctx context.Context, url string) error {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "DROP SCHEMA IF EXISTS log, people, ledger CASCADE")
	return errors.Join(err, db.Close())
}
