package github

import (
	"context"
	"net/http"
	"testing"
	"time"
)

// countedRows counts how often a row is written.
type countedRows struct {
	memoryRows
	n int
}

func (r *countedRows) Change(ctx context.Context, name string, change func([]byte) ([]byte, error)) error {
	r.n++
	return r.memoryRows.Change(ctx, name, change)
}

// TestWritesWithoutLimits asks the row once a second where GitHub has no limits, and again at once when it says that it has.
func TestWritesWithoutLimits(t *testing.T) {
	rows := &countedRows{memoryRows: memoryRows{docs: map[string][]byte{}}}
	l := newLimiter("limits:1", rows, pacing{gap: time.Second}, false)
	answer := func(now time.Time, head http.Header) {
		l.enter()
		l.leave(now, reply{Status: 200, Header: head}, nil)
	}
	write := func(now time.Time, w writer) (at time.Time) {
		t.Helper()
		at, err := l.Reserve(t.Context(), now, w)
		if err == nil && !at.After(now) {
			at, err = l.Write(t.Context(), now, w)
		}
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	answer(noon, http.Header{})
	now := noon
	for range 50 {
		now = now.Add(10 * time.Millisecond)
		if at := write(now, writer{lane: laneMerge, res: resourceCore, key: "a"}); at.After(now) {
			t.Fatalf("a write at %s must wait until %s", now, at)
		}
	}
	if rows.n != 1 || !l.flows() {
		t.Errorf("the row was asked %d times for 50 writes in half a second, and writes flow: %v", rows.n, l.flows())
	}
	answer(now, rateHeaders("core", 5000, 4000, now.Add(time.Hour)))
	write(now, writer{lane: laneMerge, res: resourceCore, key: "a"})
	if at := write(now, writer{lane: laneMerge, res: resourceCore, key: "b"}); !at.After(now) || l.flows() {
		t.Errorf("with limits the next write may go at %s, after %s, and writes flow: %v", at, now, l.flows())
	}
}
