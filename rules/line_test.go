package rules

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// numbered is a pull request that is ready, changed.
func numbered(n int, changes ...func(p *PR)) *PR {
	p := with(func(p *PR) { p.Number = n })
	for _, change := range changes {
		change(p)
	}
	return p
}

func unapproved(p *PR) { p.Reviews = nil }
func unknown(p *PR)    { p.Mergeable, p.MergeState = Unknown, "UNKNOWN" }
func elsewhere(p *PR)  { p.BaseRef = "release" }
func running(p *PR)    { updated(p, time.Minute); p.Checks[0] = run("build", CheckPending) }
func strictOn(p *PR)   { p.Protection.Strict = true }
func unlabelled(p *PR) { p.Labels = nil }

// lent is a fork of which the branch may be updated, or not.
func lent(edits Edits) func(*PR) {
	return func(p *PR) { p.Fork, p.Edits = true, edits }
}

func refused(kind string) func(*PR) {
	return func(p *PR) {
		p.Memory.Backoff = map[string]Backoff{kind: {Key: p.Head, Until: noon.Add(40 * time.Second), Status: 405, Message: "it is not mergeable"}}
	}
}

// acts are what the look at a base does: of all rules' acts the first, as the engine takes it.
func acts(t testing.TB, s *Snapshot) string {
	t.Helper()
	for _, v := range Decide(All, s) {
		drawn(t, v.Because)
		if len(v.Do) > 1 {
			t.Errorf("%s does %d things at once", v.Rule, len(v.Do))
		}
		for _, a := range v.Do {
			return fmt.Sprintf("%s %d", a.Kind(), a.About().Number())
		}
	}
	return ""
}

