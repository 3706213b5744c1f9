package storm

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	seeded "math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
	"github.com/pitcrew-app/pitcrew/internal/oracle"
	"github.com/pitcrew-app/pitcrew/server"
	"github.com/rs/zerolog"
)

// world is a run while it goes on: GitHub, the program, the time that both live in, and who watches.
type world struct {
	plan  Plan
	clock *clock
	sim   *ghsim.Sim
	door  http.Handler // to GitHub
	dir   string       // for its files
	data  string       // where it writes: there, or a database
	log   zerolog.Logger
	rand  io.Reader
	between

	program *server.Program
	ears    http.Handler    // where its webhooks arrive
	life    context.Context // of the program: ends where it is killed
	kill    context.CancelFunc
	upAt    time.Time // it is down until then
	kills   int

	circling bool // it asked for the time again and again

	crash  crash
	deaf   crash
	full   int // commits that the disk has no room for
	watch  *oracle.Oracle
	seen   int       // calls that the oracle was shown
	heard  []hearing // what became of the answers to the newest calls
	blind  blindness
	ambush bool // a step is to happen within a request
}

// crash is armed by a step: the program dies in the nth thing of a kind from now on.
type crash struct {
	in     int // 0: none is armed
	after  bool
	writes bool // only requests that can change anything count
}

// now counts one and says whether it is the one.
func (c *crash) now() bool {
	if c.in == 0 {
		return false
	}
	c.in--
	return c.in == 0
}

func newWorld(p Plan, log zerolog.Logger, b between) (*world, error) {
	var seed [32]byte
	copy(seed[:], fmt.Sprint(p.Seed))
	w := &world{plan: p, clock: &clock{now: start}, log: log, rand: seeded.NewChaCha8(seed), between: b}
	w.clock.alarm = func() {
		w.circling = true
		w.kill()
	}
	var err error
	if w.dir, err = os.MkdirTemp(memory(), "pitcrew-storm-"); err != nil {
		return nil, err
	}
	w.data = cmp.Or(b.data, w.dir)
	if w.sim, err = ghsim.New(ghsim.Options{Seed: int64(p.Seed), Now: w.clock.Now, NoGit: true, BaseURL: base, Key: key(),
		HookClient: &http.Client{Transport: ghsim.Direct(http.HandlerFunc(w.delivery))}}); err != nil {
		return w, err
	}
	w.door = w.sim.Handler()
	if b.github != nil {
		w.door = b.github(w.door)
	}
	if b.rand != nil {
		w.rand = b.rand
	}
	w.sim.SetHook(base + "/hooks/github")
	if err := w.sim.Load([]byte(p.World), nil); err != nil {
		return w, fmt.Errorf("github.yml: %w", err)
	}
	w.watch = oracle.New(oracle.Options{Bot: "pitcrew[bot]", Neutral: neutral, Policy: func(text string) *oracle.Policy { return p.Policies[strings.TrimRight(text, "\n")+"\n"] }})
	w.look()
	return w, w.start()
}

// base is the simulated GitHub's address, which nobody ever connects to.
const base = "http://github.test"

// spoil lets commits fail as long as the disk is full.
func (w *world) spoil() error {
	if w.full == 0 {
		return nil
	}
	w.full--
	return errors.New("database or disk is full")
}

// key is the App's: a short one, for signing is most of what a request costs.
var key = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		panic(err)
	}
	return k
})

// memory is a directory in memory, where a commit costs no disk: what is killed here is a program, not a machine.
func memory() string {
	const shm = "/dev/shm"
	if info, err := os.Stat(shm); err == nil && info.IsDir() {
		return shm
	}
	return ""
}

