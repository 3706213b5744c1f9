package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// backlogMemory is what the heap may grow by while a backlog of any length is worked off, in MB.
const backlogMemory = 20

// backlog claims very many due subjects one after another, which must come in order of time, and ends each look. Its floor is
// two commits of one small row, for that is what a claim and its end are.
func backlog(ctx context.Context, o Options, at place) ([]Row, error) {
	dir, err := os.MkdirTemp("", "pitcrew-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary directory
	if at.data != "" {
		dir = at.data
	}
	log, err := eventlog.Open(dir, eventlog.Options{})
	if err != nil {
		return nil, err
	}
	defer log.Close() //nolint:errcheck // a temporary directory
	n := o.of(100_000, 100)
	o.say("engine, %s: %d subjects due", at.name, n)
	now := time.Now()
	if err := due(ctx, log, now, n); err != nil {
		return nil, err
	}
	before := heap()
	rate, most, err := workOff(ctx, log, now, o.of(5000, 100))
	if err != nil {
		return nil, err
	}
	bare, commits := time.Now(), o.of(2000, 20)
	for i := range commits {
		if err := log.SetCursor(ctx, "bench", fmt.Sprint(i)); err != nil {
			return nil, err
		}
	}
	floor := float64(commits) / time.Since(bare).Seconds() / 2
	return []Row{
		{at.of("engine: claims in order of 100,000 due"), rate, "a second", new(floor), nil, Higher},
		{at.of("engine: memory for 100,000 due"), max(most-before, 0.1), "MB", nil, new(float64(backlogMemory)), Lower},
	}, nil
}

// due makes n subjects due, each at a time of its own, those that were due first last.
func due(ctx context.Context, log *eventlog.DB, now time.Time, n int) error {
	for first := 0; first < n; first += 1000 {
		a := eventlog.Append{Events: []eventlog.Event{{Source: "bench", Kind: "told", Installation: 1, Repository: 1}}}
		for i := first; i < min(first+1000, n); i++ {
			a.Marks = append(a.Marks, eventlog.Mark{Subject: rules.PRSubject(1, i+1), At: now.Add(-time.Duration(i) * time.Millisecond)})
		}
		if _, err := log.Append(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// workOff claims and finishes n subjects, and says how many a second, and how large the heap was at most, in MB.
func workOff(ctx context.Context, log *eventlog.DB, now time.Time, n int) (rate, most float64, err error) {
	began := time.Now()
	var last time.Time
	for i := range n {
		claims, err := log.Claim(ctx, now, time.Minute, "bench", 1)
		if err != nil {
			return 0, 0, err
		}
		if len(claims) != 1 || claims[0].Due.Before(last) {
			return 0, 0, errors.New("due subjects were not claimed in order of time")
		}
		last = claims[0].Due
		if err := log.Finish(ctx, claims[0], eventlog.Finish{}); err != nil {
			return 0, 0, err
		}
		if i%1000 == 0 {
			most = max(most, heap())
		}
	}
	return float64(n) / time.Since(began).Seconds(), most, nil
}

// heap is what is in use after a collection, in MB.
func heap() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / 1e6
}
