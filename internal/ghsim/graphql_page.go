package ghsim

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Limits of GitHub's GraphQL (docs: "Rate limits and query limits for the GraphQL API").
const (
	maxPage  = 100
	maxNodes = 500_000
)

// gqlConnection is a list before it is cut into a page.
type gqlConnection struct {
	items []any
	extra gqlRecord                // other fields of the connection, e.g. filteredCount
	edge  func(item any) gqlRecord // other fields of an edge; nil: none
	moves bool                     // members change places (ordered by time of update): a cursor is a place, not a member
}

// connect makes a connection of any list.
func connect[T any](items []T) *gqlConnection {
	c := &gqlConnection{items: make([]any, len(items))}
	for i, it := range items {
		c.items[i] = it
	}
	return c
}

// connectAll makes a connection of a list whose members are seen through wrap.
func connectAll[T, U any](items []T, wrap func(T) U) *gqlConnection {
	c := &gqlConnection{items: make([]any, len(items))}
	for i, it := range items {
		c.items[i] = wrap(it)
	}
	return c
}

// page cuts out what first, last, after and before ask for. Asked only to count, a connection needs no bounds.
func (c *gqlConnection) page(f *ast.Field, args gqlArgs) (gqlRecord, error) {
	out := gqlRecord{"totalCount": len(c.items)}
	for k, v := range c.extra {
		out[k] = v
	}
	first, hasFirst := args.number("first")
	last, hasLast := args.number("last")
	if !hasFirst && !hasLast {
		if onlyCounts(f.SelectionSet) {
			return out, nil
		}
		return nil, &gqlError{Type: "MISSING_PAGINATION_BOUNDARIES",
			Message: fmt.Sprintf("You must provide a `first` or `last` value to properly paginate the `%s` connection.", f.Name)}
	}
	if err := checkBound(f.Name, "first", first, hasFirst); err != nil {
		return nil, err
	}
	if err := checkBound(f.Name, "last", last, hasLast); err != nil {
		return nil, err
	}
	from, to, err := c.between(args)
	if err != nil {
		return nil, err
	}
	if _, ok := out["filteredCount"]; ok {
		out["filteredCount"] = to - from
	}
	if hasFirst && to-from > first {
		to = from + first
	}
	if hasLast && to-from > last {
		from = to - last
	}
	if _, ok := out["filteredCount"]; ok {
		out["pageCount"] = to - from
	}
	c.fill(out, from, to)
	return out, nil
}

// checkBound holds a page's size within 1 and 100.
func checkBound(field, arg string, n int, given bool) error {
	switch {
	case given && n > maxPage:
		return &gqlError{Type: "EXCESSIVE_PAGINATION",
			Message: fmt.Sprintf("Requesting %d records on the `%s` connection exceeds the `%s` limit of %d records.", n, field, arg, maxPage)}
	case given && n < 1:
		return &gqlError{Type: "ARGUMENT_ERROR",
			Message: fmt.Sprintf("`%s` on the `%s` connection must be within 1 and %d.", arg, field, maxPage)}
	}
	return nil
}

// between is the range that after and before leave.
func (c *gqlConnection) between(args gqlArgs) (from, to int, err error) {
	to = len(c.items)
	if after := args.text("after"); after != "" {
		if _, from, err = c.find(after); err != nil {
			return 0, 0, err
		}
	}
	if before := args.text("before"); before != "" {
		if to, _, err = c.find(before); err != nil {
			return 0, 0, err
		}
	}
	from = min(max(from, 0), len(c.items))
	return from, max(from, min(to, len(c.items))), nil
}

func (c *gqlConnection) fill(out gqlRecord, from, to int) {
	nodes, edges := make([]any, 0, to-from), make([]any, 0, to-from)
	for i := from; i < to; i++ {
		edge := gqlRecord{"node": c.items[i], "cursor": c.cursor(i)}
		if c.edge != nil {
			for k, v := range c.edge(c.items[i]) {
				edge[k] = v
			}
		}
		nodes, edges = append(nodes, c.items[i]), append(edges, edge)
	}
	info := gqlRecord{"hasNextPage": to < len(c.items), "hasPreviousPage": from > 0, "startCursor": nil, "endCursor": nil}
	if to > from {
		info["startCursor"], info["endCursor"] = c.cursor(from), c.cursor(to-1)
	}
	out["nodes"], out["edges"], out["pageInfo"] = nodes, edges, info
}

