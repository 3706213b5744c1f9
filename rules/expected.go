package rules

import (
	"slices"
	"time"
)

// Front is who is first in the line of a base, and since when.
type Front struct {
	Number int       `json:"number"`
	At     time.Time `json:"at"`
}

// MaxLandings is of how many landings a base remembers how long they took, MinLandings how many it must know to foretell another.
const (
	MaxLandings = 20
	MinLandings = 3
)

// front takes note of who is first after a pull request joined or left the line, and, where the first has landed, of how long it
// had been first.
func (m *Memory) front(at time.Time, s Stood) {
	was := m.Front
	if s.Landed && s.Number == was.Number {
		m.Landings = append(m.Landings[max(0, len(m.Landings)-MaxLandings+1):], at.Sub(was.At))
	}
	line := m.Order()
	switch {
	case len(line) == 0:
		m.Front = Front{}
	case line[0] != was.Number:
		m.Front = Front{line[0], at}
	}
}

// Expected is when a pull request in line lands, if nothing changes.
type Expected struct {
	At   time.Time
	Each time.Duration // the median from being first to having landed
	N    int           // of so many landings
}

// Expect foretells when a pull request in the line of this base lands: each before it takes as long as the newest landings here took
// in the median, and while a freeze holds nobody does. False where it is not in line, or too few have landed.
func (m *Memory) Expect(now time.Time, number int) (Expected, bool) {
	before := slices.Index(m.Order(), number)
	if before < 0 || len(m.Landings) < MinLandings {
		return Expected{}, false
	}
	e := Expected{Each: median(m.Landings), N: len(m.Landings)}
	first := latest(now, m.Front.At.Add(e.Each))
	if freeze, frozen := m.Frozen(now); frozen {
		first = freeze.end().Add(e.Each)
	}
	e.At = first.Add(time.Duration(before) * e.Each)
	return e, true
}

// Frozen is the reason that the first in line gives for not landing, if that is a freeze that still lasts.
func (m *Memory) Frozen(now time.Time) (Reason, bool) {
	for _, a := range m.Tree {
		for _, r := range a.Because {
			if r.Code == CodeFrozen && r.end().After(now) {
				return r, true
			}
		}
	}
	return Reason{}, false
}

// end is when a freeze is over; zero where an older version did not write it down.
func (r Reason) end() time.Time {
	t, _ := time.Parse(time.RFC3339, r.Args["end"])
	return t
}

func median(of []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(of))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
