package storm

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/oracle"
)

// The small world: one pull request that lands when it is approved, green and up to date, and what can happen to it.
var (
	smallPolicy = &oracle.Policy{
		Reviewers: &oracle.Reviewers{Request: 1, From: []string{"bob"}},
		Update:    &oracle.Update{PerDay: 5},
		Merge:     &oracle.Merge{NeverLabels: []string{"hold"}, Rules: []oracle.Rule{{Approvals: 1, Checks: []string{"build"}, Method: "squash"}}},
	}
	smallActions = []string{
		"review 1 bob approved", "check 1 build success", "push main %s", "push 1 %s", "label 1 +hold by bob", "label 1 -hold by bob",
		"review 1 bob dismissed", "lose 1", "fail merge 502 after", "lag graphql 3s",
	}
)

// Sequences gives every plan of n actions in the small world, whatever comes after what, each without a crash and with one after
// each of its steps: in the next request or in the next write, before GitHub hears of it or before the answer is heard.
func Sequences(n int) iter.Seq[Plan] {
	return func(yield func(Plan) bool) {
		for chosen := make([]int, n); ; {
			if !crashing(small(chosen), yield) || !next(chosen, len(smallActions)) {
				return
			}
		}
	}
}

// next counts on.
func next(digits []int, base int) bool {
	for i := range digits {
		if digits[i]++; digits[i] < base {
			return true
		}
		digits[i] = 0
	}
	return false
}

// Orders gives the first n actions in every order, with crashes as Sequences.
func Orders(n int) iter.Seq[Plan] {
	return func(yield func(Plan) bool) { permute(nil, n, yield) }
}

func permute(chosen []int, n int, yield func(Plan) bool) bool {
	if len(chosen) == n {
		return crashing(small(chosen), yield)
	}
	for i := range n {
		if !slices.Contains(chosen, i) && !permute(append(chosen, i), n, yield) {
			return false
		}
	}
	return true
}

// crashing gives a plan without a crash and with each.
func crashing(plain Plan, yield func(Plan) bool) bool {
	if !yield(plain) {
		return false
	}
	for i := range plain.Steps {
		for _, how := range []string{"crash 1", "crash 1 after", "crash write", "crash write after"} {
			p := plain
			p.Steps = slices.Insert(slices.Clone(plain.Steps), i+1, Step{0, how})
			if !yield(p) {
				return false
			}
		}
	}
	return true
}

func small(chosen []int) Plan {
	text := render(smallPolicy)
	p := Plan{Policies: map[string]*oracle.Policy{text: smallPolicy}}
	p.World = fmt.Sprintf("repo: acme/api\nfiles:\n  .platform.yml: %q\nprotection: {main: {checks: [build], strict: true, dismiss-stale: true}}\nprs:\n  1: {author: ana, head: a1}\n", text)
	for i, n := range chosen {
		do := smallActions[n]
		if strings.Contains(do, "%s") {
			do = fmt.Sprintf(do, fmt.Sprintf("c%d", i))
		}
		p.Steps = append(p.Steps, Step{2 * time.Second, do})
	}
	return p
}
