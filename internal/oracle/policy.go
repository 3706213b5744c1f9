package oracle

import (
	"strings"
	"time"
)

// Policy is what a .platform.yml asks for, as whoever wrote the file meant it. The oracle never reads the file: it is told which
// policy stands behind which text.
type Policy struct {
	Broken    bool   // the file has a mistake: nothing that it governs may be done
	Observe   string // "", "true": nothing is written, "check": nothing but check runs
	Comment   bool   // each pull request gets one
	Reviewers *Reviewers
	Update    *Update
	Merge     *Merge
	Propagate bool // new versions of packages are taken
}

// Reviewers is the section reviewers: how many people are to be asked, and who they may be.
type Reviewers struct {
	Request int
	From    []string // logins
}

// Update is the section update.
type Update struct {
	Label  string // without it nothing is updated; empty: everything is
	Always bool   // else only where the base requires it
	Rebase bool   // by rebase and not by merge
	PerDay int    // updates of one pull request in 24 hours
}

// Merge is the section merge. The first rule that matches decides.
type Merge struct {
	NeverLabels []string
	NeverTitle  string   // a prefix
	Priority    []string // labels: who has an earlier one goes first
	Freeze      Span     // when nothing lands; zero: never
	Soak        time.Duration
	Title       string // of the commit, with {title} once; empty: GitHub's own
	Body        string // where the text of the commit comes from; empty: GitHub
	Tidy        bool   // branches go after the merge
	Rules       []Rule
}

// Span is a time from its begin to its end.
type Span struct{ From, To time.Time }

// covers says that all of the time from a to b lies in it.
func (s Span) covers(a, b time.Time) bool { return !a.Before(s.From) && b.Before(s.To) }

// Rule is one of merge.policies, with the method that follows for it.
type Rule struct {
	Label     string   // empty: any
	Author    string   // empty: any
	Bump      []string // levels that a dependency pull request may raise; none: any pull request
	Approvals int
	AnyHead   bool     // approvals of any head count, of whoever GitHub counts
	Checks    []string // names that must pass
	AllChecks bool     // every check that is seen must pass, and one must be seen
	Method    string
}

func (m Merge) forbids(labels []string, title string) bool {
	for _, l := range m.NeverLabels {
		if has(labels, l) {
			return true
		}
	}
	return m.NeverTitle != "" && strings.HasPrefix(strings.ToLower(title), strings.ToLower(m.NeverTitle))
}

// rule is the first that matches, or that may: what the pull request raises cannot be told.
func (m Merge) rule(labels []string, author, raises string) *Rule {
	for i, r := range m.Rules {
		bump := len(r.Bump) == 0 || raises == untold || has(r.Bump, raises)
		if bump && (r.Label == "" || has(labels, r.Label)) && (r.Author == "" || r.Author == author) {
			return &m.Rules[i]
		}
	}
	return nil
}

func has(list []string, want string) bool {
	for _, x := range list {
		if strings.EqualFold(x, want) {
			return true
		}
	}
	return false
}
