package rules

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestMustWake(t *testing.T) {
	for _, c := range []struct {
		touched, waits []string
		want           bool
	}{
		{[]string{"checks"}, nil, true},
		{[]string{"checks"}, []string{}, false},
		{[]string{"checks"}, []string{"reviews"}, false},
		{[]string{"checks", "reviews"}, []string{"reviews"}, true},
		{[]string{"head"}, []string{}, true},
		{[]string{"state"}, []string{"reviews"}, true},
		{[]string{"config"}, []string{"reviews"}, true},
		{[]string{"other"}, []string{"reviews"}, true},
		{nil, []string{"reviews"}, false},
	} {
		if got := MustWake(c.touched, c.waits); got != c.want {
			t.Errorf("touched %v, waits for %v: %v", c.touched, c.waits, got)
		}
	}
}

func TestWaitsOf(t *testing.T) {
	a, b := Verdict{Waits: []Fact{FactHead, FactReviews}}, Verdict{Waits: []Fact{FactReviews, FactBase}}
	if got := fmt.Sprint(WaitsOf([]Verdict{a, b})); got != "[head reviews base state config other]" {
		t.Error(got)
	}
	if got := WaitsOf([]Verdict{a, {}}); got != nil {
		t.Errorf("one waits for anything, together they wait for %v", got)
	}
	if got := WaitsOf(nil); got == nil {
		t.Error("no verdict waits for anything")
	}
}

func TestWithoutAnApprovalChecksCostNothing(t *testing.T) {
	for _, change := range []func(p *PR){unapproved, unlabelled, func(p *PR) { p.Draft = true }} {
		s := snapshot(file(t, "reviewers: {}\nupdate: {}\nmerge: {policies: [{when: {label: automerge}, checks: [build]}]}"), with(change))
		s.Owners = ParseOwners("* @bo")
		s.PR.Checks[0] = run("build", CheckPending)
		if waits := WaitsOf(Decide(All, s)); MustWake([]string{string(FactChecks)}, waits) {
			t.Errorf("%s: waits for %v", blockers(verdict(t, s, "merge").Because), waits)
		}
	}
}

// By merging alone: another rule may wait for more.
func TestEachBlockerWaitsForWhatClearsIt(t *testing.T) {
	for _, c := range []struct {
		fact   Fact
		change func(p *PR)
	}{
		{FactReviews, unapproved},
		{FactReviews, func(p *PR) { p.Decision = "REVIEW_REQUIRED" }},
		{FactChecks, func(p *PR) { p.Checks[0] = run("build", CheckPending) }},
		{FactChecks, func(p *PR) { p.Checks[0] = run("build", CheckFailed) }},
		{FactChecks, func(p *PR) { p.Checks = nil }},
		{FactThreads, func(p *PR) { p.Protection.Conversations, p.Open = true, 1 }},
		{FactBase, func(p *PR) { p.Mergeable = No }},
		{FactBase, func(p *PR) { p.Mergeable = Unknown }},
		{FactLabels, unlabelled},
		{FactLabels, unapproved}, // another policy asks for less
		{FactText, unapproved},
		{FactLabels, func(p *PR) { p.Labels = append(p.Labels, "hold") }},
		{FactText, func(p *PR) { p.Title = "WIP" }},
		{FactChecks, func(p *PR) { p.MergeState = "BLOCKED" }},
	} {
		p := with(c.change)
		s := snapshot(file(t, "merge: {never: {label: hold, title: WIP}, policies: [{when: {label: automerge}, checks: [build]}]}"), p)
		v := verdict(t, s, "merge")
		if blockers(v.Because) == "in-line" {
			t.Errorf("%s: nothing blocks", c.fact)
		}
		if !MustWake([]string{string(c.fact)}, WaitsOf([]Verdict{v})) {
			t.Errorf("%s waits for %v, and not for %s", blockers(v.Because), v.Waits, c.fact)
		}
	}
}

// configs are files that decide by everything that an event can change.
var configs = []string{
	everythingOn,
	"merge: {}",
	"merge: {never: {label: hold, title: 'WIP*'}, policies: [{when: {label: easy}, approvals: 0, checks: none}, {checks: all, approvals: 2}]}",
	"merge: {policies: [{when: {body: 'ship*'}, approvals: 0, checks: none}]}",
	"update: {when: {label: keep}, only: always}",
	"update: {only: always}\nmerge: {policies: [{approvals: 1}]}",
	"reviewers: {request: 2, unless: {label: hold}}",
}

