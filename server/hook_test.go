package server_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"github.com/pitcrew-app/pitcrew/handlers"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
	"github.com/pitcrew-app/pitcrew/server"
)

const (
	secret   = "0123456789abcdef0123456789abcdef"
	previous = "fedcba9876543210fedcba9876543210"
	payload  = `{"zen":"Speak like a human.","hook_id":1}`
)

var now = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

// shelf is a log that can be told to fail.
type shelf struct {
	mu   sync.Mutex
	fail error
	kept []eventlog.Append
}

func (s *shelf) Append(_ context.Context, a eventlog.Append) (eventlog.Appended, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return eventlog.Appended{}, s.fail
	}
	for _, k := range s.kept {
		if k.Delivery == a.Delivery {
			return eventlog.Appended{Duplicate: true}, nil
		}
	}
	s.kept = append(s.kept, a)
	return eventlog.Appended{First: 1, Last: 1}, nil
}

func hook(log server.Appender) *server.Hook {
	return &server.Hook{
		Secrets: [][]byte{[]byte(secret), []byte(previous)}, Log: log, Now: func() time.Time { return now }, Logger: zerolog.Nop(),
		Read: handlers.GitHub{Token: func(context.Context, int64, string) (string, error) { return "token", nil }}.Read,
	}
}

func sign(key, body string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// delivery is a request as GitHub sends it, signed with secret.
func delivery(body string, changes ...func(*http.Request)) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/hooks/github", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "GitHub-Hookshot/044aadd")
	r.Header.Set("X-GitHub-Event", "ping")
	r.Header.Set("X-GitHub-Delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958")
	r.Header.Set("X-Hub-Signature-256", sign(secret, body))
	for _, change := range changes {
		change(r)
	}
	return r
}

func header(name string, values ...string) func(*http.Request) {
	return func(r *http.Request) { r.Header[http.CanonicalHeaderKey(name)] = values }
}

func TestHookAnswers(t *testing.T) {
	legacy := hmac.New(sha1.New, []byte(secret))
	legacy.Write([]byte(payload))
	sha1Signature := "sha1=" + hex.EncodeToString(legacy.Sum(nil))
	for _, c := range []struct {
		name   string
		change func(*http.Request)
		want   int
	}{
		{"as GitHub sends it", func(*http.Request) {}, 202},
		{"signed with the previous secret", header("X-Hub-Signature-256", sign(previous, payload)), 202},
		{"with a charset", header("Content-Type", "application/json; charset=utf-8"), 202},
		{"by GET", func(r *http.Request) { r.Method = http.MethodGet }, 405},
		{"by PUT", func(r *http.Request) { r.Method = http.MethodPut }, 405},
		{"as a form", header("Content-Type", "application/x-www-form-urlencoded"), 415},
		{"without a content type", header("Content-Type"), 415},
		{"with another secret", header("X-Hub-Signature-256", sign("another secret of 32 bytes, or more", payload)), 401},
		{"with an empty secret", header("X-Hub-Signature-256", sign("", payload)), 401},
		{"signed for another body", header("X-Hub-Signature-256", sign(secret, payload+" ")), 401},
		{"without a signature", header("X-Hub-Signature-256"), 401},
		{"with SHA-1 alone", func(r *http.Request) {
			r.Header.Del("X-Hub-Signature-256")
			r.Header.Set("X-Hub-Signature", sha1Signature)
		}, 401},
		{"with SHA-1 in the header of SHA-256", header("X-Hub-Signature-256", sha1Signature), 401},
		{"with the digits alone", header("X-Hub-Signature-256", strings.TrimPrefix(sign(secret, payload), "sha256=")), 401},
		{"with half a signature", header("X-Hub-Signature-256", sign(secret, payload)[:40]), 401},
		{"with two signatures", header("X-Hub-Signature-256", sign(secret, payload), sign(previous, payload)), 401},
		{"without an event", header("X-GitHub-Event"), 400},
		{"with an event of another form", header("X-GitHub-Event", "ping\x1b[31m"), 400},
		{"without a delivery", header("X-GitHub-Delivery"), 400},
		{"with a delivery of another form", header("X-GitHub-Delivery", strings.Repeat("a", 65)), 400},
		{"announced too large", func(r *http.Request) { r.ContentLength = 26 << 20 }, 413},
	} {
		t.Run(c.name, func(t *testing.T) {
			log := &shelf{}
			w := httptest.NewRecorder()
			hook(log).ServeHTTP(w, delivery(payload, c.change))
			if w.Code != c.want {
				t.Errorf("%d %s, want %d", w.Code, w.Body, c.want)
			}
			if kept := len(log.kept) == 1; kept != (c.want == 202) {
				t.Errorf("%d deliveries kept", len(log.kept))
			}
			if allow := w.Header().Get("Allow"); (allow == "POST") != (c.want == 405) {
				t.Errorf("Allow: %q", allow)
			}
		})
	}
}

