package rules

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/config"
)

// What most tests start from: a repository whose file asks for everything, and a pull request that is ready to land.

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

const (
	head   = "aaaaaaa1"
	tip    = "bbbbbbb1"
	tokens = "tok-"
)

var us = App{ID: 99, Slug: "pitcrew", User: 990}

func person(id int64) Person {
	return Person{ID: id, Login: names[id], Token: tokens + names[id]}
}

var names = map[int64]string{1: "ana", 2: "bo", 3: "cy", 4: "di", 5: "eve"}

// file reads a .platform.yml that must be right as far as config itself can tell.
func file(t testing.TB, text string) Config {
	t.Helper()
	f, problems := config.Read(".platform.yml", []byte("version: 1\n"+text))
	if f == nil {
		t.Fatalf("read %q: %v", text, problems)
	}
	return Config{File: f, Problems: problems, Observe: f.Observe}
}

const everythingOn = "reviewers: {}\nupdate: {}\nmerge: {policies: [{name: all, checks: [build]}]}\n"

// fit is a pull request that nothing keeps from landing.
func fit() *PR {
	return &PR{
		ID: "PR_7", Number: 7, Title: "Add a thing", Author: person(1), State: "OPEN", Head: head, HeadRef: "topic", BaseRef: "main",
		BaseTip: tip, Behind: No, Mergeable: Yes, MergeState: "CLEAN", Labels: []string{"automerge"},
		Files:   []File{{Path: "src/a.go", Change: "MODIFIED", Additions: 3, Deletions: 1}},
		Reviews: []Review{approval(2, head)},
		Checks:  []Check{run("build", CheckPassed)},
		Memory:  &Memory{},
	}
}

func approval(by int64, commit string) Review { return review(by, "APPROVED", commit, 0) }

func review(by int64, state, commit string, after time.Duration) Review {
	return Review{By: person(by), State: state, Commit: commit, At: noon.Add(-time.Hour + after), Writer: true}
}

// run is a check run of GitHub Actions.
func run(name string, state CheckState) Check {
	result := map[CheckState]string{CheckPassed: "SUCCESS", CheckFailed: "FAILURE", CheckPending: "IN_PROGRESS"}[state]
	return Check{ID: int64(len(name)) + 100, Name: name, App: 15368, Slug: "github-actions", State: state, Result: result}
}

// with is fit, changed.
func with(change func(p *PR)) *PR {
	p := fit()
	change(p)
	return p
}

// strict requires branches to be up to date, and this one is not.
func strict(p *PR) {
	p.Protection.Strict, p.Behind, p.MergeState = true, Yes, "BEHIND"
}

func snapshot(c Config, p *PR) *Snapshot {
	s := &Snapshot{
		Subject: PRSubject(1, p.Number), Now: noon, Config: c, PR: p, App: us, People: map[string]*Person{}, Members: map[string][]Person{},
		Repo: Repo{ID: 1, Owner: "acme", Name: "api", DefaultBranch: "main", Methods: []string{MethodMerge, MethodSquash, MethodRebase}},
	}
	for id, login := range names {
		who := person(id)
		s.People[login] = &who
	}
	return s
}

// lineup is the base with these in line, in order.
func lineup(c Config, prs ...*PR) *Snapshot {
	s := snapshot(c, fit())
	s.Subject, s.PR = BaseSubject(1, "main"), nil
	s.Base = &Base{Ref: "main", Tip: tip, Line: prs, Memory: &Memory{}}
	return s
}

// tester is a test, or one draw of a property.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// verdict is what the rule of this name says, after checking that every reason can be drawn whole.
func verdict(t tester, s *Snapshot, rule string) Verdict {
	t.Helper()
	for _, v := range Decide(All, s) {
		drawn(t, v.Because)
		if v.Rule == rule {
			return v
		}
	}
	t.Fatalf("no verdict of %s", rule)
	return Verdict{}
}

// drawn fails where a reason has no text, or lacks an argument of its text, or says somebody's name.
func drawn(t tester, reasons []Reason) {
	t.Helper()
	for _, r := range reasons {
		if _, ok := codes[r.Code]; !ok {
			t.Errorf("%s has no text", r.Code)
		}
		for _, text := range []string{r.Sentence(nil), r.Clears(nil), r.By(nil), r.draw(awaits[r.Code], nil)} {
			if strings.ContainsAny(text, "{}") || strings.HasSuffix(text, " ") || strings.Contains(text, "  ") {
				t.Errorf("%s is drawn as %q (args %v)", r.Code, text, r.Args)
			}
		}
		if r.Sentence(nil) == "" {
			t.Errorf("%s has no sentence", r.Code)
		}
		if !r.Blocks() && r.State != Done && r.State != Off {
			t.Errorf("%s has the state %q", r.Code, r.State)
		}
		for _, value := range r.Args {
			for _, login := range names {
				if slices.Contains(strings.FieldsFunc(value, func(c rune) bool { return c < 'a' || c > 'z' }), login) {
					t.Errorf("%s keeps the login %s in %q", r.Code, login, value)
				}
			}
		}
	}
}

// blockers are the codes of what blocks, in order.
func blockers(reasons []Reason) string {
	var codes []string
	for _, r := range blocking(reasons) {
		codes = append(codes, string(r.Code))
	}
	return strings.Join(codes, " ")
}

func merged(t testing.TB, s *Snapshot) string {
	t.Helper()
	l, need := landing(settings(t, s.Config), s, s.PR)
	if !need.Empty() {
		t.Fatalf("needs %v", need)
	}
	drawn(t, l.Reasons)
	if ready := blockers(l.Reasons) == "" && s.PR.IsOpen(); ready != l.Ready {
		t.Errorf("ready %v with blockers %q", l.Ready, blockers(l.Reasons))
	}
	return blockers(l.Reasons)
}

func settings(t testing.TB, c Config) MergeSettings {
	t.Helper()
	m := mergeDefaults
	if problems := c.section("merge").Decode(&m); stops(problems) {
		t.Fatal(problems)
	}
	return m
}
