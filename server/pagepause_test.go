package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pitcrew-app/pitcrew/internal/engine"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
	"github.com/pitcrew-app/pitcrew/server"
)

// pauseHouse is a house with an organisation, two repositories, and a line.
func pauseHouse(t *testing.T) *house {
	h := newHouse(t)
	h.add(eventlog.Append{Received: pagesNow, Cursors: map[string]string{"installation:1": `{"account":"acme","kind":"organization"}`}})
	h.repo(1, "acme", "api")
	h.repo(2, "acme", "web")
	for _, n := range []int{7, 8} {
		h.inLine(time.Hour, n, 0)
	}
	h.add(eventlog.Append{Received: pagesNow, Marks: []eventlog.Mark{{Subject: rules.BaseSubject(1, "main")}}})
	h.catchUp()
	return h
}

// inLine opens a pull request of acme/api that stands in line for main.
func (h *house) inLine(ago time.Duration, n, class int) {
	h.github(ago, 1, n, "pull_request.opened", fmt.Sprintf(`{"number":%d,"state":"open","base":"main"}`, n))
	h.ours(ago, rules.BaseSubject(1, "main"), rules.EventStanding, rules.Stood{Number: n, Stand: rules.InLine, Class: class})
	h.decided(ago, 1, n, head1, answer("merge", why(rules.CodeInLine, rules.Waiting, "method", "squash", "base", "main")))
}

// paused is what is paused in the log, each by its sentence.
func (h *house) paused() []string {
	h.t.Helper()
	all, err := engine.AllPaused(context.Background(), h.log)
	if err != nil {
		h.t.Fatal(err)
	}
	var out []string
	for _, p := range all {
		out = append(out, p.Name+" "+p.Base)
	}
	return out
}

// ask sends a request as a browser on this machine does from our own page.
func (h *house) ask(method, path, kind, body string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, "http://localhost:8081"+path, strings.NewReader(body))
	req.RemoteAddr = "127.0.0.1:40000"
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("Origin", "http://localhost:8081")
	for _, c := range change {
		c(req)
	}
	w := httptest.NewRecorder()
	h.pages.Handler().ServeHTTP(w, req)
	return w
}

func (h *house) form(do, where, base string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	values := url.Values{"do": {do}, "where": {where}, "base": {base}, "repository": {"acme/api"}, "line": {"main"}}
	return h.ask(http.MethodPost, "/pause", "application/x-www-form-urlencoded", values.Encode(), change...)
}

func withHeader(key, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(key, value) }
}

func fromAddr(addr string) func(*http.Request) {
	return func(r *http.Request) { r.RemoteAddr = addr }
}

func TestPauseButtons(t *testing.T) {
	h := pauseHouse(t)
	page := func() string { return h.ask(http.MethodGet, "/lines/acme/api/main", "", "").Body.String() }
	if body := page(); !strings.Contains(body, "Pause merging into main") || strings.Contains(body, "Resume") {
		t.Errorf("before:\n%s", body)
	}
	w := h.form("pause", "acme/api", "main")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/lines/acme/api/main" {
		t.Errorf("pause: %d to %q: %s", w.Code, w.Header().Get("Location"), w.Body)
	}
	h.form("pause", "acme", "")
	if diff := cmp.Diff([]string{"acme ", "acme/api main"}, h.paused()); diff != "" {
		t.Fatal(diff)
	}
	body := page()
	for _, want := range []string{"Merging is paused. 2 pull requests in line", "Merging into main has been paused since", "Resume merging into main", "Merging in the whole organisation has been paused", "Resume merging in acme", "when merging is resumed"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q on the page:\n%s", want, body)
		}
	}
	if strings.Contains(body, "Pause merging into main") {
		t.Error("it can be paused once more")
	}
	h.form("resume", "acme", "")
	h.form("resume", "acme/api", "main")
	if got := h.paused(); got != nil {
		t.Errorf("still paused: %v", got)
	}
	if w := h.form("pause", "acme/apii", "main"); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "it knows acme, acme/api, acme/web") {
		t.Errorf("a name that is not known: %d %s", w.Code, w.Body)
	}
}

