package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"github.com/spf13/cobra"
)

// demoOptions are the flags of demo.
type demoOptions struct {
	exit, asJSON, verbose bool
	kill                  int
	seed                  int64
	speed                 float64
	pages                 string
}

func demoCommand(a *app) *cobra.Command {
	var o demoOptions
	c := &cobra.Command{
		Use:   "demo",
		Short: "watch pitcrew at work on a simulated GitHub",
		Long: `Starts a simulated GitHub (two organisations, six repositories, a dozen people, CI) and pitcrew itself, as two
processes that talk over HTTP, and prints the address of the pages. Nothing is staged: the people open, review and push;
pitcrew receives signed webhooks, writes its log to disk and acts through GitHub's API. Needs git 2.38 or newer.

With --exit it plays the story to its end without a browser, prints the report, and exits 0 only if each pull request
ended as the story says. With --kill N, pitcrew is killed (as by kill -9) N times on the way, and started again.`,
		Example: "  pitcrew demo\n  pitcrew demo --exit --json --kill 5",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := checkGit(c.Context()); err != nil {
				return err
			}
			if o.kill < 0 || o.kill > 100 || o.speed <= 0 {
				return usageError{"--kill takes 0 to 100, --speed a number above 0", "see pitcrew demo --help"}
			}
			return a.demo(c.Context(), o)
		},
	}
	f := c.Flags()
	f.BoolVar(&o.exit, "exit", false, "play to the end, print the report, and exit 0 only if all ended as expected")
	f.BoolVar(&o.asJSON, "json", false, "print the result as JSON (with --exit)")
	f.BoolVar(&o.verbose, "verbose", false, "show pitcrew's own log")
	f.IntVar(&o.kill, "kill", 0, "kill pitcrew so many times on the way")
	f.Int64Var(&o.seed, "seed", 1, "decides when pitcrew is killed")
	f.Float64Var(&o.speed, "speed", 1, "divides the habits of people and the durations of CI; never pitcrew's own times")
	f.StringVar(&o.pages, "pages", "127.0.0.1:8081", "where to show the pages; any free port if this is taken")
	return c
}

// demoLimit is how long the story may take before it counts as stuck; killing adds to it.
const demoLimit = 90 * time.Second

func (a *app) demo(ctx context.Context, o demoOptions) error {
	dir, err := os.MkdirTemp("", "pitcrew-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary directory
	d, err := startDemo(ctx, a, o, dir)
	if err != nil {
		return err
	}
	defer d.stop()
	fmt.Fprintf(a.err, "pitcrew is at work. Watch it: http://%s/\n", d.pages)
	if !o.exit {
		fmt.Fprintln(a.err, "It plays for about a minute; the pages stay until you stop it with Ctrl-C.")
		fmt.Fprintf(a.err, "In another terminal: PITCREW_DATA=%s pitcrew explain acme/web#1\n", dir)
	}
	result, err := d.play(ctx)
	if err != nil {
		return err
	}
	if err := result.print(a, o.asJSON); err != nil {
		return err
	}
	if !o.exit {
		<-ctx.Done()
		return nil
	}
	if len(result.Wrong) > 0 {
		return errSilent
	}
	return nil
}

// play lets the story go on until each pull request has come to its end, or time is up; meanwhile it kills.
func (d *playing) play(ctx context.Context) (*demoResult, error) {
	limit := time.NewTimer(demoLimit + time.Duration(d.kill)*3*time.Second)
	defer limit.Stop()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	kills := killTimes(d.kill, d.seed)
	quiet := 0
	for {
		select {
		case <-ctx.Done():
			return nil, errors.New("stopped before the story ended")
		case err := <-d.simEnded:
			return nil, fmt.Errorf("the simulated GitHub ended by itself (%w); nothing can be judged any more", err)
		case err := <-d.serveEnded:
			return nil, fmt.Errorf("pitcrew ended by itself: %w", err)
		case <-limit.C:
			return d.judge(ctx)
		case <-tick.C:
		}
		if len(kills) > 0 && time.Since(d.began) >= kills[0] {
			kills = kills[1:]
			if err := d.killServe(ctx); err != nil {
				return nil, err
			}
		}
		result, err := d.judge(ctx)
		if err != nil {
			continue // it is just starting again
		}
		d.progress(result)
		if quiet++; len(result.Wrong) > 0 || len(kills) > 0 {
			quiet = 0
		}
		if quiet >= quietTicks {
			d.endProgress()
			return result, nil
		}
	}
}

// quietTicks is for how many looks in a row everything must be as expected: what is done too much comes late.
const quietTicks = 6

// killTimes are seeded moments while the story plays, rising.
func killTimes(n int, seed int64) []time.Duration {
	rng := rand.New(rand.NewPCG(uint64(seed), 9))
	const first, last = 2 * time.Second, 24 * time.Second
	times := make([]time.Duration, n)
	for i := range times {
		span := (last - first) / time.Duration(n)
		times[i] = first + time.Duration(i)*span + time.Duration(rng.Int64N(int64(span)))
	}
	return times
}

// print says how it ended: for people, or as JSON.
func (r *demoResult) print(a *app, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(a.out).Encode(r)
	}
	if err := r.report.Text(a.out); err != nil {
		return err
	}
	for _, wrong := range r.Wrong {
		fmt.Fprintln(a.out, "not as the story says: "+wrong)
	}
	if len(r.Wrong) == 0 {
		fmt.Fprintf(a.out, "\nAll %d pull requests ended as the story says; GitHub's own record of calls agrees.\n", r.pulls)
	}
	return nil
}
