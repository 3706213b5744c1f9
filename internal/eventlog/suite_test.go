package eventlog_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Shows: X5, X6.
func TestSQLite(t *testing.T) {
	suite(t, func(t *testing.T) store {
		dir := t.TempDir()
		return func(t *testing.T) *eventlog.DB { return openAt(t, dir) }
	})
}

// store is a place for a log. Each call opens it; it must be closed in between.
type store func(t *testing.T) *eventlog.DB

// suite is what every database behind the log must pass. fresh makes an empty store.
func suite(t *testing.T, fresh func(t *testing.T) store) {
	for _, c := range []struct {
		name string
		test func(*testing.T, store)
	}{
		{"append and read", testAppend},
		{"queries", testQueries},
		{"a delivery is taken once", testDeliveryOnce},
		{"a bad append leaves nothing", testAllOrNothing},
		{"appends at the same time", testConcurrentAppends},
		{"reopened", testReopen},
		{"claims in order", testClaimOrder},
		{"installations in turn", testTurns},
		{"waits", testWaits},
		{"leases and fences", testLeases},
		{"marks during a look", testMarksDuringLook},
		{"rest after a look", testRest},
		{"a look that begins is made", testLookIsMade},
		{"seen", testSeen},
		{"release", testRelease},
		{"claim one", testClaimOne},
		{"heads", testHeads},
		{"memory and cursors", testMemory},
		{"subjects", testSubjects},
		{"documents", testDocuments},
		{"next due and backlog", testNextDue},
		{"changed", testChanged},
		{"purging what is quiet", testPurgeQuiet},
		{"purging in pages", testPurgePages},
		{"purging what is gone", testPurgeGone},
		{"raw deliveries", testRaw},
		{"people", testPeople},
		{"erased people", testErase},
		{"closed", testClosed},
		{"cancelled", testCancelled},
		{"against a model", testModel},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, fresh(t)) })
	}
}

var (
	ctx   = context.Background()
	start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	pr7   = rules.PRSubject(12, 7)
	pr8   = rules.PRSubject(12, 8)
	trunk = rules.BaseSubject(12, "main")
)

const lease = time.Minute

// at is the time so many seconds after the start.
func at(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }

func openAt(t *testing.T, dir string) *eventlog.DB {
	t.Helper()
	db, err := eventlog.Open(dir, eventlog.Options{Now: func() time.Time { return start }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("%s (-want +got):\n%s", what, d)
	}
}

func add(t *testing.T, db *eventlog.DB, a eventlog.Append) eventlog.Appended {
	t.Helper()
	out, err := db.Append(ctx, a)
	check(t, err)
	return out
}

func mark(t *testing.T, db *eventlog.DB, s rules.Subject, when time.Time, touches ...string) {
	t.Helper()
	add(t, db, eventlog.Append{Received: when, Marks: []eventlog.Mark{{Subject: s, Touches: touches}}})
}

func claim(t *testing.T, db *eventlog.DB, now time.Time) []eventlog.Claim {
	t.Helper()
	claims, err := db.Claim(ctx, now, lease, "test", 10)
	check(t, err)
	return claims
}

// claimed claims what must be exactly one subject.
func claimed(t *testing.T, db *eventlog.DB, now time.Time, s rules.Subject) eventlog.Claim {
	t.Helper()
	claims := claim(t, db, now)
	if len(claims) != 1 || claims[0].Subject != s {
		t.Fatalf("claimed %v, want %s alone", claims, s)
	}
	return claims[0]
}

func nothingDue(t *testing.T, db *eventlog.DB, now time.Time) {
	t.Helper()
	if claims := claim(t, db, now); len(claims) > 0 {
		t.Fatalf("claimed %+v, want nothing", claims)
	}
}

func finish(t *testing.T, db *eventlog.DB, c eventlog.Claim, f eventlog.Finish) {
	t.Helper()
	check(t, db.Finish(ctx, c, f))
}

func event(kind string, s rules.Subject) eventlog.Event {
	return eventlog.Event{Source: "github", Kind: kind, Installation: 1, Repository: s.RepoID(), Subject: s}
}

func testAppend(t *testing.T, open store) {
	db := open(t)
	e := event("check_run.completed", pr7)
	e.At = at(-5).Add(123456789) // stored to the microsecond
	e.Actor = "token"
	e.MustShow = json.RawMessage(`{ "head": "a1" }`)
	e.Facts = json.RawMessage("[1,\n2]")
	got := add(t, db, eventlog.Append{Delivery: "d1", Received: at(0), Events: []eventlog.Event{e, event("plain", trunk)}})
	equal(t, "appended", got, eventlog.Appended{First: 1, Last: 2})

	e.Seq, e.Delivery, e.Received, e.At = 1, "d1", at(0), e.At.Truncate(time.Microsecond)
	e.MustShow, e.Facts = json.RawMessage(`{"head":"a1"}`), json.RawMessage(`[1,2]`)
	plain := event("plain", trunk)
	plain.Seq, plain.Delivery, plain.Received, plain.At = 2, "d1", at(0), at(0)
	events, err := db.Events(ctx, eventlog.Query{})
	check(t, err)
	equal(t, "events", events, []eventlog.Event{e, plain})
	head, err := db.Head(ctx)
	check(t, err)
	equal(t, "head", head, int64(2))

	own := add(t, db, eventlog.Append{Events: []eventlog.Event{event("intent", pr7)}})
	own2 := add(t, db, eventlog.Append{Events: []eventlog.Event{event("outcome", pr7)}})
	equal(t, "without a delivery", own2, eventlog.Appended{First: own.Last + 1, Last: own.Last + 1})
}

func testQueries(t *testing.T, open store) {
	db := open(t)
	for i := range 9 {
		e := event([]string{"a", "b", "c"}[i%3], []rules.Subject{pr7, rules.PRSubject(13, 1)}[i%2])
		e.Source, e.Installation = []string{"github", "pitcrew"}[i/5], int64(1+i/8)
		add(t, db, eventlog.Append{Events: []eventlog.Event{e}})
	}
	for _, c := range []struct {
		name string
		q    eventlog.Query
		want []int64
	}{
		{"all", eventlog.Query{}, []int64{1, 2, 3, 4, 5, 6, 7, 8, 9}},
		{"page", eventlog.Query{After: 3, Limit: 2}, []int64{4, 5}},
		{"backwards", eventlog.Query{Before: 4, Desc: true, Limit: 2}, []int64{3, 2}},
		{"between", eventlog.Query{After: 2, Before: 5}, []int64{3, 4}},
		{"subject", eventlog.Query{Subject: pr7}, []int64{1, 3, 5, 7, 9}},
		{"repository", eventlog.Query{Repository: 13, After: 2}, []int64{4, 6, 8}},
		{"source", eventlog.Query{Source: "pitcrew"}, []int64{6, 7, 8, 9}},
		{"installation", eventlog.Query{Installation: 2}, []int64{9}},
		{"kinds", eventlog.Query{Kinds: []string{"a", "c"}, Before: 7}, []int64{1, 3, 4, 6}},
		{"none", eventlog.Query{Kinds: []string{"x"}}, nil},
	} {
		events, err := db.Events(ctx, c.q)
		check(t, err)
		var got []int64
		for _, e := range events {
			got = append(got, e.Seq)
		}
		equal(t, c.name, got, c.want)
	}
}

func testDeliveryOnce(t *testing.T, open store) {
	db := open(t)
	a := eventlog.Append{Delivery: "d1", Raw: []byte("x"), Events: []eventlog.Event{event("a", pr7)}, Marks: []eventlog.Mark{{Subject: pr7}}}
	add(t, db, a)
	finish(t, db, claimed(t, db, at(0), pr7), eventlog.Finish{})
	again := add(t, db, a)
	equal(t, "again", again, eventlog.Appended{Duplicate: true})
	nothingDue(t, db, at(9))
	events, err := db.Events(ctx, eventlog.Query{})
	check(t, err)
	equal(t, "events", len(events), 1)
	for id, want := range map[string]bool{"d1": true, "d2": false} {
		has, err := db.Has(ctx, id)
		check(t, err)
		equal(t, id, has, want)
	}
}

func testAllOrNothing(t *testing.T, open store) {
	db := open(t)
	good := event("a", pr7)
	for name, a := range map[string]eventlog.Append{
		"no kind":     {Events: []eventlog.Event{good, {Source: "github"}}},
		"no source":   {Events: []eventlog.Event{good, {Kind: "a"}}},
		"bad facts":   {Events: []eventlog.Event{good, {Source: "s", Kind: "k", Facts: json.RawMessage("{")}}},
		"bad show":    {Events: []eventlog.Event{good, {Source: "s", Kind: "k", MustShow: json.RawMessage("nope")}}},
		"bad memory":  {Events: []eventlog.Event{good}, Memory: map[rules.Subject]eventlog.Memory{pr7: {}}},
		"no text":     {Events: []eventlog.Event{good}, Cursors: map[string]string{"a": "\xff"}},
		"half a text": {Events: []eventlog.Event{good, {Source: "s", Kind: "k\x00"}}},
		"aimless":     {Events: []eventlog.Event{good}, Marks: []eventlog.Mark{{Subject: pr7}, {}}},
		"stale fence": {Events: []eventlog.Event{good}, Marks: []eventlog.Mark{{Subject: pr7}}},
	} {
		a.Delivery = name
		var err error
		if name == "stale fence" {
			err = db.Note(ctx, eventlog.Claim{Subject: pr7, Fence: 1}, a)
		} else {
			_, err = db.Append(ctx, a)
		}
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		has, err := db.Has(ctx, name)
		check(t, err)
		equal(t, name, has, false)
	}
	events, err := db.Events(ctx, eventlog.Query{})
	check(t, err)
	equal(t, "events", len(events), 0)
	nothingDue(t, db, at(9))
}

func testConcurrentAppends(t *testing.T, open store) {
	db := open(t)
	const writers, each = 20, 30
	stop := make(chan struct{})
	read := make(chan []int64)
	go func() { read <- follow(db, stop) }()
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				a := eventlog.Append{Delivery: fmt.Sprint(w, "-", i), Events: []eventlog.Event{event("a", pr7), event("b", pr7)}}
				if i%3 == 0 {
					a.Marks = []eventlog.Mark{{}} // fails, and must not harm those in its group
				}
				out, err := db.Append(ctx, a)
				if (err == nil) != (i%3 != 0) || err == nil && out.Last != out.First+1 {
					t.Errorf("append %s: %+v, %v", a.Delivery, out, err)
				}
			}
		})
	}
	wg.Wait()
	close(stop)
	seqs := <-read
	equal(t, "events that a follower read", len(seqs), writers*each*2*2/3)
	for i := 1; i < len(seqs); i++ {
		if seqs[i] <= seqs[i-1] {
			t.Fatalf("event %d was read after %d", seqs[i], seqs[i-1])
		}
	}
}

