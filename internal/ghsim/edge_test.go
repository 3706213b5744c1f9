package ghsim

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestAppTokens(t *testing.T) {
	l := newLab(t, "repos: {acme/api: {}, acme/lib: {}, other/thing: {}}\ninstallations: {other: {suspended: true}}\n")
	now := l.now.Unix()
	for name, tt := range map[string]struct {
		claims map[string]any
		status int
		text   string
	}{
		"good":      {map[string]any{"iss": "1001", "iat": now, "exp": now + 600}, 200, "pitcrew"},
		"number":    {map[string]any{"iss": 1001, "iat": now, "exp": now + 600}, 200, "pitcrew"},
		"too long":  {map[string]any{"iss": "1001", "iat": now, "exp": now + 700}, 401, "too far in the future"},
		"expired":   {map[string]any{"iss": "1001", "iat": now - 100, "exp": now - 1}, 401, "Expiration time"},
		"ahead":     {map[string]any{"iss": "1001", "iat": now + 120, "exp": now + 600}, 401, "Issued at"},
		"other App": {map[string]any{"iss": "9", "iat": now, "exp": now + 600}, 404, "Integration not found"},
	} {
		t.Run(name, func(t *testing.T) {
			l.wild = true
			l.as(l.jwt(tt.claims), "GET", "/app", "").says(tt.status, tt.text)
		})
	}
	l.wild = true
	good := l.jwt(map[string]any{"iss": "1001", "iat": now, "exp": now + 600})
	l.as(good[:len(good)-6]+"AAAAAA", "GET", "/app", "").says(401, "could not be decoded")
	l.as(good, "GET", "/repos/acme/api", "").want(401)
	l.as("ghs_nonsense", "GET", "/repos/acme/api", "").says(401, "Bad credentials")
	l.as(l.token, "GET", "/app", "").want(401)
	id := l.s.Credentials().Installations["other"]
	l.as(l.appToken(), "POST", fmt.Sprintf("/app/installations/%d/access_tokens", id), "").says(403, "suspended")
	narrow := l.mint("acme", `{"repositories":["lib"],"permissions":{"contents":"read"}}`)
	l.as(narrow, "GET", "/repos/acme/lib/contents/README.md", "").want(200)
	l.as(narrow, "GET", "/repos/acme/api/contents/README.md", "").want(404)
	r := l.as(narrow, "GET", "/repos/acme/lib/pulls", "").says(403, "Resource not accessible by integration")
	if got := r.head.Get("X-Accepted-GitHub-Permissions"); got != "pull_requests=read" {
		t.Errorf("accepted permissions %q", got)
	}
	l.do("GET", "/repos/other/thing", "").want(404)
	l.now = l.now.Add(59 * time.Minute)
	l.do("GET", "/repos/acme/lib", "").want(200)
	l.now = l.now.Add(time.Minute)
	l.do("GET", "/repos/acme/lib", "").says(401, "Bad credentials")
	l.token = l.mint("acme", "")
	l.exec("suspend acme")
	l.do("GET", "/repos/acme/lib", "").says(403, "suspended")
	l.exec("unsuspend acme", "remove-repo acme/lib")
	l.do("GET", "/repos/acme/lib", "").want(404)
	l.exec("uninstall acme")
	l.do("GET", "/repos/acme/api", "").says(401, "Bad credentials")
}

