package github

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// GitHub allows 80 requests a minute and 500 an hour that create content; what counts as that it does not say, so each write
// does. We stay a quarter and a fifth below.
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
const (
	writesAMinute = 60
	writesAnHour  = 400
)

// state is what is known of the limits of one installation: a row of the database, which all copies of the program share and
// which outlives each of them.
type state struct {
	Limitless bool                   `json:"limitless,omitempty"` // GitHub shows no limits: an Enterprise Server on which nobody set any
	Quiet     map[resource]time.Time `json:"quiet,omitempty"`     // nothing before; all is for everything
	Strikes   int                    `json:"strikes,omitempty"`   // limits in a row that did not say how long
	Struck    time.Time              `json:"struck,omitzero"`     // until when the newest of them holds
	Primary   map[resource]primary   `json:"primary,omitempty"`
	Points    map[string]*points     `json:"points,omitempty"` // rest, graphql
	Writes    []int64                `json:"writes,omitempty"` // of the last hour, in milliseconds since 1970, rising
	Needed    int64                  `json:"needed,omitempty"` // the newest of them that was no check run and no label
	Queue     []place                `json:"queue,omitempty"`
	Tail      time.Time              `json:"tail,omitzero"`       // told last to those who found no place in the queue
	Tickets   int                    `json:"tickets,omitempty"`   // how many those are
	TailLane  lane                   `json:"tail_lane,omitempty"` // the most urgent of them

	pace pacing
}

// all stands for every resource: a secondary limit.
const all resource = "all"

// primary is a limit by the hour (search: by the minute), as far as GitHub told, less what was drawn since.
type primary struct {
	Limit int   `json:"limit"`
	Left  int   `json:"left"`
	Reset int64 `json:"reset,omitempty"` // in seconds since 1970; 0: a new one begins with the next request
}

func readState(doc []byte, pace pacing) (*state, error) {
	s := &state{pace: pace}
	if len(doc) > 0 {
		if err := json.Unmarshal(doc, s); err != nil {
			return nil, fmt.Errorf("read what is known of the rate limits: %w", err)
		}
	}
	if s.Quiet == nil {
		s.Quiet = map[resource]time.Time{}
	}
	if s.Primary == nil {
		s.Primary = map[resource]primary{}
	}
	if s.Points == nil {
		s.Points = map[string]*points{}
	}
	return s, nil
}

// pointsFor are the points by the minute of a resource; search is part of REST.
func (s *state) pointsFor(r resource) *points {
	key := "rest"
	if r == resourceGraphQL {
		key = "graphql"
	}
	if s.Points[key] == nil {
		s.Points[key] = &points{}
	}
	return s.Points[key]
}

// quiet is the end of the pause that GitHub asked for; the zero time if there is none.
func (s *state) quiet(r resource) time.Time { return latest(s.Quiet[all], s.Quiet[r]) }

// forget drops what is over.
func (s *state) forget(now time.Time) {
	for r, until := range s.Quiet {
		if !until.After(now) {
			delete(s.Quiet, r)
		}
	}
	for r, p := range s.Primary {
		if p.Reset != 0 && !now.Before(renewal(p.Reset)) {
			s.Primary[r] = primary{Limit: p.Limit, Left: p.Limit}
		}
	}
	if now.Sub(s.Struck) >= time.Hour {
		s.Strikes, s.Struck = 0, time.Time{}
	}
	hour := stamp(now.Add(-time.Hour))
	s.Writes = slices.DeleteFunc(s.Writes, func(at int64) bool { return at < hour })
	s.Queue = slices.DeleteFunc(s.Queue, func(p place) bool { return now.Sub(p.At) > keepPlace })
	if now.Sub(s.Tail) > keepPlace {
		s.Tail, s.Tickets = time.Time{}, 0
	}
}

// renewal is when a limit whose reset GitHub told begins anew: it tells whole seconds, rounded down.
func renewal(reset int64) time.Time { return time.Unix(reset+1, 0).UTC() }

// spare is how many requests of a resource a lane may still draw, and when there may be more where there is none.
func (s *state) spare(r resource, in lane) (int, time.Time) {
	p := s.Primary[r]
	if p.Limit == 0 {
		return 1, time.Time{} // whose answer tells
	}
	left := p.Left - (p.Limit*lanes[in].primary+99)/100
	if p.Reset == 0 {
		left = max(left, 1)
	}
	if left > 0 {
		return left, time.Time{}
	}
	return 0, renewal(p.Reset)
}

// draw takes up to want reads of a resource, all to be sent in this step; 0: none before at.
func (s *state) draw(now time.Time, r resource, in lane, want int) (got int, at time.Time) {
	if until := s.quiet(r); until.After(now) {
		return 0, until
	}
	if s.Limitless {
		return want, now
	}
	spare, renewed := s.spare(r, in)
	if spare == 0 {
		return 0, renewed
	}
	p, most := s.pointsFor(r), pointsOf(r)-keptPoints
	if at := p.when(now, 1, most); at.After(now) {
		return 0, at
	}
	got = min(want, spare, most-p.used())
	p.Drawn[0] += got
	s.take(r, got)
	return got, now
}

// giveBack returns what is left in a purse.
func (s *state) giveBack(r resource, p purse) {
	if s.Limitless || p.left == 0 {
		return
	}
	s.pointsFor(r).giveBack(p.step, p.left)
	if s.Primary[r].Reset == p.reset {
		s.take(r, -p.left)
	}
}

// take counts n requests against a primary limit.
func (s *state) take(r resource, n int) {
	if p, ok := s.Primary[r]; ok {
		p.Left -= n
		s.Primary[r] = p
	}
}

// hear takes note of what an answer of GitHub said of a primary limit.
func (s *state) hear(r resource, told Limit) {
	reset := told.Reset.Unix()
	p := s.Primary[r]
	const jitter = 2 // seconds between what two of GitHub's machines tell
	switch {
	case p.Limit == told.Limit && (p.Reset == 0 || reset-p.Reset <= jitter && p.Reset-reset <= jitter):
		s.Primary[r] = primary{p.Limit, min(p.Left, told.Remaining), max(p.Reset, reset)}
	case reset+jitter >= p.Reset:
		s.Primary[r] = primary{told.Limit, told.Remaining, reset}
	}
}

// stop keeps everybody quiet until GitHub may be asked again, and gives that time. Where GitHub did not say how long, it is a
// minute and up to a fifth more, and twice as long each time that this happens again before a write succeeds or an hour passes.
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
func (s *state) stop(now time.Time, r resource, until time.Time, jitter float64) time.Time {
	if !until.After(now) {
		pause := time.Minute << min(s.Strikes, 6)
		until = now.Add(pause + time.Duration(jitter*float64(pause)/5).Truncate(time.Millisecond))
		s.Strikes, s.Struck = s.Strikes+1, until
	}
	s.Quiet[r] = latest(s.Quiet[r], until)
	return s.Quiet[r]
}

// stamp is a time in milliseconds, rounded up, so that nothing looks older than it is.
func stamp(t time.Time) int64 { return (t.UnixNano() + 999_999) / 1_000_000 }

func unstamp(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

func latest(times ...time.Time) time.Time {
	return slices.MaxFunc(times, func(a, b time.Time) int { return a.Compare(b) })
}
