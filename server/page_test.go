package server_test

import (
	"context"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
	"github.com/pitcrew-app/pitcrew/server"
)

var updateGolden = flag.Bool("update", false, "rewrite the golden files")

// pagesOf are all pages, each in the state that its name says.
var pagesOf = []struct {
	name, path string
	status     int
	empty      bool // of an empty house
}{
	{"now", "/", 200, false},
	{"now-empty", "/", 200, true},
	{"pulls", "/pulls", 200, false},
	{"pulls-stopped", "/pulls?state=stopped", 200, false},
	{"pull-approval", "/pulls/acme/api/41", 200, false},
	{"pull-conflict", "/pulls/acme/api/42", 200, false},
	{"pull-first", "/pulls/acme/api/43", 200, false},
	{"pull-in-line", "/pulls/acme/api/45", 200, false},
	{"pull-refused", "/pulls/acme/lib/7", 200, false},
	{"pull-new", "/pulls/acme/lib/8", 200, false},
	{"pull-broken", "/pulls/acme/docs/3", 200, false},
	{"pull-observed", "/pulls/acme/web/12", 200, false},
	{"pull-propagated", "/pulls/acme/web/9", 200, false},
	{"line", "/lines/acme/api/main", 200, false},
	{"line-empty", "/lines/acme/api/release/1.x", 200, false},
	{"repositories", "/repositories", 200, false},
	{"repositories-empty", "/repositories", 200, true},
	{"repository", "/repositories/acme/api", 200, false},
	{"repository-broken", "/repositories/acme/docs", 200, false},
	{"config", "/repositories/acme/api/config", 200, false},
	{"config-stopped", "/repositories/acme/api/config?base=soon", 200, false},
	{"config-observed", "/repositories/acme/api/config?base=observed", 200, false},
	{"config-broken", "/repositories/acme/docs/config", 200, false},
	{"config-none", "/repositories/acme/api/config?base=other", 200, false},
	{"config-hidden", "/repositories/acme/api/config?base=hidden", 200, false},
	{"config-away", "/repositories/acme/api/config?base=away", 200, false},
	{"config-gone", "/repositories/acme/api/config?base=gone", 404, false},
	{"impact", "/impact", 200, false},
	{"impact-empty", "/impact", 200, true},
	{"health", "/health", 200, false},
	{"health-empty", "/health", 200, true},
	{"limits", "/limits", 200, false},
	{"limits-empty", "/limits", 200, true},
	{"api-limits", "/api/limits", 200, false},
	{"installations", "/installations", 200, false},
	{"installations-empty", "/installations", 200, true},
	{"search-package", "/search?q=%40acme%2Flib", 303, false},
	{"search-many", "/search?q=acme", 200, false},
	{"search-none", "/search?q=nothing", 200, false},
	{"not-found", "/pulls/acme/api/999", 404, false},
	{"bad-period", "/impact?from=yesterday", 400, false},
	{"api-report", "/api/report?weeks=4", 200, false},
	{"api-pull", "/api/pulls/acme/api/41", 200, false},
}

func TestPages(t *testing.T) {
	full, empty := busy(t), newHouse(t)
	full.pages.Health, full.pages.Limits, full.pages.Config = sick, someLimits, readGoverned
	full.add(eventlog.Append{Cursors: granted})
	for _, c := range pagesOf {
		t.Run(c.name, func(t *testing.T) {
			h := full
			if c.empty {
				h = empty
			}
			w := h.get(c.path)
			if w.Code != c.status {
				t.Fatalf("%s: status %d, want %d\n%s", c.path, w.Code, c.status, w.Body)
			}
			golden(t, c.name, w.Body.String())
		})
	}
}

// granted is what three installations have granted; a fourth is gone.
var granted = map[string]string{
	"installation:1": `{"account":"acme","kind":"organization","permissions":{"actions":"read","administration":"read","checks":"write","contents":"read","metadata":"read","pull_requests":"write","statuses":"read","workflows":"write"},"changed":"2026-11-01T09:00:00Z"}`,
	"installation:2": `{"account":"umbrella","kind":"organization","suspended":true,"permissions":{"actions":"write","administration":"write","checks":"write","contents":"write","members":"read","metadata":"read","pull_requests":"write","statuses":"write","workflows":"write"}}`,
	"installation:3": `{"account":"ana","kind":"user","permissions":{"actions":"read","administration":"read","checks":"write","contents":"write","members":"read","metadata":"read","pull_requests":"write","statuses":"read","workflows":"write"}}`,
	"installation:4": `{"account":"hooli","gone":true}`,
}

