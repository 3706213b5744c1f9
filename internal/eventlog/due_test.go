package eventlog_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

func testClaimOrder(t *testing.T, open store) {
	db := open(t)
	for _, m := range []struct {
		number int
		at     int
	}{{1, 5}, {2, 3}, {3, 3}, {4, 9}, {2, 1}} { // 2 was first at 3, and is brought forward
		mark(t, db, rules.PRSubject(12, m.number), at(m.at))
	}
	add(t, db, eventlog.Append{Received: at(2), Marks: []eventlog.Mark{{Subject: pr8}, {Subject: pr7}, {Subject: trunk, At: at(4)}}})
	var got []rules.Subject
	for _, n := range []int{2, 3, 9} {
		claims, err := db.Claim(ctx, at(5), lease, "test", n)
		check(t, err)
		for _, c := range claims {
			got = append(got, c.Subject)
		}
	}
	equal(t, "order", got, []rules.Subject{rules.PRSubject(12, 2), pr7, pr8, rules.PRSubject(12, 3), trunk, rules.PRSubject(12, 1)})
	none, err := db.Claim(ctx, at(99), lease, "test", 0)
	check(t, err)
	equal(t, "none asked for", len(none), 0)
}

func testWaits(t *testing.T, open store) {
	db, later := open(t), at(100)
	for i, c := range []struct {
		name    string
		waits   []string
		again   time.Time
		touches [][]string // of each mark
		want    bool       // looked at
	}{
		{"anything", nil, time.Time{}, [][]string{{"check"}}, true},
		{"nothing", []string{}, time.Time{}, [][]string{{"check"}}, false},
		{"another", []string{"review"}, time.Time{}, [][]string{{"check"}}, false},
		{"that one", []string{"label", "review"}, time.Time{}, [][]string{{"review"}}, true},
		{"one of a mark", []string{"review"}, time.Time{}, [][]string{{"check", "review"}}, true},
		{"one of many marks", []string{"review"}, time.Time{}, [][]string{{"check"}, {"review"}, {"check"}}, true},
		{"a mark that names none", []string{"review"}, time.Time{}, [][]string{{"check"}, nil}, true},
		{"again not yet", []string{"review"}, later, [][]string{{"check"}}, false},
		{"a part of the name", []string{"review"}, time.Time{}, [][]string{{"review_comment"}}, false},
	} {
		s := rules.PRSubject(12, i+1)
		mark(t, db, s, at(0))
		finish(t, db, claimed(t, db, at(0), s), eventlog.Finish{Waits: c.waits, Again: c.again})
		for _, touches := range c.touches {
			mark(t, db, s, at(1), touches...)
		}
		equal(t, c.name, looked(t, db, at(1)), c.want)
		if !c.want { // dropped for good, but for its own time
			equal(t, c.name+": not yet", looked(t, db, at(99)), false)
			equal(t, c.name+": again", looked(t, db, later), c.again.Equal(later))
		}
	}
	manyDropped(t, db)
}

// looked says whether there was something to look at.
func looked(t *testing.T, db *eventlog.DB, now time.Time) bool {
	t.Helper()
	claims := claim(t, db, now)
	for _, c := range claims {
		finish(t, db, c, eventlog.Finish{})
	}
	return len(claims) > 0
}

// manyDropped: rows that nobody needs to look at do not hide one that somebody does.
func manyDropped(t *testing.T, db *eventlog.DB) {
	var marks []eventlog.Mark
	for i := range 600 {
		marks = append(marks, eventlog.Mark{Subject: rules.PRSubject(99, i+1)})
	}
	add(t, db, eventlog.Append{Received: at(2), Marks: marks})
	claims, err := db.Claim(ctx, at(2), lease, "test", 600)
	check(t, err)
	for len(claims) < 600 {
		more, err := db.Claim(ctx, at(2), lease, "test", 600)
		check(t, err)
		claims = append(claims, more...)
	}
	for _, c := range claims {
		finish(t, db, c, eventlog.Finish{Waits: []string{"review"}})
	}
	for i := range marks {
		marks[i].Touches = []string{"check"}
	}
	add(t, db, eventlog.Append{Received: at(3), Marks: marks})
	mark(t, db, trunk, at(4))
	mark(t, db, rules.BaseSubject(12, "next"), at(4))
	claims, err = db.Claim(ctx, at(4), lease, "test", 1)
	check(t, err)
	equal(t, "behind 600", len(claims) == 1 && claims[0].Subject == trunk, true)
}