func TestPagesAndConditions(t *testing.T) {
	l := newLab(t, "")
	for i := range 35 {
		l.exec(fmt.Sprintf("open %d {files: {f%d: x}}", i+1, i))
	}
	r := l.do("GET", "/repos/acme/api/pulls", "").want(200)
	if len(r.list) != 30 || !strings.Contains(r.head.Get("Link"), `/repositories/`) || !strings.Contains(r.head.Get("Link"), `page=2>; rel="next"`) {
		t.Errorf("%d pull requests, Link %s", len(r.list), r.head.Get("Link"))
	}
	next := strings.TrimPrefix(strings.Split(r.head.Get("Link"), ">")[0], "<http://github.test")
	l.wild = true // the description does not know numeric ids
	last := l.do("GET", next, "").want(200)
	if link := last.head.Get("Link"); len(last.list) != 5 || strings.Contains(link, `rel="next"`) || !strings.Contains(link, `rel="prev"`) {
		t.Errorf("%d on the second page, want 5; Link %s", len(last.list), link)
	}
	if n := len(l.do("GET", "/repos/acme/api/pulls?per_page=1000", "").list); n != 35 {
		t.Errorf("%d of at most 100", n)
	}
	l.do("GET", "/repos/acme/api/pulls/3", "").want(200)
	l.wait(2 * time.Second) // its mergeability is known from here on
	tag := l.do("GET", "/repos/acme/api/pulls/3", "").head.Get("ETag")
	l.with(l.token, "GET", "/repos/acme/api/pulls/3", "", map[string]string{"If-None-Match": tag}).want(304)
	l.exec("label 3 +x")
	l.with(l.token, "GET", "/repos/acme/api/pulls/3", "", map[string]string{"If-None-Match": tag}).want(200)
	l.exec("rename acme/api web")
	moved := l.do("GET", "/repos/acme/api/pulls/3", "").want(301)
	l.do("GET", strings.TrimPrefix(moved.head.Get("Location"), "http://github.test"), "").want(200)
	if got := l.do("GET", "/repos/acme/web/milestones", "").says(404, "not simulated: GET"); len(l.s.Errs()) == 0 {
		t.Errorf("%s was not recorded", got.what)
	}
}

func TestRateLimit(t *testing.T) {
	l := newLab(t, "")
	b := l.do("GET", "/repos/acme/api", "").head
	if b.Get("X-RateLimit-Remaining") != "4999" || b.Get("X-RateLimit-Limit") != "5000" {
		t.Errorf("remaining %s of %s", b.Get("X-RateLimit-Remaining"), b.Get("X-RateLimit-Limit"))
	}
	l.wild = true
	l.exec("limits primary")
	for range 5000 {
		l.do("GET", "/repos/acme/api/labels", "")
	}
	l.do("GET", "/repos/acme/api", "").says(403, "API rate limit exceeded")
	l.now = l.now.Add(59*time.Minute + 59*time.Second)
	l.do("GET", "/repos/acme/api", "").want(403)
}

func TestWebhookDelivery(t *testing.T) {
	l := newLab(t, "prs: {7: {head: a1}}\n")
	l.exec("lose 1", "label 7 +lost", "label 7 +a", "double 1", "label 7 +b", "swap", "label 7 +c", "label 7 +d")
	l.s.Deliver(context.Background())
	var order []string
	for _, h := range l.hooks {
		order = append(order, h.body["label"].(map[string]any)["name"].(string))
	}
	if fmt.Sprint(order) != "[a b b d c]" {
		t.Errorf("arrived %v, want [a b b d c]", order)
	}
	if l.hooks[1].guid != l.hooks[2].guid || l.hooks[0].guid == l.hooks[1].guid {
		t.Error("a doubled delivery must have the same guid, and only it")
	}
	h := l.hooks[0]
	secret := l.s.Credentials().WebhookSecret
	if want := "sha256=" + sum(sha256.New, secret, h.raw); h.header.Get("X-Hub-Signature-256") != want {
		t.Errorf("signature %s, want %s", h.header.Get("X-Hub-Signature-256"), want)
	}
	l.hooks = nil
	list := l.as(l.appToken(), "GET", "/app/hook/deliveries?status=failure", "").want(200).list
	if len(list) != 1 {
		t.Fatalf("%d failed deliveries, want the lost one", len(list))
	}
	lost := list[0].(map[string]any)
	path := fmt.Sprintf("/app/hook/deliveries/%.0f", lost["id"])
	l.as(l.appToken(), "GET", path, "").want(200)
	l.as(l.appToken(), "POST", path+"/attempts", "").want(202)
	l.s.Deliver(context.Background())
	if len(l.hooks) != 1 || l.hooks[0].guid != lost["guid"] || l.hooks[0].body["label"].(map[string]any)["name"] != "lost" {
		t.Errorf("redelivered %d", len(l.hooks))
	}
	l.exec("late 5s", "label 7 +late")
	l.hooks = nil
	l.s.Deliver(context.Background())
	early := len(l.hooks)
	l.wait(5 * time.Second)
	if early != 0 || len(l.hooks) != 1 {
		t.Errorf("a late webhook came %d times at once and %d times after 5 s", early, len(l.hooks))
	}
	page := l.as(l.appToken(), "GET", "/app/hook/deliveries?per_page=2", "")
	if len(page.list) != 2 || !strings.Contains(page.head.Get("Link"), "cursor=") {
		t.Errorf("%d deliveries on a page of 2, Link %s", len(page.list), page.head.Get("Link"))
	}
}

