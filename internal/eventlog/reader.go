package eventlog

import (
	"context"
	"database/sql"
	"sync"
)

// keptStatements bounds what a reader keeps: queries of events have as many forms as there are filters.
const keptStatements = 100

// reader is the connections for reading. For SQLite it keeps statements prepared, since to prepare one costs more than
// most answers do; PostgreSQL's driver does so itself.
type reader struct {
	*sql.DB
	keeps bool

	mu   sync.Mutex
	kept map[string]*sql.Stmt
}

func (r *reader) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if s := r.prepared(ctx, query); s != nil {
		return s.QueryContext(ctx, args...)
	}
	return r.DB.QueryContext(ctx, query, args...)
}

func (r *reader) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if s := r.prepared(ctx, query); s != nil {
		return s.QueryRowContext(ctx, args...)
	}
	return r.DB.QueryRowContext(ctx, query, args...)
}

// prepared is nil where a query is not kept, or cannot be prepared: asked plainly, it tells why.
func (r *reader) prepared(ctx context.Context, query string) *sql.Stmt {
	if !r.keeps {
		return nil
	}
	s, full := r.keptOf(query)
	if s != nil || full {
		return s
	}
	s, err := r.PrepareContext(ctx, query) // without the lock, since it may wait for a connection
	if err != nil {
		return nil
	}
	return r.keep(query, s)
}

func (r *reader) keptOf(query string) (s *sql.Stmt, full bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.kept[query], len(r.kept) >= keptStatements
}

// keep gives the statement that was kept first.
func (r *reader) keep(query string, s *sql.Stmt) *sql.Stmt {
	r.mu.Lock()
	defer r.mu.Unlock()
	if first, ok := r.kept[query]; ok {
		s.Close() //nolint:errcheck // nobody has used it
		return first
	}
	r.kept[query] = s
	return s
}
