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
	"time"
)

// Options are what a DB needs from outside. The zero value is for production.
type Options struct {
	Now  func() time.Time // nil means time.Now; gives the time to what is written without one
	Rand io.Reader        // nil means crypto/rand; person tokens, keys and nonces come from it

	// Unsynced is for tests that lose processes and never machines: commits are not synced.
	Unsynced bool
	// Spoil is for tests of a disk that fails: it is asked before each commit to a file, and its error fails the commit.
	Spoil func() error
}

// DB is an open log. Its methods may be called from many goroutines.
type DB struct {
	now    func() time.Time
	rand   *lockedReader
	log    *store
	people *store    // the same as log in PostgreSQL
	lock   io.Closer // of a directory
	leave  func()    // ends following the other copies of the program
	vault  vault
	tokens tokenCache
	turns  turns
	closed sync.Once

	stirred signal
}

// Open opens a log for writing, creating what is missing: in a directory, or, where begins with postgres://, in a
// database, which other processes may have open as well. It fails if another process writes to the directory, or if a
// newer pitcrew has written to either.
func Open(where string, o Options) (*DB, error) {
	db := newDB(o)
	err := db.open(where, &storeOptions{unsynced: o.Unsynced, spoil: o.Spoil, onDone: db.committed, copy: rand.Text()})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// OpenReadOnly opens a log beside a process that writes to it, or after it. Methods that write fail.
func OpenReadOnly(where string) (*DB, error) {
	db := newDB(Options{})
	if err := db.open(where, &storeOptions{readOnly: true}); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func (db *DB) open(where string, o *storeOptions) error {
	if IsURL(where) {
		return db.openDatabase(where, o)
	}
	return db.openDir(where, o)
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

func (db *DB) openDir(dir string, o *storeOptions) (err error) {
	if !o.readOnly {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("create data directory: %w", err)
		}
		if db.lock, err = lockDir(dir); err != nil {
			return err
		}
	}
	if db.log, err = openFile(filepath.Join(dir, "log.db"), logSchema, o); err != nil {
		return err
	}
	if db.people, err = openFile(filepath.Join(dir, "people.db"), peopleSchema, o); err != nil || o.readOnly {
		return err
	}
	// The directory is ours alone: who held a lease is gone.
	if err := db.log.write(context.Background(), func(t *tx) error { return t.exec(sqlExpire) }); err != nil {
		return fmt.Errorf("end old leases: %w", err)
	}
	return syncDir(dir)
}

func (db *DB) openDatabase(url string, o *storeOptions) error {
	st, p, err := openPostgres(url, o)
	if err != nil {
		return err
	}
	db.log, db.people = st, st
	if o.readOnly {
		return nil
	}
	ctx, stop := context.WithCancel(context.Background())
	var following sync.WaitGroup
	following.Go(func() { p.follow(ctx, db.stirred.broadcast) })
	db.leave = func() { stop(); following.Wait() }
	return nil
}

// committed runs after each commit.
func (db *DB) committed(t *tx) {
	if t.stirs {
		db.stirred.broadcast()
	}
}

// Close waits for the commit in hand and closes files and connections. Writes that wait for their turn, and later ones, return
// ErrClosed. A second Close does nothing.
func (db *DB) Close() error {
	var errs []error
	db.closed.Do(func() {
		if db.leave != nil {
			db.leave()
		}
		if db.log != nil {
			errs = append(errs, db.log.close())
		}
		if db.people != nil && db.people != db.log {
			errs = append(errs, db.people.close())
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
