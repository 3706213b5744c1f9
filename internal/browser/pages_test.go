package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/rs/zerolog"

	"github.com/pitcrew-app/pitcrew/internal/story"
	"github.com/pitcrew-app/pitcrew/server"
)

//go:embed testdata/axe.min.js
var axe string

// shown is a page in a state: where, and what its first sentence must say (a part of the text of main).
type shown struct {
	name, path string
	status     int64
	says       string
}

const longName = "acme/a-rather-long-name-for-a-repository-that-somebody-once-chose"

// busy are the pages of the story in which everything has happened.
var busy = []shown{
	{"now", "/", 200, "open: "},
	{"pulls", "/pulls", 200, "16 pull requests are open"},
	{"pulls-waiting", "/pulls?state=waiting", 200, "5 of 16 open pull requests are waiting"},
	{"pulls-unknown-state", "/pulls?state=odd", 400, "There is no state"},
	{"pull-merged", "/pulls/acme/api/2", 200, "Merged."},
	{"pull-proposed", "/pulls/acme/api/3", 200, "released by acme/lib"},
	{"pull-check-failed", "/pulls/acme/api/5", 200, "check lint, which failed"},
	{"pull-changes-requested", "/pulls/acme/api/6", 200, "requested changes"},
	{"pull-held", "/pulls/acme/api/7", 200, "Held by label hold"},
	{"pull-draft", "/pulls/acme/api/8", 200, "draft"},
	{"pull-without-label", "/pulls/acme/api/9", 200, "no merge policy matches"},
	{"pull-check-pending", "/pulls/acme/api/10", 200, "Waits for check build"},
	{"pull-updated", "/pulls/acme/api/11", 200, "which has not reported"},
	{"pull-in-line", "/pulls/acme/api/12", 200, "its turn to be updated with main"},
	{"pull-approval", "/pulls/acme/api/13", 200, "Waits for one approval"},
	{"pull-config-broken", "/pulls/acme/docs/1", 200, "did you mean"},
	{"pull-observed", "/pulls/globex/tools/1", 200, "would merge"},
	{"pull-refused", "/pulls/acme/web/3", 200, "refused"},
	{"pull-conflict", "/pulls/acme/web/1", 200, "conflict"},
	{"pull-off", "/pulls/acme/lib/1", 200, "not turned on"},
	{"pull-unknown", "/pulls/acme/api/999", 404, "has not heard of"},
	{"line", "/lines/acme/api/main", 200, "in line for main"},
	{"line-empty", "/lines/acme/api/release/1.x", 200, "Nobody is in line"},
	{"repositories", "/repositories", 200, "is installed in 6 repositories"},
	{"repository", "/repositories/acme/api", 200, "On: reviewers"},
	{"repository-broken", "/repositories/acme/docs", 200, "Stopped: merge"},
	{"repository-observed", "/repositories/globex/tools", 200, "Only observing"},
	{"repository-off", "/repositories/" + longName, 200, "Nothing is turned on here"},
	{"repository-unknown", "/repositories/acme/none", 404, "knows no repository"},
	{"config", "/repositories/acme/api/config", 200, "On: reviewers"},
	{"config-broken", "/repositories/acme/docs/config", 200, "did you mean"},
	{"config-observed", "/repositories/globex/tools/config", 200, "Only observed"},
	{"config-off", "/repositories/" + longName + "/config", 200, "Nothing is done here"},
	{"config-gone", "/repositories/acme/api/config?base=nowhere", 404, "GitHub shows no branch nowhere"},
	{"impact", "/impact?weeks=4", 200, "minutes"},
	{"impact-bad-period", "/impact?from=yesterday", 400, ""},
	{"health", "/health", 200, "has every permission"},
	{"limits", "/limits", 200, "limits"},
	{"installations", "/installations", 200, "Every installation has granted"},
	{"search-hits", "/search?q=acme", 200, "for “acme”"},
	{"search-package", "/search?q=%40acme%2Flib", 200, "takes in @acme/lib"},
	{"search-none", "/search?q=nothing", 200, "Nothing found"},
	{"search-empty", "/search", 200, "Nothing to search for"},
	{"not-found", "/nowhere", 404, "There is no page at this address"},
}