// Shows: S1, X8.
func TestLine(t *testing.T) {
	const needed = "update: {}\nmerge: {policies: [{checks: [build]}]}"
	const labelled = "update: {when: {label: keep}, only: always}\nmerge: {policies: [{when: {label: automerge}}]}"
	keep := func(p *PR) { p.Labels = []string{"keep"} }
	behind := func(p *PR) { p.Behind = Yes }
	ten := []*PR{}
	for n := 1; n <= 10; n++ {
		ten = append(ten, numbered(n, strict))
	}
	for _, c := range []struct {
		name   string
		config string
		line   []*PR
		want   string
		again  time.Duration // of all verdicts the soonest; 0: none
	}{
		{name: "empty", config: needed},
		{name: "the first that is ready", config: needed, line: []*PR{numbered(9), numbered(3)}, want: "merge 9"},
		{name: "who is out is passed over", config: needed, line: []*PR{numbered(1, unapproved), numbered(2)}, want: "merge 2"},
		{name: "who is out alone", config: needed, line: []*PR{numbered(1, unapproved)}},
		{name: "unknown mergeability pauses the line", config: needed, line: []*PR{numbered(1, unknown), numbered(2)}, again: 3 * time.Second},
		{name: "checks after our update pause the line", config: needed, line: []*PR{numbered(1, running), numbered(2)}, again: 2*time.Hour - time.Minute},
		{name: "behind and perhaps in conflict is not updated", config: needed, line: []*PR{numbered(1, strict, unknown), numbered(2, strict)}, again: 3 * time.Second},
		{name: "a refusal holds nobody up", config: needed, line: []*PR{numbered(1, refused(KindMerge)), numbered(2)}, want: "merge 2", again: 40 * time.Second},
		{name: "a refusal alone is tried again in time", config: needed, line: []*PR{numbered(1, refused(KindMerge))}, again: 40 * time.Second},
		{name: "a refused update holds nobody up", config: needed, line: []*PR{numbered(1, strict, refused(KindUpdate)), numbered(2, strictOn)}, want: "merge 2", again: 40 * time.Second},
		{name: "behind a refused update the next is updated", config: needed, line: []*PR{numbered(1, strict, refused(KindUpdate)), numbered(2, strict)}, want: "update-branch 2", again: 40 * time.Second},
		{name: "who now points elsewhere is left alone", config: needed, line: []*PR{numbered(1, elsewhere), numbered(2)}, want: "merge 2"},
		{name: "who now points elsewhere is not updated", config: needed, line: []*PR{numbered(1, strict, elsewhere)}},
		{name: "ten behind are one update", config: needed, line: ten, want: "update-branch 1"},
		{name: "the front is ready, so nobody else is updated", config: needed, line: []*PR{numbered(1, strictOn), numbered(2, strict)}, want: "merge 1"},
		{name: "the front's checks run, so nobody else is updated", config: needed, line: []*PR{numbered(1, strictOn, running), numbered(2, strict)}, again: 2*time.Hour - time.Minute},
		{name: "the front is red, so the next is updated", config: needed, line: []*PR{numbered(1, strictOn, unapproved), numbered(2, strict)}, want: "update-branch 2"},
		{name: "behind and unapproved is not updated", config: needed, line: []*PR{numbered(1, strict, unapproved)}},
		{name: "behind with nobody to update it holds nobody up", config: "merge: {policies: [{}]}", line: []*PR{numbered(1, strict), numbered(2, strictOn)}, want: "merge 2"},
		{name: "kept up to date without a policy", config: labelled, line: []*PR{numbered(1, keep, behind)}, want: "update-branch 1"},
		{name: "ready lands before it is kept up to date", config: "update: {only: always}\nmerge: {policies: [{}]}", line: []*PR{numbered(1, behind)}, want: "merge 1"},
		{name: "not labelled, not updated", config: labelled, line: []*PR{numbered(1, unlabelled, behind)}},
		{name: "kept up to date does not hold up the line", config: labelled, line: []*PR{numbered(2), numbered(1, keep, behind)}, want: "merge 2"},
		{name: "not to be merged, and GitHub says only behind", config: "update: {}", line: []*PR{numbered(1, strict)}, want: "update-branch 1"},
		{name: "not to be merged, and GitHub says more", config: "update: {}", line: []*PR{numbered(1, strict, func(p *PR) { p.MergeState = "BLOCKED" })}},
		{name: "not required, not updated", config: "update: {}", line: []*PR{numbered(1, behind)}},
		{name: "a conflict is not updated", config: "update: {only: always}", line: []*PR{numbered(1, behind, func(p *PR) { p.Mergeable = No })}},
		{name: "a draft is not updated", config: "update: {only: always}", line: []*PR{numbered(1, behind, func(p *PR) { p.Draft = true })}},
		{name: "a fork that is lent is updated", config: "update: {only: always}", line: []*PR{numbered(1, behind, lent(EditsAllowed))}, want: "update-branch 1"},
		{name: "a fork that is gone is not updated", config: "update: {only: always}", line: []*PR{numbered(1, behind, lent(EditsHidden))}},
		{name: "a fork that is not lent is not updated, and looked at again", config: "update: {only: always}", line: []*PR{numbered(1, behind, lent(EditsForbidden))}, again: 3 * time.Second},
		{name: "a fork of an organisation is not updated, and holds nobody up", config: needed, line: []*PR{numbered(1, strict, lent(EditsNever)), numbered(2, strictOn)}, want: "merge 2"},
		{name: "by rebase", config: "update: {only: always, method: rebase}", line: []*PR{numbered(1, behind)}, want: "update-branch 1"},
		{name: "by rebase where commits must be signed", config: "update: {only: always, method: rebase}", line: []*PR{numbered(1, behind, func(p *PR) {
			p.Protection.Others = []string{"required_signatures"}
		})}},
		{name: "the budget is used up", config: "update: {only: always, per-day: 1}", line: []*PR{numbered(1, behind, func(p *PR) {
			p.Memory.Updates = []Updated{{At: noon.Add(-23 * time.Hour)}}
		})}, again: time.Hour},
		{name: "broken configuration", config: "merge: {policy: []}", line: []*PR{numbered(1)}},
		{name: "off", config: "merge: off\nupdate: off", line: []*PR{numbered(1, strict)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := lineup(file(t, c.config), c.line...)
			if got := acts(t, s); got != c.want {
				t.Errorf("does %q, want %q", got, c.want)
			}
			var soonest time.Time
			for _, v := range Decide(All, s) {
				soonest = earlier(soonest, v.Again)
			}
			if want := noon.Add(c.again); c.again != 0 && !soonest.Equal(want) || c.again == 0 && !soonest.IsZero() {
				t.Errorf("looks again at %v, want %v after noon", soonest, c.again)
			}
		})
	}
}

// Shows: S7, X1.
func TestMergeIsPinned(t *testing.T) {
	s := lineup(file(t, "merge: {method: rebase, policies: [{}]}"), fit())
	v := verdict(t, s, "merge")
	want := MergePR{Repo: s.Repo, Number: 7, Head: head, Base: tip, Method: MethodRebase, Was: Evaluated{Files: 1, Additions: 3, Deletions: 1}}
	if len(v.Do) != 1 || fmt.Sprint(v.Do[0]) != fmt.Sprint(want) {
		t.Errorf("does %+v, want %+v", v.Do, want)
	}
}

// Shows: S7, X1.
func TestUpdateIsPinnedAndKnowsTheDiff(t *testing.T) {
	p := with(strict)
	s := lineup(file(t, "update: {}\nmerge: {policies: [{}]}"), p)
	v := verdict(t, s, "update")
	want := UpdateBranch{Repo: s.Repo, Number: 7, Head: head, Base: tip, Diff: p.Diff(), Votes: Votes{Given: 1, Held: 1}}
	if len(v.Do) != 1 || fmt.Sprint(v.Do[0]) != fmt.Sprint(want) {
		t.Errorf("does %+v, want %+v", v.Do, want)
	}
}

