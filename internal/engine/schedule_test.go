package engine

import (
	"errors"
	"testing"
	"time"
)

var noon = time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)

func TestBackoffDoublesUpToFiveMinutes(t *testing.T) {
	for times, want := range []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300} {
		want *= time.Second
		if got := backoff(times, "pr:1:7"); got < want || got >= want+want/5 {
			t.Errorf("after %d failures %s, not %s and up to a fifth more", times, got, want)
		}
	}
	if a := backoff(1_000_000, "pr:1:7"); a < 300*time.Second || a >= 360*time.Second {
		t.Errorf("after very many %s", a)
	}
}

// A crowd that failed together does not come back together, and each comes back at the same time in every run.
func TestBackoffSpreadsByName(t *testing.T) {
	seen := map[time.Duration]bool{}
	for _, name := range []string{"pr:1:1", "pr:1:2", "pr:1:3", "pr:1:4", "pr:1:5"} {
		seen[backoff(5, name)] = true
		if once, again := backoff(5, name), backoff(5, name); once != again {
			t.Errorf("%s comes back at another time", name)
		}
	}
	if len(seen) < 4 {
		t.Errorf("five names share %d times", len(seen))
	}
}

func TestCatchingUpIsPlanned(t *testing.T) {
	var c catching
	for _, step := range []struct {
		at       time.Duration
		any, all bool
		next     time.Duration
	}{
		{0, true, true, 5 * time.Minute}, // at the start, everything
		{time.Minute, false, false, 5 * time.Minute},
		{5 * time.Minute, true, false, 10 * time.Minute},
		{59 * time.Minute, true, false, time.Hour},
		{time.Hour, true, true, 65 * time.Minute},
		{3 * time.Hour, true, true, 3*time.Hour + 5*time.Minute}, // after a long sleep once, not once for each time missed
	} {
		any, all := c.begin(noon.Add(step.at))
		if any {
			c.end(noon.Add(step.at), nil)
		}
		if next := c.next().Sub(noon); any != step.any || all != step.all || next != step.next {
			t.Errorf("at %s: any %t, all %t, next at %s; want %t, %t, %s", step.at, any, all, next, step.any, step.all, step.next)
		}
	}
}

// What did not get through is tried again whole, and less and less often.
func TestCatchingUpThatFailedIsTriedWhole(t *testing.T) {
	var c catching
	now := noon
	for _, want := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
		if _, all := c.begin(now); !all {
			t.Fatalf("at %s: a sweep of everything that failed was not made up for", now)
		}
		again := c.end(now, errors.New("GitHub is away"))
		if again.Sub(now) != want*time.Minute {
			t.Errorf("again after %s, not %d minutes", again.Sub(now), want)
		}
		if any, _ := c.begin(again.Add(-time.Second)); any {
			t.Error("tried too early")
		}
		now = again
	}
	c.begin(now)
	c.end(now, nil)
	if next := c.next().Sub(now); next != sweepBusy {
		t.Errorf("after it got through again in %s", next)
	}
}

func TestCatchingUpOnceAtATime(t *testing.T) {
	var c catching
	c.begin(noon)
	if any, _ := c.begin(noon.Add(2 * time.Hour)); any || !c.next().IsZero() {
		t.Error("begun again while it goes on")
	}
	c.end(noon.Add(2*time.Hour), nil)
	if _, all := c.begin(noon.Add(2 * time.Hour)); !all {
		t.Error("not begun after it ended")
	}
}

func TestUpcomingIsNeverNow(t *testing.T) {
	for _, c := range []struct{ at, now, want time.Duration }{
		{10 * time.Second, 0, 10 * time.Second},
		{10 * time.Second, 10 * time.Second, 20 * time.Second},
		{10 * time.Second, 25 * time.Second, 35 * time.Second},
	} {
		if got := upcoming(noon.Add(c.at), noon.Add(c.now)); !got.Equal(noon.Add(c.want)) {
			t.Errorf("%s, asked at %s: %s, not %s", c.at, c.now, got.Sub(noon), c.want)
		}
	}
}