// follow reads the log in pages, as it grows, until stop is closed and the end is reached.
func follow(db *eventlog.DB, stop chan struct{}) (seqs []int64) {
	var last int64
	for {
		stopped := false
		select {
		case <-stop:
			stopped = true
		default:
		}
		events, err := db.Events(ctx, eventlog.Query{After: last, Limit: 7})
		if err != nil {
			return nil
		}
		for _, e := range events {
			last = e.Seq
			seqs = append(seqs, e.Seq)
		}
		if stopped && len(events) == 0 {
			return seqs
		}
	}
}

func testReopen(t *testing.T, open store) {
	db := open(t)
	add(t, db, eventlog.Append{Delivery: "d1", Raw: []byte("body"), Events: []eventlog.Event{event("a", pr7)}})
	mark(t, db, pr8, at(0), "check") // a number without an event, which must not be given again
	next := claimed(t, db, at(0), pr8).Seq + 1
	token, err := db.Token(ctx, 5, "ana")
	check(t, err)
	check(t, db.Close())

	db = open(t)
	equal(t, "numbers go on", add(t, db, eventlog.Append{Events: []eventlog.Event{event("b", pr7)}}).First, next)
	body, _, err := db.Raw(ctx, "d1")
	check(t, err)
	equal(t, "raw", string(body), "body")
	same, err := db.Token(ctx, 5, "ana")
	check(t, err)
	equal(t, "token", same, token)
}

func testHeads(t *testing.T, open store) {
	db := open(t)
	add(t, db, eventlog.Append{Heads: []eventlog.HeadOf{{Repo: 12, SHA: "a1", Number: 8}, {Repo: 12, SHA: "a1", Number: 7}, {Repo: 13, SHA: "b1", Number: 1}}})
	add(t, db, eventlog.Append{Heads: []eventlog.HeadOf{{Repo: 12, SHA: "a2", Number: 7}}})
	subjects := func(m eventlog.Mark, heads ...eventlog.HeadOf) (got []rules.Subject) {
		t.Helper()
		add(t, db, eventlog.Append{Heads: heads, Marks: []eventlog.Mark{m}})
		for _, c := range claim(t, db, at(0)) {
			got = append(got, c.Subject)
			finish(t, db, c, eventlog.Finish{})
		}
		return got
	}
	head := func(repo int64, sha string) *eventlog.Head { return &eventlog.Head{Repo: repo, SHA: sha} }
	equal(t, "two", subjects(eventlog.Mark{Head: head(12, "a1")}), []rules.Subject{pr7, pr8})
	equal(t, "one", subjects(eventlog.Mark{Head: head(12, "a2")}), []rules.Subject{pr7})
	equal(t, "another repository's", subjects(eventlog.Mark{Head: head(12, "b1")}), []rules.Subject{rules.RepoSubject(12)})
	equal(t, "told with it", subjects(eventlog.Mark{Head: head(12, "c1")}, eventlog.HeadOf{Repo: 12, SHA: "c1", Number: 9}), []rules.Subject{rules.PRSubject(12, 9)})
	equal(t, "subject first", subjects(eventlog.Mark{Subject: trunk, Head: head(12, "a1")}), []rules.Subject{trunk})
}

