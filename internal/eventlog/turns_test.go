package eventlog_test

import (
	"fmt"
	"testing"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// testTurns: an installation with very many subjects due holds up no other, and each has its own oldest first.
func testTurns(t *testing.T, open store) {
	db := open(t)
	tell := func(inst, repo int64, number, when int) {
		e := event("told", rules.PRSubject(repo, number))
		e.Installation = inst
		add(t, db, eventlog.Append{Received: at(when), Events: []eventlog.Event{e}, Marks: []eventlog.Mark{{Subject: rules.PRSubject(repo, number)}}})
	}
	for i := range 400 {
		tell(1, 12, i+1, 400-i) // the last is the oldest
	}
	tell(2, 21, 1, 500)
	tell(3, 31, 1, 501)
	tell(2, 21, 2, 502)
	var got []string
	next := func(n int, full ...int64) {
		t.Helper()
		claims, err := db.Claim(ctx, at(600), lease, "test", n, full...)
		check(t, err)
		for _, c := range claims {
			got = append(got, fmt.Sprint(c.Installation, " ", c.Subject))
		}
	}
	next(1)
	next(1)
	next(3)
	next(1, 2, 1)
	next(2, 1)
	next(2)
	equal(t, "turns", got, []string{"1 pr:12:400", "2 pr:21:1", "3 pr:31:1", "1 pr:12:399", "2 pr:21:2", "1 pr:12:398", "1 pr:12:397"})

	// What a look marks waits for the turn of its installation; an installation for its own.
	c, _, err := db.ClaimOne(ctx, at(700), lease, "test", rules.PRSubject(31, 1)) // its lease has run out
	check(t, err)
	finish(t, db, c, eventlog.Finish{Append: eventlog.Append{Received: at(1), Marks: []eventlog.Mark{
		{Subject: rules.RepoSubject(31)}, {Subject: rules.InstallationSubject(4)},
	}}})
	got = nil
	next(2, 1, 2)
	equal(t, "marked by a look", got, []string{"4 installation:4", "3 repo:31"})
}
