package eventlog_test

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/pgtest"
	"github.com/pitcrew-app/pitcrew/rules"
)

func TestPostgres(t *testing.T) {
	suite(t, func(t *testing.T) store {
		url := pgtest.Database(t)
		return func(t *testing.T) *eventlog.DB { return openAt(t, url) }
	})
}

// What only PostgreSQL has to show.

// Others may look at what a process that has gone still holds only when its lease ends.
func TestLeasesOutliveTheProcess(t *testing.T) {
	url := pgtest.Database(t)
	db := openAt(t, url)
	mark(t, db, pr8, at(0))
	fence := claimed(t, db, at(0), pr8).Fence
	check(t, db.Close())
	db = openAt(t, url)
	nothingDue(t, db, at(59))
	equal(t, "fence", claimed(t, db, at(60), pr8).Fence, fence+1)
}

// copies opens one database three times, as three copies of the program do.
func copies(t *testing.T) []*eventlog.DB {
	url := pgtest.Database(t)
	return []*eventlog.DB{openAt(t, url), openAt(t, url), openAt(t, url)}
}

// Three copies get each delivery twice, on whichever side: it is taken once, and a follower reads every event once, in
// order.
func TestCopiesAppend(t *testing.T) {
	dbs := copies(t)
	const deliveries = 120
	stop, read := make(chan struct{}), make(chan []int64)
	go func() { read <- follow(dbs[0], stop) }()
	var mu sync.Mutex
	taken := map[string]int{}
	var wg sync.WaitGroup
	for side := range 6 {
		wg.Go(func() {
			for i := range deliveries {
				a := eventlog.Append{Delivery: fmt.Sprint((i + side%2*deliveries/2) % deliveries), Events: []eventlog.Event{event("a", pr7), event("b", pr7)}}
				out, err := dbs[side%3].Append(ctx, a)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				if !out.Duplicate {
					taken[a.Delivery]++
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	close(stop)
	seqs := <-read
	for id, n := range taken {
		equal(t, "delivery "+id+" taken", n, 1)
	}
	equal(t, "events that a follower read", len(seqs), 2*deliveries)
	equal(t, "in order", slices.IsSorted(seqs), true)
}

// Three copies look at forty subjects that are marked again and again: each is in one hand at a time, and none is left.
func TestCopiesClaim(t *testing.T) {
	dbs := copies(t)
	const subjects, rounds = 40, 3
	var mu sync.Mutex
	held, looks := map[rules.Subject]bool{}, map[rules.Subject]int{}
	hold := func(s rules.Subject, on bool) {
		mu.Lock()
		defer mu.Unlock()
		if held[s] == on {
			t.Errorf("%s is in two hands", s)
		}
		held[s] = on
		looks[s]++
	}
	for round := range rounds {
		for i := range subjects {
			mark(t, dbs[i%3], rules.PRSubject(12, i+1), at(round))
		}
		var wg sync.WaitGroup
		for side := range 6 {
			wg.Go(func() {
				for {
					claims, err := dbs[side%3].Claim(ctx, at(round), lease, "test", 4)
					if err != nil {
						t.Error(err)
					}
					if err != nil || len(claims) == 0 {
						return
					}
					for _, c := range claims {
						hold(c.Subject, true)
						outcome := eventlog.Append{Events: []eventlog.Event{event("outcome", c.Subject)}}
						hold(c.Subject, false)
						if err := dbs[side%3].Finish(ctx, c, eventlog.Finish{Append: outcome}); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		wg.Wait()
		nothingDue(t, dbs[0], at(round))
	}
	events, err := dbs[1].Events(ctx, eventlog.Query{Kinds: []string{"outcome"}})
	check(t, err)
	equal(t, "outcomes", len(events), subjects*rounds)
}

func TestCopiesChange(t *testing.T) { countTogether(t, copies(t)...) }

// Two copies that meet a person at the same time agree on the token.
func TestCopiesKnowPeople(t *testing.T) {
	dbs := copies(t)
	for id := range int64(20) {
		tokens := make([]string, len(dbs))
		var wg sync.WaitGroup
		for i, db := range dbs {
			wg.Go(func() {
				var err error
				if tokens[i], err = db.Token(ctx, id+1, "ana"); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		equal(t, "tokens", len(slices.Compact(tokens)), 1)
	}
}

// A copy hears of what another one writes, also after its connections were cut.
func TestCopiesHear(t *testing.T) {
	url := pgtest.Database(t)
	one, two := openAt(t, url), openAt(t, url)
	hears := func(what string) {
		t.Helper()
		for seen := int64(0); ; { // it may be woken without need
			changed := two.Changed()
			out, err := one.Append(ctx, eventlog.Append{Events: []eventlog.Event{event(what, pr7)}})
			if err == nil {
				seen = out.Last
				<-changed
			}
			if head, err := two.Head(ctx); err == nil && seen > 0 && head >= seen {
				return
			}
		}
	}
	hears("first")
	cut(t, url)
	hears("after a cut")
}

// A group that appends tells the other copies, once; a claim and a cursor are no news.
func TestNotifiesOnce(t *testing.T) {
	url := pgtest.Database(t)
	db := openAt(t, url)
	conn, err := pgx.Connect(ctx, url)
	check(t, err)
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "LISTEN pitcrew")
	check(t, err)
	add(t, db, eventlog.Append{Events: []eventlog.Event{event("a", pr7), event("b", pr7)}, Marks: []eventlog.Mark{{Subject: pr7}, {Subject: pr8}}})
	claim(t, db, at(0))
	check(t, db.SetCursor(ctx, "a", "b"))
	_, err = conn.Exec(ctx, "NOTIFY pitcrew, 'end'")
	check(t, err)
	heard := 0
	for {
		n, err := conn.WaitForNotification(ctx)
		check(t, err)
		if n.Payload == "end" {
			break
		}
		heard++
	}
	equal(t, "notifications", heard, 1)
}

// cut ends all connections to a database but its own.
func cut(t *testing.T, url string) {
	t.Helper()
	pgtest.Execute(t, url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
}

// Where connections are cut again and again, what was acknowledged is there, once, and what was not is there once at most.
func TestCut(t *testing.T) {
	url := pgtest.Database(t)
	db := openAt(t, url)
	var wg sync.WaitGroup
	var mu sync.Mutex
	acknowledged := map[string]bool{}
	for w := range 4 {
		wg.Go(func() {
			for i := range 60 {
				id := fmt.Sprint(w, "-", i)
				_, err := db.Append(ctx, eventlog.Append{Delivery: id, Events: []eventlog.Event{event("a", pr7)}})
				mu.Lock()
				acknowledged[id] = err == nil
				mu.Unlock()
				if w == 0 && i%15 == 7 {
					cut(t, url)
				}
			}
		})
	}
	wg.Wait()
	db = openAt(t, url)
	there := map[string]int{}
	events, err := db.Events(ctx, eventlog.Query{})
	check(t, err)
	for _, e := range events {
		there[e.Delivery]++
	}
	refused := 0
	for id, ok := range acknowledged {
		if !ok {
			refused++
		}
		if n := there[id]; n > 1 || ok && n != 1 {
			t.Errorf("delivery %s was acknowledged: %v, and is there %d times", id, ok, n)
		}
	}
	t.Logf("%d of %d refused", refused, len(acknowledged))
}

// An answer to a commit that is lost is an error; the delivery, made again, is a duplicate.
func TestLostAnswer(t *testing.T) {
	url := pgtest.Database(t)
	between := newBetween(t, url)
	db := openAt(t, between.url+"&default_query_exec_mode=exec")
	a := eventlog.Append{Delivery: "d1", Events: []eventlog.Event{event("a", pr7)}}
	between.loseCommit()
	if _, err := db.Append(ctx, a); err == nil || !strings.Contains(err.Error(), "commit") {
		t.Fatalf("the answer is lost: %v", err)
	}
	equal(t, "again", add(t, db, a), eventlog.Appended{Duplicate: true})
	events, err := db.Events(ctx, eventlog.Query{})
	check(t, err)
	equal(t, "events", len(events), 1)
}

// Readers that hold every connection they may have hold up no append, nor what is written beside it.
func TestReadersHoldUpNoWriter(t *testing.T) {
	db := openAt(t, pgtest.Database(t))
	check(t, eventlog.HoldReaders(ctx, db, func() {
		add(t, db, eventlog.Append{Delivery: "d1", Raw: []byte("body"), Events: []eventlog.Event{event("a", pr7)}})
		_, err := db.Token(ctx, 7, "ana")
		check(t, err)
	}))
}

// A copy that is frozen in the middle of an append is put out, so that the others go on; it notices.
func TestFrozenCopy(t *testing.T) {
	url := pgtest.Database(t)
	frozen := openAt(t, url+"&idle_in_transaction_session_timeout=300")
	other := openAt(t, url)
	mark(t, other, pr7, at(0))
	c := claimed(t, other, at(0), pr7)
	between := make(chan struct{})
	result := make(chan error)
	go func() {
		result <- eventlog.Hold(ctx, frozen, func() error { close(between); add(t, other, eventlog.Append{Delivery: "d1"}); return nil })
	}()
	<-between
	finish(t, other, c, eventlog.Finish{Append: eventlog.Append{Events: []eventlog.Event{event("a", pr7)}}})
	if err := <-result; err == nil {
		t.Error("what was frozen is committed")
	}
	add(t, frozen, eventlog.Append{Delivery: "d2"})
}

func TestReadOnlyDatabase(t *testing.T) {
	url := pgtest.Database(t)
	if _, err := eventlog.OpenReadOnly(url); err == nil || !strings.Contains(err.Error(), "pitcrew migrate") {
		t.Fatalf("nothing there: %v", err)
	}
	db := openAt(t, url)
	reader, err := eventlog.OpenReadOnly(url)
	check(t, err)
	defer reader.Close()
	add(t, db, eventlog.Append{Delivery: "d1", Raw: []byte("body"), Events: []eventlog.Event{event("a", pr7)}})
	body, _, err := reader.Raw(ctx, "d1")
	check(t, err)
	equal(t, "raw", string(body), "body")
	if _, err := reader.Append(ctx, eventlog.Append{}); err == nil {
		t.Error("a reader appends")
	}
	if err := reader.Change(ctx, "a", func([]byte) ([]byte, error) { return []byte("1"), nil }); err == nil {
		t.Error("a reader changes")
	}
}

// A database that cannot be reached is an error that says so, without the password.
func TestNoDatabase(t *testing.T) {
	for _, url := range []string{"postgres://pitcrew:hush@127.0.0.1:1/pitcrew", "postgres://pitcrew:hush@host:port/%zz"} {
		_, err := eventlog.Open(url, eventlog.Options{})
		if err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("%v", err)
		}
	}
}

// An operation that the database refuses does not harm those in its group.
func TestRefusedAlone(t *testing.T) {
	db := openAt(t, pgtest.Database(t))
	long := "" // for an index
	for len(long) < 10_000 {
		long += rand.Text()
	}
	var wg sync.WaitGroup
	for i := range 60 {
		wg.Go(func() {
			_, err := db.Append(ctx, eventlog.Append{Delivery: fmt.Sprint(i), Events: []eventlog.Event{event("a", pr7)},
				Heads: []eventlog.HeadOf{{Repo: 12, SHA: []string{"a", "b", long}[i%3], Number: i}}})
			if (err == nil) != (i%3 != 2) {
				t.Errorf("append %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	head, err := db.Head(ctx)
	check(t, err)
	equal(t, "head", head, int64(40))
}