// A secret that is too short signs nothing, even if it was let in.
func TestHookWithoutSecret(t *testing.T) {
	for _, short := range []string{"", "hunter2", secret[:31]} {
		h := hook(&shelf{})
		h.Secrets = [][]byte{[]byte(short)}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, delivery(payload, header("X-Hub-Signature-256", sign(short, payload))))
		if w.Code != 401 {
			t.Errorf("a secret of %d bytes: %d", len(short), w.Code)
		}
		if server.CheckSecret([]byte(short)) == nil {
			t.Errorf("a secret of %d bytes is let in", len(short))
		}
	}
	if err := server.CheckSecret([]byte(secret)); err != nil {
		t.Error(err)
	}
}

// Bytes and safe headers are kept as they came, and nothing else of the header.
func TestHookKeeps(t *testing.T) {
	log := &shelf{}
	w := httptest.NewRecorder()
	hook(log).ServeHTTP(w, delivery(payload, header("X-Github-Encoded-Secret", "c2VjcmV0"), header("Authorization", "Bearer x"),
		header("Cookie", "a=b"), header("X-Hub-Signature", "sha1=00"), header("X-GitHub-Hook-ID", strings.Repeat("7", 300))))
	if w.Code != 202 {
		t.Fatal(w.Code, w.Body)
	}
	got := log.kept[0]
	want := map[string]string{
		"Content-Type": "application/json", "User-Agent": "GitHub-Hookshot/044aadd", "X-GitHub-Event": "ping",
		"X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958", "X-GitHub-Hook-ID": strings.Repeat("7", 256),
	}
	if diff := cmp.Diff(want, got.Headers); diff != "" {
		t.Error(diff)
	}
	if string(got.Raw) != payload || got.Delivery != want["X-GitHub-Delivery"] || !got.Received.Equal(now) || got.Events[0].Kind != "ping" {
		t.Errorf("%+v", got)
	}
}

func TestHookTakesTheSameTwice(t *testing.T) {
	log := &shelf{}
	h := hook(log)
	for range 2 {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, delivery(payload))
		if w.Code != 202 {
			t.Error(w.Code, w.Body)
		}
	}
	if len(log.kept) != 1 {
		t.Errorf("%d kept", len(log.kept))
	}
}

// What nobody can read is kept all the same: GitHub would only send it again.
func TestHookKeepsTheUnreadable(t *testing.T) {
	for _, body := range []string{"[]", "", "{", "\xff\xfe"} {
		log := &shelf{}
		w := httptest.NewRecorder()
		hook(log).ServeHTTP(w, delivery(body))
		if w.Code != 202 || len(log.kept) != 1 || string(log.kept[0].Raw) != body || log.kept[0].Events[0].Kind != handlers.KindUnreadable {
			t.Errorf("%q: %d, kept %+v", body, w.Code, log.kept)
		}
	}
}

