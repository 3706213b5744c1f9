package story

import (
	"sync"
	"time"
)

// clock is virtual time: one for GitHub, the engine and everything between.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

// start is when every story begins: a Monday morning, so that nothing falls on a weekend by chance.
var start = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// to goes forward to t, never back.
func (c *clock) to(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.After(c.now) {
		c.now = t
	}
}
