package rules

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func second(n int) time.Time { return time.Date(2026, 3, 2, 10, 0, n, 0, time.UTC) }

// shownPR is a pull request as a snapshot has it; change makes it another.
func shownPR(change func(*PR)) *PR {
	p := &PR{
		Number: 7, State: "OPEN", Head: "a1", BaseRef: "main", Title: "Retry", Labels: []string{"Automerge"},
		Reviews:  []Review{{State: "APPROVED", At: second(3), By: Person{Token: "bob"}}},
		Requests: []Request{{Person: Person{Token: "cyd"}}, {Team: "acme/core"}},
		Removed:  []Person{{Token: "dan"}},
		Checks: []Check{
			{Name: "build", ID: 5, App: 1, Result: "SUCCESS"}, {Name: "build", ID: 9, App: 2, Result: "FAILURE"},
			{Name: "ci/legacy", Result: "PENDING"},
		},
	}
	if change != nil {
		change(p)
	}
	return p
}

func TestMustShow(t *testing.T) {
	build := func(id, app int64, result string) MustShow {
		return MustShow{Checks: []ShownCheck{{Commit: "a1", Name: "build", ID: id, App: app, Result: result}}}
	}
	status := func(result string) MustShow {
		return MustShow{Checks: []ShownCheck{{Commit: "a1", Name: "ci/legacy", ID: 77, Result: result}}}
	}
	cut := func(what string) func(*PR) { return func(p *PR) { p.Truncated = []string{what} } }
	label := func(name string, on bool) MustShow { return MustShow{Labels: []ShownLabel{{Name: name, On: on}}} }
	for _, c := range []struct {
		name   string
		must   MustShow
		change func(*PR)
		want   bool
	}{
		{"nothing", MustShow{}, nil, true},
		{"its head", MustShow{Head: "a1"}, nil, true},
		{"another head", MustShow{Head: "a2"}, nil, false},
		{"its state", MustShow{State: "OPEN"}, nil, true},
		{"closed", MustShow{State: "CLOSED"}, nil, false},
		{"draft", MustShow{Draft: Yes}, nil, false},
		{"no draft", MustShow{Draft: No}, nil, true},
		{"still a draft", MustShow{Draft: No}, func(p *PR) { p.Draft = true }, false},
		{"its base", MustShow{Base: Digest("main")}, nil, true},
		{"another base", MustShow{Base: Digest("next")}, nil, false},
		{"another title", MustShow{Title: Digest("Retry more")}, nil, false},
		{"whatever it is, if it is merged", MustShow{Head: "a2", Draft: Yes}, func(p *PR) { p.State = "MERGED" }, true},
		{"a label, in any case", label("automerge", true), nil, true},
		{"a label that is off", label("wip", false), nil, true},
		{"a label still on", label("automerge", false), nil, false},
		{"a label not yet on", label("wip", true), nil, false},
		{"a label, of too many", label("wip", true), cut("labels"), true},
		{"a review", MustShow{Reviews: []ShownReview{{"APPROVED", second(3)}}}, nil, true},
		{"another review", MustShow{Reviews: []ShownReview{{"APPROVED", second(4)}}}, nil, false},
		{"a review that was dismissed", MustShow{Reviews: []ShownReview{{"DISMISSED", second(3)}}}, nil, false},
		{"a review, of too many", MustShow{Reviews: []ShownReview{{"APPROVED", second(4)}}}, cut("reviews"), true},
		{"a check", build(5, 1, "SUCCESS"), nil, true},
		{"a check with another result", build(5, 1, "FAILURE"), nil, false},
		{"a check that only began", build(5, 1, ""), nil, true},
		{"a check that is newer", build(6, 1, "SUCCESS"), nil, false},
		{"a check whose place was taken", build(4, 1, "FAILURE"), nil, true},
		{"a check by another App", build(8, 3, ""), nil, false},
		{"a check, of too many", build(8, 3, ""), cut("checks"), true},
		{"a check of another commit", build(8, 3, ""), func(p *PR) { p.Head = "a2" }, true},
		{"a status", status("PENDING"), nil, true},
		{"a status that only began", status(""), nil, true},
		{"a status with another result", status("SUCCESS"), nil, false},
		{"a person asked", MustShow{Asked: []string{"cyd"}}, nil, true},
		{"a person asked, who answered", MustShow{Asked: []string{"bob"}}, nil, true},
		{"a person asked, and no longer", MustShow{Asked: []string{"dan"}}, nil, true},
		{"a person not yet asked", MustShow{Asked: []string{"eve"}}, nil, false},
		{"a team asked", MustShow{Asked: []string{"core"}}, nil, true},
		{"a team not yet asked", MustShow{Asked: []string{"ore"}}, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.must.ShownBy(&Snapshot{PR: shownPR(c.change)}); got != c.want {
				t.Errorf("shown %v, want %v", got, c.want)
			}
		})
	}
}

func TestMustShowOfOthers(t *testing.T) {
	for _, c := range []struct {
		name string
		must MustShow
		s    Snapshot
		want bool
	}{
		{"the base's tip", MustShow{Tip: "b1"}, Snapshot{Base: &Base{Tip: "b1"}}, true},
		{"another tip", MustShow{Tip: "b2"}, Snapshot{Base: &Base{Tip: "b1"}}, false},
		{"no tip", MustShow{}, Snapshot{Base: &Base{Tip: "b1"}}, true},
		{"the release", MustShow{Tag: "v1"}, Snapshot{Release: &Release{Tag: "v1"}}, true},
		{"a release that is still a draft", MustShow{Tag: "v1"}, Snapshot{Release: &Release{Tag: "v1", Draft: true}}, false},
		{"a repository", MustShow{Checks: []ShownCheck{{Commit: "a1", Name: "build", ID: 1}}}, Snapshot{}, true},
	} {
		if got := c.must.ShownBy(&c.s); got != c.want {
			t.Errorf("%s: shown %v, want %v", c.name, got, c.want)
		}
	}
}

