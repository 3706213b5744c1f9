package github

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/url"
	"strings"
	"sync"
	"time"
)

// limiter keeps one installation within GitHub's limits; the App itself is one more. It never waits: who may not send now is
// told when. What it knows is a row that all copies of the program share. Writes ask the row each time, but where GitHub has no
// limits: there once a second. Reads draw a few
// requests from it at once, to be sent within a second, so a pause that another copy met is known to all within that; and what
// answers say of primary limits is written there with the next draw.
type limiter struct {
	name string // of its row
	rows Rows
	pace pacing
	cap  bool // GitHub's limits hold, whatever its answers show

	mu      sync.Mutex
	purses  map[resource]purse
	heard   map[resource]Limit   // what answers told since the row was written
	headers int                  // answers in a row without a limit: negative, with one: positive
	granted map[string]time.Time // slots that were given for now and not taken yet
	told    map[string]time.Time // when a writer for whom there was no slot is to come again
	flying  int                  // requests without an answer yet
	wrote   bool                 // a write succeeded since the row was written
	calm    time.Time            // until when writes need not ask the row: GitHub shows no limits
	doc     []byte               // the row as this copy wrote it, and
	known   *state               // what it says; nil: not known
}

// purse is what was drawn of a resource and not sent yet.
type purse struct {
	lane  lane // as urgent as who drew it, or more
	drawn int
	left  int
	step  int64 // in which its points were counted
	reset int64 // of the primary limit that it was taken from
	until time.Time
	empty time.Time // nothing can be drawn before
}

const (
	purseFor  = time.Second
	purseMin  = 5
	purseMax  = 50
	maxFlying = 30               // for each copy: three stay below the hundred that GitHub allows at a time
	grantFor  = 15 * time.Second // how long a slot that was given for now waits for its write
)

func (c *Client) newLimiter(inst int64) *limiter {
	pace := pacing{max(c.opts.WriteGap, 0), c.opts.WriteGap > 0}
	if c.opts.WriteGap == 0 {
		pace.gap = time.Second
	}
	return newLimiter(fmt.Sprintf("limits:%d", inst), c.opts.Rows, pace, alwaysLimited(c.opts.V3URL))
}

// alwaysLimited says whether a GitHub is GitHub's own, which has limits even if an answer does not show them; an Enterprise
// Server has them only where somebody switched them on.
// https://docs.github.com/en/enterprise-server@latest/admin/configuring-settings/configuring-user-applications-for-your-enterprise/configuring-rate-limits
func alwaysLimited(v3 string) bool {
	at, err := url.Parse(v3)
	return err == nil && (at.Hostname() == "api.github.com" || strings.HasSuffix(at.Hostname(), ".ghe.com"))
}

func newLimiter(name string, rows Rows, pace pacing, capped bool) *limiter {
	return &limiter{name: name, rows: rows, pace: pace, cap: capped,
		purses: map[resource]purse{}, heard: map[resource]Limit{}, granted: map[string]time.Time{}, told: map[string]time.Time{}}
}

// Admit lets one read through, or says when to come again.
func (l *limiter) Admit(ctx context.Context, now time.Time, r resource, in lane) (time.Time, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.flying >= maxFlying {
		return now.Add(time.Second), nil
	}
	p := l.purses[r]
	if p.left == 0 && in >= p.lane && now.Before(p.until) && now.Before(p.empty) {
		return p.empty, nil
	}
	if p.left == 0 || in > p.lane || !now.Before(p.until) {
		got, at, err := l.draw(ctx, now, r, in)
		if err != nil || got == 0 {
			return at, err
		}
	}
	p = l.purses[r]
	p.left--
	l.purses[r] = p
	return now, nil
}

// draw fills the purse of a resource, and gives back what was left in it.
func (l *limiter) draw(ctx context.Context, now time.Time, r resource, in lane) (got int, at time.Time, err error) {
	old := l.purses[r]
	want := max(purseMin, min(2*(old.drawn-old.left), purseMax))
	drawn := purse{lane: in}
	err = l.change(ctx, now, func(s *state) {
		s.giveBack(r, old)
		got, at = s.draw(now, r, in, want)
		drawn.step, drawn.reset = s.pointsFor(r).Step, s.Primary[r].Reset
	})
	if err != nil {
		return 0, at, err
	}
	drawn.drawn, drawn.left, drawn.until, drawn.empty = got, got, now.Add(purseFor), at
	if end := stepStart(stepOf(now) + 1); end.Before(drawn.until) {
		drawn.until = end
	}
	l.purses[r] = drawn
	return got, at, nil
}

// Reserve gives the slot of a write. It is now, and then Write may follow within 15 s, or it is later: the write must not be
// sent, and the slot is kept for its key. The more urgent go first. Who asks again for a slot that was given for now has it still.
func (l *limiter) Reserve(ctx context.Context, now time.Time, w writer) (at time.Time, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if given, ok := l.granted[w.key]; now.Before(l.calm) || ok && now.Sub(given) < grantFor {
		return now, nil
	}
	w.told = l.told[w.key]
	err = l.change(ctx, now, func(s *state) { at = s.reserve(now, w) })
	if err == nil && !at.After(now) {
		l.granted[w.key] = now
	}
	l.tells(w, now, at, err)
	return at, err
}