// cursor names a member by its place and its key, so that a page goes on at the right place when something before it
// has come or gone.
func (c *gqlConnection) cursor(i int) string {
	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "cursor:v2:%d:%s", i, gqlKey(c.items[i])))
}

// find is the end of what lies before a cursor's member, and the start of what lies after it. Of a member that is gone
// both are the place that it had.
func (c *gqlConnection) find(cursor string) (before, after int, err error) {
	place, key, ok := readCursor(cursor)
	if !ok {
		return 0, 0, &gqlError{Type: "INVALID_CURSOR_ARGUMENTS", Message: fmt.Sprintf("`%s` does not appear to be a valid cursor.", cursor)}
	}
	if c.moves || place < len(c.items) && gqlKey(c.items[place]) == key {
		return place, place + 1, nil
	}
	for i, it := range c.items {
		if gqlKey(it) == key {
			return i, i + 1, nil
		}
	}
	return place, place, nil
}

func readCursor(cursor string) (place int, key string, ok bool) {
	b, err := base64.StdEncoding.DecodeString(cursor)
	if err != nil {
		return 0, "", false
	}
	rest, ok := strings.CutPrefix(string(b), "cursor:v2:")
	number, key, ok2 := strings.Cut(rest, ":")
	place, err = strconv.Atoi(number)
	return place, key, ok && ok2 && err == nil && place >= 0
}

// onlyCounts says whether nothing is asked of a connection but how long it is.
func onlyCounts(sel ast.SelectionSet) bool {
	for _, s := range sel {
		switch s := s.(type) {
		case *ast.Field:
			if s.Name != "totalCount" && s.Name != "filteredCount" && s.Name != "__typename" {
				return false
			}
		case *ast.InlineFragment:
			if !onlyCounts(s.SelectionSet) {
				return false
			}
		case *ast.FragmentSpread:
			if !onlyCounts(s.Definition.SelectionSet) {
				return false
			}
		}
	}
	return true
}

// measure computes what the query may cost before it runs: its nodes (refused above 500,000) and its points, one for
// a hundred requests that GitHub would make to fill its connections.
func (x *gqlRun) measure(sel ast.SelectionSet) *gqlError {
	nodes, requests := x.weigh(sel, 1)
	x.nodes = int(min(nodes, math.MaxInt32))
	x.cost = max(1, int(math.Round(requests/100)))
	if nodes <= maxNodes {
		return nil
	}
	return &gqlError{Type: "MAX_NODE_LIMIT_EXCEEDED",
		Message: fmt.Sprintf("This query requests up to %s possible nodes which exceeds the maximum limit of 500,000.", commas(int64(min(nodes, math.MaxInt64/2))))}
}

func (x *gqlRun) weigh(sel ast.SelectionSet, parents float64) (nodes, requests float64) {
	for _, s := range sel {
		var n, r float64
		switch s := s.(type) {
		case *ast.Field:
			if !x.included(s.Directives) {
				continue
			}
			n, r = x.weighField(s, parents)
		case *ast.InlineFragment:
			if x.included(s.Directives) {
				n, r = x.weigh(s.SelectionSet, parents)
			}
		case *ast.FragmentSpread:
			if x.included(s.Directives) {
				n, r = x.weigh(s.Definition.SelectionSet, parents)
			}
		}
		nodes, requests = nodes+n, requests+r
	}
	return nodes, requests
}

func (x *gqlRun) weighField(f *ast.Field, parents float64) (nodes, requests float64) {
	if f.Definition == nil || !strings.HasSuffix(f.Definition.Type.Name(), "Connection") {
		return x.weigh(f.SelectionSet, parents)
	}
	args := argsOf(f.ArgumentMap(x.vars))
	size, ok := args.number("first")
	if !ok {
		size, ok = args.number("last")
	}
	if !ok {
		return 0, 0 // only counted, or refused
	}
	own := parents * float64(max(size, 0))
	nodes, requests = x.weigh(f.SelectionSet, own)
	return nodes + own, requests + parents
}

// commas writes 1234567 as 1,234,567.
func commas(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
