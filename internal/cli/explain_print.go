package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

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

// print draws the tree of reasons.
func (e explanation) print(w io.Writer, colour bool) error {
	var b strings.Builder
	shape := func(s rules.State) string {
		if !colour {
			return rules.Shapes[s]
		}
		return colours[s] + rules.Shapes[s] + "\x1b[0m"
	}
	fmt.Fprintf(&b, "%s\n%s\n", e.PullRequest, indent(shape(e.State)+" "+e.Sentence, "", "  "))
	for _, r := range e.Rules {
		fmt.Fprintf(&b, "\n  %-10s%s\n", r.Rule, r.State)
		for _, x := range r.Because {
			text := x.Sentence
			if x.Where != "" {
				text += "  (" + x.Where + ")"
			}
			b.WriteString(indent(shape(x.State)+"  "+text, "    ", "       ") + "\n")
			if x.Clears != "" {
				b.WriteString(indent("clears it: "+clearing(x), "         ", "           ") + "\n")
			}
		}
	}
	if e.Position > 0 {
		fmt.Fprintf(&b, "\n  number %d in the line of its base\n", e.Position)
	}
	if !e.Looked.IsZero() {
		fmt.Fprintf(&b, "\ndecided %s ago at %.7s\n", time.Since(e.Looked).Round(time.Second), e.Head)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func clearing(x explainedReason) string {
	if x.By == "" {
		return x.Clears
	}
	return x.Clears + " (" + x.By + ")"
}

// indent breaks a text between words so that it fits, the first line after one prefix, the others after another.
func indent(text, first, rest string) string {
	var lines []string
	line := first
	empty := true
	for _, word := range strings.Fields(text) {
		if !empty && len([]rune(line))+1+len([]rune(word)) > width {
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
