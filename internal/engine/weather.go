package engine

import (
	"sync"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/github"
)

// weather holds looks back while GitHub gives nothing but failures: one at a time finds out whether it is back, later each time,
// and when it answers, looks begin again one, two, four at a time. What is due stays due meanwhile.
type weather struct {
	mu       sync.Mutex
	failures int       // looks in a row that failed while GitHub only failed
	probe    time.Time // no look begins before
	bound    int       // looks at a time; 0: as many as there are workers
}

const (
	stormAfter = 5           // so many failures in a row are no accident
	probeMost  = time.Minute // GitHub is asked at least so often whether it is back
)

// room is how many looks there may be at a time; or when the next may begin, if none may now.
func (w *weather) room(now time.Time, workers int) (int, time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.probe.After(now):
		return 0, w.probe
	case w.bound > 0:
		return min(w.bound, workers), time.Time{}
	}
	return workers, time.Time{}
}

// away says that GitHub gives nothing but failures.
func (w *weather) away() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.failures >= stormAfter
}

// note takes note of how a look ended. One that did not ask GitHub for anything tells nothing.
func (w *weather) note(now time.Time, err error, v github.Vitals, workers int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case v.Failing.IsZero():
		w.failures, w.probe = 0, time.Time{}
		if w.bound *= 2; w.bound >= workers {
			w.bound = 0
		}
	case err == nil:
	default:
		if w.failures++; w.failures >= stormAfter {
			w.bound, w.probe = 1, now.Add(min(backoff(w.failures-stormAfter, "GitHub"), probeMost))
		}
	}
}
