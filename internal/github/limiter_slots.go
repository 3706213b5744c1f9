package github

import (
	"slices"
	"time"
)

// place is a slot that is kept for a writer.
type place struct {
	Key  string    `json:"key"`
	Lane lane      `json:"lane"`
	At   time.Time `json:"at"`
}

const (
	keepPlace = 10 * time.Second // who was told a time loads and decides again before it asks for its slot
	maxPlaces = 60               // more have a ticket: they are told a time, and no place is kept for them
	maxTicket = 10 * time.Minute // after which a ticket's holder asks again at the latest, so that no time is lost to others who do not
)

// writer is who wants to write.
type writer struct {
	lane lane
	res  resource
	key  string
	told time.Time // the time it was told last; zero: none
}

// pacing is what the writes of an installation are held to beside GitHub's budgets.
type pacing struct {
	gap   time.Duration // between two writes
	asked bool          // by the operator: it holds where GitHub has no limits, too
}

// gap is the time between two writes.
// https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests
func (s *state) gap() time.Duration {
	if s.Limitless && !s.pace.asked {
		return 0
	}
	return s.pace.gap
}

// reserve gives the slot of a write. It is now, and the write is counted; or it is later, and mostly kept for the writer, who
// asks again when it has come.
func (s *state) reserve(now time.Time, w writer) time.Time {
	place, placed := s.takePlace(w.key)
	ticket := !placed && !w.told.IsZero() && s.Tickets > 0
	if ticket && w.told.After(now) {
		return w.told
	}
	if ticket {
		s.tear()
	}
	at := s.free(now, w, 0)
	if !placed || place.At.After(now) { // who was told this time goes before those who are to come
		at = s.slot(s.free(now, w, s.ahead(w.lane)), w.lane)
	}
	if at.After(now) {
		return s.queue(now, w, at, placed || ticket)
	}
	s.count(now, w)
	return now
}

// takePlace takes the place of a writer out of the queue.
func (s *state) takePlace(key string) (p place, ok bool) {
	i := slices.IndexFunc(s.Queue, func(q place) bool { return q.Key == key })
	if i < 0 {
		return place{}, false
	}
	p = s.Queue[i]
	s.Queue = slices.Delete(s.Queue, i, i+1)
	return p, true
}

// ahead is how many places are kept for lanes that are as urgent.
func (s *state) ahead(in lane) int {
	n := 0
	for _, q := range s.Queue {
		if q.Lane <= in {
			n++
		}
	}
	return n
}

// free is the earliest time from now on at which all budgets have room for a write, after so many others.
func (s *state) free(now time.Time, w writer, ahead int) time.Time {
	return latest(s.room(now, w, ahead), s.affords(now, w))
}

// affords is when points and primary limit have room for one write.
func (s *state) affords(now time.Time, w writer) time.Time {
	at := latest(now, s.quiet(w.res))
	if s.Limitless {
		return at
	}
	at = latest(at, s.pointsFor(w.res).when(now, writePoints, pointsOf(w.res)))
	if spare, renewed := s.spare(w.res, w.lane); spare == 0 {
		at = latest(at, renewed)
	}
	return at
}

// room is when earlier writes and pauses leave room for a write, after so many others.
func (s *state) room(from time.Time, w writer, ahead int) time.Time {
	at := latest(from, s.quiet(w.res), s.afterLast(w.lane))
	if s.Limitless {
		return at
	}
	return latest(at, s.within(time.Minute, writesAMinute, ahead), s.within(time.Hour, share(writesAnHour, w.lane), ahead))
}

// afterLast is a gap after the newest write. A merge does not wait for that of a check run or a label; the budget of the minute
// holds for both.
func (s *state) afterLast(in lane) time.Time {
	last := s.Needed
	if n := len(s.Writes); n > 0 && in != laneMerge {
		last = s.Writes[n-1]
	}
	gap := s.gap()
	if last == 0 || gap == 0 { // without a pause the clocks of two writes need not agree
		return time.Time{}
	}
	return unstamp(last).Add(gap)
}

// within is when a budget of writes within a time has room for one more, after so many others; the zero time if it has now, or
// if those others are more than what is known of.
func (s *state) within(window time.Duration, budget, ahead int) time.Time {
	i := len(s.Writes) - budget + ahead
	if i < 0 || i >= len(s.Writes) {
		return time.Time{}
	}
	return unstamp(s.Writes[i]).Add(window)
}