// Events come in any order; what is demanded at the end is the same.
func TestMustShowAnd(t *testing.T) {
	check := func(id int64, result string) []ShownCheck {
		return []ShownCheck{{Commit: "a1", Name: "build", ID: id, App: 1, Result: result}}
	}
	for _, c := range []struct {
		name        string
		older, both MustShow
		newer       MustShow
	}{
		{"a head", MustShow{At: second(1), Head: "a1", State: "OPEN"}, MustShow{At: second(2), Head: "a2", State: "OPEN"}, MustShow{At: second(2), Head: "a2"}},
		{"a label", MustShow{At: second(1), Labels: []ShownLabel{{"x", true, second(1)}}},
			MustShow{At: second(2), Labels: []ShownLabel{{"X", false, second(2)}}}, MustShow{At: second(2), Labels: []ShownLabel{{"X", false, second(2)}}}},
		{"a review", MustShow{Reviews: []ShownReview{{"APPROVED", second(1)}}},
			MustShow{Reviews: []ShownReview{{"DISMISSED", second(1)}}}, MustShow{Reviews: []ShownReview{{"DISMISSED", second(1)}}}},
		{"a check that ended", MustShow{Checks: check(5, "")}, MustShow{Checks: check(5, "SUCCESS")}, MustShow{Checks: check(5, "SUCCESS")}},
		{"a check that began anew", MustShow{Checks: check(5, "FAILURE")}, MustShow{Checks: check(6, "")}, MustShow{Checks: check(6, "")}},
		{"a request twice", MustShow{Asked: []string{"bob"}}, MustShow{Asked: []string{"bob"}}, MustShow{Asked: []string{"bob"}}},
		{"an event that knows no time", MustShow{}, MustShow{At: second(1), Head: "a1", Tip: "b1", Tag: "v1", Title: "t", Base: "b", Draft: No},
			MustShow{At: second(1), Head: "a1", Tip: "b1", Tag: "v1", Title: "t", Base: "b", Draft: No}},
	} {
		if diff := cmp.Diff(c.both, c.older.And(c.newer)); diff != "" {
			t.Errorf("%s, in order: %s", c.name, diff)
		}
		if diff := cmp.Diff(c.both, c.newer.And(c.older)); diff != "" {
			t.Errorf("%s, out of order: %s", c.name, diff)
		}
	}
}

// Of two payloads from the same second the later delivery is believed.
func TestMustShowAndInOneSecond(t *testing.T) {
	a, b := MustShow{At: second(1), Head: "a1"}, MustShow{At: second(1), Head: "a2"}
	if got := a.And(b).Head; got != "a2" {
		t.Errorf("head %s", got)
	}
}

// What is in the log is read back as it was written, and demands nothing where it says nothing.
func TestMustShowAsJSON(t *testing.T) {
	if doc, err := json.Marshal(MustShow{}); err != nil || string(doc) != "{}" {
		t.Errorf("%s, %v", doc, err)
	}
	want := MustShow{At: second(1), Head: "a1", State: "OPEN", Draft: No, Base: "b", Title: "t", Tip: "b1", Tag: "v1",
		Labels: []ShownLabel{{"x", true, second(1)}}, Reviews: []ShownReview{{"APPROVED", second(1)}},
		Checks: []ShownCheck{{"a1", "build", 5, 1, "SUCCESS"}}, Asked: []string{"bob"}}
	doc, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got MustShow
	if err := json.Unmarshal(doc, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTogetherFollowsTheBranch(t *testing.T) {
	push := func(was, tip string) MustShow { return MustShow{At: second(1), Was: was, Tip: tip} }
	for _, c := range []struct {
		name string
		all  []MustShow
		want string
	}{
		{"nothing", nil, ""},
		{"in order", []MustShow{push("a", "b"), push("b", "c")}, "c"},
		{"the other way round", []MustShow{push("b", "c"), push("a", "b")}, "c"},
		{"the last first", []MustShow{push("c", "d"), push("a", "b"), push("b", "c")}, "d"},
		{"the last between", []MustShow{push("b", "c"), push("c", "d"), push("a", "b")}, "d"},
		{"a push is missing: the one that arrived later", []MustShow{push("c", "d"), push("a", "b")}, "b"},
		{"forced back: the one that arrived later", []MustShow{push("a", "b"), push("b", "a")}, "a"},
		{"forced back and on", []MustShow{push("a", "c"), push("a", "b"), push("b", "a")}, "c"},
		{"another second, whatever the way", []MustShow{{At: second(2), Was: "b", Tip: "a"}, {At: second(1), Was: "a", Tip: "b"}}, "a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Together(c.all).Tip; got != c.want {
				t.Errorf("the branch is at %q, want %q", got, c.want)
			}
		})
	}
}

func TestTogetherKeepsThatOtherFilesGovern(t *testing.T) {
	must := Together([]MustShow{{At: second(1), Was: "b", Tip: "c"}, {At: second(1), Was: "a", Tip: "b", Rules: true}})
	if !must.Rules || must.Tip != "c" {
		t.Errorf("got %+v", must)
	}
}
