package eventlog

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// Options are what a DB needs from outside. The zero value is for production.
type Options struct {
	Now  func() time.Time // nil means time.Now; gives the time to what is written without one
	Rand io.Reader        // nil means crypto/rand; person tokens, keys and nonces come from it
}

// DB is an open log. Its methods may be called from many goroutines.
type DB struct {
	now    func() time.Time
	rand   *lockedReader
	log    *file
	people *file
	lock   io.Closer
	vault  vault
	tokens tokenCache
	closed sync.Once

	head    atomic.Int64 // newest committed log number; only where we write
	stirred signal
}

// Open opens the log in dir for writing, creating what is missing. It fails if another process has it open for
// writing, or if a newer pitcrew has written it.
func Open(dir string, o Options) (*DB, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create data directory: %w", err)
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, err
	}
	db := newDB(o)
	db.lock = lock
	if err := db.openFiles(dir); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// OpenReadOnly opens the log in dir beside a process that writes to it, or after it. Methods that write fail.
func OpenReadOnly(dir string) (*DB, error) {
	db := newDB(Options{})
	var err error
	if db.log, err = openFile(filepath.Join(dir, "log.db"), logSchema, true, nil); err == nil {
		db.people, err = openFile(filepath.Join(dir, "people.db"), peopleSchema, true, nil)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func newDB(o Options) *DB {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	return &DB{now: o.Now, rand: &lockedReader{r: o.Rand}, stirred: signal{c: make(chan struct{})}}
}

func (db *DB) openFiles(dir string) (err error) {
	if db.log, err = openFile(filepath.Join(dir, "log.db"), logSchema, false, db.committed); err != nil {
		return err
	}
	if db.people, err = openFile(filepath.Join(dir, "people.db"), peopleSchema, false, nil); err != nil {
		return err
	}
	err = db.log.write(context.Background(), func(t *tx) error {
		if _, err := t.exec(sqlExpire); err != nil { // the directory is ours alone: who held a lease is gone
			return err
		}
		return t.row(sqlNewestNumber, nil, &t.w.number)
	})
	if err != nil {
		return fmt.Errorf("read newest log number and end old leases: %w", err)
	}
	return syncDir(dir)
}

// committed runs in the writer, after each commit.
func (db *DB) committed(g *group) {
	db.head.Store(g.number)
	if g.stirs {
		db.stirred.broadcast()
	}
}

// Close waits for the commit in hand and closes the files. Writes that wait for their turn, and later ones, return
// ErrClosed. A second Close does nothing.
func (db *DB) Close() error {
	var errs []error
	db.closed.Do(func() {
		for _, f := range []*file{db.log, db.people} {
			if f != nil {
				errs = append(errs, f.close())
			}
		}
		if db.lock != nil {
			errs = append(errs, db.lock.Close())
		}
	})
	return errors.Join(errs...)
}

// Changed returns a channel that is closed when something is appended or a due time changes. Get it before you look,
// look, then wait. Beside a running server (OpenReadOnly) it is never closed: poll.
func (db *DB) Changed() <-chan struct{} { return db.stirred.wait() }

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

type lockedReader struct {
	mu sync.Mutex
	r  io.Reader
}

func (l *lockedReader) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return io.ReadFull(l.r, p)
}

// syncDir makes the names of new files durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
