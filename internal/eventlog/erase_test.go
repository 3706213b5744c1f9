package eventlog_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/pgtest"
)

func testErase(t *testing.T, open store) {
	db := open(t)
	token := func(id int64, login string) string {
		t.Helper()
		s, err := db.Token(ctx, id, login)
		check(t, err)
		return s
	}
	ana, bob := token(71, "Ana"), token(72, "bob")
	add(t, db, eventlog.Append{Delivery: "one", Received: start, Raw: []byte(`{"login":"Ana"}`), Events: []eventlog.Event{{Source: "github", Kind: "push", Actor: ana}}})
	for _, who := range []string{"71", "ana", "ANA"} {
		found, err := db.Find(ctx, who)
		check(t, err)
		equal(t, "found by "+who, found, []eventlog.Known{{Token: ana, Person: eventlog.Person{ID: 71, Login: "Ana"}}})
	}
	n, err := db.Erase(ctx, 71)
	check(t, err)
	equal(t, "raw deliveries that went", n, int64(1))
	found, err := db.Find(ctx, "ana")
	check(t, err)
	equal(t, "found", len(found), 0)
	_, known, err := db.Person(ctx, ana)
	check(t, err)
	equal(t, "known", known, false)
	if _, _, err := db.Raw(ctx, "one"); !errors.Is(err, eventlog.ErrNoRaw) {
		t.Errorf("raw: %v", err)
	}
	events, err := db.Events(ctx, eventlog.Query{})
	check(t, err)
	equal(t, "the log", events[0].Actor, ana)
	if again := token(71, "Ana"); again == ana {
		t.Error("who comes back has the token of before")
	}
	equal(t, "somebody else", token(72, "bob"), bob)
	add(t, db, eventlog.Append{Delivery: "two", Received: start, Raw: []byte(`{}`)})
	_, _, err = db.Raw(ctx, "two")
	check(t, err)
}

// What was erased is nowhere in the files.
func TestErasedBytes(t *testing.T) {
	dir := t.TempDir()
	db := openAt(t, dir)
	_, err := db.Token(ctx, 71, "ana-canary")
	check(t, err)
	_, err = db.Erase(ctx, 71)
	check(t, err)
	files, err := filepath.Glob(filepath.Join(dir, "*.db*"))
	check(t, err)
	if len(files) < 2 {
		t.Fatal(files)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		check(t, err)
		if bytes.Contains(b, []byte("ana-canary")) {
			t.Errorf("%s has the login", file)
		}
	}
	check(t, db.Close())
}

// A copy of the program that has somebody in its memory lets go of them within a minute of the erasure by another.
func TestErasedElsewhere(t *testing.T) {
	url, now := pgtest.Database(t), start
	db, err := eventlog.Open(url, eventlog.Options{Now: func() time.Time { return now }})
	check(t, err)
	defer db.Close()
	other := openAt(t, url)
	token, err := db.Token(ctx, 71, "ana")
	check(t, err)
	add(t, db, eventlog.Append{Delivery: "one", Received: start, Raw: []byte(`{}`)})
	_, err = other.Erase(ctx, 71)
	check(t, err)
	now = now.Add(time.Minute)
	again, err := db.Token(ctx, 71, "ana")
	check(t, err)
	if again == token {
		t.Error("the token of before")
	}
	add(t, db, eventlog.Append{Delivery: "two", Received: start, Raw: []byte(`{}`)})
	_, _, err = other.Raw(ctx, "two")
	check(t, err)
}
