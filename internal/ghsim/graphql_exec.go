package ghsim

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
)

// execute answers a valid operation. Fields of a mutation run in order, each on the state that the one before left;
// they are not atomic.
func (x *gqlRun) execute(op *ast.OperationDefinition) gqlResponse {
	if err := x.measure(op.SelectionSet); err != nil {
		return refusedRequest(err)
	}
	if err := x.pay(); err != nil {
		return refusedRequest(err)
	}
	root := x.schema.Query
	if op.Operation == ast.Mutation {
		root = x.schema.Mutation
	}
	data, ok := x.object(op.SelectionSet, root, gqlRoot{})
	if !ok {
		return gqlResponse{Executed: true, Errors: x.errs}
	}
	return gqlResponse{Executed: true, Data: data, Errors: x.errs}
}

// pay takes the query's points from the caller's hour. An empty hour is answered with HTTP 200.
// https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
func (x *gqlRun) pay() *gqlError {
	if x.s.limits.off {
		return nil
	}
	b := x.s.bucketOf(x.who, "graphql")
	if x.cost > b.left() {
		return &gqlError{Type: "RATE_LIMITED", Message: "API rate limit exceeded for installation."}
	}
	b.used += x.cost
	return nil
}

// gqlRoot is the object that Query and Mutation fields are asked of.
type gqlRoot struct{}

// gqlField is a response key with all selections that ask for it.
type gqlField struct {
	*ast.Field
	more []*ast.Field
}

// selections is what is asked of the field's value, from every place that names it.
func (f gqlField) selections() ast.SelectionSet {
	if len(f.more) == 0 {
		return f.SelectionSet
	}
	sel := slices.Clone(f.SelectionSet)
	for _, m := range f.more {
		sel = append(sel, m.SelectionSet...)
	}
	return sel
}

// collect flattens fragments that apply to typ, in the order of the query.
func (x *gqlRun) collect(sel ast.SelectionSet, typ *ast.Definition, into []gqlField) []gqlField {
	for _, s := range sel {
		switch s := s.(type) {
		case *ast.Field:
			if x.included(s.Directives) {
				into = addField(into, s)
			}
		case *ast.InlineFragment:
			if x.included(s.Directives) && x.applies(s.TypeCondition, typ) {
				into = x.collect(s.SelectionSet, typ, into)
			}
		case *ast.FragmentSpread:
			if x.included(s.Directives) && x.applies(s.Definition.TypeCondition, typ) {
				into = x.collect(s.Definition.SelectionSet, typ, into)
			}
		}
	}
	return into
}

func addField(fields []gqlField, f *ast.Field) []gqlField {
	for i := range fields {
		if fields[i].Alias == f.Alias {
			fields[i].more = append(fields[i].more, f)
			return fields
		}
	}
	return append(fields, gqlField{Field: f})
}

// included follows @skip and @include.
func (x *gqlRun) included(ds ast.DirectiveList) bool {
	for _, d := range ds {
		if d.Name != "skip" && d.Name != "include" {
			continue
		}
		on, _ := d.ArgumentMap(x.vars)["if"].(bool)
		if on == (d.Name == "skip") {
			return false
		}
	}
	return true
}

// applies says whether a fragment on condition is for an object of type typ.
func (x *gqlRun) applies(condition string, typ *ast.Definition) bool {
	if condition == "" || condition == typ.Name {
		return true
	}
	return slices.Contains(x.schema.PossibleTypes[condition], typ)
}

// object answers a selection set; false: a field that cannot be null is, so that the object cannot be either.
func (x *gqlRun) object(sel ast.SelectionSet, typ *ast.Definition, obj any) (gqlObject, bool) {
	fields := x.collect(sel, typ, make([]gqlField, 0, len(sel)))
	out := gqlObject{keys: make([]string, 0, len(fields)), values: make([]any, 0, len(fields))}
	for _, f := range fields {
		x.path = append(x.path, f.Alias)
		v, ok := x.field(f, typ, obj)
		x.path = x.path[:len(x.path)-1]
		if !ok {
			return gqlObject{}, false
		}
		out.set(f.Alias, v)
	}
	return out, true
}

func (x *gqlRun) field(f gqlField, typ *ast.Definition, obj any) (any, bool) {
	if f.Name == "__typename" {
		return typ.Name, true
	}
	args := argsOf(f.ArgumentMap(x.vars))
	v, err := x.resolve(typ.Name, obj, f, args)
	if err == nil {
		if c, ok := v.(*gqlConnection); ok {
			v, err = c.page(f.Field, args)
		}
	}
	if err == nil {
		err = x.heeded(f.Field, args)
	}
	if err != nil {
		x.fail(f.Field, err)
		return nil, !f.Definition.Type.NonNull
	}
	return x.complete(f, f.Definition.Type, v)
}

// heeded says whether every argument of a field had a say in its answer.
func (x *gqlRun) heeded(f *ast.Field, args gqlArgs) error {
	if names := args.ignored(f); len(names) > 0 {
		return x.notSimulated(fmt.Sprintf("%s.%s: argument %s", f.ObjectDefinition.Name, f.Name, strings.Join(names, ", ")))
	}
	return nil
}

