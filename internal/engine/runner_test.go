package engine

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Of eight looks at a time one installation has seven at most; where there are few, it may have all.
func TestOneLookIsLeftForTheOthers(t *testing.T) {
	for _, c := range []struct {
		workers, hold int
		want          []int64
	}{{8, 6, nil}, {8, 7, []int64{5}}, {16, 13, nil}, {16, 14, []int64{5}}, {4, 3, nil}} {
		r := &runner{busy: make(chan struct{}, c.workers), hands: map[int64]int{}}
		r.hold(6, 1)
		for range c.hold {
			r.hold(5, 1)
		}
		if diff := cmp.Diff(c.want, r.full()); diff != "" {
			t.Errorf("%d looks of %d: %s", c.hold, c.workers, diff)
		}
		if r.hold(5, -1); len(r.full()) > 0 {
			t.Errorf("%d looks of %d: still full after one ended", c.hold, c.workers)
		}
	}
}
