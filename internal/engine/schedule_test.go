package engine

import (
	"errors"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/github"
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

// Each repository is read once an hour, in a minute of its own, however rounds fall, and once after a long sleep.
func TestEachRepositoryHasItsMinute(t *testing.T) {
	minutes := map[time.Duration]int{}
	for id := int64(1); id <= 5000; id++ {
		struck, from := 0, noon
		for to := noon.Add(catchUp); !to.After(noon.Add(3 * sweepAll)); to = to.Add(catchUp + share(id, catchUp/10)) {
			if _, yes := stroke(id, from, to); yes {
				struck++
				minutes[to.Sub(noon)/catchUp]++
			}
			from = to
		}
		if _, once := stroke(id, noon, noon.Add(24*time.Hour)); struck < 2 || struck > 3 || !once {
			t.Fatalf("repository %d: %d times in three hours, after a day %t", id, struck, once)
		}
		if _, all := stroke(id, time.Time{}, noon); !all {
			t.Fatalf("repository %d is not read when everything is", id)
		}
	}
	for at, n := range minutes {
		if n > 5000/12*3/2 {
			t.Errorf("%d repositories at once after %s", n, at*catchUp)
		}
	}
}

// While GitHub only fails, one look at a time asks whether it is back, later each time; then looks begin again a few at a time.
func TestWeather(t *testing.T) {
	var w weather
	now, failing := noon, github.Vitals{Failing: noon}
	for range stormAfter - 1 {
		w.note(now, errors.New("502"), failing, 8)
	}
	if n, probe := w.room(now, 8); n != 8 || !probe.IsZero() || w.away() {
		t.Fatalf("after a few failures %d looks, the next at %s", n, probe)
	}
	for i, want := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
		w.note(now, errors.New("502"), failing, 8)
		_, probe := w.room(now, 8)
		if gap := probe.Sub(now); gap < want*time.Second || gap > want*time.Second*6/5 || gap > probeMost {
			t.Errorf("probe %d after %s", i, gap)
		}
		now = probe
		if n, probe := w.room(now, 8); n != 1 || !probe.IsZero() {
			t.Errorf("%d looks to ask whether it is back", n)
		}
	}
	w.note(now, nil, failing, 8)
	if n, _ := w.room(now, 8); !w.away() || n != 1 {
		t.Error("a look that asked GitHub nothing told something")
	}
	for _, want := range []int{2, 4, 8, 8} {
		w.note(now, errors.New("a mistake of ours"), github.Vitals{}, 8)
		if n, probe := w.room(now, 8); n != want || !probe.IsZero() {
			t.Errorf("%d looks after it answered, not %d", n, want)
		}
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
