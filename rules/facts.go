package rules

import "slices"

// Fact is a kind of fact that events change and verdicts depend on. An event touches facts; a verdict waits for some.
type Fact string

// The facts. FactHead, FactState and FactConfig wake every subject, whatever it waits for.
const (
	FactHead     Fact = "head"     // the head moved
	FactState    Fact = "state"    // opened, closed, merged, draft, base changed
	FactConfig   Fact = "config"   // .platform.yml, the organisation's file, CODEOWNERS, protection, settings
	FactText     Fact = "text"     // title or body
	FactLabels   Fact = "labels"   //
	FactReviews  Fact = "reviews"  // submitted, dismissed, edited
	FactRequests Fact = "requests" // asked, taken back
	FactChecks   Fact = "checks"   // check runs, suites, statuses
	FactSuites   Fact = "suites"   // all of an App's checks of a commit have finished, or a status has
	FactThreads  Fact = "threads"  // conversations resolved or opened
	FactBase     Fact = "base"     // the base branch moved
	FactLine     Fact = "line"     // the line of the base changed
	FactPause    Fact = "pause"    // merging was paused or resumed
	FactRelease  Fact = "release"  //
	FactOther    Fact = "other"    // whatever cannot be told: always looked at
)

// wakeAlways are the facts that no verdict may sleep through.
var wakeAlways = []Fact{FactHead, FactState, FactConfig, FactOther}

// matched are the facts beside wakeAlways that a matcher looks at: label, title and body. The author never changes, and
// base, head, files, draft and fork change with the head or the state.
var matched = []Fact{FactLabels, FactText}

// MustWake says whether an event that touches these facts must lead to a look at a subject that waits for waits (nil:
// for anything).
func MustWake(touched []string, waits []string) bool {
	if waits == nil {
		return true
	}
	for _, t := range touched {
		for _, w := range wakeAlways {
			if t == string(w) {
				return true
			}
		}
		for _, w := range waits {
			if t == w {
				return true
			}
		}
	}
	return false
}

// WaitsOf joins what verdicts wait for: nil as soon as one waits for anything.
func WaitsOf(verdicts []Verdict) []string {
	var joined []Fact
	for _, v := range verdicts {
		if v.Waits == nil {
			return nil
		}
		joined = append(joined, v.Waits...)
	}
	return WaitsFor(joined...)
}

// WaitsFor are the waits of a look whose outcome only these facts can change: each once, with those that wake always.
func WaitsFor(facts ...Fact) []string {
	waits := []string{}
	seen := map[Fact]bool{}
	for _, f := range slices.Concat(facts, wakeAlways) {
		if !seen[f] {
			seen[f] = true
			waits = append(waits, string(f))
		}
	}
	return waits
}