// maxTold bounds the memory for what writers were told; where it is reached, it begins anew.
const maxTold = 20_000

// tells remembers what a writer is told.
func (l *limiter) tells(w writer, now, at time.Time, err error) {
	switch {
	case err != nil:
	case !at.After(now):
		delete(l.told, w.key)
	case len(l.told) >= maxTold:
		clear(l.told)
		fallthrough
	default:
		l.told[w.key] = at
	}
}

// Write lets a write through that goes now: in the slot that Reserve gave, unless GitHub has asked for a pause since, or in one
// that is free now. Else it says when to come again.
func (l *limiter) Write(ctx context.Context, now time.Time, w writer) (at time.Time, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	given, ok := l.granted[w.key]
	ok = ok && now.Sub(given) < grantFor
	delete(l.granted, w.key)
	if now.Before(l.calm) {
		return now, nil
	}
	w.told = l.told[w.key]
	err = l.change(ctx, now, func(s *state) {
		if at = latest(now, s.quiet(w.res)); !ok || at.After(now) {
			at = s.reserve(now, w)
		}
	})
	l.tells(w, now, at, err)
	return at, err
}

// Spend counts a write that goes at once, whatever is left: one that undoes what must not stay.
func (l *limiter) Spend(ctx context.Context, now time.Time, w writer) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.change(ctx, now, func(s *state) { s.count(now, w) })
}

// Once lets one write of the App itself through, which creates no content and needs no slot, or says when to come again.
func (l *limiter) Once(ctx context.Context, now time.Time, w writer) (at time.Time, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	err = l.change(ctx, now, func(s *state) {
		if at = s.affords(now, w); !at.After(now) {
			s.spend(now, w.res)
		}
	})
	return at, err
}

// Stop takes note of a limit that GitHub told us of and gives its end. A primary limit stops its resource; all, everything.
func (l *limiter) Stop(ctx context.Context, now, until time.Time, r resource) (time.Time, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wrote = false
	at := latest(until, now.Add(time.Minute))
	err := l.change(ctx, now, func(s *state) { at = s.stop(now, r, until, l.jitter(s.Strikes)) })
	for res, p := range l.purses {
		if r == all || r == res {
			p.until = now
			l.purses[res] = p
		}
	}
	return at, err
}

// jitter is a part of one by the name, so that installations that were limited together do not come back together.
func (l *limiter) jitter(strikes int) float64 {
	hash := fnv.New32a()
	fmt.Fprintf(hash, "%s %d", l.name, strikes)
	return float64(hash.Sum32()%1000) / 1000
}

// Wrote takes note of a write that succeeded, which ends a row of limits. A read that succeeds does not: one comes before each
// write.
func (l *limiter) Wrote() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wrote = true
}

// enter and leave are around each request.
func (l *limiter) enter() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.flying++
}

// leave takes note of an answer. It writes nothing: the next draw or write does.
func (l *limiter) leave(now time.Time, r reply, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.flying--
	if err != nil || !r.ok() {
		return
	}
	told, shown := limitOf(r.Header, now)
	if !shown {
		l.headers = -1
		return
	}
	l.headers, l.calm = 1, time.Time{}
	res := resource(told.Name)
	if known, ok := l.heard[res]; !ok || told.Reset.After(known.Reset) || told.Reset.Equal(known.Reset) && told.Remaining < known.Remaining {
		l.heard[res] = told
	}
}

// change changes the row, and writes what answers have told since.
func (l *limiter) change(ctx context.Context, now time.Time, do func(*state)) error {
	var written []byte
	var s *state
	err := l.rows.Change(ctx, l.name, func(doc []byte) (_ []byte, err error) {
		if s, err = l.read(doc); err != nil {
			return nil, err
		}
		s.forget(now)
		l.tell(s, now)
		do(s)
		written, err = json.Marshal(s)
		return written, err
	})
	l.calm = time.Time{}
	if err != nil {
		l.known = nil
		return fmt.Errorf("reserve a request: %w", err)
	}
	l.doc, l.known = written, s
	l.heard, l.wrote = map[resource]Limit{}, false
	if s.Limitless && s.gap() == 0 && len(s.Quiet) == 0 {
		l.calm = now.Add(purseFor) // as long as reads need not ask either
	}
	return nil
}

// read reads the row. Mostly nobody else wrote it since.
func (l *limiter) read(doc []byte) (*state, error) {
	s := l.known
	if l.known = nil; s != nil && bytes.Equal(doc, l.doc) {
		return s, nil
	}
	return readState(doc, l.pace)
}

// tell writes into the row what answers have told.
func (l *limiter) tell(s *state, now time.Time) {
	if l.headers != 0 {
		s.Limitless = l.headers < 0 && !l.cap
	}
	for r, told := range l.heard {
		told.Remaining -= l.purses[r].left // counted already
		s.hear(r, told)
	}
	if l.wrote && !s.quiet(all).After(now) {
		s.Strikes = 0
	}
}
