package rules

import "testing"

// Files that decide what lands want an approval of those who answer for them, whatever the policy says.
// Shows: D26+, D26-.
func TestGuarded(t *testing.T) {
	for _, c := range []struct {
		name, path, owners string
		roles              map[string]string
		change             func(p *PR)
		blocks             string
	}{
		{name: "another file", path: "a.go", blocks: "in-line"},
		{name: "a workflow of nobody, approved by a maintainer", path: ".github/workflows/ci.yml", roles: map[string]string{"bo": "maintain"}, blocks: "in-line"},
		{name: "approved by somebody who may write", path: ".github/workflows/ci.yml", roles: map[string]string{"bo": "write"}, blocks: "guarded"},
		{name: "a role that GitHub does not tell", path: ".platform.yml", roles: map[string]string{"bo": ""}, blocks: "guarded"},
		{name: "in capitals", path: ".GitHub/CODEOWNERS", roles: map[string]string{"bo": "write"}, blocks: "guarded"},
		{name: "approved by its owner", path: ".platform.org.yml", owners: "* @bo", blocks: "in-line"},
		{name: "approved by another", path: "CODEOWNERS", owners: "* @cy", blocks: "guarded"},
		{name: "the owner wrote a commit", path: "CODEOWNERS", owners: "* @bo", change: func(p *PR) { p.Authors = []int64{2} }, blocks: "guarded"},
		{name: "nobody knows who wrote a commit", path: "CODEOWNERS", owners: "* @bo", change: func(p *PR) { p.Unclaimed = "c0ffee" }, blocks: "author-unknown"},
		{name: "of an older head", path: "CODEOWNERS", owners: "* @bo", change: func(p *PR) { p.Reviews = []Review{approval(2, "older")} }, blocks: "guarded"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := fit()
			p.Files = []File{{Path: c.path, Change: "MODIFIED"}}
			if c.change != nil {
				c.change(p)
			}
			s := snapshot(file(t, "merge: {policies: [{approvals: 0, approvals-at: any, checks: none}]}"), p)
			s.Owners, s.Roles = ParseOwners(c.owners), c.roles
			if got := blockers(verdict(t, s, "merge").Because); got != c.blocks {
				t.Errorf("blocked by %q, want %q", got, c.blocks)
			}
		})
	}
}
