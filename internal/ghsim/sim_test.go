package ghsim

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/contract"
)

// newReferee loads GitHub's description once for all tests.
var newReferee = sync.OnceValues(contract.New)

// lab is a Sim under test with a clock, the App's client, and a receiver of webhooks; every request, answer and webhook is judged
// by GitHub's own description.
type lab struct {
	t     *testing.T
	s     *Sim
	now   time.Time
	h     http.Handler
	token string
	hooks []hook
	wild  bool // answers and requests are not judged
}

type hook struct {
	event, action, guid string
	header              http.Header
	body                map[string]any
	raw                 []byte
}

func newLab(t *testing.T, github string) *lab {
	t.Helper()
	l := &lab{t: t, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	s, err := New(Options{Dir: t.TempDir(), NoGit: *noGit, Seed: 1, Now: func() time.Time { return l.now }, BaseURL: "http://github.test"})
	if err != nil {
		t.Fatal(err)
	}
	l.s, l.h = s, s.Handler()
	if err := s.Load([]byte(github), nil); err != nil {
		t.Fatal(err)
	}
	receiver := httptest.NewServer(http.HandlerFunc(l.receive))
	t.Cleanup(receiver.Close)
	s.SetHook(receiver.URL)
	l.token = l.mint("acme", "")
	return l
}

func (l *lab) receive(w http.ResponseWriter, r *http.Request) {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		l.t.Error(err)
	}
	h := hook{event: r.Header.Get("X-GitHub-Event"), guid: r.Header.Get("X-GitHub-Delivery"), header: r.Header, raw: b}
	if err := json.Unmarshal(b, &h.body); err != nil {
		l.t.Error(err)
	}
	h.action, _ = h.body["action"].(string)
	l.hooks = append(l.hooks, h)
	judge, err := newReferee()
	if err != nil {
		l.t.Fatal(err)
	}
	if err := judge.Webhook(h.event, b); err != nil {
		l.t.Errorf("webhook %s %s: %v", h.event, h.action, err)
	}
	w.WriteHeader(http.StatusAccepted)
}

// jwt signs a JSON web token of the App.
func (l *lab) jwt(claims map[string]any) string {
	part := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			l.t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(b)
	}
	block, _ := pem.Decode([]byte(l.s.Credentials().Key))
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		l.t.Fatal(err)
	}
	text := part(map[string]any{"alg": "RS256", "typ": "JWT"}) + "." + part(claims)
	sum := sha256.Sum256([]byte(text))
	sig, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		l.t.Fatal(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(sig)
}

func (l *lab) appToken() string {
	return l.jwt(map[string]any{"iss": "1001", "iat": l.now.Unix() - 60, "exp": l.now.Unix() + 540})
}

// mint makes an installation token; body narrows it.
func (l *lab) mint(account, body string) string {
	l.t.Helper()
	id := l.s.Credentials().Installations[account]
	r := l.as(l.appToken(), "POST", fmt.Sprintf("/app/installations/%d/access_tokens", id), body)
	r.want(201)
	token, _ := r.obj["token"].(string)
	return token
}

// reply is an answer with its JSON.
type reply struct {
	t      *testing.T
	what   string
	status int
	head   http.Header
	raw    []byte
	obj    map[string]any
	list   []any
}

func (r reply) want(status int) reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("%s: got %d %s, want %d", r.what, r.status, r.raw, status)
	}
	return r
}

// says asserts status and a part of the body.
func (r reply) says(status int, text string) reply {
	r.t.Helper()
	if r.status != status || !strings.Contains(string(r.raw), text) {
		r.t.Fatalf("%s: got %d %s, want %d %s", r.what, r.status, r.raw, status, text)
	}
	return r
}

func (l *lab) do(method, path, body string) reply {
	l.t.Helper()
	return l.as(l.token, method, path, body)
}

func (l *lab) as(token, method, path, body string) reply {
	l.t.Helper()
	return l.with(token, method, path, body, nil)
}

func (l *lab) with(token, method, path, body string, header map[string]string) reply {
	l.t.Helper()
	req := httptest.NewRequest(method, "http://github.test"+path, strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Accept", "application/vnd.github+json")
	req.Header.Set("User-Agent", "test")
	req.Header.Set("X-GitHub-Api-Version", "2022-11-28")
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	l.h.ServeHTTP(w, req)
	r := reply{t: l.t, what: method + " " + path, status: w.Code, head: w.Header(), raw: w.Body.Bytes()}
	_ = json.Unmarshal(r.raw, &r.obj)
	_ = json.Unmarshal(r.raw, &r.list)
	l.judge(req, []byte(body), r)
	return r
}

// judge shows an answer to the referee; what the Sim does not model is not GitHub's.
func (l *lab) judge(req *http.Request, body []byte, r reply) {
	l.t.Helper()
	judge, err := newReferee()
	if err != nil {
		l.t.Fatal(err)
	}
	if l.wild || strings.Contains(string(r.raw), "not simulated") {
		return
	}
	if err := judge.Response(req, r.status, r.head, r.raw); err != nil {
		l.t.Errorf("%s: %v", r.what, err)
	}
}

func (l *lab) exec(lines ...string) {
	l.t.Helper()
	for _, x := range lines {
		if err := l.s.Exec(x); err != nil {
			l.t.Fatal(err)
		}
	}
}

// wait lets time pass, step by step, and delivers webhooks.
func (l *lab) wait(d time.Duration) {
	l.t.Helper()
	end := l.now.Add(d)
	l.s.Deliver(context.Background())
	for at, ok := l.s.Next(); ok && !at.After(end); at, ok = l.s.Next() {
		if at.After(l.now) {
			l.now = at
		}
		l.s.Step(l.now)
		l.s.Deliver(context.Background())
	}
	l.now = end
}

// got lists the webhooks since the last call as "event action".
func (l *lab) got() string {
	l.s.Deliver(context.Background())
	var b bytes.Buffer
	for _, h := range l.hooks {
		fmt.Fprintln(&b, strings.TrimSpace(h.event+" "+h.action))
	}
	l.hooks = nil
	return b.String()
}

func (l *lab) noErrs() {
	l.t.Helper()
	for _, err := range l.s.Errs() {
		l.t.Error(err)
	}
}
