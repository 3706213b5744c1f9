package eventlog_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
)

// What only the files of SQLite have to show.

func TestOneProcessWrites(t *testing.T) {
	dir := t.TempDir()
	db := openAt(t, dir)
	_, err := eventlog.Open(dir, eventlog.Options{})
	if want := dir + " is in use by another pitcrew"; err == nil || err.Error() != want {
		t.Fatalf("second open: %v, want %s", err, want)
	}
	check(t, db.Close())
	check(t, openAt(t, dir).Close())
}

// The directory is one process's: a lease ends with the process that held it.
func TestLeasesEndWithTheProcess(t *testing.T) {
	dir := t.TempDir()
	db := openAt(t, dir)
	mark(t, db, pr8, at(0))
	fence := claimed(t, db, at(0), pr8).Fence
	check(t, db.Close())
	equal(t, "fence", claimed(t, openAt(t, dir), at(0), pr8).Fence, fence+1)
}

func TestReadOnly(t *testing.T) {
	dir := t.TempDir()
	if _, err := eventlog.OpenReadOnly(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("nothing there: %v", err)
	}
	db := openAt(t, dir)
	reader, err := eventlog.OpenReadOnly(dir)
	check(t, err)
	defer reader.Close()
	add(t, db, eventlog.Append{Delivery: "d1", Raw: []byte("body"), Events: []eventlog.Event{event("a", pr7)}})
	head, err := reader.Head(ctx)
	check(t, err)
	equal(t, "head", head, int64(1))
	body, _, err := reader.Raw(ctx, "d1")
	check(t, err)
	equal(t, "raw", string(body), "body")
	if _, err := reader.Append(ctx, eventlog.Append{}); err == nil {
		t.Error("a reader appends")
	}
	if _, err := reader.Token(ctx, 1, "ana"); err == nil {
		t.Error("a reader makes tokens")
	}
	check(t, db.Close())
	events, err := reader.Events(ctx, eventlog.Query{})
	check(t, err)
	equal(t, "events after the writer has gone", len(events), 1)
}

func TestVersions(t *testing.T) {
	for _, name := range []string{"log.db", "people.db"} {
		dir := t.TempDir()
		check(t, openAt(t, dir).Close())
		execute(t, filepath.Join(dir, name), "PRAGMA user_version = 99")
		_, err := eventlog.Open(dir, eventlog.Options{})
		_, err2 := eventlog.OpenReadOnly(dir)
		for _, err := range []error{err, err2} {
			if err == nil || !strings.Contains(err.Error(), "a newer pitcrew has written it") || !strings.Contains(err.Error(), name) {
				t.Errorf("%s: newer: %v", name, err)
			}
		}
		execute(t, filepath.Join(dir, name), "PRAGMA user_version = 0")
		if _, err := eventlog.OpenReadOnly(dir); err == nil || !strings.Contains(err.Error(), "pitcrew serve") {
			t.Errorf("%s: older: %v", name, err)
		}
	}
}

func execute(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	check(t, err)
	defer db.Close()
	_, err = db.Exec(statement)
	check(t, err)
}

func TestRights(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a %41 directory?")
	db := openAt(t, dir)
	add(t, db, eventlog.Append{Delivery: "d1", Raw: []byte("x")})
	entries, err := os.ReadDir(dir)
	check(t, err)
	for _, e := range entries {
		info, err := e.Info()
		check(t, err)
		equal(t, e.Name(), info.Mode().Perm(), fs.FileMode(0o600))
	}
	equal(t, "files", len(entries), 7) // log and people with -wal and -shm, and the lock
	info, err := os.Stat(dir)
	check(t, err)
	equal(t, "directory", info.Mode().Perm(), fs.FileMode(0o700))
}

// A forgotten day's key must be in no byte of any file, and no person ever in log.db.
func TestForgottenKeyIsGone(t *testing.T) {
	dir := t.TempDir()
	key := bytes.Repeat([]byte("K"), 32) // the first thing drawn is the key of the day
	source := bytes.NewReader(append(key, bytes.Repeat([]byte("n"), 100)...))
	db, err := eventlog.Open(dir, eventlog.Options{Rand: source})
	check(t, err)
	defer db.Close()
	add(t, db, eventlog.Append{Delivery: "d1", Received: start, Raw: []byte("zebulon-canary")})
	_, err = db.Token(ctx, 77, "zebulon-canary")
	check(t, err)
	equal(t, "files with the key before", holding(t, dir, string(key)) != "", true)
	n, err := db.Forget(ctx, start.AddDate(0, 0, 1))
	check(t, err)
	equal(t, "forgotten", n, int64(1))
	equal(t, "files with the key", holding(t, dir, string(key)), "")
	if files := holding(t, dir, "zebulon-canary"); strings.Contains(files, "log.db") {
		t.Errorf("a person is in %s", files)
	}
}

// holding lists the files that contain text.
func holding(t *testing.T, dir, text string) string {
	t.Helper()
	var names []string
	entries, err := os.ReadDir(dir)
	check(t, err)
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		check(t, err)
		if bytes.Contains(content, []byte(text)) {
			names = append(names, e.Name())
		}
	}
	return strings.Join(names, " ")
}

// A raw delivery belongs to its id: moved to another row, it does not open.
func TestSealedToItsDelivery(t *testing.T) {
	dir := t.TempDir()
	db := openAt(t, dir)
	for _, id := range []string{"d1", "d2"} {
		add(t, db, eventlog.Append{Delivery: id, Raw: []byte("body of " + id)})
	}
	check(t, db.Close())
	execute(t, filepath.Join(dir, "log.db"), "UPDATE raw SET sealed = (SELECT sealed FROM raw WHERE delivery = 'd2') WHERE delivery = 'd1'")
	body, _, err := openAt(t, dir).Raw(ctx, "d1")
	if err == nil || errors.Is(err, eventlog.ErrNoRaw) {
		t.Fatalf("raw: %q, %v", body, err)
	}
}

// Tokens stay different when a seeded source begins again after a restart.
func TestTokensFromSeededSource(t *testing.T) {
	dir := t.TempDir()
	seen := map[string]bool{}
	for run := range 2 {
		random := bytes.NewReader([]byte(strings.Repeat("a", 16) + strings.Repeat("b", 16) + strings.Repeat("c", 16) + strings.Repeat("d", 16)))
		db, err := eventlog.Open(dir, eventlog.Options{Rand: random})
		check(t, err)
		for i := range 2 {
			token, err := db.Token(ctx, int64(1+run*2+i), fmt.Sprint("u", run, i))
			check(t, err)
			seen[token] = true
		}
		check(t, db.Close())
	}
	equal(t, "tokens", len(seen), 4)
}
