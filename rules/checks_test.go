package rules

import (
	"testing"

	"github.com/pitcrew-app/pitcrew/config"
)

// by is a check run of another app, or of another workflow of the same.
func by(app int64, id int64, c Check) Check {
	c.App, c.ID = app, id
	return c
}

// Shows: C1, C2, C5, C10.
func TestChecks(t *testing.T) {
	own := Check{ID: 1, Name: CheckName, App: us.ID, State: CheckPassed, Result: "NEUTRAL"}
	ownRed := Check{ID: 1, Name: CheckName, App: us.ID, State: CheckFailed, Result: "ACTION_REQUIRED", Required: true}
	green, red, running := run("build", CheckPassed), run("build", CheckFailed), run("build", CheckPending)
	required := func(c Check) Check { c.Required = true; return c }
	for _, c := range []struct {
		name    string
		want    string // of the policy
		require []RequiredCheck
		checks  []Check
		blocks  string
	}{
		{name: "nothing required, nothing there", want: "required"},
		{name: "nothing required, one red", want: "required", checks: []Check{red}},
		{name: "none wanted, one red", want: "none", checks: []Check{red}},
		{name: "none wanted, GitHub wants it", want: "none", require: []RequiredCheck{{Name: "build"}}, checks: []Check{red}, blocks: "check-failed"},
		{name: "required and green", want: "required", require: []RequiredCheck{{Name: "build"}}, checks: []Check{green}},
		{name: "required and running", want: "required", require: []RequiredCheck{{Name: "build"}}, checks: []Check{running}, blocks: "check-pending"},
		{name: "required and absent", want: "required", require: []RequiredCheck{{Name: "build"}}, blocks: "check-absent"},
		{name: "required by two rules and absent once", want: "required", require: []RequiredCheck{{Name: "build"}, {Name: "build"}}, blocks: "check-absent"},
		{name: "pinned to the app that reported", want: "required", require: []RequiredCheck{{Name: "build", App: 15368}}, checks: []Check{green}},
		{name: "pinned to another app", want: "required", require: []RequiredCheck{{Name: "build", App: 7}}, checks: []Check{green}, blocks: "check-absent"},
		{name: "pinned: another app's red does not count", want: "required", require: []RequiredCheck{{Name: "build", App: 7}}, checks: []Check{by(7, 2, green), red}},
		{name: "not pinned: all apps must pass", want: "required", require: []RequiredCheck{{Name: "build"}}, checks: []Check{by(7, 2, green), red}, blocks: "check-failed"},
		{name: "two workflows of one app with one name", want: "required", require: []RequiredCheck{{Name: "build"}}, checks: []Check{green, by(15368, 2, red)}, blocks: "check-failed"},
		{name: "a status and a check run of one name", want: "required", require: []RequiredCheck{{Name: "build"}}, checks: []Check{green, {Name: "build", State: CheckFailed, Result: "ERROR"}}, blocks: "check-failed"},
		{name: "GitHub calls it required, protection does not say so", want: "none", checks: []Check{required(red)}, blocks: "check-failed"},
		{name: "GitHub calls one of two required", want: "none", checks: []Check{required(green), by(7, 2, red)}},
		{name: "neutral passes", want: "required", require: []RequiredCheck{{Name: "build"}}, checks: []Check{{Name: "build", App: 1, State: CheckPassed, Result: "NEUTRAL"}}},
		{name: "skipped passes", want: "required", require: []RequiredCheck{{Name: "build"}}, checks: []Check{{Name: "build", App: 1, State: CheckPassed, Result: "SKIPPED"}}},
		{name: "named", want: "[build]", checks: []Check{green}},
		{name: "named and absent", want: "[lint]", checks: []Check{green}, blocks: "check-absent"},
		{name: "named in another case", want: "[BUILD]", checks: []Check{red}, blocks: "check-failed"},
		{name: "glob, one of two red", want: `["e2e*"]`, checks: []Check{run("e2e a", CheckPassed), run("e2e b", CheckFailed), run("other", CheckFailed)}, blocks: "check-failed"},
		{name: "glob without a match", want: `["e2e*"]`, checks: []Check{green}, blocks: "check-absent"},
		{name: "all, one running", want: "all", checks: []Check{green, run("lint", CheckPending)}, blocks: "check-pending"},
		{name: "all, none there", want: "all", blocks: "no-checks"},
		{name: "all, only our own", want: "all", checks: []Check{own}, blocks: "no-checks"},
		{name: "all, our own is not asked", want: "all", checks: []Check{green, ownRed}},
		{name: "our own required by protection", want: "required", require: []RequiredCheck{{Name: CheckName}}},
		{name: "our own required, and GitHub says so of the run", want: "required", require: []RequiredCheck{{Name: CheckName, App: us.ID}}, checks: []Check{ownRed}},
		{name: "another app's check of our name", want: "required", require: []RequiredCheck{{Name: CheckName, App: 7}}, checks: []Check{own}, blocks: "check-absent"},
		{name: "every reason", want: "[a, b, c]", checks: []Check{run("b", CheckFailed), run("a", CheckPending)}, blocks: "check-pending check-failed check-absent"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := with(func(p *PR) { p.Checks, p.Protection.Checks = c.checks, c.require })
			s := snapshot(file(t, "merge: {policies: [{checks: "+c.want+"}]}"), p)
			reasons := checkReasons(settings(t, s.Config).Policies[0].Checks, "", s, p)
			drawn(t, reasons)
			if got := blockers(reasons); got != c.blocks {
				t.Errorf("blocked by %q, want %q", got, c.blocks)
			}
		})
	}
}

func TestStatusesCountWithoutAnIdentity(t *testing.T) {
	p := with(func(p *PR) { p.Checks = []Check{{Name: "ci/travis", State: CheckFailed, Result: "FAILURE"}} })
	s := snapshot(Config{}, p)
	s.App = App{}
	if got := blockers(checkReasons(config.Selection{Word: checksAll}, "", s, p)); got != "check-failed" {
		t.Errorf("blocked by %q: a status has no app, and nobody is not that app", got)
	}
}

func TestResultsAreWords(t *testing.T) {
	// https://docs.github.com/en/graphql/reference/enums#checkconclusionstate and #statusstate: what does not pass.
	for _, result := range []string{"FAILURE", "ERROR", "CANCELLED", "TIMED_OUT", "ACTION_REQUIRED", "STARTUP_FAILURE", "STALE"} {
		if got := resultWords(result); got == resultWords("") {
			t.Errorf("%s is only %q", result, got)
		}
	}
}