func TestFaults(t *testing.T) {
	l := newLab(t, "prs: {7: {head: a1}, 8: {head: b1}}\n")
	l.wild = true
	l.exec("fail merge 502", "fail GET /repos/{owner}/{repo}/pulls/{number} 503 x2")
	l.do("GET", pull7, "").want(503)
	l.do("GET", pull7, "").want(503)
	l.do("GET", pull7, "").want(200)
	l.do("PUT", pull7+"/merge", "{}").want(502)
	if l.do("GET", pull7, "").obj["merged"] != false {
		t.Error("a merge that failed before its effect has merged")
	}
	l.exec("fail merge 502 after")
	l.do("PUT", pull7+"/merge", "{}").want(502)
	if l.do("GET", pull7, "").obj["merged"] != true {
		t.Error("a merge that failed after its effect has not merged")
	}
	l.exec("before merge: push 8 b2")
	l.do("PUT", "/repos/acme/api/pulls/8/merge", `{"sha":"`+l.s.SHA("b1")+`"}`).want(409)
	l.exec("fail comment limit retry-after 60")
	r := l.do("POST", "/repos/acme/api/issues/8/comments", `{"body":"x"}`).says(403, "secondary rate limit")
	if r.head.Get("Retry-After") != "60" {
		t.Errorf("Retry-After %q", r.head.Get("Retry-After"))
	}
	l.exec("fail comment timeout after")
	func() {
		defer func() { _ = recover() }()
		l.do("POST", "/repos/acme/api/issues/8/comments", `{"body":"x"}`)
		t.Error("the connection was not closed")
	}()
	if n := len(l.do("GET", "/repos/acme/api/issues/8/comments", "").list); n != 1 {
		t.Errorf("%d comments, want the one whose answer was lost", n)
	}
	calls := l.s.Calls()
	if last := calls[len(calls)-2]; last.Status != 0 || !last.Faulted || !last.App || last.Actor != "pitcrew[bot]" {
		t.Errorf("the lost call was written down as %+v", last)
	}
}

// A read that lags shows the world as it was, all of it; writes are never late.
func TestLag(t *testing.T) {
	l := newLab(t, "prs: {7: {head: a1, reviews: {cat: commented}}}\n")
	l.exec("lag pull 5s")
	l.now = l.now.Add(time.Second)
	l.exec("push 7 a2", "label 7 +new")
	l.exec("review 7 bob approved")
	if got := l.s.NameOf(l.head()); got != "a1" {
		t.Errorf("a lagging read shows %s, want a1", got)
	}
	if n := len(l.do("GET", pull7, "").obj["labels"].([]any)); n != 0 {
		t.Errorf("a lagging read shows %d labels", n)
	}
	if n := len(l.do("GET", pull7+"/reviews", "").list); n != 2 {
		t.Errorf("a read that does not lag shows %d reviews, want 2", n)
	}
	l.now = l.now.Add(6 * time.Second)
	if got := l.s.NameOf(l.head()); got != "a2" {
		t.Errorf("after the lag the head is %s, want a2", got)
	}
	l.exec("push 7 a3")
	l.exec("lag pull 0s")
	if got := l.s.NameOf(l.head()); got != "a3" {
		t.Errorf("without lag the head is %s, want a3", got)
	}
}

