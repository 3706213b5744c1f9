package server

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/engine"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
)

// Line is the line of a base as the base itself remembers it, with what holds all of it.
type Line struct {
	Paused []rules.Pause  // that hold it, oldest first
	Frozen []rules.Reason // a freeze that lasts; at most one
	memory *rules.Memory  // of the base
	order  []int          // numbers, the first one first
}

// ReadLine reads the line of a base of a repository.
func ReadLine(ctx context.Context, log *eventlog.DB, repo ledger.Repository, base string, now time.Time) (Line, error) {
	m, _, err := engine.Recall(ctx, log, rules.BaseSubject(repo.ID, base))
	if err != nil {
		return Line{}, err
	}
	pauses, err := engine.PausesOf(ctx, log, repo.ID, repo.Installation)
	if err != nil {
		return Line{}, err
	}
	l := Line{Paused: rules.Paused(pauses, base), memory: m, order: m.Order()}
	if r, frozen := m.Frozen(now); frozen && len(l.order) > 0 {
		l.Frozen = []rules.Reason{r}
	}
	return l, nil
}

// Position is where a pull request stands, from 1; 0: it does not.
func (l Line) Position(number int) int { return 1 + slices.Index(l.order, number) }

// Lands says when a pull request in line lands; empty where that cannot be told.
func (l Line) Lands(number int, now time.Time) string {
	if len(l.Paused) > 0 {
		return "when merging is resumed"
	}
	e, ok := l.memory.Expect(now, number)
	if !ok || l.late(now) {
		return ""
	}
	return "about " + clockOf(e.At, now) + ", if nothing changes"
}

// late says whether the first in line has taken longer than others did: nobody can tell then when it lands.
func (l Line) late(now time.Time) bool {
	e, ok := l.memory.Expect(now, l.memory.Front.Number)
	return ok && !e.At.After(now)
}

// Basis says what the times that Lands foretells stand on, or why it foretells none.
func (l Line) Basis(now time.Time) string {
	if len(l.order) == 0 {
		return ""
	}
	e, ok := l.memory.Expect(now, l.order[0])
	if !ok {
		return fmt.Sprintf("No time is foretold before %d pull requests have landed here that were first in line; so far it is %d.", rules.MinLandings, len(l.memory.Landings))
	}
	took := span(e.Each)
	if e.Each < time.Second {
		took = "less than a second"
	}
	if l.late(now) {
		return fmt.Sprintf("No time is foretold: the first has been first for longer than the newest %s here took in the median, %s.", ledger.Count(e.N, "landing"), took)
	}
	return fmt.Sprintf("The times stand on the newest %s here: from being first in line to being merged, the median took %s.", ledger.Count(e.N, "landing"), took)
}

// clockOf is a time of day, with the day where it is another one; seconds are rounded up.
func clockOf(t, now time.Time) string {
	t = t.UTC().Add(time.Minute - 1).Truncate(time.Minute)
	if today(t).Equal(today(now)) {
		return t.Format("15:04 UTC")
	}
	return t.Format("Mon 2 Jan 15:04 UTC")
}
