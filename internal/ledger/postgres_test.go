package ledger

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/pgtest"
	"github.com/pitcrew-app/pitcrew/rules"
)

// TestPostgres plays what the other tests play, in databases instead of directories.
func TestPostgres(t *testing.T) {
	inDirectory := fresh
	fresh = func(t testing.TB) string { return pgtest.Database(t) }
	checks := flag.Lookup("rapid.checks")
	before := checks.Value.String()
	check(t, checks.Value.Set("5"))
	t.Cleanup(func() { fresh = inDirectory; check(t, checks.Value.Set(before)) })
	for _, c := range []struct {
		name string
		test func(*testing.T)
	}{
		{"replay", TestReplay}, {"duplicates", TestDuplicates}, {"any order", TestAnyOrder}, {"nobody", TestNobody},
		{"names follow", TestNamesFollow}, {"modes", TestModes}, {"line", TestLine}, {"order", TestOrder}, {"beside", TestBeside},
		{"run", TestRun}, {"minutes", TestMinutes}, {"weeks", TestWeeks}, {"credited", TestCredited},
		{"deliveries", TestDeliveries}, {"observed", TestObserved}, {"text", TestText}, {"beginning", TestBeginning},
	} {
		t.Run(c.name, c.test)
	}
}

// TestCopies: two copies of the program fold one log in turns, each event once, and both know the newest names.
func TestCopies(t *testing.T) {
	ctx := context.Background()
	where := pgtest.Database(t)
	logs, books := make([]*eventlog.DB, 2), make([]*Ledger, 2)
	for i := range logs {
		var err error
		logs[i], err = eventlog.Open(where, eventlog.Options{Now: func() time.Time { return start }})
		check(t, err)
		defer logs[i].Close()
		books[i], err = Open(where, logs[i])
		check(t, err)
		defer books[i].Close()
	}
	for i := range 60 {
		write(t, logs[i%2], done(time.Duration(i)*hour, pr(i), rules.KindRequest, "ana", `{}`)...)
		if i%10 == 0 {
			for range 3 { // deliveries, which would be counted again
				named(t, logs[0], 1, fmt.Sprintf(`{"owner":"acme","name":"name-%d"}`, i))
			}
		}
		var folding sync.WaitGroup
		for _, l := range books {
			folding.Go(func() { check(t, l.CatchUp(ctx)) })
		}
		folding.Wait()
		for _, l := range books {
			r, _, err := l.Repository(ctx, 1)
			check(t, err)
			if want := fmt.Sprintf("name-%d", i/10*10); r.Name != want {
				t.Fatalf("it is called %s, want %s", r.Name, want)
			}
		}
	}
	together := dump(t, books[0])
	n, err := books[1].Deliveries(ctx)
	check(t, err)
	check(t, books[0].Replay(ctx))
	if diff := cmp.Diff(dump(t, books[1]), together); diff != "" || n != 18 {
		t.Errorf("%d deliveries; rows (-replayed +in turns):\n%s", n, diff)
	}
}

// TestNewerDatabase: tables of a newer pitcrew are left alone.
func TestNewerDatabase(t *testing.T) {
	where := pgtest.Database(t)
	log, err := eventlog.Open(where, eventlog.Options{})
	check(t, err)
	defer log.Close()
	l, err := Open(where, log)
	check(t, err)
	check(t, l.Close())
	pgtest.Execute(t, where, "UPDATE ledger.version SET number = 999")
	if _, err := Open(where, log); err == nil || !strings.Contains(err.Error(), "a newer pitcrew has written it") {
		t.Errorf("newer: %v", err)
	}
	pgtest.Execute(t, where, "UPDATE ledger.version SET number = 1")
	l, err = Open(where, log)
	check(t, err)
	check(t, l.Close())
}
