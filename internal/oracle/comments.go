package oracle

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

var commented = regexp.MustCompile(`^/repos/([^/]+/[^/]+)/issues/(?:(\d+)/comments|comments/(\d+))$`)

// living is what GitHub makes a mention or a reference of: an @ or # with a word behind it, and its other ways to write a number.
var living = regexp.MustCompile(`@[\w-]|#\d|(?i:\bGH-\d)|/(?:issues|pull|discussions)/\d`)

// comments is I3 and I5 for what our App has commented: one comment on a pull request, which calls nobody and points nowhere.
func (o *Oracle) comments(r ghsim.RepoFacts, p ghsim.PullFacts) {
	if n := len(p.Comments); n > 1 {
		o.wrongf("I3", name(r, p.Number), "%d comments of ours", n)
	}
	for _, c := range p.Comments {
		body, _, _ := strings.Cut(c.Body, "\n[What pitcrew did here, and why](")
		if what := living.FindString(body); what != "" {
			o.wrongf("I5", name(r, p.Number), "our comment mentions %q", what)
		}
	}
}

// judgeComment judges the writing of a comment by the pull request that it is on. It reports whether it was one.
func (o *Oracle) judgeComment(before ghsim.Facts, c Call, blind time.Duration) bool {
	m := commented.FindStringSubmatch(c.Path)
	if m == nil || c.Method != http.MethodPost && c.Method != http.MethodPatch {
		return false
	}
	for _, r := range before.Repos {
		if !strings.EqualFold(r.Name, m[1]) {
			continue
		}
		for _, p := range r.Pulls {
			if strconv.Itoa(p.Number) != m[2] && !has(ids(p), m[3]) {
				continue
			}
			if c.Installation != r.Installation && c.Status < 300 {
				o.wrongf("I7", name(r, p.Number), "%s %s was sent by installation %d", c.Method, c.Path, c.Installation)
			}
			if why := o.history(key{r.ID, p.Number}).ever(c.At, fresh+blind, func(x permits) string { return x.Comment }); why != "" {
				o.wrongf("I5", name(r, p.Number), "it was commented on although %s", why)
			}
		}
	}
	return true
}

// ids are those of our comments.
func ids(p ghsim.PullFacts) []string {
	var out []string
	for _, c := range p.Comments {
		out = append(out, strconv.FormatInt(c.ID, 10))
	}
	return out
}