// The base is made due, so that the pause is seen at once.
func TestPauseMakesItsBasesDue(t *testing.T) {
	for name, where := range map[string][2]string{"a branch": {"acme/api", "main"}, "a repository": {"acme/api", ""}, "an organisation": {"acme", ""}} {
		h := pauseHouse(t)
		ctx := context.Background()
		for {
			claims, err := h.log.Claim(ctx, pagesNow, time.Minute, "test", 9)
			if err != nil {
				t.Fatal(err)
			}
			if len(claims) == 0 {
				break
			}
			for _, c := range claims {
				if err := h.log.Finish(ctx, c, eventlog.Finish{}); err != nil {
					t.Fatal(err)
				}
			}
		}
		h.form("pause", where[0], where[1])
		if claims, err := h.log.Claim(ctx, pagesNow, time.Minute, "test", 9); err != nil || len(claims) != 1 || claims[0].Subject != rules.BaseSubject(1, "main") {
			t.Errorf("%s: due is %v, %v; want the base", name, claims, err)
		}
	}
}

// Whoever may only look, and whoever makes another's browser send the form, pauses nothing.
func TestPauseWantsTheRight(t *testing.T) {
	token := withHeader("Authorization", "Bearer "+pagesToken)
	cookie := func(h *house) func(*http.Request) {
		w := h.get("/?token=" + url.QueryEscape(pagesToken))
		return func(r *http.Request) { r.AddCookie(w.Result().Cookies()[0]) }
	}
	for name, tt := range map[string]struct {
		token  bool // the pages have one
		cookie bool // and the browser too
		change []func(*http.Request)
		want   int
	}{
		"here":                               {want: 303},
		"from another machine":               {change: []func(*http.Request){fromAddr("10.0.0.9:4000")}, want: 403},
		"through a proxy":                    {change: []func(*http.Request){withHeader("X-Forwarded-For", "10.0.0.9")}, want: 403},
		"from another site":                  {change: []func(*http.Request){withHeader("Sec-Fetch-Site", "cross-site")}, want: 403},
		"from the same site":                 {change: []func(*http.Request){withHeader("Sec-Fetch-Site", "same-site")}, want: 403},
		"from another site, an old browser":  {change: []func(*http.Request){withHeader("Sec-Fetch-Site", ""), withHeader("Origin", "https://evil.example")}, want: 403},
		"from nowhere":                       {change: []func(*http.Request){withHeader("Sec-Fetch-Site", ""), withHeader("Origin", "null")}, want: 403},
		"without a word":                     {change: []func(*http.Request){withHeader("Sec-Fetch-Site", ""), withHeader("Origin", "")}, want: 403},
		"an old browser":                     {change: []func(*http.Request){withHeader("Sec-Fetch-Site", "")}, want: 303},
		"under another name":                 {change: []func(*http.Request){func(r *http.Request) { r.Host = "evil.example" }, withHeader("Origin", "http://evil.example")}, want: 421},
		"without the token":                  {token: true, want: 401},
		"with the token":                     {token: true, change: []func(*http.Request){token}, want: 303},
		"signed in, from another machine":    {token: true, cookie: true, change: []func(*http.Request){fromAddr("10.0.0.9:4000")}, want: 303},
		"signed in, sent from another site":  {token: true, cookie: true, change: []func(*http.Request){withHeader("Sec-Fetch-Site", "cross-site")}, want: 403},
		"signed in, and sent from who knows": {token: true, cookie: true, change: []func(*http.Request){withHeader("Sec-Fetch-Site", ""), withHeader("Origin", "")}, want: 403},
	} {
		h := pauseHouse(t)
		if tt.token {
			h.pages.Token = pagesToken
		}
		if tt.cookie {
			tt.change = append(tt.change, cookie(h))
		}
		w := h.form("pause", "acme/api", "main", tt.change...)
		if did := len(h.paused()) > 0; w.Code != tt.want || did != (tt.want == http.StatusSeeOther) {
			t.Errorf("%s: %d, paused %t; want %d", name, w.Code, did, tt.want)
		}
	}
}

// Who may not pause is not offered a button, and told who can.
func TestNoButtonWithoutTheRight(t *testing.T) {
	h := pauseHouse(t)
	body := h.ask(http.MethodGet, "/lines/acme/api/main", "", "", fromAddr("10.0.0.9:4000")).Body.String()
	if strings.Contains(body, "<form method=\"post\" action=\"/pause\"") || !strings.Contains(body, "pitcrew pause acme/api --base main") {
		t.Errorf("page:\n%s", body)
	}
}

