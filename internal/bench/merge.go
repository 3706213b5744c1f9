package bench

import (
	"context"
	"fmt"
	"strings"
	"time"
)

var merge = Bench{"merge", "the life of a pull request in calls to GitHub and in time", runMerge}

// reads is how long CI and a reviewer take at least, so that no pause between two writes is measured that nobody would meet.
const reads = time.Minute

// checksOfLife is how many checks report on a pull request while it lives.
const checksOfLife = 12

// networks are the times that a call takes, in ms: none, and what is usual between two houses.
var networks = []int{0, 50}

func runMerge(ctx context.Context, o Options) ([]Row, error) {
	l, err := openLab(ctx, "", lifePolicy())
	if err != nil {
		return nil, err
	}
	defer l.Close() //nolint:errcheck // a temporary directory
	if err := l.sim.Exec("limits off"); err != nil {
		return nil, err
	}
	if err := l.settle(ctx); err != nil {
		return nil, err
	}
	o.say("merge: a first pull request, so that caches are warm")
	if _, err := l.live(ctx, 2); err != nil {
		return nil, err
	}
	var rows []Row
	for i, network := range networks {
		o.say("merge: pull requests at %d ms a call", network)
		l.door.wait.Store(int64(time.Duration(network) * time.Millisecond))
		lives, bare, err := l.lives(ctx, 100*(i+1), o.of(7, 1))
		if err != nil {
			return nil, err
		}
		if i == 0 {
			rows = append(rows, callRows(lives)...)
		}
		rows = append(rows, timeRows(network, lives, bare)...)
	}
	for _, part := range []func(context.Context, Options) ([]Row, error){runCosts, runBurst} {
		some, err := part(ctx, o)
		if err != nil {
			return nil, err
		}
		rows = append(rows, some...)
	}
	return rows, nil
}

// lifePolicy asks for an approval and each of the checks.
func lifePolicy() string {
	return fmt.Sprintf("version: 1\nmerge: {policies: [{approvals: 1, checks: [%s]}]}\n", strings.Join(checkNames(), ", "))
}

func checkNames() []string {
	names := make([]string, checksOfLife)
	for i := range names {
		names[i] = fmt.Sprintf("check-%d", i+1)
	}
	return names
}

// life is what one pull request cost, from opened until nothing moves after its merge.
type life struct {
	all, writes int           // calls
	unready     int           // calls for an event while it was not ready
	last        int           // calls from the last event until nothing moves
	merge       int           // calls from the last event until the merge request, itself included
	took        time.Duration // work for it, without the time that people and CI take
	sent        time.Duration // from the last webhook until the merge request left
}

// lives lets pull requests live, first by pitcrew and then by the bare calls.
func (l *lab) lives(ctx context.Context, from, n int) (lives, bare []life, err error) {
	for i := range n {
		x, err := l.live(ctx, from+i)
		if err != nil {
			return nil, nil, err
		}
		lives = append(lives, x)
		if x, err = l.liveBare(ctx, from+50+i); err != nil {
			return nil, nil, err
		}
		bare = append(bare, x)
	}
	return lives, bare, nil
}

// live opens a pull request, lets its checks report one after another, and approves it.
func (l *lab) live(ctx context.Context, n int) (life, error) {
	var x life
	before, began := len(l.sim.Calls()), time.Now()
	if err := l.play(ctx, openLine(n)); err != nil {
		return x, err
	}
	opened := len(l.sim.Calls())
	l.clock.to(l.clock.Now().Add(reads))
	for _, name := range checkNames() {
		if err := l.play(ctx, fmt.Sprintf("check %d %s success", n, name)); err != nil {
			return x, err
		}
	}
	x.unready, _ = l.calls(opened)
	l.clock.to(l.clock.Now().Add(reads))
	last, sent := len(l.sim.Calls()), l.clock.Now()
	if err := l.play(ctx, fmt.Sprintf("review %d bob approved", n)); err != nil {
		return x, err
	}
	at := l.door.merged()
	if at.IsZero() {
		return x, fmt.Errorf("pull request %d was not merged", n)
	}
	x.took, x.sent = time.Since(began), at.Sub(sent)
	x.last, _ = l.calls(last)
	x.merge = l.callsToMerge(last)
	x.all, x.writes = l.calls(before)
	return x, nil
}

// play runs a line of a script and lets everything happen that follows.
func (l *lab) play(ctx context.Context, line string) error {
	if err := l.sim.Exec(line); err != nil {
		return err
	}
	return l.settle(ctx)
}

func openLine(n int) string {
	checks := make([]string, checksOfLife)
	for i, name := range checkNames() {
		checks[i] = name + ": pending"
	}
	return fmt.Sprintf("open %d {author: ana, head: a%d, files: {file-%d.txt: new}, checks: {%s}}", n, n, n, strings.Join(checks, ", "))
}

func callRows(lives []life) []Row {
	x := lives[0]
	reads := x.all - x.writes
	of12 := float64(x.unready) / checksOfLife
	return []Row{
		{"life of a pull request", float64(x.all), "calls", new(float64(bareReads + bareWrites)), new(10.0), Lower},
		{"life of a pull request: reads", float64(reads), "calls", new(float64(bareReads)), nil, Lower},
		{"life of a pull request: writes", float64(x.writes), "calls", new(float64(bareWrites)), nil, Lower},
		{"event on a pull request that is not ready", of12, "calls", nil, new(1.0), Lower},
		{"the merge, from the last event", float64(x.merge), "calls", nil, new(3.0), Lower},
		{"all that follows the last event", float64(x.last), "calls", nil, nil, Lower},
	}
}

func timeRows(network int, lives, bare []life) []Row {
	at := fmt.Sprintf(" at %d ms a call", network)
	var target *float64
	if network == 50 {
		target = new(130.0)
	}
	return []Row{
		{"life of a pull request" + at, medianOf(lives, life.work), "ms", new(medianOf(bare, life.work)), nil, Lower},
		{"webhook to merge request" + at, medianOf(lives, life.answer), "ms", new(medianOf(bare, life.answer)), target, Lower},
	}
}

func (x life) work() time.Duration   { return x.took }
func (x life) answer() time.Duration { return x.sent }

func medianOf(lives []life, what func(life) time.Duration) float64 {
	all := make([]time.Duration, len(lives))
	for i, x := range lives {
		all[i] = what(x)
	}
	return quantile(all, 0.5)
}
