package engine

import (
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
		if backoff(5, name) != backoff(5, name) {
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
		any, all := c.due(noon.Add(step.at))
		if next := c.next().Sub(noon); any != step.any || all != step.all || next != step.next {
			t.Errorf("at %s: any %t, all %t, next at %s; want %t, %t, %s", step.at, any, all, next, step.any, step.all, step.next)
		}
	}
}

func TestCatchingUpThatFailedIsTriedWhole(t *testing.T) {
	var c catching
	c.due(noon)
	c.retry(noon.Add(retryIn))
	if any, _ := c.due(noon.Add(retryIn - time.Second)); any {
		t.Error("tried too early")
	}
	if _, all := c.due(noon.Add(retryIn)); !all {
		t.Error("a sweep of everything that failed was not made up for")
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
