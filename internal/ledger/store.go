package ledger

import (
	"context"
	"database/sql"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
)

// store is the tables, in SQLite or in PostgreSQL. Statements are the same, but for the few that are fields.
type store struct {
	*sql.DB
	postgres    bool
	version     int // of the tables when they were opened; 0: there were none
	actsOfChore string
}

// openStore opens what is in a directory or a database; in memory, if where is empty.
func openStore(where string, readOnly bool) (*store, error) {
	if eventlog.IsURL(where) {
		return openDatabase(where, readOnly)
	}
	return openFile(where, readOnly)
}

// rebuild makes the tables, empty. Unless again, one who finds them there, of this version, leaves them.
func (st *store) rebuild(ctx context.Context, again bool) error {
	tx, err := st.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if st.postgres {
		err = rebuildDatabase(ctx, tx, again)
	} else {
		err = rebuildFile(ctx, tx)
	}
	if err != nil {
		return err
	}
	st.version = version
	return tx.Commit()
}

// snapshot is the isolation in which a transaction sees one moment.
func (st *store) snapshot() sql.IsolationLevel {
	if st.postgres {
		return sql.LevelRepeatableRead
	}
	return sql.LevelDefault
}
