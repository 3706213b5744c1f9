package rules

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// How long the text of a commit may be: its title, as git's own tools show it, in characters; the rest in bytes, which are never
// fewer than characters.
const (
	maxTitle    = 72
	maxBody     = 65536
	maxTrailers = maxBody / 2
)

// The words of `merge.body`.
const (
	bodyPull    = "pull-request"
	bodyCommits = "commits"
)

// Message is the text of the commit that lands. The zero Message leaves all of it to GitHub.
type Message struct {
	Title string  // empty: GitHub's own
	Body  *string // nil: GitHub's own
}

// message is the text that the settings ask for. A rebase has none, since its commits keep theirs; and what GitHub refused once
// at this head is not sent again.
func (m MergeSettings) message(s *Snapshot, p *PR, method string) Message {
	var text Message
	if method == MethodRebase || p.plainMessage() {
		return text
	}
	text.Title = m.title(p)
	if m.Body == "" {
		return text
	}
	var body string
	switch m.Body {
	case bodyPull:
		body = neutral(said(p.Body))
	case bodyCommits:
		body = neutral(p.commitTexts())
	}
	var trailers string
	if method == MethodSquash { // the commits of a merge keep their authors
		trailers = p.coAuthors(s.App)
	}
	body = joined(body, trailers)
	text.Body = &body
	return text
}

// worded says that the settings ask for a text of their own.
func (m MergeSettings) worded() bool { return len(m.Title) > 0 || m.Body != "" }

// plainMessage says that GitHub refused the text at this head.
func (p *PR) plainMessage() bool {
	b := p.memory().Backoff[KindMerge]
	return b.Plain && b.Key == p.Head
}

// tellOfText says of a refused merge that it was the text which was refused, if it was.
func (m MergeSettings) tellOfText(reasons []Reason, p *PR) {
	for _, r := range reasons {
		if r.Code == CodeRefused && r.Args["status"] == number(unprocessable) && m.worded() && p.plainMessage() {
			r.Args["why"] = "the title or the text of the commit; the next try leaves both to GitHub"
		}
	}
}

// title fills the template. What is too long loses words of the title first, then of the names; the number stays whole.
func (m MergeSettings) title(p *PR) string {
	values := map[string]string{"title": p.Title, "number": number(p.Number), "author": p.Author.Login, "head": p.HeadRef, "base": p.BaseRef}
	fill := func() string {
		return strings.Join(strings.Fields(neutral(m.Title.Fill(func(name string) string { return values[name] }))), " ")
	}
	for name, value := range values {
		values[name] = strings.Join(strings.Fields(neutral(value)), " ")
	}
	for _, name := range []string{"title", "head", "base", "author"} {
		for m.Title.Has(name) && values[name] != "" {
			over := utf8.RuneCountInString(fill()) - maxTitle
			if over <= 0 {
				break
			}
			values[name] = shorter(values[name], over)
		}
	}
	return fill()
}

// shorter takes so many characters off a text: whole words where one ends near. It puts a mark there, which may be one more to
// take off.
func shorter(text string, by int) string {
	letters := []rune(strings.TrimSuffix(text, "…"))
	left := len(letters) - by
	if left <= 0 {
		return ""
	}
	cut := string(letters[:left])
	if space := strings.LastIndexByte(cut, ' '); letters[left] != ' ' && space > len(cut)/2 {
		cut = cut[:space]
	}
	return strings.TrimRight(cut, " ") + "…"
}

// joined puts the trailers below the text, which is cut where both are too long together.
func joined(text, trailers string) string {
	text = strings.TrimSpace(text)
	if trailers == "" {
		return cutText(text, maxBody)
	}
	if text == "" {
		return trailers
	}
	return cutText(text, maxBody-len(trailers)-2) + "\n\n" + trailers
}

// cutText cuts a text to so many bytes, at the end of a line or word.
func cutText(text string, most int) string {
	const mark = "…"
	if len(text) <= most {
		return text
	}
	at := most - len(mark)
	for at > 0 && !utf8.RuneStart(text[at]) {
		at--
	}
	if space := strings.LastIndexAny(text[:at], " \n"); space > at/2 {
		at = space
	}
	return strings.TrimRight(text[:at], " \n") + mark
}

