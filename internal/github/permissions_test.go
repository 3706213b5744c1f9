package github_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
	"github.com/pitcrew-app/pitcrew/rules"
)

// unseen are permissions that no request's description names, each with what would break without it.
var unseen = map[string]string{
	"administration": "branchProtectionRule is null or refused without it, and then nothing lands",
	"workflows":      "GitHub refuses to merge or update what touches workflow files",
}

// app.yml asks for nothing wider than what is used: with any permission one step lower something that we do is refused.
func TestManifestIsNoWider(t *testing.T) {
	l := everything(t)
	referee, err := newReferee()
	if err != nil {
		t.Fatal(err)
	}
	m := manifest(t)
	for name, access := range m.Permissions {
		lower := map[string]string{}
		for n, a := range m.Permissions {
			lower[n] = a
		}
		delete(lower, name)
		if access == "write" {
			lower[name] = "read"
		}
		needed := false
		for _, x := range l.exchanges {
			needed = needed || permitted(referee, x, lower) != nil
		}
		if (unseen[name] == "") != needed {
			t.Errorf("%s: %s is asked for; needed: %t", name, access, needed)
		}
	}
}

// everything does at least once whatever the Client can do.
func everything(t *testing.T) *lab {
	l := newLab(t, open+`
repos:
  acme/lib: {files: {package.json: '{"name": "lib"}'}, releases: [v1.0.0, v2.0.0]}
  acme/app: {files: {package.json: '{"dependencies": {"lib": "0.9.0"}}', .platform.yml: "version: 1\npropagate: {}\n"}}
`)
	l.sim.SetHook("http://127.0.0.1:1/nobody-listens")
	l.exec("push main m2", "check 7 build success", "request 7 +cat by dan")
	l.sim.Deliver(t.Context())
	ref, app := l.ref("acme/api"), l.ref("acme/app")
	s := l.settled(7)
	if err := l.c.Need(t.Context(), ref, s, rules.Need{Logins: []string{"bob"}, Teams: []string{"acme/core"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.c.Base(t.Context(), ref, "main", []int{7}); err != nil {
		t.Fatal(err)
	}
	refs := l.refs("acme")
	if _, err := l.c.Sweep(t.Context(), ref.Installation, refs); err != nil {
		t.Fatal(err)
	}
	if _, err := l.c.Users(t.Context(), ref.Installation, refs, "lib"); err != nil {
		t.Fatal(err)
	}
	failed, err := l.c.Deliveries(t.Context(), time.Time{})
	if err != nil || len(failed) == 0 {
		t.Fatalf("%d deliveries failed: %v", len(failed), err)
	}
	if err := l.c.Redeliver(t.Context(), failed[0].ID); err != nil {
		t.Fatal(err)
	}
	head := ""
	for _, step := range []func() rules.Action{
		func() rules.Action {
			return rules.RequestReviewers{Repo: s.Repo, Number: 7, People: []rules.Person{*s.People["bob"]}}
		},
		func() rules.Action {
			return rules.ReportCheck{Repo: s.Repo, Number: 7, Head: s.PR.Head, Conclusion: "neutral", Title: "t", Summary: "s"}
		},
		func() rules.Action { return rules.WriteComment{Repo: s.Repo, Number: 7, Body: "b"} },
		func() rules.Action { return rules.UpdateBranch{Repo: s.Repo, Number: 7, Head: s.PR.Head} },
		func() rules.Action {
			now := l.settled(7)
			head = now.PR.Head
			return rules.MergePR{Repo: now.Repo, Number: 7, Head: head, Method: "merge"}
		},
		func() rules.Action {
			return rules.DeleteBranch{Repo: s.Repo, Number: 7, Head: head, Branch: s.PR.HeadRef}
		},
		func() rules.Action { return rules.OpenIssue{Repo: s.Repo, Number: 7, Title: "t", Body: "b"} },
	} {
		l.wait(2 * time.Second)
		a := step()
		if r := l.c.Do(t.Context(), ref, a); r.Outcome.String() != "done" {
			t.Fatalf("%s: %+v", a.Kind(), r)
		}
	}
	for _, tag := range []string{"v1.0.0", "v2.0.0"} {
		l.wait(2 * time.Second)
		if r := l.c.Do(t.Context(), app, l.decide(l.target(tag, "acme/app"))); r.Outcome.String() != "done" {
			t.Fatalf("propose %s: %+v", tag, r)
		}
	}
	return l
}

// What is sent is what GitHub's description allows; the referee of every lab says so. Here it must have seen all of it.
func TestEveryRequestIsJudged(t *testing.T) {
	l := everything(t)
	seen := map[string]bool{}
	for _, x := range l.exchanges {
		seen[route(x)] = true
	}
	for _, want := range []string{
		"GET app", "GET app/installations", "GET installation/repositories", "GET users", "GET rules/branches", "POST graphql",
		"PUT merge", "PUT update-branch", "POST requested_reviewers", "POST check-runs", "POST comments", "GET app/hook/deliveries", "POST attempts",
	} {
		if !seen[want] {
			t.Errorf("no request %s among %v", want, seen)
		}
	}
}

// routes are parts of paths, the longest first.
var routes = []string{
	"app/hook/deliveries", "installation/repositories", "app/installations", "requested_reviewers", "update-branch", "check-runs", "rules/branches", "comments",
	"graphql", "attempts", "merge", "users", "app",
}

func route(x ghsim.Exchange) string {
	path := x.Request.URL.Path
	if strings.HasSuffix(path, "/attempts") {
		return x.Request.Method + " attempts"
	}
	for _, r := range routes {
		if strings.HasSuffix(path, "/"+r) || strings.Contains(path, "/"+r+"/") {
			return x.Request.Method + " " + r
		}
	}
	return x.Request.Method + " " + path
}
