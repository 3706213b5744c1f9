package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"github.com/pitcrew-app/pitcrew/server"
)

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(url)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return res.StatusCode, err.Error()
	}
	return res.StatusCode, string(body)
}

func probe(h *server.Health, path string) (int, map[string]any) {
	mux := http.NewServeMux()
	h.Register(mux)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	var answer map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		return w.Code, nil
	}
	return w.Code, answer
}

func TestHealth(t *testing.T) {
	var log error
	h := &server.Health{Ready: []server.Check{
		{Name: "log", Ask: func(context.Context) error { return log }},
		{Name: "key", Ask: func(context.Context) error { return nil }},
	}}
	for _, c := range []struct {
		name   string
		before func()
		path   string
		status int
		says   string
	}{
		{"live", func() {}, "/livez", 200, "live"},
		{"ready", func() {}, "/readyz", 200, "ready"},
		{"log broken", func() { log = errors.New("disk full") }, "/readyz", 503, "not ready: log: disk full"},
		{"still live", func() {}, "/livez", 200, "live"},
		{"draining", func() { log = nil; h.Drain() }, "/readyz", 503, "not ready: drain: going down: finishing what is in hand"},
		{"live to the end", func() {}, "/livez", 200, "live"},
	} {
		c.before()
		status, answer := probe(h, c.path)
		if status != c.status || answer["says"] != c.says || answer["ok"] != (c.status == 200) {
			t.Errorf("%s: %d %v", c.name, status, answer)
		}
	}
}

type cursors struct{ err error }

func (c cursors) SetCursor(context.Context, string, string) error { return c.err }

func TestWritable(t *testing.T) {
	broken := errors.New("disk full")
	for _, want := range []error{nil, broken} {
		check := server.Writable(cursors{want}, func() time.Time { return now })
		if got := check.Ask(t.Context()); !errors.Is(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
}

// When the end is asked for, the program is not ready, answers what it has in hand, takes nothing new, finishes its work,
// and tells its health until then.
func TestEdgeDrains(t *testing.T) {
	defer goleak.VerifyNone(t)
	inHand, entered, open := make(chan struct{}), make(chan struct{}), make(chan struct{})
	finish, finishing := make(chan struct{}), make(chan struct{})
	health := &server.Health{}
	ops := http.NewServeMux()
	health.Register(ops)
	var order []string
	edge := &server.Edge{
		Health: health, Logger: zerolog.Nop(),
		Parts: []server.Part{
			{Name: "hooks", Addr: "127.0.0.1:0", Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				close(entered)
				<-inHand
				order = append(order, "answered")
				w.WriteHeader(http.StatusAccepted)
			})},
			{Name: "pages", Addr: "127.0.0.1:0", Streams: true, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				http.NewResponseController(w).Flush()
				close(open)
				<-r.Context().Done()
			})},
			{Name: "ops", Addr: "127.0.0.1:0", Handler: ops, Last: true},
		},
		Finish: func(context.Context) {
			order = append(order, "finished")
			close(finishing)
			<-finish
		},
	}
	if err := edge.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error)
	go func() { served <- edge.Serve(ctx) }()
	ready := "http://" + edge.Addr("ops") + "/readyz"
	if status, body := get(t, ready); status != 200 {
		t.Errorf("%d %s", status, body)
	}
	answered, streamed := make(chan int), make(chan int)
	go func() { status, _ := get(t, "http://"+edge.Addr("hooks")); answered <- status }()
	go func() { status, _ := get(t, "http://"+edge.Addr("pages")); streamed <- status }()
	<-entered
	<-open
	stop()
	if status := <-streamed; status != 200 {
		t.Errorf("the stream ended with %d", status)
	}
	if status, body := get(t, ready); status != 503 || !strings.Contains(body, "going down") {
		t.Errorf("while draining: %d %s", status, body)
	}
	close(inHand)
	if status := <-answered; status != 202 {
		t.Errorf("what was in hand: %d", status)
	}
	<-finishing
	if status, _ := get(t, "http://"+edge.Addr("hooks")); status != 0 {
		t.Errorf("something new: %d", status)
	}
	if status, body := get(t, ready); status != 503 {
		t.Errorf("while finishing: %d %s", status, body)
	}
	close(finish)
	if err := <-served; err != nil {
		t.Error(err)
	}
	if strings.Join(order, " ") != "answered finished" {
		t.Errorf("order %q", order)
	}
	if status, _ := get(t, ready); status != 0 {
		t.Errorf("after the end: %d", status)
	}
}

// A drain that takes too long says what was cut off.
func TestEdgeDrainEnds(t *testing.T) {
	entered, hang := make(chan struct{}), make(chan struct{})
	defer close(hang)
	edge := &server.Edge{DrainWithin: 10 * time.Millisecond, Logger: zerolog.Nop(), Parts: []server.Part{
		{Name: "hooks", Addr: "127.0.0.1:0", Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			close(entered)
			<-hang
		})},
	}}
	if err := edge.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error)
	go func() { served <- edge.Serve(ctx) }()
	go get(t, "http://"+edge.Addr("hooks"))
	<-entered
	stop()
	if err := <-served; !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "drain hooks") {
		t.Error(err)
	}
}

func TestEdgeListensOnAllOrNone(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	edge := &server.Edge{Logger: zerolog.Nop(), Parts: []server.Part{
		{Name: "hooks", Addr: "127.0.0.1:0", Handler: http.NotFoundHandler()},
		{Name: "pages", Addr: taken.Addr().String(), Handler: http.NotFoundHandler()},
	}}
	err = edge.Serve(t.Context())
	if err == nil || !strings.Contains(err.Error(), "listen for pages on "+taken.Addr().String()) || edge.Addr("hooks") != "" {
		t.Errorf("%v, hooks on %q", err, edge.Addr("hooks"))
	}
}
