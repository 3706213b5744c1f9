package bench

import (
	"testing"
	"time"
)

// Where many more pull requests need a check run than an hour has writes for, each is loaded when it is found and when its slot
// has come, and once more when a sweep sees that it has a check run now; and not whenever it might have a slot: who waits asks
// GitHub nothing.
func TestWaitingForASlotCostsNoCalls(t *testing.T) {
	const repositories, pulls, anHour = 25, 20, 300
	l, err := sweptWorld(repositories+1, pulls, repositories).open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()                                 //nolint:errcheck // a temporary directory
	l.clock.to(l.clock.Now().Add(10 * time.Minute)) // nothing has just been opened
	first, wrote := l.hour(t)
	most := repositories*pulls + 3*anHour + sweeps
	if first > most || wrote < anHour*9/10 || wrote > anHour*21/20 {
		t.Errorf("the first hour has %d calls, of which %d write; want %d at most, and %d", first, wrote, most, anHour)
	}
	second, wroteAll := l.hour(t)
	if wroteAll < repositories*pulls || second > most-repositories*pulls {
		t.Errorf("the second hour has %d calls, and %d check runs are written; want %d at most, and all %d", second, wroteAll, most-repositories*pulls, repositories*pulls)
	}
}

// sweeps is about what it costs to list and sweep so few repositories for an hour, and to look at some of their pull requests again.
const sweeps = 300

// hour lets an hour pass, and says how many calls it had, and how many writes there were so far.
func (l *lab) hour(t *testing.T) (calls, writes int) {
	t.Helper()
	got, err := l.spend(t.Context(), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	_, writes = l.calls(0)
	return got.calls, writes
}
