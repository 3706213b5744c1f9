package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// OrgFile is the organisation's .platform.org.yml in its repository .github: what holds in each of its repositories, below
// their own files.
type OrgFile struct {
	Observe Observe
	Set     bool // the file has observe
	Notices []Problem

	apply Patterns
	below []below // the organisation's own sections, then those of its groups
	file  *File
	forms []Form
}

// below is what lies under the files of some repositories.
type below struct {
	repositories Patterns // nil: all
	sections     map[string]*Section
	locks        []lock
}

// lock is a key that repositories may only tighten: "merge" or "merge.never".
type lock struct {
	key   string
	place Place
}

// orgForm is the form of the keys that only the organisation's file has, beside groups.
type orgForm struct {
	Apply  Patterns `yaml:"apply" doc:"the repositories in which these sections are on, even without a file of their own"`
	Locked Strings  `yaml:"locked" doc:"sections and keys that a repository may only tighten: merge, merge.never"`
}

// groupForm is the form of a group, beside its sections.
type groupForm struct {
	Repositories Patterns `yaml:"repositories" doc:"the repositories in the group, by name"`
	Locked       Strings  `yaml:"locked" doc:"as at the top, for this group"`
}

var orgKeys = []string{"apply", "locked", "groups"}

// sectionKeys are the top keys that are chores.
var sectionKeys = topKeys[4:]

// ReadOrg reads an organisation's file; forms are those of the sections. If any Problem is returned, nothing may be done in
// any of its repositories.
func ReadOrg(name string, text []byte, forms []Form) (*OrgFile, []Problem) {
	r := newReader(name, text)
	org := &OrgFile{file: r.file, forms: forms}
	if root := r.parse(text); root != nil {
		r.check(root)
		r.top(root, slices.Concat(topKeys[:4], orgKeys, sectionKeys), func(key, value *yaml.Node) { r.orgKey(org, key, value) })
		r.organisation(org, root)
	}
	org.Observe = r.file.Observe
	_, problems := r.finish()
	org.Notices = r.file.Notices
	return org, problems
}

// orgKey reads what a key of the organisation's file has in common with a repository's.
func (r *reader) orgKey(org *OrgFile, key, value *yaml.Node) {
	switch {
	case key.Value == "observe":
		org.Set = true
		r.key(key, value)
	case !slices.Contains(orgKeys, key.Value):
		r.key(key, value)
	}
}

// organisation reads what only the organisation's file has.
func (r *reader) organisation(org *OrgFile, root *yaml.Node) {
	if root.Kind != yaml.MappingNode {
		return
	}
	var form orgForm
	r.only(root, &form, "apply", "locked")
	org.apply = form.Apply
	org.below = []below{{sections: r.file.Sections, locks: r.locks(root, org.forms)}}
	groups := child(root, "groups")
	switch {
	case groups == nil:
	case groups.Kind != yaml.SequenceNode:
		r.report(Error, at(groups), "groups", "want a list, not "+show(groups), "write each group with `- repositories: [\"service-*\"]`")
	default:
		for i, n := range groups.Content {
			org.below = append(org.below, r.group(n, fmt.Sprintf("groups[%d]", i), org.forms))
		}
	}
}

// group reads one group of repositories.
func (r *reader) group(n *yaml.Node, path string, forms []Form) below {
	b := below{sections: map[string]*Section{}, repositories: Patterns{}}
	if n.Kind != yaml.MappingNode {
		r.report(Error, at(n), path, "want keys, not "+show(n), "known here: "+strings.Join(groupKeys(), ", "))
		return b
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode || value.Kind == yaml.AliasNode: // check has said so
		case !slices.Contains(groupKeys(), key.Value):
			r.report(Error, at(key), join(path, key.Value), "unknown key "+quote(key.Value), suggest(key.Value, groupKeys()))
		case slices.Contains(sectionKeys, key.Value):
			r.section(b.sections, key, value)
		}
	}
	var form groupForm
	r.only(n, &form, "repositories", "locked")
	if len(form.Repositories) == 0 {
		r.report(Error, at(n), path, "a group without repositories", "name them: `repositories: [\"service-*\"]`")
	}
	b.repositories, b.locks = form.Repositories, r.locks(n, forms)
	return b
}

func groupKeys() []string { return slices.Concat([]string{"repositories", "locked"}, sectionKeys) }

// only decodes some of the keys of a mapping.
func (r *reader) only(n *yaml.Node, into any, keys ...string) {
	d := &decoder{file: r.file}
	some := &yaml.Node{Kind: yaml.MappingNode, Line: n.Line, Column: n.Column}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if slices.Contains(keys, n.Content[i].Value) {
			some.Content = append(some.Content, n.Content[i], n.Content[i+1])
		}
	}
	d.structure(some, place{}, into)
	r.problems = append(r.problems, d.problems...)
}

// locks reads `locked`. A key that nothing has would leave open what was to be locked: it is an error.
func (r *reader) locks(n *yaml.Node, forms []Form) []lock {
	var locks []lock
	locked := child(n, "locked")
	if locked == nil {
		return nil
	}
	nodes := []*yaml.Node{locked}
	if locked.Kind == yaml.SequenceNode {
		nodes = locked.Content
	}
	for _, e := range nodes {
		if e.Kind != yaml.ScalarNode || isNull(e) {
			continue // only has said so
		}
		if known := keysOf(forms); !slices.Contains(known, e.Value) {
			r.report(Error, at(e), "locked", "there is no section or key "+quote(e.Value), suggestKey(e.Value, known))
			continue
		}
		locks = append(locks, lock{e.Value, Place{r.file.Name, e.Line}})
	}
	return locks
}

// suggestKey is for a key with its section: the list of all would be long.
func suggestKey(word string, known []string) string {
	if near := nearest(word, known); near != "" {
		return "did you mean " + quote(near) + "?"
	}
	return "write a section, or a section and its key: merge, merge.never"
}

// Applies reports whether the file turns its sections on in a repository that has no file of its own.
func (o *OrgFile) Applies(repo string) bool { return o.apply.Match(repo) }

// holds is what lies below the file of a repository, the lowest first.
func (o *OrgFile) holds(repo string) []below {
	var out []below
	for _, b := range o.below {
		if b.repositories == nil || b.repositories.Match(repo) {
			out = append(out, b)
		}
	}
	return out
}

// settings decodes the layers of a section over its defaults.
func (f Form) settings(layers []layer, joined map[string]bool) reflect.Value {
	v := f.fresh()
	s := &Section{Name: f.Name, layers: layers, joined: joined}
	s.decode(v.Interface())
	return v.Elem()
}
