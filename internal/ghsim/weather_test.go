package ghsim

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

const api8 = "/repos/acme/api/issues/8/comments"

// Secondary limits, computed: each with its number.
func TestSecondaryLimits(t *testing.T) {
	const slow = "You have exceeded a secondary rate limit"
	read := func(l *lab) reply { return l.do("GET", api+"/labels", "") }
	write := func(l *lab) reply { return l.do("POST", api8, `{"body":"x"}`) }
	tests := []struct {
		name, limits string
		run          func(*lab) reply
		good         int // requests that pass
		status       int
		says, retry  string
	}{
		{"points a minute", "limits all", read, 900, 403, slow, "60"},
		{"content a minute", "limits all", write, 80, 403, "temporarily blocked from content creation", "60"},
		{"bare", "limits all bare", write, 80, 403, slow, ""},
		{"429", "limits all 429", write, 80, 429, slow, "60"},
		{"GraphQL points a minute", "limits all", func(l *lab) reply { return l.do("POST", "/graphql", `{"query":"{viewer{login}}"}`) }, 2000, 403, slow, "60"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t, "prs: {8: {head: b1}}\n")
			l.wild = true
			l.exec(tt.limits)
			for range tt.good {
				if r := tt.run(l); r.status >= 300 {
					t.Fatalf("%s: got %d %s within the limit", r.what, r.status, r.raw)
				}
			}
			r := tt.run(l).says(tt.status, tt.says)
			if got := r.head.Get("Retry-After"); got != tt.retry {
				t.Errorf("Retry-After %q, want %q", got, tt.retry)
			}
			l.as(l.person("ana"), "GET", api, "").want(200) // everybody has their own
			l.now = l.now.Add(time.Minute)
			if r := tt.run(l); r.status >= 300 {
				t.Errorf("after a minute: %d %s", r.status, r.raw)
			}
		})
	}
}

// 500 writes an hour, however slowly they come.
func TestContentAnHour(t *testing.T) {
	l := newLab(t, "prs: {8: {head: b1}}\n")
	l.wild = true
	for range 500 {
		l.do("POST", api+"/issues/8/labels", `{"labels":["x"]}`).want(200)
		l.now = l.now.Add(2 * time.Second)
	}
	l.do("POST", api+"/issues/8/labels", `{"labels":["x"]}`).says(403, "temporarily blocked from content creation")
	l.do("GET", api, "").want(200)
}

// A hundred requests at a time, and not one more.
func TestConcurrency(t *testing.T) {
	l := newLab(t, "prs: {8: {head: b1}}\n")
	l.wild = true
	l.s.mu.Lock() // nothing is answered until all are there
	var all sync.WaitGroup
	codes := make(chan int, maxConcurrent+1)
	for range maxConcurrent + 1 {
		all.Go(func() {
			req := httptest.NewRequest("GET", "http://github.test"+api, nil)
			req.Header.Set("Authorization", "Bearer "+l.token)
			w := httptest.NewRecorder()
			l.h.ServeHTTP(w, req)
			codes <- w.Code
		})
	}
	for there := 0; there <= maxConcurrent; {
		l.s.crowds.mu.Lock()
		there = l.s.crowds.n["Bearer "+l.token]
		l.s.crowds.mu.Unlock()
	}
	l.s.mu.Unlock()
	all.Wait()
	close(codes)
	refused := 0
	for c := range codes {
		if c == 403 {
			refused++
		}
	}
	if refused != 1 {
		t.Errorf("%d of %d refused, want the last", refused, maxConcurrent+1)
	}
}