func TestPauseAPI(t *testing.T) {
	h := pauseHouse(t)
	const kind = "application/json"
	call := func(body, kind string) (int, string) {
		w := h.ask(http.MethodPost, "/api/pauses", kind, body, withHeader("Sec-Fetch-Site", ""), withHeader("Origin", ""))
		return w.Code, w.Body.String()
	}
	for _, tt := range []struct {
		body, kind string
		status     int
		want       string
		paused     []string
	}{
		{`{"where":"ACME/api","base":"main","dry_run":true}`, kind, 200, `"dry_run": true`, nil},
		{`{"where":"acme/api","base":"main"}`, "text/plain", 415, "application/json", nil},
		{`{"where":"acme/api","bas":"main"}`, kind, 400, `unknown field \"bas\"`, nil},
		{`{"where":"acme/none"}`, kind, 404, `"hint": "it knows acme, acme/api, acme/web"`, nil},
		{`{"where":"ACME/api","base":"main"}`, kind, 200, `"where": "acme/api"`, []string{"acme/api main"}},
		{`{"where":"acme/api","base":"main"}`, kind, 200, `"changed": false`, []string{"acme/api main"}},
		{`{"where":"acme/api","resume":true}`, kind, 200, `"changed": false`, []string{"acme/api main"}},
		{`{"where":"acme/api","base":"main","resume":true,"dry_run":true}`, kind, 200, `"changed": true`, []string{"acme/api main"}},
		{`{"where":"acme/api","base":"main","resume":true}`, kind, 200, `"changed": true`, nil},
	} {
		status, body := call(tt.body, tt.kind)
		if status != tt.status || !strings.Contains(body, tt.want) {
			t.Errorf("%s: %d %s; want %d with %s", tt.body, status, body, tt.status, tt.want)
		}
		if diff := cmp.Diff(tt.paused, h.paused()); diff != "" {
			t.Errorf("%s: -want +got\n%s", tt.body, diff)
		}
	}
}

// What holds all the same is told when something narrower is resumed.
func TestResumeTellsWhatStillHolds(t *testing.T) {
	h := pauseHouse(t)
	ctx := context.Background()
	wish := func(where, base string, resume bool) server.PauseAnswer {
		a, err := server.Pausing(ctx, h.log, pagesNow, server.PauseWish{Where: where, Base: base, Resume: resume})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	wish("acme", "", false)
	wish("acme/api", "", false)
	wish("acme/web", "", false)
	wish("acme/api", "main", false)
	got := wish("acme/api", "main", true)
	var others []string
	for _, o := range got.Others {
		others = append(others, o.Place())
	}
	if diff := cmp.Diff([]string{"in all of acme", "in acme/api"}, others); diff != "" || !got.Changed || got.InLine != 2 || !got.Seen {
		t.Errorf("%+v\n%s", got, diff)
	}
	if a := wish("acme/api", "mian", false); a.Seen {
		t.Error("a branch that nobody ever merged into is said to have been seen")
	}
}

func TestHealthTellsPauses(t *testing.T) {
	h := pauseHouse(t)
	if body := h.get("/health").Body.String(); !strings.Contains(body, "It is paused nowhere") {
		t.Errorf("no pause:\n%s", body)
	}
	for _, base := range []string{"main", "a", "b", "c"} {
		h.form("pause", "acme/api", base)
	}
	if body := h.get("/health").Body.String(); !strings.Contains(body, "Merging is paused into main of acme/api, into a of acme/api, into b of acme/api and 1 other place.") {
		t.Errorf("four pauses:\n%s", body)
	}
	var all []server.PauseJSON
	if err := json.Unmarshal(h.get("/api/pauses").Body.Bytes(), &all); err != nil || len(all) != 4 || all[0].Where != "acme/api" {
		t.Errorf("/api/pauses: %v, %v", all, err)
	}
}

// The order is that of the base, which knows of priorities, and the times are by what landed there.
func TestLineTellsWhenItLands(t *testing.T) {
	h := pauseHouse(t)
	page := func() string { return h.get("/lines/acme/api/main").Body.String() }
	if body := page(); !strings.Contains(body, "No time is foretold before 3 pull requests have landed") || strings.Contains(body, "if nothing changes") {
		t.Errorf("none has landed:\n%s", body)
	}
	base := rules.BaseSubject(1, "main")
	at := 60 * time.Minute
	for _, n := range []int{7, 8} {
		at -= 6 * time.Minute
		h.ours(at, base, rules.EventStanding, rules.Stood{Number: n, Landed: true})
		h.github(at, 1, n, "pull_request.closed", `{"state":"closed","merged":true,"base":"main"}`)
	}
	h.inLine(at, 9, 0)
	h.ours(at-6*time.Minute, base, rules.EventStanding, rules.Stood{Number: 9, Landed: true})
	h.github(at-6*time.Minute, 1, 9, "pull_request.closed", `{"state":"closed","merged":true,"base":"main"}`)
	h.inLine(2*time.Minute, 10, 1)
	h.inLine(2*time.Minute, 11, 0)
	h.catchUp()
	body := page()
	if first, second := strings.Index(body, `id="acme/api#11"`), strings.Index(body, `id="acme/api#10"`); first < 0 || second < first {
		t.Errorf("11 goes before 10:\n%s", body)
	}
	for _, want := range []string{"about 14:34 UTC, if nothing changes", "about 14:40 UTC, if nothing changes", "the newest 3 landings here", "the median took 6 min"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q:\n%s", want, body)
		}
	}
	if body := h.get("/pulls/acme/api/10").Body.String(); !strings.Contains(body, "2nd in line for main") || !strings.Contains(body, "Lands about 14:40 UTC, if nothing changes.") {
		t.Errorf("page of 10:\n%s", body)
	}
	h.pages.Now = func() time.Time { return pagesNow.Add(4*time.Minute + time.Second) }
	if body := page(); strings.Contains(body, "if nothing changes") || !strings.Contains(body, "No time is foretold: the first has been first for longer than the newest 3 landings here took in the median, 6 min.") {
		t.Errorf("the first takes longer than others did:\n%s", body)
	}
}

