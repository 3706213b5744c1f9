package server_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"github.com/pitcrew-app/pitcrew/internal/corpus"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/server"
)

// program is pitcrew as serve puts it together, and what stops it.
func program(t *testing.T, dir string) (*server.Program, func()) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p, err := server.Assemble(context.Background(), server.Setup{
		Data: dir, Unsynced: true, AppID: 1, Secrets: [][]byte{[]byte(secret)}, Now: func() time.Time { return pagesNow }, Log: zerolog.Nop(),
		Key:   pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}),
		V3URL: "http://127.0.0.1:1/", V4URL: "http://127.0.0.1:1/graphql", WebURL: "http://127.0.0.1:1", Owner: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	return p, func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
}

func examples(t testing.TB) []corpus.Payload {
	t.Helper()
	all, err := corpus.Payloads()
	if err != nil || len(all) != 329 {
		t.Fatalf("%d payloads, %v", len(all), err)
	}
	return all
}

// send posts each payload, signed, and wants 202.
func send(t *testing.T, url string, all []corpus.Payload) {
	t.Helper()
	for _, x := range all {
		r := delivery(string(x.Body), header("X-GitHub-Event", x.Event), header("X-GitHub-Delivery", deliveryOf(x)))
		req, err := http.NewRequest(http.MethodPost, url+"/hooks/github", bytes.NewReader(x.Body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = r.Header
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(res.Body)
		res.Body.Close() //nolint:errcheck // read to its end
		if err != nil || res.StatusCode != http.StatusAccepted {
			t.Errorf("%s: %d %s %v", x.Name, res.StatusCode, answer, err)
		}
	}
}

// deliveryOf is an id of the form that GitHub gives.
func deliveryOf(x corpus.Payload) string {
	return strings.NewReplacer(".", "-", "_", "-").Replace(x.Name)
}

// logged is every event in the log by its delivery, each of which has one.
func logged(t *testing.T, p *server.Program) map[string]eventlog.Event {
	t.Helper()
	events, err := p.Log.Events(t.Context(), eventlog.Query{})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]eventlog.Event{}
	for _, e := range events {
		if _, twice := out[e.Delivery]; twice {
			t.Errorf("%s is there twice", e.Delivery)
		}
		out[e.Delivery] = e
	}
	return out
}

// Everything that GitHub was ever seen to send is taken, kept as it came, meant once, and known again after a restart;
// and nobody is named in what stays for ever.
func TestHookTakesEveryExample(t *testing.T) {
	all, dir := examples(t), t.TempDir()
	p, stop := program(t, dir)
	hooks := httptest.NewServer(p.Hooks)
	send(t, hooks.URL, all)
	before, due := logged(t, p), backlog(t, p)
	checkExamples(t, p, all, before)
	send(t, hooks.URL, all[:40])
	hooks.Close()
	stop()

	p, stop = program(t, dir)
	defer stop()
	hooks = httptest.NewServer(p.Hooks)
	defer hooks.Close()
	send(t, hooks.URL, all)
	if diff := cmp.Diff(before, logged(t, p)); diff != "" {
		t.Errorf("after a restart, and sent again:\n%s", diff)
	}
	if diff := cmp.Diff(due, backlog(t, p)); diff != "" {
		t.Errorf("due after a restart:\n%s", diff)
	}
	checkExamples(t, p, all, before)
	checkViews(t, p, dir, all)
}

func backlog(t *testing.T, p *server.Program) eventlog.Backlog {
	t.Helper()
	b, err := p.Log.Backlog(t.Context(), pagesNow)
	if err != nil || b.Due == 0 {
		t.Fatalf("due %+v, %v", b, err)
	}
	return b
}

// checkExamples: raw as it came, one event of its kind, and nobody in it.
func checkExamples(t *testing.T, p *server.Program, all []corpus.Payload, events map[string]eventlog.Event) {
	t.Helper()
	if len(events) != len(all) {
		t.Errorf("%d events of %d payloads", len(events), len(all))
	}
	for _, x := range all {
		body, headers, err := p.Log.Raw(t.Context(), deliveryOf(x))
		if err != nil || !bytes.Equal(body, x.Body) || headers["X-GitHub-Event"] != x.Event {
			t.Errorf("%s: raw is another: %d bytes of %d, %v, %v", x.Name, len(body), len(x.Body), headers, err)
		}
		e := events[deliveryOf(x)]
		if kind, _, _ := strings.Cut(e.Kind, "."); kind != x.Event || e.Source != "github" {
			t.Errorf("%s became %s of %s", x.Name, e.Kind, e.Source)
		}
		text := string(e.Facts) + string(e.MustShow) + string(e.Subject) + e.Actor
		for _, word := range named(t, x.Body) {
			if strings.Contains(strings.ToLower(text), word) {
				t.Errorf("%s: %q is in %s", x.Name, word, text)
			}
		}
	}
}

// checkViews: what is computed from the log names nobody. A repository is called by its owner and name, wherever it is shown.
func checkViews(t *testing.T, p *server.Program, dir string, all []corpus.Payload) {
	t.Helper()
	if err := p.Ledger.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	views := map[string]string{}
	for _, path := range []string{"/", "/pulls", "/repositories", "/impact", "/health", "/installations", "/events", "/api/report"} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1"+path, nil)
		p.Pages.ServeHTTP(w, r.WithContext(deadline(t)))
		views[path] = w.Body.String()
	}
	for _, file := range []string{"ledger.db", "ledger.db-wal"} {
		b, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		views[file] = string(b)
	}
	seen := map[string]bool{}
	for _, x := range all {
		for _, word := range named(t, x.Body) {
			seen[word] = true
		}
	}
	for path, text := range views {
		text = repositories(all).Replace(strings.ToLower(text))
		for word := range seen {
			if strings.Contains(text, word) {
				t.Errorf("%s has %q", path, word)
			}
		}
	}
}

// deadline ends streams, which are open for ever.
func deadline(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

// repositories takes the names of repositories out of a text in lower case.
func repositories(all []corpus.Payload) *strings.Replacer {
	var pairs []string
	for _, x := range all {
		var doc struct {
			Repository struct {
				FullName string `json:"full_name"`
			}
		}
		if json.Unmarshal(x.Body, &doc) == nil && doc.Repository.FullName != "" {
			pairs = append(pairs, strings.ToLower(doc.Repository.FullName), "")
		}
	}
	return strings.NewReplacer(pairs...)
}

// named is how a payload names people, in lower case: each login, name, e-mail and address of an account that is no
// organisation, and of whoever wrote a commit.
func named(t *testing.T, body []byte) []string {
	t.Helper()
	var doc any
	if err := json.Unmarshal(body, &doc); err != nil {
		t.Fatal(err)
	}
	var out []string
	var walk func(any)
	walk = func(value any) {
		switch v := value.(type) {
		case []any:
			for _, item := range v {
				walk(item)
			}
		case map[string]any:
			_, account := v["login"]
			_, writer := v["email"]
			for name, field := range v {
				text, ok := field.(string)
				if (account || writer) && v["type"] != "Organization" && ok && identifies(name, text) {
					out = append(out, strings.ToLower(text))
				}
				if !strings.HasSuffix(name, "app") && name != "organization" { // its checks may be called after whose App it is
					walk(field)
				}
			}
		}
	}
	walk(doc)
	return out
}

// identifies says that a field of an account is about whom it is. GitHub itself is nobody.
func identifies(field, text string) bool {
	switch field {
	case "type", "user_view_type", "date", "timestamp":
		return false
	}
	return text != "" && text != "GitHub"
}