// Buckets: each resource has its own, /rate_limit and 304 are free, and a GHES has none.
func TestBuckets(t *testing.T) {
	l := newLab(t, "prs: {7: {head: a1}}\n")
	used := func() string { return l.do("GET", "/rate_limit", "").want(200).head.Get("X-RateLimit-Used") }
	if got := used(); got != "0" {
		t.Errorf("asking for the limit counts: %s", got)
	}
	r := l.do("GET", api, "").want(200)
	if got := used(); got != "1" {
		t.Errorf("a read counts %s", got)
	}
	l.with(l.token, "GET", api, "", map[string]string{"If-None-Match": r.head.Get("ETag")}).want(304)
	if got := used(); got != "1" {
		t.Errorf("a 304 counts: %s", got)
	}
	g := l.do("POST", "/graphql", `{"query":"{rateLimit{used limit}}"}`).says(200, `"used":1`)
	if g.head.Get("X-RateLimit-Resource") != "graphql" || used() != "1" {
		t.Errorf("GraphQL counts as %s, core %s", g.head.Get("X-RateLimit-Resource"), used())
	}
	l.as(l.person("ana"), "GET", api, "")
	if got := used(); got != "1" {
		t.Errorf("others count: %s", got)
	}
	l.wild = true
	if got := l.as("", "GET", "/meta", "").head.Get("X-RateLimit-Limit"); got != "60" {
		t.Errorf("without a token the limit is %s", got)
	}
	l.exec("limits off")
	l.do("GET", "/rate_limit", "").says(404, "Rate limiting is not enabled.")
	if got := l.do("GET", api, "").want(200).head.Get("X-RateLimit-Limit"); got != "" {
		t.Errorf("a GHES without limits shows %s", got)
	}
	l.do("POST", "/graphql", `{"query":"{rateLimit{used}}"}`).says(200, `"rateLimit":null`)
}

// What can happen to an answer on its way: the effect is there, the answer is not what it was.
func TestSpoiltAnswers(t *testing.T) {
	l := newLab(t, "prs: {7: {head: a1}, 8: {head: b1}}\n")
	server := httptest.NewServer(l.h)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // else it asks again by itself
	get := func() ([]byte, error) {
		req, err := http.NewRequest("GET", server.URL+pull7, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+l.token)
		res, err := client.Do(req)
		if err != nil {
			return nil, err
		}
		defer res.Body.Close()
		return io.ReadAll(res.Body)
	}
	whole, err := get()
	if err != nil || !json.Valid(whole) {
		t.Fatalf("whole: %v", err)
	}
	l.exec("fail pull truncate")
	if b, err := get(); !errors.Is(err, io.ErrUnexpectedEOF) || len(b) >= len(whole) {
		t.Errorf("truncated: %d of %d bytes, %v", len(b), len(whole), err)
	}
	l.exec("fail pull malformed")
	if b, err := get(); err != nil || json.Valid(b) {
		t.Errorf("malformed: %v, valid %v", err, json.Valid(b))
	}
	l.exec("fail pull drip")
	if b, err := get(); err != nil || !json.Valid(b) {
		t.Errorf("dripping: %v, valid %v", err, json.Valid(b))
	}
	l.exec("fail pull reset")
	if _, err := get(); err == nil {
		t.Error("reset: an answer came")
	}
	l.exec("fail pull limit 429 retry-after 7")
	if r := l.do("GET", pull7, "").says(429, "secondary rate limit"); r.head.Get("Retry-After") != "7" {
		t.Errorf("Retry-After %q", r.head.Get("Retry-After"))
	}
	l.exec("fail comment malformed")
	l.wild = true
	l.do("POST", api8, `{"body":"x"}`).want(201)
	if n := len(l.do("GET", api8, "").list); n != 1 {
		t.Errorf("%d comments, want the one whose answer was malformed", n)
	}
}

// A drip comes in pieces of one byte, each of them sent.
func TestDrip(t *testing.T) {
	w := &pieces{}
	answer{status: 200, head: http.Header{}, body: []byte("hello"), drip: true}.send(w)
	if w.n != 5 || w.flushed != 5 {
		t.Errorf("%d pieces, %d of them sent", w.n, w.flushed)
	}
}

type pieces struct{ n, flushed int }

func (p *pieces) Header() http.Header { return http.Header{} }
func (p *pieces) WriteHeader(int)     {}
func (p *pieces) Flush()              { p.flushed++ }
func (p *pieces) Write(b []byte) (int, error) {
	p.n++
	return len(b), nil
}

// A storm is on a seed: the same one twice, about as many faults as it says, and only on its route.
func TestStorm(t *testing.T) {
	run := func() (codes string, bad int) {
		l := newLab(t, "prs: {7: {head: a1}}\n")
		l.wild = true
		l.exec("storm 0.3 pull", "limits primary")
		for range 100 {
			code := l.shaken("GET", pull7)
			codes += " " + code
			if code != "200" {
				bad++
			}
			l.do("GET", api+"/labels", "").want(200)
		}
		l.exec("storm 0")
		for range 20 {
			l.do("GET", pull7, "").want(200)
		}
		return codes, bad
	}
	a, n := run()
	b, _ := run()
	if a != b || n < 10 || n > 45 {
		t.Errorf("%d of 100 failed; twice the same: %v\n%s", n, a == b, a)
	}
}

