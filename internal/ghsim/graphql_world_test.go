package ghsim

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// gqlWorld is a Sim with one repository, in which every list that a snapshot reads has something.
type gqlWorld struct {
	*Sim
	t         *testing.T
	r         *repo
	p         *pull
	ana, bob  *account
	eve       *account
	inst      *installation
	core      *team
	main, tip string // commits of main
}

var gqlStart = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func newGQLWorld(t *testing.T) *gqlWorld {
	t.Helper()
	now := gqlStart
	s, err := New(Options{NoGit: *noGit, Seed: 1, Now: func() time.Time { return now }, BaseURL: "https://ghe.sim"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	w := &gqlWorld{Sim: s, t: t}
	acme := s.newAccount("acme", "Organization")
	w.ana, w.bob, w.eve = s.newAccount("ana", "User"), s.newAccount("bob", "User"), s.newAccount("eve", "User")
	w.inst = &installation{id: s.id(), app: s.ours, account: acme, all: true, permissions: defaultPermissions, created: s.now()}
	s.w.installs = append(s.w.installs, w.inst)
	w.core = &team{id: s.id(), org: acme, slug: "core", name: "core", members: []*account{w.bob}}
	s.w.teams = append(s.w.teams, w.core)
	w.r, err = s.newRepo(acme, "api", nil)
	if err != nil {
		t.Fatal(err)
	}
	w.r.people[w.ana.id], w.r.people[w.bob.id], w.r.people[w.eve.id] = "write", "write", "read"
	w.r.teams[w.core.id] = "write"
	w.fill()
	return w
}

// fill gives the repository a base that has moved on, and a pull request that everybody has had something to say about.
func (w *gqlWorld) fill() {
	w.main = w.commit("main", "", map[string]string{"README.md": "hello\n", ".platform.yml": "version: 1\n", "CODEOWNERS": "* @acme/core\n", "bin": "a\x00b"})
	head := w.commit("feature", w.main, map[string]string{"x/y.txt": "one\ntwo\n"})
	w.tip = w.commit("main", w.main, map[string]string{"other.txt": "1\n"})
	w.r.protections = []*protection{{id: w.id(), pattern: "main", policy: policy{reviews: true, approvals: 1, strict: true, checks: []requiredCheck{{context: "build"}}}}}
	w.r.rulesets = []*ruleset{{id: w.id(), name: "rules", enforcement: "active", include: []string{"~DEFAULT_BRANCH"},
		policy: policy{reviews: true, approvals: 1, linear: true, checks: []requiredCheck{{"lint", 15368}}}, created: w.now()}}
	var e *apiError
	w.p, e = w.openPull(w.r, &caller{user: w.ana}, openInput{title: "Add y", body: "text", head: "feature", base: "main"})
	w.ok(e)
	ci := w.appNamed("ci")
	for _, c := range []string{"failure", "success"} { // the second supersedes the first
		w.r.checks = append(w.r.checks, &checkRun{id: w.id(), suite: w.suite(w.r, ci, head), app: ci, sha: head, name: "build", status: "completed", conclusion: c, started: w.now(), completed: w.now()})
	}
	w.r.statuses = append(w.r.statuses, &status{id: w.id(), sha: head, context: "ci/x", state: "pending", creator: w.bob, created: w.now()})
	w.ok(w.addLabels(w.r, w.p.number, &caller{user: w.ana}, []string{"automerge"}))
	w.ok(w.requestReviewers(w.p, &caller{user: w.ana}, []string{"bob"}, []string{"core"}))
	_, e = w.submitReview(w.p, &caller{user: w.bob}, reviewInput{event: "REQUEST_CHANGES", body: "no"})
	w.ok(e)
	w.p.threads = []*thread{{id: w.id(), path: "x/y.txt", line: 1}, {id: w.id(), path: "x/y.txt", line: 2, resolved: true}}
	w.p.assignees = []*account{w.ana}
	w.r.releases = []*release{{id: w.id(), tag: "v1.0.0", published: w.now(), author: w.ana, created: w.now()}}
	w.r.tags["v1.0.0"] = w.main
}

func (w *gqlWorld) ok(e *apiError) {
	w.t.Helper()
	if e != nil {
		w.t.Fatal(e)
	}
}

// commit puts files on a branch, made on top of parent.
func (w *gqlWorld) commit(branch, parent string, files map[string]string) string {
	w.t.Helper()
	in := changeInput{message: "change " + branch, additions: map[string][]byte{}}
	for k, v := range files {
		in.additions[k] = []byte(v)
	}
	sha, err := w.writeFiles(w.r, parent, in, w.sign(w.ana), w.github())
	if err == nil {
		err = w.move(w.r, movement{branch: branch, after: sha, by: w.ana})
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return sha
}

// app is a caller with the App's permissions, less those named.
func (w *gqlWorld) app(less ...string) *caller {
	p := map[string]string{}
	for k, v := range defaultPermissions {
		if !has(less, k) {
			p[k] = v
		}
	}
	return &caller{app: w.ours, inst: w.inst, token: &token{inst: w.inst, permissions: p}}
}

// post sends a query as HTTP does and returns the answer.
func (w *gqlWorld) post(who *caller, query string, vars map[string]any) map[string]any {
	w.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": vars})
	if err != nil {
		w.t.Fatal(err)
	}
	rec := httptest.NewRecorder()
	w.mu.Lock()
	w.serveGraphQL(rec, httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(string(body))), who)
	w.mu.Unlock()
	if rec.Code != http.StatusOK {
		w.t.Fatalf("status %d: %s", rec.Code, rec.Body)
	}
	var out map[string]any
	if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil {
		w.t.Fatal(err)
	}
	return out
}

// get follows a path of keys and indexes into an answer.
func get(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[p]
		case int:
			l, _ := v.([]any)
			if p >= len(l) {
				return nil
			}
			v = l[p]
		}
	}
	return v
}

// data fails the test if there are errors.
func (w *gqlWorld) data(who *caller, query string, vars map[string]any) any {
	w.t.Helper()
	out := w.post(who, query, vars)
	if out["errors"] != nil {
		w.t.Fatalf("%s\nerrors %v", query, out["errors"])
	}
	return out["data"]
}

// firstError is the first error's type and message.
func firstError(out map[string]any) (typ, message string) {
	typ, _ = get(out, "errors", 0, "type").(string)
	message, _ = get(out, "errors", 0, "message").(string)
	return typ, message
}
