// Package pgtest gives tests a PostgreSQL of their own. It starts one cluster for each test process, as an unprivileged
// user, reachable through a socket in its directory alone, with everything synced as in production; when the process
// ends, however that happens, the cluster ends and its directory goes.
//
// Where PostgreSQL is not installed tests skip with a line that says so; PITCREW_REQUIRE=postgres makes that a failure.
package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// running is the server of this process.
var running = sync.OnceValues(start)

// Database is the URL of a new, empty database.
func Database(t testing.TB) string {
	t.Helper()
	s, err := running()
	if errors.Is(err, exec.ErrNotFound) && !strings.Contains(os.Getenv("PITCREW_REQUIRE"), "postgres") {
		t.Skip("postgres is not installed (Debian: postgresql); PITCREW_REQUIRE=postgres makes this a failure")
	}
	if err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	url, ok := s.used()
	if !ok {
		name := fmt.Sprintf("t%d", s.made.Add(1))
		url = s.url(name)
		Execute(t, s.url("postgres"), "CREATE DATABASE "+name)
	}
	t.Cleanup(func() { s.reuse(url) })
	return url
}

// server is a running PostgreSQL.
type server struct {
	dir  string
	user string
	life io.Closer // while this is open, it runs

	made  atomic.Int64
	mu    sync.Mutex
	empty []string // databases that were used and are empty again: to make one takes much longer
}

func (s *server) used() (url string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.empty); n > 0 {
		url, s.empty = s.empty[n-1], s.empty[:n-1]
	}
	return url, url != ""
}

// reuse empties a database; one that somebody still uses is left as it is.
func (s *server) reuse(url string) {
	if execute(url, "SET lock_timeout = 1000; DROP SCHEMA IF EXISTS log, people, ledger CASCADE") == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.empty = append(s.empty, url)
	}
}

func (s *server) url(database string) string {
	return "postgres:///" + database + "?" + url.Values{"host": {s.dir}, "user": {s.user}}.Encode()
}

// Execute runs a statement in a database.
func Execute(t testing.TB, database, statement string) {
	t.Helper()
	if err := execute(database, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func execute(database, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(ctx))
}

// script makes and starts a cluster, and stops it and removes its directory when its standard input ends, also where a
// signal meant for the tests reaches it.
const script = `
trap : TERM INT HUP
cd / && "$1/initdb" -D "$2/data" -U "$3" -A trust --no-sync --no-instructions --locale=C --encoding=UTF8 >"$2/log" 2>&1
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c shared_buffers=64MB -c max_connections=200 >>"$2/log" 2>&1 &
server=$!
while read end; do :; done
kill -QUIT $server
wait
rm -rf "$2"
`

func start() (*server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		return nil, err
	}
	who, as, err := unprivileged(dir)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("sh", "-c", script, "sh", bin, dir, who)
	if len(as) > 0 {
		cmd = exec.Command(as[0], append(as[1:], cmd.Args...)...)
	}
	cmd.Dir = "/"
	life, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{dir: dir, user: who, life: life}
	return s, s.await()
}

// await waits until the server answers.
func (s *server) await() error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var err error
	for range 50 * 60 { // a minute
		if err = execute(s.url("postgres"), "SELECT 1"); err == nil {
			return nil
		}
		<-tick.C
	}
	log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
	return fmt.Errorf("%w\n%s", err, bytes.TrimSpace(log))
}

// programs is the directory of initdb and postgres: that of PATH, or the newest of Debian's.
func programs() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("initdb: %w", exec.ErrNotFound)
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })), nil
}

// unprivileged says as whom the cluster runs, and by which command: PostgreSQL refuses to run as root.
func unprivileged(dir string) (name string, command []string, err error) {
	if os.Getuid() != 0 {
		me, err := user.Current()
		if err != nil {
			return "", nil, err
		}
		return me.Username, nil, nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		if who, err = user.Lookup("nobody"); err != nil {
			return "", nil, err
		}
	}
	uid, _ := strconv.Atoi(who.Uid)
	gid, _ := strconv.Atoi(who.Gid)
	return who.Username, []string{"setpriv", "--reuid=" + who.Uid, "--regid=" + who.Gid, "--clear-groups"}, os.Chown(dir, uid, gid)
}
