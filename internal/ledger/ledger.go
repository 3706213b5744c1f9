package ledger

import (
	"context"
	"database/sql"
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
	db       *sql.DB
	readOnly bool

	folding sync.Mutex // one CatchUp at a time
	folded  signal
	names   directory
}

// Open opens the ledger in dir, creating it if need be, over log. One process may have it open: the one that writes the
// log. With dir "" the ledger is in memory, for a single report. A file of another version of the folds is emptied; the
// next CatchUp folds it anew.
func Open(dir string, log *eventlog.DB) (*Ledger, error) {
	db, current, err := openFile(dir, false)
	if err == nil && !current {
		if err = rebuild(context.Background(), db); err != nil {
			err = errors.Join(err, db.Close())
		}
	}
	if err != nil {
		return nil, fmt.Errorf("open ledger: %w", err)
	}
	return newLedger(log, db), nil
}

// OpenReadOnly opens the ledger in dir beside the process that writes it, or after it. Where the file is of another
// version or behind the log, as after a crash, it is completed in memory, and the file stays as it is. CatchUp then does
// nothing: what it gives is the log as it was when it was opened, or as far as the writer has come since.
func OpenReadOnly(dir string, log *eventlog.DB) (*Ledger, error) {
	l, err := openBeside(context.Background(), dir, log)
	if err != nil {
		return nil, fmt.Errorf("open ledger: %w", err)
	}
	return l, nil
}

func openBeside(ctx context.Context, dir string, log *eventlog.DB) (*Ledger, error) {
	db, current, err := openFile(dir, true)
	if errors.Is(err, fs.ErrNotExist) {
		return inMemory(ctx, log, nil)
	}
	if err != nil {
		return nil, err
	}
	l := newLedger(log, db)
	l.readOnly = true
	if !current {
		return openedInstead(ctx, l, nil)
	}
	seq, err := l.Seq(ctx)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	head, err := log.Head(ctx)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	if seq < head {
		return openedInstead(ctx, l, db)
	}
	return l, nil
}

// openedInstead closes l and gives one in memory, begun with what is in from.
func openedInstead(ctx context.Context, l *Ledger, from *sql.DB) (*Ledger, error) {
	instead, err := inMemory(ctx, l.log, from)
	if closing := l.Close(); err == nil && closing != nil {
		return nil, errors.Join(closing, instead.Close())
	}
	return instead, err
}

// inMemory folds a ledger that is in no file: the whole log, or what from lacks.
func inMemory(ctx context.Context, log *eventlog.DB, from *sql.DB) (*Ledger, error) {
	l, err := Open("", log)
	if err != nil {
		return nil, err
	}
	if from != nil {
		err = copyTables(ctx, l.db, from)
	}
	if err == nil {
		err = l.CatchUp(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

func newLedger(log *eventlog.DB, db *sql.DB) *Ledger {
	return &Ledger{log: log, db: db, folded: signal{c: make(chan struct{})}}
}

// Close closes the file.
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
		events, err := l.log.Events(ctx, eventlog.Query{After: after, Limit: page})
		if err != nil {
			return fmt.Errorf("catch up: %w", err)
		}
		if len(events) == 0 {
			return nil
		}
		if err := l.fold(ctx, events); err != nil {
			return fmt.Errorf("catch up after %d: %w", after, err)
		}
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
	err := rebuild(ctx, l.db)
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