// mutations change what one fact stands for, and nothing else. Reviews and requests are one event for GitHub: a submitted
// review takes the request away.
var mutations = []struct {
	fact   Fact
	change func(t *rapid.T, p *PR)
}{
	{FactLabels, func(t *rapid.T, p *PR) { p.Labels = drawLabels(t) }},
	{FactText, func(t *rapid.T, p *PR) { p.Title, p.Body = drawTitle(t), drawTitle(t) }},
	{FactReviews, func(t *rapid.T, p *PR) { p.Reviews, p.Decision = drawReviews(t), drawDecision(t); drawMergeState(t, p) }},
	{FactRequests, func(t *rapid.T, p *PR) { p.Requests = drawRequests(t) }},
	{FactChecks, func(t *rapid.T, p *PR) { p.Checks = drawChecks(t); drawMergeState(t, p) }},
	{FactThreads, func(t *rapid.T, p *PR) { p.Open = rapid.IntRange(0, 2).Draw(t, "open"); drawMergeState(t, p) }},
	{FactBase, func(t *rapid.T, p *PR) { p.Behind, p.Mergeable = drawTri(t), drawTri(t); drawMergeState(t, p) }},
}

func drawTri(t *rapid.T) Tri { return rapid.SampledFrom([]Tri{Yes, No, Unknown}).Draw(t, "tri") }
func drawTitle(t *rapid.T) string {
	return rapid.SampledFrom([]string{"Add", "WIP add", "ship it"}).Draw(t, "title")
}
func drawLabels(t *rapid.T) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"automerge", "hold", "easy", "keep"}), 0, 3, rapid.ID[string]).Draw(t, "labels")
}
func drawDecision(t *rapid.T) string {
	return rapid.SampledFrom([]string{"", "APPROVED", "REVIEW_REQUIRED", "CHANGES_REQUESTED"}).Draw(t, "decision")
}
func drawMergeState(t *rapid.T, p *PR) {
	p.MergeState = rapid.SampledFrom([]string{"CLEAN", "UNSTABLE", "BLOCKED", "BEHIND", "DIRTY", "UNKNOWN"}).Draw(t, "state")
}
func drawReviews(t *rapid.T) []Review {
	one := rapid.Custom(func(t *rapid.T) Review {
		state := rapid.SampledFrom([]string{"APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED"}).Draw(t, "state")
		r := review(rapid.Int64Range(1, 5).Draw(t, "by"), state, rapid.SampledFrom([]string{head, head, "before"}).Draw(t, "at"), 0)
		r.Writer = rapid.Bool().Draw(t, "writer")
		return r
	})
	return rapid.SliceOfN(one, 0, 3).Draw(t, "reviews")
}
func drawRequests(t *rapid.T) []Request {
	return asked(rapid.SliceOfNDistinct(rapid.Int64Range(2, 5), 0, 3, rapid.ID[int64]).Draw(t, "requests")...)
}
func drawChecks(t *rapid.T) []Check {
	one := rapid.Custom(func(t *rapid.T) Check {
		c := run(rapid.SampledFrom([]string{"build", "lint"}).Draw(t, "name"), rapid.SampledFrom([]CheckState{CheckPassed, CheckFailed, CheckPending}).Draw(t, "state"))
		c.Required = rapid.Bool().Draw(t, "required")
		return c
	})
	return rapid.SliceOfN(one, 0, 3).Draw(t, "checks")
}

// drawPR is a pull request of which anything may be, and is ready more often than chance has it.
func drawPR(t *rapid.T) *PR {
	p := fit()
	for _, m := range mutations {
		if rapid.Bool().Draw(t, string(m.fact)) {
			m.change(t, p)
		}
	}
	p.Draft = rapid.Float64Range(0, 1).Draw(t, "draft") > 0.9
	p.Protection = Protection{Strict: rapid.Bool().Draw(t, "strict"), Conversations: rapid.Bool().Draw(t, "conversations")}
	p.Memory = rapid.SampledFrom([]*Memory{
		nil, {}, {Updates: []Updated{{From: "before", To: head, Diff: p.Diff(), At: noon.Add(-time.Minute)}}},
		{Observed: map[string]string{KindMerge: head, KindUpdate: head}},
		{Backoff: map[string]Backoff{KindMerge: {Key: head, Until: noon.Add(time.Minute)}}},
		{Open: map[string]Intent{KindUpdate: {Key: head}}},
	}).Draw(t, "memory")
	return p
}