var (
	comments = regexp.MustCompile(`(?s)<!--.*?(?:-->|$)`)
	// hints are lines that only a template or a bot has use for: boxes that nobody ticked, comments in the form of links.
	hints     = regexp.MustCompile(`(?m)^[ \t]*(?:[-*+][ \t]+\[[ \t]?\].*|\[(?://|comment)\]:?[ \t]*[#<].*)$`)
	ticked    = regexp.MustCompile(`(?m)^([ \t]*[-*+])[ \t]+\[[xX]\]`)
	heading   = regexp.MustCompile(`^#{1,6}[ \t]`)
	blank     = regexp.MustCompile(`\n{3,}`)
	trailings = regexp.MustCompile(`(?m)[ \t]+$`)
	credits   = regexp.MustCompile(`(?mi)^[ \t]*co-authored-by[ \t]*:.*$`)
)

// said is what the author of a pull request wrote, without what its template wrote: comments, boxes that nobody ticked, headings
// with nothing below.
func said(body string) string {
	body = comments.ReplaceAllString(plain(body), "")
	body = hints.ReplaceAllString(body, "")
	body = tidy(ticked.ReplaceAllString(body, "$1"))
	lines := strings.Split(body, "\n")
	kept := make([]string, 0, len(lines))
	for below, i := 0, len(lines)-1; i >= 0; i-- { // below is how deep that is what was kept last
		depth := level(lines[i])
		if depth > 0 && below <= depth {
			continue
		}
		if lines[i] != "" {
			below = cmp.Or(depth, deepest)
		}
		kept = append(kept, lines[i])
	}
	slices.Reverse(kept)
	return tidy(strings.Join(kept, "\n"))
}

// deepest is deeper than any heading: text.
const deepest = 7

// level is how many # a heading has; 0: it is none.
func level(line string) int {
	if !heading.MatchString(line) {
		return 0
	}
	return len(line) - len(strings.TrimLeft(line, "#"))
}

// tidy takes away spaces at the ends of lines, and more than one empty line together.
func tidy(text string) string {
	return strings.TrimSpace(blank.ReplaceAllString(trailings.ReplaceAllString(text, ""), "\n\n"))
}

// commitTexts lists the commits, oldest first, as GitHub does in a squash. Merges of the base say nothing, and co-authors are named
// in trailers.
func (p *PR) commitTexts() string {
	var parts []string
	for _, c := range p.Commits {
		if text := tidy(credits.ReplaceAllString(plain(c.Message), "")); !c.merges() && text != "" {
			parts = append(parts, "* "+text)
		}
	}
	return strings.Join(parts, "\n\n")
}

// mergeWords begin the message of a merge, as git and GitHub word it.
var mergeWords = regexp.MustCompile(`^Merge (?:remote-tracking )?(?:branch|commit|tag|pull request) `)

// merges says whether a commit calls itself a merge. Asking for the parents of each commit would double what a snapshot costs.
func (c Commit) merges() bool { return mergeWords.MatchString(c.Message) }

// coAuthors are the trailers that name everybody who wrote a commit but the author of the pull request, whose the commit is, and us.
// https://docs.github.com/en/pull-requests/committing-changes-to-your-project/creating-and-editing-commits/creating-a-commit-with-multiple-authors
func (p *PR) coAuthors(self App) string {
	var b strings.Builder
	seen := []Author{{User: p.Author.ID}, {User: self.User}}
	for _, c := range p.Commits {
		for _, a := range c.Authors {
			line := a.trailer()
			if line == "" || slices.ContainsFunc(seen, a.same) || b.Len()+len(line) >= maxTrailers {
				continue
			}
			seen = append(seen, a)
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(line)
		}
	}
	return b.String()
}

// address is the form of an e-mail address that a trailer can hold.
var address = regexp.MustCompile(`^[^\s<>@/#]*[\w\]]@[\w.-]+$`)

// trailer names the author as the commit does; empty where it has no address.
func (a Author) trailer() string {
	name := strings.Join(strings.Fields(neutral(strings.NewReplacer("<", "", ">", "").Replace(a.Name))), " ")
	if name == "" || len(name) > 200 || len(a.Email) > 320 || !address.MatchString(a.Email) || plain(a.Email) != a.Email {
		return ""
	}
	return "Co-authored-by: " + name + " <" + a.Email + ">"
}

// same says whether two authors are one: by the account, else by the address.
func (a Author) same(b Author) bool {
	if b.Email != "" && strings.EqualFold(a.Email, b.Email) {
		return true
	}
	return b.User != 0 && a.is(b.User)
}

// is says whether an author is an account, by the address that the commit names, which anybody can write who may push.
// https://docs.github.com/en/account-and-profile/reference/email-addresses-reference#your-noreply-email-address
func (a Author) is(user int64) bool {
	return user != 0 && (a.User == user || a.User == 0 && strings.HasPrefix(a.Email, number(int(user))+"+"))
}