// Never 2xx without the append.
func TestHookWithoutLog(t *testing.T) {
	broken := errors.New("disk full")
	blind := hook(&shelf{})
	blind.Read = func(context.Context, string, string, time.Time, []byte) (eventlog.Append, error) {
		return eventlog.Append{}, broken
	}
	for name, h := range map[string]*server.Hook{"append fails": hook(&shelf{fail: broken}), "read fails": blind} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, delivery(payload))
		if w.Code != 503 || w.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %d %v", name, w.Code, w.Header())
		}
		if strings.Contains(w.Body.String(), "disk") {
			t.Errorf("%s: a stranger is told %q", name, w.Body)
		}
	}
}

// What was refused is asked for again soon after something is appended again, by a look at the App: once.
func TestHookAsksForWhatItRefused(t *testing.T) {
	log := &shelf{}
	h := hook(log)
	asks := func(id string) int {
		n := len(log.kept)
		h.ServeHTTP(httptest.NewRecorder(), delivery(payload, header("X-GitHub-Delivery", id)))
		if len(log.kept) == n || len(log.kept[n].Marks) == 0 {
			return 0
		}
		if m := log.kept[n].Marks[0]; m.Subject != rules.InstallationSubject(0) || !m.At.After(now) {
			t.Errorf("it makes %v due", m)
		}
		return len(log.kept[n].Marks)
	}
	log.kept = []eventlog.Append{{Delivery: "known"}}
	for _, step := range []struct {
		id   string
		fail error
		want int
	}{{"a", nil, 0}, {"b", errors.New("disk full"), 0}, {"known", nil, 0}, {"c", nil, 1}, {"d", nil, 0}} {
		log.fail = step.fail
		if n := asks(step.id); n != step.want {
			t.Errorf("delivery %s: %d subjects are due, want %d", step.id, n, step.want)
		}
	}
}

// The cap holds for what is sent, not for what is announced.
func TestHookTooLarge(t *testing.T) {
	const limit = 1 << 18
	for size, want := range map[int]int{limit: 202, limit + 1: 413} {
		h := hook(&shelf{})
		h.MaxBody = limit
		body := `{"a":"` + strings.Repeat("a", size-8) + `"}`
		w := httptest.NewRecorder()
		h.ServeHTTP(w, delivery(body, func(r *http.Request) { r.ContentLength = -1 }))
		if w.Code != want {
			t.Errorf("%d bytes: %d, want %d", size, w.Code, want)
		}
	}
}

// Bodies in hand are counted together, and given back when they were answered.
func TestHookBudget(t *testing.T) {
	h := hook(&shelf{})
	h.MaxBytes = 1 << 20
	big := `{"a":"` + strings.Repeat("a", 600<<10) + `"}`
	post := func(id string, body io.Reader) int {
		w := httptest.NewRecorder()
		r := delivery(big, header("X-GitHub-Delivery", id))
		r.Body = io.NopCloser(body)
		h.ServeHTTP(w, r)
		return w.Code
	}
	nested := 0
	held := io.MultiReader(strings.NewReader(big[:500<<10]), once(func() { nested = post("b", strings.NewReader(big)) }), strings.NewReader(big[500<<10:]))
	if code := post("a", held); code != 202 || nested != 503 {
		t.Errorf("%d, and %d beside it; want 202 and 503", code, nested)
	}
	for range 3 {
		if code := post("c", strings.NewReader(big)); code != 202 {
			t.Errorf("%d afterwards", code)
		}
	}
}

// once is a reader that has nothing and does something when it is read.
type once func()

func (o once) Read([]byte) (int, error) {
	o()
	return 0, io.EOF
}

// A sender that hangs up in the middle sends nothing.
func TestHookCutOff(t *testing.T) {
	log := &shelf{}
	w := httptest.NewRecorder()
	r := delivery(payload)
	r.Body = io.NopCloser(io.MultiReader(strings.NewReader(payload[:10]), broken{}))
	hook(log).ServeHTTP(w, r)
	if w.Code != 400 || len(log.kept) != 0 {
		t.Errorf("%d, %d kept", w.Code, len(log.kept))
	}
}

