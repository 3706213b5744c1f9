package config

import "testing"

// The forms of the chores' sections as the example shows them. The chores have structs of their own; these stand for them,
// so that every kind of field is read here.

type reviewers struct {
	Request int        `yaml:"request" min:"0" max:"10"`
	From    Strings    `yaml:"from"`
	People  bool       `yaml:"people"`
	Load    float64    `yaml:"load" min:"0" max:"1"`
	Hours   Windows    `yaml:"hours"`
	Again   bool       `yaml:"again"`
	Remind  []Duration `yaml:"remind" later:"notice"`
	Unless  Matcher    `yaml:"unless"`
}

type update struct {
	When   Matcher `yaml:"when"`
	Unless Matcher `yaml:"unless"`
	Only   string  `yaml:"only" choices:"needed always"`
	Method string  `yaml:"method" choices:"merge rebase"`
	PerDay int     `yaml:"per-day" min:"1" max:"50"`
}

type merge struct {
	Never        Matcher  `yaml:"never"`
	Freeze       Windows  `yaml:"freeze" later:"hold"`
	Soak         Duration `yaml:"soak" later:"hold"`
	Priority     Patterns `yaml:"priority" later:"hold"`
	Method       string   `yaml:"method" choices:"merge squash rebase"`
	Title        string   `yaml:"title" later:"notice"`
	Body         string   `yaml:"body" choices:"pull-request commits empty" later:"notice"`
	DeleteBranch bool     `yaml:"delete-branch" later:"notice"`
	Policies     []policy `yaml:"policies"`
}

type policy struct {
	Name      string    `yaml:"name"`
	When      Matcher   `yaml:"when"`
	Unless    Matcher   `yaml:"unless"`
	Approvals int       `yaml:"approvals" min:"0" max:"20"`
	Checks    Selection `yaml:"checks" choices:"required all none"`
	Method    *string   `yaml:"method" choices:"merge squash rebase"`
}

type propagate struct {
	Packages Patterns `yaml:"packages"`
	Except   Patterns `yaml:"except"`
	Group    string   `yaml:"group" choices:"release none" later:"notice"`
	Wave     string   `yaml:"wave" later:"notice"`
	Quiet    Windows  `yaml:"quiet" later:"hold"`
}

// readAll reads a file and decodes all of its sections: every problem of every level, in order of position.
func readAll(text string) []Problem {
	f, problems := Read(".platform.yml", []byte(text))
	problems = append(problems, f.Notices...)
	for name, s := range f.Sections {
		into := map[string]any{"reviewers": &reviewers{}, "update": &update{}, "merge": &merge{}, "propagate": &propagate{}}[name]
		problems = append(problems, s.Decode(into)...)
	}
	Sort(problems)
	return problems
}

// decodeMerge decodes the section merge of a file that must be right.
func decodeMerge(t *testing.T, text string) merge {
	t.Helper()
	f, problems := Read(".platform.yml", []byte("version: 1\n"+text))
	m := merge{Method: "squash"}
	problems = append(problems, f.Sections["merge"].Decode(&m)...)
	if len(problems) > 0 {
		t.Fatalf("read %q: %v", text, problems)
	}
	return m
}
