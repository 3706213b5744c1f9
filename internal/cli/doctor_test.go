package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pitcrew-app/pitcrew/handlers"
	"github.com/pitcrew-app/pitcrew/internal/contract"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/ghsim"
	"github.com/pitcrew-app/pitcrew/internal/pgtest"
)

// newReferee loads GitHub's own description of its API once for all tests.
var newReferee = sync.OnceValues(contract.New)

// clinic is a whole installation in order, for a test to break one thing of it.
type clinic struct {
	t   *testing.T
	sim *ghsim.Sim
	env map[string]string
	now func() time.Time
	dir string // PITCREW_DATA

	answer map[string]string // path of GitHub: what it answers instead
	header http.Header       // added to GitHub's answers
	status int               // of all GitHub's answers; 0: its own
}

func newClinic(t *testing.T) *clinic {
	t.Helper()
	referee, err := newReferee()
	if err != nil {
		t.Fatal(err)
	}
	sim, err := ghsim.New(ghsim.Options{Referee: func(x ghsim.Exchange) error { return referee.Request(x.Request, x.Body) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	c := &clinic{t: t, sim: sim, now: time.Now, dir: t.TempDir(), answer: map[string]string{}, header: http.Header{}}
	github := httptest.NewServer(http.HandlerFunc(c.serveGitHub))
	t.Cleanup(github.Close)
	sim.SetURL(github.URL)
	if err := sim.Load(appInOrder(t), nil); err != nil {
		t.Fatal(err)
	}
	sim.SetHook("http://127.0.0.1:9/hooks/github")
	if err := os.Chmod(c.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	who := sim.Credentials()
	c.env = map[string]string{
		"GITHUB_APP_INTEGRATION_ID": fmt.Sprint(who.AppID), "GITHUB_APP_PRIVATE_KEY": who.Key, "GITHUB_APP_WEBHOOK_SECRET": who.WebhookSecret,
		"GITHUB_V3_API_URL": github.URL, "GITHUB_V4_API_URL": github.URL + "/graphql", "GITHUB_WEB_URL": github.URL, "PITCREW_DATA": c.dir,
	}
	return c
}

// appInOrder is a GitHub whose App is as app.yml asks.
func appInOrder(t *testing.T) []byte {
	t.Helper()
	want, err := readAppManifest()
	if err != nil {
		t.Fatal(err)
	}
	permissions := map[string]string{"issues": "none", "merge_queues": "none"}
	for name, level := range want.Permissions {
		permissions[name] = level
	}
	text, err := json.Marshal(map[string]any{"app": map[string]any{"permissions": permissions, "events": want.Events}, "files": map[string]string{".platform.yml": "version: 1\nmerge: {policies: [{approvals: 1}]}\n"}})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (c *clinic) serveGitHub(w http.ResponseWriter, r *http.Request) {
	for name, values := range c.header {
		w.Header()[name] = values
	}
	if c.status != 0 {
		w.WriteHeader(c.status)
		fmt.Fprint(w, `{"message": "Server Error"}`)
		return
	}
	if text, ok := c.answer[r.URL.Path]; ok {
		fmt.Fprint(w, text)
		return
	}
	answer := httptest.NewRecorder()
	c.sim.Handler().ServeHTTP(answer, r)
	maps.Copy(w.Header(), answer.Header())
	maps.Copy(w.Header(), c.header)
	w.WriteHeader(answer.Code)
	w.Write(answer.Body.Bytes()) //nolint:errcheck // doctor would say that nothing came
}

func (c *clinic) exec(line string) {
	c.t.Helper()
	if err := c.sim.Exec(line); err != nil {
		c.t.Fatal(err)
	}
}

// log writes to the log as serve does.
func (c *clinic) log(appends ...eventlog.Append) {
	c.t.Helper()
	db, err := eventlog.Open(c.dir, eventlog.Options{})
	if err != nil {
		c.t.Fatal(err)
	}
	for _, a := range appends {
		if _, err := db.Append(context.Background(), a); err != nil {
			c.t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		c.t.Fatal(err)
	}
}

// delivered is a delivery of that event, in the log.
func delivered(id, event string) eventlog.Append {
	return eventlog.Append{Delivery: id, Events: []eventlog.Event{{Source: handlers.SourceGitHub, Kind: event}}}
}

// sentByGitHub makes GitHub say that it sent deliveries, newest first: code and id.
func (c *clinic) sentByGitHub(codes ...int) {
	var list []string
	for i, code := range codes {
		list = append(list, fmt.Sprintf(`{"id": %d, "guid": "g%d", "delivered_at": "2026-11-02T09:0%d:00Z", "event": "push", "status": "S", "status_code": %d}`, i+1, i, 9-i, code))
	}
	c.answer["/app/hook/deliveries"] = "[" + strings.Join(list, ",") + "]"
}

// hook makes GitHub show the App's webhook as it is in order, changed by edit.
func (c *clinic) hook(edit map[string]any) {
	hook := map[string]any{"url": "https://pitcrew.example.com/hooks/github", "content_type": "json", "insecure_ssl": "0", "secret": "********"}
	for k, v := range edit {
		hook[k] = v
	}
	text, err := json.Marshal(hook)
	if err != nil {
		c.t.Fatal(err)
	}
	c.answer["/app/hook/config"] = string(text)
}

func (c *clinic) examine(offline bool) []finding {
	p := &patient{env: func(name string) string { return c.env[name] }, now: func() time.Time { return c.now() }, next: http.DefaultTransport}
	return p.examine(context.Background(), offline)
}

// atStep are the findings of one step, a line each: "state: says → do".
func atStep(found []finding, name string) string {
	var lines []string
	for _, f := range found {
		if f.Name == name {
			lines = append(lines, fmt.Sprintf("%s: %s → %s", f.State, f.Says, f.Do))
		}
	}
	return strings.Join(lines, "\n")
}

func TestDoctor_in_order(t *testing.T) {
	c := newClinic(t)
	c.hook(nil)
	c.sentByGitHub(202, 202)
	c.log(delivered("g1", "ping"), delivered("g0", "push"))
	found := c.examine(false)
	for _, step := range doctorSteps {
		if got := atStep(found, step.name); !strings.HasPrefix(got, "ok: ") {
			t.Errorf("%s: %s", step.name, got)
		}
	}
	if n := needing(found); n != 0 {
		t.Errorf("%d things need somebody, where all is in order", n)
	}
	if errs := c.sim.Errs(); len(errs) > 0 {
		t.Errorf("asked GitHub for what it does not have: %v", errs)
	}
	for _, call := range c.sim.Calls() {
		if call.Method != http.MethodGet && !strings.HasSuffix(call.Path, "/access_tokens") && !strings.HasPrefix(strings.TrimSpace(string(call.Body)), `{"query":"query `) {
			t.Errorf("%s %s: doctor changes nothing", call.Method, call.Path)
		}
	}
}

func TestDoctor_each_thing_that_can_be_wrong(t *testing.T) {
	none := func(c *clinic) {}
	for _, tt := range []struct {
		name string
		step string
		harm func(*clinic)
		want string // of the step's findings
	}{
		{"nothing set", "settings", func(c *clinic) { c.env = nil }, "wrong: GITHUB_APP_INTEGRATION_ID is not set"},
		{"several mistakes are told at once", "settings", func(c *clinic) { c.env = map[string]string{"PITCREW_ADDR": "x"} }, `wrong: PITCREW_ADDR is "x"`},
		{"short secret", "settings", func(c *clinic) { c.env["GITHUB_APP_WEBHOOK_SECRET"] = "short" }, "wrong: GITHUB_APP_WEBHOOK_SECRET"},
		{"pages for everybody", "settings", func(c *clinic) { c.env["PITCREW_PAGES_ADDR"] = ":8081" }, "set PITCREW_PAGES_TOKEN"},
		{"key of nothing", "settings", func(c *clinic) { c.env["GITHUB_APP_PRIVATE_KEY"] = "x" }, "holds no RSA private key"},

		{"hosts differ", "addresses", func(c *clinic) { c.env["GITHUB_WEB_URL"] = "https://ghe.example.com" }, "wrong: the addresses of GitHub are of different hosts"},
		{"github.com", "addresses", func(c *clinic) { unset(c.env, "GITHUB_V3_API_URL", "GITHUB_V4_API_URL", "GITHUB_WEB_URL") }, "ok: GitHub is https://github.com/"},
		{"in the clear", "addresses", func(c *clinic) { c.env["GITHUB_WEB_URL"] = "http://ghe.example.com" }, "tokens would travel in the clear"},

		{"no data yet", "data", func(c *clinic) { c.env["PITCREW_DATA"] = filepath.Join(c.dir, "a", "b") }, "a/b does not exist yet"},
		{"data is a file", "data", func(c *clinic) { c.env["PITCREW_DATA"] = c.file("f", 0o600) }, "is no directory"},
		{"data below a file", "data", func(c *clinic) { c.env["PITCREW_DATA"] = filepath.Join(c.file("f", 0o600), "data") }, "not a directory"},
		{"others can read", "data", func(c *clinic) { c.chmod(0o755) }, "chmod 700"},

		{"no log yet", "log", none, "skipped: there is no log yet"},
		{"no log at all", "log", func(c *clinic) { c.file("log.db", 0o600) }, "file is not a database"},
		{"nobody looks", "log", func(c *clinic) {
			c.log(eventlog.Append{Marks: []eventlog.Mark{{Subject: "pr:1:1", At: time.Now().Add(-2 * time.Hour)}}})
		}, "wrong: the oldest of 1 subjects"},
		{"somebody looks", "log", func(c *clinic) {
			c.log(eventlog.Append{Marks: []eventlog.Mark{{Subject: "pr:1:1", At: time.Now().Add(-time.Minute)}}})
		}, "ok: "},

		{"no files yet", "integrity", none, "skipped: there are no files yet"},
		{"damaged", "integrity", func(c *clinic) { c.log(delivered("g", "push")); c.harm("log.db") }, "wrong: log.db is damaged: "},
		{"write-ahead log", "integrity", func(c *clinic) { c.log(); c.grow("people.db-wal", largeWAL+1) }, "wrong: people.db has 256.0 MB in its write-ahead log"},
		{"whole", "integrity", func(c *clinic) { c.log() }, "ok: log.db "},

		{"no ledger yet", "ledger", none, "skipped: there is no log yet"},
		{"ledger behind", "ledger", func(c *clinic) {
			c.log(eventlog.Append{Received: time.Date(2026, 11, 2, 9, 9, 0, 0, time.UTC), Events: []eventlog.Event{{Source: "github", Kind: "push"}}})
		}, "wrong: reports and pages lack what came since 2026-11-02 09:09 UTC"},
		{"ledger just behind", "ledger", func(c *clinic) {
			c.log(eventlog.Append{Received: time.Now(), Events: []eventlog.Event{{Source: "github", Kind: "push"}}})
		}, "ok: "},

		{"unreachable", "github", func(c *clinic) { c.env["GITHUB_V3_API_URL"] = "http://127.0.0.1:1/" }, "wrong: no answer from http://127.0.0.1:1/"},
		{"down", "github", func(c *clinic) { c.status = 502 }, "answers 502"},
		{"old server", "github", func(c *clinic) { c.header.Set("X-GitHub-Enterprise-Version", "3.16.9") }, "wrong: this is GitHub Enterprise Server 3.16.9"},
		{"oldest server", "github", func(c *clinic) { c.header.Set("X-GitHub-Enterprise-Version", "3.17.0") }, "ok: GitHub Enterprise Server 3.17.0"},
		{"no id", "github", func(c *clinic) { unset(c.env, "GITHUB_APP_INTEGRATION_ID") }, "skipped: "},

		{"fast clock", "clock", func(c *clinic) { c.ahead(31 * time.Second) }, "wrong: this machine's clock is 31s ahead of"},
		{"slow clock", "clock", func(c *clinic) { c.ahead(-2 * time.Minute) }, "behind"},
		{"clock a little off", "clock", func(c *clinic) { c.ahead(20 * time.Second) }, "ok: 20s ahead of"},
		{"no clock", "clock", func(c *clinic) { c.env["GITHUB_V3_API_URL"] = "http://127.0.0.1:1/" }, "skipped: "},

		{"another App's id", "app", func(c *clinic) { c.env["GITHUB_APP_INTEGRATION_ID"] = "77" }, "wrong: GitHub knows no App 77"},
		{"another App's key", "app", func(c *clinic) { c.env["GITHUB_APP_PRIVATE_KEY"] = otherKey(c.t) }, "wrong: the key is not one of App"},
		{"key of an App with another id", "app", func(c *clinic) { c.answer["/app"] = `{"id": 5, "slug": "other"}` }, "wrong: the key belongs to App 5 (other)"},

		{"permission missing", "permissions", func(c *clinic) { c.app(`{"contents": "read"}`) }, "wrong: the App lacks actions: read, administration: read, checks: write, contents: write"},
		{"permission too wide", "permissions", func(c *clinic) { c.app(c.permissionsWith("administration", "write")) }, "wrong: the App may more than pitcrew uses: administration: write"},
		{"permission unknown", "permissions", func(c *clinic) { c.app(c.permissionsWith("secrets", "read")) }, "secrets: read"},

		{"event missing", "events", func(c *clinic) { c.app(`{}`) }, "wrong: the App has not subscribed to branch_protection_rule, check_run"},

		{"no address", "webhook", func(c *clinic) { c.hook(map[string]any{"url": ""}) }, "wrong: the webhook has no address"},
		{"clear text", "webhook", func(c *clinic) { c.hook(map[string]any{"url": "http://pitcrew.example.com/hooks/github"}) }, "in the clear"},
		{"form", "webhook", func(c *clinic) { c.hook(map[string]any{"content_type": "form"}) }, "wrong: the webhook's content type is form"},
		{"insecure", "webhook", func(c *clinic) { c.hook(map[string]any{"insecure_ssl": "1"}) }, "does not verify the certificate"},
		{"insecure, as a number", "webhook", func(c *clinic) { c.hook(map[string]any{"insecure_ssl": 1}) }, "does not verify the certificate"},
		{"secure, as a number", "webhook", func(c *clinic) { c.hook(map[string]any{"insecure_ssl": 0}) }, "ok: "},
		{"no secret", "webhook", func(c *clinic) { c.hook(map[string]any{"secret": nil}) }, "wrong: the webhook has no secret"},

		{"nothing sent", "deliveries", none, "skipped: GitHub has sent nothing"},
		{"bad signature", "deliveries", func(c *clinic) { c.sentByGitHub(401, 202) }, "the secrets differ"},
		{"wrong path", "deliveries", func(c *clinic) { c.sentByGitHub(404) }, "must end in /hooks/github"},
		{"proxy cuts", "deliveries", func(c *clinic) { c.sentByGitHub(413) }, "client_max_body_size 25m"},
		{"proxy alone", "deliveries", func(c *clinic) { c.sentByGitHub(502) }, "the proxy does not reach pitcrew"},
		{"redirect", "deliveries", func(c *clinic) { c.sentByGitHub(301) }, "GitHub follows no redirects"},
		{"no answer", "deliveries", func(c *clinic) { c.sentByGitHub(0) }, "no answer, S"},
		{"mended", "deliveries", func(c *clinic) { c.sentByGitHub(202, 502, 502) }, "ok: the newest arrived (push, 2026-11-02 09:09 UTC); 2 of the 2 before it did not"},

		{"nothing in the log", "arrivals", func(c *clinic) { c.log() }, "skipped: no delivery is in the log yet"},
		{"arrived elsewhere", "arrivals", func(c *clinic) { c.sentByGitHub(401, 202); c.log(delivered("other", "push")) }, "wrong: somebody accepted delivery g1"},
		{"ping", "arrivals", func(c *clinic) { c.log(delivered("p", "ping"), delivered("q", "push")) }, "GitHub's ping came at"},

		{"installed nowhere", "installations", func(c *clinic) { c.exec("uninstall acme") }, "wrong: the App is installed nowhere"},
		{"suspended", "installations", func(c *clinic) { c.exec("suspend acme") }, "wrong: acme has suspended the App"},
		{"not accepted", "installations", func(c *clinic) { c.exec("permit acme {checks: read, members: none}") }, "wrong: acme has not granted checks: write, members: read"},
		{"no repository", "installations", func(c *clinic) { c.exec("remove-repo acme/api") }, "wrong: acme has the App, and no repository for it"},

		{"no limit left", "limits", func(c *clinic) {
			c.answer["/installation/repositories"] = `{"total_count": 1}`
			c.header = http.Header{"X-Ratelimit-Limit": {"5000"}, "X-Ratelimit-Remaining": {"499"}, "X-Ratelimit-Reset": {"1793610000"}}
		}, "wrong: acme: 499 of 5000 requests left until"},

		{"no label", "names", func(c *clinic) { c.platform("merge: {policies: [{when: {label: nosuch}, approvals: 1}]}") }, `wrong: acme/api: .platform.yml:2:`},
		{"what it lacks", "names", func(c *clinic) { c.platform("merge: {policies: [{when: {label: nosuch}, approvals: 1}]}") }, `the repository has no label "nosuch"`},
		{"unknown key", "names", func(c *clinic) { c.platform("merge: {polices: []}") }, `unknown key "polices"`},
		{"file cannot be read", "names", func(c *clinic) { c.answer["/repos/acme/api/contents/.platform.yml"] = "no JSON" }, "skipped: acme/api: read .platform.yml"},
		{"installations cannot be read", "names", func(c *clinic) { c.answer["/installation/repositories"] = `{"total_count": 7}` }, "skipped: list repositories"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newClinic(t)
			tt.harm(c)
			if got := atStep(c.examine(false), tt.step); !strings.Contains(got, tt.want) {
				t.Errorf("%s says\n  %s\nwant in it\n  %s", tt.step, got, tt.want)
			}
		})
	}
}

func unset(env map[string]string, names ...string) {
	for _, name := range names {
		delete(env, name)
	}
}

func (c *clinic) file(name string, mode os.FileMode) string {
	c.t.Helper()
	path := filepath.Join(c.dir, name)
	if err := os.WriteFile(path, []byte("no database, but long enough to be taken for the header of one, which has a hundred bytes and a magic word"), mode); err != nil {
		c.t.Fatal(err)
	}
	return path
}

// harm puts noise into a page of a file.
func (c *clinic) harm(name string) {
	c.t.Helper()
	path := filepath.Join(c.dir, name)
	text, err := os.ReadFile(path)
	if err == nil {
		copy(text[3*4096:], bytes.Repeat([]byte{0xa5}, 4096))
		err = os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

// grow makes a file that long, with nothing in it.
func (c *clinic) grow(name string, size int64) {
	c.t.Helper()
	path := c.file(name, 0o600)
	if err := os.Truncate(path, size); err != nil {
		c.t.Fatal(err)
	}
}

// platform makes the repository's file another one.
func (c *clinic) platform(sections string) {
	c.answer["/repos/acme/api/contents/.platform.yml"] = fmt.Sprintf(`{"type": "file", "encoding": "base64", "content": %q}`,
		base64.StdEncoding.EncodeToString([]byte("version: 1\n"+sections+"\n")))
}

func (c *clinic) chmod(mode os.FileMode) {
	if err := os.Chmod(c.dir, mode); err != nil {
		c.t.Fatal(err)
	}
}

// ahead sets GitHub's clock back, so that ours is ahead of it.
func (c *clinic) ahead(by time.Duration) {
	at := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	c.now = func() time.Time { return at }
	c.header.Set("Date", at.Add(-by).Format(http.TimeFormat))
}

// app makes GitHub show our App with other permissions, and no events.
func (c *clinic) app(permissions string) {
	c.answer["/app"] = fmt.Sprintf(`{"id": %s, "slug": "pitcrew", "permissions": %s, "events": []}`, c.env["GITHUB_APP_INTEGRATION_ID"], permissions)
}

func (c *clinic) permissionsWith(name, level string) string {
	want, err := readAppManifest()
	if err != nil {
		c.t.Fatal(err)
	}
	want.Permissions[name] = level
	text, err := json.Marshal(want.Permissions)
	if err != nil {
		c.t.Fatal(err)
	}
	return string(text)
}

func TestDoctor_offline_asks_nothing(t *testing.T) {
	c := newClinic(t)
	found := c.examine(true)
	if calls := c.sim.Calls(); len(calls) > 0 {
		t.Errorf("asked GitHub %d times", len(calls))
	}
	for _, step := range doctorSteps {
		if got := atStep(found, step.name); step.asks != strings.Contains(got, "--offline") {
			t.Errorf("%s: %s", step.name, got)
		}
	}
}

func TestDoctor_exit_code_and_form(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string // the beginning
	}{
		{[]string{"doctor", "--offline"}, "3 things need you.\n\n▲  settings       GITHUB_APP_INTEGRATION_ID is not set\n                  → it is"},
		{[]string{"doctor", "--offline", "--json"}, "{\n  \"ok\": false,\n  \"says\": \"3 things need you.\",\n  \"checks\": [\n    {\n      \"name\": \"settings\",\n      \"state\": \"wrong\","},
	} {
		var out, errs bytes.Buffer
		root := newRoot(&app{out: &out, err: &errs, env: func(name string) string { return map[string]string{"PITCREW_DATA": t.TempDir() + "/new"}[name] }})
		root.SetArgs(tt.args)
		if code := exitCode(root.Execute(), &errs); code != exitFailed {
			t.Errorf("%v: exit code %d, want %d", tt.args, code, exitFailed)
		}
		if got := out.String(); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%v:\n%s", tt.args, cmp.Diff(tt.want, got))
		}
	}
}

func TestDoctor_knows_every_variable_that_serve_reads(t *testing.T) {
	asked := map[string]bool{}
	_, _ = readSettings(func(name string) string { asked[name] = true; return "" }) // what is missing does not matter here
	known := map[string]bool{}
	for _, v := range variables {
		known[v.name] = true
	}
	if diff := cmp.Diff(asked, known); diff != "" {
		t.Errorf("read by serve (-) and known to doctor (+):\n%s", diff)
	}
}

func TestAppYML_is_the_one_at_the_root(t *testing.T) {
	want, err := os.ReadFile("../../app.yml")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, appYML) {
		t.Error("app.yml has changed; run: cp app.yml internal/cli/app.yml")
	}
	m, err := readAppManifest()
	if err != nil || len(m.Permissions) < 5 || len(m.Events) < 10 {
		t.Errorf("read %d permissions and %d events: %v", len(m.Permissions), len(m.Events), err)
	}
}

// With a database the server is asked about itself.
func TestDoctor_database(t *testing.T) {
	url := pgtest.Database(t)
	log, err := eventlog.Open(url, eventlog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	c := newClinic(t)
	c.env["PITCREW_DATABASE_URL"] = url
	at := func(step string) string { return atStep(c.examine(true), step) }
	if got := at("integrity"); !strings.HasPrefix(got, "ok: PostgreSQL 1") {
		t.Errorf("integrity: %s", got)
	}
	if got := at("ledger"); !strings.HasPrefix(got, "ok: ") {
		t.Errorf("ledger: %s", got)
	}
	c.now = func() time.Time { return time.Now().Add(time.Hour) }
	if got := at("integrity"); !strings.HasPrefix(got, "wrong: the database's clock and this machine's are 1h0m0s apart") {
		t.Errorf("an hour ahead: %s", got)
	}
	c.now = time.Now
	c.env["PITCREW_DATABASE_URL"] = url + "&synchronous_commit=off"
	if got := at("integrity"); !strings.HasPrefix(got, "wrong: synchronous_commit = off") {
		t.Errorf("not synced: %s", got)
	}
	c.env["PITCREW_DATABASE_URL"] = "postgres://127.0.0.1:1/none"
	if got := at("integrity"); !strings.HasPrefix(got, "skipped: the database did not say") {
		t.Errorf("no database: %s", got)
	}
}

// otherKey is a key of no App at all.
func otherKey(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
}
