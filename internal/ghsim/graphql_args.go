package ghsim

import (
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// gqlArgs are a field's arguments, or an input object among them, with the schema's defaults; an absent one and null are the same.
// It remembers which were looked at: an argument that nobody read would be ignored in silence, as GitHub never does.
type gqlArgs struct {
	given map[string]any
	seen  map[string]bool
	inner map[string][]gqlArgs // input objects that were looked into
}

func argsOf(given map[string]any) gqlArgs {
	if given == nil {
		return gqlArgs{}
	}
	return gqlArgs{given, map[string]bool{}, map[string][]gqlArgs{}}
}

// get looks at an argument.
func (a gqlArgs) get(name string) any {
	if a.seen != nil {
		a.seen[name] = true
	}
	return a.given[name]
}

// with is the arguments and one more, which nobody gave.
func (a gqlArgs) with(name string, v any) gqlArgs {
	if a.given == nil {
		a = argsOf(map[string]any{})
	}
	a.given[name] = v
	return a
}

// indifferent is told of arguments that cannot change an answer: what there is none of, no filter leaves less of.
func (a gqlArgs) indifferent() {
	for name := range a.given {
		a.seen[name] = true
	}
}

// ignored are the arguments of the document that nobody looked at, "orderBy.field" inside an input object. How a connection is
// paged is no matter of what is in it.
func (a gqlArgs) ignored(f *ast.Field) []string {
	var out []string
	for _, arg := range f.Arguments {
		if !slices.Contains([]string{"first", "last", "after", "before"}, arg.Name) {
			out = append(out, a.ignoredAt(arg.Name)...)
		}
	}
	return out
}

func (a gqlArgs) ignoredAt(name string) []string {
	if a.given[name] == nil {
		return nil
	}
	if !a.seen[name] {
		return []string{name}
	}
	var out []string
	for _, in := range a.inner[name] {
		for _, k := range sortedKeys(in.given) {
			for _, deep := range in.ignoredAt(k) {
				out = append(out, name+"."+deep)
			}
		}
	}
	return out
}

// number is an integer argument.
func (a gqlArgs) number(name string) (int, bool) {
	switch n := a.get(name).(type) {
	case int64:
		return int(n), true
	case int:
		return n, true
	case fmt.Stringer: // json.Number
		var i int
		_, err := fmt.Sscan(n.String(), &i)
		return i, err == nil
	}
	return 0, false
}

// text is a string, enum or id argument; "" if it is absent or null.
func (a gqlArgs) text(name string) string {
	s, _ := a.get(name).(string)
	return s
}

func (a gqlArgs) yes(name string) bool {
	b, _ := a.get(name).(bool)
	return b
}

// has says whether an argument was given and is not null. It does not count as a look at it.
func (a gqlArgs) has(name string) bool { return a.given[name] != nil }

// texts is a list of strings; a single value is a list of one, as GraphQL coerces it.
func (a gqlArgs) texts(name string) []string {
	switch v := a.get(name).(type) {
	case string:
		return []string{v}
	case []string:
		return v
	case []any:
		out := make([]string, 0, len(v))
		for _, e := range v {
			if s, ok := e.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// object is an input object; empty if it is absent.
func (a gqlArgs) object(name string) gqlArgs {
	m, _ := a.get(name).(map[string]any)
	if old := a.inner[name]; len(old) == 1 {
		return old[0]
	}
	in := argsOf(m)
	if m != nil {
		a.inner[name] = []gqlArgs{in}
	}
	return in
}

// objects is a list of input objects.
func (a gqlArgs) objects(name string) []gqlArgs {
	list, _ := a.get(name).([]any)
	var out []gqlArgs
	for _, e := range list {
		if m, ok := e.(map[string]any); ok {
			out = append(out, argsOf(m))
		}
	}
	if out != nil {
		a.inner[name] = out
	}
	return out
}
