package server

import (
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// happenings are the facts as what happens to people: "when a review comes".
var happenings = map[rules.Fact]string{
	rules.FactHead: "a push comes", rules.FactState: "it is closed or marked ready", rules.FactConfig: "the configuration changes",
	rules.FactText: "its title or text is edited", rules.FactLabels: "a label changes", rules.FactReviews: "a review comes",
	rules.FactRequests: "a review is asked for", rules.FactChecks: "a check reports", rules.FactSuites: "the checks have finished",
	rules.FactThreads: "a conversation is resolved",
	rules.FactBase:    "the base moves", rules.FactLine: "the line moves", rules.FactRelease: "a release comes",
}

// common are the facts that wake every subject; to name them each time would hide the rest.
var common = map[rules.Fact]bool{rules.FactHead: true, rules.FactState: true, rules.FactConfig: true, rules.FactOther: true}

// SayNext says when a subject is looked at again: a time, and what would bring it forward.
func SayNext(s eventlog.Standing, now time.Time) string {
	var when []string
	switch {
	case s.Owner != "":
		return "It is being looked at now."
	case !s.Due.IsZero() && !s.Due.After(now):
		return "It is due: the next look comes in a moment."
	case !s.Due.IsZero():
		when = append(when, "in "+span(s.Due.Sub(now)))
	}
	if s.Waits == nil {
		when = append(when, "when anything happens to it")
	} else {
		var what []string
		for _, w := range s.Waits {
			if f := rules.Fact(w); !common[f] && happenings[f] != "" {
				what = append(what, happenings[f])
			}
		}
		if len(what) == 0 {
			what = []string{happenings[rules.FactHead]}
		}
		when = append(when, "when "+strings.Join(what, ", or "))
	}
	return "Next look " + strings.Join(when, ", or ") + "."
}
