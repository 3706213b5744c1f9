package ledger

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// workday is how long an engineer-day is.
const workday = 8 * 60 // minutes

// Sentence is what a manager reads first.
func (r Report) Sentence() string {
	period := "from " + r.From.Format("2 January 2006") + " to " + r.To.Add(-time.Microsecond).Format("2 January 2006")
	if !r.From.Before(r.To) {
		return "Nothing was done yet."
	}
	if from, to := r.From.Format("2 January 2006"), r.To.Add(-time.Microsecond).Format("2 January 2006"); from == to {
		period = "on " + from
	}
	if r.Actions == 0 {
		if n := total(r.WouldHave); n > 0 {
			return fmt.Sprintf("No actions %s: %s would have been done, had pitcrew not only observed.", period, Count(n, "action"))
		}
		return fmt.Sprintf("No actions %s.", period)
	}
	return fmt.Sprintf("%s %s, %s at one minute for each chore.", Count(r.Actions, "action"), period, Span(r.Minutes))
}

// total adds up acts as Report.Actions does: without check runs and comments.
func total(counts map[string]int) int {
	n := 0
	for kind, c := range counts {
		if !informs(kind) {
			n += c
		}
	}
	return n
}

// Count writes a number with its unit: "1 action", "1,204 actions".
func Count(n int, unit string) string {
	if n != 1 {
		unit += "s"
	}
	return Thousands(n) + " " + unit
}

// Thousands writes a number with separators: 1,204.
func Thousands(n int) string {
	if n < 0 {
		return "−" + Thousands(-n)
	}
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", Thousands(n/1000), n%1000)
}

// Span writes minutes of work in the unit that fits: "28 minutes", "310 minutes (5.2 hours)", "1,180 minutes (2.5
// engineer-days of 8 hours)".
func Span(minutes int) string {
	text := Count(minutes, "minute")
	switch {
	case minutes >= workday:
		return fmt.Sprintf("%s (%.1f engineer-days of 8 hours)", text, float64(minutes)/workday)
	case minutes >= 60:
		return fmt.Sprintf("%s (%.1f hours)", text, float64(minutes)/60)
	}
	return text
}

// sayings are the reasons for not counting, in words.
var sayings = map[Why]string{
	NotMerged:   "the pull request was not merged",
	Information: "a check run is information, not a chore",
	Undone:      "somebody took it back",
	Tidying:     "GitHub's own setting deletes branches, too",
	Repeated:    "again on the same pull request",
}

// Say is the reason in words.
func (w Why) Say() string { return sayings[w] }

// Text writes the report for a terminal of 80 columns.
func (r Report) Text(w io.Writer) error {
	b := &strings.Builder{}
	fmt.Fprintf(b, "%s\n", wrap(r.Sentence(), 80))
	r.textKinds(b)
	if len(r.NotCounted) > 0 {
		fmt.Fprintf(b, "\nnot counted\n")
		r.table(b, func(t io.Writer) {
			for _, u := range r.NotCounted {
				fmt.Fprintf(t, "  %s\t%s\t%s\n", u.Kind, Thousands(u.Acts), u.Why.Say())
			}
		})
	}
	r.textWaiting(b)
	fmt.Fprintf(b, "\n%s\n", wrap("Method: "+r.Method+" Times and weeks are UTC; n = "+Count(r.Deliveries, "webhook")+" in all.", 78))
	_, err := io.WriteString(w, b.String())
	return err
}

func (r Report) textKinds(b *strings.Builder) {
	if len(r.ByKind) == 0 {
		return
	}
	fmt.Fprintln(b)
	r.table(b, func(t io.Writer) {
		fmt.Fprintf(t, "  chore\tactions\tminutes\twould have\n")
		for _, k := range r.ByKind {
			fmt.Fprintf(t, "  %s\t%s\t%s\t%s\n", k.Kind, Thousands(k.Acts), Thousands(k.Minutes), Thousands(k.WouldHave))
		}
	})
}

func (r Report) textWaiting(b *strings.Builder) {
	if len(r.Waiting) == 0 {
		return
	}
	fmt.Fprintf(b, "\nopen: %s\n", Count(len(r.Waiting)+r.More, "pull request"))
	for _, p := range r.Waiting {
		because := strings.Join(p.Because, "; ")
		if because == "" {
			because = "nothing to do"
		}
		fmt.Fprintf(b, "  %s\n%s\n", p.PullRequest, indent(wrap(because, 72), "      "))
	}
	if r.More > 0 {
		fmt.Fprintf(b, "  and %s more\n", Thousands(r.More))
	}
}

func (r Report) table(b *strings.Builder, rows func(io.Writer)) {
	t := tabwriter.NewWriter(b, 0, 0, 3, ' ', 0)
	rows(t)
	t.Flush() // to memory: it cannot fail
}

// wrap breaks text into lines of at most width columns, where it has spaces.
func wrap(text string, width int) string {
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(text) {
		n := len([]rune(word))
		switch {
		case column == 0:
		case column+1+n > width:
			b.WriteString("\n")
			column = 0
		default:
			b.WriteString(" ")
			column++
		}
		b.WriteString(word)
		column += n
	}
	return b.String()
}

func indent(text, by string) string { return by + strings.ReplaceAll(text, "\n", "\n"+by) }
