package rules

import (
	"slices"
	"time"
)

// Pause stops merging until a person resumes it: into one base branch, in a repository, or in a whole organisation. Who stands in
// line keeps the place. It is the facts of EventPaused, on the repository or, for an organisation, on its installation.
type Pause struct {
	Base string    `json:"base,omitempty"` // the branch; empty: every one
	Org  bool      `json:"org,omitempty"`  // in every repository of the installation
	Why  Code      `json:"why"`            // CodePaused: an operator wanted it; CodeMismatch: a merge of ours made what was not decided
	By   string    `json:"by,omitempty"`   // token of who paused; empty where it was pitcrew itself, or nobody said who
	Pull int       `json:"pull,omitempty"` // with CodeMismatch, the pull request that was merged
	At   time.Time `json:"at"`
}

// Resumed is the facts of EventResumed, on the same subject: every pause there of this very base is over.
type Resumed struct {
	Base string `json:"base,omitempty"`
	By   string `json:"by,omitempty"` // token of who resumed; empty: nobody said who
}

// The kinds of events that begin and end a pause.
const (
	EventPaused  = "paused"
	EventResumed = "resumed"
)

// Holds says that nothing lands in a base while the pause lasts.
func (p Pause) Holds(base string) bool { return p.Base == "" || p.Base == base }

// same says that one of two pauses of one place adds nothing to the other.
func (p Pause) same(q Pause) bool {
	return p.Base == q.Base && p.Why == q.Why && p.Pull == q.Pull
}

// Paused are the pauses that hold a base, oldest first.
func Paused(pauses []Pause, base string) []Pause {
	var holding []Pause
	for _, p := range pauses {
		if p.Holds(base) {
			holding = append(holding, p)
		}
	}
	slices.SortStableFunc(holding, func(a, b Pause) int { return a.At.Compare(b.At) })
	return holding
}

// pause folds a pause in. One that is there already goes on since it began.
func (m *Memory) pause(p Pause) {
	if !slices.ContainsFunc(m.Pauses, p.same) {
		m.Pauses = append(m.Pauses, p)
	}
}

func (m *Memory) resume(r Resumed) {
	m.Pauses = slices.DeleteFunc(m.Pauses, func(p Pause) bool { return p.Base == r.Base })
}

// SaysPaused is how many pauses the newest answers name.
func (m *Memory) SaysPaused() int {
	n := 0
	for _, a := range m.Tree {
		for _, r := range a.Because {
			if r.Code == CodePaused || r.Code == CodeMismatch {
				n++
			}
		}
	}
	return n
}

// Reason is what a pull request is told that would stand in line for a base.
func (p Pause) Reason() Reason {
	r := reason(p.Why, Stopped, "what", p.what(), "since", clock(p.At))
	if p.Pull > 0 {
		r.Args["pull"] = number(p.Pull)
	}
	if p.By != "" {
		r.Who = []Person{{Token: p.By}}
	}
	return r
}

// what is how far a pause reaches, in words.
func (p Pause) what() string {
	switch {
	case p.Org:
		return "in the whole organisation"
	case p.Base == "":
		return "in this repository"
	}
	return "into " + p.Base
}

// pauseReasons are about the pauses that hold the base of a pull request. Only who would stand in line is told: nobody else waits
// for them, and nobody else need be looked at when they end.
func pauseReasons(s *Snapshot, p *PR, stand Standing) []Reason {
	var reasons []Reason
	if stand == InLine {
		for _, pause := range Paused(s.Paused, p.BaseRef) {
			reasons = append(reasons, pause.Reason())
		}
	}
	return reasons
}
