package eventlog_test

import (
	"bufio"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/pgtest"
	"github.com/pitcrew-app/pitcrew/rules"
)

var kills = flag.Int("kills", 15, "how often TestKill kills the appending process")

// childPlace says to the test binary that it is the process to be killed, and where its log is.
const childPlace = "EVENTLOG_TEST_CHILD"

// TestKillPostgres is TestKill with a database. Its leases outlive the process, and are short.
func TestKillPostgres(t *testing.T) { testKill(t, pgtest.Database(t), *kills/2) }

// TestKill kills a process that appends and looks, with SIGKILL, at random moments. Each delivery that it had
// acknowledged is there, none twice, each with its due row or the outcome of its look.
func TestKill(t *testing.T) {
	if where := os.Getenv(childPlace); where != "" {
		appendForEver(where)
	}
	dir := t.TempDir()
	testKill(t, dir, *kills)
	integrity(t, filepath.Join(dir, "log.db"))
}

func testKill(t *testing.T, where string, kills int) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	acknowledged := map[string]bool{}
	for range kills {
		for _, id := range killAfter(t, where, 1+random.IntN(300)) {
			acknowledged[id] = true
		}
	}
	t.Logf("%d acknowledged deliveries", len(acknowledged))
	db := openAt(t, where)
	for id := range acknowledged {
		has, err := db.Has(ctx, id)
		check(t, err)
		if !has {
			t.Errorf("delivery %s was acknowledged and is lost", id)
		}
	}
	nothingTwice(t, db)
}

// killAfter starts the process, kills it when it has acknowledged n deliveries, and returns all that it acknowledged.
func killAfter(t *testing.T, where string, n int) (ids []string) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestKill$")
	child.Env = append(os.Environ(), childPlace+"="+where)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	check(t, err)
	check(t, child.Start())
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if id, ok := strings.CutPrefix(lines.Text(), "ack "); ok {
			ids = append(ids, id)
		}
		if len(ids) == n {
			check(t, child.Process.Kill())
		}
	}
	err = child.Wait()
	if exit := new(exec.ExitError); !errors.As(err, &exit) || exit.Exited() || len(ids) < n {
		t.Fatalf("the process ended by itself after %d deliveries: %v", len(ids), err)
	}
	return ids
}

// appendForEver delivers from four sides, each delivery twice, and looks at what is due.
func appendForEver(where string) {
	db, err := eventlog.Open(where, eventlog.Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var mu sync.Mutex
	for w := range 4 {
		go func() {
			for i := 0; ; i++ {
				id := fmt.Sprint(os.Getpid(), "-", w, "-", i)
				a := eventlog.Append{
					Delivery: id,
					Raw:      []byte(strings.Repeat(id, 100)),
					Events:   []eventlog.Event{event("first", pr7), event("second", pr7)},
					Marks:    []eventlog.Mark{{Subject: rules.BaseSubject(12, id)}},
				}
				for range 2 {
					if _, err := db.Append(ctx, a); err != nil {
						fmt.Fprintln(os.Stderr, err)
						os.Exit(1)
					}
				}
				mu.Lock()
				fmt.Println("ack " + id)
				mu.Unlock()
			}
		}()
	}
	for {
		claims, err := db.Claim(ctx, time.Now(), time.Millisecond, "child", 8)
		for _, c := range claims {
			outcome := event("outcome", c.Subject)
			if err == nil {
				err = db.Finish(ctx, c, eventlog.Finish{Append: eventlog.Append{Events: []eventlog.Event{outcome}}})
			}
		}
		if err != nil && !errors.Is(err, eventlog.ErrFence) {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// nothingTwice: each delivery has its two events, side by side, and either one outcome or a row that is due.
func nothingTwice(t *testing.T, db *eventlog.DB) {
	t.Helper()
	deliveries, outcomes := map[string]int64{}, map[string]int{}
	for last := int64(0); ; {
		events, err := db.Events(ctx, eventlog.Query{After: last})
		check(t, err)
		for _, e := range events {
			last = e.Seq
			switch first, again := deliveries[e.Delivery]; {
			case e.Kind == "outcome":
				outcomes[e.Subject.Ref()]++
			case e.Kind == "first" && again, e.Kind == "second" && first != e.Seq-1:
				t.Fatalf("delivery %s: event %d has no place", e.Delivery, e.Seq)
			case e.Kind == "first":
				deliveries[e.Delivery] = e.Seq
			}
		}
		if len(events) == 0 {
			break
		}
	}
	for id := range deliveries {
		st, err := db.Standing(ctx, rules.BaseSubject(12, id))
		check(t, err)
		if due := !st.Due.IsZero(); outcomes[id] > 1 || due == (outcomes[id] == 1) {
			t.Errorf("delivery %s has %d outcomes, due %v", id, outcomes[id], due)
		}
	}
}

func integrity(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	check(t, err)
	defer db.Close()
	var verdict string
	check(t, db.QueryRow("PRAGMA integrity_check").Scan(&verdict))
	equal(t, "integrity", verdict, "ok")
}
