package eventlog_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// looked at, remembered and with a head: what is kept of a pull request.
func keptPull(t *testing.T, db *eventlog.DB, when time.Time, repo int64, number int, again time.Time) rules.Subject {
	t.Helper()
	s := rules.PRSubject(repo, number)
	e := event("pull_request.opened", s)
	e.Repository = repo
	add(t, db, eventlog.Append{
		Received: when, Events: []eventlog.Event{e}, Marks: []eventlog.Mark{{Subject: s}},
		Heads: []eventlog.HeadOf{{Repo: repo, SHA: fmt.Sprint("a", number), Number: number}},
	})
	finish(t, db, claimed(t, db, when, s), eventlog.Finish{Waits: []string{}, Again: again,
		Append: eventlog.Append{Memory: map[rules.Subject]eventlog.Memory{s: {Doc: json.RawMessage(`{"n":1}`), Seq: 1}}}})
	return s
}

// known says what is kept of a pull request: its memory, its row, its head.
func known(t *testing.T, db *eventlog.DB, s rules.Subject) string {
	t.Helper()
	m, err := db.Memory(ctx, s)
	check(t, err)
	st, err := db.Standing(ctx, s)
	check(t, err)
	head := "head"
	add(t, db, eventlog.Append{Received: at(0), Marks: []eventlog.Mark{{Head: &eventlog.Head{Repo: s.RepoID(), SHA: fmt.Sprint("a", s.Number())}}}})
	for _, c := range claim(t, db, at(0)) {
		if c.Subject.Kind() == rules.KindRepo {
			head = ""
		}
		finish(t, db, c, eventlog.Finish{Waits: []string{}})
	}
	return fmt.Sprintf("%s %t %s", m.Doc, st.Waits != nil, head)
}

const everything, nothing = `{"n":1} true head`, ` false `

// testPurgeQuiet: what is quiet goes, in small pages; what came back is whole, and looked at with a fence never used before.
func testPurgeQuiet(t *testing.T, open store) {
	db := open(t)
	month := 30 * 24 * time.Hour
	old, late := at(0), at(0).Add(month)
	quiet := keptPull(t, db, old, 12, 1, time.Time{})
	keptPull(t, db, old, 12, 3, late.Add(month)) // is looked at again by itself
	held := keptPull(t, db, old, 12, 4, time.Time{})
	heard := keptPull(t, db, late, 12, 2, time.Time{})
	c, _, err := db.ClaimOne(ctx, late, lease, "test", held)
	check(t, err)
	var fence int64
	for range 3 {
		again, _, err := db.ClaimOne(ctx, old, lease, "test", quiet)
		check(t, err)
		fence = again.Fence
		finish(t, db, again, eventlog.Finish{Waits: []string{}})
	}
	stale := eventlog.Claim{Subject: quiet, Fence: fence}
	purged := func() int {
		n, err := db.PurgeQuiet(ctx, late)
		check(t, err)
		return n
	}
	equal(t, "purged", purged(), 1)
	equal(t, "purged again", purged(), 0)
	equal(t, "quiet", known(t, db, quiet), nothing)
	equal(t, "heard of", known(t, db, heard), everything)
	equal(t, "to be looked at", known(t, db, rules.PRSubject(12, 3)), everything)
	finish(t, db, c, eventlog.Finish{Waits: []string{}})
	equal(t, "held", known(t, db, held), everything)

	mark(t, db, quiet, late, "state") // reopened
	again := claimed(t, db, late, quiet)
	equal(t, "fence is new", again.Fence > fence, true)
	if err := db.Extend(ctx, stale, late); err == nil {
		t.Error("a claim of before the purge holds")
	}
	events, err := db.Events(ctx, eventlog.Query{Subject: quiet})
	check(t, err)
	equal(t, "events", len(events), 1)
}

// testPurgePages: every page is examined once before the first is again.
func testPurgePages(t *testing.T, open store) {
	db := open(t)
	var marks []eventlog.Mark
	for i := range 450 {
		marks = append(marks, eventlog.Mark{Subject: rules.PRSubject(12, i+1)})
	}
	marks = append(marks, eventlog.Mark{Subject: trunk}, eventlog.Mark{Subject: rules.RepoSubject(12)})
	add(t, db, eventlog.Append{Received: at(0), Marks: marks})
	for claims := claim(t, db, at(0)); len(claims) > 0; claims = claim(t, db, at(0)) {
		for _, c := range claims {
			finish(t, db, c, eventlog.Finish{Waits: []string{}})
		}
	}
	var pages []int
	for range 4 {
		n, err := db.PurgeQuiet(ctx, at(1))
		check(t, err)
		pages = append(pages, n)
	}
	equal(t, "purged", pages, []int{200, 200, 50, 0})
	st, err := db.Standing(ctx, trunk)
	check(t, err)
	equal(t, "bases stay", st.Waits != nil, true)
}

// testPurgeGone: of a repository that is gone for long everything goes but events, and nothing of its neighbours.
func testPurgeGone(t *testing.T, open store) {
	db := open(t)
	for i := range 3 {
		keptPull(t, db, at(0), 12, i+1, at(999999))
	}
	other := keptPull(t, db, at(0), 121, 1, at(999999))
	mark(t, db, rules.RepoSubject(12), at(99999), "config")
	mark(t, db, trunk, at(99999), "config")
	mark(t, db, rules.ReleaseSubject(12, "v1"), at(99999), "config")
	c, _, err := db.ClaimOne(ctx, at(0), lease, "test", rules.PRSubject(12, 1))
	check(t, err)
	for _, name := range []string{"repo:12", "swept:12", "repo:121"} {
		check(t, db.SetCursor(ctx, name, "{}"))
	}
	gone := eventlog.Gone{Repository: 12, Cursors: []string{"repo:12", "swept:12"}}
	purge := func(what string, before time.Time, want bool) {
		t.Helper()
		done, err := db.Purge(ctx, gone, before)
		check(t, err)
		equal(t, what, done, want)
	}
	purge("heard of", at(0), false)
	equal(t, "heard of", known(t, db, rules.PRSubject(12, 2)), everything)
	purge("one is looked at", at(1), false)
	value, err := db.Cursor(ctx, "repo:12")
	check(t, err)
	equal(t, "its name stays as long", value, "{}")
	finish(t, db, c, eventlog.Finish{})
	purge("gone", at(1), true)
	for _, s := range []rules.Subject{rules.PRSubject(12, 1), rules.PRSubject(12, 2), trunk, rules.RepoSubject(12), rules.ReleaseSubject(12, "v1")} {
		st, err := db.Standing(ctx, s)
		check(t, err)
		equal(t, string(s), st, eventlog.Standing{})
	}
	equal(t, "a pull request", known(t, db, rules.PRSubject(12, 2)), nothing)
	equal(t, "another repository", known(t, db, other), everything)
	cursors, err := db.Cursors(ctx, "")
	check(t, err)
	equal(t, "cursors", cursors, map[string]string{"repo:121": "{}"})

	mark(t, db, rules.InstallationSubject(7), at(99999))
	gone = eventlog.Gone{Installation: 7, Cursors: []string{"installation:7"}}
	purge("an installation", at(1), true)
	st, err := db.Standing(ctx, rules.InstallationSubject(7))
	check(t, err)
	equal(t, "an installation", st, eventlog.Standing{})
}
