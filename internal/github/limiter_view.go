package github

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
)

// Budgets are the limits of one installation, as all copies of the program count them together.
type Budgets struct {
	Limitless bool           `json:"limitless"` // this GitHub shows no limits, so nothing is counted
	Paused    []Pause        `json:"paused"`
	Budgets   []Budget       `json:"budgets"`
	Waiting   map[string]int `json:"waiting"` // writes for which a slot is kept, by lane
}

// Pause is one that GitHub asked for: nothing is sent before its end.
type Pause struct {
	Of    string    `json:"of"` // core, search, graphql; all
	Until time.Time `json:"until"`
}

// Budget is one of them. Its name is core, search or graphql for a primary limit of GitHub's, and rest-points, graphql-points,
// writes-minute or writes-hour for what we hold ourselves to so that no secondary limit is met.
type Budget struct {
	Name    string    `json:"name"`
	Primary bool      `json:"primary"` // GitHub's own, as its answers tell
	Limit   int       `json:"limit"`
	Used    int       `json:"used"`
	Left    int       `json:"left"`
	Full    time.Time `json:"renews,omitzero"` // when the first of what was used is there again; zero: with the next request
	Stops   []string  `json:"stops"`           // the lanes for which too little is left, the most urgent first
}

// Budgets says what is used and left of an installation's limits. It sends nothing.
func (c *Client) Budgets(ctx context.Context, inst int64) (Budgets, error) {
	i, err := c.installation(inst)
	if err != nil {
		return Budgets{}, err
	}
	b, err := i.limit.View(ctx, c.opts.Now())
	if inst == 0 { // the App itself creates no content
		b.Budgets = slices.DeleteFunc(b.Budgets, func(x Budget) bool { return strings.HasPrefix(x.Name, "writes-") })
	}
	return b, err
}

// AllBudgets are those of the installations that this process has had to do with since it began, and of the App itself.
func (c *Client) AllBudgets(ctx context.Context) ([]Budgets, error) {
	c.mu.Lock()
	ids := slices.Sorted(maps.Keys(c.installs))
	c.mu.Unlock()
	var all []Budgets
	for _, id := range ids {
		b, err := c.Budgets(ctx, id)
		if err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	return all, nil
}

// Lanes are the names of all lanes, the most urgent first.
func Lanes() []string { return stopped(func(lane) bool { return true }) }

// View is what is known now.
func (l *limiter) View(ctx context.Context, now time.Time) (b Budgets, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	err = l.change(ctx, now, func(s *state) { b = s.view(now) })
	return b, err
}

func (s *state) view(now time.Time) Budgets {
	b := Budgets{Limitless: s.Limitless, Paused: []Pause{}, Budgets: []Budget{}, Waiting: map[string]int{}}
	for _, r := range append([]resource{all}, resources...) {
		if until := s.Quiet[r]; until.After(now) {
			b.Paused = append(b.Paused, Pause{string(r), until})
		}
		if p, ok := s.Primary[r]; ok && !s.Limitless {
			b.Budgets = append(b.Budgets, s.viewPrimary(r, p))
		}
	}
	for _, q := range s.Queue {
		b.Waiting[lanes[q.Lane].name]++
	}
	if s.Limitless {
		return b
	}
	b.Budgets = append(b.Budgets, s.viewPoints(now, "rest-points", resourceCore), s.viewPoints(now, "graphql-points", resourceGraphQL),
		s.viewWrites(now, "writes-minute", time.Minute, writesAMinute, func(lane) int { return writesAMinute }),
		s.viewWrites(now, "writes-hour", time.Hour, writesAnHour, func(in lane) int { return share(writesAnHour, in) }))
	return b
}

func (s *state) viewPrimary(r resource, p primary) Budget {
	b := Budget{Name: string(r), Primary: true, Limit: p.Limit, Left: max(0, p.Left)}
	b.Used = b.Limit - b.Left
	if p.Reset != 0 {
		b.Full = renewal(p.Reset)
	}
	b.Stops = stopped(func(in lane) bool { spare, _ := s.spare(r, in); return spare == 0 })
	return b
}

func (s *state) viewPoints(now time.Time, name string, r resource) Budget {
	p, most := s.pointsFor(r), pointsOf(r)
	p.roll(now)
	b := Budget{Name: name, Limit: most, Used: p.used(), Left: max(0, most-p.used())}
	if b.Used > 0 {
		b.Full = p.when(now, most-b.Used+1, most)
	}
	b.Stops = stopped(func(in lane) bool {
		if in < laneRead {
			return b.Left < writePoints
		}
		return b.Left <= keptPoints
	})
	return b
}

func (s *state) viewWrites(now time.Time, name string, window time.Duration, most int, of func(lane) int) Budget {
	since := stamp(now.Add(-window))
	first, _ := slices.BinarySearch(s.Writes, since+1)
	used := len(s.Writes) - first
	b := Budget{Name: name, Limit: most, Used: used, Left: max(0, most-used)}
	if used > 0 {
		b.Full = unstamp(s.Writes[first]).Add(window)
	}
	b.Stops = stopped(func(in lane) bool { return in < laneRead && used >= of(in) })
	return b
}

// stopped names the lanes that are.
func stopped(is func(lane) bool) []string {
	names := []string{}
	for i := range lanes {
		if is(lane(i)) {
			names = append(names, lanes[i].name)
		}
	}
	return names
}
