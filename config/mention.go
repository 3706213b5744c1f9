package config

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// Mention is the name of something on GitHub that a file uses. Whether it is there only GitHub can tell; see World.
type Mention struct {
	Kind string // KindLogin, KindTeam, KindLabel, KindCheck, KindMethod
	Name string
	at   Problem
}

// The kinds of mentions.
const (
	KindLogin  = "login"
	KindTeam   = "team"
	KindLabel  = "label"
	KindCheck  = "check"
	KindMethod = "method"

	kindAuthor = "author" // of a field: a login or a team
)

// World is what GitHub has in a repository. Whoever can ask GitHub implements it: the check of a pull request that changes
// the file, doctor, check --repo.
type World interface {
	// Has tells whether a thing of a kind is there; Unknown where it cannot be told. Labels and checks are patterns.
	Has(kind string, name Pattern) Tri
}

// Missing are the mentions of what a world does not have, as notices. What cannot be told is not said.
func Missing(mentions []Mention, w World) []Problem {
	var problems []Problem
	for _, m := range mentions {
		name, err := NewPattern(m.Name)
		if err != nil || w.Has(m.Kind, name) != No {
			continue
		}
		p := m.at
		p.Message, p.Hint = fmt.Sprintf(missing[m.Kind].what, quote(m.Name)), missing[m.Kind].hint
		problems = append(problems, p)
	}
	return problems
}

// missing is how people are told that a thing is not on GitHub, and what to do.
var missing = map[string]struct{ what, hint string }{
	KindLogin:  {"GitHub has no account %s", "is it written as on GitHub? A bot's name ends in [bot]"},
	KindTeam:   {"the organisation has no team %s", "write it as in its address on GitHub: @org/team"},
	KindLabel:  {"the repository has no label %s", "create it, or write it as it is called there"},
	KindCheck:  {"no check %s has reported on the default branch or the newest pull requests", "write the name as it stands on a pull request; a check that never reports is waited for without end"},
	KindMethod: {"the repository does not allow the merge method %s", "allow it in the repository's settings, or choose another"},
}

// mention takes note of a name that a field's tag, or a key of a matcher, says is one of GitHub's.
func (d *decoder) mention(n *yaml.Node, at place, kind, name string) {
	switch {
	case kind == "" || name == "" || n.Kind != yaml.ScalarNode:
		return
	case kind == KindMethod || kind == KindCheck || kind == KindLabel:
		if strings.Trim(name, "*") == "" {
			return
		}
	case strings.HasPrefix(name, "@"):
		kind = KindTeam
	default:
		kind = KindLogin
	}
	d.mentions = append(d.mentions, Mention{kind, name, Problem{File: d.file.Name, Line: n.Line, Column: n.Column, Path: at.path, Level: Notice}})
}
