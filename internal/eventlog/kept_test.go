package eventlog_test

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
)

func testRaw(t *testing.T, open store) {
	db := open(t)
	body := bytes.Repeat([]byte(`{"secret":"ana-canary"} `), 500)
	headers := map[string]string{"X-GitHub-Event": "push"}
	day := 24 * time.Hour
	add(t, db, eventlog.Append{Delivery: "old", Received: start.Add(-2 * day), Raw: body, Headers: headers})
	add(t, db, eventlog.Append{Delivery: "new", Received: start, Raw: []byte{}})
	add(t, db, eventlog.Append{Delivery: "bare", Received: start})
	raw := func(id string) (string, map[string]string, bool) {
		t.Helper()
		b, h, err := db.Raw(ctx, id)
		if err != nil && !errors.Is(err, eventlog.ErrNoRaw) {
			t.Fatal(err)
		}
		return string(b), h, err == nil
	}
	b, h, ok := raw("old")
	equal(t, "body", b, string(body))
	equal(t, "headers", h, headers)
	equal(t, "kept", ok, true)
	_, _, ok = raw("new")
	equal(t, "an empty body is kept", ok, true)
	_, _, ok = raw("bare")
	equal(t, "nothing to keep", ok, false)

	n, err := db.Forget(ctx, start.Add(-day))
	check(t, err)
	equal(t, "forgotten", n, int64(1))
	_, _, ok = raw("old")
	equal(t, "old is there", ok, false)
	_, _, ok = raw("new")
	equal(t, "new is there", ok, true)
	equal(t, "still taken once", add(t, db, eventlog.Append{Delivery: "old", Raw: body}).Duplicate, true)

	add(t, db, eventlog.Append{Delivery: "late", Received: start.Add(-2 * day), Raw: body})
	_, _, ok = raw("late")
	equal(t, "a forgotten day begins anew", ok, true)
	_, err = db.Forget(ctx, start.Add(-day))
	check(t, err)
	add(t, db, eventlog.Append{Delivery: "later", Received: start.Add(-2 * day), Raw: body})
	_, _, ok = raw("later")
	equal(t, "even if its key was in hand", ok, true)
}

func testPeople(t *testing.T, open store) {
	db := open(t)
	token := func(id int64, login string) string {
		t.Helper()
		s, err := db.Token(ctx, id, login)
		check(t, err)
		return s
	}
	ana, bob := token(1, "ana"), token(2, "bob")
	if ana == bob || len(ana) != 26 || strings.Trim(ana, "abcdefghijklmnopqrstuvwxyz234567") != "" {
		t.Fatalf("tokens %q and %q", ana, bob)
	}
	equal(t, "renamed", token(1, "ana-maria"), ana)
	equal(t, "without a login", token(1, ""), ana)
	p, ok, err := db.Person(ctx, ana)
	check(t, err)
	equal(t, "known", ok, true)
	equal(t, "person", p, eventlog.Person{ID: 1, Login: "ana-maria"})
	_, ok, err = db.Person(ctx, "nobody")
	check(t, err)
	equal(t, "unknown", ok, false)
	if _, err := db.Token(ctx, 0, "ghost"); err == nil {
		t.Error("id 0 has a token")
	}
	var wg sync.WaitGroup
	got := make([]string, 16)
	for i := range got {
		wg.Go(func() { got[i], _ = db.Token(ctx, 3, "carl") })
	}
	wg.Wait()
	for _, g := range got {
		equal(t, "asked at the same time", g, got[0])
	}
}