// stopped are the pages of the story in which merging is stopped, by a person and by pitcrew itself.
var stopped = []shown{
	{"line-long", "/lines/acme/api/main", 200, "Merging is paused. 27 pull requests in line"},
	{"line-stopped", "/lines/acme/web/main", 200, "Merging is stopped. 1 pull request in line"},
	{"pull-paused", "/pulls/acme/api/30", 200, "Then: squash into main, then delete its branch."},
	{"pull-fork", "/pulls/acme/api/31", 200, "fork"},
	{"pull-differs", "/pulls/acme/web/7", 200, "Merged, but"},
	{"pull-behind-stop", "/pulls/acme/web/8", 200, "has been stopped since"},
	{"health-stopped", "/health", 200, "Merging is stopped in acme/web, where the merge of #7 made something else than what was decided. Merging is paused into main of acme/api."},
}

// empty are the pages where nothing was ever heard.
var empty = []shown{
	{"now-empty", "/", 200, "Nothing is open"},
	{"pulls-empty", "/pulls", 200, "No pull request is open."},
	{"repositories-empty", "/repositories", 200, "knows no repository yet"},
	{"impact-empty", "/impact", 200, "Nothing was done"},
	{"health-empty", "/health", 200, ""},
	{"installations-empty", "/installations", 200, ""},
}

// away are pages while GitHub gives no answer.
var away = []shown{
	{"health-github-away", "/health", 200, "502"},
	{"pull-github-away", "/pulls/acme/api/13", 200, "Waits for one approval"},
	{"config-github-away", "/repositories/acme/api/config", 200, "GitHub gave no answer in time"},
}

// looks are all ways to look at a page. Pictures are kept of two that differ in everything.
var looks = []look{
	{width: 1280, scheme: "light", scripts: true, kept: true}, {width: 1280, scheme: "dark", scripts: true},
	{width: 390, scheme: "light", scripts: true}, {width: 390, scheme: "dark", scripts: true, kept: true},
	{width: 1280, scheme: "light"}, {width: 1280, scheme: "dark"}, {width: 390, scheme: "light"}, {width: 390, scheme: "dark"},
}

