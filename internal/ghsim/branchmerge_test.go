package ghsim

import (
	"strings"
	"testing"
	"time"
)

const mergesPath = api + "/merges"

// A merge of branches is one of git: two parents, both sides' files, the caller as author, GitHub's signature, and a push.
func TestMergeBranch(t *testing.T) {
	l := newLab(t, "prs: {1: {author: ana, base: stage, head: a1, files: {one.txt: one}}, 2: {author: ana, base: other, head: b1, files: {two.txt: two}}}\n")
	before := l.do("GET", api+"/git/ref/heads/stage", "").want(200).obj["object"].(map[string]any)["sha"]
	l.do("POST", mergesPath, `{"base":"stage","head":"feature-1"}`).want(201)
	l.wait(2 * time.Second)
	l.hooks = nil
	merged := l.do("POST", mergesPath, `{"base":"stage","head":"`+l.s.SHA("b1")+`","commit_message":"both"}`).want(201).obj
	c := merged["commit"].(map[string]any)
	if m := c["message"]; m != "both" {
		t.Errorf("message %v", m)
	}
	if v := c["verification"].(map[string]any)["verified"]; v != true {
		t.Errorf("verified: %v", v)
	}
	if a := c["author"].(map[string]any)["name"]; a != "pitcrew[bot]" {
		t.Errorf("author %v", a)
	}
	if p := merged["parents"].([]any); len(p) != 2 || p[1].(map[string]any)["sha"] != l.s.SHA("b1") {
		t.Errorf("parents %v", p)
	}
	for _, file := range []string{"one.txt", "two.txt"} {
		l.do("GET", api+"/contents/"+file+"?ref=stage", "").want(200)
	}
	if tip := l.do("GET", api+"/git/ref/heads/stage", "").obj["object"].(map[string]any)["sha"]; tip != merged["sha"] || tip == before {
		t.Errorf("stage is at %v, not at %v", tip, merged["sha"])
	}
	l.wait(2 * time.Second)
	if len(l.hooks) == 0 || l.hooks[0].event != "push" || l.hooks[0].body["after"] != merged["sha"] {
		t.Errorf("webhooks %v", l.hooks)
	}
	l.noErrs()
}

// Without a message it says what was merged into what; a branch that has all is left alone.
func TestMergeBranchTwice(t *testing.T) {
	l := newLab(t, "prs: {1: {author: ana, base: stage, head: a1}}\n")
	r := l.do("POST", mergesPath, `{"base":"stage","head":"feature-1"}`).want(201)
	if m := r.obj["commit"].(map[string]any)["message"]; m != "Merge feature-1 into stage" {
		t.Errorf("message %v", m)
	}
	if r := l.do("POST", mergesPath, `{"base":"stage","head":"feature-1"}`).want(204); len(r.raw) > 0 {
		t.Errorf("a body: %s", r.raw)
	}
	l.noErrs()
}

// A call of a script goes the way of all requests, is among the calls by its sender, and carries what the story named.
func TestCall(t *testing.T) {
	l := newLab(t, "prs: {7: {author: ana, head: a1}}\n")
	l.exec("fail create-ref 502", "before delete-ref: label 7 +late",
		"call POST /repos/acme/api/git/refs {ref: refs/heads/x, sha: a1} by dan",
		"call POST /repos/acme/api/git/refs {ref: refs/heads/x, sha: a1} by pitcrew[bot]",
		"call DELETE /repos/acme/api/git/refs/heads/x")
	calls := l.s.Calls()
	calls = calls[len(calls)-3:]
	for i, want := range []struct {
		status int
		app    bool
	}{{502, false}, {201, true}, {204, false}} {
		if c := calls[i]; c.Status != want.status || c.App != want.app || !c.Scripted {
			t.Errorf("call %d: %+v", i, c)
		}
	}
	if !strings.Contains(calls[0].Body, l.s.SHA("a1")) {
		t.Errorf("no SHA: %s", calls[0].Body)
	}
	if labels := l.do("GET", api+"/issues/7/labels", "").list; len(labels) != 1 {
		t.Errorf("labels %v", labels)
	}
	l.noErrs()
	for text, want := range map[string]string{
		"call":                                   "the method is missing",
		"call FETCH /user":                       `"FETCH" is no method`,
		"call GET user":                          "no path",
		"call GET /user by nobody":               "nobody is called nobody",
		"call GET /user twice":                   "one word too many",
		"call POST /markdown {x: [}":             "read {x: [}",
		"call GET /repos/none/x by pitcrew[bot]": "never installed",
	} {
		if err := l.s.Exec(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

// What was armed and met no request is told; what was met, once or as often as it was armed for, is not.
func TestUnmet(t *testing.T) {
	l := newLab(t, "prs: {7: {author: ana, head: a1}}\n")
	l.exec("fail pull 502 x3", "fail merge timeout after", "before update: push main m2", "before pull: label 7 +x")
	l.do("GET", pull7, "").want(502)
	if got := strings.Join(l.s.Unmet(), "; "); got != "before update: push main m2; fail merge timeout after" {
		t.Errorf("unmet: %s", got)
	}
}
