package storm

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/oracle"
	"github.com/rs/zerolog"
)

// Result is a plan that was played.
type Result struct {
	Violations []oracle.Violation
	Kills      int
	Calls      int
	Log, Asked string // digests of the log and of the calls
}

// Play plays a plan. An error says that it could not be played, which is a fault as well.
func Play(ctx context.Context, p Plan, log zerolog.Logger) (*Result, error) {
	return play(ctx, p, log, between{})
}

// between is what tests put between the program and the rest, to see that the oracle notices.
type between struct {
	data   string                          // where the log is: the URL of a database; empty: a directory of its own
	github func(http.Handler) http.Handler // nil: nothing
	hooks  func(http.Handler) http.Handler
	rand   io.Reader // nil: the seed's
}

func play(ctx context.Context, p Plan, log zerolog.Logger, b between) (*Result, error) {
	w, err := newWorld(p, log, b)
	if w != nil {
		defer w.close()
	}
	if err != nil {
		return nil, err
	}
	if err := w.play(ctx); err != nil {
		return nil, err
	}
	if err := w.calmDown(ctx); err != nil {
		return nil, err
	}
	return w.judge(ctx)
}

func (w *world) play(ctx context.Context) error {
	if err := w.pass(ctx, time.Second); err != nil {
		return err
	}
	for _, s := range w.plan.Steps {
		if err := w.pass(ctx, s.After); err != nil {
			return err
		}
		if err := w.do(ctx, s.Do); err != nil {
			return fmt.Errorf("%s: %w", s.Do, err)
		}
		w.look()
	}
	return w.pass(ctx, time.Minute)
}

// do does one thing. What cannot happen does not.
func (w *world) do(ctx context.Context, text string) error {
	word, rest, _ := strings.Cut(text, " ")
	switch word {
	case "kill":
		return w.restart(0)
	case "down":
		d, err := time.ParseDuration(rest)
		if err != nil {
			return err
		}
		return w.restart(d)
	case "crash":
		w.crash = armed(rest)
		return nil
	case "deaf":
		w.deaf = armed(rest)
		return nil
	case "sleep":
		d, err := time.ParseDuration(rest)
		if err != nil {
			return err
		}
		return w.pass(ctx, d)
	case "pause", "resume":
		return w.pausing(ctx, rest, word == "resume")
	case "full":
		w.full, _ = strconv.Atoi(rest)
		return nil
	case "before":
		w.ambush = true
	case "lag":
		w.blind.lags(w.clock.Now(), rest)
	case "revert":
		w.revert(rest)
		return nil
	case "huge":
		w.blind.lost(w.clock.Now())
	}
	w.sim.Exec(text) //nolint:errcheck // what it needs is not there any more
	return nil
}

// revert has somebody take back what "acme/api#7 by dan" landed.
func (w *world) revert(text string) {
	told := w.sim.Untold().IsZero() && w.blind.gone.IsZero()
	if w.sim.Exec("revert "+text) != nil {
		return // it is not what landed last
	}
	name, _, _ := strings.Cut(text, " ")
	repo, number, _ := strings.Cut(name, "#")
	n, _ := strconv.Atoi(number) // digits, or nothing is called so
	w.watch.Reverted(repo, n, told)
}

func armed(text string) crash {
	number, after, _ := strings.Cut(text, " ")
	n, _ := strconv.Atoi(number) // none is once
	return crash{in: max(n, 1), after: after == "after", writes: number == "write"}
}

// restart kills the program and starts it again after a while.
func (w *world) restart(after time.Duration) error {
	if w.program == nil {
		return nil
	}
	if err := w.stop(); err != nil {
		return err
	}
	if after > 0 {
		w.upAt = w.clock.Now().Add(after)
		return nil
	}
	return w.rise()
}

// pass lets everything happen that is due within d, in the order of time.
func (w *world) pass(ctx context.Context, d time.Duration) error {
	end := w.clock.Now().Add(d)
	for rounds := 0; rounds < circles; rounds++ {
		next, err := w.round(ctx)
		if err != nil {
			return err
		}
		if w.circling {
			break
		}
		if next.IsZero() || next.After(end) {
			w.clock.to(end)
			return nil
		}
		if next.After(w.clock.Now()) {
			rounds = 0
		}
		w.clock.to(next)
	}
	return fmt.Errorf("at %s this goes round in circles: something is due again and again without time passing", w.clock.Now().Format("15:04:05.000"))
}

// circles is how many rounds without time passing are too many.
const circles = 300

// round does all that is due now, and returns when something will be.
func (w *world) round(ctx context.Context) (time.Time, error) {
	for busy := true; busy; {
		if busy = w.sim.Step(w.clock.Now()) > 0; busy {
			w.look()
		}
		busy = w.sim.Deliver(ctx) > 0 || busy
	}
	next, err := w.turn()
	if err != nil {
		return time.Time{}, err
	}
	if at, ok := w.sim.Next(); ok && (next.IsZero() || at.Before(next)) {
		next = at
	}
	if !next.After(w.clock.Now()) && !next.IsZero() {
		return w.clock.Now(), nil
	}
	return next, nil
}

// turn is the program's: one step, or none while it is down. It returns when it wants another.
func (w *world) turn() (time.Time, error) {
	now := w.clock.Now()
	if w.program == nil {
		if now.Before(w.upAt) {
			return w.upAt, nil
		}
		return now, w.rise()
	}
	next, err := w.program.Engine.Step(w.life)
	switch {
	case w.life.Err() != nil:
		return now, w.restart(0)
	case err != nil:
		return now.Add(time.Second), nil // as serve does where the log cannot be written
	}
	return next, nil
}

// rise starts the program, or, where the disk is full, whoever watches over it tries again in a second.
func (w *world) rise() error {
	full := w.full > 0
	err := w.start()
	if err != nil && full {
		w.upAt = w.clock.Now().Add(time.Second)
		return nil
	}
	return err
}
