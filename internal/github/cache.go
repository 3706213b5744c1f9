package github

import (
	"sync"
	"time"
)

// cache keeps the newest values, for a time if it has one. It is safe for concurrent use.
type cache[K comparable, V any] struct {
	mu    sync.Mutex
	max   int
	keep  time.Duration // zero: for ever
	now   func() time.Time
	items map[K]cached[V]
	order []K // in order of being put; the oldest goes first
}

type cached[V any] struct {
	value V
	at    time.Time
}

func newCache[K comparable, V any](max int, keep time.Duration, now func() time.Time) *cache[K, V] {
	return &cache[K, V]{max: max, keep: keep, now: now, items: map[K]cached[V]{}}
}

func (c *cache[K, V]) get(k K) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	item, ok := c.items[k]
	if !ok || c.keep > 0 && c.now().Sub(item.at) >= c.keep {
		var zero V
		return zero, false
	}
	return item.value, true
}

func (c *cache[K, V]) put(k K, v V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.items[k]; !ok {
		c.order = append(c.order, k)
	}
	c.items[k] = cached[V]{v, c.now()}
	for len(c.order) > c.max {
		delete(c.items, c.order[0])
		c.order = c.order[1:]
	}
}

// drop forgets the values whose keys match.
func (c *cache[K, V]) drop(match func(K) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept := c.order[:0]
	for _, k := range c.order {
		if match(k) {
			delete(c.items, k)
		} else {
			kept = append(kept, k)
		}
	}
	c.order = kept
}
