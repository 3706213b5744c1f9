package diff

// This file keeps lines out of the search that have no chance or hardly one: those that the other text does not have, and, like
// git, those that it has often, where they stand among lines that it does not have. A brace in the middle of new lines is new too,
// even if a shorter way could be made of it.

// window is how far around a line git looks for others without a chance.
const window = 100

// chance of a line to be found in the other text.
type chance int

const (
	none  chance = iota // it is not there
	good                // it is there
	often               // it is there so often that it says nothing
)

// common gives the lines to search, and marks the others as deleted or added.
func (c *comparison) common(numbers int) (x, y []int) {
	start, end := 0, 0
	for start < min(len(c.a), len(c.b)) && c.a[start] == c.b[start] {
		start++
	}
	for end < min(len(c.a), len(c.b))-start && c.a[len(c.a)-1-end] == c.b[len(c.b)-1-end] {
		end++
	}
	return candidates(c.a, c.b, numbers, start, end, c.deleted), candidates(c.b, c.a, numbers, start, end, c.added)
}

// candidates lists the lines that may be found in the other text: all but those at the start and the end that are the same anyway.
func candidates(lines, other []int, numbers, start, end int, mark []bool) []int {
	count := make([]int, numbers)
	for _, n := range other {
		count[n]++
	}
	chances := make([]chance, len(lines))
	for i, n := range lines {
		switch {
		case count[n] >= root(len(lines)):
			chances[i] = often
		case count[n] > 0:
			chances[i] = good
		}
	}
	inner := chances[start : len(lines)-end]
	var list []int
	for i, at := range inner {
		mark[start+i] = at == none || at == often && lost(inner, i)
		if !mark[start+i] {
			list = append(list, start+i)
		}
	}
	return list
}

// root is about the square root of n, rounded to a power of two.
func root(n int) int {
	r := 1
	for ; n > 0; n >>= 2 {
		r <<= 1
	}
	return r
}

// lost says of a line that is often in the other text that it stands in a run of lines that are not: on both sides of it, before
// the first line with a good chance, and at least three for each that is there often.
func lost(chances []chance, i int) bool {
	noneBefore, oftenBefore := run(chances, i, -1)
	noneAfter, oftenAfter := run(chances, i, 1)
	if noneBefore == 0 || noneAfter == 0 {
		return false
	}
	lines := noneBefore + noneAfter
	repeated := oftenBefore + oftenAfter + 2 // the line itself, seen from both sides
	return repeated*3 < lines
}

// run counts the lines next to i up to the first with a good chance.
func run(chances []chance, i, step int) (nones, oftens int) {
	for at := i + step; at >= 0 && at < len(chances) && (at-i)*step <= window; at += step {
		switch chances[at] {
		case none:
			nones++
		case often:
			oftens++
		default:
			return nones, oftens
		}
	}
	return nones, oftens
}
