package eventlog

import (
	"context"
	"database/sql"
	"errors"
	"runtime"
	"slices"
	"sync"
)

// groupSize is how many operations share one commit, hence one sync, when that many are waiting.
const groupSize = 64

// writer gives the operations that need log numbers one after the other to the database. Operations that wait while it
// commits become the next group: the slower the disk, the larger the groups. Where an operation fails after it has
// written, its group is undone, and each is made again by itself; a commit that fails fails all.
type writer struct {
	queue    chan *operation
	closing  chan struct{}
	finished chan struct{}
	once     sync.Once

	say      *dialect
	begin    func(ordered bool) (session, error)
	parallel bool            // what need not be ordered need not wait for its turn either
	tell     func(*tx) error // in the transaction of what others want to know
	onDone   func(t *tx)     // after a commit, before anybody is answered
}

// session is one open transaction.
type session interface {
	// ask asks what operations must know first, all at once where that saves time, and hands out the answers.
	ask([]*question) error
	// exec changes something, at the latest with commit.
	exec(query string, args ...any) error
	// each hands every row of a query to row. Nothing else may be asked meanwhile.
	each(query string, args []any, row func(scan func(...any) error) error) error
	// commit gives the connection back if it returns no error; otherwise rollback has to.
	commit() error
	rollback()
	// apart says whether an error is that of one operation, so that others may go well without it.
	apart(error) bool
}

// operation is what is done in one transaction. do may be called again, after everything before was undone.
type operation struct {
	ctx     context.Context
	ordered bool // it gives log numbers, or must not happen beside another that is
	first   *question
	do      func(*tx) error

	err  error
	done chan error // buffered: the writer never waits for a caller
}

// question is a statement whose answer an operation needs before anything else.
type question struct {
	query  string
	args   []any
	writes bool
	// heard takes the answer; scan gives sql.ErrNoRows where there is none. Its error is the operation's, which is then
	// not done; a question that writes may not have one.
	heard func(scan func(...any) error) error
	err   error
}

// tx is the open transaction, as an operation sees it.
type tx struct {
	session
	w      *writer
	say    *dialect
	number int64 // last log number given, in the database or in this transaction
	wrote  bool  // in this operation
	stirs  bool  // somebody may want to look: something was appended, or a due time changed
}

// start makes w run until it is closed.
func (w *writer) start() *writer {
	w.queue, w.closing, w.finished = make(chan *operation, groupSize), make(chan struct{}), make(chan struct{})
	go w.run()
	return w
}

// submit makes op and returns when it is on disk. A context that ends while the operation waits for its turn ends it;
// one that has begun is carried through, so that an error means that nothing was written.
func (w *writer) submit(op *operation) error {
	op.done = make(chan error, 1)
	select {
	case <-w.closing:
		return ErrClosed
	default:
	}
	if w.parallel && !op.ordered {
		w.commit([]*operation{op})
		return <-op.done
	}
	select {
	case w.queue <- op:
	case <-op.ctx.Done():
		return op.ctx.Err()
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
func (w *writer) close() {
	w.once.Do(func() { close(w.closing) })
	<-w.finished
}

// gather takes what waits. Whoever could run and has not yet come to it, while every processor was busy, comes first:
// then groups are large where there is much to do, and where there is little nobody waits.
func (w *writer) gather(first *operation) []*operation {
	ops := []*operation{first}
	runtime.Gosched()
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

// commit makes a group and answers everybody.
func (w *writer) commit(ops []*operation) {
	t, again, err := w.transact(ops)
	if again && len(ops) > 1 {
		for _, op := range ops {
			w.commit([]*operation{op})
		}
		return
	}
	if err == nil && w.onDone != nil {
		w.onDone(t)
	}
	for _, op := range ops {
		if op.err == nil {
			op.err = err
		}
		op.done <- op.err
	}
}

// transact makes ops in one transaction. Its error fails all; op.err is that of one. again says that a single operation
// is to blame.
func (w *writer) transact(ops []*operation) (t *tx, again bool, err error) {
	ordered := slices.ContainsFunc(ops, func(op *operation) bool { return op.ordered })
	s, err := w.begin(ordered)
	if err != nil {
		return nil, false, err
	}
	t = &tx{session: s, w: w, say: w.say}
	if err = t.group(ops, ordered); err == nil {
		err = s.commit()
	}
	if err != nil {
		again = s.apart(err)
		s.rollback()
	}
	return t, again, err
}

// group runs ops. Its error undoes all of them.
func (t *tx) group(ops []*operation, ordered bool) error {
	start, err := t.prepare(ops, ordered)
	if err != nil {
		return err
	}
	for _, op := range ops {
		if op.err == nil && op.first != nil {
			op.err = op.first.err
		}
		if op.err != nil {
			continue
		}
		t.wrote = op.first != nil && op.first.writes
		if op.err = op.do(t); op.err != nil && t.wrote {
			return op.err
		}
	}
	if t.number != start {
		if err := t.exec(sqlSetPosition, t.number); err != nil {
			return err
		}
	}
	if t.stirs && t.w.tell != nil {
		return t.w.tell(t)
	}
	return nil
}

// prepare asks what the operations must know, and where the log is.
func (t *tx) prepare(ops []*operation, ordered bool) (number int64, err error) {
	var questions []*question
	if ordered {
		questions = append(questions, &question{query: sqlPosition, heard: func(scan func(...any) error) error { return scan(&t.number) }})
	}
	for _, op := range ops {
		op.err = op.ctx.Err()
		if op.err == nil && op.first != nil {
			questions = append(questions, op.first)
		}
	}
	if err := t.ask(questions); err != nil {
		return 0, err
	}
	return t.number, nil
}

// next gives the next log number.
func (t *tx) next() int64 {
	t.number++
	return t.number
}

func (t *tx) exec(query string, args ...any) error {
	t.wrote = true
	return t.session.exec(query, args...)
}

// row reads the first row of a query; sql.ErrNoRows if there is none.
func (t *tx) row(query string, args []any, dest ...any) error {
	found := false
	err := t.each(query, args, func(scan func(...any) error) error {
		if found {
			return nil
		}
		found = true
		return scan(dest...)
	})
	if err == nil && !found {
		return sql.ErrNoRows
	}
	return err
}

// none turns sql.ErrNoRows into false.
func none(err error) (found bool, _ error) {
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
