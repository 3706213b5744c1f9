package ledger

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

const hour = time.Hour

// TestMinutes: which acts are worth a minute.
func TestMinutes(t *testing.T) {
	release := rules.ReleaseTargetSubject(2, "v1.1.0", 1)
	open := done(0, release, rules.KindOpen, "@acme/lib@1.1.0", `{"package":"@acme/lib","version":"1.1.0"}`)
	number := own(hour, release, rules.EventDecided, rules.Decided{Answers: []rules.Answer{{Rule: "propagate",
		Because: []rules.Reason{{Code: rules.CodeProposed, State: rules.Done, Args: rules.Args{"number": "7"}}}}}})
	update := func(at time.Duration, key string) []eventlog.Event {
		return done(at, pr(7), rules.KindUpdate, key, `{"head":"`+key+`"}`)
	}
	merge := done(3*hour, pr(7), rules.KindMerge, "h", `{"head":"h","method":"squash"}`)
	one := func(e ...eventlog.Event) []eventlog.Event { return e }
	removed := func(facts string) []eventlog.Event {
		return one(hook(hour, pr(7), "pull_request.review_request_removed", facts))
	}
	for _, c := range []struct {
		name    string
		events  []eventlog.Event
		acts    map[string]int
		minutes int
		not     []Uncounted
	}{
		{"nothing", nil, map[string]int{}, 0, nil},
		{"a merge", merge, map[string]int{"merge": 1}, 1, nil},
		{"a merge that was told twice", join(merge, merge[2:]), map[string]int{"merge": 1}, 1, nil},
		{"only intended", merge[:2], map[string]int{}, 0, nil},
		{"absent, then done", join(merge[:1], one(own(hour, pr(7), rules.EventAbsent, rules.Act{Kind: rules.KindMerge, Key: "h"})), merge), map[string]int{"merge": 1}, 1, nil},
		{"an update of what is not merged", update(0, "a"), map[string]int{"update-branch": 1}, 0, []Uncounted{{"update-branch", NotMerged, 1}}},
		{"two updates of what is merged", join(update(0, "a"), update(hour, "b"), one(closed(2*hour, pr(7), true))), map[string]int{"update-branch": 2}, 1, []Uncounted{{"update-branch", Repeated, 1}}},
		{"merged before the update is seen", join(one(closed(0, pr(7), true)), update(hour, "a")), map[string]int{"update-branch": 1}, 1, nil},
		{"a check run", done(0, pr(7), rules.KindReport, "x", `{}`), map[string]int{"report-check": 1}, 0, []Uncounted{{"report-check", Information, 1}}},
		{"two requests on one pull request", join(done(0, pr(7), rules.KindRequest, "ana", `{}`), done(hour, pr(7), rules.KindRequest, "bo", `{}`)), map[string]int{"request-reviewers": 2}, 1, []Uncounted{{"request-reviewers", Repeated, 1}}},
		{"a request that a person took back", join(done(0, pr(7), rules.KindRequest, "ana", `{}`), removed(`{"reviewer":"ana"}`)), map[string]int{"request-reviewers": 1}, 0, []Uncounted{{"request-reviewers", Undone, 1}}},
		{"a request that we took back", join(done(0, pr(7), rules.KindRequest, "ana", `{}`), removed(`{"reviewer":"ana","own":true}`)), map[string]int{"request-reviewers": 1}, 1, nil},
		{"somebody else's request taken back", join(done(0, pr(7), rules.KindRequest, "ana", `{}`), removed(`{"reviewer":"bo"}`)), map[string]int{"request-reviewers": 1}, 1, nil},
		{"a proposal", open, map[string]int{"open-pull-request": 1}, 1, nil},
		{"a merge that a pull request reverted", join(done(0, pr(7), rules.KindMerge, "h", `{}`), one(hook(24*hour, pr(8), "pull_request.closed", `{"merged":true,"reverts":7}`))), map[string]int{"merge": 1}, 0, []Uncounted{{"merge", Undone, 1}}},
		{"a revert that was closed", join(done(0, pr(7), rules.KindMerge, "h", `{}`), one(hook(24*hour, pr(8), "pull_request.closed", `{"merged":false,"reverts":7}`))), map[string]int{"merge": 1}, 1, nil},
		{"a revert in another base", join(done(0, pr(7), rules.KindMerge, "h", `{}`), one(hook(hour, pr(7), "pull_request.closed", `{"merged":true,"base":"main"}`), hook(24*hour, pr(8), "pull_request.closed", `{"merged":true,"base":"release","reverts":7}`))), map[string]int{"merge": 1}, 1, nil},
		{"a revert after more than a week", join(done(0, pr(7), rules.KindMerge, "h", `{}`), one(hook(169*hour, pr(8), "pull_request.closed", `{"merged":true,"reverts":7}`))), map[string]int{"merge": 1}, 1, nil},
		{"a merge whose commit was reverted", join(done(0, pr(7), rules.KindMerge, "h", `{}`), one(hook(hour, pr(7), "pull_request.closed", `{"merged":true,"merge_commit":"c0ffee","base":"main"}`), hook(24*hour, rules.BaseSubject(1, "main"), "push", `{"reverted":["decaf","c0ffee"]}`))), map[string]int{"merge": 1}, 0, []Uncounted{{"merge", Undone, 1}}},
		{"a revert before the merge was seen", join(done(0, pr(7), rules.KindMerge, "h", `{}`)[:2], one(hook(time.Second, pr(8), "pull_request.closed", `{"merged":true,"reverts":7}`)), done(0, pr(7), rules.KindMerge, "h", `{}`)[2:]), map[string]int{"merge": 1}, 0, []Uncounted{{"merge", Undone, 1}}},
		{"a commit reverted before it was told what it landed", join(done(0, pr(7), rules.KindMerge, "h", `{}`), one(hook(24*hour, rules.BaseSubject(1, "main"), "push", `{"reverted":["c0ffee"]}`), hook(hour, pr(7), "pull_request.closed", `{"merged":true,"merge_commit":"c0ffee","base":"main"}`))), map[string]int{"merge": 1}, 0, []Uncounted{{"merge", Undone, 1}}},
		{"a commit reverted elsewhere before it was told what it landed", join(done(0, pr(7), rules.KindMerge, "h", `{}`), one(hook(24*hour, rules.BaseSubject(1, "release"), "push", `{"reverted":["c0ffee"]}`), hook(hour, pr(7), "pull_request.closed", `{"merged":true,"merge_commit":"c0ffee","base":"main"}`))), map[string]int{"merge": 1}, 1, nil},
		{"a commit reverted after a week and told of before", join(done(0, pr(7), rules.KindMerge, "h", `{}`), one(hook(169*hour, rules.BaseSubject(1, "main"), "push", `{"reverted":["c0ffee"]}`), hook(hour, pr(7), "pull_request.closed", `{"merged":true,"merge_commit":"c0ffee","base":"main"}`))), map[string]int{"merge": 1}, 1, nil},
		{"a commit reverted in another base", join(done(0, pr(7), rules.KindMerge, "h", `{}`), one(hook(hour, pr(7), "pull_request.closed", `{"merged":true,"merge_commit":"c0ffee","base":"main"}`), hook(24*hour, rules.BaseSubject(1, "release"), "push", `{"reverted":["c0ffee"]}`))), map[string]int{"merge": 1}, 1, nil},
		{"a branch deleted after the merge", join(done(0, pr(7), rules.KindMerge, "h", `{}`), done(hour, pr(7), rules.KindDelete, "h", `{}`)), map[string]int{"merge": 1, "delete-branch": 1}, 1, []Uncounted{{"delete-branch", Tidying, 1}}},
		{"a proposal that was closed", join(open, one(number, opened(0, pr(7)), closed(2*hour, pr(7), false))), map[string]int{"open-pull-request": 1}, 0, []Uncounted{{"open-pull-request", Undone, 1}}},
		{"a proposal that was closed before its number is told", join(open, one(opened(0, pr(7)), closed(2*hour, pr(7), false), number)), map[string]int{"open-pull-request": 1}, 0, []Uncounted{{"open-pull-request", Undone, 1}}},
		{"a proposal that was closed and opened again", join(open, one(number, closed(2*hour, pr(7), false), hook(3*hour, pr(7), "pull_request.reopened", `{"state":"open"}`))), map[string]int{"open-pull-request": 1}, 1, nil},
		{"moved twice", join(done(0, rules.ReleaseTargetSubject(2, "v1.2.0", 1), rules.KindMove, "l@1.2.0", `{"number":7}`), done(hour, rules.ReleaseTargetSubject(2, "v1.3.0", 1), rules.KindMove, "l@1.3.0", `{"number":7}`)), map[string]int{"move-pull-request": 2}, 1, []Uncounted{{"move-pull-request", Repeated, 1}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			log, l := openBoth(t)
			write(t, log, c.events...)
			r := month(t, l)
			if c.not == nil {
				c.not = []Uncounted{}
			}
			if diff := cmp.Diff(c.acts, r.Acts); diff != "" {
				t.Errorf("acts (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.not, r.NotCounted); diff != "" {
				t.Errorf("not counted (-want +got):\n%s", diff)
			}
			if r.Minutes != c.minutes {
				t.Errorf("%d minutes, want %d", r.Minutes, c.minutes)
			}
		})
	}
}

// TestWeeks: a report has every week of its period, sums to its total, and takes nothing from outside.
func TestWeeks(t *testing.T) {
	log, l := openBoth(t)
	week := 7 * 24 * hour
	write(t, log, done(-9*hour-3*time.Second, pr(1), rules.KindMerge, "a", `{}`)...) // the second before the Monday
	write(t, log, done(-9*hour, pr(2), rules.KindMerge, "b", `{}`)...)
	write(t, log, done(2*week, pr(3), rules.KindMerge, "c", `{}`)...)
	write(t, log, done(5*week, pr(4), rules.KindMerge, "d", `{}`)...)
	r := month(t, l)
	var got []int
	for _, w := range r.ByWeek {
		got = append(got, w.Minutes)
	}
	if diff := cmp.Diff([]int{1, 0, 1, 0, 0}, got); diff != "" {
		t.Errorf("minutes by week (-want +got):\n%s", diff)
	}
	if r.ByWeek[0].Week != "2026-W45" || r.ByWeek[0].From.Weekday() != time.Monday {
		t.Errorf("first week is %s from %s", r.ByWeek[0].Week, r.ByWeek[0].From)
	}
	if r.Minutes != 2 || r.ByKind[0].Minutes != 2 {
		t.Errorf("%d minutes in all, %d of merges, want 2", r.Minutes, r.ByKind[0].Minutes)
	}
}

// TestCredited: a minute is of the time at which its effect was first seen, and that of an update not before the merge.
func TestCredited(t *testing.T) {
	week := 7 * 24 * hour
	merge := done(week, pr(1), rules.KindMerge, "m", `{}`)
	earlier := own(0, pr(1), rules.EventSeen, rules.Act{Kind: rules.KindMerge, Key: "m"})
	for name, c := range map[string]struct {
		events []eventlog.Event
		want   []int
	}{
		"told again, at an earlier time":   {join(merge, []eventlog.Event{earlier}), []int{1, 0, 0, 0, 0}},
		"told again, at a later time":      {join(done(0, pr(1), rules.KindMerge, "m", `{}`), merge[2:]), []int{1, 0, 0, 0, 0}},
		"an update merged a week later":    {join(done(0, pr(1), rules.KindUpdate, "u", `{}`), []eventlog.Event{closed(week, pr(1), true)}), []int{0, 1, 0, 0, 0}},
		"an update seen after the merge":   {join(done(week, pr(1), rules.KindUpdate, "u", `{}`), []eventlog.Event{closed(0, pr(1), true)}), []int{0, 1, 0, 0, 0}},
		"two requests, a week apart":       {join(done(0, pr(1), rules.KindRequest, "ana", `{}`), done(week, pr(1), rules.KindRequest, "bo", `{}`)), []int{1, 0, 0, 0, 0}},
		"the first of two requests undone": {join(done(0, pr(1), rules.KindRequest, "ana", `{}`), done(week, pr(1), rules.KindRequest, "bo", `{}`), []eventlog.Event{hook(week, pr(1), "pull_request.review_request_removed", `{"reviewer":"ana"}`)}), []int{0, 1, 0, 0, 0}},
	} {
		log, l := openBoth(t)
		write(t, log, c.events...)
		var got []int
		for _, w := range month(t, l).ByWeek {
			got = append(got, w.Minutes)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestWholeWeeks: a period that ends on a Monday at midnight has nothing of the week that begins there.
func TestWholeWeeks(t *testing.T) {
	monday := start.Truncate(24 * hour)
	if got := weeks(monday, monday.Add(14*24*hour)); len(got) != 2 {
		t.Errorf("two weeks have %d rows", len(got))
	}
	if got := weeks(monday.Add(-time.Microsecond), monday.Add(time.Microsecond)); len(got) != 2 {
		t.Errorf("a moment around midnight has %d rows", len(got))
	}
}

// TestDeliveries: a webhook counts once, however many events it is.
func TestDeliveries(t *testing.T) {
	log, l := openBoth(t)
	for _, id := range []string{"a", "b"} {
		_, err := log.Append(context.Background(), eventlog.Append{Delivery: id, Events: []eventlog.Event{opened(0, pr(1)), opened(0, pr(2))}})
		check(t, err)
		caughtUp(t, l)
	}
	write(t, log, done(0, pr(1), rules.KindMerge, "m", `{}`)...)
	if n := month(t, l).Deliveries; n != 2 {
		t.Errorf("%d deliveries, want 2", n)
	}
}

// TestObserved: what would have been done is counted once for each head, and is no act.
func TestObserved(t *testing.T) {
	log, l := openBoth(t)
	would := func(at time.Duration, head string) eventlog.Event {
		return own(at, pr(7), rules.EventObserved, rules.Act{Kind: rules.KindRequest, Key: "people " + at.String(), Action: []byte(`{"head":"` + head + `"}`)})
	}
	write(t, log, would(0, "a"), would(hour, "a"), would(2*hour, "b"))
	r := month(t, l)
	if diff := cmp.Diff(map[string]int{"request-reviewers": 2}, r.WouldHave); diff != "" {
		t.Errorf("would have (-want +got):\n%s", diff)
	}
	if r.Actions != 0 || r.Minutes != 0 {
		t.Errorf("%d actions, %d minutes, want none", r.Actions, r.Minutes)
	}
}

// TestText: the report as a terminal shows it.
func TestText(t *testing.T) {
	log, l := openBoth(t)
	_, err := log.Append(context.Background(), eventlog.Append{Delivery: "names", Cursors: map[string]string{"repo:1": `{"owner":"acme","name":"api"}`},
		Events: []eventlog.Event{{Source: "github", Kind: "repository.created", Repository: 1}}})
	check(t, err)
	write(t, log, done(0, pr(7), rules.KindMerge, "a", `{}`)...)
	write(t, log, done(0, pr(8), rules.KindUpdate, "a", `{}`)...)
	write(t, log, own(hour, pr(8), rules.EventDecided, rules.Decided{Head: "a", Answers: []rules.Answer{{Rule: "merge", Because: []rules.Reason{
		{Code: rules.CodeApprovals, State: rules.NeedsYou, Args: rules.Args{"have": "0", "want": "1", "head": "3f2a1c9"}}}}}}),
		closed(hour, pr(7), true))
	var b bytes.Buffer
	check(t, month(t, l).Text(&b))
	want := `2 actions from 2 November 2026 to 30 November 2026, 1 minute at one minute for
each chore.

  chore           actions   minutes   would have
  update-branch   1         0         0
  merge           1         1         0

not counted
  update-branch   1   the pull request was not merged

open: 1 pull request
  acme/api#8
      approval 0 of 1 at 3f2a1c9

Method: One minute for each chore on each pull request, counted when its
effect was seen on GitHub. Updates of a branch count once, and only when the
pull request was merged. Check runs never count. What a person took back does
not count, nor a merge that was reverted within seven days. Nothing is
measured and nothing is estimated. Times and weeks are UTC; n = 2 webhooks in
all.
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
}

// TestBeginning: without a beginning the report is of everything, and of nothing before it.
func TestBeginning(t *testing.T) {
	log, l := openBoth(t)
	ctx := context.Background()
	r, err := l.Report(ctx, time.Time{}, start)
	check(t, err)
	if r.Sentence() != "Nothing was done yet." || len(r.ByWeek) != 0 {
		t.Errorf("empty: %q, %d weeks", r.Sentence(), len(r.ByWeek))
	}
	write(t, log, done(hour, pr(7), rules.KindMerge, "a", `{}`)...)
	caughtUp(t, l)
	r, err = l.Report(ctx, time.Time{}, start.Add(24*hour))
	check(t, err)
	if r.Minutes != 1 || len(r.ByWeek) != 1 {
		t.Errorf("%d minutes in %d weeks, want 1 in 1", r.Minutes, len(r.ByWeek))
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1204: "−1,204"} {
		if got := Thousands(n); got != want {
			t.Errorf("Thousands(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int]string{1: "1 minute", 59: "59 minutes", 90: "90 minutes (1.5 hours)", 1200: "1,200 minutes (2.5 engineer-days of 8 hours)"} {
		if got := Span(n); got != want {
			t.Errorf("Span(%d) = %q, want %q", n, got, want)
		}
	}
}
