package storm

import (
	"flag"
	"iter"
	"testing"
)

var (
	actions = flag.Int("actions", 1, "play every sequence of up to so many actions in the small world")
	orders  = flag.Int("orders", 4, "play so many actions in every order in the small world")
)

// Whatever happens to one pull request, in every order and with a crash after each step, goes right.
func TestSmallWorldExhaustively(t *testing.T) {
	for name, plans := range map[string]iter.Seq[Plan]{"sequences": sequences(*actions), "orders": Orders(*orders)} {
		r := Run(t.Context(), plans, Options{})
		t.Logf("%s: %d plans, %d kills, %d requests", name, r.Played, r.Kills, r.Calls)
		show(t, r)
	}
}

func sequences(most int) iter.Seq[Plan] {
	return func(yield func(Plan) bool) {
		for n := 1; n <= most; n++ {
			for p := range Sequences(n) {
				if !yield(p) {
					return
				}
			}
		}
	}
}
