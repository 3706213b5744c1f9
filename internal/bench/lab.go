package bench

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
	"github.com/pitcrew-app/pitcrew/server"
	"github.com/rs/zerolog"
)

// lab is a simulated GitHub and pitcrew, in one process and over HTTP, on a clock that can skip what nobody works in.
type lab struct {
	dir     string
	clock   *clock
	sim     *ghsim.Sim
	door    *door
	web     *httptest.Server
	program *server.Program
	hooks   *httptest.Server
}

// clock is the clock on the wall, plus what was skipped. What took time is still to be seen on it.
type clock struct{ skipped atomic.Int64 }

func (c *clock) Now() time.Time { return time.Now().Add(time.Duration(c.skipped.Load())) }

// to skips what lies between now and t.
func (c *clock) to(t time.Time) {
	if d := t.Sub(c.Now()); d > 0 {
		c.skipped.Add(int64(d))
	}
}

// openLab starts both, with GitHub in the state of a story's github.yml and the given policy in each repository.
func openLab(ctx context.Context, github, policy string) (_ *lab, err error) {
	l := &lab{clock: &clock{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.Close())
		}
	}()
	if l.dir, err = os.MkdirTemp("", "pitcrew-bench-"); err != nil {
		return nil, err
	}
	if l.sim, err = ghsim.New(ghsim.Options{Seed: 1, Now: l.clock.Now}); err != nil {
		return nil, err
	}
	l.door = &door{github: l.sim.Handler(), now: l.clock.Now}
	l.web = httptest.NewServer(l.door)
	l.sim.SetURL(l.web.URL)
	files := map[string]map[string]string{"acme/api": {".platform.yml": policy}}
	if err := l.sim.Load([]byte(github), files); err != nil {
		return nil, err
	}
	cred := l.sim.Credentials()
	if l.program, err = server.Assemble(ctx, server.Setup{
		Data: l.dir, AppID: cred.AppID, Key: []byte(cred.Key), Secrets: [][]byte{[]byte(cred.WebhookSecret)},
		V3URL: l.web.URL + "/", V4URL: l.web.URL + "/graphql", WebURL: l.web.URL,
		Now: l.clock.Now, Log: zerolog.Nop(), Owner: "bench",
	}); err != nil {
		return nil, err
	}
	l.hooks = httptest.NewServer(l.program.Hooks)
	l.sim.SetHook(l.hooks.URL + "/hooks/github")
	return l, nil
}

// Close ends both and removes what they kept.
func (l *lab) Close() error {
	var errs []error
	if l.hooks != nil {
		l.hooks.Close()
	}
	if l.program != nil {
		errs = append(errs, l.program.Close())
	}
	if l.web != nil {
		l.web.Close()
	}
	if l.sim != nil {
		errs = append(errs, l.sim.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(l.dir))...)
}

// restTime is how long something may come after the last thing happened: pitcrew looks again 10 s after an act.
const restTime = 15 * time.Second

// settle lets everything happen that is due within restTime, and skips the time between.
func (l *lab) settle(ctx context.Context) error {
	end := l.clock.Now().Add(restTime)
	for {
		if l.sim.Step(l.clock.Now())+l.sim.Deliver(ctx) > 0 {
			continue
		}
		next, err := l.program.Engine.Step(ctx)
		if err != nil {
			return err
		}
		if at, ok := l.sim.Next(); ok && (next.IsZero() || at.Before(next)) {
			next = at
		}
		if next.IsZero() || next.After(end) {
			return ctx.Err()
		}
		l.clock.to(next)
	}
}

// door stands before GitHub: it makes each request take as long as the network would, and notes when a merge is asked for.
type door struct {
	github http.Handler
	now    func() time.Time
	wait   atomic.Int64 // nanoseconds a request

	mu    sync.Mutex
	merge time.Time // when the last merge request arrived
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPut && strings.HasSuffix(r.URL.Path, "/merge") {
		d.mu.Lock()
		d.merge = d.now()
		d.mu.Unlock()
	}
	time.Sleep(time.Duration(d.wait.Load()))
	d.github.ServeHTTP(w, r)
}

// merged is when the last merge request arrived, and forgets it.
func (d *door) merged() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	at := d.merge
	d.merge = time.Time{}
	return at
}

// calls counts what our App has asked GitHub since the first n, and how much of that changed something.
func (l *lab) calls(n int) (all, writes int) {
	for _, c := range l.sim.Calls()[n:] {
		if !c.App {
			continue
		}
		all++
		if c.Method != http.MethodGet && (c.Path != "/graphql" || strings.Contains(c.Body, `"mutation`)) {
			writes++
		}
	}
	return all, writes
}
