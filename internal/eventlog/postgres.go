package eventlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// patience bounds a transaction. GitHub gives a webhook 10 s to be answered
// (https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks#respond-within-10-seconds).
const patience = 8 * time.Second

// The keys of advisory locks, which belong to the database. Appends take lockOrder until they commit, so that log
// numbers become visible in their order: whoever reads beyond the last number misses none.
const (
	lockOrder   = 0x70697401
	lockMigrate = 0x70697402
)

// postgres is a database that several copies of the program may share.
type postgres struct {
	pool   *pgxpool.Pool
	line   *pgxpool.Pool // the one connection that appends: it waits for no reader
	copy   string        // names this copy of the program in notifications
	newest atomic.Int64  // log number that whoever waits on Changed was woken for
}

// openPostgres opens and, if it may write, migrates a database.
func openPostgres(url string, o *storeOptions) (*store, *postgres, error) {
	pool, err := openPool(url, o)
	if err != nil {
		return nil, nil, err
	}
	p := &postgres{pool: pool, copy: o.copy}
	one := pool.Config().Copy()
	one.MaxConns, one.MinConns, one.MinIdleConns = 1, 0, 0
	if p.line, err = pgxpool.NewWithConfig(context.Background(), one); err != nil {
		pool.Close()
		return nil, nil, fmt.Errorf("open database: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if o.readOnly {
		err = p.checkVersions(ctx)
	} else {
		err = p.migrate(ctx)
	}
	if err != nil {
		p.close()
		return nil, nil, fmt.Errorf("open database: %w", err)
	}
	st := &store{say: &inPostgres, read: &reader{DB: stdlib.OpenDBFromPool(pool)}}
	st.read.SetMaxOpenConns(int(pool.Config().MaxConns) - keptForWriters)
	st.closers = append(st.closers, p.close)
	if !o.readOnly {
		st.w = (&writer{say: st.say, begin: p.begin, parallel: true, tell: p.tell, onDone: func(t *tx) {
			p.wakes(t.number)
			o.onDone(t)
		}}).start()
	}
	return st, p, nil
}

// keptForWriters are the connections that readers leave to what is written without order: persons, keys, claims.
const keptForWriters = 2

func (p *postgres) close() error {
	p.line.Close()
	p.pool.Close()
	return nil
}

// pgSession is one transaction. What is executed gathers in a batch, which goes to the server with the next thing that
// must be answered.
type pgSession struct {
	p     *postgres
	conn  *pgxpool.Conn
	batch *pgx.Batch
}

func (p *postgres) begin(ordered bool) (session, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pool := p.pool
	if ordered {
		pool = p.line
	}
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	s := &pgSession{p: p, conn: conn, batch: &pgx.Batch{}}
	s.until(time.Now().Add(patience))
	s.batch.Queue("BEGIN")
	s.batch.Queue("SELECT pg_advisory_xact_lock_shared($1)", lockMigrate) // and then the version is read, not before
	s.batch.Queue(pgMayWrite, len(logSchema), len(peopleSchema))
	if ordered {
		s.batch.Queue("SELECT pg_advisory_xact_lock($1)", lockOrder)
	}
	return s, nil
}

// pgMayWrite fails where the tables are newer by now. It divides by zero since the server itself must undo the transaction,
// whose end may be in the same batch.
const pgMayWrite = `SELECT 1 / CAST(l.number <= $1 AND p.number <= $2 AS int) FROM log.version AS l, people.version AS p`

const divisionByZero = "22012"

// until is when the connection gives up; zero: never. A context would do, but pgx leaves a goroutine behind for each
// batch whose connection is lost while a context is watched.
func (s *pgSession) until(at time.Time) { s.conn.Conn().PgConn().Conn().SetDeadline(at) } //nolint:errcheck // then it is closed

// end gives the connection back; one that is closed, or in a transaction, the pool throws away.
func (s *pgSession) end() {
	s.until(time.Time{})
	s.conn.Release()
}

// tell tells the other copies, once a transaction.
func (p *postgres) tell(t *tx) error { return t.exec("SELECT pg_notify($1, $2)", channel, p.copy) }

// send sends what has gathered, and returns the first error.
func (s *pgSession) send() error {
	batch := s.batch
	s.batch = &pgx.Batch{}
	err := s.conn.SendBatch(context.Background(), batch).Close()
	var e *pgconn.PgError
	if errors.As(err, &e) && e.Code == divisionByZero {
		return ErrNewer // nothing else divides
	}
	return err
}

func (s *pgSession) ask(questions []*question) error {
	for _, q := range questions {
		s.batch.Queue(q.query, q.args...).Query(func(rows pgx.Rows) error {
			q.err = q.heard(func(dest ...any) error {
				if !rows.Next() {
					return errors.Join(rows.Err(), sql.ErrNoRows)
				}
				return rows.Scan(dest...)
			})
			rows.Close()
			return rows.Err()
		})
	}
	if len(questions) == 0 {
		return nil
	}
	return s.send()
}

func (s *pgSession) exec(query string, args ...any) error {
	s.batch.Queue(query, args...)
	return nil
}

func (s *pgSession) each(query string, args []any, row func(scan func(...any) error) error) error {
	s.batch.Queue(query, args...).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			if err := row(rows.Scan); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	return s.send()
}

// commit may return an error though the server has committed, where its answer is lost.
func (s *pgSession) commit() error {
	var tag pgconn.CommandTag
	s.batch.Queue("COMMIT").Exec(func(t pgconn.CommandTag) error { tag = t; return nil })
	if err := s.send(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	if tag.String() != "COMMIT" {
		return errors.New("commit: the database has undone it")
	}
	s.end()
	return nil
}

func (s *pgSession) rollback() {
	if s.conn.Conn().IsClosed() {
		s.p.line.Reset() // the others are likely to be lost as well
		s.p.pool.Reset()
	} else {
		s.conn.Exec(context.Background(), "ROLLBACK") //nolint:errcheck // then the pool closes it, and the server undoes it
	}
	s.end()
}

// apart says so of what the server says about the data (classes 22, 23 and 54 of
// https://www.postgresql.org/docs/current/errcodes-appendix.html) and of our own errors, not of the server's state.
func (s *pgSession) apart(err error) bool {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code[:2] == "22" || e.Code[:2] == "23" || e.Code[:2] == "54"
	}
	return !s.conn.Conn().IsClosed()
}
