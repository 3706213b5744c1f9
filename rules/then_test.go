package rules

import "testing"

// What comes once nothing is in the way is what the settings and the base say.
func TestThen(t *testing.T) {
	queue := func(p *PR) { p.Protection.Queue, p.Protection.QueueMethod, p.MergeState = true, "rebase", "BLOCKED" }
	for _, c := range []struct {
		name, merge string
		change      func(p *PR)
		want        string
	}{
		{"as it is", "", nil, "squash into main"},
		{"by the policy's method", "method: rebase, ", nil, "rebase into main"},
		{"the branch goes", "delete-branch: true, ", nil, "squash into main, then delete its branch"},
		{"that of a fork stays", "delete-branch: true, ", func(p *PR) { p.Fork = true }, "squash into main"},
		{"with a title", "delete-branch: true, title: '{title} (#{number})', ", nil, "squash into main as “Add a thing (#7)”, then delete its branch"},
		{"GitHub's queue lands it", "delete-branch: true, title: '{title}', ", queue, "GitHub's merge queue lands it in main by rebase"},
		{"merged", "delete-branch: true, ", func(p *PR) { p.State = "MERGED" }, ""},
		{"no policy", "", func(p *PR) { p.Labels = nil }, ""},
	} {
		p := fit()
		if c.change != nil {
			c.change(p)
		}
		s := snapshot(file(t, "merge: {"+c.merge+"policies: [{when: {label: automerge}, checks: [build]}]}"), p)
		if got := ThenTitled(s, Answers(Decide(All, s))); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
