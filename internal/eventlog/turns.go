package eventlog

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"
)

// turns is when each installation was last given a look by this process, counted in looks. One that waits longest is next:
// whoever has ten thousand subjects due gets every other look while anybody else has one. It is no part of the log, since
// several copies of the program that are each fair are fair together, and a new process may begin with anybody.
type turns struct {
	mu   sync.Mutex
	n    int64
	last map[int64]int64 // by installation; none: never
}

// had takes note of whose subjects were claimed.
func (ts *turns) had(claims []Claim) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if ts.last == nil {
		ts.last = map[int64]int64{}
	}
	for _, c := range claims {
		ts.n++
		ts.last[c.Installation] = ts.n
	}
}

// order puts those first whose turn it is; who never had one goes by the order given.
func (ts *turns) order(installations []int64) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	slices.SortStableFunc(installations, func(a, b int64) int { return cmp.Compare(ts.last[a], ts.last[b]) })
}

// taking is one operation of a Claim.
type taking struct {
	*tx
	now, until time.Time
	owner      string
	n          int     // subjects that it may take
	full       []int64 // installations that are left out
	examined   int     // rows, dropped ones too
}

// queue is what of an installation is due.
type queue struct {
	installation int64
	rows         []dueRow // the oldest that were read and not yet examined
	limit        int      // rows to read next
	all          bool     // there are no others
}

// claim takes subjects in turn, one of each installation. more says that it stopped for having examined claimPage rows.
func (k *taking) claim(ts *turns) (claims []Claim, more bool, err error) {
	installations, err := k.waiting()
	if err != nil {
		return nil, false, err
	}
	ts.order(installations)
	var queues []*queue
	for _, id := range installations {
		queues = append(queues, &queue{installation: id, limit: (k.n + len(installations) - 1) / len(installations)})
	}
	for len(queues) > 0 {
		left := queues[:0]
		for _, q := range queues {
			if len(claims) == k.n || k.examined >= claimPage {
				return claims, len(claims) < k.n, nil
			}
			row, ok, err := k.next(q)
			if err != nil {
				return nil, false, err
			}
			if !ok {
				continue
			}
			c, err := k.take(row, k.until, k.owner)
			if err != nil {
				return nil, false, err
			}
			claims, left = append(claims, c), append(left, q)
		}
		queues = left
	}
	return claims, false, nil
}

// next is the oldest subject of q that somebody needs to look at; those before it are dropped.
func (k *taking) next(q *queue) (dueRow, bool, error) {
	for {
		if len(q.rows) == 0 && !q.all {
			if err := k.read(q); err != nil {
				return dueRow{}, false, err
			}
		}
		if len(q.rows) == 0 {
			return dueRow{}, false, nil
		}
		row := q.rows[0]
		q.rows, k.examined = q.rows[1:], k.examined+1
		if !row.unmoved(micros(k.now)) {
			return row, true, nil
		}
		if err := k.exec(sqlDrop, row.subject); err != nil {
			return dueRow{}, false, fmt.Errorf("drop %s: %w", row.subject, err)
		}
	}
}

// read reads the oldest of an installation that are due and nobody holds; what was examined is no longer among them.
func (k *taking) read(q *queue) error {
	limit := q.limit
	err := k.each(k.say.claimable, []any{q.installation, micros(k.now), limit}, func(scan func(...any) error) error {
		var row dueRow
		err := row.scan(scan)
		q.rows = append(q.rows, row)
		return err
	})
	q.all, q.limit = len(q.rows) < limit, claimPage
	return err
}

// waiting are the installations that have something due and are not full, the one with the oldest first.
func (k *taking) waiting() ([]int64, error) {
	var out []int64
	err := k.each(sqlWaiting, []any{micros(k.now)}, func(scan func(...any) error) error {
		var id, oldest int64
		err := scan(&id, &oldest)
		if !slices.Contains(k.full, id) {
			out = append(out, id)
		}
		return err
	})
	return out, err
}
