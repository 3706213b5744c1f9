package kill

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/pitcrew-app/pitcrew/internal/pgtest"
)

// TestDatabaseFails cuts all connections of two copies again and again, and lets the database's server crash, under load. The
// hook answers 503 for what it cannot write, and the copies go on by themselves. It is not parallel: the server is that of all
// tests of this process.
func TestDatabaseFails(t *testing.T) {
	waitsForLeases(t)
	h := newHub(t, pgtest.Database(t), 2)
	h.record()
	for _, s := range h.seats {
		s.up()
	}
	ctx, quiet := context.WithTimeout(t.Context(), 10*time.Second)
	defer quiet()
	h.work(ctx, seeded(t))
	cuts, crashes := 0, 0
	<-h.every(ctx, 400*time.Millisecond, func() {
		switch n := cuts + crashes; { // neither can be done while the server recovers
		case n%8 == 7 && crash(h.where) == nil:
			crashes++
		case n%8 != 7 && cut(h.where) == nil:
			cuts++
		}
	})
	for _, s := range h.seats {
		h.ready(s.sits(), true)
	}
	h.settle()
	for _, s := range h.seats {
		if err := s.leave().stop(); err != nil {
			t.Error(err)
		}
	}
	h.judge(nil)
	if cuts == 0 || crashes == 0 {
		t.Error("nothing happened to the database")
	}
	t.Logf("%d cuts, %d crashes; accepted writes %v", cuts, crashes, h.writesOf())
}

// cut ends the connections of everybody else.
func cut(url string) error {
	return ask(url, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", new(int))
}

// crash kills one of the server's processes: the server then ends all others, and recovers from its log.
func crash(url string) error {
	var pid int
	if err := ask(url, "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() LIMIT 1", &pid); err != nil {
		return err
	}
	return syscall.Kill(pid, syscall.SIGKILL)
}

func ask(url, query string, answer any) error {
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		return err
	}
	defer conn.Close(context.Background())
	return conn.QueryRow(context.Background(), query).Scan(answer)
}
