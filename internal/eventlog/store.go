package eventlog

import (
	"context"
	"errors"
)

// store is one of SQLite's files or a PostgreSQL database: connections for readers and, unless it was opened for
// reading, a writer.
type store struct {
	say     *dialect
	read    *reader
	w       *writer
	closers []func() error // last first
}

type storeOptions struct {
	readOnly bool
	unsynced bool
	spoil    func() error // before each commit to a file; nil: nobody does
	onDone   func(*tx)    // after each commit that gives log numbers, or changes a due time
	copy     string       // names this copy of the program
}

var errReadOnly = errors.New("the log was opened for reading only")

// change makes op, and returns when it is on disk.
func (st *store) change(op *operation) error {
	if st.w == nil {
		return errReadOnly
	}
	return st.w.submit(op)
}

// write runs do in a transaction that gives no log numbers, and needs no order.
func (st *store) write(ctx context.Context, do func(*tx) error) error {
	return st.change(&operation{ctx: ctx, do: do})
}

// order runs do in a transaction that others see in the order of log numbers.
func (st *store) order(ctx context.Context, do func(*tx) error) error {
	return st.change(&operation{ctx: ctx, do: do, ordered: true})
}

func (st *store) close() error {
	var errs []error
	if st.w != nil {
		st.w.close()
	}
	if st.read != nil {
		errs = append(errs, st.read.Close())
	}
	for i := len(st.closers) - 1; i >= 0; i-- {
		errs = append(errs, st.closers[i]())
	}
	return errors.Join(errs...)
}
