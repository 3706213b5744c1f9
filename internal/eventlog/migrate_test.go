package eventlog_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/pgtest"
	"github.com/pitcrew-app/pitcrew/rules"
)

// testdata/vN is what version N has written: four deliveries, a finished look with waits, a lease, and a mark with a
// number of its own; since version 2, a document.

// newest is the version of the log's tables.
const newest = 3

func olderFiles(t *testing.T, version int) string {
	dir := t.TempDir()
	for _, name := range []string{"log", "people"} {
		path := filepath.Join(dir, name+".db")
		execute(t, path, "PRAGMA journal_mode = wal; "+dump(t, version, name+".sqlite.sql"))
	}
	return dir
}

func olderDatabase(t *testing.T, version int) string {
	url := pgtest.Database(t)
	pgtest.Execute(t, url, dump(t, version, "postgres.sql"))
	return url
}

func dump(t *testing.T, version int, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", fmt.Sprint("v", version), name))
	check(t, err)
	return string(text)
}

func TestMigrate(t *testing.T) {
	for name, older := range map[string]func(*testing.T, int) string{"sqlite": olderFiles, "postgres": olderDatabase} {
		for version := 1; version < newest; version++ {
			t.Run(fmt.Sprint(name, " from ", version), func(t *testing.T) {
				where := older(t, version)
				versions(t, where, version)
				if _, err := eventlog.OpenReadOnly(where); err == nil || !strings.Contains(err.Error(), "pitcrew migrate") {
					t.Errorf("a reader of an older log: %v", err)
				}
				db := openAt(t, where)
				if version > 1 {
					check(t, db.Change(ctx, "limits:1", func(doc []byte) ([]byte, error) {
						equal(t, "document", string(doc), `{"used":7}`)
						return doc, nil
					}))
				}
				check(t, db.Close())
				versions(t, where, newest)
				migrated(t, where)
			})
		}
	}
}

func versions(t *testing.T, where string, log int) {
	t.Helper()
	got, err := eventlog.Schemas(where)
	check(t, err)
	equal(t, "versions", got, []eventlog.Schema{{Name: "log", Have: log, Want: newest}, {Name: "people", Have: 1, Want: 1}})
}

// migrated finds everything that version 1 has written.
func migrated(t *testing.T, where string) {
	t.Helper()
	db := openAt(t, where)
	head, err := db.Head(ctx)
	check(t, err)
	equal(t, "head", head, int64(5))
	events, err := db.Events(ctx, eventlog.Query{Subject: pr7})
	check(t, err)
	equal(t, "facts", string(events[0].Facts), `{"state":"open","say":"it's"}`)
	who, known, err := db.Person(ctx, events[0].Actor)
	check(t, err)
	equal(t, "person", fmt.Sprint(who, known), "{7 ana} true")
	body, _, err := db.Raw(ctx, "d4")
	check(t, err)
	equal(t, "raw", string(body), "body 4")
	st, err := db.Standing(ctx, pr7)
	check(t, err)
	equal(t, "standing", st, eventlog.Standing{Due: at(3600), Since: 1, Waits: []string{"review"}, Again: at(3600)})
	equal(t, "a delivery of before", add(t, db, eventlog.Append{Delivery: "d3"}).Duplicate, true)
	equal(t, "numbers go on", add(t, db, eventlog.Append{Events: []eventlog.Event{event("new", pr7)}}).First, int64(6))
	var due []rules.Subject
	for _, c := range claim(t, db, at(300)) {
		due = append(due, c.Subject)
	}
	equal(t, "due", due, []rules.Subject{pr8, rules.PRSubject(12, 9), rules.PRSubject(12, 10), trunk})
	check(t, db.Close())
}

func TestNewer(t *testing.T) {
	url := pgtest.Database(t)
	check(t, openAt(t, url).Close())
	pgtest.Execute(t, url, "UPDATE people.version SET number = 99")
	_, err := eventlog.Open(url, eventlog.Options{})
	_, err2 := eventlog.OpenReadOnly(url)
	_, err3 := eventlog.Schemas(url)
	for _, err := range []error{err, err2, err3} {
		if err == nil || !strings.Contains(err.Error(), "people: it has version 99") || !strings.Contains(err.Error(), "a newer pitcrew has written it") {
			t.Errorf("newer: %v", err)
		}
	}
}

