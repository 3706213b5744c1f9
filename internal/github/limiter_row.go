package github

import (
	"context"
	"fmt"
	"sync"
)

// Rows keep one small document under a name for all copies of the program, across restarts. Change reads it (nil: there is
// none) and writes what change makes of it, with nobody else between; change may be called again.
type Rows interface {
	Change(ctx context.Context, name string, change func(doc []byte) ([]byte, error)) error
}

// memoryRows are for a single process that sends so little that nobody need know of it later.
type memoryRows struct {
	mu   sync.Mutex
	docs map[string][]byte
}

func (m *memoryRows) Change(_ context.Context, name string, change func([]byte) ([]byte, error)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	doc, err := change(m.docs[name])
	if err != nil {
		return fmt.Errorf("change %s: %w", name, err)
	}
	m.docs[name] = doc
	return nil
}
