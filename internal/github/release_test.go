package github_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

const libraries = `
repo: acme/lib
files: {package.json: '{"name": "@acme/lib", "version": "1.1.0"}'}
releases: [v1.0.0]
repos:
  acme/app:
    files: {package.json: "{\n  \"dependencies\": {\"@acme/lib\": \"^1.0.0\"}\n}\n", .platform.yml: "version: 1\npropagate: {}\n"}
  acme/site:
    files: {package.json: '{"devDependencies": {"@acme/lib": "1.0.0"}}', yarn.lock: x}
  acme/old:
    files: {package.json: '{"dependencies": {"@acme/lib": "1.0.0"}}'}
    archived: true
  acme/else:
    files: {package.json: '{"dependencies": {"lib": "1.0.0"}}'}
  acme/none:
    files: {a.txt: x}
  acme/broken:
    files: {package.json: '{"dependencies": '}
`

func TestRelease(t *testing.T) {
	l := newLab(t, libraries)
	l.exec("release acme/lib v1.1.0", "release acme/lib v2.0.0-rc.1 prerelease")
	ref := l.ref("acme/lib")
	s, err := l.c.Release(t.Context(), ref, "v1.1.0")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "subject", s.Subject, rules.ReleaseSubject(ref.ID, "v1.1.0"))
	equal(t, "release", []any{s.Release.Tag, s.Release.Package, s.Release.Draft, s.Release.Prerelease, s.Release.Source.FullName()},
		[]any{"v1.1.0", "@acme/lib", false, false, "acme/lib"})
	s, err = l.c.Release(t.Context(), ref, "v2.0.0-rc.1")
	if err != nil || !s.Release.Prerelease {
		t.Errorf("prerelease: %v", err)
	}
}

func (l *lab) refs(owner string) []github.RepoRef {
	repos, err := l.c.Repositories(l.t.Context(), l.creds.Installations[owner])
	if err != nil {
		l.t.Fatal(err)
	}
	var refs []github.RepoRef
	for _, r := range repos {
		refs = append(refs, r.RepoRef)
	}
	return refs
}

func TestUsers(t *testing.T) {
	l := newLab(t, libraries)
	refs := append(l.refs("acme"), github.RepoRef{Installation: l.creds.Installations["acme"], ID: 1, Owner: "acme", Name: "gone"})
	before := l.calls()
	users, err := l.c.Users(t.Context(), refs[0].Installation, refs, "@acme/lib")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, u := range users {
		names = append(names, u.FullName())
	}
	equal(t, "users", names, []string{"acme/app", "acme/site"})
	equal(t, "requests: the repositories, then the manifests", l.calls()-before, 2)
}

func (l *lab) target(tag, repo string) *rules.Snapshot {
	l.t.Helper()
	s, err := l.c.Target(l.t.Context(), l.ref("acme/lib"), tag, l.ref(repo))
	if err != nil {
		l.t.Fatal(err)
	}
	return s
}

// decide gives the one action that the rules want.
func (l *lab) decide(s *rules.Snapshot) rules.Action {
	l.t.Helper()
	for _, v := range rules.Decide(rules.All, s) {
		for _, a := range v.Do {
			return a
		}
		l.t.Fatalf("nothing to do: %+v", v.Because)
	}
	l.t.Fatal("no rule decides")
	return nil
}

