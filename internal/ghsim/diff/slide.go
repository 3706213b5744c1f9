package diff

// side is one of two texts with the lines that the other lacks.
type side struct {
	lines  []int
	marked []bool
}

// group is a run of marked lines, or the empty place between two lines that are not.
type group struct{ start, end int }

func (g group) empty() bool { return g.start == g.end }

// slide moves each group of s to where git shows it: as far down as repeated lines allow, unless on its way it can stand beside a
// group of other, which makes one change of two. Groups that touch become one.
func slide(s, other side) {
	g, o := s.from(0), other.from(0)
	for {
		if !g.empty() {
			g, o = s.settle(g, other, o)
		}
		if g.end == len(s.lines) {
			return
		}
		g, o = s.from(g.end+1), other.from(o.end+1)
	}
}

// from is the group that starts at a line.
func (s side) from(start int) group {
	g := group{start, start}
	for g.end < len(s.lines) && s.marked[g.end] {
		g.end++
	}
	return g
}

// before is the group before the unmarked line above start.
func (s side) before(start int) group {
	g := group{start - 1, start - 1}
	for g.start > 0 && s.marked[g.start-1] {
		g.start--
	}
	return g
}

// settle slides one group, with the group of the other text that stands at the same place.
func (s side) settle(g group, other side, o group) (group, group) {
	beside := -1 // the lowest end at which the other text has a group too
	highest := g.end
	for size := -1; size != g.end-g.start; {
		size = g.end - g.start
		beside = -1
		for s.up(&g) {
			o = other.before(o.start)
		}
		highest = g.end
		if !o.empty() {
			beside = g.end
		}
		for s.down(&g) {
			o = other.from(o.end + 1)
			if !o.empty() {
				beside = g.end
			}
		}
	}
	if g.end == highest || beside < 0 {
		return g, o
	}
	for g.end > beside && s.up(&g) {
		o = other.before(o.start)
	}
	return g, o
}

// up moves a group by one line towards the top, and takes in the group that it then touches.
func (s side) up(g *group) bool {
	if g.start == 0 || s.lines[g.start-1] != s.lines[g.end-1] {
		return false
	}
	g.start, g.end = g.start-1, g.end-1
	s.marked[g.start], s.marked[g.end] = true, false
	for g.start > 0 && s.marked[g.start-1] {
		g.start--
	}
	return true
}

// down moves it by one line towards the end.
func (s side) down(g *group) bool {
	if g.end == len(s.lines) || s.lines[g.start] != s.lines[g.end] {
		return false
	}
	s.marked[g.start], s.marked[g.end] = false, true
	g.start, g.end = g.start+1, g.end+1
	for g.end < len(s.lines) && s.marked[g.end] {
		g.end++
	}
	return true
}
