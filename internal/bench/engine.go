package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/pitcrew-app/pitcrew/rules"
)

var engines = Bench{"engine", "the engine under load: storms, floods, very many subjects, the sweep", runEngine}

func runEngine(ctx context.Context, o Options) ([]Row, error) {
	var rows []Row
	for _, part := range []func(context.Context, Options) ([]Row, error){
		func(ctx context.Context, o Options) ([]Row, error) { return o.everywhere(ctx, burst) },
		func(ctx context.Context, o Options) ([]Row, error) { return o.everywhere(ctx, storm) },
		func(ctx context.Context, o Options) ([]Row, error) { return o.everywhere(ctx, flood) },
		func(ctx context.Context, o Options) ([]Row, error) { return o.everywhere(ctx, backlog) },
		startMillion, sweeping,
	} {
		some, err := part(ctx, o)
		if err != nil {
			return nil, err
		}
		rows = append(rows, some...)
	}
	return rows, nil
}

// answers is how long GitHub takes for an answer here: about what it takes from afar.
const answers = 100 * time.Millisecond

// burstWithin is when GitHub gives a delivery up, in ms.
// https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks#respond-within-10-seconds
const burstWithin = 10_000

// burst sends very many deliveries at once. One that is refused ends it with an error.
func burst(ctx context.Context, o Options, at place) ([]Row, error) {
	l, hooks, err := recorded(ctx, at, o.of(50, 2))
	if err != nil {
		return nil, err
	}
	defer l.Close() //nolint:errcheck // a temporary directory
	n := o.of(5000, 20)
	o.say("engine, %s: %d deliveries at once", at.name, n)
	got, err := deluge(ctx, l.hooks.URL+"/hooks/github", hooks, "engine", n, n)
	if err != nil {
		return nil, err
	}
	return []Row{{at.of("engine: 5,000 deliveries at once"), quantile(got.took, 1), "ms, slowest", nil, new(float64(burstWithin)), Lower}}, nil
}

// recorded is a lab with what GitHub sends about so many pull requests.
func recorded(ctx context.Context, at place, pulls int) (*lab, []webhook, error) {
	w := world{github: ingestState(pulls), files: map[string]map[string]string{"acme/api": {".platform.yml": neverReady}}, data: at.data}
	l, err := w.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	hooks, err := l.record(ctx, pulls)
	if err != nil {
		return nil, nil, fmt.Errorf("%w; %w", err, l.Close())
	}
	return l, hooks, nil
}

const neverReady = "version: 1\nmerge: {policies: [{approvals: 2, checks: [build, lint]}]}\n"

// looks counts looks at pull requests.
type looks struct {
	mu sync.Mutex
	n  int
}

func (c *looks) Look(kind, _ string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if kind == rules.KindPR {
		c.n++
	}
}

func (c *looks) Act(string, string) {}

// Compared does not count.
func (*looks) Compared(string) {}

func (c *looks) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

// stormLooks is how many looks a storm of events may cost.
const stormLooks = 3

// storm sends 500 events about a check that one pull request waits for, and counts what they cost.
func storm(ctx context.Context, o Options, at place) ([]Row, error) {
	l, hooks, err := recorded(ctx, at, 1)
	if err != nil {
		return nil, err
	}
	defer l.Close() //nolint:errcheck // a temporary directory
	if err := l.settle(ctx); err != nil {
		return nil, err
	}
	seen := &looks{}
	l.program.Engine.Meters = seen
	l.door.wait.Store(int64(answers))
	stop := l.run(ctx)
	defer stop()
	n := o.of(500, 5)
	o.say("engine, %s: a storm of %d events", at.name, n)
	if _, err := deluge(ctx, l.hooks.URL+"/hooks/github", hooks, "engine", n, clients); err != nil {
		return nil, err
	}
	for began := time.Now(); seen.count() == 0 && time.Since(began) < restTime && ctx.Err() == nil; {
		pause(ctx, time.Millisecond)
	}
	if err := l.quiet(ctx); err != nil {
		return nil, err
	}
	if seen.count() == 0 {
		return nil, errors.New("nobody looked at what the storm was about")
	}
	return []Row{{at.of("engine: looks at one pull request in a storm of 500 events"), float64(seen.count()), "calls", nil, new(float64(stormLooks)), Lower}}, nil
}

// run lets the engine run as in the program, until stop.
func (l *lab) run(ctx context.Context) (stop func()) {
	running, end := context.WithCancel(ctx)
	var engine sync.WaitGroup
	engine.Go(func() { l.program.Engine.Run(running) }) //nolint:errcheck // it ends when it is told to
	return func() { end(); engine.Wait() }
}

// quiet waits until nothing is due and nobody looks.
func (l *lab) quiet(ctx context.Context) error {
	for ctx.Err() == nil {
		b, err := l.program.Log.Backlog(ctx, l.clock.Now())
		if err != nil || b.Due+b.Leased == 0 {
			return err
		}
		pause(ctx, 20*time.Millisecond)
	}
	return ctx.Err()
}