// share is what a lane may use of a budget of writes.
func share(budget int, in lane) int { return budget - budget*lanes[in].content/100 }

// slot is the earliest time from at on that is a gap away from the places of lanes that are as urgent.
func (s *state) slot(at time.Time, in lane) time.Time {
	gap := s.gap()
	for _, q := range s.sorted() {
		if q.Lane <= in && at.Before(q.At.Add(gap)) && at.After(q.At.Add(-gap)) {
			at = q.At.Add(gap)
		}
	}
	return at
}

// queue keeps a place for a writer, if need be that of the last in a lane less urgent. Who comes new goes behind those who have a
// ticket and are as urgent.
func (s *state) queue(now time.Time, w writer, at time.Time, known bool) time.Time {
	if !known && s.Tickets > 0 && w.lane >= s.TailLane {
		return s.ticket(now, w, at)
	}
	if len(s.Queue) >= maxPlaces {
		last := s.last()
		gone := s.Queue[last]
		if gone.Lane <= w.lane {
			return s.ticket(now, w, at)
		}
		s.Queue = slices.Delete(s.Queue, last, last+1)
		s.hand(gone.Lane, gone.At)
	}
	s.Queue = append(s.Queue, place{w.key, w.lane, at})
	s.settle(now)
	return s.Queue[slices.IndexFunc(s.Queue, func(q place) bool { return q.Key == w.key })].At
}

// ticket is the time to come again for a writer for whom no place is kept: after those who were told one, as the hour lets them
// through, or a short time after anybody may write again.
func (s *state) ticket(now time.Time, w writer, at time.Time) time.Time {
	ahead, between := s.ahead(w.lane)+s.Tickets, s.gap()
	if budget := share(writesAnHour, w.lane); ahead >= budget && !s.Limitless {
		between = max(between, time.Hour/time.Duration(budget))
	}
	told := latest(at, s.Tail.Add(between), s.room(now, w, ahead))
	spread := time.Duration(s.Tickets) * time.Second % maxTicket
	if most := s.room(now, w, 0).Add(maxTicket + spread); told.After(most) {
		told = most
	}
	s.hand(w.lane, told)
	return told
}

// hand takes note of a ticket. When the time of the last has passed, all are forgotten: not everybody comes back.
func (s *state) hand(in lane, told time.Time) {
	if s.Tickets == 0 || in < s.TailLane {
		s.TailLane = in
	}
	s.Tickets++
	s.Tail = latest(s.Tail, told)
}

// tear takes off the ticket of a writer who has come back.
func (s *state) tear() {
	if s.Tickets--; s.Tickets == 0 {
		s.Tail = time.Time{}
	}
}

// last is the place that comes last of the least urgent lane.
func (s *state) last() int {
	last := 0
	for i, q := range s.Queue {
		if l := s.Queue[last]; q.Lane > l.Lane || q.Lane == l.Lane && q.At.After(l.At) {
			last = i
		}
	}
	return last
}

// count takes note of a write that goes now.
func (s *state) count(now time.Time, w writer) {
	at := stamp(now)
	i, _ := slices.BinarySearch(s.Writes, at+1)
	s.Writes = slices.Insert(s.Writes, i, at)
	if s.gap() == 0 {
		s.Writes = s.Writes[max(0, len(s.Writes)-writesAMinute):] // nothing counts them
	}
	if w.lane < laneCheck {
		s.Needed = max(s.Needed, at)
	}
	s.spend(now, w.res)
}

// spend counts a write's points and its request.
func (s *state) spend(now time.Time, r resource) {
	p := s.pointsFor(r)
	p.roll(now)
	p.Drawn[0] += writePoints
	s.take(r, 1)
}

// settle moves the places that are to come apart again: the urgent stay, the others give way.
func (s *state) settle(now time.Time) {
	places := s.sorted()
	slices.SortStableFunc(places, func(a, b place) int { return int(a.Lane) - int(b.Lane) })
	s.Queue = nil
	for _, q := range places {
		if q.At.After(now) {
			q.At = s.slot(s.room(q.At, writer{lane: q.Lane, res: all}, s.ahead(q.Lane)), q.Lane)
		}
		s.Queue = append(s.Queue, q)
	}
}

func (s *state) sorted() []place {
	sorted := slices.Clone(s.Queue)
	slices.SortStableFunc(sorted, func(a, b place) int { return a.At.Compare(b.At) })
	return sorted
}
