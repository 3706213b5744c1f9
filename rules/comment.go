package rules

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Where a file asks for it (`comment: true`), one comment on each pull request says what the check run says. It is written once,
// changed in place when its text changes, and tells nobody but those who follow the pull request anyway.

// CommentMark is the first line of our comment. It is not shown; with our bot as the author it says which comment is ours.
const CommentMark = "<!-- pitcrew -->\n"

// KindComment is the act of writing the comment.
const KindComment = "comment"

// WriteComment writes our comment on a pull request: a new one, or Existing changed. It has no pin: a new one is only written where
// GitHub has just shown none of ours, and the same change again changes nothing.
type WriteComment struct {
	Repo     Repo   `json:"-"`
	Number   int    `json:"number"`
	Head     string `json:"head"`
	Existing int64  `json:"existing,omitempty"`
	Digest   string `json:"digest"` // of Body
	Body     string `json:"-"`
}

// Kind is KindComment.
func (WriteComment) Kind() string { return KindComment }

// About is the pull request.
func (a WriteComment) About() Subject { return PRSubject(a.Repo.ID, a.Number) }

// Key is the head and the digest of the text.
func (a WriteComment) Key() string { return fmt.Sprintf("%.12s %s", a.Head, a.Digest) }

// OwnComment is our comment on a pull request as GitHub shows it. ID 0: it has none.
type OwnComment struct {
	ID     int64
	Digest string
}

// Commented is what is remembered of our comment on a pull request.
type Commented struct {
	ID       int64  `json:"id,omitempty"`
	Digest   string `json:"digest,omitempty"`   // of its text, as we wrote it last
	Unwanted bool   `json:"unwanted,omitempty"` // somebody deleted it: there is never another
	Refused  string `json:"refused,omitempty"`  // the head at which GitHub would not take it
}

// notFound is GitHub's status for what is not there.
const notFound = 404

// WhyDeleted is why a comment is not changed any more.
const WhyDeleted = "somebody deleted it"

// comments says that each pull request gets a comment. A file that is broken or cannot be read asks for nothing.
func (c Config) comments() bool {
	return c.File != nil && c.File.Comment && len(c.held()) == 0
}

// Comment is our comment on the pull request as it must be, and whether it has to be written. None is begun on what is closed, or
// where there is nothing to say but that nothing is turned on.
func Comment(s *Snapshot, p *PR, verdicts []Verdict, names Names, link string) (WriteComment, bool) {
	was := p.memory().Comment
	if !s.Config.comments() || s.Repo.Archived || was.Unwanted || was.Refused != "" && was.Refused == p.Head {
		return WriteComment{}, false
	}
	a := WriteComment{Repo: s.Repo, Number: p.Number, Head: p.Head, Existing: was.ID}
	a.Body = CommentMark + quiet(stated(s, p, verdicts, names, "").Summary) + linked(link)
	a.Digest = Digest(a.Body)
	idle := len(p.Brings) == 0 && Summarise(Answers(verdicts), names).State == Off
	if a.Existing == 0 {
		return a, p.IsOpen() && !idle
	}
	return a, was.Digest != a.Digest
}

// quiet breaks what is left by which foreign text could leave a trace elsewhere: GH-12, and addresses. What else would act Escape
// has broken before.
// https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
func quiet(text string) string {
	return strings.ReplaceAll(reference.ReplaceAllString(text, "$1\u200b$2"), "://", ":\u200b//")
}

var reference = regexp.MustCompile(`(?i)\b(GH-)(\d)`)

// linked is the last line of what is said on a pull request.
func linked(link string) string {
	if link == "" {
		return ""
	}
	return fmt.Sprintf("\n[What pitcrew did here, and why](%s)\n", link)
}

// settleNever is when a comment is given up that could not be looked for. It is looked for again before another is written.
const settleNever = 10 * time.Minute

// settleComment knows our comment by its author and mark. What GitHub does not find any more, neither to change it nor among those
// that it shows, was deleted.
func settleComment(in Intent, s *Snapshot, p *PR, act *Act) string {
	var a WriteComment
	if err := json.Unmarshal(in.Action, &a); err != nil {
		return EventAbsent
	}
	ours := p.Comment
	switch {
	case ours == nil:
		return in.overdue(s.Now, settleNever)
	case ours.ID != 0 && (a.Existing == 0 || ours.Digest == a.Digest):
		act.Comment = ours.ID
		return EventSeen
	case ours.ID == 0 && a.Existing == 0:
		return in.overdue(s.Now, settleUnpinned)
	}
	event := in.overdue(s.Now, settlePinned)
	if event == EventAbsent && ours.ID == 0 && in.Status == notFound {
		act.Why = WhyDeleted
		return EventRefused
	}
	return event
}

// commented takes note of what became of our comment.
func (m *Memory) commented(event string, in Intent, act Act) {
	var a WriteComment
	if in.Kind != KindComment || json.Unmarshal(in.Action, &a) != nil {
		return
	}
	switch {
	case event == EventSeen:
		m.Comment = Commented{ID: act.Comment, Digest: a.Digest}
	case event == EventRefused && act.Why == WhyDeleted:
		m.Comment = Commented{Unwanted: true}
	case event == EventRefused && (act.Status == forbidden || act.Status == unprocessable):
		m.Comment.Refused = a.Head
	}
}
