package github

import (
	"slices"
	"sync"
	"time"
)

// lane orders writers: merges go before the rest.
type lane int

const (
	laneRest lane = iota
	laneMerge
)

// limiter gives the writers of one installation their slots, and keeps everybody quiet while GitHub asks for it. It never
// waits: who may not write now is told when, and the slot is kept for that key.
// https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests
type limiter struct {
	gap time.Duration // between two writes

	mu       sync.Mutex
	last     time.Time // the newest slot that was used
	reserved []reservation
	granted  map[string]time.Time // slots that were given for now and not taken yet
	writes   time.Time            // no write before
	reads    time.Time            // no read before
	strikes  int                  // limits in a row that did not say how long
}

type reservation struct {
	key  string
	lane lane
	at   time.Time
}

func newLimiter(gap time.Duration) *limiter {
	return &limiter{gap: max(gap, 0), granted: map[string]time.Time{}}
}

// grantFor is how long a slot that was given for now waits for its write.
const grantFor = 15 * time.Second

// Reserve gives the slot of a write. It is now, and then Take may follow, or it is later: the write must not be sent, and the
// slot is kept for key until a gap after it. A merge takes the next slot and moves the reservations of others behind it.
func (l *limiter) Reserve(now time.Time, in lane, key string) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	come := l.come(now, key)
	l.reserved = slices.DeleteFunc(l.reserved, func(r reservation) bool { return r.key == key || now.Sub(r.at) >= max(l.gap, time.Second) })
	slot := l.free(now, in)
	if come || !slot.After(now) {
		l.last, l.granted[key] = now, now
		l.settle()
		return now
	}
	l.reserved = append(l.reserved, reservation{key, in, slot})
	l.settle()
	return slot
}

// come says that the slot which is kept for key has come. Nobody comes at the very moment; who is a little late must not be
// put behind those whose slots follow.
func (l *limiter) come(now time.Time, key string) bool {
	kept := slices.ContainsFunc(l.reserved, func(r reservation) bool { return r.key == key && !r.at.After(now) })
	return kept && !latest(l.writes, l.last.Add(l.gap)).After(now)
}

// Take uses a slot that Reserve gave for now. Without one, or if GitHub has asked for a pause since, the write must not be
// sent.
func (l *limiter) Take(now time.Time, key string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	at, ok := l.granted[key]
	delete(l.granted, key)
	return ok && now.Sub(at) < grantFor && !l.writes.After(now)
}

// free is the earliest time from now on at which a write of this lane may go.
func (l *limiter) free(now time.Time, in lane) time.Time {
	at := latest(now, l.writes, l.last.Add(l.gap))
	for _, r := range l.sorted() {
		if r.lane >= in && at.Before(r.at.Add(l.gap)) && at.After(r.at.Add(-l.gap)) {
			at = r.at.Add(l.gap)
		}
	}
	return at
}

// settle moves reservations apart again: merges stay, the rest gives way.
func (l *limiter) settle() {
	settled := l.sorted()
	slices.SortStableFunc(settled, func(a, b reservation) int { return int(b.lane) - int(a.lane) })
	l.reserved = nil
	for _, r := range settled {
		r.at = l.free(r.at, laneRest)
		l.reserved = append(l.reserved, r)
	}
}

func (l *limiter) sorted() []reservation {
	sorted := slices.Clone(l.reserved)
	slices.SortStableFunc(sorted, func(a, b reservation) int { return a.at.Compare(b.at) })
	return sorted
}

// Readable is when a read may be sent: now, or after a limit.
func (l *limiter) Readable(now time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return latest(now, l.reads)
}

// Stop takes note of a limit that GitHub told us of and gives its end. Where GitHub does not say how long, it is a minute,
// and twice as long each time that this happens again before anything succeeds. A primary limit stops reads as well.
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
func (l *limiter) Stop(now, until time.Time, primary bool) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until.IsZero() {
		until = now.Add(time.Minute << min(l.strikes, 6))
		l.strikes++
	}
	l.writes = latest(l.writes, until)
	if primary {
		l.reads = latest(l.reads, until)
	}
	l.settle()
	return until
}

// Succeeded ends a row of limits.
func (l *limiter) Succeeded() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.strikes = 0
}

func latest(times ...time.Time) time.Time {
	return slices.MaxFunc(times, func(a, b time.Time) int { return a.Compare(b) })
}