// TestPages opens every page in every state, and looks at it in all ways.
func TestPages(t *testing.T) {
	b := open(t)
	full := play(t, "testdata/busy.txtar")
	site := serve(t, full.Pages())
	for _, p := range busy {
		b.visit(t, site, p)
	}
	held := serve(t, play(t, "testdata/stopped.txtar").Pages())
	for _, p := range stopped {
		b.visit(t, held, p)
	}
	bare := serve(t, play(t, "testdata/empty.txtar").Pages())
	for _, p := range empty {
		b.visit(t, bare, p)
	}
	locked := serve(t, (&server.Pages{Token: "a token that nobody has here"}).Handler())
	b.visit(t, locked, shown{"token", "/", 401, "ask for a token"})
	for _, line := range []string{"pause acme/api main", "pause acme"} {
		if err := full.Do(context.Background(), line); err != nil {
			t.Fatal(err)
		}
	}
	b.visit(t, site, shown{"line-paused", "/lines/acme/api/main", 200, "Merging into main has been paused since"})
	b.visit(t, site, shown{"health-paused", "/health", 200, "Merging is paused"})
	for _, line := range []string{"resume acme", "resume acme/api main", "fail api 502 x500", "push 13 a14 by ana"} {
		if err := full.Do(context.Background(), line); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range away {
		b.visit(t, site, p)
	}
	if err := full.Do(context.Background(), "permit globex {checks: read}"); err != nil {
		t.Fatal(err)
	}
	b.visit(t, site, shown{"health-lacks-permission", "/health", 200, "globex"})
	b.visit(t, site, shown{"installations-lacking", "/installations", 200, "globex has not granted"})
	if err := full.Err(); err != nil {
		t.Error(err)
	}
}

// play plays a story and keeps it open until the test ends.
func play(t *testing.T, path string) *story.Kept {
	t.Helper()
	s, err := story.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	k, err := story.Play(context.Background(), s, story.Options{Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	return k
}

// serve gives pages an address.
func serve(t *testing.T, pages http.Handler) string {
	site := httptest.NewServer(pages)
	t.Cleanup(func() { site.CloseClientConnections(); site.Close() }) // streams of news have no end
	return site.URL
}

// visit looks at a page in all ways.
func (b *tab) visit(t *testing.T, site string, p shown) {
	t.Run(p.name, func(t *testing.T) {
		weigh(t, site, p)
		b.expect(p.status)
		loaded := false
		for i, l := range looks {
			b.do(t, l.set())
			if i == 0 || l.scripts != looks[i-1].scripts { // width and colours change what is open already
				b.do(t, chromedp.Navigate(site+p.path))
				loaded = false
			}
			if l.scripts && !loaded {
				b.load(t, axe)
				loaded = true
			}
			b.judge(t, l, p)
		}
	})
}

// judge says all that is wrong with the page that is open.
func (b *tab) judge(t *testing.T, l look, p shown) {
	t.Helper()
	var seen struct {
		Width, Inner                                 int64
		H1, Main, Header, Footer, Navigation, Search int
		Lang, Title, Said                            string
		Twice                                        []string
	}
	if err := json.Unmarshal([]byte(ask[string](t, b, measure)), &seen); err != nil {
		t.Fatal(err)
	}
	if seen.Width > seen.Inner {
		t.Errorf("%s: scrolls sideways: %d px in a window of %d", l, seen.Width, seen.Inner)
	}
	if seen.H1 != 1 || seen.Main != 1 || seen.Header != 1 || seen.Footer != 1 || seen.Navigation < 1 || seen.Search != 1 || seen.Lang != "en" {
		t.Errorf("%s: one h1 and each landmark should be there once: %+v", l, seen)
	}
	if !strings.HasSuffix(seen.Title, " · pitcrew") || seen.Title == " · pitcrew" {
		t.Errorf("%s: title %q", l, seen.Title)
	}
	if !strings.Contains(seen.Said, p.says) {
		t.Errorf("%s: does not say %q:\n%s", l, p.says, seen.Said)
	}
	if len(seen.Twice) > 0 {
		t.Errorf("%s: ids that are there twice: %v", l, seen.Twice)
	}
	if l.scripts {
		for _, barrier := range b.barriers(t) {
			t.Errorf("%s: axe-core: %s", l, barrier)
		}
		if l.kept {
			b.keep(t, p.name+"-"+l.String())
		}
	}
	for _, wrong := range b.noted() {
		t.Errorf("%s: %s", l, wrong)
	}
}

// measure is what judge asks a page, as JSON.
const measure = `(() => {
	const count = (s) => document.querySelectorAll(s).length;
	const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
	return JSON.stringify({
		Width: document.documentElement.scrollWidth, Inner: innerWidth,
		H1: count("h1"), Main: count("main"), Header: count("body > header"), Footer: count("body > footer"),
		Navigation: count("header nav"), Search: count("[role=search]"),
		Lang: document.documentElement.lang, Title: document.title,
		Said: document.querySelector("main").innerText.replace(/\s+/g, " "),
		Twice: ids.filter((id, i) => ids.indexOf(id) !== i),
	});
})()`

// barriers are what axe-core finds: the rule, and the elements that break it.
func (b *tab) barriers(t *testing.T) []string {
	t.Helper()
	const run = `axe.run().then((r) => r.violations.map((v) => v.id + ": " + v.help + ": " + v.nodes.map((n) => n.html).slice(0, 3).join("  ")))`
	return ask[[]string](t, b, run, chromedp.EvalAwaitPromise)
}

// artifacts is where pictures are kept for people to look at.
const artifacts = "../../artifacts/pages"

// keep takes a picture of the page.
func (b *tab) keep(t *testing.T, name string) {
	t.Helper()
	shot, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(artifacts, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(artifacts, name+".png"), shot, 0o644); err != nil {
		t.Fatal(err)
	}
}