// Shows: C10.
func TestOwnRequiredCheckComesFirst(t *testing.T) {
	requires := func(p *PR) { p.MergeState, p.Protection.Checks = "BLOCKED", []RequiredCheck{{Name: CheckName}} }
	own := func(result string) func(*PR) {
		return func(p *PR) {
			p.MergeState = "CLEAN"
			p.Checks = append(p.Checks, Check{Name: CheckName, App: us.ID, State: CheckPassed, Result: result})
		}
	}
	c := file(t, "merge: {policies: [{checks: [build]}]}")
	for _, test := range []struct {
		name string
		p    *PR
		want string
	}{
		{"missing", numbered(1, requires), ""},
		{"neutral passes for GitHub, and is not our word", numbered(1, requires, own("NEUTRAL")), ""},
		{"success", numbered(1, requires, own("SUCCESS")), "merge 1"},
		{"missing, not required", numbered(1), "merge 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := lineup(c, test.p)
			if got := acts(t, s); got != test.want {
				t.Errorf("does %q, want %q", got, test.want)
			}
			if v := verdict(t, s, "merge"); test.want == "" && (blockers(v.Because) != "own-check" || v.Again.IsZero()) {
				t.Errorf("says %q, again %v", blockers(v.Because), v.Again)
			}
			pr := verdict(t, snapshot(c, test.p), "merge")
			if blockers(pr.Because) != "in-line" || pr.Standing != InLine {
				t.Errorf("the pull request says %q: its check run is reported when it is in line", blockers(pr.Because))
			}
		})
	}
}

func TestStandings(t *testing.T) {
	for _, c := range []struct {
		name, config string
		p            *PR
		want         Standing
	}{
		{"ready", everythingOn, fit(), InLine},
		{"behind", everythingOn, with(strict), InLine},
		{"unapproved", "merge: {}", with(unapproved), Out},
		{"unapproved, strict, update on", everythingOn, numbered(1, strict, unapproved), Kept},
		{"not strict, only needed", "update: {}", fit(), Out},
		{"always", "update: {only: always}", fit(), Kept},
		{"closed", everythingOn, with(func(p *PR) { p.State = "CLOSED" }), Out},
		{"off", "reviewers: {}", fit(), Out},
		{"broken", "merge: {polcies: []}", fit(), Out},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := snapshot(file(t, c.config), c.p)
			if got := Stands(Decide(All, s)); got != c.want {
				t.Errorf("stands %q, want %q", got, c.want)
			}
			base := lineup(file(t, c.config), c.p)
			if got := StandingOf(base, c.p); got != c.want {
				t.Errorf("by the base's look it stands %q, want %q", got, c.want)
			}
			c.p.BaseRef = "elsewhere"
			if got := StandingOf(base, c.p); got != Out {
				t.Errorf("pointed at another base it stands %q", got)
			}
		})
	}
}

// Shows: S1.
func TestLooksLessOftenAtWhatDoesNotChange(t *testing.T) {
	for _, c := range []struct {
		ago, want time.Duration
		code      Code
		change    func(p *PR)
	}{
		{0, 3 * time.Second, CodeMergeability, unknown},
		{10 * time.Second, 10 * time.Second, CodeMergeability, unknown},
		{time.Hour, time.Minute, CodeMergeability, unknown},
		{time.Hour, 3 * time.Second, CodeDraft, unknown}, // it was something else that stood for an hour
		{24 * time.Hour, time.Hour, CodeBlocked, func(p *PR) { p.MergeState = "BLOCKED" }},
		{24 * time.Hour, time.Hour, CodeReviewRequired, func(p *PR) { p.Decision = "REVIEW_REQUIRED" }},
	} {
		p := with(c.change)
		p.Memory.Tree, p.Memory.TreeAt = []Answer{{Rule: "merge", Because: []Reason{reason(c.code, Waiting)}}}, noon.Add(-c.ago)
		v := verdict(t, snapshot(file(t, everythingOn), p), "merge")
		if got := v.Again.Sub(noon); got != c.want {
			t.Errorf("%s for %v: again after %v, want %v", c.code, c.ago, got, c.want)
		}
	}
}

func TestAgainOfABudget(t *testing.T) {
	p := with(strict)
	p.Memory.Updates = []Updated{{At: noon.Add(-30 * time.Hour)}, {At: noon.Add(-2 * time.Hour)}, {At: noon.Add(-time.Hour)}}
	s := snapshot(file(t, "update: {per-day: 2}"), p)
	v := verdict(t, s, "update")
	if blockers(v.Because) != "update-budget" || !v.Again.Equal(noon.Add(22*time.Hour)) {
		t.Errorf("%q, again %v", blockers(v.Because), v.Again)
	}
	if got := v.Because[0].Sentence(nil); !strings.Contains(got, "2 times within a day") {
		t.Error(got)
	}
}