func testMemory(t *testing.T, open store) {
	db := open(t)
	remember := func(s rules.Subject, seq int64, doc string) map[rules.Subject]eventlog.Memory {
		return map[rules.Subject]eventlog.Memory{s: {Doc: json.RawMessage(doc), Seq: seq}}
	}
	want := func(s rules.Subject, m eventlog.Memory) {
		t.Helper()
		got, err := db.Memory(ctx, s)
		check(t, err)
		equal(t, "memory", got, m)
	}
	mark(t, db, pr7, at(0))
	c := claimed(t, db, at(0), pr7)
	want(pr7, eventlog.Memory{})
	check(t, db.Note(ctx, c, eventlog.Append{Memory: remember(pr7, 4, `{"a":1}`)}))
	want(pr7, eventlog.Memory{Doc: json.RawMessage(`{"a":1}`), Seq: 4})
	check(t, db.Note(ctx, c, eventlog.Append{Memory: remember(pr7, 3, `{"a":0}`)}))
	want(pr7, eventlog.Memory{Doc: json.RawMessage(`{"a":1}`), Seq: 4})
	finish(t, db, c, eventlog.Finish{Append: eventlog.Append{Memory: remember(pr7, 5, `{"a":2}`), Cursors: map[string]string{"seen:1": "x"}}})
	want(pr7, eventlog.Memory{Doc: json.RawMessage(`{"a":2}`), Seq: 5})
	want(pr8, eventlog.Memory{})

	check(t, db.SetCursor(ctx, "seen:2", "y"))
	check(t, db.SetCursor(ctx, "seen:2", "z"))
	check(t, db.SetCursor(ctx, "sees", "no"))
	got, err := db.Cursors(ctx, "seen:")
	check(t, err)
	equal(t, "cursors", got, map[string]string{"seen:1": "x", "seen:2": "z"})
	for name, want := range map[string]string{"seen:1": "x", "seen:9": ""} {
		got, err := db.Cursor(ctx, name)
		check(t, err)
		equal(t, name, got, want)
	}
}

func testChanged(t *testing.T, open store) {
	db := open(t)
	changed := func(do func()) bool {
		c := db.Changed()
		do()
		select {
		case <-c:
			return true
		default:
			return false
		}
	}
	var c eventlog.Claim
	equal(t, "append", changed(func() { mark(t, db, pr7, at(0)) }), true)
	equal(t, "claim", changed(func() { c = claimed(t, db, at(0), pr7) }), false)
	equal(t, "note", changed(func() { check(t, db.Note(ctx, c, eventlog.Append{Events: []eventlog.Event{event("a", pr7)}})) }), true)
	equal(t, "cursor", changed(func() { check(t, db.SetCursor(ctx, "a", "b")) }), false)
	equal(t, "release", changed(func() { check(t, db.Release(ctx, c, at(1))) }), true)
	c = claimed(t, db, at(1), pr7)
	equal(t, "finish", changed(func() { finish(t, db, c, eventlog.Finish{Again: at(9)}) }), true)
	equal(t, "refused", changed(func() { _ = db.Finish(ctx, c, eventlog.Finish{}) }), false)
}

func testClosed(t *testing.T, open store) {
	db := open(t)
	check(t, db.Close())
	check(t, db.Close())
	if _, err := db.Append(ctx, eventlog.Append{}); !errors.Is(err, eventlog.ErrClosed) {
		t.Errorf("append: %v", err)
	}
}

func testCancelled(t *testing.T, open store) {
	db := open(t)
	over, cancel := context.WithCancel(ctx)
	cancel()
	for range 50 { // the queue may take it: it must be refused there as well
		if _, err := db.Append(over, eventlog.Append{Events: []eventlog.Event{event("a", pr7)}}); !errors.Is(err, context.Canceled) {
			t.Fatalf("append: %v", err)
		}
	}
	events, err := db.Events(ctx, eventlog.Query{})
	check(t, err)
	equal(t, "events", len(events), 0)
}
