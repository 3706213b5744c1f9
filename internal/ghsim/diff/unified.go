package diff

import (
	"fmt"
	"strings"
)

// context is how many lines around a change a patch shows.
const context = 3

// Unified is the patch from a to b: its hunks, without names of files. Empty: they are the same.
func Unified(a, b []string) string {
	var out strings.Builder
	changes := Changes(a, b)
	for len(changes) > 0 {
		n := 1
		for n < len(changes) && changes[n].A-changes[n-1].A-changes[n-1].Del <= 2*context {
			n++
		}
		hunk(&out, a, b, changes[:n])
		changes = changes[n:]
	}
	return out.String()
}

// hunk writes changes that are near each other, with what is around them.
func hunk(out *strings.Builder, a, b []string, changes []Change) {
	first, last := changes[0], changes[len(changes)-1]
	before := min(context, first.A)
	after := min(context, len(a)-last.A-last.Del)
	start, end := first.A-before, last.A+last.Del+after
	fmt.Fprintf(out, "@@ -%s +%s @@%s\n", span(start, end), span(first.B-before, last.B+last.Add+after), heading(a[:start]))
	at := start
	for _, c := range changes {
		put(out, " ", a[at:c.A])
		put(out, "-", a[c.A:c.A+c.Del])
		put(out, "+", b[c.B:c.B+c.Add])
		at = c.A + c.Del
	}
	put(out, " ", a[at:end])
}

// span is a hunk's place in a text: its first line, counted from one, and how many, unless that is one.
func span(start, end int) string {
	switch n := end - start; n {
	case 0:
		return fmt.Sprintf("%d,0", start)
	case 1:
		return fmt.Sprint(start + 1)
	default:
		return fmt.Sprintf("%d,%d", start+1, n)
	}
}

func put(out *strings.Builder, sign string, lines []string) {
	for _, l := range lines {
		out.WriteString(sign + l)
		if !strings.HasSuffix(l, "\n") {
			out.WriteString("\n\\ No newline at end of file\n")
		}
	}
}

// heading is what git takes for the name of the function around a hunk: the nearest line above it that begins with a letter, an
// underscore or a dollar, of which 80 bytes.
func heading(above []string) string {
	for i := len(above) - 1; i >= 0; i-- {
		c := above[i][0] | 0x20
		if 'a' <= c && c <= 'z' || above[i][0] == '_' || above[i][0] == '$' {
			text := above[i][:min(len(above[i]), 80)]
			return " " + strings.TrimRight(text, " \t\r\n")
		}
	}
	return ""
}
