package contract

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// GitHub's limits of one GraphQL call.
// https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#node-limit
const (
	maxPage  = 100
	maxNodes = 500_000
)

// limitFaults judges the connections of an operation. Without variables (nil)
// a page size that is a variable counts as its default or as 100.
func limitFaults(op *ast.OperationDefinition, vars map[string]any) []error {
	c := &counter{vars: vars, defaults: op.VariableDefinitions}
	c.walk(op.SelectionSet, 1, "")
	if c.nodes > maxNodes {
		c.fault("the document asks for %d nodes; the limit is %d", c.nodes, maxNodes)
	}
	return c.found
}

type counter struct {
	vars     map[string]any
	defaults ast.VariableDefinitionList
	nodes    int
	found    []error
}

func (c *counter) fault(format string, args ...any) {
	c.found = append(c.found, fmt.Errorf("graphql: "+format, args...))
}

// walk counts what a selection asks for, times the nodes that it is asked of.
func (c *counter) walk(set ast.SelectionSet, times int, path string) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			c.field(s, times, path+"."+s.Alias)
		case *ast.InlineFragment:
			c.walk(s.SelectionSet, times, path)
		case *ast.FragmentSpread:
			c.walk(s.Definition.SelectionSet, times, path)
		}
	}
}

func (c *counter) field(f *ast.Field, times int, path string) {
	if !isConnection(f.Definition) {
		c.walk(f.SelectionSet, times, path)
		return
	}
	size, ok := c.page(f, strings.TrimPrefix(path, "."))
	if !ok {
		return
	}
	// Beyond the limit the exact number is of no interest, and may overflow.
	times = min(times*size, maxNodes+1)
	c.nodes = min(c.nodes+times, maxNodes+1)
	c.walk(f.SelectionSet, times, path)
}

func isConnection(d *ast.FieldDefinition) bool {
	return d != nil && strings.HasSuffix(d.Type.Name(), "Connection") && d.Arguments.ForName("first") != nil
}

// page is the size of a connection's page; false if nothing is left to count.
func (c *counter) page(f *ast.Field, path string) (int, bool) {
	first, last := f.Arguments.ForName("first"), f.Arguments.ForName("last")
	arg := first
	switch {
	case first != nil && last != nil:
		c.fault("%s: first and last together are not supported", path)
		return 0, false
	case first == nil && last == nil:
		if !countOnly(f.SelectionSet) {
			c.fault("%s: a connection needs first or last", path)
		}
		return 0, false
	case first == nil:
		arg = last
	}
	size, ok := c.number(arg.Value)
	if !ok {
		c.fault("%s: %s is null, and a connection needs first or last", path, arg.Name)
		return 0, false
	}
	if size < 1 || size > maxPage {
		c.fault("%s: %s is %d, not 1 to %d", path, arg.Name, size, maxPage)
		return 0, false
	}
	return size, true
}

// number is the value of a page size.
func (c *counter) number(v *ast.Value) (int, bool) {
	if v.Kind != ast.Variable {
		n, err := strconv.Atoi(v.Raw)
		return n, err == nil
	}
	if c.vars != nil {
		return integer(c.vars[v.Raw])
	}
	if d := c.defaults.ForName(v.Raw); d != nil && d.DefaultValue != nil {
		return c.number(d.DefaultValue)
	}
	return maxPage, true
}

func integer(v any) (int, bool) {
	switch v := v.(type) {
	case int:
		return v, true
	case int64:
		return int(v), true
	case float64:
		return int(v), true
	case json.Number:
		n, err := v.Int64()
		return int(n), err == nil
	}
	return 0, false
}

// countOnly tells whether a connection is asked only how many it has; GitHub
// then wants no page size.
func countOnly(set ast.SelectionSet) bool {
	for _, s := range set {
		f, ok := s.(*ast.Field)
		if !ok || f.Name != "totalCount" && f.Name != "__typename" {
			return false
		}
	}
	return true
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