func testLeases(t *testing.T, open store) {
	db := open(t)
	mark(t, db, pr7, at(0), "b", "a")
	c := claimed(t, db, at(3), pr7)
	equal(t, "claim", c, eventlog.Claim{Subject: pr7, Fence: 1, Seq: 1, First: 1, Touches: []string{"a", "b"}, Due: at(0), Until: at(63)})
	nothingDue(t, db, at(62))
	check(t, db.Extend(ctx, c, at(80)))
	nothingDue(t, db, at(79))

	check(t, db.Note(ctx, c, eventlog.Append{Events: []eventlog.Event{event("late", pr7)}})) // run out, not taken
	d := claimed(t, db, at(80), pr7)
	equal(t, "fence", d.Fence, c.Fence+1)
	equal(t, "touches", d.Touches, []string{"a", "b"})
	refused := func(what string, c eventlog.Claim) {
		t.Helper()
		a := eventlog.Append{Events: []eventlog.Event{event("refused", pr7)}, Cursors: map[string]string{"refused": "yes"}}
		for op, err := range map[string]error{
			"note":    db.Note(ctx, c, a),
			"finish":  db.Finish(ctx, c, eventlog.Finish{Append: a}),
			"release": db.Release(ctx, c, at(0)),
			"extend":  db.Extend(ctx, c, at(999)),
		} {
			if !errors.Is(err, eventlog.ErrFence) {
				t.Errorf("%s: %s: %v", what, op, err)
			}
		}
	}
	refused("the holder before", c)
	finish(t, db, d, eventlog.Finish{})
	refused("after the end", d)
	refused("never held", eventlog.Claim{Subject: pr8, Fence: 1})
	events, err := db.Events(ctx, eventlog.Query{Kinds: []string{"refused"}})
	check(t, err)
	equal(t, "refused events", len(events), 0)
	value, err := db.Cursor(ctx, "refused")
	check(t, err)
	equal(t, "refused cursor", value, "")
	nothingDue(t, db, at(999))
	mark(t, db, pr7, at(999))
	equal(t, "fence", claimed(t, db, at(999), pr7).Fence, d.Fence+1)
}

func testMarksDuringLook(t *testing.T, open store) {
	db := open(t)
	mark(t, db, pr7, at(0), "a")
	c := claimed(t, db, at(0), pr7)
	mark(t, db, pr7, at(1), "b")
	nothingDue(t, db, at(1))
	finish(t, db, c, eventlog.Finish{Waits: []string{"b"}, Again: at(50)})
	c = claimed(t, db, at(1), pr7)
	equal(t, "only what is new", c.Touches, []string{"b"})
	equal(t, "since", c.Since, int64(1))
	equal(t, "due", c.Due, at(1))

	// Waits hold for what came during the look, too.
	mark(t, db, pr7, at(2), "b")
	finish(t, db, c, eventlog.Finish{Waits: []string{"c"}, Again: at(50)})
	nothingDue(t, db, at(49))
	c = claimed(t, db, at(50), pr7)
	equal(t, "again", c.Due, at(50))

	// A time in the future stays one.
	c = claimed(t, db, at(110), pr7)
	add(t, db, eventlog.Append{Marks: []eventlog.Mark{{Subject: pr7, At: at(130)}}})
	finish(t, db, c, eventlog.Finish{})
	nothingDue(t, db, at(129))
	c = claimed(t, db, at(130), pr7)

	// So does the look's own mark of its subject, and its marks of others.
	finish(t, db, c, eventlog.Finish{Append: eventlog.Append{Marks: []eventlog.Mark{{Subject: pr7, At: at(140)}, {Subject: trunk, At: at(139)}}}})
	var got []string
	for _, c := range claim(t, db, at(140)) {
		got = append(got, fmt.Sprint(c.Subject, " ", c.Due.Sub(start)))
	}
	equal(t, "marks of the end", got, []string{"base:12:main 2m19s", "pr:12:7 2m20s"})
}

