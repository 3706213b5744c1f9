package bench

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// idle is how many pull requests are open on a base that moves, none of them ready.
const idle = 20

// runCosts counts what single events cost where nothing is merged, and what many at once lead to.
func runCosts(ctx context.Context, o Options) ([]Row, error) {
	o.say("merge: single events")
	l, err := openLab(ctx, "repos: {acme/api: {}, acme/plain: {}}", lifePolicy())
	if err != nil {
		return nil, err
	}
	defer l.Close() //nolint:errcheck // a temporary directory
	n := o.of(idle, 2)
	lines := []string{"open acme/plain#1 {author: ana, head: p1, files: {p.txt: new}}", "label acme/plain#1 +first"}
	for i := 1; i <= n; i++ {
		lines = append(lines, openLine(i))
	}
	for _, line := range lines {
		if err := l.play(ctx, line); err != nil {
			return nil, err
		}
	}
	plain, err := l.callsOf(ctx, "label acme/plain#1 +second")
	if err != nil {
		return nil, err
	}
	push, err := l.callsOf(ctx, "push main m2 {other.txt: new}")
	if err != nil {
		return nil, err
	}
	merges, err := l.atOnce(ctx, 1)
	if err != nil {
		return nil, err
	}
	return []Row{
		{"event in a repository without config", float64(plain), "calls", nil, new(0.0), Lower},
		{fmt.Sprintf("push to a base with %d open, none ready", n), float64(push), "calls", nil, new(1.0), Lower},
		{fmt.Sprintf("%d events of a pull request at once", checksOfLife+1), float64(merges), "merge requests", new(1.0), new(1.0), Lower},
	}, nil
}

// callsOf is how many calls follow from one line of a script.
func (l *lab) callsOf(ctx context.Context, line string) (int, error) {
	before := len(l.sim.Calls())
	err := l.play(ctx, line)
	all, _ := l.calls(before)
	return all, err
}

// atOnce lets everything that a pull request waits for happen at the same moment, and counts the requests to merge it.
func (l *lab) atOnce(ctx context.Context, n int) (merges int, err error) {
	before := len(l.sim.Calls())
	for _, name := range checkNames() {
		if err := l.sim.Exec(fmt.Sprintf("check %d %s success", n, name)); err != nil {
			return 0, err
		}
	}
	if err := l.play(ctx, fmt.Sprintf("review %d bob approved", n)); err != nil {
		return 0, err
	}
	for _, c := range l.sim.Calls()[before:] {
		if c.Method == http.MethodPut && strings.HasSuffix(c.Path, "/merge") {
			merges++
		}
	}
	return merges, nil
}