// does is what a look at the pull request comes to: acts and standing.
func does(s *Snapshot) string {
	text := ""
	verdicts := Decide(All, s)
	for _, v := range verdicts {
		for _, a := range v.Do {
			doc, _ := json.Marshal(a)
			text += a.Kind() + string(doc) + "\n"
		}
	}
	return text + string(Stands(verdicts))
}

// An event that changes what is done must lead to a look: that is all that waits may promise away.
func TestNoEventThatMattersIsSleptThrough(t *testing.T) {
	seen := map[string]bool{}
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPR(rt)
		for _, text := range configs {
			s := snapshot(file(t, text), p)
			s.Owners = ParseOwners("* @bo @cy @di @eve")
			was, waits := does(s), WaitsOf(Decide(All, s))
			for _, m := range mutations {
				after := *p
				m.change(rt, &after)
				changed := *s
				changed.PR = &after
				is := does(&changed)
				if was == is {
					continue
				}
				seen[text+string(m.fact)] = true
				if !MustWake([]string{string(m.fact)}, waits) {
					rt.Fatalf("%s\n%s changed:\n%s\nto\n%s\nand the look waits for %v", text, m.fact, was, is, waits)
				}
			}
		}
	})
	if len(seen) < 20 {
		t.Errorf("only %d kinds of changes were seen: the test shows little", len(seen))
	}
}

// A decision is pure: the same snapshot gives the same verdicts and is not changed.
func TestDecideIsPure(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := snapshot(file(t, rapid.SampledFrom(configs).Draw(rt, "config")), drawPR(rt))
		s.Owners = ParseOwners("* @bo @cy @di @eve")
		before, _ := json.Marshal(s.PR)
		first, again := Decide(All, s), Decide(All, s)
		after, _ := json.Marshal(s.PR)
		if string(before) != string(after) {
			rt.Fatal("the snapshot was changed")
		}
		if fmt.Sprintf("%+v", first) != fmt.Sprintf("%+v", again) {
			rt.Fatalf("%+v\n%+v", first, again)
		}
		for _, v := range first {
			drawn(rt, v.Because)
		}
	})
}

// What lands has passed every gate by itself, whatever else is said: an independent, blunt reading of the snapshot.
func TestNothingUnfitLands(t *testing.T) {
	landed := 0
	rapid.Check(t, func(rt *rapid.T) {
		c := file(t, "update: {}\nmerge: {never: {label: hold}, policies: [{checks: [build]}]}")
		p := drawPR(rt)
		if rapid.Bool().Draw(rt, "nearly fit") {
			p = fit()
			mutations[rapid.IntRange(0, len(mutations)-1).Draw(rt, "changed")].change(rt, p)
		}
		s := lineup(c, p)
		for _, a := range verdict(rt, s, "merge").Do {
			landed++
			m := a.(MergePR)
			bad := m.Head != p.Head || p.Draft || p.Mergeable != Yes || p.Protection.Strict && p.Behind != No ||
				p.Protection.Conversations && p.Open > 0 || slices.Contains(p.Labels, "hold") || p.Decision == "REVIEW_REQUIRED" || p.Decision == "CHANGES_REQUESTED" ||
				p.MergeState != "CLEAN" && p.MergeState != "UNSTABLE" ||
				!slices.ContainsFunc(p.Checks, func(c Check) bool { return c.Name == "build" }) ||
				slices.ContainsFunc(p.Checks, func(c Check) bool { return (c.Required || c.Name == "build") && c.State != CheckPassed }) ||
				!slices.ContainsFunc(p.Reviews, func(r Review) bool { return r.State == "APPROVED" && r.Writer && r.By.ID != p.Author.ID })
			if bad {
				rt.Fatalf("lands %+v", p)
			}
		}
	})
	if landed == 0 {
		t.Error("nothing ever landed: the test shows nothing")
	}
}
