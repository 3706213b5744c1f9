package rules

import (
	"testing"
	"time"
)

// Where no check is known, a head that is new waits a minute for one.
// Shows: C7.
func TestSettles(t *testing.T) {
	ours := Check{Name: CheckName, App: us.ID, State: CheckPassed}
	for _, c := range []struct {
		name   string
		policy string
		change func(p *PR)
		blocks string
	}{
		{"a check has reported", "", nil, "in-line"},
		{"none has, on a new head", "", func(p *PR) { p.Checks, p.Memory.TreeHead = nil, "older" }, "no-checks-yet"},
		{"one has begun", "", func(p *PR) {
			p.Checks, p.Memory.TreeHead = []Check{{Name: "build", State: CheckPending}}, "older"
		}, "no-checks-yet"},
		{"only ours has", "", func(p *PR) { p.Checks, p.Memory.TreeHead = []Check{ours}, "older" }, "no-checks-yet"},
		{"none has for less than a minute", "", func(p *PR) {
			p.Checks, p.Memory.TreeHead, p.Memory.HeadAt = nil, head, noon.Add(-59*time.Second)
		}, "no-checks-yet"},
		{"none has for a minute", "", func(p *PR) { p.Checks, p.Memory.TreeHead, p.Memory.HeadAt = nil, head, noon.Add(-time.Minute) }, "in-line"},
		{"none is wanted", ", checks: none", func(p *PR) { p.Checks, p.Memory.TreeHead = nil, "older" }, "in-line"},
		{"all are wanted", ", checks: all", func(p *PR) { p.Checks, p.Memory.TreeHead = nil, "older" }, "no-checks"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := fit()
			p.Memory = &Memory{}
			if c.change != nil {
				c.change(p)
			}
			v := verdict(t, snapshot(file(t, "merge: {policies: [{approvals: 1"+c.policy+"}]}"), p), "merge")
			if got := blockers(v.Because); got != c.blocks {
				t.Errorf("blocked by %q, want %q", got, c.blocks)
			}
			if c.blocks == "no-checks-yet" && (v.Again.IsZero() || v.Again.After(noon.Add(time.Minute))) {
				t.Errorf("looked at again %v", v.Again)
			}
		})
	}
}

// Whatever approval counts, the time to soak begins with the newest one.
func TestSoakBeginsWithTheNewestApproval(t *testing.T) {
	p := fit()
	p.Memory = &Memory{TreeHead: head, HeadAt: noon.Add(-time.Hour)}
	p.Authors = []int64{2}
	p.Reviews = []Review{approval(2, "older")}
	p.Reviews[0].At = noon.Add(-time.Minute)
	s := snapshot(file(t, "merge: {soak: 30m, policies: [{approvals: 1, approvals-at: any}]}"), p)
	if got := blockers(verdict(t, s, "merge").Because); got != "soak" {
		t.Errorf("blocked by %q, want soak", got)
	}
}
