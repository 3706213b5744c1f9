package storm

import (
	"sync"
	"time"
)

// clock is virtual time: one for GitHub, the program and everything between. Who asks it again and again without time passing goes
// round in circles: then alarm is called.
type clock struct {
	alarm func()

	mu    sync.Mutex
	now   time.Time
	asked int
}

// tooOften is how often the time may be asked for at one moment.
const tooOften = 100_000

// start is when every run begins: a Monday morning.
var start = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked++; c.asked == tooOften {
		c.alarm()
	}
	return c.now
}

// to goes forward to t, never back.
func (c *clock) to(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.After(c.now) {
		c.now, c.asked = t, 0
	}
}
