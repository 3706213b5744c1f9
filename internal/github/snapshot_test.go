package github_test

import (
	"errors"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

const world = `
files: {CODEOWNERS: "* @bob", .platform.yml: "version: 1\nmerge: {}\n", .github/CODEOWNERS: "* @acme/core", a.txt: "1\n"}
teams: {core: [bob, cat]}
protection: {main: {approvals: 1, checks: [build], strict: true, conversations: true}}
rules: {main: {checks: [{context: lint, app: 15368}], linear: true, approvals: 2, methods: [squash, rebase]}}
merge: [merge, squash]
prs:
  7: {author: ana, head: a1, title: T, body: B, files: {x.txt: "1\n2\n"}, checks: {build: success, lint: failure}, statuses: {ci/x: pending},
      labels: [automerge], requested: [bob, "@acme/core"], reviews: {dan: approved, eve: approved}}
  8: {author: bob, fork: true, draft: true}
`

func TestPullRequest(t *testing.T) {
	l := newLab(t, world)
	l.exec("thread 7 open")
	s := l.settled(7)
	p := s.PR
	equal(t, "repository", s.Repo.FullName()+" "+s.Repo.DefaultBranch, "acme/api main")
	equal(t, "methods", s.Repo.Methods, []string{"squash"})
	equal(t, "subject", s.Subject, rules.PRSubject(s.Repo.ID, 7))
	equal(t, "state", []any{p.State, p.Draft, p.Fork, p.Title, p.Body, p.Author.Login, p.Author.Bot, p.BaseRef},
		[]any{"OPEN", false, false, "T", "B", "ana", false, "main"})
	equal(t, "head", p.Head, l.sim.SHA("a1"))
	equal(t, "parents", p.HeadParents, []string{l.sim.SHA("m1")})
	equal(t, "base", p.BaseTip, l.sim.SHA("m1"))
	equal(t, "behind, mergeable", []rules.Tri{p.Behind, p.Mergeable}, []rules.Tri{rules.No, rules.Yes})
	equal(t, "merge state", p.MergeState, "BLOCKED")
	equal(t, "labels", p.Labels, []string{"automerge"})
	equal(t, "files", p.Files, []rules.File{{Path: "x.txt", Change: "ADDED", Additions: 2}})
	equal(t, "open conversations", p.Open, 1)
	var reviews []any
	for _, r := range p.Reviews {
		reviews = append(reviews, r.By.Login, r.State, r.Writer, r.Commit == p.Head)
	}
	equal(t, "reviews", reviews, []any{"dan", "APPROVED", true, true, "eve", "APPROVED", false, true})
	equal(t, "requests", []string{p.Requests[0].Person.Login, p.Requests[1].Team}, []string{"bob", "acme/core"})
	var checks []any
	for _, c := range p.Checks {
		checks = append(checks, c.Name, c.State, c.Result, c.App != 0)
	}
	equal(t, "checks", checks, []any{"build", rules.CheckPassed, "SUCCESS", true, "ci/x", rules.CheckPending, "PENDING", false,
		"lint", rules.CheckFailed, "FAILURE", true})
	equal(t, "protection", p.Protection, rules.Protection{
		Checks: []rules.RequiredCheck{{Name: "lint", App: 15368, By: rules.ByRuleset}, {Name: "build", By: rules.ByBranch}},
		Strict: true, Approvals: 2, Conversations: true, Linear: true,
		By: map[rules.Demand]string{
			rules.DemandApprovals: rules.ByRuleset, rules.DemandConversations: rules.ByBranch, rules.DemandLinear: rules.ByRuleset,
			rules.DemandStrict: rules.ByBranch,
		},
	})
	equal(t, "id of the file", s.Config.Blob != "", true)
	equal(t, "owners", s.Owners.Of("x.txt"), []string{"acme/core"})
	equal(t, "config", []any{s.Config.File != nil, s.Config.Problems, s.Config.Unknown}, []any{true, []config.Problem(nil), ""})
	equal(t, "truncated", p.Truncated, []string(nil))
	if s.App.User == 0 || s.App.ID != l.creds.AppID {
		t.Errorf("we are %+v", s.App)
	}
}

func TestForkAndDraft(t *testing.T) {
	l := newLab(t, world)
	p := l.pr(8).PR
	equal(t, "fork, draft, behind", []any{p.Fork, p.Draft, p.Behind}, []any{true, true, rules.No})
}

// The first load of a head needs a comparison of its own; then it is one request.
func TestOneQuery(t *testing.T) {
	l := newLab(t, world)
	ref := l.ref("acme/api")
	load := func() int {
		before := l.calls()
		if _, err := l.c.PR(t.Context(), ref, 7); err != nil {
			t.Fatal(err)
		}
		return l.calls() - before
	}
	load()
	equal(t, "requests of a load", load(), 1)
	l.exec("push 7 a2")
	equal(t, "requests after a push: a comparison, and one to start the test merge", load(), 3)
	equal(t, "requests after that", load(), 1)
	l.wait(6 * time.Minute)
	equal(t, "requests when the rules are old", load(), 2)
}

// GitHub does not compute mergeability by itself, nor because GraphQL asks for it.
// Shows: S1.
func TestMergeabilityIsStarted(t *testing.T) {
	l := newLab(t, world)
	l.exec("push 7 a2")
	equal(t, "at once", l.pr(7).PR.Mergeable, rules.Unknown)
	l.wait(2 * time.Second)
	equal(t, "later", l.pr(7).PR.Mergeable, rules.Yes)
	l.exec("push 7 a3")
	if _, err := l.c.Base(t.Context(), l.ref("acme/api"), "main", []int{7}); err != nil {
		t.Fatal(err)
	}
	l.wait(2 * time.Second)
	equal(t, "after a look at the base", l.pr(7).PR.Mergeable, rules.Yes)
}

func TestBehind(t *testing.T) {
	l := newLab(t, world)
	equal(t, "at first", l.pr(7).PR.Behind, rules.No)
	l.exec("push main m2")
	p := l.pr(7).PR
	equal(t, "after a push to the base", p.Behind, rules.Yes)
	equal(t, "base", p.BaseTip, l.sim.SHA("m2"))
	equal(t, "fork", l.pr(8).PR.Behind, rules.Yes)
}

// Whose request a person took back is remembered; whom we took off, or who was asked again, is not.
func TestRemoved(t *testing.T) {
	l := newLab(t, world)
	l.exec("request 7 -bob by cat", "request 7 +dan by cat", "request 7 -dan by cat", "request 7 +dan by cat")
	var logins []string
	for _, p := range l.pr(7).PR.Removed {
		logins = append(logins, p.Login)
	}
	equal(t, "removed", logins, []string{"bob"})
}

func TestBase(t *testing.T) {
	l := newLab(t, world)
	l.exec("open 9 {author: ana, files: {y.txt: y}}", "open 10 {author: ana, base: dev, files: {z.txt: z}}")
	s, err := l.c.Base(t.Context(), l.ref("acme/api"), "main", []int{9, 404, 10, 7})
	if err != nil {
		t.Fatal(err)
	}
	var numbers []int
	for _, p := range s.Base.Line {
		numbers = append(numbers, p.Number)
		equal(t, "behind", p.Behind, rules.No)
		equal(t, "protection", p.Protection, s.Base.Protection)
	}
	equal(t, "line", numbers, []int{9, 7})
	equal(t, "tip", s.Base.Tip, l.sim.SHA("m1"))
	equal(t, "approvals", s.Base.Protection.Approvals, 2)
	equal(t, "checks of the second", len(s.Base.Line[1].Checks), 3)
	if s.Config.File == nil || s.Owners == nil {
		t.Error("no configuration, or no owners")
	}
}

func TestGone(t *testing.T) {
	l := newLab(t, world)
	ref := l.ref("acme/api")
	other := ref
	other.Name = "nothing"
	for name, err := range map[string]error{
		"pull request": errOf(l.c.PR(t.Context(), ref, 404)),
		"repository":   errOf(l.c.PR(t.Context(), other, 7)),
		"branch":       errOf(l.c.Base(t.Context(), ref, "nothing", []int{7})),
		"release":      errOf(l.c.Release(t.Context(), ref, "v9.9.9")),
	} {
		if !errors.Is(err, github.ErrGone) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func errOf(_ *rules.Snapshot, err error) error { return err }

// Of which installation a token is taken is for the caller to say, and what it may not see is not there.
func TestInstallationsAreApart(t *testing.T) {
	l := newLab(t, world+"repos: {other/thing: {files: {a: b}, prs: {1: {author: ana}}}}\n")
	ref := l.ref("other/thing")
	if _, err := l.c.PR(t.Context(), ref, 1); err != nil {
		t.Fatal(err)
	}
	ref.Installation = l.creds.Installations["acme"]
	if err := errOf(l.c.PR(t.Context(), ref, 1)); !errors.Is(err, github.ErrGone) {
		t.Errorf("through another installation: %v", err)
	}
	l.exec("suspend other")
	ref.Installation = l.creds.Installations["other"]
	if err := errOf(l.c.PR(t.Context(), ref, 1)); err == nil {
		t.Error("a suspended installation still answers")
	}
}

// What must not be mistaken for absent: more than a page, and what we may not read.
func TestTruncated(t *testing.T) {
	files := "{"
	for i := range 101 {
		files += "f" + string(rune('a'+i/26)) + string(rune('a'+i%26)) + ": x, "
	}
	l := newLab(t, "prs: {7: {author: ana, files: "+files+"}}}\n")
	equal(t, "truncated", l.pr(7).PR.Truncated, []string{"files"})
}

func TestPermissions(t *testing.T) {
	l := newLab(t, world)
	l.exec("permit acme {administration: none}")
	p := l.pr(7).PR
	if p.Protection.Unreadable == "" {
		t.Error("classic protection is taken for absent")
	}
	equal(t, "what rulesets ask for", p.Protection.Approvals, 2)
	l.exec("permit acme {actions: none, members: none}")
	var refused *github.PermissionError
	if err := errOf(l.c.PR(t.Context(), l.ref("acme/api"), 7)); !errors.As(err, &refused) {
		t.Errorf("without members: %v", err)
	}
}

// Rules are read again after five minutes, or when an event says that they changed.
func TestForget(t *testing.T) {
	l := newLab(t, world)
	equal(t, "at first", l.pr(7).PR.Protection.Approvals, 2)
	l.exec("rules main {approvals: 4}")
	equal(t, "from the cache", l.pr(7).PR.Protection.Approvals, 2)
	l.c.Forget(l.ref("acme/api").ID)
	equal(t, "read again", l.pr(7).PR.Protection.Approvals, 4)
}
