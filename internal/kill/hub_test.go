package kill

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/ghsim"
	"github.com/pitcrew-app/pitcrew/internal/oracle"
)

// hub is the simulated GitHub with everybody around it.
type hub struct {
	t      *testing.T
	sim    *ghsim.Sim
	github http.Handler
	data   []string // where the log is, as the program's environment has it
	where  string   // the same for packages
	key    string   // file with the App's private key
	seats  []*seat
	turn   atomic.Uint32 // whose turn it is to be delivered to

	mu    sync.Mutex // one change at a time, which the oracle sees before and after
	watch *oracle.Oracle
	shown int // calls that it was shown

	acks  acks
	hooks recorded
	parts sync.WaitGroup
	stop  context.CancelFunc
}

// newHub starts GitHub. where is a directory or a database; copies is how many copies of the program have a seat.
func newHub(t *testing.T, where string, copies int) *hub {
	t.Helper()
	h := &hub{t: t, where: where, data: []string{"PITCREW_DATA=" + where, "PITCREW_DATABASE_URL="}, key: filepath.Join(t.TempDir(), "app.pem")}
	if eventlog.IsURL(where) {
		h.data = []string{"PITCREW_DATABASE_URL=" + where}
	}
	var err error
	if h.sim, err = ghsim.New(ghsim.Options{Seed: 1, NoGit: true, HookClient: &http.Client{Transport: h}}); err != nil {
		t.Fatal(err)
	}
	h.github = h.sim.Handler()
	h.acks = acks{accepted: map[string]hook{}, refused: map[string]hook{}}
	h.watch = oracle.New(oracle.Options{Bot: "pitcrew[bot]", Policy: func(text string) *oracle.Policy {
		if text != policy {
			return nil
		}
		return &meant
	}})
	for range copies {
		s := &seat{hub: h}
		s.door = httptest.NewServer(s)
		t.Cleanup(s.door.Close)
		h.seats = append(h.seats, s)
	}
	h.sim.SetURL(h.seats[0].door.URL)
	h.sim.SetHook("http://pitcrew.test/hooks/github")
	if err := h.sim.Load([]byte(world()), nil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(h.key, []byte(h.sim.Credentials().Key), 0o600); err != nil {
		t.Fatal(err)
	}
	h.run()
	return h
}

// run lets time pass on GitHub until the test ends.
func (h *hub) run() {
	ctx, stop := context.WithCancel(context.Background())
	h.stop = stop
	h.parts.Go(func() { h.sim.Run(ctx) })
	h.t.Cleanup(func() {
		h.stop()
		for _, s := range h.seats {
			s.kill()
		}
		h.parts.Wait()
	})
}

// every calls do again and again until ctx ends; what it returns is closed when the last call is over.
func (h *hub) every(ctx context.Context, pause time.Duration, do func()) <-chan struct{} {
	over := make(chan struct{})
	h.parts.Go(func() {
		defer close(over)
		tick := time.NewTicker(pause)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				do()
			}
		}
	})
	return over
}

// change lets something happen on GitHub while the oracle watches.
func (h *hub) change(do func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.look()
	do()
	h.look()
}

func (h *hub) look() {
	var calls []oracle.Call
	for _, c := range h.sim.CallsAfter(h.shown) {
		calls = append(calls, oracle.Call{Call: c})
	}
	h.shown += len(calls)
	h.watch.Observe(h.sim.Facts(), calls, 0)
}

// do plays a line of script.
func (h *hub) do(line string) {
	h.change(func() {
		if err := h.sim.Exec(line); err != nil {
			h.t.Error(err)
		}
	})
}

// owed is what pitcrew has still to do.
func (h *hub) owed() []oracle.Owing {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.look()
	return h.watch.Owed(h.sim.State())
}

// open are the pull requests of the apis that are open.
func (h *hub) open() (list []string) {
	for _, r := range h.sim.State().Repositories {
		for _, p := range r.Pulls {
			if strings.HasSuffix(r.Name, "/api") && p.State == "open" {
				list = append(list, fmt.Sprintf("%s#%d %s %v", r.Name, p.Number, p.MergeState, p.Checks))
			}
		}
	}
	return list
}

var errNobody = errors.New("nobody listens")

// someone is the copy whose turn it is, of those that listen.
func (h *hub) someone() (*seat, string) {
	first := int(h.turn.Add(1))
	for i := range h.seats {
		s := h.seats[(first+i)%len(h.seats)]
		if p := s.sits(); p != nil && p.alive() {
			return s, p.hooks
		}
	}
	return nil, ""
}

// RoundTrip carries a webhook of GitHub's to a copy of the program.
func (h *hub) RoundTrip(r *http.Request) (*http.Response, error) {
	h.hooks.keep(r)
	return h.carry(r)
}

// carry carries a delivery to the copy whose turn it is.
func (h *hub) carry(r *http.Request) (*http.Response, error) {
	s, address := h.someone()
	if s == nil {
		return nil, errNobody
	}
	r = r.Clone(r.Context())
	r.URL.Host, r.Host = address, address
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if !slices.Contains([]int{http.StatusAccepted, http.StatusServiceUnavailable}, res.StatusCode) {
		h.t.Errorf("a webhook was answered %s", res.Status)
	}
	if b := s.struck(delivered); b != nil && res.StatusCode == http.StatusAccepted {
		b.strike()
	}
	return res, nil
}
