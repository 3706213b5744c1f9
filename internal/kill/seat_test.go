package kill

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
)

// seat is a copy of the program: one process after another, with a door to GitHub of its own.
type seat struct {
	hub  *hub
	door *httptest.Server

	mu   sync.Mutex
	now  *running // nil: none
	blow *blow    // armed; nil: none
}

// blow is what happens to a copy in the nth moment of a kind from now on.
type blow struct {
	at     moment
	in     int
	strike func()
	hears  bool // it is answered all the same
}

type moment string

const (
	writeBefore moment = "a write that GitHub has not heard of"
	writeAfter  moment = "a write whose answer it has not heard"
	delivered   moment = "a delivery that was answered"
)

// command is the program with its settings.
func (s *seat) command() *exec.Cmd {
	cred := s.hub.sim.Credentials()
	cmd := exec.Command(program, "serve")
	cmd.Env = append(os.Environ(),
		"PITCREW_ADDR=127.0.0.1:0", "PITCREW_PAGES_ADDR=127.0.0.1:0", "PITCREW_OPS_ADDR=127.0.0.1:0", "PITCREW_PAGES_TOKEN=", "PITCREW_PAGES_URL=",
		fmt.Sprintf("GITHUB_APP_INTEGRATION_ID=%d", cred.AppID), "GITHUB_APP_PRIVATE_KEY_FILE="+s.hub.key, "GITHUB_APP_PRIVATE_KEY=",
		"GITHUB_APP_WEBHOOK_SECRET="+cred.WebhookSecret, "GITHUB_APP_WEBHOOK_SECRET_PREVIOUS=",
		"GITHUB_V3_API_URL="+s.door.URL+"/", "GITHUB_V4_API_URL="+s.door.URL+"/graphql", "GITHUB_WEB_URL="+s.door.URL)
	cmd.Env = append(cmd.Env, s.hub.data...)
	return cmd
}

// start begins a process, and does not wait until it is up.
func (s *seat) start() *running {
	p, err := start(s.command())
	if err != nil {
		s.hub.t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now, s.blow = p, nil
	return p
}

// up starts a process and waits until it listens.
func (s *seat) up() *running {
	s.hub.t.Helper()
	p := s.start()
	if err := p.await(); err != nil {
		s.hub.t.Fatal(err)
	}
	return p
}

// leave empties the seat, and returns who sat there.
func (s *seat) leave() *running {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.now
	s.now, s.blow = nil, nil
	return p
}

func (s *seat) kill() {
	if p := s.leave(); p != nil {
		p.kill()
	}
}

func (s *seat) sits() *running {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *seat) arm(b blow) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blow = &b
}

// struck counts a moment, and gives the blow whose moment it is.
func (s *seat) struck(at moment) *blow {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.blow
	if b == nil || b.at != at {
		return nil
	}
	if b.in--; b.in > 0 {
		return nil
	}
	s.blow = nil
	return b
}

// ServeHTTP is the door to GitHub.
func (s *seat) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // it was killed while it sent
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if !writes(r, body) {
		s.hub.github.ServeHTTP(w, r)
		return
	}
	if b := s.struck(writeBefore); b != nil {
		b.strike()
		panic(http.ErrAbortHandler)
	}
	answer := httptest.NewRecorder()
	s.hub.change(func() { s.hub.github.ServeHTTP(answer, r) })
	if b := s.struck(writeAfter); b != nil {
		b.strike()
		if !b.hears {
			panic(http.ErrAbortHandler)
		}
	}
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	w.Write(answer.Body.Bytes()) //nolint:errcheck // the connection is the program's to lose
}

// writes says whether a request can change what others see.
func writes(r *http.Request, body []byte) bool {
	if strings.HasSuffix(r.URL.Path, "/access_tokens") || strings.HasSuffix(r.URL.Path, "/attempts") {
		return false
	}
	return r.Method != http.MethodGet && (!strings.HasSuffix(r.URL.Path, "/graphql") || bytes.Contains(body, []byte(`"query":"mutation`)))
}