// Whoever signs nothing is not read.
func TestHookReadsNoStranger(t *testing.T) {
	r := delivery(payload, header("X-Hub-Signature-256"))
	r.Body = io.NopCloser(once(func() { t.Error("the body was read") }))
	w := httptest.NewRecorder()
	hook(&shelf{}).ServeHTTP(w, r)
	if w.Code != 401 {
		t.Error(w.Code)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// Neither secret nor body is in what the process logs.
func TestHookLogsNoSecrets(t *testing.T) {
	var out bytes.Buffer
	for _, change := range []func(*http.Request){func(*http.Request) {}, header("X-Hub-Signature-256", sign("x", payload)), header("X-GitHub-Event"), header("X-Github-Encoded-Secret", secret)} {
		h := hook(&shelf{})
		h.Logger = zerolog.New(&out).Level(zerolog.DebugLevel)
		h.ServeHTTP(httptest.NewRecorder(), delivery(payload, change))
	}
	for _, word := range []string{secret, previous, "human", sign(secret, payload)} {
		if strings.Contains(out.String(), word) {
			t.Errorf("the log has %q:\n%s", word, &out)
		}
	}
	if !strings.Contains(out.String(), `"delivery":"72d3162e-cc78-11e3-81ab-4c9367dc0958"`) {
		t.Errorf("the log names no delivery:\n%s", &out)
	}
}

// 202 means: signed with our secret, whole, of a form that can be told again, and in the log as it came, meant once.
func FuzzHook(f *testing.F) {
	seen := map[string]bool{}
	for _, x := range examples(f) { // the first of each event; those from testdata/fuzz are what was once found
		if !seen[x.Event] {
			seen[x.Event] = true
			f.Add(x.Body, sign(secret, string(x.Body)), x.Event, deliveryOf(x), "application/json", "4711", false)
		}
	}
	f.Add([]byte(payload), "sha256=", "", "", "application/json;", "", true)
	f.Add([]byte{}, sign(previous, ""), "push", "1", "application/json; charset=\"utf-8\"", "\x00", false)
	f.Fuzz(func(t *testing.T, body []byte, signature, event, id, kind, hookID string, twice bool) {
		log := &shelf{}
		h := hook(log)
		h.MaxBody = 1 << 20
		change := []func(*http.Request){header("X-Hub-Signature-256", signature), header("X-GitHub-Event", event), header("X-GitHub-Delivery", id), header("Content-Type", kind), header("X-GitHub-Hook-ID", hookID)}
		if twice {
			change = append(change, header("X-Hub-Signature-256", signature, signature))
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, delivery(string(body), change...))
		ok := strings.EqualFold(signature, sign(secret, string(body))) || strings.EqualFold(signature, sign(previous, string(body)))
		switch {
		case w.Code == 202 && (!ok || twice || len(log.kept) != 1 || !bytes.Equal(log.kept[0].Raw, body) || log.kept[0].Delivery != id || len(log.kept[0].Events) != 1):
			t.Fatalf("202, signed %v, kept %+v", ok, log.kept)
		case w.Code != 202 && len(log.kept) != 0:
			t.Fatalf("%d, and kept", w.Code)
		case w.Code >= 500:
			t.Fatalf("%d", w.Code)
		}
		for name, value := range keptHeaders(log) {
			if len(value) > 256 || strings.Contains(strings.ToLower(name), "signature") {
				t.Fatalf("kept the header %s: %d bytes", name, len(value))
			}
		}
	})
}

// keptHeaders are those of what was kept.
func keptHeaders(log *shelf) map[string]string {
	if len(log.kept) == 0 {
		return nil
	}
	return log.kept[0].Headers
}
