package eventlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

// groupSize is how many operations share one commit, hence one sync, when that many are waiting.
const groupSize = 64

// writer is the only one that writes to a file. Operations that wait while it commits become the next group: the
// slower the disk, the larger the groups. An operation that fails undoes itself alone; a commit that fails fails all.
type writer struct {
	queue    chan *operation
	closing  chan struct{}
	finished chan struct{}
	once     sync.Once

	conn   *sql.Conn
	stmts  map[string]*sql.Stmt
	number int64        // last log number given, in the file or in the open transaction
	onDone func(*group) // after a commit, before anybody is answered
}

type operation struct {
	ctx  context.Context
	do   func(*tx) error
	done chan error // buffered: the writer never waits for a caller
}

// group is what a commit held.
type group struct {
	number int64 // the newest log number
	stirs  bool  // somebody may want to look: something was appended, or a due time changed
}

// tx is the open transaction, as an operation sees it.
type tx struct {
	w     *writer
	stirs bool
}

func newWriter(conn *sql.Conn, onDone func(*group)) *writer {
	return &writer{
		queue:    make(chan *operation, groupSize),
		closing:  make(chan struct{}),
		finished: make(chan struct{}),
		conn:     conn,
		stmts:    map[string]*sql.Stmt{},
		onDone:   onDone,
	}
}

// submit runs do in a transaction and returns when that is on disk. A context that ends while the operation waits for
// its turn ends it; one that has begun is carried through, so that an error always means that nothing was written.
func (w *writer) submit(ctx context.Context, do func(*tx) error) error {
	op := &operation{ctx: ctx, do: do, done: make(chan error, 1)}
	select {
	case <-w.closing:
		return ErrClosed
	default:
	}
	select {
	case w.queue <- op:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.closing:
		return ErrClosed
	}
	select {
	case err := <-op.done:
		return err
	case <-w.finished:
	}
	select { // it may have been in the last group
	case err := <-op.done:
		return err
	default:
		return ErrClosed
	}
}

func (w *writer) run() {
	defer close(w.finished)
	for {
		select {
		case op := <-w.queue:
			w.commit(w.gather(op))
		case <-w.closing:
			return
		}
	}
}

// close ends the writer after the group in hand; whoever still waits gets ErrClosed.
func (w *writer) close() error {
	w.once.Do(func() { close(w.closing) })
	<-w.finished
	for _, s := range w.stmts {
		s.Close()
	}
	return w.conn.Close()
}

func (w *writer) gather(first *operation) []*operation {
	ops := []*operation{first}
	for len(ops) < groupSize {
		select {
		case op := <-w.queue:
			ops = append(ops, op)
		default:
			return ops
		}
	}
	return ops
}

func (w *writer) commit(ops []*operation) {
	errs := make([]error, len(ops))
	before := w.number
	g, err := w.transact(ops, errs)
	if err != nil {
		w.number = before
		_ = w.execute("ROLLBACK") // SQLite may have rolled back already: then this is an error, and no harm
	} else if w.onDone != nil {
		w.onDone(g)
	}
	for i, op := range ops {
		op.done <- errors.Join(errs[i], err)
	}
}

// transact fills errs with the errors of single operations, and returns the error that fails them all.
func (w *writer) transact(ops []*operation, errs []error) (*group, error) {
	if err := w.execute("BEGIN IMMEDIATE"); err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	g := &group{}
	for i, op := range ops {
		t := &tx{w: w}
		if errs[i] = op.ctx.Err(); errs[i] != nil {
			continue
		}
		if err := w.isolated(t, op.do, &errs[i]); err != nil {
			return nil, err
		}
		g.stirs = g.stirs || t.stirs && errs[i] == nil
	}
	if err := w.execute("COMMIT"); err != nil {
		return nil, fmt.Errorf("commit: %w", err)
	}
	g.number = w.number
	return g, nil
}

// isolated runs do inside a savepoint, so that its error undoes nobody else's work.
func (w *writer) isolated(t *tx, do func(*tx) error, opErr *error) error {
	if err := w.execute("SAVEPOINT op"); err != nil {
		return fmt.Errorf("savepoint: %w", err)
	}
	before := w.number
	if *opErr = do(t); *opErr != nil {
		w.number = before
		// Where a full disk made SQLite roll back everything this fails, and with it the group.
		if err := w.execute("ROLLBACK TO op"); err != nil {
			return fmt.Errorf("undo: %w", err)
		}
	}
	if err := w.execute("RELEASE op"); err != nil {
		return fmt.Errorf("release savepoint: %w", err)
	}
	return nil
}

func (w *writer) execute(query string) error {
	_, err := (&tx{w: w}).exec(query)
	return err
}

// next gives the next log number.
func (t *tx) next() int64 {
	t.w.number++
	return t.w.number
}

// exec runs a statement and says how many rows it changed.
func (t *tx) exec(query string, args ...any) (int64, error) {
	s, err := t.prepare(query)
	if err != nil {
		return 0, err
	}
	res, err := s.Exec(args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (t *tx) rows(query string, args ...any) (*sql.Rows, error) {
	s, err := t.prepare(query)
	if err != nil {
		return nil, err
	}
	return s.Query(args...)
}

func (t *tx) row(query string, args []any, dest ...any) error {
	s, err := t.prepare(query)
	if err != nil {
		return err
	}
	return s.QueryRow(args...).Scan(dest...)
}

func (t *tx) prepare(query string) (*sql.Stmt, error) {
	if s, ok := t.w.stmts[query]; ok {
		return s, nil
	}
	s, err := t.w.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	t.w.stmts[query] = s
	return s, nil
}
