package oracle

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

// wording is what the commit of a merge is to say: its title around and with that of the pull request, and whether there is a text
// below. The zero wording leaves all of it to GitHub.
type wording struct {
	before, title, after string
	body                 bool
}

// maxTitle is how many characters a title may have.
const maxTitle = 72

// worded is the wording that a policy asks for.
func (o *Oracle) worded(m *Merge, method string, p ghsim.PullFacts) wording {
	if method == "rebase" {
		return wording{}
	}
	w := wording{body: m.Body != ""}
	if m.Title == "" {
		return w
	}
	before, after, _ := strings.Cut(m.Title, "{title}")
	fill := strings.NewReplacer("{number}", strconv.Itoa(p.Number), "{author}", p.Author, "{head}", p.HeadRef, "{base}", p.Base)
	w.before, w.title, w.after = fill.Replace(before), o.opts.Neutral(p.Title), fill.Replace(after)
	return w
}

// amiss says what is wrong with a title: where there is room it is the whole, else that of the pull request has lost its end.
func (w wording) amiss(title string) string {
	whole := w.before + w.title + w.after
	middle, found := strings.CutPrefix(title, w.before)
	middle, ends := strings.CutSuffix(middle, w.after)
	begun, cut := strings.CutSuffix(middle, "…")
	switch {
	case utf8.RuneCountInString(title) > maxTitle:
		return "its title is too long: " + title
	case title == whole, utf8.RuneCountInString(whole) > maxTitle && found && ends && cut && strings.HasPrefix(w.title, begun) && len(title) > maxTitle/2:
		return ""
	}
	return "its title is to be " + strconv.Quote(whole) + ", not " + strconv.Quote(title)
}

// alive are the ways in which a text acts once it stands in a commit: it notifies, closes, skips runs.
var alive = []*regexp.Regexp{
	regexp.MustCompile(`(?:^|[^\w])@[a-zA-Z0-9]`),
	regexp.MustCompile(`(?i)\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:[\w.-]+/[\w.-]+)?#\d`),
	regexp.MustCompile(`(?i)\[(?:skip ci|ci skip|no ci|skip actions|actions skip)\]`),
}

// judgeWording judges the text that a merge was sent with. What GitHub did not take once at a head may be left to it.
func (o *Oracle) judgeWording(c Call, h *history, subject string) {
	var in struct {
		SHA   string
		Title string  `json:"commit_title"`
		Body  *string `json:"commit_message"`
	}
	if json.Unmarshal([]byte(c.Body), &in) != nil {
		return
	}
	plain := h.untaken[in.SHA] && in.Title == "" && in.Body == nil
	if c.Status == http.StatusUnprocessableEntity {
		h.untaken[in.SHA] = true
	}
	if why := h.ever(c.At, fresh+o.blind, func(p permits) string {
		if (in.Body != nil) != p.Wording.body {
			return "there is to be a text below the title or none"
		}
		return p.Wording.amiss(in.Title)
	}); why != "" && !plain {
		o.wrongf("I1", subject, "it was merged although %s", why)
	}
	for _, acts := range alive {
		if in.Title != "" && acts.MatchString(in.Title) || in.Body != nil && acts.MatchString(*in.Body) {
			o.wrongf("I1", subject, "what people wrote acts in the text of its commit: %s", c.Body)
		}
	}
}
