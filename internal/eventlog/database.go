package eventlog

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// IsURL says that a log is in a PostgreSQL database and not in a directory.
func IsURL(where string) bool {
	return strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://")
}

// Database connects to a PostgreSQL database for what can be made anew from the log, and is kept beside it in a schema
// of its own: a commit there is not synced. Nothing is asked of the database yet.
func Database(url, schema string, readOnly bool) (*sql.DB, error) {
	config, err := poolConfig(url, &storeOptions{readOnly: readOnly, unsynced: true})
	if err != nil {
		return nil, err
	}
	config.ConnConfig.RuntimeParams["search_path"] = schema
	db := stdlib.OpenDB(*config.ConnConfig)
	db.SetMaxOpenConns(4)
	db.SetMaxIdleConns(4)
	return db, nil
}

// ForPostgres turns what makes SQLite's tables into PostgreSQL's words. Text is ordered by its bytes, as in SQLite.
func ForPostgres(schema string) string {
	return strings.NewReplacer(" INTEGER", " bigint", " TEXT", ` text COLLATE "C"`, " BLOB", " bytea",
		" STRICT, WITHOUT ROWID", "", " STRICT", "").Replace(schema)
}

var errURL = errors.New("the URL of the database is none of PostgreSQL's: write it like postgres://pitcrew@db.example.com/pitcrew")

func poolConfig(url string, o *storeOptions) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errURL // err may show the password
	}
	config.MaxConns = max(config.MaxConns, 8)
	config.ConnConfig.ConnectTimeout = patience
	params := map[string]string{
		"application_name":              "pitcrew",
		"search_path":                   "log,people",
		"default_transaction_isolation": "read committed",
		"lock_timeout":                  millis(patience),
		// A copy that is frozen in the middle of a transaction must not hold up the others for longer than GitHub waits.
		"idle_in_transaction_session_timeout": millis(patience / 2),
	}
	if o.readOnly {
		params["default_transaction_read_only"] = "on"
	}
	if o.unsynced {
		params["synchronous_commit"] = "off"
	}
	maps.Copy(params, config.ConnConfig.RuntimeParams) // what the URL says goes before
	config.ConnConfig.RuntimeParams = params
	return config, nil
}

func millis(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

func openPool(url string, o *storeOptions) (*pgxpool.Pool, error) {
	config, err := poolConfig(url, o)
	if err != nil {
		return nil, err
	}
	return pgxpool.NewWithConfig(context.Background(), config)
}
