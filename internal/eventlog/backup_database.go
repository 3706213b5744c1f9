package eventlog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// emptyDatabase is a database that is filled from a backup, in one transaction.
type emptyDatabase struct {
	ctx  context.Context
	pool *pgxpool.Pool
	tx   pgx.Tx
}

func openEmptyDatabase(ctx context.Context, url string) (restorer, error) {
	pool, err := openPool(url, &storeOptions{})
	if err != nil {
		return nil, err
	}
	d := &emptyDatabase{ctx: ctx, pool: pool}
	if err := d.begin(); err != nil {
		return nil, errors.Join(err, d.drop())
	}
	return d, nil
}

func (d *emptyDatabase) begin() (err error) {
	if d.tx, err = d.pool.Begin(d.ctx); err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	if _, err := d.tx.Exec(d.ctx, sqlPatient); err != nil {
		return err
	}
	// Programs that start meanwhile wait, and then find the tables.
	if _, err := d.tx.Exec(d.ctx, "SELECT pg_advisory_xact_lock($1), pg_advisory_xact_lock($2)", lockMigrate, lockOrder); err != nil {
		return err
	}
	for _, schema := range []string{"log", "people", "ledger"} {
		var tables int
		if err := d.tx.QueryRow(d.ctx, "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = $1", schema).Scan(&tables); err != nil {
			return err
		}
		if tables > 0 {
			return NotEmptyError{What: schema}
		}
	}
	return nil
}

func (d *emptyDatabase) make(schema string, version int) error {
	return pgMigrate(d.ctx, d.tx, schema, stepsOf(schema)[:version])
}

func (d *emptyDatabase) load(schema, table string, columns []string, next func() ([]any, bool)) error {
	name := pgx.Identifier{schema, table}
	if _, err := d.tx.Exec(d.ctx, "DELETE FROM "+name.Sanitize()); err != nil { // what making it wrote
		return err
	}
	_, err := d.tx.CopyFrom(d.ctx, name, slices.Clone(columns), pgx.CopyFromFunc(func() ([]any, error) {
		values, _ := next()
		return values, nil // no values: the end
	}))
	return err
}

func (d *emptyDatabase) number(schema, question string) (n int64, err error) {
	return n, d.tx.QueryRow(d.ctx, strings.ReplaceAll(question, "@", schema+".")).Scan(&n)
}

func (d *emptyDatabase) exec(schema, statement string, args ...any) error {
	_, err := d.tx.Exec(d.ctx, strings.ReplaceAll(statement, "@", schema+"."), args...)
	return err
}

func (d *emptyDatabase) keep() error {
	err := d.tx.Commit(d.ctx)
	d.tx = nil
	d.pool.Close()
	return err
}

func (d *emptyDatabase) drop() error {
	if d.tx != nil {
		_ = d.tx.Rollback(context.WithoutCancel(d.ctx)) // the server undoes it in any case
	}
	d.pool.Close()
	return nil
}
