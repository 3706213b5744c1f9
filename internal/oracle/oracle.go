// Package oracle judges what pitcrew did on the simulated GitHub, from the simulator's own truth and its record of calls, and by
// code of its own: it shares nothing with what decides.
//
// It is shown everything after each change (Observe), keeps for each pull request what was permitted when, and says what went
// wrong: a Violation names one of the invariants.
//
//	I1  nothing lands, is updated or is asked for that policy, GitHub's rules and the base's config forbade throughout the time before
//	I2  a delivery that was answered 2xx is in the log exactly once, and nothing is there that GitHub did not send
//	I3  each write has one effect at most
//	I4  once faults end, what is eligible gets done
//	I5  nothing is written where pitcrew is not asked to, may not, or only observes
//	I6  limits hold: no budget is overdrawn, and nothing is asked before the time that GitHub named
//	I7  an installation never reaches another's repositories
//	I8  what was counted is what was done, and counting again gives the same
//
// Of I9, that what has ended leaves nothing running, and I10, that the same seed gives the same, GitHub's state tells nothing:
// package storm sees to them.
package oracle

import (
	"fmt"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

// Violation is an invariant that does not hold.
type Violation struct {
	Invariant string // I1 … I10
	At        time.Time
	Subject   string // "acme/api#7", or empty
	Why       string
}

func (v Violation) String() string {
	return fmt.Sprintf("%s at %s: %s %s", v.Invariant, v.At.Format("15:04:05.000"), v.Subject, v.Why)
}

// Options are what the oracle cannot see.
type Options struct {
	Policy func(text string) *Policy // what the text of a .platform.yml means; nil: nobody wrote it
	Bot    string                    // the login of our App's bot
	// Neutral is how a title reads where nothing in it may act: nobody is mentioned, nothing closed, no run skipped.
	Neutral func(title string) string
	Raises  func(message string) string // patch, minor or major, as the commit of a bot says it; empty: it does not. nil: none does
}

// Oracle watches one run. It is used by one goroutine.
type Oracle struct {
	opts  Options
	now   ghsim.Facts
	pulls map[key]*history
	wrong []Violation
	told  map[string]bool
	calls calls

	paused map[Pause]bool
	blind  time.Duration // as Observe was last told

	names map[int64][]string // of each repository: those that it ever had, with the owner
}

// key is a pull request.
type key struct {
	repo   int64
	number int
}

// New makes an oracle that has seen nothing.
func New(o Options) *Oracle {
	return &Oracle{opts: o, pulls: map[key]*history{}, told: map[string]bool{}, calls: newCalls(), paused: map[Pause]bool{}, names: map[int64][]string{}}
}

// fresh is how old a snapshot may be when a write is sent on it.
const fresh = 5 * time.Second

// Observe takes note of everything as it is after a change, and of the calls since the last time. blind is how far what the
// program reads may lie in the past beyond the age of a snapshot, with nothing to tell it so.
func (o *Oracle) Observe(f ghsim.Facts, calls []Call, blind time.Duration) {
	before := o.now
	o.now, o.blind = f, blind
	for _, r := range f.Repos {
		o.watch(r)
		for _, p := range r.Pulls {
			h := o.history(key{r.ID, p.Number})
			o.landed(h, r, p, blind)
			h.add(f.At, o.permits(r, p, h))
			o.effects(h, r, p, blind)
		}
	}
	o.judgeCalls(before, calls, blind)
}

// Violations are what was found so far.
func (o *Oracle) Violations() []Violation { return o.wrong }

// wrongf takes note of a violation, once for each text.
func (o *Oracle) wrongf(invariant, subject, format string, args ...any) {
	v := Violation{invariant, o.now.At, subject, fmt.Sprintf(format, args...)}
	if id := v.Invariant + v.Subject + v.Why; !o.told[id] {
		o.told[id] = true
		o.wrong = append(o.wrong, v)
	}
}

func (o *Oracle) history(k key) *history {
	if o.pulls[k] == nil {
		o.pulls[k] = &history{updates: map[string]string{}, rebased: map[string]string{}, asked: map[string]int{}, untaken: map[string]bool{}}
	}
	return o.pulls[k]
}

func name(r ghsim.RepoFacts, number int) string { return fmt.Sprintf("%s#%d", r.Name, number) }
