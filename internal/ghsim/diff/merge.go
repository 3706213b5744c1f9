package diff

import (
	"slices"
	"strings"
)

// Merge puts together what ours and theirs made of base. Where both changed lines that overlap or touch, and not to the same, they
// conflict: ok is false, and the text has both versions between git's markers.
func Merge(base, ours, theirs []string) (text []string, ok bool) {
	m := merge{base: base, ours: ours, theirs: theirs, ok: true}
	a, b := Changes(base, ours), Changes(base, theirs)
	for len(a)+len(b) > 0 {
		var n, k int
		n, k = together(a, b)
		m.apply(a[:n], b[:k])
		a, b = a[n:], b[k:]
	}
	m.keep(len(base))
	return m.out, m.ok
}

type merge struct {
	base, ours, theirs []string
	at                 int // how much of base is done
	out                []string
	ok                 bool
}

// together counts the changes of both sides from the top that hang together by overlapping or touching.
func together(a, b []Change) (n, k int) {
	end := -1
	for {
		switch {
		case n < len(a) && (end < 0 && !follows(a, b) || end >= 0 && a[n].A <= end):
			end = max(end, a[n].A+a[n].Del)
			n++
		case k < len(b) && (end < 0 || b[k].A <= end):
			end = max(end, b[k].A+b[k].Del)
			k++
		default:
			return n, k
		}
	}
}

// follows says that the first of a comes after the first of b.
func follows(a, b []Change) bool { return len(b) > 0 && b[0].A < a[0].A }

// keep copies base up to a line.
func (m *merge) keep(to int) {
	m.out = append(m.out, m.base[m.at:to]...)
	m.at = to
}

// apply takes changes that hang together: of one side alone, or the same of both; else they conflict.
func (m *merge) apply(a, b []Change) {
	start, end := len(m.base), 0
	for _, c := range slices.Concat(a, b) {
		start, end = min(start, c.A), max(end, c.A+c.Del)
	}
	m.keep(start)
	m.at = end
	ours, theirs := version(m.ours, a, start, end), version(m.theirs, b, start, end)
	switch {
	case len(b) == 0, len(a) > 0 && slices.Equal(ours, theirs):
		m.out = append(m.out, ours...)
	case len(a) == 0:
		m.out = append(m.out, theirs...)
	default:
		m.ok = false
		m.out = slices.Concat(m.out, []string{"<<<<<<< ours\n"}, whole(ours), []string{"=======\n"}, whole(theirs), []string{">>>>>>> theirs\n"})
	}
}

// version is what a side made of the base's lines from start to end.
func version(side []string, changes []Change, start, end int) []string {
	if len(changes) == 0 {
		return nil
	}
	first, last := changes[0], changes[len(changes)-1]
	return side[first.B-(first.A-start) : last.B+last.Add+(end-last.A-last.Del)]
}

// whole gives the last line its newline, so that a marker can follow.
func whole(lines []string) []string {
	if n := len(lines); n > 0 && !strings.HasSuffix(lines[n-1], "\n") {
		return append(slices.Clone(lines[:n-1]), lines[n-1]+"\n")
	}
	return lines
}
