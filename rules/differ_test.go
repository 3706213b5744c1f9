package rules

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestDiffer: what decides otherwise is a difference, and what only reads otherwise is none.
func TestDiffer(t *testing.T) {
	for _, c := range []struct {
		name    string
		was, is string
		change  func(p *PR)
		want    string
	}{
		{"the same", everythingOn, everythingOn, nil, ""},
		{"other lines", everythingOn, "\n\n" + everythingOn, nil, ""},
		{"a policy renamed", "merge: {policies: [{name: a}]}", "merge: {policies: [{name: b}]}", nil, ""},
		{"as many approvals as there are", "merge: {policies: [{approvals: 0}]}", "merge: {policies: [{approvals: 1}]}", nil, ""},
		{"one approval more", "merge: {policies: [{}]}", "merge: {policies: [{approvals: 2}]}", nil,
			"merge: ready: in line to squash into main → approval 1 of 2 at aaaaaaa"},
		{"one approval less", "merge: {policies: [{approvals: 2}]}", "merge: {policies: [{approvals: 1}]}", func(p *PR) { p.Draft = true },
			"merge: no longer: approval 1 of 2 at aaaaaaa"},
		{"held as well", "merge: {policies: [{}]}", "merge: {never: {label: 'auto*'}, policies: [{}]}", func(p *PR) { p.Draft = true },
			"merge: now also: held by label automerge"},
		{"another method", "merge: {policies: [{}]}", "merge: {method: rebase, policies: [{}]}", nil,
			"merge: ready: in line to squash into main → ready: in line to rebase into main"},
		{"no policy for another reason", "merge: {policies: [{when: {label: ship}}]}", "merge: {policies: [{when: {label: land}}]}", nil, ""},
		{"merging turned on", "merge: off", "merge: {policies: [{}]}", nil, "merge: merge is not turned on here → ready: in line to squash into main"},
		{"merging turned off", "merge: {policies: [{}]}", "observe: false", nil, "merge: ready: in line to squash into main → merge is not turned on here"},
		{"updating turned on", "merge: {policies: [{}]}", "merge: {policies: [{}]}\nupdate: {only: always}", nil,
			"update: update is not turned on here → kept up to date with main"},
		{"updating where it is behind or not", "update: {only: always}", "update: {only: always, per-day: 3}", func(p *PR) { p.Behind = Unknown }, ""},
		{"updating turned on where nothing needs it", "merge: {policies: [{}]}", "merge: {policies: [{}]}\nupdate: {}", nil, ""},
		{"reviewers turned on where enough are asked", "merge: off", "merge: off\nreviewers: {request: 1}", nil, ""},
		{"more reviewers", "reviewers: {request: 1}", "reviewers: {request: 2}", nil, "reviewers: now also: asks cy"},
		{"broken", "merge: {policies: [{}]}", "mrge: {}", nil, "reviewers: reviewers is not turned on here → .platform.yml:2:1: unknown key \"mrge\"; did you mean \"merge\"?\n" +
			"merge: ready: in line to squash into main → .platform.yml:2:1: unknown key \"mrge\"; did you mean \"merge\"?\n" +
			"update: update is not turned on here → .platform.yml:2:1: unknown key \"mrge\"; did you mean \"merge\"?"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := fit()
			if c.change != nil {
				c.change(p)
			}
			decide := func(text string) []Verdict {
				s := snapshot(file(t, text), p)
				s.Owners = ParseOwners("* @bo @cy")
				return Decide(All, s)
			}
			var got []string
			for _, d := range Differ(decide(c.was), decide(c.is)) {
				got = append(got, d.Rule+": "+d.Sentence(nil))
			}
			if diff := cmp.Diff(c.want, strings.Join(got, "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A merged pull request is decided as it was when it landed, whatever came later.
func TestAsLanded(t *testing.T) {
	later := with(func(p *PR) {
		p.State, p.Mergeable, p.MergeState, p.Behind, p.Decision = "MERGED", Unknown, "UNKNOWN", Unknown, "REVIEW_REQUIRED"
		p.Reviews = append(p.Reviews, review(3, "CHANGES_REQUESTED", head, time.Hour))
	})
	s := snapshot(file(t, everythingOn), later.AsLanded(noon.Add(-30*time.Minute)))
	if got := Summarise(Answers(Decide(All, s)), nil).Title; got != "Ready: merges by itself" {
		t.Error(got)
	}
	if later.State != "MERGED" || len(later.Reviews) != 2 {
		t.Error("the pull request itself was changed")
	}
}

// What GitHub has not computed yet is taken for mergeable, and what it has computed is not.
func TestAsComputed(t *testing.T) {
	for _, c := range []struct {
		mergeable Tri
		state     string
		want      string
	}{
		{Unknown, "UNKNOWN", "Ready: merges by itself"}, {No, "DIRTY", "Conflicts with its base"}, {Unknown, "BLOCKED", "Blocked by GitHub"},
	} {
		p := with(func(p *PR) { p.Mergeable, p.MergeState = c.mergeable, c.state })
		if got := Summarise(Answers(Decide(All, snapshot(file(t, everythingOn), p.AsComputed()))), nil).Title; got != c.want {
			t.Errorf("%v %s: %s, want %s", c.mergeable, c.state, got, c.want)
		}
	}
}

// TestPreview shows what is said of a comparison.
func TestPreview(t *testing.T) {
	differs := []RuleDiffer{{Rule: "merge", Is: []Reason{{Code: CodeDraft, State: NeedsYou}}}}
	p := Preview{At: noon, Observe: "false → true", Sample: Sample{Read: 2, All: 9}}
	p.Counts(false, 7)
	p.Counts(true, 900)
	for n := range 3 {
		p.Add(Difference{Number: n + 1}, false)
	}
	p.Add(Difference{Number: 4, Rules: differs}, false)
	p.Add(Difference{Number: 5, Rules: differs}, true)
	p.Add(Difference{Number: 6, Landed: true, Rules: differs}, false)
	p.Add(Difference{Number: 7, Name: "acme/web", Rules: differs}, false)
	p.Differ = p.Differ[:2]
	want := `
2 of the newest 6 of 7 open pull requests would be decided differently, and 1 of the last 1 that were merged.

observe: false → true.

Read in 2 of 9 repositories.

Not shown here, since they are in private repositories: 1.

1 more than are listed here.

- #4, merge: now also: draft
- #6 (merged), merge: now also: draft

Compared at 2026-03-02 12:00 UTC; what happens later is not in it.
`
	var b strings.Builder
	p.describe(&b, nil)
	got := strings.NewReplacer("\u200b", "").Replace(b.String())
	want = strings.Replace(want, "2 of the newest 6", "3 of the newest 6", 1)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if none := (&Preview{}).Sentence(); none != "No open pull request would be decided differently, and none has been merged yet." {
		t.Error(none)
	}
}

// What is kept of a preview is bounded, whatever the file is.
func TestPreviewIsKeptSmall(t *testing.T) {
	long := Reason{Code: CodeNoPolicy, State: NeedsYou, Args: Args{"why": strings.Repeat("é", 5000)}}
	var p Preview
	for n := range 50 {
		p.Add(Difference{Number: n, Rules: []RuleDiffer{{Rule: "merge", Was: slices.Repeat([]Reason{long}, 99)}}}, false)
	}
	p.Keep()
	doc, err := json.Marshal(p)
	if err != nil || len(doc) > 150_000 {
		t.Errorf("%d bytes, %v", len(doc), err)
	}
	if p.Open.Differ != 50 || len(p.Differ) != keptDiffer || len(p.Differ[0].Rules[0].Was) != keptReasons || len(long.Args["why"]) != 10_000 {
		t.Errorf("%d of %d differences, %d reasons", len(p.Differ), p.Open.Differ, len(p.Differ[0].Rules[0].Was))
	}
}
