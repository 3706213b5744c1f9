package bench

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5/pgxpool"
)

// bareLog is the least that keeps what it is given: everything that waits is kept at once, and is on disk before anybody is
// answered.
type bareLog struct {
	keep  func(group [][]byte) error
	shut  func() error
	queue chan entry
	ended chan struct{}
}

type entry struct {
	doc  []byte
	done chan error
}

func (l *bareLog) start() *bareLog {
	l.queue, l.ended = make(chan entry, clients), make(chan struct{})
	go l.run()
	return l
}

func (l *bareLog) run() {
	defer close(l.ended)
	for first := range l.queue {
		group := []entry{first}
		for len(l.queue) > 0 {
			group = append(group, <-l.queue)
		}
		docs := make([][]byte, len(group))
		for i, e := range group {
			docs[i] = e.doc
		}
		err := l.keep(docs)
		for _, e := range group {
			e.done <- err
		}
	}
}

// bareFile appends to a file, and syncs it.
func bareFile(path string) (*bareLog, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	keep := func(group [][]byte) error {
		for _, doc := range group {
			if _, err := f.Write(doc); err != nil {
				return err
			}
		}
		return f.Sync()
	}
	return (&bareLog{keep: keep, shut: f.Close}).start(), nil
}

// bareDatabase inserts into one table of a database of the kind that is measured, with the same settings.
func bareDatabase(ctx context.Context, at place, dir string) (*bareLog, error) {
	if at.data == "" {
		return bareSQLite(filepath.Join(dir, "bare.db"))
	}
	pool, err := pgxpool.New(ctx, at.data)
	if err != nil {
		return nil, err
	}
	// What is inserted is not to be compressed by the server.
	const table = `DROP TABLE IF EXISTS bare; CREATE TABLE bare (doc bytea); ALTER TABLE bare ALTER doc SET STORAGE EXTERNAL`
	if _, err := pool.Exec(ctx, table); err != nil {
		pool.Close()
		return nil, err
	}
	keep := func(group [][]byte) error {
		_, err := pool.Exec(ctx, "INSERT INTO bare SELECT * FROM unnest($1::bytea[])", group)
		return err
	}
	shut := func() error {
		defer pool.Close()
		_, err := pool.Exec(ctx, "DROP TABLE bare")
		return err
	}
	return (&bareLog{keep: keep, shut: shut}).start(), nil
}

func bareSQLite(path string) (*bareLog, error) {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(wal)&_pragma=synchronous(full)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE bare (doc BLOB)"); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	keep := func(group [][]byte) error {
		tx, err := db.Begin()
		if err != nil {
			return err
		}
		defer tx.Rollback() //nolint:errcheck // it is over, or fails
		insert, err := tx.Prepare("INSERT INTO bare VALUES (?)")
		if err != nil {
			return err
		}
		for _, doc := range group {
			if _, err := insert.Exec(doc); err != nil {
				return err
			}
		}
		return tx.Commit()
	}
	return (&bareLog{keep: keep, shut: db.Close}).start(), nil
}

// handler reads, verifies, appends and answers.
func (l *bareLog) handler(secret []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || !signedWith(secret, body, r) {
			http.Error(w, "unreadable or not signed", http.StatusUnauthorized)
			return
		}
		e := entry{body, make(chan error, 1)}
		l.queue <- e
		if err := <-e.done; err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	})
}

// Close ends the writer, after the last handler.
func (l *bareLog) Close() error {
	close(l.queue)
	<-l.ended
	return l.shut()
}
