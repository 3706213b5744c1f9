package ledger

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

func named(t tester, log *eventlog.DB, id int64, doc string) {
	t.Helper()
	deliveries++
	_, err := log.Append(context.Background(), eventlog.Append{Delivery: fmt.Sprintf("name-%d", deliveries), Cursors: map[string]string{fmt.Sprintf("repo:%d", id): doc},
		Events: []eventlog.Event{{Source: "github", Kind: "repository.edited", Repository: id}}})
	check(t, err)
}

// TestNamesFollow: a repository is found by what it is called now, also after a rename, and when another one takes the
// old name.
func TestNamesFollow(t *testing.T) {
	ctx := context.Background()
	log, l := openBoth(t)
	find := func(name string, want int64) {
		t.Helper()
		caughtUp(t, l)
		r, ok, err := l.RepositoryNamed(ctx, name)
		check(t, err)
		if ok != (want != 0) || ok && r.ID != want {
			t.Errorf("%s is %d (%t), want %d", name, r.ID, ok, want)
		}
	}
	named(t, log, 1, `{"owner":"acme","name":"old"}`)
	find("Acme/OLD", 1)
	named(t, log, 1, `{"owner":"acme","name":"new"}`)
	find("acme/new", 1)
	find("acme/old", 0)
	named(t, log, 2, `{"owner":"acme","name":"old"}`)
	find("acme/old", 2)
	named(t, log, 1, `{"gone":true}`)
	caughtUp(t, l)
	rows, n, err := l.Repositories(ctx, 0, 10)
	check(t, err)
	if n != 1 || rows[0].FullName() != "acme/old" {
		t.Errorf("%d repositories, %+v", n, rows)
	}
	if r, _, err := l.Repository(ctx, 1); err != nil || !r.Gone || r.FullName() != "acme/new" {
		t.Errorf("gone repository is %+v, %v", r, err)
	}
}

// TestModes: what is on in a repository, by what was decided and done there.
func TestModes(t *testing.T) {
	log, l := openBoth(t)
	say := func(rule string, codes ...rules.Code) eventlog.Event {
		a := rules.Answer{Rule: rule}
		for _, c := range codes {
			a.Because = append(a.Because, rules.Reason{Code: c, State: rules.Off})
		}
		return own(0, pr(7), rules.EventDecided, rules.Decided{Answers: []rules.Answer{a}})
	}
	observed := own(0, pr(7), rules.EventObserved, rules.Act{Kind: rules.KindMerge, Key: "h"})
	acted := own(0, pr(7), rules.EventIntended, rules.Act{Kind: rules.KindMerge, Key: "h"})
	for _, c := range []struct {
		events []eventlog.Event
		want   Mode
	}{
		{[]eventlog.Event{say("merge", rules.CodeOff)}, ModeOff},
		{[]eventlog.Event{say("merge", rules.CodeApprovals)}, ModeOn},
		{[]eventlog.Event{say("merge", rules.CodeMerged)}, ModeOff}, // says nothing: it stays as it was
		{[]eventlog.Event{observed}, ModeObserved},
		{[]eventlog.Event{observed, say("merge", rules.CodeApprovals)}, ModeObserved},
		{[]eventlog.Event{observed, say("merge", rules.CodeOff)}, ModeOff},
		{[]eventlog.Event{observed, acted}, ModeOn},
		{[]eventlog.Event{say("merge", rules.CodeConfigBroken)}, ModeStopped},
	} {
		write(t, log, say("merge", rules.CodeOff))
		write(t, log, c.events...)
		caughtUp(t, l)
		row, err := l.RepositoryState(context.Background(), Repository{ID: 1})
		check(t, err)
		if row.Modes["merge"] != c.want {
			t.Errorf("after %d events: %s, want %s", len(c.events), row.Modes["merge"], c.want)
		}
	}
}