// What cannot happen is an error that says why.
func TestScriptErrors(t *testing.T) {
	l := newLab(t, "prs: {7: {head: a1}}\n")
	for text, want := range map[string]string{
		"push 9 a2":                   "no pull request 9",
		"push 7 a1":                   "a commit is called a1 already",
		"push nowhere a2":             "no branch nowhere",
		"review 7 zoe approved":       "nobody is called zoe",
		"review 7 ana approved":       "Can not approve your own pull request",
		"review 7 bob splendid":       "not \"splendid\"",
		"review 7 bob approved at a9": "no commit is called \"a9\"",
		"check 7 build splendid":      "conclusion is not a valid value",
		"label 7 automerge":           "neither + nor -",
		"label 7 -none":               "Label does not exist",
		"draft 7 maybe":               "on or off",
		"reopen 7":                    "open already",
		"merge 7 by eve":              "Must have push access",
		"open 7 {}":                   "a number 7 already",
		"open 9 {authr: ana}":         "authr",
		"request 7 +ana":              "pull request author",
		"release nowhere/lib v1":      "no repository is called nowhere/lib",
		"fail coffee 502":             "no route is called \"coffee\"",
		"fail merge 200":              "neither the status of an error",
		"before merge: dance":         "no verb is called \"dance\"",
		"lag POST /app 5s":            "no route is called",
		"lag snapshot soon":           "no duration",
		"lag merge 5s":                "writes: only reads can lag",
		"lag coffee 5s":               "or a resource: branches, checks",
		"methods octopus":             "no merge method",
		"methods":                     "one method at least",
		"lose none":                   "no number of times",
		"suspend nobody":              "nobody is called nobody",
		"thread 7 resolve":            "no conversation",
		"delete-branch main":          "Cannot delete the default branch",
		"dance":                       "no verb is called \"dance\"",
		"edit 7 {base: gone}":         "base invalid",
		"comment 7 bob":               "the text is missing",
		"status 7 ci splendid":        "state is not included",
	} {
		if err := l.s.Exec(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

// The same seed, clock and script make the same commits and ids.
func TestDeterminism(t *testing.T) {
	run := func() string {
		l := newLab(t, "prs: {7: {head: a1}, 8: {head: b1, behind: 1}}\nci: {build: {takes: 5s, fails: 0.5}}\nhabits: {bob: {reviews: 3s, approves: 0.5}}\n")
		l.exec("request 7 +bob", "push 7 a2")
		l.wait(time.Minute)
		return fmt.Sprintf("%+v %s", l.s.State(), l.token)
	}
	if a, b := run(), run(); a != b {
		t.Errorf("two runs differ:\n%s\n%s", a, b)
	}
}

// Simulated people and CI do their part in time.
func TestHabits(t *testing.T) {
	l := newLab(t, "ci: {build: {takes: 8s}}\nhabits: {bob: {reviews: 20s, approves: 1}, cat: {reviews: 5s, approves: 0}, ana: {fixes: 10s}}\nevents: [{at: 2s, do: \"open 7 {author: ana, head: a1}\"}]\n")
	l.wait(3 * time.Second)
	state := func() PullState { return l.s.State().Repositories[0].Pulls[0] }
	if c := state().Checks["build"]; c != "in_progress" {
		t.Errorf("build is %q after a second", c)
	}
	l.exec("request 7 +bob +cat")
	l.wait(6 * time.Second)
	if c := state().Checks["build"]; c != "in_progress" && c != "success" {
		t.Errorf("build is %q", c)
	}
	if r := state().Reviews; len(r) != 1 || !strings.HasPrefix(r[0], "cat CHANGES_REQUESTED") {
		t.Errorf("reviews %v, want cat's", r)
	}
	l.wait(10 * time.Second)
	if head := l.s.NameOf(state().Head); head == "a1" {
		t.Error("ana has not pushed a fix")
	}
	l.wait(8 * time.Second)
	if r := state().Reviews; len(r) < 2 || !strings.HasPrefix(r[len(r)-1], "cat") && !strings.HasPrefix(r[len(r)-1], "bob APPROVED") {
		t.Errorf("reviews %v", r)
	}
	l.noErrs()
}

// A token is never wider than its installation.
func TestTokensAreNoWider(t *testing.T) {
	l := newLab(t, "repos: {acme/api: {}, other/thing: {}}\n")
	path := fmt.Sprintf("/app/installations/%d/access_tokens", l.s.Credentials().Installations["acme"])
	l.as(l.appToken(), "POST", path, `{"permissions":{"administration":"write"}}`).says(422, "not granted")
	l.as(l.appToken(), "POST", path, `{"repositories":["thing"]}`).says(422, "not accessible to the parent installation")
	l.as(l.appToken(), "POST", path, `{"repository_ids":[1]}`).says(422, "not accessible to the parent installation")
}
