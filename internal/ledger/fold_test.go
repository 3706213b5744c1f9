package ledger

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// anEvent draws one of all events that the folds know, about few subjects, so that they meet.
func anEvent(t *rapid.T) eventlog.Event {
	at := time.Duration(rapid.IntRange(0, 600).Draw(t, "at")) * hour
	n := rapid.IntRange(1, 3).Draw(t, "number")
	s := pr(n)
	kind := rapid.SampledFrom(Kinds).Draw(t, "act")
	if kind == rules.KindOpen || kind == rules.KindMove {
		s = rules.ReleaseTargetSubject(2, fmt.Sprintf("v%d.0.0", n), 1)
	}
	act := rules.Act{Kind: kind, Key: rapid.SampledFrom([]string{"lib@1.0.0", "lib@2.0.0"}).Draw(t, "key")}
	switch rapid.IntRange(0, 9).Draw(t, "what") {
	case 0:
		return opened(at, pr(n))
	case 1:
		return closed(at, pr(n), rapid.Bool().Draw(t, "merged"))
	case 2:
		return own(at, pr(n), rules.EventDecided, rules.Decided{Head: "h", Answers: []rules.Answer{{Rule: "merge", Because: []rules.Reason{
			{Code: rapid.SampledFrom([]rules.Code{rules.CodeOff, rules.CodeApprovals, rules.CodeMerged, rules.CodeObserved, rules.CodeConfigBroken}).Draw(t, "code"), State: rules.NeedsYou}}}}})
	case 3:
		return own(at, rules.BaseSubject(1, "main"), rules.EventStanding, rules.Stood{Number: n, Stand: rapid.SampledFrom([]rules.Standing{rules.Out, rules.InLine, rules.Kept}).Draw(t, "stand")})
	case 4:
		return own(at, rules.ReleaseTargetSubject(2, fmt.Sprintf("v%d.0.0", n), 1), rules.EventDecided, rules.Decided{Answers: []rules.Answer{{Rule: "propagate",
			Because: []rules.Reason{{Code: rules.CodeProposed, State: rules.Done, Args: rules.Args{"number": fmt.Sprint(n)}}}}}})
	case 5:
		return hook(at, pr(n), "pull_request.review_request_removed", `{"reviewer":"lib@1.0.0"}`)
	case 6:
		act.Action = []byte(fmt.Sprintf(`{"number":%d,"head":"h%d"}`, n, n))
		return own(at, s, rules.EventIntended, act)
	case 7:
		return own(at, s, rapid.SampledFrom([]string{rules.EventRefused, rules.EventAbsent, rules.EventReplied}).Draw(t, "end"), act)
	case 8:
		return own(at, s, rules.EventObserved, act)
	}
	return own(at, s, rules.EventSeen, act)
}

// TestReplay: following the log in any steps, over restarts, and folding it anew give the same rows.
func TestReplay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		where := fresh(t)
		log, err := eventlog.Open(where, eventlog.Options{Now: func() time.Time { return start }})
		check(rt, err)
		defer log.Close()
		l, err := Open(where, log)
		check(rt, err)
		defer func() { check(rt, l.Close()) }()
		for i := range rapid.IntRange(1, 40).Draw(rt, "events") {
			write(rt, log, anEvent(rt))
			if rapid.Bool().Draw(rt, "catch up") {
				caughtUp(rt, l)
			}
			if i%10 == 9 {
				check(rt, l.Close())
				l, err = Open(where, log)
				check(rt, err)
			}
		}
		caughtUp(rt, l)
		followed, report := dump(rt, l), month(rt, l)
		check(rt, l.Replay(context.Background()))
		if diff := cmp.Diff(followed, dump(rt, l)); diff != "" {
			rt.Errorf("replayed (-followed +replayed):\n%s", diff)
		}
		if diff := cmp.Diff(report, month(rt, l)); diff != "" {
			rt.Errorf("report (-followed +replayed):\n%s", diff)
		}
		consistent(rt, report)
	})
}

// consistent is what must hold of any report.
func consistent(t tester, r Report) {
	t.Helper()
	weeks, kinds, acts := 0, 0, 0
	for _, w := range r.ByWeek {
		weeks += w.Minutes
		acts += w.Acts
	}
	for _, k := range r.ByKind {
		kinds += k.Minutes
	}
	if weeks != r.Minutes || kinds != r.Minutes || acts != r.Actions {
		t.Errorf("%d minutes and %d actions in all, but %d and %d by week, %d by chore", r.Minutes, r.Actions, weeks, acts, kinds)
	}
	if r.Minutes > r.Actions {
		t.Errorf("%d minutes for %d actions", r.Minutes, r.Actions)
	}
}

