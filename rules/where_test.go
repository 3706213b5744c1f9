package rules

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every reason that somebody asked for says where: the line of the file, or what of GitHub's.
func TestWhere(t *testing.T) {
	const text = "" + // line 1 is the version
		"merge:\n" +
		"  never:\n" +
		"    label: hold\n" +
		"  policies:\n" +
		"    - name: core\n" +
		"      when: {files: src/**}\n" +
		"      approvals: 2\n" +
		"      checks: [build, lint]\n" +
		"update:\n" +
		"  when: {label: up}\n"
	p := with(func(p *PR) {
		p.Labels = []string{"hold"}
		p.Behind = Yes
		p.Protection = Protection{Approvals: 2, Strict: true, Conversations: true, Checks: []RequiredCheck{{Name: "build", By: ByRuleset}},
			By: map[Demand]string{DemandApprovals: ByBranch, DemandStrict: ByRuleset, DemandConversations: ByBranch}}
		p.Open = 1
	})
	s := snapshot(file(t, text), p)
	got := map[string]map[Code]string{}
	for _, v := range Decide(All, s) {
		got[v.Rule] = map[Code]string{}
		for _, r := range v.Because {
			got[v.Rule][r.Code] = r.Where
		}
	}
	want := map[string]map[Code]string{
		"reviewers": {CodeOff: ""},
		"update":    {CodeNotWanted: ".platform.yml:11"},
		"merge": {
			CodeNever: ".platform.yml:4", CodePolicy: ".platform.yml:6", CodeApprovals: "branch protection, .platform.yml:8",
			CodeThreads: "branch protection", CodeCheckAbsent: ".platform.yml:9", CodeChecksGreen: "ruleset, .platform.yml:9",
			CodeBehindHelp: "ruleset",
		},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// Of two numbers of approvals the larger one is what counts, so its place is the one to show.
func TestWhereOfApprovals(t *testing.T) {
	for _, c := range []struct {
		mine, theirs int
		want         string
	}{{1, 2, ByBranch}, {2, 1, "file"}, {2, 2, ByBranch + ", file"}} {
		p := with(func(p *PR) {
			p.Reviews = nil
			p.Protection = Protection{Approvals: c.theirs, By: map[Demand]string{DemandApprovals: ByBranch}}
		})
		if got := approvalReasons(c.mine, "file", false, p)[0].Where; got != c.want {
			t.Errorf("%d here and %d there: %q, want %q", c.mine, c.theirs, got, c.want)
		}
	}
}

// Settings that are built in stand where their section does.
func TestWhereOfDefaults(t *testing.T) {
	s := snapshot(file(t, "update: {}\nmerge: {}\n"), fit())
	for _, v := range Decide(All, s) {
		for _, r := range v.Because {
			if r.Code == CodePolicy && r.Where != ".platform.yml:3" {
				t.Errorf("the built-in policy stands at %q", r.Where)
			}
		}
	}
}
