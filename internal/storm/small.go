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
		"review 1 bob approved", "check 1 build success", "push main %s", "fail merge 502 after", "label 1 +hold by bob", "lose 1",
		"push 1 %s", "label 1 -hold by bob", "review 1 bob dismissed", "lag graphql 3s",
	}
)

// crashes are the ways to die: in the next request or in the next write, before GitHub hears of it or before the answer is heard.
var crashes = []string{"crash 1", "crash 1 after", "crash write", "crash write after"}

// Sequences gives every plan of n actions in the small world, whatever comes after what, each without a crash and with every crash
// after each of its steps.
func Sequences(n int) iter.Seq[Plan] {
	return func(yield func(Plan) bool) {
		for chosen := make([]int, n); ; {
			if !crashing(small(chosen), everyCrash, yield) || !next(chosen, len(smallActions)) {
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

// Orders gives the first n actions in every order, each without a crash and with one after each of its steps: of the ways to die
// the next one, so that all are met at each step.
func Orders(n int) iter.Seq[Plan] {
	return func(yield func(Plan) bool) {
		turn := 0
		permute(nil, n, func(chosen []int) bool {
			turn++
			return crashing(small(chosen), func(step int) []string { return crashes[(turn+step)%len(crashes):][:1] }, yield)
		})
	}
}

func permute(chosen []int, n int, yield func([]int) bool) bool {
	if len(chosen) == n {
		return yield(chosen)
	}
	for i := range n {
		if !slices.Contains(chosen, i) && !permute(append(chosen, i), n, yield) {
			return false
		}
	}
	return true
}

func everyCrash(int) []string { return crashes }

// crashing gives a plan without a crash, and with each of the crashes of a step after it.
func crashing(plain Plan, crashes func(step int) []string, yield func(Plan) bool) bool {
	if !yield(plain) {
		return false
	}
	for i := range plain.Steps {
		for _, how := range crashes(i) {
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