// In a storm of events a look that ends does not begin anew at once, whatever comes.
func testRest(t *testing.T, open store) {
	db := open(t)
	mark(t, db, pr7, at(0), "a")
	c := claimed(t, db, at(0), pr7)
	mark(t, db, pr7, at(1), "b")
	finish(t, db, c, eventlog.Finish{Rest: at(9)})
	mark(t, db, pr7, at(2), "c")
	nothingDue(t, db, at(8))
	next, _, err := db.NextDue(ctx)
	check(t, err)
	equal(t, "next", next, at(9))
	b, err := db.Backlog(ctx, at(8))
	check(t, err)
	equal(t, "resting", b, eventlog.Backlog{Later: 1})
	b, err = db.Backlog(ctx, at(9))
	check(t, err)
	equal(t, "rested", b, eventlog.Backlog{Due: 1, Oldest: at(1)})
	c = claimed(t, db, at(9), pr7)
	equal(t, "all that came", c.Touches, []string{"b", "c"})

	// What nobody waits for leaves nothing behind.
	mark(t, db, pr7, at(10), "b")
	finish(t, db, c, eventlog.Finish{Waits: []string{"a"}, Rest: at(20)})
	nothingDue(t, db, at(20))
	b, err = db.Backlog(ctx, at(20))
	check(t, err)
	equal(t, "left", b, eventlog.Backlog{})

	// Where nothing came meanwhile, what comes is looked at at once.
	mark(t, db, pr7, at(21), "a")
	finish(t, db, claimed(t, db, at(21), pr7), eventlog.Finish{Rest: at(30)})
	mark(t, db, pr7, at(22), "a")
	claimed(t, db, at(22), pr7)
}

func testLookIsMade(t *testing.T, open store) {
	db := open(t)
	mark(t, db, pr7, at(0), "a")
	finish(t, db, claimed(t, db, at(0), pr7), eventlog.Finish{Waits: []string{"a"}, Again: at(10)})
	dead := claimed(t, db, at(10), pr7)
	equal(t, "without a mark, first is the newest", dead.First, int64(1))
	mark(t, db, pr7, at(11), "b")
	c := claimed(t, db, at(70), pr7)
	equal(t, "touches", c.Touches, []string{"b"})
	equal(t, "due", c.Due, at(10))
}

func testSeen(t *testing.T, open store) {
	db := open(t)
	mark(t, db, trunk, at(0), "a") // 1
	c := claimed(t, db, at(0), trunk)
	mark(t, db, trunk, at(1), "b") // 2
	seen, err := db.Head(ctx)
	check(t, err)
	finish(t, db, c, eventlog.Finish{Seen: seen})
	c = claimed(t, db, at(1), trunk)
	equal(t, "marked after the claim, before the load", c.Touches, []string{"b"})
	finish(t, db, c, eventlog.Finish{Seen: seen, Waits: []string{}})
	nothingDue(t, db, at(9))

	// A snapshot that is older than the claim.
	mark(t, db, trunk, at(10)) // 3
	seen, err = db.Head(ctx)
	check(t, err)
	mark(t, db, trunk, at(11), "a") // 4
	c, ok, err := db.ClaimOne(ctx, at(12), lease, "test", trunk)
	check(t, err)
	equal(t, "free", ok, true)
	finish(t, db, c, eventlog.Finish{Seen: seen, Waits: []string{}})
	c = claimed(t, db, at(12), trunk)
	equal(t, "what the snapshot did not know", c.Touches, []string{"a"})
	equal(t, "since", c.Since, int64(3))
	equal(t, "first", c.First, int64(3))
	finish(t, db, c, eventlog.Finish{})

	// A snapshot that is older than that of the look before says nothing.
	c, _, err = db.ClaimOne(ctx, at(13), lease, "test", trunk)
	check(t, err)
	finish(t, db, c, eventlog.Finish{Seen: 2, Waits: []string{}})
	c = claimed(t, db, at(13), trunk)
	equal(t, "since does not go back", c.Since, int64(4))
}

