package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start is a Monday.
var start = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// tester is what both *testing.T and *rapid.T are.
type tester interface {
	Helper()
	Fatal(...any)
	Errorf(string, ...any)
}

func check(t tester, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fresh is an empty place for a log with its ledger: a directory, unless TestPostgres is running.
var fresh = func(t testing.TB) string { return t.TempDir() }

// openBoth opens an empty log with its ledger.
func openBoth(t testing.TB) (*eventlog.DB, *Ledger) {
	t.Helper()
	where := fresh(t)
	log, err := eventlog.Open(where, eventlog.Options{Now: func() time.Time { return start }})
	check(t, err)
	l, err := Open(where, log)
	check(t, err)
	t.Cleanup(func() { check(t, l.Close()); check(t, log.Close()) })
	return log, l
}

func pr(n int) rules.Subject { return rules.PRSubject(1, n) }

// own is an event that pitcrew writes about a subject.
func own(at time.Duration, s rules.Subject, kind string, facts any) eventlog.Event {
	doc, err := json.Marshal(facts)
	if err != nil {
		panic(err)
	}
	return eventlog.Event{Source: "pitcrew", Kind: kind, At: start.Add(at), Installation: 5, Repository: s.RepoID(), Subject: s, Facts: doc}
}

// hook is an event of GitHub's.
func hook(at time.Duration, s rules.Subject, kind, facts string) eventlog.Event {
	return eventlog.Event{Source: "github", Kind: kind, At: start.Add(at), Installation: 5, Repository: s.RepoID(), Subject: s, Facts: json.RawMessage(facts)}
}

// done is an act from its intent to its effect.
func done(at time.Duration, s rules.Subject, kind, key, action string) []eventlog.Event {
	return []eventlog.Event{
		own(at, s, rules.EventIntended, rules.Act{Kind: kind, Key: key, Action: json.RawMessage(action)}),
		own(at+time.Second, s, rules.EventReplied, rules.Act{Kind: kind, Key: key, Status: 200}),
		own(at+2*time.Second, s, rules.EventSeen, rules.Act{Kind: kind, Key: key}),
	}
}

func opened(at time.Duration, s rules.Subject) eventlog.Event {
	return hook(at, s, "pull_request.opened", fmt.Sprintf(`{"state":"open","base":"main","merged":false,"created_at":%q}`, start.Add(at).Format(time.RFC3339)))
}

func closed(at time.Duration, s rules.Subject, merged bool) eventlog.Event {
	facts := fmt.Sprintf(`{"state":"closed","base":"main","merged":%t,"closed_at":%q}`, merged, start.Add(at).Format(time.RFC3339))
	return hook(at, s, "pull_request.closed", facts)
}

var deliveries int

// write appends events: GitHub's as one delivery each.
func write(t tester, log *eventlog.DB, events ...eventlog.Event) {
	t.Helper()
	for _, e := range events {
		a := eventlog.Append{Events: []eventlog.Event{e}, Received: e.At}
		if e.Source == "github" {
			deliveries++
			a.Delivery = fmt.Sprintf("d-%d", deliveries)
		}
		_, err := log.Append(context.Background(), a)
		check(t, err)
	}
}

func join(lists ...[]eventlog.Event) []eventlog.Event {
	var all []eventlog.Event
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

func caughtUp(t tester, l *Ledger) {
	t.Helper()
	check(t, l.CatchUp(context.Background()))
}

// month is a report of the four weeks from start.
func month(t tester, l *Ledger) Report {
	t.Helper()
	caughtUp(t, l)
	r, err := l.Report(context.Background(), start.Truncate(24*time.Hour), start.Add(28*24*time.Hour))
	check(t, err)
	return r
}

// dump is every row of every table but progress.
func dump(t tester, l *Ledger) string {
	t.Helper()
	ctx := context.Background()
	var b strings.Builder
	for _, table := range tables[1:] {
		rows, err := l.db.QueryContext(ctx, "SELECT * FROM "+table+" ORDER BY 1, 2, 3")
		check(t, err)
		names, err := rows.Columns()
		check(t, err)
		for rows.Next() {
			values := make([]any, len(names))
			for i := range values {
				values[i] = new(any)
			}
			check(t, rows.Scan(values...))
			fmt.Fprintf(&b, "%s", table)
			for i, v := range values {
				fmt.Fprintf(&b, " %s=%v", names[i], *v.(*any))
			}
			b.WriteString("\n")
		}
		check(t, rows.Err())
		check(t, rows.Close())
	}
	return b.String()
}