// start starts the program, as serve does, on the same data as before.
func (w *world) start() error {
	cred := w.sim.Credentials()
	w.life, w.kill = context.WithCancel(context.Background())
	program, err := server.Assemble(w.life, server.Setup{
		Data: w.data, AppID: cred.AppID, Key: []byte(cred.Key), Secrets: [][]byte{[]byte(cred.WebhookSecret)},
		V3URL: base + "/", V4URL: base + "/graphql", WebURL: base,
		Now: w.clock.Now, Log: w.log, Owner: "storm", Transport: ghsim.Direct(http.HandlerFunc(w.request)), Rand: w.rand, Unsynced: true, Spoil: w.spoil,
	})
	if err != nil {
		return err
	}
	w.program, w.ears = program, program.Hooks
	if w.between.hooks != nil {
		w.ears = w.between.hooks(w.ears)
	}
	return nil
}

// stop ends the program as kill -9 does: whatever it had in hand is gone.
func (w *world) stop() error {
	w.kill()
	w.kills++
	err := w.program.Close()
	w.program, w.crash, w.deaf, w.full = nil, crash{}, crash{}, 0
	return err
}

func (w *world) close() {
	if w.program != nil {
		w.stop() //nolint:errcheck // the run is over
	}
	if w.sim != nil {
		w.sim.Close() //nolint:errcheck // a temporary directory
	}
	os.RemoveAll(w.dir) //nolint:errcheck // a temporary directory
}

// request stands before GitHub. It lets the program die in the request that a crash is armed for, and lets the oracle look after
// each that can have changed anything.
func (w *world) request(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(rw, err.Error(), http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	changes := r.Method != http.MethodGet && (!strings.HasSuffix(r.URL.Path, "/graphql") || bytes.Contains(body, []byte(`"query":"mutation`))) &&
		!strings.HasSuffix(r.URL.Path, "/access_tokens")
	writes := w.ambush || changes
	untold := w.sim.Untold() // what follows from the request is not what the program could have known
	die := (!w.crash.writes || changes) && w.crash.now()
	if die && !w.crash.after {
		w.kill()
		panic(http.ErrAbortHandler)
	}
	defer func() {
		h := hearing{}
		if !die { // else it never heard what the answer asks for
			h = hearing{until(rw.Header(), w.clock.Now()), w.full == 0}
		}
		w.heard = append(w.heard, h)
		if writes {
			w.lookAt(untold)
		}
	}()
	w.door.ServeHTTP(rw, r)
	if die {
		w.kill()
		panic(http.ErrAbortHandler)
	}
}

// hearing is what the program heard of an answer.
type hearing struct {
	until time.Time // that nothing is to be sent before; zero: nothing was asked for
	kept  bool      // and it could write it down
}

// until is the time before which an answer asks that nothing is sent.
func until(h http.Header, now time.Time) time.Time {
	if s, err := strconv.Atoi(h.Get("Retry-After")); err == nil {
		return now.Truncate(time.Millisecond).Add(time.Duration(s) * time.Second) // calls are noted to the millisecond
	}
	return time.Time{}
}

// delivery stands before the program's hook.
func (w *world) delivery(rw http.ResponseWriter, r *http.Request) {
	if w.program == nil || w.life.Err() != nil {
		panic(http.ErrAbortHandler) // nobody listens
	}
	die := w.deaf.now()
	if die && !w.deaf.after {
		w.kill()
		panic(http.ErrAbortHandler)
	}
	if die {
		w.ears.ServeHTTP(httptest.NewRecorder(), r)
		w.kill()
		panic(http.ErrAbortHandler)
	}
	w.ears.ServeHTTP(rw, r)
}

// look shows the oracle everything.
func (w *world) look() { w.lookAt(w.sim.Untold()) }

// lookAt is look where the newest webhook that had not arrived was sent at untold.
func (w *world) lookAt(untold time.Time) {
	var calls []oracle.Call
	for i, c := range w.sim.CallsAfter(w.seen) {
		var h hearing
		if i < len(w.heard) {
			h = w.heard[i]
		}
		calls = append(calls, oracle.Call{Call: c, Until: h.until, Heard: h.kept})
	}
	w.seen += len(calls)
	w.heard = nil
	w.watch.Observe(w.sim.Facts(), calls, w.blind.at(w.clock.Now(), untold))
}
