package oracle

import (
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

func TestWhatTheOracleSaysOfComments(t *testing.T) {
	const on, change = "/repos/acme/api/issues/7/comments", "/repos/acme/api/issues/comments/5"
	policy := func(text string) func(s *scene) {
		return func(s *scene) {
			s.f.Repos[0].Config["main"] = text
			s.after(time.Minute, nothing)
			s.after(time.Minute, nothing)
		}
	}
	commented := func(bodies ...string) func(s *scene) {
		return func(s *scene) {
			policy("comment")(s)
			s.after(time.Second, func(p *ghsim.PullFacts) {
				for i, body := range bodies {
					p.Comments = append(p.Comments, ghsim.CommentFacts{ID: int64(5 + i), Body: body})
				}
			})
		}
	}
	calls := func(before func(s *scene), method, path string) func(s *scene) {
		return func(s *scene) { before(s); s.call(method, path, `{"body":"x"}`); s.look() }
	}
	for name, c := range map[string]struct {
		play func(s *scene)
		want string
	}{
		"asked for":               {calls(policy("comment"), "POST", on), ""},
		"not asked for":           {calls(policy("asked"), "POST", on), "I5 nobody asked for a comment"},
		"only observed":           {calls(policy("comment observed"), "POST", on), "I5 only observed"},
		"a broken file":           {calls(policy("broken"), "POST", on), "I5 has a mistake"},
		"changed":                 {calls(commented("Merged."), "PATCH", change), ""},
		"changed, not asked for":  {func(s *scene) { commented("Merged.")(s); calls(policy("asked"), "PATCH", change)(s) }, "I5 nobody asked"},
		"of another installation": {func(s *scene) { policy("comment")(s); s.call("POST", on, "{}").Installation = 2; s.look() }, "I7 sent by installation 2"},
		"one":                     {commented("<!-- pitcrew -->\nWaits for @\u200bana, #\u200b7 and GH-\u200b8.\n\n[What pitcrew did here, and why](https://x/pull/7)"), ""},
		"two":                     {commented("a", "b"), "I3 2 comments of ours"},
		"a mention":               {commented("Waits for @ana."), "I5 mentions"},
		"a team":                  {commented("Waits for @acme/core."), "I5 mentions"},
		"a reference":             {commented("After acme/api#8."), "I5 mentions"},
		"an address":              {commented("https://github.com/acme/api/issues/8"), "I5 mentions"},
		"the other way":           {commented("gh-8"), "I5 mentions"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene()
			c.play(s)
			compare(t, s.o.Violations(), c.want)
		})
	}
}
