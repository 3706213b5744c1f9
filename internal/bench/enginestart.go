package bench

import (
	"context"
	"os"
	"time"
)

// readyWithin is how long the program may take to be ready, in ms.
const readyWithin = 1000

// startMillion starts the program over a log of a million events.
func startMillion(ctx context.Context, o Options) ([]Row, error) {
	dir, err := os.MkdirTemp("", "pitcrew-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary directory
	o.say("engine: writing a log of a million events")
	if err := fill(ctx, dir, o.of(10*largeRepositories, 5)); err != nil {
		return nil, err
	}
	var ready []time.Duration
	for i := range o.of(3, 1) {
		o.say("engine: starting pitcrew, time %d", i+1)
		s, err := startServe(ctx, o.Binary, dir)
		if err != nil {
			return nil, err
		}
		ready = append(ready, s.ready)
		if err := s.stop(); err != nil {
			return nil, err
		}
	}
	return []Row{{"engine: start to ready over a million events", quantile(ready, 1), "ms, slowest", nil, new(float64(readyWithin)), Lower}}, nil
}
