package oracle

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

// The text of a merge is what the policy asks for, no longer than a title may be, and nothing in it acts.
func TestWhatTheOracleSaysOfTexts(t *testing.T) {
	long := strings.Repeat("long words ", 8) + "end"
	for _, c := range []struct{ name, title, asks, sent, want string }{
		{"as the template says", "Fix", "{title} (#{number})", `"commit_title":"Fix (#7)"`, ""},
		{"GitHub's own", "Fix", "", ``, ""},
		{"a title that nobody asked for", "Fix", "", `"commit_title":"Fix"`, "is to be"},
		{"none", "Fix", "{title}", ``, "is to be"},
		{"another", "Fix", "{title} (#{number})", `"commit_title":"Fix (#8)"`, "is to be"},
		{"cut where it need not be", "Fix the retries", "{title} (#{number})", `"commit_title":"Fix the… (#7)"`, "is to be"},
		{"too long", long, "{title} (#{number})", `"commit_title":"` + long + ` (#7)"`, "too long"},
		{"cut", long, "{title} (#{number})", `"commit_title":"` + long[:54] + `… (#7)"`, ""},
		{"cut to nothing", long, "{title} (#{number})", `"commit_title":"… (#7)"`, "is to be"},
		{"a text that nobody asked for", "Fix", "", `"commit_message":"x"`, "a text below"},
		{"a mention", "Tell @bob", "{title}", `"commit_title":"Tell @bob"`, "acts in the text"},
		{"a mention that is none", "Tell @bob", "{title}", `"commit_title":"Tell @ bob"`, "is to be"},
		{"what closes", "closes #1", "{title}", `"commit_title":"closes #1"`, "acts in the text"},
		{"what skips", "[skip ci]", "{title}", `"commit_title":"[skip ci]"`, "acts in the text"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene()
			s.o.opts.Neutral = func(title string) string { return title }
			s.pull().Title = c.title
			s.asks(func(m *Merge) { m.Title = c.asks })
			s.after(time.Hour, nothing)
			s.land(c.sent)
			s.says(t, c.want)
		})
	}
}

// What GitHub did not take once may be left to it.
func TestWhatTheOracleSaysOfATextThatWasNotTaken(t *testing.T) {
	for _, first := range []int{http.StatusUnprocessableEntity, http.StatusConflict} {
		s := newScene()
		s.o.opts.Neutral = func(title string) string { return title }
		s.asks(func(m *Merge) { m.Title = "{title}" })
		s.after(time.Hour, func(p *ghsim.PullFacts) { p.Title = "Fix" })
		s.after(time.Hour, nothing)
		s.call(http.MethodPut, "/repos/acme/api/pulls/7/merge", `{"sha":"a1","merge_method":"squash","commit_title":"Fix"}`).Status = first
		s.after(time.Minute, nothing)
		s.land("")
		s.says(t, map[int]string{http.StatusUnprocessableEntity: "", http.StatusConflict: "is to be"}[first])
	}
}

// land is a merge with so much text.
func (s *scene) land(text string) {
	if text != "" {
		text = "," + text
	}
	s.call(http.MethodPut, "/repos/acme/api/pulls/7/merge", fmt.Sprintf(`{"sha":%q,"merge_method":"squash"%s}`, s.pull().Head, text))
	s.look()
}
