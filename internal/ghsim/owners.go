package ghsim

import (
	"sort"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// ownerRule is a line of CODEOWNERS.
type ownerRule struct {
	pattern string
	owners  []string // as written: @ana, @acme/core
}

// ownerPlaces are where GitHub looks for CODEOWNERS, in this order; the first that exists counts.
// https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
var ownerPlaces = []string{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"}

// maxOwners is the size from which GitHub ignores the file.
const maxOwners = 3 << 20

// ownerRules reads CODEOWNERS at the tip of a base branch.
func (s *Sim) ownerRules(r *repo, branch string) []ownerRule {
	for _, place := range ownerPlaces {
		text, err := r.git.file(r.branches[branch], place)
		if err != nil {
			continue
		}
		if len(text) >= maxOwners {
			return nil
		}
		return parseOwners(string(text))
	}
	return nil
}

func parseOwners(text string) []ownerRule {
	var rules []ownerRule
	for line := range strings.SplitSeq(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		if f := strings.Fields(line); len(f) > 0 {
			rules = append(rules, ownerRule{f[0], f[1:]})
		}
	}
	return rules
}

// matches follows gitignore as far as CODEOWNERS does: a pattern with a slash that is not at its end is anchored, a directory
// owns what is below it, "dir/*" owns only the files in it.
func (o ownerRule) matches(path string) bool {
	p := o.pattern
	anchored := strings.Contains(strings.TrimSuffix(p, "/"), "/")
	p = strings.TrimPrefix(p, "/")
	tries := []string{p, p + "/**"}
	if strings.HasSuffix(p, "/") {
		tries = []string{p + "**"}
	} else if strings.HasSuffix(p, "/*") {
		tries = []string{p}
	}
	for _, t := range tries {
		if !anchored {
			t = "**/" + t
		}
		if ok, err := doublestar.Match(t, path); ok && err == nil {
			return true
		}
	}
	return false
}

// ownerSets are the owners of each changed file that has any: the last matching line counts.
func (s *Sim) ownerSets(p *pull) [][]string {
	rules := s.ownerRules(p.repo, p.base)
	seen := map[string]bool{}
	var sets [][]string
	add := func(path string) {
		var owners []string
		for _, o := range rules {
			if o.matches(path) {
				owners = o.owners
			}
		}
		if key := strings.Join(owners, " "); key != "" && !seen[key] {
			seen[key] = true
			sets = append(sets, owners)
		}
	}
	for _, c := range s.changes(p) {
		add(c.path)
		if c.previous != "" {
			add(c.previous)
		}
	}
	return sets
}

// missingOwners names the owners of files of which none has approved; nil if all is approved. Owners without write access do not
// count; where none is left, nobody is asked.
func (s *Sim) missingOwners(p *pull, approvals []*review) []string {
	missing := map[string]bool{}
	for _, set := range s.ownerSets(p) {
		var able []string
		approved := false
		for _, name := range set {
			people := s.ownersNamed(p.repo, name)
			if len(people) == 0 {
				continue
			}
			able = append(able, strings.TrimPrefix(name, "@"))
			for _, rv := range approvals {
				approved = approved || contains(people, rv.author)
			}
		}
		if !approved {
			for _, a := range able {
				missing[a] = true
			}
		}
	}
	names := sortedKeys(missing)
	sort.Strings(names)
	return names
}

// ownersNamed are the accounts with write access behind @login or @org/team.
func (s *Sim) ownersNamed(r *repo, name string) []*account {
	name = strings.TrimPrefix(name, "@")
	var list []*account
	if org, slug, ok := strings.Cut(name, "/"); ok {
		if t := s.ownerTeam(r, org, slug); t != nil {
			list = t.members
		}
	} else if a := s.findAccount(name); a != nil {
		list = []*account{a}
	}
	var able []*account
	for _, a := range list {
		if s.mayWrite(a, r) {
			able = append(able, a)
		}
	}
	return able
}

// ownerTeam is a team that has write access of its own; others are no owners.
func (s *Sim) ownerTeam(r *repo, org, slug string) *team {
	t := s.findTeam(s.findAccount(org), slug)
	if t == nil || roles[r.teams[t.id]] < roles["write"] {
		return nil
	}
	return t
}

// askOwners requests the owners' reviews when a rule wants them: GitHub does so for every pull request that is no draft, once.
func (s *Sim) askOwners(p *pull) {
	if p.draft {
		return
	}
	for _, set := range s.ownerSets(p) {
		for _, name := range set {
			q := &reviewRequest{asOwner: true}
			if org, slug, ok := strings.Cut(strings.TrimPrefix(name, "@"), "/"); ok {
				q.team = s.ownerTeam(p.repo, org, slug)
			} else if a := s.findAccount(strings.TrimPrefix(name, "@")); a != nil && a != p.author && s.mayWrite(a, p.repo) {
				q.user = a
			}
			if q.user != nil || q.team != nil {
				s.ask(p, q, p.author)
			}
		}
	}
}
