package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
)

// Ledger is an open ledger. Its methods may be called from many goroutines.
type Ledger struct {
	log      *eventlog.DB
	db       *store
	readOnly bool

	folding sync.Mutex // one CatchUp at a time
	told    int64      // number of the last event that names, and who waits on Changed, know of
	folded  signal
	names   directory
}

// Open opens the ledger in a directory or a PostgreSQL database, creating it if need be, over the log that is there. One
// process may have a directory open, the one that writes the log; a database may be open in many, which fold in turns.
// With where "" the ledger is in memory, for a single report. Tables of another version of the folds are emptied; the
// next CatchUp folds them anew. In a database those of a newer version are refused.
func Open(where string, log *eventlog.DB) (*Ledger, error) {
	st, err := openStore(where, false)
	if err == nil && st.version != version {
		if err = st.rebuild(context.Background(), false); err != nil {
			err = errors.Join(err, st.Close())
		}
	}
	if err != nil {
		return nil, fmt.Errorf("open ledger: %w", err)
	}
	l := newLedger(log, st)
	if l.told, err = l.Seq(context.Background()); err != nil {
		return nil, errors.Join(fmt.Errorf("open ledger: %w", err), l.Close())
	}
	return l, nil
}

// OpenReadOnly opens the ledger in a directory or a database beside the process that writes it, or after it. Where it is
// of another version or behind the log, as after a crash, it is completed in memory, and stays as it is. CatchUp then
// does nothing: what it gives is the log as it was when it was opened, or as far as the writer has come since.
func OpenReadOnly(where string, log *eventlog.DB) (*Ledger, error) {
	l, err := openBeside(context.Background(), where, log)
	if err != nil {
		return nil, fmt.Errorf("open ledger: %w", err)
	}
	return l, nil
}

func openBeside(ctx context.Context, where string, log *eventlog.DB) (*Ledger, error) {
	st, err := openStore(where, true)
	if errors.Is(err, fs.ErrNotExist) {
		return inMemory(ctx, log, nil)
	}
	if err != nil {
		return nil, err
	}
	l := newLedger(log, st)
	l.readOnly = true
	if st.version != version {
		return openedInstead(ctx, l, nil)
	}
	behind, err := l.behind(ctx)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	if behind {
		return openedInstead(ctx, l, st)
	}
	return l, nil
}

// behind says whether the log has an event that is not folded.
func (l *Ledger) behind(ctx context.Context) (bool, error) {
	seq, err := l.Seq(ctx)
	if err != nil {
		return false, err
	}
	events, err := l.log.Events(ctx, eventlog.Query{After: seq, Limit: 1})
	return len(events) > 0, err
}

// openedInstead closes l and gives one in memory, begun with what is in from.
func openedInstead(ctx context.Context, l *Ledger, from *store) (*Ledger, error) {
	instead, err := inMemory(ctx, l.log, from)
	if closing := l.Close(); err == nil && closing != nil {
		return nil, errors.Join(closing, instead.Close())
	}
	return instead, err
}

// inMemory folds a ledger that is in no file: the whole log, or what from lacks.
func inMemory(ctx context.Context, log *eventlog.DB, from *store) (*Ledger, error) {
	l, err := Open("", log)
	if err != nil {
		return nil, err
	}
	if from != nil {
		if err = copyTables(ctx, l.db, from); err == nil {
			l.told, err = l.Seq(ctx)
		}
	}
	if err == nil {
		err = l.CatchUp(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

func newLedger(log *eventlog.DB, st *store) *Ledger {
	return &Ledger{log: log, db: st, folded: signal{c: make(chan struct{})}}
}

// Close closes the files or connections.
func (l *Ledger) Close() error { return l.db.Close() }

// page is how many events are folded in one transaction.
const page = 1000

// CatchUp folds all events that the log has and the ledger has not.
func (l *Ledger) CatchUp(ctx context.Context) error {
	if l.readOnly {
		return nil
	}
	l.folding.Lock()
	defer l.folding.Unlock()
	for {
		after, err := l.Seq(ctx)
		if err != nil {
			return err
		}
		events, err := l.log.Events(ctx, eventlog.Query{After: min(after, l.told), Limit: page})
		if err != nil {
			return fmt.Errorf("catch up: %w", err)
		}
		if len(events) == 0 {
			return nil
		}
		if l.told >= after { // else another copy of the program has folded them
			if err := l.fold(ctx, after, events); err != nil {
				return fmt.Errorf("catch up after %d: %w", after, err)
			}
		}
		l.told = events[len(events)-1].Seq
		l.names.touch(events)
		l.folded.broadcast()
	}
}

// Run catches up whenever the log changes, until ctx ends.
func (l *Ledger) Run(ctx context.Context) error {
	for {
		changed := l.log.Changed()
		if err := l.CatchUp(ctx); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}

// Replay empties the ledger and folds the whole log.
func (l *Ledger) Replay(ctx context.Context) error {
	l.folding.Lock()
	err := l.db.rebuild(ctx, true)
	l.folding.Unlock()
	if err != nil {
		return fmt.Errorf("replay: %w", err)
	}
	return l.CatchUp(ctx)
}

// Changed returns a channel that is closed when more events are folded. Get it before you read, read, then wait.
func (l *Ledger) Changed() <-chan struct{} { return l.folded.wait() }

// signal wakes everybody who waits.
type signal struct {
	mu sync.Mutex
	c  chan struct{}
}

func (s *signal) wait() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.c
}

func (s *signal) broadcast() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.c)
	s.c = make(chan struct{})
}

// Seq is the number of the last event folded.
func (l *Ledger) Seq(ctx context.Context) (int64, error) {
	var seq int64
	if err := l.db.QueryRowContext(ctx, "SELECT seq FROM progress").Scan(&seq); err != nil {
		return 0, fmt.Errorf("ledger: read progress: %w", err)
	}
	return seq, nil
}

// Deliveries is how many webhooks arrived, each once.
func (l *Ledger) Deliveries(ctx context.Context) (int, error) {
	var n int
	if err := l.db.QueryRowContext(ctx, "SELECT deliveries FROM progress").Scan(&n); err != nil {
		return 0, fmt.Errorf("ledger: count deliveries: %w", err)
	}
	return n, nil
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
