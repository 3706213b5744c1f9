package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// The conclusions of our check run: on its way or merged, waiting, a file that is broken, or one that would be.
const (
	conclusionSuccess = "success"
	conclusionNeutral = "neutral"
	conclusionBroken  = "action_required"
	conclusionFailure = "failure"
)

// Report says on the pull request what the verdicts mean: the check run "pitcrew", always completed, one for a head,
// written only when its text changes. Where the pull request brings a file of ours, it says what there is to say about that
// as well. link is the address of the pull request's page, or empty.
func Report(s *Snapshot, p *PR, verdicts []Verdict, names Names, link string) (ReportCheck, bool) {
	if s.Config.Absent() && len(p.Brings) == 0 || p.State == "CLOSED" {
		return ReportCheck{}, false
	}
	check := stated(s, p, verdicts, names, link)
	for _, c := range p.Checks {
		if s.App.made(c) && c.Name == CheckName {
			check.over(c)
			said := c.External == check.Digest || p.State == "MERGED" && c.State == CheckPassed && c.Result == "SUCCESS" && check.Conclusion == conclusionSuccess
			return check, !said
		}
	}
	// Where not all checks were read ours may be among the others; what was said is not said again.
	return check, p.IsOpen() && p.memory().Done[KindReport] != check.Key()
}

// stated is everything that there is to say on the pull request.
func stated(s *Snapshot, p *PR, verdicts []Verdict, names Names, link string) ReportCheck {
	answers := Answers(verdicts)
	sum := Summarise(answers, names)
	if title := titleOf(s, p, answers); title != "" {
		sum.Sentence += " Its commit will be called “" + title + "”."
	}
	check := ReportCheck{
		Repo: s.Repo, Number: p.Number, Head: p.Head, Conclusion: conclusion(answers), Title: oneLine(sum.Title),
		Summary: summaryText(sum, answers, names) + linked(link), Link: link,
	}
	check.bring(s, p, names)
	check.Digest = check.digest()
	return check
}

func (c ReportCheck) digest() string {
	hash := sha256.Sum256([]byte(c.Conclusion + "\x00" + c.Title + "\x00" + c.Summary))
	digest := hex.EncodeToString(hash[:])[:16]
	if len(c.Annotations) > 0 {
		digest += annotated + Digest(fmt.Sprint(c.Annotations))
	}
	return digest
}

// annotated stands before the digest of the annotations.
const annotated = "."

// over patches a check run that is there. Annotations cannot be taken back: where there are others than ours, or others than there
// were, a new one is made, which GitHub shows instead of the old one.
// https://docs.github.com/en/rest/checks/runs#update-a-check-run
func (c *ReportCheck) over(there Check) {
	_, ours, _ := strings.Cut(c.Digest, annotated)
	_, theirs, _ := strings.Cut(there.External, annotated)
	if ours == theirs {
		c.Existing, c.Annotations = there.ID, nil
	}
}

func conclusion(answers []Answer) string {
	if hasCode(answers, CodeConfigBroken) || hasCode(answers, CodeDiffers) {
		return conclusionBroken
	}
	if hasCode(answers, CodeMerged) || hasCode(answers, CodeInLine) {
		return conclusionSuccess
	}
	return conclusionNeutral
}

func hasCode(answers []Answer, code Code) bool {
	return slices.ContainsFunc(answers, func(a Answer) bool { return hasReason(a.Because, code) })
}

// Answers are verdicts as they are remembered and drawn.
func Answers(verdicts []Verdict) []Answer {
	answers := make([]Answer, 0, len(verdicts))
	for _, v := range verdicts {
		answers = append(answers, Answer{Rule: v.Rule, Because: v.Because})
	}
	return answers
}

// Shapes are the states as signs, beside the word.
var Shapes = map[State]string{Done: "●", Waiting: "◐", NeedsYou: "▲", Stopped: "■", Off: "○"}

func summaryText(sum Summary, answers []Answer, names Names) string {
	var b strings.Builder
	b.WriteString(Escape(sum.Sentence) + "\n")
	for _, a := range answers {
		fmt.Fprintf(&b, "\n**%s**\n\n", a.Rule)
		for _, r := range a.Because {
			fmt.Fprintf(&b, "- %s %s%s\n", Shapes[r.State], Escape(r.Sentence(names)), clearing(r, names))
		}
	}
	return b.String()
}

func clearing(r Reason, names Names) string {
	if !r.Blocks() || r.Clears(names) == "" {
		return ""
	}
	text := "; clears it: " + Escape(r.Clears(names))
	if by := r.By(names); by != "" {
		text += " (" + Escape(by) + ")"
	}
	return text
}

// Escape keeps foreign text from being Markdown, a mention or a reference: nobody is notified by our check run.
func Escape(text string) string {
	return markdown.Replace(oneLine(text))
}

// oneLine takes from foreign text what could make it look like something else: line breaks and other controls, and the marks
// that turn the direction of writing.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, text)
}

var markdown = strings.NewReplacer("@", "@\u200b", "#", "#\u200b", "<", "&lt;", "&", "&amp;", "\\", `\\`, "[", `\[`, "*", `\*`, "_", `\_`, "~", `\~`)
