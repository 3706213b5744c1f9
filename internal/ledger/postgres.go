package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
)

// lockRebuild is the key of the advisory lock under which one copy of the program makes the tables.
const lockRebuild = 0x70697403

// openDatabase opens the schema "ledger" in a PostgreSQL database.
func openDatabase(url string, readOnly bool) (*store, error) {
	db, err := eventlog.Database(url, "ledger", readOnly)
	if err != nil {
		return nil, err
	}
	st := &store{DB: db, postgres: true, actsOfChore: strings.Replace(actsOfChore, " INDEXED BY act_chore", "", 1)}
	if st.version, err = databaseVersion(context.Background(), db); err == nil && st.version > version {
		err = fmt.Errorf("the schema has version %d of its tables, and this pitcrew knows only up to %d: a newer pitcrew has written it", st.version, version)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return st, nil
}

// databaseVersion is that of the tables; 0 if there are none.
func databaseVersion(ctx context.Context, q querier) (v int, err error) {
	err = q.QueryRowContext(ctx, "SELECT number FROM ledger.version").Scan(&v)
	var e *pgconn.PgError
	if errors.As(err, &e) && (e.Code == "42P01" || e.Code == "3F000") { // undefined table, invalid schema name
		return 0, nil
	}
	return v, err
}

// rebuildDatabase drops the schema and makes it anew, unless another copy of the program has just done so.
func rebuildDatabase(ctx context.Context, tx *sql.Tx, again bool) error {
	if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", lockRebuild); err != nil {
		return err
	}
	var there bool
	err := tx.QueryRowContext(ctx, "SELECT to_regclass('ledger.version') IS NOT NULL").Scan(&there)
	if err != nil {
		return err
	}
	if there && !again {
		if v, err := databaseVersion(ctx, tx); err != nil || v == version {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, fmt.Sprintf(`DROP SCHEMA IF EXISTS ledger CASCADE; CREATE SCHEMA ledger; %s;
		CREATE TABLE version (number bigint NOT NULL); INSERT INTO version VALUES (%d)`, eventlog.ForPostgres(schema), version))
	return err
}
