package storm

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"

	"github.com/pitcrew-app/pitcrew/internal/oracle"
	"github.com/rs/zerolog"
)

// Options say how plans are played.
type Options struct {
	Workers int    // at a time; 0: as many as there are processors
	Twice   int    // every so many are played twice, to see that they go the same way; 0: none
	Until   string // end with the first plan that violates this invariant; empty: play all
}

// Report is what became of many plans.
type Report struct {
	Played, Kills, Calls int
	Last                 uint64    // the newest seed that was played
	Failed               []Failure // in the order of the plans
}

// Failure is a plan in which something went wrong.
type Failure struct {
	Plan       Plan
	Violations []oracle.Violation
	Err        error // it could not be played to its end

	number int
}

func (f Failure) String() string {
	if f.Err != nil {
		return fmt.Sprintf("seed %d: %v", f.Plan.Seed, f.Err)
	}
	return fmt.Sprintf("seed %d: %v", f.Plan.Seed, f.Violations[0])
}

// Of is the first violation of an invariant, and whether there is one.
func (f Failure) Of(invariant string) (oracle.Violation, bool) {
	for _, v := range f.Violations {
		if v.Invariant == invariant {
			return v, true
		}
	}
	return oracle.Violation{}, false
}

// Seeds gives the plans of seeds: those that are named, then count from one on.
func Seeds(named []uint64, from uint64, count int) iter.Seq[Plan] {
	return func(yield func(Plan) bool) {
		for _, s := range named {
			if !yield(Draw(s)) {
				return
			}
		}
		for i := range count {
			if !yield(Draw(from + uint64(i))) {
				return
			}
		}
	}
}

// Run plays plans, several at a time, until all are played or ctx ends.
func Run(ctx context.Context, plans iter.Seq[Plan], o Options) Report {
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	ctx, end := context.WithCancel(ctx)
	defer end()
	crowd := &crowd{plans: make(chan numbered), end: end}
	var workers sync.WaitGroup
	for range o.Workers {
		workers.Go(func() { crowd.work(ctx, o) })
	}
	n := 0
	for p := range plans {
		select {
		case crowd.plans <- numbered{n, p}:
		case <-ctx.Done():
		}
		if n++; ctx.Err() != nil {
			break
		}
	}
	close(crowd.plans)
	workers.Wait()
	slices.SortFunc(crowd.report.Failed, func(a, b Failure) int { return a.number - b.number })
	return crowd.report
}

// crowd are the workers of a Run.
type crowd struct {
	plans chan numbered
	end   context.CancelFunc // of the whole Run

	mu     sync.Mutex
	report Report
}

type numbered struct {
	number int
	plan   Plan
}

func (c *crowd) work(ctx context.Context, o Options) {
	for p := range c.plans {
		r, failed := one(ctx, p.plan, o.Twice > 0 && p.number%o.Twice == 0)
		if ctx.Err() != nil {
			return
		}
		c.add(p, r, failed)
		if failed != nil && o.Until != "" {
			if _, found := failed.Of(o.Until); found {
				c.end()
			}
		}
	}
}

func (c *crowd) add(p numbered, r *Result, failed *Failure) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.report.Played++
	c.report.Last = max(c.report.Last, p.plan.Seed)
	if r != nil {
		c.report.Kills += r.Kills
		c.report.Calls += r.Calls
	}
	if failed != nil {
		failed.number = p.number
		c.report.Failed = append(c.report.Failed, *failed)
	}
}

// one plays one plan.
func one(ctx context.Context, p Plan, twice bool) (*Result, *Failure) {
	r, err := Play(ctx, p, zerolog.Nop())
	if err != nil {
		return nil, &Failure{Plan: p, Err: err}
	}
	if twice {
		again, err := Play(ctx, p, zerolog.Nop())
		if err != nil {
			return nil, &Failure{Plan: p, Err: err}
		}
		r.Violations = append(r.Violations, r.unlike(again)...)
	}
	if len(r.Violations) > 0 {
		return r, &Failure{Plan: p, Violations: r.Violations}
	}
	return r, nil
}

// unlike is I10: the same plan gives the same calls and the same log.
func (r *Result) unlike(again *Result) []oracle.Violation {
	var list []oracle.Violation
	if r.Asked != again.Asked {
		list = append(list, oracle.Violation{Invariant: "I10", Why: "played again, other calls were made"})
	}
	if r.Log != again.Log {
		list = append(list, oracle.Violation{Invariant: "I10", Why: "played again, the log is another"})
	}
	return list
}
