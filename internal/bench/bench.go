// Package bench measures pitcrew: how fast it takes what GitHub sends, what the life of a pull request costs, how soon it
// is up, how much memory it rests on, how long a page takes, and how fast the simulated GitHub is.
//
// # Words
//
// A Bench measures one thing and gives Rows. A row is one number with its unit; beside it stand its floor, which is what
// the bare operation costs on the same machine in the same run (the same bytes over HTTP, the same commands of git), and
// its target, which is what we want it to be. A number without its floor says more about the machine than about us.
//
// # Promises
//
// Nothing is faked: requests go over HTTP, commits are synced to disk, the program that is started is the program. No
// bench fails because of its target: the table and the JSON say whether it is met.
//
// # To add
//
// Write one file with a Bench, and name it in All.
package bench

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Better says which way is up.
const (
	Lower  = "lower"
	Higher = "higher"
)

// Row is one number.
type Row struct {
	Name   string   `json:"name"`
	Value  float64  `json:"value"`
	Unit   string   `json:"unit"`
	Floor  *float64 `json:"floor"`  // what the bare operation costs, in the same unit; nil: there is none
	Target *float64 `json:"target"` // what it should be at worst; nil: nobody said
	Better string   `json:"better"`
}

// Missed says that the value is worse than its target.
func (r Row) Missed() bool {
	if r.Target == nil {
		return false
	}
	if r.Better == Higher {
		return r.Value < *r.Target
	}
	return r.Value > *r.Target
}

// Ratio is how many times the cost of the bare operation this is: 1 is as good as it gets. False: there is no floor.
func (r Row) Ratio() (float64, bool) {
	if r.Floor == nil || *r.Floor == 0 || r.Value == 0 {
		return 0, false
	}
	if r.Better == Higher {
		return *r.Floor / r.Value, true
	}
	return r.Value / *r.Floor, true
}

// Options of a run.
type Options struct {
	Binary string       // the program, for what needs a process of its own
	Tiny   bool         // as little as possible: tries the bench, and measures nothing worth knowing
	Say    func(string) // is told what is being done; nil: nobody is

	Database string // URL of an empty PostgreSQL database, which is used and emptied again; empty: none is measured
}

// of is how much of something to do.
func (o Options) of(full, tiny int) int {
	if o.Tiny {
		return tiny
	}
	return full
}

func (o Options) say(format string, args ...any) {
	if o.Say != nil {
		o.Say(fmt.Sprintf(format, args...))
	}
}

// Bench measures one thing.
type Bench struct {
	Name string
	Doc  string // one line
	Run  func(context.Context, Options) ([]Row, error)
}

// All is every bench, in the order in which they run.
var All = []Bench{ingest, engines, merge, start, pages, live, sim, configs}

// Named picks benches by name; all, if none is named.
func Named(names []string) ([]Bench, error) {
	if len(names) == 0 {
		return All, nil
	}
	var picked []Bench
	for _, name := range names {
		i := slices.IndexFunc(All, func(b Bench) bool { return b.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("no bench is called %s; there are %s", name, strings.Join(Names(), ", "))
		}
		picked = append(picked, All[i])
	}
	return picked, nil
}

// Names are the names of all benches.
func Names() []string {
	names := make([]string, len(All))
	for i, b := range All {
		names[i] = b.Name
	}
	return names
}

// Run runs benches one after another.
func Run(ctx context.Context, benches []Bench, o Options) ([]Row, error) {
	rows := []Row{}
	for _, b := range benches {
		got, err := b.Run(ctx, o)
		if err != nil {
			return rows, fmt.Errorf("bench %s: %w", b.Name, err)
		}
		rows = append(rows, got...)
	}
	return rows, nil
}

// quantile is the value below which a share of the durations lies, in milliseconds.
func quantile(durations []time.Duration, share float64) float64 {
	if len(durations) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(durations))
	return ms(sorted[min(len(sorted)-1, int(share*float64(len(sorted))))])
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
