package bench

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
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

// clock is the clock on the wall, plus what was skipped. What took time is still to be seen on it, unless it stands still.
type clock struct {
	still   time.Time // zero: it goes
	skipped atomic.Int64
}

func (c *clock) Now() time.Time {
	now := c.still
	if now.IsZero() {
		now = time.Now()
	}
	return now.Add(time.Duration(c.skipped.Load()))
}

// to skips what lies between now and t.
func (c *clock) to(t time.Time) {
	if d := t.Sub(c.Now()); d > 0 {
		c.skipped.Add(int64(d))
	}
}

// world is what a lab begins with.
type world struct {
	github string                       // GitHub's state, as in a story's github.yml
	files  map[string]map[string]string // in repositories, by name and path
	noGit  bool                         // GitHub keeps its repositories in memory
	still  bool                         // time passes only where it is skipped: counts are the same on every machine
	data   string                       // where the log is; empty: in files
}

// openLab starts both, with GitHub in a state and the given policy in acme/api.
func openLab(ctx context.Context, github, policy string) (*lab, error) {
	return world{github: github, files: map[string]map[string]string{"acme/api": {".platform.yml": policy}}}.open(ctx)
}

func (w world) open(ctx context.Context) (_ *lab, err error) {
	l := &lab{clock: &clock{}}
	if w.still {
		l.clock.still = time.Now()
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.Close())
		}
	}()
	if l.dir, err = os.MkdirTemp("", "pitcrew-bench-"); err != nil {
		return nil, err
	}
	if l.sim, err = ghsim.New(ghsim.Options{Seed: 1, NoGit: w.noGit, Now: l.clock.Now}); err != nil {
		return nil, err
	}
	l.door = &door{github: l.sim.Handler(), now: l.clock.Now}
	l.web = httptest.NewServer(l.door)
	l.sim.SetURL(l.web.URL)
	if err := l.sim.Load([]byte(w.github), w.files); err != nil {
		return nil, err
	}
	cred := l.sim.Credentials()
	if l.program, err = server.Assemble(ctx, server.Setup{
		Data: cmp.Or(w.data, l.dir), AppID: cred.AppID, Key: []byte(cred.Key), Secrets: [][]byte{[]byte(cred.WebhookSecret)},
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
	lands int       // merge requests that were answered with success
	spent spent
	used  int // points of GraphQL that the last answer said
}

// spent is what was asked of GitHub.
type spent struct {
	calls  int
	points int // of GraphQL's hourly limit
}

// take is what was asked since it was taken last.
func (d *door) take() spent {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.spent
	d.spent = spent{}
	return s
}

// count reads from the head of an answer what it cost; the limit begins anew each hour.
// https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#checking-the-status-of-your-primary-rate-limit
func (d *door) count(head http.Header) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.spent.calls++
	used, err := strconv.Atoi(head.Get("X-RateLimit-Used"))
	if err != nil || head.Get("X-RateLimit-Resource") != "graphql" {
		return
	}
	if used < d.used {
		d.used = 0
	}
	d.spent.points += used - d.used
	d.used = used
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if isMerge(r) {
		d.mu.Lock()
		d.merge = d.now()
		d.mu.Unlock()
	}
	time.Sleep(time.Duration(d.wait.Load()))
	told := &statusOf{w, http.StatusOK}
	d.github.ServeHTTP(told, r)
	d.count(w.Header())
	if isMerge(r) && told.status == http.StatusOK {
		d.mu.Lock()
		d.lands++
		d.mu.Unlock()
	}
}

func isMerge(r *http.Request) bool {
	return r.Method == http.MethodPut && strings.HasSuffix(r.URL.Path, "/merge")
}

// statusOf remembers the status of an answer.
type statusOf struct {
	http.ResponseWriter
	status int
}

func (s *statusOf) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

// landed is how many merge requests were answered with success.
func (d *door) landed() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lands
}

// merged is when the last merge request arrived, and forgets it.
func (d *door) merged() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	at := d.merge
	d.merge = time.Time{}
	return at
}

// callsToMerge counts what our App has asked GitHub since the first n, up to the first request to merge.
func (l *lab) callsToMerge(n int) (calls int) {
	for _, c := range l.sim.Calls()[n:] {
		if c.App {
			calls++
		}
		if c.Method == http.MethodPut && strings.HasSuffix(c.Path, "/merge") {
			return calls
		}
	}
	return calls
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