// shaken is the status of an answer, or what became of the connection.
func (l *lab) shaken(method, path string) (word string) {
	defer func() {
		if recover() != nil {
			word = "lost"
		}
	}()
	r := l.do(method, path, "")
	if r.status == 200 && !json.Valid(r.raw) {
		return "spoilt"
	}
	return itoa(int64(r.status))
}

// GitHub's clock and ours differ: a token that is good by our clock is not by GitHub's.
func TestSkew(t *testing.T) {
	l := newLab(t, "")
	l.exec("skew -2m")
	l.wild = true
	ahead := l.jwt(map[string]any{"iss": "1001", "iat": l.now.Unix(), "exp": l.now.Unix() + 300})
	l.as(ahead, "GET", "/app", "").says(401, "Issued at")
	l.as(l.jwt(map[string]any{"iss": "1001", "iat": l.now.Unix() - 180, "exp": l.now.Unix() + 300}), "GET", "/app", "").want(200)
	if got, want := l.do("GET", api, "").head.Get("Date"), l.now.Add(-2*time.Minute).Format(http.TimeFormat); got != want {
		t.Errorf("Date %s, want %s", got, want)
	}
	l.exec("skew 61m")
	l.do("GET", api, "").says(401, "Bad credentials")
}

// Webhooks that GitHub did not send, sent twice, or never sent.
func TestStrangeWebhooks(t *testing.T) {
	l := newLab(t, "prs: {7: {head: a1}}\n")
	l.exec("label 7 +a")
	l.s.Deliver(context.Background())
	l.exec("replay 1", "spoof")
	l.s.Deliver(context.Background())
	if len(l.hooks) != 3 {
		t.Fatalf("%d webhooks, want one, it again, and a forged one", len(l.hooks))
	}
	first, again, forged := l.hooks[0], l.hooks[1], l.hooks[2]
	if first.guid != again.guid || string(first.raw) != string(again.raw) || first.header.Get("X-Hub-Signature-256") != again.header.Get("X-Hub-Signature-256") {
		t.Error("what is replayed differs from what was sent")
	}
	if forged.guid == first.guid || forged.header.Get("X-Hub-Signature-256") == first.header.Get("X-Hub-Signature-256") {
		t.Error("what is forged has the id or the signature of a true one")
	}
	l.hooks = nil
	l.exec("huge", "label 7 +b", "label 7 +c")
	l.s.Deliver(context.Background())
	if len(l.hooks) != 1 || l.hooks[0].body["label"].(map[string]any)["name"] != "c" {
		t.Errorf("%d webhooks, want the second alone", len(l.hooks))
	}
	for _, x := range l.as(l.appToken(), "GET", "/app/hook/deliveries", "").list {
		if guid := x.(map[string]any)["guid"]; guid == forged.guid {
			t.Error("GitHub lists what it has not sent")
		}
	}
}

// Deliveries are listed, and sent again on request, for three days.
func TestDeliveriesAreForgotten(t *testing.T) {
	l := newLab(t, "prs: {7: {head: a1}}\n")
	l.exec("late 5s", "label 7 +a")
	l.wait(5 * time.Second)
	list := l.as(l.appToken(), "GET", "/app/hook/deliveries", "")
	if throttled := list.list[0].(map[string]any)["throttled_at"]; throttled == nil {
		t.Error("a late delivery is not said to have been held back")
	}
	path := "/app/hook/deliveries/" + list.first()
	l.now = l.now.Add(72*time.Hour - time.Second)
	l.as(l.appToken(), "POST", path+"/attempts", "").want(202)
	l.now = l.now.Add(time.Second)
	l.wild = true // 404 is described for neither
	l.as(l.appToken(), "GET", path, "").want(404)
	l.as(l.appToken(), "POST", path+"/attempts", "").want(404)
}

// The squash of 23 April 2026: everything reports success, and other people's work is gone.
func TestCorruptSquash(t *testing.T) {
	l := newLab(t, "prs: {7: {author: ana, head: a1, behind: 1, files: {x: a}}}\n")
	l.exec("corrupt 7")
	sha := l.do("PUT", mergePath, `{"merge_method":"squash"}`).says(200, "successfully merged").obj["sha"].(string)
	for path, status := range map[string]int{"x": 200, "base-1.txt": 404} {
		l.do("GET", api+"/contents/"+path+"?ref="+sha, "").want(status)
	}
}
