package cli

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pitcrew-app/pitcrew/rules"
)

// width is that of a terminal that nobody widened.
const width = 80

// colours are the states on a terminal, beside the shape and the word.
var colours = map[rules.State]string{
	rules.Done: "\x1b[32m", rules.Waiting: "\x1b[34m", rules.NeedsYou: "\x1b[33m", rules.Stopped: "\x1b[31m", rules.Off: "\x1b[2m",
}

// coloured says whether to use colours: on a terminal, unless NO_COLOR is set (https://no-color.org).
func coloured(a *app) bool { return isTerminal(a.out) && a.env("NO_COLOR") == "" }

// tree draws an explanation.
type tree struct {
	strings.Builder
	colour bool
}

func (t *tree) shape(s rules.State) string {
	if !t.colour {
		return rules.Shapes[s]
	}
	return colours[s] + rules.Shapes[s] + "\x1b[0m"
}

// print draws the tree of reasons: what it is about and how it stands, the sentence, each rule, and what that rests on.
func (e explanation) print(w io.Writer, now time.Time, colour bool) error {
	t := &tree{colour: colour}
	t.head(e)
	for _, r := range e.Rules {
		t.WriteString("\n")
		t.rule(r)
		if r.Rule == "merge" && e.Then != "" {
			t.WriteString(indent(e.Then, "  then       ", strings.Repeat(" ", 13)) + "\n")
		}
	}
	fmt.Fprintf(t, "\n%s\n", indent(e.foot(now), "", "  "))
	_, err := io.WriteString(w, t.String())
	return err
}

// head is the line above: the name, the title where it is known, and the state in a few words at the right.
func (t *tree) head(e explanation) {
	left, right := e.PullRequest, lower(e.Short)
	if room := width - utf8.RuneCountInString(left+right) - 4; e.Title != "" && room >= 12 {
		left += "  " + cut(e.Title, room)
	}
	t.WriteString(columns(left, right) + "\n\n")
	t.WriteString(indent(t.shape(e.State)+" "+e.Sentence, "  ", "    ") + "\n")
}

// rule draws a rule: in one line where it has one thing to say and nothing stands in its way.
func (t *tree) rule(r explainedRule) {
	defer t.beneath(r)
	if len(r.Because) == 1 && r.Because[0].Clears == "" {
		x := r.Because[0]
		t.aligned(fmt.Sprintf("  %-10s %s %s: ", r.Rule, t.shape(r.State), r.State), strings.Repeat(" ", 15), x.Sentence, x.Where)
		return
	}
	fmt.Fprintf(t, "  %-10s %s\n", r.Rule, r.State)
	for _, x := range r.Because {
		t.aligned("    "+t.shape(x.State)+"  ", "       ", x.Sentence, x.Where)
		if x.Clears != "" {
			t.WriteString(indent("clears it: "+clearing(x), "         ", "           ") + "\n")
		}
		if x.Asked != "" {
			t.WriteString(indent("asked: "+x.Asked, "         ", "           ") + "\n")
		}
	}
}

// beneath draws what a rule asked of the pull request, and what is set in its section.
func (t *tree) beneath(r explainedRule) {
	if len(r.Asked) > 0 {
		t.WriteString("    conditions\n")
	}
	if r.Unkept > 0 {
		fmt.Fprintf(t, "       (%d more before these; --live shows all)\n", r.Unkept)
	}
	for _, c := range r.Asked {
		t.aligned("       "+t.shape(c.State)+"  ", "          ", c.text(), c.Where)
	}
	if len(r.Settings) > 0 {
		t.WriteString("    settings\n")
	}
	for _, s := range r.Settings {
		t.aligned("       ", "         ", s.Key+": "+s.Value, s.Where)
	}
}

// text is a condition on one line: "policy bots: author dependabot[bot]; here: ana".
func (c explainedCondition) text() string {
	text := c.Sentence
	if c.Of != "" {
		text = c.Of + ": " + text
	}
	if c.Seen != "" && !strings.HasSuffix(text, " "+c.Seen) {
		text += "; here: " + cut(c.Seen, width)
	}
	return text
}

// aligned writes a text after a prefix, with the place that asks for it at the right.
func (t *tree) aligned(first, rest, text, where string) {
	lines := strings.Split(indent(text, first, rest), "\n")
	if where != "" && cells(lines[0])+2+cells(where) > width {
		lines = strings.Split(wrap(text, first, rest, max(width/2, width-2-cells(where))), "\n")
	}
	lines[0] = columns(lines[0], where)
	t.WriteString(strings.Join(lines, "\n") + "\n")
}

// foot says what the tree rests on, and when it is looked at again.
func (e explanation) foot(now time.Time) string {
	var b strings.Builder
	switch {
	case e.Live:
		b.WriteString("looked now")
	case e.Decided.IsZero():
		return strings.TrimSuffix(e.Next, ".")
	default:
		b.WriteString("decided " + span(now.Sub(e.Decided)) + " ago")
	}
	if e.Head != "" {
		fmt.Fprintf(&b, " at %.7s", e.Head)
	}
	if e.Base != "" {
		fmt.Fprintf(&b, " on %s@%.7s", e.BaseRef, e.Base)
	}
	switch {
	case e.With != "":
		b.WriteString(" · with " + e.With)
	case e.Config != "":
		fmt.Fprintf(&b, " · config %.7s", e.Config)
	}
	if e.Position > 0 {
		fmt.Fprintf(&b, " · number %d in line", e.Position)
	}
	if e.Lands != "" {
		b.WriteString(" · lands " + e.Lands)
	}
	if e.Next != "" {
		b.WriteString(" · " + lower(strings.TrimSuffix(e.Next, ".")))
	}
	return b.String()
}

// span is a duration in one unit.
func span(d time.Duration) string {
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "days"}, {time.Hour, "h"}, {time.Minute, "min"}} {
		if d >= 2*unit.size {
			return fmt.Sprintf("%d %s", d/unit.size, unit.name)
		}
	}
	return fmt.Sprintf("%d s", max(d, 0)/time.Second)
}

func clearing(x explainedReason) string {
	if x.By == "" {
		return x.Clears
	}
	return x.Clears + " (" + x.By + ")"
}

// columns puts one text at the left and one at the right; beneath each other where they do not fit.
func columns(left, right string) string {
	switch gap := width - cells(left) - cells(right); {
	case right == "":
		return left
	case gap < 2:
		return left + "\n" + strings.Repeat(" ", max(0, width-cells(right))) + right
	default:
		return left + strings.Repeat(" ", gap) + right
	}
}

// cells is how wide a text is on a terminal: colours take no room.
func cells(text string) int {
	n := utf8.RuneCountInString(text)
	for _, c := range colours {
		n -= strings.Count(text, c) * (len(c) + len("\x1b[0m"))
	}
	return n
}

func cut(text string, most int) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) <= most {
		return string(runes)
	}
	return strings.TrimSpace(string(runes[:most-1])) + "…"
}

// indent breaks a text between words so that it fits, the first line after one prefix, the others after another.
func indent(text, first, rest string) string { return wrap(text, first, rest, width) }

func wrap(text, first, rest string, width int) string {
	var lines []string
	line := first
	empty := true
	for _, word := range strings.Fields(text) {
		if !empty && cells(line)+1+cells(word) > width {
			lines = append(lines, line)
			line, empty = rest, true
		}
		if !empty {
			line += " "
		}
		line += word
		empty = false
	}
	return strings.Join(append(lines, line), "\n")
}