// TestDuplicates: events told again, in any order, change no number of the report.
func TestDuplicates(t *testing.T) {
	story := join([]eventlog.Event{opened(0, pr(7))}, done(hour, pr(7), rules.KindRequest, "ana", `{}`), done(2*hour, pr(7), rules.KindUpdate, "u", `{}`),
		done(3*hour, pr(7), rules.KindMerge, "m", `{}`), []eventlog.Event{closed(4*hour, pr(7), true)})
	log, l := openBoth(t)
	write(t, log, story...)
	want, rows := month(t, l), dump(t, l)
	rapid.Check(t, func(rt *rapid.T) {
		where := fresh(t)
		log, err := eventlog.Open(where, eventlog.Options{Now: func() time.Time { return start }})
		check(rt, err)
		defer log.Close()
		l, err := Open("", log)
		check(rt, err)
		defer func() { check(rt, l.Close()) }()
		write(rt, log, story...)
		for range rapid.IntRange(1, 12).Draw(rt, "again") {
			write(rt, log, rapid.SampledFrom(story).Draw(rt, "event"))
		}
		got := month(rt, l)
		got.Deliveries, got.Log = want.Deliveries, want.Log
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Errorf("with duplicates (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(rows, dump(rt, l)); diff != "" {
			rt.Errorf("rows with duplicates (-want +got):\n%s", diff)
		}
	})
}

// TestAnyOrder: webhooks about a pull request come in any order, and the last word is that of the latest time.
func TestAnyOrder(t *testing.T) {
	for name, last := range map[string]struct {
		events []eventlog.Event
		state  string
	}{
		"merged":              {[]eventlog.Event{opened(0, pr(7)), hook(hour, pr(7), "pull_request.labeled", `{"state":"open","base":"main"}`), closed(2*hour, pr(7), true)}, StateMerged},
		"merged and labelled": {[]eventlog.Event{opened(0, pr(7)), closed(hour, pr(7), true), hook(2*hour, pr(7), "pull_request.labeled", `{"state":"closed","base":"main"}`)}, StateMerged},
		"reopened":            {[]eventlog.Event{opened(0, pr(7)), closed(hour, pr(7), false), hook(2*hour, pr(7), "pull_request.reopened", `{"state":"open","base":"next"}`)}, StateOpen},
	} {
		for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
			log, l := openBoth(t)
			for _, i := range order {
				write(t, log, last.events[i])
			}
			caughtUp(t, l)
			p, ok, err := l.PullRequest(context.Background(), 1, 7)
			check(t, err)
			if !ok || p.State != last.state || !p.Opened.Equal(start) {
				t.Errorf("%s in order %v: %+v", name, order, p)
			}
			if want := map[string]string{"merged": "main", "merged and labelled": "main", "reopened": "next"}[name]; p.Base != want {
				t.Errorf("%s in order %v: base %s, want %s", name, order, p.Base, want)
			}
		}
	}
}

// TestNobody: no token of a person gets into the ledger, wherever it stands in the log.
func TestNobody(t *testing.T) {
	const token = "zebulontoken7f3a"
	log, l := openBoth(t)
	who := []rules.Person{{Token: token}}
	events := join(done(0, pr(7), rules.KindRequest, token, `{"people":[{"token":"`+token+`"}],"head":"h"}`), []eventlog.Event{
		hook(0, pr(7), "pull_request.opened", `{"state":"open","author":"`+token+`"}`),
		hook(hour, pr(7), "pull_request.review_request_removed", `{"reviewer":"`+token+`"}`),
		own(hour, pr(7), rules.EventObserved, rules.Act{Kind: rules.KindRequest, Key: token}),
		own(hour, pr(7), rules.EventDecided, rules.Decided{Head: "h", Answers: []rules.Answer{{Rule: "merge", Because: []rules.Reason{
			{Code: rules.CodeChanges, State: rules.NeedsYou, Who: who}}}}}),
	})
	for i := range events {
		events[i].Actor = token
	}
	write(t, log, events...)
	caughtUp(t, l)
	if rows := dump(t, l); strings.Contains(rows, token) || !strings.Contains(rows, "act ") {
		t.Errorf("rows:\n%s", rows)
	}
}

// TestVersion: a file of another version is folded anew.
func TestVersion(t *testing.T) {
	log, l := openBoth(t)
	write(t, log, done(0, pr(7), rules.KindMerge, "a", `{}`)...)
	caughtUp(t, l)
	want := dump(t, l)
	dir := t.TempDir()
	other, err := Open(dir, log)
	check(t, err)
	caughtUp(t, other)
	_, err = other.db.Exec("PRAGMA user_version = 999; DELETE FROM act; CREATE TABLE left_behind (x)")
	check(t, err)
	check(t, other.Close())
	again, err := Open(dir, log)
	check(t, err)
	defer again.Close()
	caughtUp(t, again)
	if diff := cmp.Diff(want, dump(t, again)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}