// resolve asks for permission, then the type's table, then the object itself.
func (x *gqlRun) resolve(typ string, obj any, f gqlField, args gqlArgs) (any, error) {
	if err := x.permit(typ, f.Name, obj); err != nil {
		return nil, err
	}
	if r, ok := gqlTables[typ][f.Name]; ok {
		return r(x, obj, args)
	}
	if r, ok := obj.(gqlRecord); ok {
		if v, ok := r[f.Name]; ok {
			return v, nil
		}
	}
	return nil, x.notSimulated(typ + "." + f.Name)
}

// complete makes a resolved value what the schema promises: a list, an object with its selections, a scalar.
func (x *gqlRun) complete(f gqlField, t *ast.Type, v any) (any, bool) {
	if err, ok := v.(error); ok { // a member of a list that is not shown
		x.fail(f.Field, err)
		return nil, !t.NonNull
	}
	if isNil(v) {
		if t.NonNull {
			x.fail(f.Field, x.notSimulated(f.ObjectDefinition.Name+"."+f.Name+": null where the schema allows none"))
		}
		return nil, !t.NonNull
	}
	if t.Elem != nil {
		return x.list(f, t, v)
	}
	def := x.schema.Types[t.NamedType]
	if def.IsLeafType() {
		leaf, err := gqlLeaf(def, v)
		if err != nil {
			x.fail(f.Field, x.notSimulated(f.ObjectDefinition.Name+"."+f.Name+": "+err.Error()))
			return nil, !t.NonNull
		}
		return leaf, true
	}
	if def.IsAbstractType() {
		name := gqlTypeOf(v)
		if def = x.schema.Types[name]; def == nil || !x.applies(t.NamedType, def) {
			x.fail(f.Field, x.notSimulated(fmt.Sprintf("%s.%s: %T as %s", f.ObjectDefinition.Name, f.Name, v, t.NamedType)))
			return nil, !t.NonNull
		}
	}
	o, ok := x.object(f.selections(), def, v)
	if !ok {
		return nil, !t.NonNull
	}
	return o, true
}

func (x *gqlRun) list(f gqlField, t *ast.Type, v any) (any, bool) {
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Slice {
		x.fail(f.Field, x.notSimulated(fmt.Sprintf("%s.%s: %T as a list", f.ObjectDefinition.Name, f.Name, v)))
		return nil, !t.NonNull
	}
	out := make([]any, rv.Len())
	for i := range out {
		x.path = append(x.path, i)
		var ok bool
		out[i], ok = x.complete(f, t.Elem, rv.Index(i).Interface())
		x.path = x.path[:len(x.path)-1]
		if !ok {
			return nil, !t.NonNull
		}
	}
	return out, true
}

// fail records an error at the field that is being resolved.
func (x *gqlRun) fail(f *ast.Field, err error) {
	e := &gqlError{Message: err.Error(), Path: slices.Clone(x.path), Locations: locate(f.Position)}
	var api *apiError
	var own *gqlError
	switch {
	case errors.As(err, &own):
		e.Type, e.Extensions = own.Type, own.Extensions
	case errors.As(err, &api):
		e.Type, e.Message = api.graphQLType(), api.graphQLMessage()
	default:
		x.s.internal(fmt.Errorf("GraphQL %s.%s: %w", f.ObjectDefinition.Name, f.Name, err))
	}
	x.errs = append(x.errs, e)
}

// notSimulated is the answer of last resort; it is kept, so that a test fails even if the client survives it.
func (x *gqlRun) notSimulated(what string) error {
	return x.s.notSimulated(http.StatusOK, "GraphQL %s", what)
}

// gqlRecord is an object that is made for one answer: a payload, a rate limit. A field that it has no key for is not
// simulated; a key with nil is null.
type gqlRecord map[string]any

func isNil(v any) bool {
	if v == nil {
		return true
	}
	rv := reflect.ValueOf(v)
	switch rv.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return rv.IsNil()
	}
	t, ok := v.(time.Time)
	return ok && t.IsZero()
}

// gqlLeaf checks a scalar or enum against its type and gives it the form that it has in JSON.
func gqlLeaf(def *ast.Definition, v any) (any, error) {
	if t, ok := v.(time.Time); ok && (def.Name == "DateTime" || def.Name == "GitTimestamp") {
		return t.UTC().Format(time.RFC3339), nil
	}
	if def.Kind == ast.Enum {
		s, _ := v.(string)
		if def.EnumValues.ForName(s) == nil {
			return nil, fmt.Errorf("%v is no %s", v, def.Name)
		}
		return s, nil
	}
	want, ok := leafKinds[def.Name]
	if !ok {
		want = "string" // ID, String, and GitHub's own scalars: URI, GitObjectID, BigInt …
	}
	rv := reflect.ValueOf(v)
	if strings.TrimRight(rv.Kind().String(), "0123456789") != want {
		return nil, fmt.Errorf("%T is no %s", v, def.Name)
	}
	return v, nil
}

// leafKinds are the kinds of Go values that make GraphQL's own scalars, without their sizes.
var leafKinds = map[string]string{"Int": "int", "Boolean": "bool", "Float": "float"}