func testRelease(t *testing.T, open store) {
	db := open(t)
	mark(t, db, pr7, at(0), "a")
	finish(t, db, claimed(t, db, at(0), pr7), eventlog.Finish{Waits: []string{"a"}})
	mark(t, db, pr7, at(1), "a", "b")
	c := claimed(t, db, at(1), pr7)
	check(t, db.Release(ctx, c, at(5)))
	nothingDue(t, db, at(4))
	again := claimed(t, db, at(5), pr7)
	equal(t, "touches", again.Touches, c.Touches)
	equal(t, "since", again.Since, c.Since)
	check(t, db.Release(ctx, again, at(20)))
	mark(t, db, pr7, at(7), "c")
	c = claimed(t, db, at(7), pr7)
	equal(t, "brought forward", c.Touches, []string{"a", "b", "c"})
	mark(t, db, pr7, at(8), "d")
	check(t, db.Release(ctx, c, at(20)))
	equal(t, "marked meanwhile", claimed(t, db, at(8), pr7).Due, at(8))
}

func testClaimOne(t *testing.T, open store) {
	db := open(t)
	one := func(now int) (eventlog.Claim, bool) {
		t.Helper()
		c, ok, err := db.ClaimOne(ctx, at(now), lease, "test", trunk)
		check(t, err)
		return c, ok
	}
	c, ok := one(0)
	equal(t, "never heard of", ok, true)
	equal(t, "claim", c, eventlog.Claim{Subject: trunk, Fence: 1, Due: at(0), Until: at(60)})
	_, ok = one(59)
	equal(t, "held", ok, false)
	finish(t, db, c, eventlog.Finish{Again: at(30), Waits: []string{}})
	c, ok = one(20)
	equal(t, "before its time", ok, true)
	equal(t, "due", c.Due, at(20))
	c = claimed(t, db, at(80), trunk) // its holder died, and nothing touched it
	check(t, db.Release(ctx, c, at(81)))
	c = claimed(t, db, at(81), trunk)
	finish(t, db, c, eventlog.Finish{Waits: []string{}})
	nothingDue(t, db, at(999))
}

func testNextDue(t *testing.T, open store) {
	db := open(t)
	next := func(what string, want time.Time) {
		t.Helper()
		got, ok, err := db.NextDue(ctx)
		check(t, err)
		equal(t, what, got, want)
		equal(t, what, ok, !want.IsZero())
	}
	backlog := func(now time.Time, want eventlog.Backlog) {
		t.Helper()
		got, err := db.Backlog(ctx, now)
		check(t, err)
		equal(t, "backlog", got, want)
	}
	next("empty", time.Time{})
	backlog(at(0), eventlog.Backlog{})
	mark(t, db, pr7, at(0))
	mark(t, db, pr8, at(2))
	mark(t, db, trunk, at(100))
	next("due", at(0))
	backlog(at(3), eventlog.Backlog{Due: 2, Oldest: at(0), Later: 1})
	claims, err := db.Claim(ctx, at(3), lease, "me", 1)
	check(t, err)
	next("another", at(2))
	backlog(at(3), eventlog.Backlog{Due: 1, Oldest: at(2), Later: 1, Leased: 1})
	backlog(at(63), eventlog.Backlog{Due: 1, Oldest: at(2), Later: 1, Expired: 1})
	st, err := db.Standing(ctx, pr7)
	check(t, err)
	equal(t, "standing", st, eventlog.Standing{Due: at(0), Owner: "me"})

	finish(t, db, claimed(t, db, at(3), pr8), eventlog.Finish{Again: at(90), Waits: []string{"a"}})
	next("end of the lease", at(63))
	st, err = db.Standing(ctx, pr8)
	check(t, err)
	equal(t, "standing", st, eventlog.Standing{Due: at(90), Since: 2, Waits: []string{"a"}, Again: at(90)})
	finish(t, db, claims[0], eventlog.Finish{})
	next("again", at(90))
	st, err = db.Standing(ctx, rules.RepoSubject(1))
	check(t, err)
	equal(t, "standing", st, eventlog.Standing{})
}