// A release is proposed by one request, moved by the next release, and left alone when it is there.
func TestPropose(t *testing.T) {
	l := newLab(t, libraries)
	l.exec("release acme/lib v1.1.0", "release acme/lib v1.2.0")
	ref := l.ref("acme/app")
	s := l.target("v1.1.0", "acme/app")
	equal(t, "subject", s.Subject, rules.ReleaseTargetSubject(l.ref("acme/lib").ID, "v1.1.0", ref.ID))
	equal(t, "locks", s.Release.Target.Locks, []string(nil))

	before := l.calls()
	r := l.c.Do(t.Context(), ref, l.decide(s))
	equal(t, "opened", []any{r.Outcome.String(), r.Message, r.Number, r.Head != ""}, []any{"done", "", 1, true})
	writes := []string{"POST /graphql 200"}
	if onOldServer { // which refuses the first, and then gets the commit by REST
		writes = []string{writes[0], "POST /repos/acme/app/git/blobs 201", "POST /repos/acme/app/git/trees 201", "POST /repos/acme/app/git/commits 201", writes[0]}
	}
	equal(t, "writes", l.writes(before), writes)

	proposed := l.target("v1.1.0", "acme/app").Release.Target.Proposed
	equal(t, "proposed", []any{proposed.Number, proposed.Head, proposed.Ours, string(proposed.Text)},
		[]any{1, r.Head, true, "{\n  \"dependencies\": {\"@acme/lib\": \"^1.1.0\"}\n}\n"})

	l.wait(time.Second)
	move, ok := l.decide(l.target("v1.2.0", "acme/app")).(rules.MovePR)
	if !ok {
		t.Fatal("a newer version does not move the pull request")
	}
	r = l.c.Do(t.Context(), ref, move)
	equal(t, "moved", []any{r.Outcome.String(), r.Message, r.Number}, []any{"done", "", 1})
	pull, err := l.c.PR(t.Context(), ref, 1)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "files", pull.PR.Files, []rules.File{{Path: "package.json", Change: "MODIFIED", Additions: 1, Deletions: 1}})
	equal(t, "pull request", []any{pull.PR.Title, pull.PR.Head, pull.PR.Author.ID == pull.App.User}, []any{move.Title, r.Head, true})

	l.wait(time.Second)
	equal(t, "moved twice from the same head", l.c.Do(t.Context(), ref, move).Outcome.String(), "stale")

	l.exec("push acme/app#1 p2 {x.txt: y} by bob")
	equal(t, "with a commit of somebody else", l.target("v1.2.0", "acme/app").Release.Target.Proposed.Ours, false)
}

// A branch that an earlier proposal left behind is moved, if it still is where it was seen.
func TestProposeAgain(t *testing.T) {
	l := newLab(t, libraries)
	l.exec("release acme/lib v1.1.0")
	ref := l.ref("acme/app")
	first := l.decide(l.target("v1.1.0", "acme/app"))
	l.c.Do(t.Context(), ref, first)
	l.wait(time.Second)
	equal(t, "the branch is there already", l.c.Do(t.Context(), ref, first).Outcome.String(), "stale")

	l.exec("close acme/app#1")
	again, ok := l.decide(l.target("v1.1.0", "acme/app")).(rules.OpenPR)
	if !ok || again.Stale == "" {
		t.Fatalf("not opened again: %+v", again)
	}
	moved := again
	moved.Stale = moved.Base
	l.wait(time.Second)
	equal(t, "the branch is not where it was seen", l.c.Do(t.Context(), ref, moved).Outcome.String(), "stale")

	left, err := l.c.PR(t.Context(), ref, 2)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "what was opened without our commit", left.PR.State, "CLOSED")

	again = l.decide(l.target("v1.1.0", "acme/app")).(rules.OpenPR)
	l.wait(time.Second)
	r := l.c.Do(t.Context(), ref, again)
	equal(t, "opened again", []any{r.Outcome.String(), r.Message, r.Number}, []any{"done", "", 3})
}

func TestLocks(t *testing.T) {
	l := newLab(t, libraries)
	equal(t, "locks", l.target("v1.0.0", "acme/site").Release.Target.Locks, []string{"yarn.lock"})
}

// A fork's branch of the same name is no proposal of ours.
func TestProposalOfFork(t *testing.T) {
	l := newLab(t, strings.Replace(libraries, "  acme/app:\n", "  acme/app:\n    prs: {3: {author: ana, fork: true, branch: "+rules.Branch("@acme/lib")+", files: {x.txt: x}}}\n", 1))
	target := l.target("v1.0.0", "acme/app").Release.Target
	if s, err := l.c.PR(t.Context(), l.ref("acme/app"), 3); err != nil || s.PR.HeadRef != rules.Branch("@acme/lib") {
		t.Fatalf("no pull request of the same branch: %v %+v", err, s)
	}
	if target.Proposed != nil {
		t.Errorf("proposed: %+v", target.Proposed)
	}
}
