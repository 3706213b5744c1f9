package ghsim

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// fetched asks a Sim as dan, who may do everything.
func fetched(t *testing.T, s *Sim, path, accept string) (int, string) {
	t.Helper()
	r, err := http.NewRequest("GET", "http://github.test"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", accept)
	r.SetBasicAuth("dan", s.Credentials().Tokens["dan"])
	res, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// asked is what a client sees of an answer: with a connection and without, it is the same.
type asked struct {
	status        int
	length        int64
	kind, body    string
	err, bodyFail error
	pieces        bool // the body came in pieces of a byte
}

// TestDirect has a client with a connection and one without see the same of each bad day.
func TestDirect(t *testing.T) {
	for _, line := range []string{"", "fail pull timeout", "fail pull reset", "fail pull 502", "fail pull limit retry-after 7",
		"fail pull truncate", "fail pull malformed", "fail pull drip"} {
		t.Run(line, func(t *testing.T) {
			with, without := oneAnswer(t, line, false), oneAnswer(t, line, true)
			if with.status != without.status || with.length != without.length || with.kind != without.kind || with.body != without.body ||
				!errors.Is(without.err, with.err) || !errors.Is(without.bodyFail, with.bodyFail) {
				t.Errorf("with a connection %+v\nwithout %+v", with, without)
			}
			if drips := strings.Contains(line, "drip"); without.pieces != drips {
				t.Errorf("in pieces of a byte: %v", without.pieces)
			}
		})
	}
}

func oneAnswer(t *testing.T, line string, direct bool) asked {
	t.Helper()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	s, err := New(Options{NoGit: true, Seed: 1, BaseURL: "http://github.test", Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Load([]byte("prs: {7: {author: ana, head: a1}}\n"), nil); err != nil {
		t.Fatal(err)
	}
	if line != "" {
		if err := s.Exec(line); err != nil {
			t.Fatal(err)
		}
	}
	client, base := s.Client(), "http://github.test"
	if !direct {
		web := httptest.NewServer(s.Handler())
		defer web.Close()
		client, base = web.Client(), web.URL
	}
	r, err := http.NewRequest("GET", base+"/repos/acme/api/pulls/7", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.Credentials().Tokens["dan"])
	return seen(client, r)
}

func seen(client *http.Client, r *http.Request) asked {
	res, err := client.Do(r)
	if err != nil {
		return asked{err: errors.Unwrap(err)}
	}
	defer res.Body.Close()
	a := asked{status: res.StatusCode, length: res.ContentLength, kind: res.Header.Get("Content-Type")}
	one := make([]byte, 2)
	n, _ := res.Body.Read(one)
	a.pieces = n == 1
	rest, err := io.ReadAll(res.Body)
	a.body, a.bodyFail = string(one[:n])+string(rest), err
	return a
}

// A client without a connection reaches the Sim alone, and stops waiting when it is told to.
func TestDirectReachesNothingElse(t *testing.T) {
	s, err := New(Options{NoGit: true, BaseURL: "http://github.test"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Client().Get("http://elsewhere.test/rate_limit"); err == nil || !strings.Contains(err.Error(), "reaches nothing else") {
		t.Errorf("elsewhere: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	during := Direct(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { cancel() }))
	r, err := http.NewRequestWithContext(ctx, "GET", "http://github.test/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := during.RoundTrip(r); !errors.Is(err, context.Canceled) {
		t.Errorf("told to stop in the middle: %v", err)
	}
}

// Thousands of Sims one after another leave nothing behind.
func TestNothingLeaks(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	for range 50 {
		s, err := New(Options{NoGit: true, BaseURL: "http://github.test"})
		if err != nil {
			t.Fatal(err)
		}
		heard := 0
		s.opts.HookClient = &http.Client{Transport: Direct(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { heard++ }))}
		s.SetHook("http://app.test/hook")
		if err := s.Load([]byte("prs: {7: {author: ana, head: a1}}\n"), nil); err != nil {
			t.Fatal(err)
		}
		if err := s.Exec("push 7 a2"); err != nil {
			t.Fatal(err)
		}
		if n := s.Deliver(t.Context()); n == 0 || heard != n {
			t.Fatalf("%d webhooks, %d heard", n, heard)
		}
		if status, _ := fetched(t, s, "/repos/acme/api/pulls/7", "*/*"); status != 200 {
			t.Fatalf("pull: %d", status)
		}
		if s.dir != "" {
			t.Fatalf("made directory %s", s.dir)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
