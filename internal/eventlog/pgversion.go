package eventlog

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// querier is a connection or a pool.
type querier interface {
	QueryRow(context.Context, string, ...any) pgx.Row
}

// pgVersion is the version of a schema; 0 if there is none.
func pgVersion(ctx context.Context, q querier, schema string) (version int, err error) {
	err = q.QueryRow(ctx, "SELECT number FROM "+schema+".version").Scan(&version)
	var e *pgconn.PgError
	if errors.As(err, &e) && (e.Code == "42P01" || e.Code == "3F000") { // undefined table, invalid schema name
		return 0, nil
	}
	return version, err
}

func (p *postgres) checkVersions(ctx context.Context) error {
	for _, s := range steps {
		version, err := pgVersion(ctx, p.pool, s.name)
		if err == nil {
			err = refuseOther(version, s.schema)
		}
		if err != nil {
			return fmt.Errorf("schema %s: %w", s.name, err)
		}
	}
	return nil
}

// migrate brings the schemas to the newest version, in one transaction. Where that is done already it takes no lock, and
// needs no right to make tables.
func (p *postgres) migrate(ctx context.Context) error {
	done := true
	for _, s := range steps {
		version, err := pgVersion(ctx, p.pool, s.name)
		if err == nil {
			err = refuseNewer(version, s.schema)
		}
		if err != nil {
			return fmt.Errorf("schema %s: %w", s.name, err)
		}
		done = done && version == len(s.schema)
	}
	if done {
		return nil
	}
	return pgx.BeginFunc(ctx, p.pool, func(t pgx.Tx) error {
		// Whoever appends waits, and then finds the new tables.
		if _, err := t.Exec(ctx, "SELECT pg_advisory_xact_lock($1), pg_advisory_xact_lock($2)", lockMigrate, lockOrder); err != nil {
			return err
		}
		for _, s := range steps {
			if err := pgMigrate(ctx, t, s.name, s.schema); err != nil {
				return fmt.Errorf("schema %s: %w", s.name, err)
			}
		}
		return nil
	})
}

func pgMigrate(ctx context.Context, t pgx.Tx, schema string, steps []string) error {
	_, err := t.Exec(ctx, fmt.Sprintf(`CREATE SCHEMA IF NOT EXISTS %[1]s; SET LOCAL search_path TO %[1]s;
		CREATE TABLE IF NOT EXISTS version (one bigint PRIMARY KEY, number bigint NOT NULL);
		INSERT INTO version VALUES (1, 0) ON CONFLICT DO NOTHING`, schema))
	if err != nil {
		return err
	}
	version, err := pgVersion(ctx, t, schema) // another copy of the program may have been first
	if err == nil {
		err = refuseNewer(version, steps)
	}
	if err != nil || version == len(steps) {
		return err
	}
	for i, step := range steps[version:] {
		if _, err := t.Exec(ctx, ForPostgres(step)); err != nil {
			return fmt.Errorf("migrate from version %d to %d: %w", version+i, version+i+1, err)
		}
	}
	_, err = t.Exec(ctx, "UPDATE version SET number = $1", len(steps))
	return err
}