// What holds the whole line stands above it, and each row says what else there is.
func TestLineSaysOnceWhatHoldsIt(t *testing.T) {
	h := pauseHouse(t)
	paused := why(rules.CodePaused, rules.Stopped, "what", "into main", "since", "Sun 8 Mar 09:14 UTC")
	h.decided(0, 1, 7, head1, answer("merge", paused))
	h.decided(0, 1, 8, head1, answer("merge", paused, why(rules.CodeCheckPending, rules.Waiting, "name", "lint", "head", head1)))
	h.catchUp()
	page := func() string { return h.get("/lines/acme/api/main").Body.String() }
	if body := page(); strings.Contains(body, "Nothing else keeps it") || strings.Count(body, "has been paused since") != 2 {
		t.Errorf("it was paused a moment ago, and is no more:\n%s", body)
	}
	h.form("pause", "acme/api", "main")
	body := page()
	if !strings.Contains(body, "<td>Nothing else keeps it from landing.</td>") || !strings.Contains(body, "<td>Waits for check lint. Then it merges by itself.</td>") {
		t.Errorf("rows of a paused line:\n%s", body)
	}
	if n := strings.Count(body, "has been paused since"); n != 1 {
		t.Errorf("the pause is told %d times:\n%s", n, body)
	}
}

// Where a merge made something else, its page, the line and Health say so first, and lead to it.
func TestMergeThatDiffers(t *testing.T) {
	h := pauseHouse(t)
	h.github(0, 1, 7, "pull_request.closed", `{"number":7,"state":"closed","merged":true,"base":"main"}`)
	h.decided(0, 1, 7, head1, answer("merge", why(rules.CodeMerged, rules.Done), why(rules.CodeDiffers, rules.NeedsYou, "base", "main")))
	at, err := engine.FindPlace(context.Background(), h.log, "acme/api")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := engine.Pause(context.Background(), h.log, at, rules.Pause{Why: rules.CodeMismatch, Pull: 7, At: pagesNow}); err != nil {
		t.Fatal(err)
	}
	h.catchUp()
	for path, want := range map[string]string{
		"/pulls/acme/api/7":    "Merged, but what the merge made of main is not what was decided",
		"/lines/acme/api/main": `<a href="/pulls/acme/api/7">that merge</a> looked at, then <code>pitcrew resume acme/api</code>`,
		"/health":              "Merging is stopped in acme/api, where the merge of #7 made something else than what was decided.",
	} {
		if body := h.get(path).Body.String(); !strings.Contains(body, want) {
			t.Errorf("%s does not say %q:\n%s", path, want, body)
		}
	}
	h.form("pause", "acme/api", "main")
	if body := h.get("/lines/acme/api/main").Body.String(); !strings.Contains(body, "Merging is stopped. 1 pull request in line") {
		t.Errorf("a pause hides that it is stopped:\n%s", body)
	}
}
