package eventlog

import (
	"context"
	"sync"
)

// shared does something once for all who ask for it at the same time: five thousand deliveries at once may name the same
// person, and need the same key of the day. The zero value is ready.
type shared[K comparable, V any] struct {
	mu    sync.Mutex
	calls map[K]*call[V]
}

// call is what is being done.
type call[V any] struct {
	done  chan struct{}
	value V
	err   error
}

// get gives what do gives to whoever asked first. That goes on for patience at most, and no sooner if they are cancelled.
func (s *shared[K, V]) get(ctx context.Context, key K, do func(context.Context) (V, error)) (V, error) {
	c, first := s.join(key)
	if first {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		defer s.end(key, c)
		c.value, c.err = do(ctx)
		return c.value, c.err
	}
	select {
	case <-c.done:
		return c.value, c.err
	case <-ctx.Done():
		var none V
		return none, ctx.Err()
	}
}

func (s *shared[K, V]) join(key K) (c *call[V], first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, there := s.calls[key]
	if there {
		return c, false
	}
	if s.calls == nil {
		s.calls = map[K]*call[V]{}
	}
	c = &call[V]{done: make(chan struct{})}
	s.calls[key] = c
	return c, true
}

func (s *shared[K, V]) end(key K, c *call[V]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.calls, key)
	close(c.done)
}
