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
	sweptGoverned     = 200  // of them have a file, so that each of their pull requests is looked at and gets a check run
	hourly            = 5000 // requests, and points of GraphQL, that GitHub grants an installation of this size at the least
)

// sweeping counts what the first hour costs, in which everything is listed and read, and the third, in which nobody does anything
// but most check runs still wait for their slot: there are 4,000 of them, and 300 may be written in an hour.
func sweeping(ctx context.Context, o Options) ([]Row, error) {
	n, pulls, governed := o.of(sweptRepositories, 3), o.of(sweptPulls, 2), o.of(sweptGoverned, 1)
	o.say("engine: making %d repositories with %d open pull requests each, %d with a file", n, pulls, governed)
	l, err := sweptWorld(n, pulls, governed).open(ctx)
	if err != nil {
		return nil, err
	}
	defer l.Close() //nolint:errcheck // a temporary directory
	var hours [3]spent
	for i := range hours {
		o.say("engine: sweeping them, hour %d", i+1)
		if hours[i], err = l.spend(ctx, time.Hour); err != nil {
			return nil, err
		}
	}
	var rows []Row
	for _, hour := range []struct {
		name string
		spent
	}{{"first", hours[0]}, {"third", hours[2]}} {
		name := "engine: " + hour.name + " hour of 5,000 repositories × 20, 200 with a file"
		rows = append(rows, Row{name, float64(hour.calls), "calls", nil, new(float64(hourly)), Lower},
			Row{name, float64(hour.points), "points", nil, new(float64(hourly)), Lower})
	}
	return rows, nil
}

// sweptWorld has so many repositories, of which so many have a file, all of one installation.
func sweptWorld(repositories, pulls, governed int) world {
	w := world{noGit: true, still: true, files: map[string]map[string]string{}}
	var b strings.Builder
	b.WriteString("repo: acme/api\nrepos:\n")
	for i := 1; i < repositories; i++ {
		name := fmt.Sprintf("acme/service-%d", i)
		if i <= governed {
			w.files[name] = map[string]string{".platform.yml": neverReady}
		}
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