// TestNewerMeanwhile: an older pitcrew still runs when a newer one migrates. From then on it writes nothing.
func TestNewerMeanwhile(t *testing.T) {
	for name, place := range map[string]func(*testing.T) (where string, migrate func()){
		"sqlite": func(t *testing.T) (string, func()) {
			dir := t.TempDir()
			return dir, func() { execute(t, filepath.Join(dir, "log.db"), "PRAGMA user_version = 99") }
		},
		"postgres": func(t *testing.T) (string, func()) {
			url := pgtest.Database(t)
			return url, func() { pgtest.Execute(t, url, "UPDATE log.version SET number = 99") }
		},
	} {
		t.Run(name, func(t *testing.T) {
			where, migrate := place(t)
			db := openAt(t, where)
			mark(t, db, pr7, at(0))
			mark(t, db, pr8, at(0))
			c, _, err := db.ClaimOne(ctx, at(0), lease, "test", pr7)
			check(t, err)
			migrate()
			_, appending := db.Append(ctx, eventlog.Append{Delivery: "late", Events: []eventlog.Event{event("late", pr7)}})
			_, claiming := db.Claim(ctx, at(0), lease, "test", 1)
			for what, err := range map[string]error{
				"append": appending, "claim": claiming, "cursor": db.SetCursor(ctx, "late", "x"),
				"note": db.Note(ctx, c, eventlog.Append{}), "finish": db.Finish(ctx, c, eventlog.Finish{}), "extend": db.Extend(ctx, c, at(99)),
				"change": db.Change(ctx, "late", func([]byte) ([]byte, error) { return []byte("{}"), nil }),
			} {
				if !errors.Is(err, eventlog.ErrNewer) {
					t.Errorf("%s: %v", what, err)
				}
			}
			there, err := db.Has(ctx, "late")
			check(t, err)
			value, err := db.Cursor(ctx, "late")
			check(t, err)
			st, err := db.Standing(ctx, pr8)
			check(t, err)
			equal(t, "what was written", fmt.Sprint(there, value, st.Owner), "false")
		})
	}
}

// migratePlace says to the test binary that it is the process to be killed, and what it migrates.
const migratePlace = "EVENTLOG_TEST_MIGRATE"

// migrating starts a process that migrates; it has begun when this returns.
func migrating(t *testing.T, where string) *exec.Cmd {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestMigrateKilled$")
	child.Env = append(os.Environ(), migratePlace+"="+where)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	check(t, err)
	check(t, child.Start())
	_, err = out.Read(make([]byte, 1))
	check(t, err)
	return child
}

// TestMigrateKilled kills a process while it migrates, at various moments: each time the log is whole, in its old form
// or the new one, and the next process goes on.
func TestMigrateKilled(t *testing.T) {
	if where := os.Getenv(migratePlace); where != "" {
		fmt.Println("begin")
		_, _ = eventlog.Open(where, eventlog.Options{})
		select {}
	}
	forms := map[int]int{}
	for i := range 12 {
		dir := olderFiles(t, 1)
		execute(t, filepath.Join(dir, "log.db"), `WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
			INSERT INTO due (subject, seq, first, touches, fence, since) SELECT 'pr:13:' || i, 1, 1, '{}', 0, 0 FROM n`)
		child := migrating(t, dir)
		<-time.After(time.Duration(i) * 4 * time.Millisecond)
		check(t, child.Process.Kill())
		_ = child.Wait()
		integrity(t, filepath.Join(dir, "log.db"))
		got, err := eventlog.Schemas(dir)
		check(t, err)
		forms[got[0].Have]++
		execute(t, filepath.Join(dir, "log.db"), "DELETE FROM due WHERE subject LIKE 'pr:13:%'")
		migrated(t, dir)
	}
	t.Logf("versions after the kill: %v", forms)
}

// TestMigrateKilledPostgres kills the process when half is done: it waits for a table that somebody else has locked.
func TestMigrateKilledPostgres(t *testing.T) {
	url := olderDatabase(t, 1)
	db, err := sql.Open("pgx", url)
	check(t, err)
	defer db.Close()
	db.SetMaxIdleConns(1)
	locked, err := db.Begin()
	check(t, err)
	_, err = locked.Exec("LOCK TABLE log.due")
	check(t, err)
	child := migrating(t, url)
	for waiting := 0; waiting == 0; {
		check(t, db.QueryRow("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%position%'").Scan(&waiting))
	}
	check(t, child.Process.Kill())
	_ = child.Wait()
	check(t, locked.Rollback())
	for waiting := 1; waiting > 0; { // until the server has noticed
		check(t, db.QueryRow("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()").Scan(&waiting))
	}
	got, err := eventlog.Schemas(url)
	check(t, err)
	if got[0].Have == 1 {
		var there bool
		check(t, db.QueryRow("SELECT to_regclass('log.document') IS NOT NULL").Scan(&there))
		equal(t, "half is there", there, false)
	}
	migrated(t, url)
}