// TestLine: in the order of becoming ready; who leaves and comes back stands behind; who is only kept up stands last.
func TestLine(t *testing.T) {
	log, l := openBoth(t)
	stand := func(n int, s rules.Standing) {
		write(t, log, own(0, rules.BaseSubject(1, "main"), rules.EventStanding, rules.Stood{Number: n, Stand: s}))
	}
	for n := 1; n <= 5; n++ {
		write(t, log, opened(0, pr(n)))
	}
	stand(4, rules.Kept)
	stand(3, rules.InLine)
	stand(1, rules.InLine)
	stand(2, rules.InLine)
	stand(3, rules.InLine) // told again: keeps its place
	stand(1, rules.Out)
	stand(1, rules.InLine)
	stand(5, rules.InLine)
	write(t, log, closed(hour, pr(5), true))
	caughtUp(t, l)
	line, err := l.Line(context.Background(), 1, "main")
	check(t, err)
	var got []int
	for _, p := range line {
		got = append(got, p.Number)
	}
	if diff := cmp.Diff([]int{3, 2, 1, 4}, got); diff != "" {
		t.Errorf("line (-want +got):\n%s", diff)
	}
}

// TestOrder: what needs a person comes first, and of those what has needed one the longest.
func TestOrder(t *testing.T) {
	ctx := context.Background()
	log, l := openBoth(t)
	say := func(at time.Duration, n int, code rules.Code, state rules.State) {
		write(t, log, opened(0, pr(n)), own(at, pr(n), rules.EventDecided, rules.Decided{Answers: []rules.Answer{{Rule: "merge", Because: []rules.Reason{{Code: code, State: state}}}}}))
	}
	say(3*hour, 1, rules.CodeCheckPending, rules.Waiting)
	say(2*hour, 2, rules.CodeConflict, rules.NeedsYou)
	say(1*hour, 3, rules.CodeConflict, rules.NeedsYou)
	say(1*hour, 4, rules.CodeNever, rules.Stopped)
	say(5*hour, 3, rules.CodeConflict, rules.NeedsYou) // the same answer later: it has been so since before
	write(t, log, opened(0, pr(5)))
	caughtUp(t, l)
	pulls, err := l.PullRequests(ctx, PullsQuery{State: StateOpen})
	check(t, err)
	var got []int
	for _, p := range pulls {
		got = append(got, p.Number)
	}
	if diff := cmp.Diff([]int{3, 2, 4, 1, 5}, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	counts, err := l.Counts(ctx, 1)
	check(t, err)
	if diff := cmp.Diff(map[rules.State]int{rules.NeedsYou: 2, rules.Stopped: 1, rules.Waiting: 1, "": 1}, counts); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	second, err := l.PullRequests(ctx, PullsQuery{Verdicts: []rules.State{rules.NeedsYou}, Offset: 1})
	check(t, err)
	if len(second) != 1 || second[0].Number != 2 {
		t.Errorf("second page: %+v", second)
	}
}

// TestBeside: a reader beside the writer reads its file, and folds in memory what that lacks, and all where there is
// none.
func TestBeside(t *testing.T) {
	where := fresh(t)
	log, err := eventlog.Open(where, eventlog.Options{Now: func() time.Time { return start }})
	check(t, err)
	defer log.Close()
	write(t, log, done(0, pr(7), rules.KindMerge, "a", `{}`)...)
	reads := func(want int) {
		t.Helper()
		reader, err := eventlog.OpenReadOnly(where)
		check(t, err)
		defer reader.Close()
		l, err := OpenReadOnly(where, reader)
		check(t, err)
		defer l.Close()
		if r := month(t, l); r.Minutes != want {
			t.Errorf("%d minutes, want %d", r.Minutes, want)
		}
	}
	reads(1)
	l, err := Open(where, log)
	check(t, err)
	defer l.Close()
	reads(1) // its writer has not begun: completed in memory
	caughtUp(t, l)
	reads(1)
	write(t, log, done(hour, pr(8), rules.KindMerge, "b", `{}`)...)
	reads(2) // its writer has fallen behind: the rest is folded in memory
}

// TestRun: follows the log until it is told to stop.
func TestRun(t *testing.T) {
	log, l := openBoth(t)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	changed := l.Changed()
	write(t, log, opened(0, pr(7)))
	select {
	case <-changed:
	case err := <-ended:
		t.Fatal(err)
	}
	stop()
	check(t, <-ended)
	if _, ok, err := l.PullRequest(context.Background(), 1, 7); !ok || err != nil {
		t.Errorf("pull request is there: %t, %v", ok, err)
	}
}
