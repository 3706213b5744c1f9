package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// guardReasons are about the files that decide what lands: pitcrew's own configuration, workflows, code owners. Whoever changes
// them needs an approval of the head by one of their code owners or, where none is named, by somebody who may maintain the
// repository, whatever the policy says: else whoever may write for a bot that needs no approval could let everybody in.
func guardReasons(s *Snapshot, p *PR) ([]Reason, Need) {
	var reasons []Reason
	var need Need
	guards := p.guards(s)
	if len(guards) > 0 && p.Unclaimed != "" {
		reasons = append(reasons, unclaimed(p, ""))
	}
	for _, g := range guards {
		if !g.holds() {
			reasons = append(reasons, g.reason(p.Head))
		}
		need.Teams = append(need.Teams, g.need.Teams...)
		need.Roles = append(need.Roles, g.need.Roles...)
	}
	if !need.Empty() {
		return nil, need
	}
	return reasons, Need{}
}

// unclaimed says that nobody knows who wrote a commit, so that whoever approves may be the one. or is what else helps.
func unclaimed(p *PR, or string) Reason {
	return reason(CodeUnclaimed, NeedsYou, "commit", short(p.Unclaimed), "or", or)
}

// guards are those of the files that the pull request changes, one for each group of owners.
func (p *PR) guards(s *Snapshot) []*guard {
	var guards []*guard
	approvals := p.approvals()
	for _, path := range p.guarded() {
		owners := s.Owners.Of(path)
		i := slices.IndexFunc(guards, func(g *guard) bool { return slices.Equal(g.owners, owners) })
		if i < 0 {
			i = len(guards)
			guards = append(guards, &guard{s: s, approvals: approvals, owners: owners})
		}
		guards[i].paths = append(guards[i].paths, path)
	}
	return guards
}

// guarded are the paths of the pull request that decide what lands.
func (p *PR) guarded() []string {
	return slices.DeleteFunc(p.paths(), func(path string) bool { return !decides(path) })
}

// decides says whether a file decides what lands. Its name is compared without case, so that no file system takes another one
// for it.
func decides(file string) bool {
	file = strings.ToLower(file)
	dir, name := path.Split(file)
	switch {
	case name == "codeowners":
		return dir == "" || dir == "docs/" || dir == ".github/"
	case strings.HasPrefix(file, ".github/workflows/"), strings.HasPrefix(file, ".github/actions/"):
		return true
	}
	own, _ := path.Match(".platform*.yml", file)
	return own
}

// guard is who must have approved one of these files.
type guard struct {
	s         *Snapshot
	approvals []Review
	owners    []string // logins and teams; none: who may maintain the repository
	paths     []string
	need      Need
	hidden    []string // teams whose members cannot be read
}

// holds says whether one of them has approved the head.
func (g *guard) holds() bool {
	return slices.ContainsFunc(g.approvals, func(r Review) bool {
		if len(g.owners) == 0 {
			return g.maintains(r.By)
		}
		return slices.ContainsFunc(g.owners, func(owner string) bool { return g.is(owner, r.By) })
	})
}

func (g *guard) is(owner string, who Person) bool {
	if !strings.Contains(owner, "/") {
		return owner == strings.ToLower(who.Login)
	}
	members, known := g.s.Members[owner]
	if !known {
		g.need.Teams = append(g.need.Teams, owner)
	}
	if known && members == nil {
		g.hidden = append(g.hidden, owner)
	}
	return slices.ContainsFunc(members, func(m Person) bool { return m.ID == who.ID })
}

func (g *guard) maintains(who Person) bool {
	login := strings.ToLower(who.Login)
	role, known := g.s.Roles[login]
	if !known {
		g.need.Roles = append(g.need.Roles, login)
	}
	return role == "admin" || role == "maintain"
}

func (g *guard) reason(head string) Reason {
	if len(g.hidden) > 0 {
		return reason(CodeNobodyKnown, Stopped, "teams", strings.Join(g.hidden, ", "))
	}
	whose, what := "somebody with the role maintain", g.paths[0]
	if len(g.owners) > 0 {
		whose = "one of its code owners"
	}
	if more := len(g.paths) - 1; more > 0 {
		what += fmt.Sprintf(" and %d more", more)
	}
	return reason(CodeGuarded, NeedsYou, "what", what, "whose", whose, "head", short(head)).from(ByGuard)
}

// ByGuard is where it stands that such a change needs an approval: here.
const ByGuard = "pitcrew, for files that decide what lands"

// Governs says that a pull request changes a file that decides what lands.
func (p *PR) Governs() bool { return len(p.guarded()) > 0 }
