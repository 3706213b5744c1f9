package bench

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// A large installation is swept: so many repositories, with so many open pull requests in each.
const (
	sweptRepositories = 5000
	sweptPulls        = 20
	hourly            = 5000 // requests, and points of GraphQL, that GitHub grants an installation of this size at the least
)

// sweeping counts what the first hour costs, in which everything is listed and read, and then an hour in which nothing happens.
// No file governs the repositories: looks at pull requests are not counted here, only what it takes to find them.
func sweeping(ctx context.Context, o Options) ([]Row, error) {
	n, pulls := o.of(sweptRepositories, 3), o.of(sweptPulls, 2)
	o.say("engine: making %d repositories with %d open pull requests each", n, pulls)
	l, err := sweptWorld(n, pulls).open(ctx)
	if err != nil {
		return nil, err
	}
	defer l.Close() //nolint:errcheck // a temporary directory
	o.say("engine: sweeping them for the first time")
	first, err := l.spend(ctx, time.Hour)
	if err != nil {
		return nil, err
	}
	o.say("engine: and in an hour in which nothing happens")
	next, err := l.spend(ctx, time.Hour)
	if err != nil {
		return nil, err
	}
	return []Row{
		{"engine: first hour of 5,000 repositories × 20", float64(first.calls), "calls", nil, new(float64(hourly)), Lower},
		{"engine: first hour of 5,000 repositories × 20", float64(first.points), "points", nil, new(float64(hourly)), Lower},
		{"engine: an hour's sweep of 5,000 repositories × 20", float64(next.calls), "calls", nil, new(float64(hourly)), Lower},
		{"engine: an hour's sweep of 5,000 repositories × 20", float64(next.points), "points", nil, new(float64(hourly)), Lower},
	}, nil
}

func sweptWorld(repositories, pulls int) world {
	w := world{noGit: true}
	var b strings.Builder
	b.WriteString("repo: acme/api\nrepos:\n")
	for i := 1; i < repositories; i++ {
		name := fmt.Sprintf("acme/service-%d", i)
		fmt.Fprintf(&b, "  %s:\n    prs:\n", name)
		for p := range pulls {
			fmt.Fprintf(&b, "      %d: {author: ana, head: a%d}\n", p+1, p+1)
		}
	}
	w.github = b.String()
	return w
}

// spend lets so much time pass, and says what was asked of GitHub meanwhile.
func (l *lab) spend(ctx context.Context, d time.Duration) (spent, error) {
	l.door.take()
	for end := l.clock.Now().Add(d); l.clock.Now().Before(end) && ctx.Err() == nil; {
		next, err := l.program.Engine.Step(ctx)
		if err != nil {
			return spent{}, err
		}
		if at, ok := l.sim.Next(); ok && (next.IsZero() || at.Before(next)) {
			next = at
		}
		if next.IsZero() || next.After(end) {
			next = end
		}
		l.clock.to(next)
		l.sim.Step(l.clock.Now())
		l.sim.Deliver(ctx)
	}
	return l.door.take(), ctx.Err()
}
