package rules

import (
	"testing"

	"github.com/pitcrew-app/pitcrew/config"
)

func TestDecideHoldsWhatTheConfigurationDoesNotAllow(t *testing.T) {
	broken := file(t, everythingOn)
	broken.Problems = []config.Problem{{File: ".platform.org.yml", Line: 1, Column: 1, Message: "observe: want true", Level: config.Error}}
	notice := file(t, everythingOn)
	notice.Problems = []config.Problem{{Level: config.Notice, Message: "worth saying"}}
	unknown := file(t, everythingOn)
	unknown.Unknown = "GitHub answered 502"
	for _, c := range []struct {
		name   string
		config Config
		acts   bool
		merge  string
	}{
		{"on", file(t, everythingOn), true, "in-line"},
		{"notice", notice, true, "in-line"},
		{"absent", Config{}, false, ""},
		{"off", file(t, "reviewers: off\nupdate: off\nmerge: off"), false, ""},
		{"unknown, though a file was read", unknown, false, "config-unknown"},
		{"another file is broken", broken, false, "config-broken"},
		{"a notice in the section", file(t, "reviewers: {hours: 'Mon-Fri 09:00-18:00'}\nmerge: {policies: [{}]}"), true, "in-line"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := snapshot(c.config, fit())
			s.Owners = ParseOwners("* @bo")
			if got := blockers(verdict(t, s, "merge").Because); got != c.merge {
				t.Errorf("says %q, want %q", got, c.merge)
			}
			if got := acts(t, lineup(c.config, fit())); (got != "") != c.acts {
				t.Errorf("does %q", got)
			}
		})
	}
}

func TestEachKindOfSubjectHasItsRules(t *testing.T) {
	c := file(t, everythingOn+"propagate: {}\n")
	for _, test := range []struct {
		s    *Snapshot
		want string
	}{
		{snapshot(c, fit()), "reviewers merge update "},
		{lineup(c, fit()), "merge update "},
		{released(c, nil), "propagate "},
		{&Snapshot{Subject: RepoSubject(1), Config: c}, ""},
	} {
		got := ""
		for _, v := range Decide(All, test.s) {
			got += v.Rule + " "
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.s.Subject, got, test.want)
		}
	}
}

// Defaults are shared by all repositories; one that says more must not change them for the next.
func TestDefaultsStayWhatTheyAre(t *testing.T) {
	var first string
	for range 2 {
		s := snapshot(file(t, "merge: {}"), with(unlabelled))
		says := verdict(t, s, "merge").Because[0].Sentence(nil)
		if first == "" {
			first = says
		}
		if says != first || blockers(verdict(t, s, "merge").Because) != "no-policy" {
			t.Errorf("says %q, and said %q", says, first)
		}
		verdict(t, snapshot(file(t, "merge: {method: rebase, policies: [{name: other, approvals: 0, when: {label: x}}]}\nreviewers: {request: 5, from: [cy]}\nupdate: {per-day: 9}"), fit()), "merge")
	}
}
