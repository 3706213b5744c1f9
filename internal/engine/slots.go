package engine

import (
	"context"
	"sync"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// slots are the looks that came to an end for want of a slot for their write, in this process. Where nothing has happened when
// such a look comes again, it asks for the slot before it loads anything: where thousands wait for a few hundred writes an hour,
// each would load again and again. It is no part of the log; another copy of the program loads first.
type slots struct {
	mu      sync.Mutex
	waiting map[rules.Subject]waiting
}

// waiting is a look that decided on writes for which there was no slot.
type waiting struct {
	seq   int64 // of the newest mark that it knew
	slots []slot
	again time.Time // when it was to come again beside; zero: for its slots alone
	waits []string
}

// slot is the time at which an action may be sent, or asked for again.
type slot struct {
	action rules.Action
	at     time.Time
}

// maxWaiting bounds the memory for them; where it is reached, it begins anew.
const maxWaiting = 20_000

func (s *slots) put(subject rules.Subject, w waiting) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting == nil || len(s.waiting) >= maxWaiting {
		s.waiting = map[rules.Subject]waiting{}
	}
	s.waiting[subject] = w
}

// take gives what a look left for the next one.
func (s *slots) take(subject rules.Subject) (waiting, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w, ok := s.waiting[subject]
	delete(s.waiting, subject)
	return w, ok
}

// next is when a look comes again.
func (w waiting) next() time.Time {
	at := w.again
	for _, s := range w.slots {
		if at.IsZero() || s.at.Before(at) {
			at = s.at
		}
	}
	return at
}

// only says whether a claim is for a slot alone: nothing was marked since, and nothing else has come due.
func (w waiting) only(c eventlog.Claim, now time.Time) bool {
	return c.Seq == w.seq && !c.Due.Before(w.next().Truncate(time.Microsecond)) && (w.again.IsZero() || w.again.After(now))
}

// unslotted ends a look that came only for a slot and got none, before anything is loaded.
func (l *look) unslotted(ctx context.Context) (ended bool, err error) {
	w, ok := l.Engine.slots.take(l.claim.Subject)
	if !ok || !w.only(l.claim, l.Now()) {
		return false, nil
	}
	for i, s := range w.slots {
		if s.at.After(l.Now()) {
			continue
		}
		at := l.GitHub.Slot(ctx, l.ref(), s.action)
		if !at.After(l.Now()) {
			return false, nil
		}
		w.slots[i].at = at
	}
	if err := l.Log.Finish(ctx, l.claim, eventlog.Finish{Waits: w.waits, Again: w.next()}); err != nil {
		return false, err
	}
	l.Engine.slots.put(l.claim.Subject, w)
	return true, nil
}
