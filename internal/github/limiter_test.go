package github

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A script of calls at seconds after noon; "ana" is a writer, and so is anybody whose name begins with m a merge.
func TestLimiter(t *testing.T) {
	for _, tt := range []struct{ name, script, want string }{
		{"the first goes at once", "0 ana", "0"},
		{"a second between writes", "0 ana; 0 bob; 0.5 cat", "0 1 2"},
		{"the gap is over", "0 ana; 1 bob; 5 cat", "0 1 5"},
		{"a slot is kept", "0 ana; 0 bob; 0 cat; 1 bob; 1 dan; 2 cat", "0 1 2 1 3 2"},
		{"asking again earlier gives the same slot", "0 ana; 0 bob; 0 cat; 0.4 bob; 0.5 cat", "0 1 2 1 2"},
		{"a slot that nobody came for is free after a gap", "0 ana; 0 bob; 2 cat", "0 1 2"},
		{"who comes late waits for those who are there", "0 ana; 0 bob; 2 cat; 2.1 bob", "0 1 2 3"},
		{"a merge goes first", "0 ana; 0 bob; 0 merge; 1 bob", "0 1 1 2"},
		{"a merge pushes all reservations back", "0 ana; 0 bob; 0 cat; 0 merge; 1 merge; 1 bob; 1 cat", "0 1 2 1 1 2 3"},
		{"merges do not push each other", "0 merge1; 0 merge2; 0 merge3; 0 ana; 1 merge2", "0 1 2 3 1"},
		{"a limit stops writers", "0 ana; 0 stop 60; 1 bob; 1 merge; 60 merge; 61 bob", "0 60 60 60 60 61"},
		{"a limit without an end is a minute, then two", "0 stop; 0 ana; 60 stop; 60 ana", "60 60 180 180"},
		{"success ends the row", "0 stop; 60 ok; 60 stop", "60 120"},
		{"readers read on through a secondary limit", "0 stop 60; 0 read", "60 0"},
		{"a primary limit stops readers", "0 primary 60; 0 read; 61 read", "60 60 61"},
		{"a shorter limit does not end a longer one", "0 stop 60; 0 stop 5; 5 ana", "60 5 60"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLimiter(time.Second)
			var got []string
			for _, line := range strings.Split(tt.script, "; ") {
				if slot, ok := run(l, line); ok {
					got = append(got, fmt.Sprint(slot.Sub(noon).Seconds()))
				}
			}
			if text := strings.Join(got, " "); text != tt.want {
				t.Errorf("slots %s, want %s", text, tt.want)
			}
		})
	}
}

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func run(l *limiter, line string) (time.Time, bool) {
	var at, until float64
	var who string
	n, _ := fmt.Sscan(line, &at, &who, &until)
	now, end := after(at), time.Time{}
	if n == 3 {
		end = after(until)
	}
	switch who {
	case "stop", "primary":
		return l.Stop(now, end, who == "primary"), true
	case "ok":
		l.Succeeded()
		return time.Time{}, false
	case "read":
		return l.Readable(now), true
	}
	lane := laneRest
	if strings.HasPrefix(who, "merge") {
		lane = laneMerge
	}
	return l.Reserve(now, lane, who), true
}

func after(seconds float64) time.Time { return noon.Add(time.Duration(seconds * float64(time.Second))) }

// A slot that was given is used once, within its time, and not after GitHub asked for a pause.
func TestTake(t *testing.T) {
	l := newLimiter(time.Second)
	l.Reserve(noon, laneRest, "ana")
	for i, want := range []bool{true, false} {
		if got := l.Take(noon, "ana"); got != want {
			t.Errorf("taking %d. time: %t", i+1, got)
		}
	}
	l.Reserve(after(5), laneRest, "ana")
	if l.Take(after(25), "ana") {
		t.Error("taken 20 s later")
	}
	l.Reserve(after(30), laneRest, "ana")
	l.Stop(after(30), after(90), false)
	if l.Take(after(31), "ana") {
		t.Error("taken in a pause")
	}
}

// Whoever comes in whatever order, punctually or not: no two writes are closer than the gap, and who comes at the slot
// that was last told to it, while no merge asks, writes.
func TestLimiterKeepsTheGap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLimiter(time.Second)
		now, last := noon, time.Time{}
		for range rapid.IntRange(1, 40).Draw(t, "calls") {
			now = now.Add(time.Duration(rapid.IntRange(0, 2500).Draw(t, "ms")) * time.Millisecond)
			who := rapid.SampledFrom([]string{"a", "b", "c", "d", "m", "n"}).Draw(t, "who")
			lane := laneRest
			if who >= "m" {
				lane = laneMerge
			}
			slot := l.Reserve(now, lane, who)
			if slot.Before(now) {
				t.Fatalf("slot %s before now %s", slot, now)
			}
			if slot.After(now) {
				continue
			}
			if !last.IsZero() && now.Sub(last) < time.Second {
				t.Fatalf("two writes within %s", now.Sub(last))
			}
			last = now
		}
	})
}

// Everybody who comes at the slots that are told to them gets through: nobody starves.
func TestLimiterIsFair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLimiter(time.Second)
		n := rapid.IntRange(1, 12).Draw(t, "writers")
		due := map[string]time.Time{}
		for i := range n {
			due[fmt.Sprintf("%c", 'a'+i)] = noon
		}
		for steps := 0; len(due) > 0; steps++ {
			if steps > 3*n*n {
				t.Fatalf("%v never got through", due)
			}
			who := ""
			for k := range due {
				if who == "" || due[k].Before(due[who]) || due[k].Equal(due[who]) && k < who {
					who = k
				}
			}
			lane := laneRest
			if who < "c" {
				lane = laneMerge
			}
			if slot := l.Reserve(due[who], lane, who); slot.After(due[who]) {
				due[who] = slot
			} else {
				delete(due, who)
			}
		}
	})
}
