// Package diff compares texts line by line and merges three of them, as git does, without git.
//
// A text is a list of lines, each with its newline (Lines). Changes is the shortest way from one text to another; Unified shows
// it as a patch; Merge puts together what two sides made of a common base; Similarity says how much of a file is left in
// another. Where several ways are equally short, git chooses by taste (its indent heuristic) and this package does not follow:
// the counts are the same, the place of a repeated line may differ.
//
// The comparison is that of E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), searched from both ends.
package diff

import "bytes"

// Change replaces lines of an old text by lines of a new one: Del lines from A on become Add lines from B on.
type Change struct{ A, Del, B, Add int }

// Lines cuts a text into lines. The last may lack its newline.
func Lines(text []byte) []string {
	var list []string
	for line := range bytes.Lines(text) {
		list = append(list, string(line))
	}
	return list
}

// Binary says that a file is no text, as git decides it: there is a NUL among its first 8,000 bytes.
func Binary(text []byte) bool { return bytes.IndexByte(text[:min(len(text), 8000)], 0) >= 0 }

// Changes is the shortest way from a to b, from top to bottom.
func Changes(a, b []string) []Change {
	c := newComparison(a, b)
	c.search(0, len(c.x), 0, len(c.y))
	old := side{c.a, c.deleted}
	fresh := side{c.b, c.added}
	slide(old, fresh)
	slide(fresh, old)
	return c.changes()
}

// comparison is a search for the lines that a has too many and b has too many.
type comparison struct {
	a, b           []int  // lines as numbers: the same line is the same number
	deleted, added []bool // what was found, by line of a and b
	x, y           []int  // the lines that are searched, as indices of a and b: not those that have no chance (candidates.go)
	forth, back    []int  // for each diagonal, how far the search came from the top and from the bottom
}

func newComparison(a, b []string) *comparison {
	numbers := map[string]int{}
	number := func(lines []string) []int {
		list := make([]int, len(lines))
		for i, l := range lines {
			if _, ok := numbers[l]; !ok {
				numbers[l] = len(numbers)
			}
			list[i] = numbers[l]
		}
		return list
	}
	c := &comparison{a: number(a), b: number(b), deleted: make([]bool, len(a)), added: make([]bool, len(b))}
	c.x, c.y = c.common(len(numbers))
	size := len(c.x) + len(c.y) + 3
	c.forth, c.back = make([]int, size), make([]int, size)
	return c
}

func (c *comparison) same(i, j int) bool { return c.a[c.x[i]] == c.b[c.y[j]] }

// search compares x[i:iEnd] with y[j:jEnd].
func (c *comparison) search(i, iEnd, j, jEnd int) {
	for i < iEnd && j < jEnd && c.same(i, j) {
		i, j = i+1, j+1
	}
	for i < iEnd && j < jEnd && c.same(iEnd-1, jEnd-1) {
		iEnd, jEnd = iEnd-1, jEnd-1
	}
	switch {
	case i == iEnd:
		for ; j < jEnd; j++ {
			c.added[c.y[j]] = true
		}
	case j == jEnd:
		for ; i < iEnd; i++ {
			c.deleted[c.x[i]] = true
		}
	default:
		iMid, jMid := c.middle(i, iEnd, j, jEnd)
		c.search(i, iMid, j, jMid)
		c.search(iMid, iEnd, jMid, jEnd)
	}
}

// middle is a point on a shortest way: where the search from the top and the one from the bottom meet. Diagonal k has the points
// with i-j = k; a step of the search adds one line deleted or added to each way.
func (c *comparison) middle(i, iEnd, j, jEnd int) (int, int) {
	shift := len(c.y) + 1 // diagonals below zero have a place too
	forth, back := c.forth, c.back
	least, most := i-jEnd, iEnd-j
	top, bottom := i-j, iEnd-jEnd
	odd := (top-bottom)%2 != 0
	from, to := reach{top, top}, reach{bottom, bottom}
	forth[shift+top], back[shift+bottom] = i, iEnd
	for {
		from.widen(least, most, forth, shift, -1)
		for k := from.hi; k >= from.lo; k -= 2 {
			at := max(forth[shift+k-1]+1, forth[shift+k+1])
			for at < iEnd && at-k < jEnd && c.same(at, at-k) {
				at++
			}
			forth[shift+k] = at
			if odd && to.has(k) && back[shift+k] <= at {
				return at, at - k
			}
		}
		to.widen(least, most, back, shift, len(c.x)+1)
		for k := to.hi; k >= to.lo; k -= 2 {
			at := min(back[shift+k-1], back[shift+k+1]-1)
			for at > i && at-k > j && c.same(at-1, at-k-1) {
				at--
			}
			back[shift+k] = at
			if !odd && from.has(k) && at <= forth[shift+k] {
				return at, at - k
			}
		}
	}
}

// reach is the diagonals that a search has come to.
type reach struct{ lo, hi int }

func (r reach) has(k int) bool { return r.lo <= k && k <= r.hi }

// widen adds a diagonal on each side, or leaves one where the texts end. at is how far the search came, diagonal 0 at shift; it
// never came to the diagonals beyond.
func (r *reach) widen(least, most int, at []int, shift, never int) {
	if r.lo > least {
		r.lo--
		at[shift+r.lo-1] = never
	} else {
		r.lo++
	}
	if r.hi < most {
		r.hi++
		at[shift+r.hi+1] = never
	} else {
		r.hi--
	}
}

// changes puts the marked lines together.
func (c *comparison) changes() []Change {
	var list []Change
	for i, j := 0, 0; i < len(c.a) || j < len(c.b); {
		if i < len(c.a) && !c.deleted[i] && !c.added[j] {
			i, j = i+1, j+1
			continue
		}
		at := Change{A: i, B: j}
		for ; i < len(c.a) && c.deleted[i]; i++ {
			at.Del++
		}
		for ; j < len(c.b) && c.added[j]; j++ {
			at.Add++
		}
		list = append(list, at)
	}
	return list
}