// sick tells of everything that can be told.
func sick(context.Context) server.HealthInfo {
	return server.HealthInfo{
		Checks: []server.HealthCheck{
			{Name: "GitHub", State: rules.NeedsYou, Says: "This machine has not found GitHub's address since 08:47:00 UTC: our name server's trouble, not GitHub's. What is due waits, and nothing is lost.", Can: "Look at this machine's name server (/etc/resolv.conf).", Since: pagesNow.Add(-13 * time.Minute)},
			{Name: "Limits", State: rules.Waiting, Says: "GitHub wants a pause until 09:12:00 UTC for acme; what is due there waits, and nothing is lost."},
		},
		Installations: []server.HealthInstallation{
			{ID: 1, Account: "acme", Missing: []string{"members: read"}, Limits: []server.HealthLimit{{Name: "requests", Used: 1204, Remaining: 3796, Reset: pagesNow.Add(23 * time.Minute)}}},
			{ID: 2, Account: "umbrella", Suspended: true},
			{ID: 3, Account: "initech"},
		},
		Lately: 15 * time.Minute, Asked: 1204,
		Troubles: []server.HealthTrouble{
			{Name: "answered 5xx", N: 37, Whose: "GitHub's trouble, not ours", Can: "Nothing to do here; see GitHub's status page."},
			{Name: "not allowed", N: 2, Whose: "our App's permissions", Can: "See which installation lacks what, below."},
		},
		Errors: []server.HealthError{{At: pagesNow.Add(-time.Hour), What: "acme/docs: .platform.yml cannot be read.", Can: "Mend the file on main."}},
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "pages", name+".golden")
	if *updateGolden {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// TestSmall holds the promise that a page with its style sheet is at most 60 kB.
func TestSmall(t *testing.T) {
	h := busy(t)
	css := h.get("/static/style.css").Body.Len()
	if css > 12_000 {
		t.Errorf("style sheet has %d bytes", css)
	}
	for _, c := range pagesOf {
		if n := h.get(c.path).Body.Len() + css; n > 60_000 {
			t.Errorf("%s and its style sheet have %d bytes", c.path, n)
		}
	}
}

func TestHeaders(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{"/", "/nowhere", "/static/style.css", "/api/report"} {
		w := h.get(path)
		for key, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"} {
			if got := w.Header().Get(key); got != want {
				t.Errorf("%s: %s is %q, want %q", path, key, got, want)
			}
		}
		csp := w.Header().Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
	}
}

// TestEscapes: whatever somebody on GitHub calls a thing, it is text here.
func TestEscapes(t *testing.T) {
	h := newHouse(t)
	h.repo(1, "acme", "api")
	evil := `<script>alert(1)</script><img src=x onerror=alert(1)>` + "`<b>`"
	h.github(time.Hour, 1, 5, "pull_request.opened", `{"state":"open","base":"<i>main</i>"}`)
	h.decided(time.Hour, 1, 5, head1, answer("merge", why(rules.CodeNever, rules.Stopped, "key", "label", "value", evil)))
	h.catchUp()
	for _, path := range []string{"/", "/pulls", "/pulls/acme/api/5", "/repositories/acme/api", "/lines/acme/api/%3Ci%3Emain", "/search?q=%3Cscript%3Ealert(1)"} {
		body := h.get(path).Body.String()
		for _, bad := range []string{"<script>alert", "<img", "<b>", "<i>main"} {
			if strings.Contains(body, bad) {
				t.Errorf("%s has %s unescaped", path, bad)
			}
		}
	}
}

func TestMethods(t *testing.T) {
	h := newHouse(t)
	w := h.get("/", func(r *http.Request) { r.Method = http.MethodPost })
	if w.Code < 400 {
		t.Errorf("POST / gave %d", w.Code)
	}
}
