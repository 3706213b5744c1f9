package contract

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Seen is an operation with a status that it answered.
type Seen struct {
	Operation string // "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", "POST /graphql"
	Status    int
}

// Cell is one field of the matrix.
type Cell struct {
	Seen
	Documented bool // GitHub's description knows that answer
	Times      int  // how often the referee saw it; 0: documented and never seen
}

func (r *Referee) note(operation string, status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen[Seen{operation, status}]++
}

// Matrix is what the tests that this referee judged have covered: each
// operation with each status that GitHub documents or that was seen, in the
// order of path, method and status. Documented cells of 0 are what no test
// shows.
func (r *Referee) Matrix() []Cell {
	r.mu.Lock()
	defer r.mu.Unlock()
	cells := map[Seen]Cell{}
	for _, rt := range r.routes {
		for code := range rt.op.Responses.Map() {
			if status, err := strconv.Atoi(code); err == nil {
				key := Seen{rt.String(), status}
				cells[key] = Cell{Seen: key, Documented: true}
			}
		}
	}
	for key, n := range r.seen {
		cells[key] = Cell{Seen: key, Documented: cells[key].Documented, Times: n}
	}
	var list []Cell
	for _, c := range cells {
		list = append(list, c)
	}
	slices.SortFunc(list, compareCells)
	return list
}

func compareCells(a, b Cell) int {
	am, ap, _ := strings.Cut(a.Operation, " ")
	bm, bp, _ := strings.Cut(b.Operation, " ")
	return cmp.Or(cmp.Compare(ap, bp), cmp.Compare(am, bm), cmp.Compare(a.Status, b.Status))
}

// Table renders cells as lines for a log: an operation, then each status with
// how often it was seen; a star marks what GitHub does not document.
func Table(cells []Cell) string {
	var b strings.Builder
	for i, c := range cells {
		if i == 0 || cells[i-1].Operation != c.Operation {
			if i > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(c.Operation + ":")
		}
		star := "*"
		if c.Documented {
			star = ""
		}
		fmt.Fprintf(&b, " %d%s×%d", c.Status, star, c.Times)
	}
	return b.String()
}
