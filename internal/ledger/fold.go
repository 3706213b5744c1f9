package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// folds are all folds, in the order in which they take an event.
var folds = []struct {
	name string
	take func(*tx, eventlog.Event) error
}{
	{"deliveries", foldDelivery},
	{"pull requests", foldPull},
	{"decisions", foldDecided},
	{"lines", foldLine},
	{"chores", foldChore},
	{"acts", foldAct},
	{"propagations", foldPropagation},
	{"minutes", foldMinutes},
}

// tx is the transaction in which events are folded.
type tx struct {
	*sql.Tx
	ctx   context.Context
	db    *store
	stmts map[string]*sql.Stmt // prepared; unused where the driver keeps them itself
}

// fold takes the events that follow after and moves the cursor, in one transaction. Where another copy of the program
// has moved it, nothing happens.
func (l *Ledger) fold(ctx context.Context, after int64, events []eventlog.Event) error {
	begun, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer begun.Rollback()
	moved, err := begun.ExecContext(ctx, "UPDATE progress SET seq = $1 WHERE seq = $2", events[len(events)-1].Seq, after)
	if err != nil {
		return fmt.Errorf("move cursor: %w", err)
	}
	if n, err := moved.RowsAffected(); err != nil || n == 0 {
		return err
	}
	t := &tx{Tx: begun, ctx: ctx, db: l.db, stmts: map[string]*sql.Stmt{}}
	for _, e := range events {
		for _, f := range folds {
			if err := f.take(t, e); err != nil {
				return fmt.Errorf("fold %s at %d into %s: %w", e.Kind, e.Seq, f.name, err)
			}
		}
	}
	return begun.Commit()
}

func (t *tx) statement(query string) (*sql.Stmt, error) {
	if s, ok := t.stmts[query]; ok {
		return s, nil
	}
	s, err := t.PrepareContext(t.ctx, query)
	if err == nil {
		t.stmts[query] = s
	}
	return s, err
}

func (t *tx) exec(query string, args ...any) error {
	if t.db.postgres {
		_, err := t.ExecContext(t.ctx, query, args...)
		return err
	}
	s, err := t.statement(query)
	if err == nil {
		_, err = s.ExecContext(t.ctx, args...)
	}
	return err
}

// row reads one row; sql.ErrNoRows if there is none.
func (t *tx) row(query string, args []any, dest ...any) error {
	if t.db.postgres {
		return t.QueryRowContext(t.ctx, query, args...).Scan(dest...)
	}
	s, err := t.statement(query)
	if err != nil {
		return err
	}
	return s.QueryRowContext(t.ctx, args...).Scan(dest...)
}

// ours says that pitcrew itself wrote the event.
func ours(e eventlog.Event) bool { return e.Source == "pitcrew" }

// about says that the event is about one subject of this kind.
func about(e eventlog.Event, kind string) bool { return e.Subject != "" && e.Subject.Kind() == kind }

func decode(e eventlog.Event, into any) error {
	if len(e.Facts) == 0 {
		return nil
	}
	return json.Unmarshal(e.Facts, into)
}

// foldDelivery counts webhooks. The events of one delivery follow each other, since they are one transaction.
func foldDelivery(t *tx, e eventlog.Event) error {
	if e.Delivery == "" {
		return nil
	}
	return t.exec("UPDATE progress SET deliveries = deliveries + 1, delivery = $1 WHERE delivery <> $1", e.Delivery)
}

// prOf is the subject of a pull request by its parts; empty where one is missing.
func prOf(repository int64, number int) string {
	if repository == 0 || number == 0 {
		return ""
	}
	return string(rules.PRSubject(repository, number))
}

// execNumbered runs a statement whose own arguments are ?1, ?2, … and whose last two are ?100 and ?101.
func (t *tx) execNumbered(query string, args []any, last ...any) error {
	query = strings.NewReplacer("$100", "$"+strconv.Itoa(len(args)+1), "$101", "$"+strconv.Itoa(len(args)+2)).Replace(query)
	return t.exec(query, append(args, last...)...)
}
