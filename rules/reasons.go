package rules

import (
	"strconv"
	"strings"

	"github.com/pitcrew-app/pitcrew/config"
)

// Reason is one reason, or one condition that already holds: a code with arguments. Sentences, logins and names of
// repositories are put in when it is drawn (Sentence).
type Reason struct {
	Code  Code     `json:"code"`
	State State    `json:"state"`
	Args  Args     `json:"args,omitempty"`
	Who   []Person `json:"who,omitempty"`
	Where string   `json:"where,omitempty"` // the line of configuration, or the ruleset, that asks for it
}

// Args are numbers, ids of commits, names of checks, labels and branches; never a person, never free text.
type Args map[string]string

// Code names a kind of reason; codes.go has its sentence, what clears it, and who can.
type Code string

// State is how a reason stands, in the order of ui.md: what a word, a shape and a colour are for.
type State string

// The states of a reason.
const (
	Done     State = "done"
	Waiting  State = "waiting" // clears by itself, or by CI
	NeedsYou State = "needs a person"
	Stopped  State = "stopped" // somebody's decision or setting
	Off      State = "off"
)

// Blocks says that nothing is done while this reason stands.
func (r Reason) Blocks() bool { return r.State != Done && r.State != Off }

func reason(code Code, state State, pairs ...string) Reason {
	r := Reason{Code: code, State: state}
	for i := 0; i+1 < len(pairs); i += 2 {
		put((*map[string]string)(&r.Args), pairs[i], pairs[i+1])
	}
	return r
}

func number(n int) string { return strconv.Itoa(n) }

// count is a number with its noun: "1 conversation", "2 conversations".
func count(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "y"):
		noun = strings.TrimSuffix(noun, "y") + "ie"
	}
	return number(n) + " " + noun + "s"
}

// short is how people are shown a commit id.
func short(sha string) string {
	if len(sha) > 7 {
		return sha[:7]
	}
	return sha
}

// problemReasons turns what is wrong with a file into reasons: the first for people, all with their place.
func problemReasons(problems []config.Problem) []Reason {
	var reasons []Reason
	for _, p := range problems {
		switch p.Level {
		case config.Error:
			reasons = append(reasons, Reason{Code: CodeConfigBroken, State: NeedsYou, Args: Args{"problem": p.String()}})
		case config.Hold:
			reasons = append(reasons, Reason{Code: CodeConfigLater, State: Stopped, Args: Args{"problem": p.String()}})
		}
	}
	return reasons
}

// blocking gives the reasons that block.
func blocking(reasons []Reason) []Reason {
	var out []Reason
	for _, r := range reasons {
		if r.Blocks() {
			out = append(out, r)
		}
	}
	return out
}

// waitsOf is what could change a verdict with these reasons. All blockers must go before anything happens, so it is
// enough to wait for those that only people can clear, if there are such: of the forty check events of a pull request that
// lacks an approval only the last costs a look, so that what is said of its checks is true in the end.
func waitsOf(reasons []Reason) []Fact {
	facts := []Fact{FactHead, FactState, FactConfig}
	people := false
	for _, r := range blocking(reasons) {
		people = people || r.State != Waiting && codes[r.Code].fact != FactChecks
	}
	for _, r := range blocking(reasons) {
		fact := codes[r.Code].fact
		if fact == "" {
			return nil
		}
		if people && fact == FactChecks {
			fact = FactSuites
		}
		facts = append(facts, fact)
	}
	return facts
}

// StateOf is how a rule stands as a whole: by what is most in the way, else done, or off where it has nothing to say.
func StateOf(reasons []Reason) State {
	state := Off
	for _, r := range reasons {
		if weight[r.State] < weight[state] {
			state = r.State
		}
	}
	return state
}
