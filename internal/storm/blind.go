package storm

import (
	"strings"
	"time"
)

// blindness is how far what the program reads may lie in the past without anything to tell it so: as far as reads lag, where the
// webhook of a change has not arrived. One that has arrived says what must be seen, and then no lag is an excuse.
type blindness struct {
	routes map[string]time.Duration
	ended  time.Time     // when a lag last ended or grew less
	before time.Duration // what it was until then
	gone   time.Time     // when a webhook last was lost without a trace
}

// lags takes note of "ROUTE 10s".
func (b *blindness) lags(now time.Time, text string) {
	route, how, _ := strings.Cut(text, " ")
	d, err := time.ParseDuration(how)
	if err != nil {
		return
	}
	if b.routes == nil {
		b.routes = map[string]time.Duration{}
	}
	b.ended, b.before = now, b.most(now)
	b.routes[route] = d
}

func (b *blindness) lost(now time.Time) { b.gone = now }

// most is the longest that anything lagged in the last seconds.
func (b *blindness) most(now time.Time) time.Duration {
	var d time.Duration
	for _, x := range b.routes {
		d = max(d, x)
	}
	if now.Sub(b.ended) < memoryOfLag {
		d = max(d, b.before)
	}
	return d
}

const (
	memoryOfLag = 15 * time.Second // longer than a snapshot may be old
	trace       = time.Hour        // how long after it was decided a webhook may be lost without a trace: it is the next one of all
)

// at is the blindness of now. untold is when the newest webhook was sent that has not arrived.
func (b *blindness) at(now, untold time.Time) time.Duration {
	lag := b.most(now)
	if lag == 0 || now.Sub(untold) > lag+memoryOfLag && now.Sub(b.gone) > trace {
		return 0
	}
	return lag
}
