package ghsim

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// gqlType is a type as introspection shows it: a named one by def, a list or non-null by wrapped.
type gqlType struct {
	def     *ast.Definition
	wrapped *ast.Type
}

// typeOf is the type of a field or argument.
func (x *gqlRun) typeOf(t *ast.Type) gqlType {
	if t.NonNull || t.Elem != nil {
		return gqlType{wrapped: t}
	}
	return gqlType{def: x.schema.Types[t.NamedType]}
}

func (x *gqlRun) defined(d *ast.Definition) any {
	if d == nil {
		return nil
	}
	return gqlType{def: d}
}

var schemaTable = gqlTable{
	"queryType":        val(func(x *gqlRun, s *ast.Schema) any { return x.defined(s.Query) }),
	"mutationType":     val(func(x *gqlRun, s *ast.Schema) any { return x.defined(s.Mutation) }),
	"subscriptionType": val(func(x *gqlRun, s *ast.Schema) any { return x.defined(s.Subscription) }),
	"description":      always(nil),
	"types": val(func(_ *gqlRun, s *ast.Schema) any {
		out := []gqlType{}
		for _, n := range sortedKeys(s.Types) {
			out = append(out, gqlType{def: s.Types[n]})
		}
		return out
	}),
	"directives": val(func(_ *gqlRun, s *ast.Schema) any {
		out := []*ast.DirectiveDefinition{}
		for _, n := range sortedKeys(s.Directives) {
			out = append(out, s.Directives[n])
		}
		return out
	}),
}

var typeTable = gqlTable{
	"kind":        val(func(_ *gqlRun, t gqlType) any { return t.kind() }),
	"description": always(nil), "specifiedByURL": always(nil), "isOneOf": always(false),
	"name": val(func(_ *gqlRun, t gqlType) any {
		if t.def == nil {
			return nil
		}
		return t.def.Name
	}),
	"ofType": val(func(x *gqlRun, t gqlType) any {
		if t.wrapped == nil {
			return nil
		}
		if t.wrapped.NonNull {
			bare := *t.wrapped
			bare.NonNull = false
			return x.typeOf(&bare)
		}
		return x.typeOf(t.wrapped.Elem)
	}),
	"fields": ask(func(_ *gqlRun, t gqlType, a gqlArgs) (any, error) {
		if t.def == nil || t.def.Kind != ast.Object && t.def.Kind != ast.Interface {
			return nil, nil
		}
		out := []*ast.FieldDefinition{}
		for _, f := range t.def.Fields {
			if hidden := len(f.Name) > 1 && f.Name[:2] == "__"; !hidden && (a.yes("includeDeprecated") || !deprecated(f.Directives)) {
				out = append(out, f)
			}
		}
		return out, nil
	}),
	"inputFields": val(func(_ *gqlRun, t gqlType) any {
		if t.def == nil || t.def.Kind != ast.InputObject {
			return nil
		}
		out := []gqlInput{}
		for _, f := range t.def.Fields {
			out = append(out, gqlInput{f.Name, f.Type, f.DefaultValue, f.Directives})
		}
		return out
	}),
	"interfaces": val(func(x *gqlRun, t gqlType) any {
		if t.def == nil || t.def.Kind != ast.Object && t.def.Kind != ast.Interface {
			return nil
		}
		out := []gqlType{}
		for _, n := range t.def.Interfaces {
			out = append(out, gqlType{def: x.schema.Types[n]})
		}
		return out
	}),
	"possibleTypes": val(func(x *gqlRun, t gqlType) any {
		if t.def == nil || !t.def.IsAbstractType() {
			return nil
		}
		out := []gqlType{}
		for _, d := range x.schema.PossibleTypes[t.def.Name] {
			out = append(out, gqlType{def: d})
		}
		return out
	}),
	"enumValues": ask(func(_ *gqlRun, t gqlType, a gqlArgs) (any, error) {
		if t.def == nil || t.def.Kind != ast.Enum {
			return nil, nil
		}
		out := ast.EnumValueList{}
		for _, v := range t.def.EnumValues {
			if a.yes("includeDeprecated") || !deprecated(v.Directives) {
				out = append(out, v)
			}
		}
		return out, nil
	}),
}

func (t gqlType) kind() string {
	switch {
	case t.wrapped == nil:
		return string(t.def.Kind)
	case t.wrapped.NonNull:
		return "NON_NULL"
	}
	return "LIST"
}

func deprecated(ds ast.DirectiveList) bool { return ds.ForName("deprecated") != nil }

func reason(ds ast.DirectiveList) any {
	if d := ds.ForName("deprecated"); d != nil {
		if a := d.Arguments.ForName("reason"); a != nil {
			return a.Value.Raw
		}
	}
	return nil
}

var fieldTable = gqlTable{
	"name":              val(func(_ *gqlRun, f *ast.FieldDefinition) any { return f.Name }),
	"description":       always(nil),
	"type":              val(func(x *gqlRun, f *ast.FieldDefinition) any { return x.typeOf(f.Type) }),
	"args":              val(func(_ *gqlRun, f *ast.FieldDefinition) any { return inputs(f.Arguments) }),
	"isDeprecated":      val(func(_ *gqlRun, f *ast.FieldDefinition) any { return deprecated(f.Directives) }),
	"deprecationReason": val(func(_ *gqlRun, f *ast.FieldDefinition) any { return reason(f.Directives) }),
}

// gqlInput is an argument or a field of an input object.
type gqlInput struct {
	name       string
	typ        *ast.Type
	value      *ast.Value
	directives ast.DirectiveList
}

func inputs(list ast.ArgumentDefinitionList) []gqlInput {
	out := []gqlInput{}
	for _, a := range list {
		out = append(out, gqlInput{a.Name, a.Type, a.DefaultValue, a.Directives})
	}
	return out
}

var inputValueTable = gqlTable{
	"name":        val(func(_ *gqlRun, i gqlInput) any { return i.name }),
	"description": always(nil),
	"type":        val(func(x *gqlRun, i gqlInput) any { return x.typeOf(i.typ) }),
	"defaultValue": val(func(_ *gqlRun, i gqlInput) any {
		if i.value == nil {
			return nil
		}
		return i.value.String()
	}),
	"isDeprecated":      val(func(_ *gqlRun, i gqlInput) any { return deprecated(i.directives) }),
	"deprecationReason": val(func(_ *gqlRun, i gqlInput) any { return reason(i.directives) }),
}

var enumValueTable = gqlTable{
	"name":              val(func(_ *gqlRun, v *ast.EnumValueDefinition) any { return v.Name }),
	"description":       always(nil),
	"isDeprecated":      val(func(_ *gqlRun, v *ast.EnumValueDefinition) any { return deprecated(v.Directives) }),
	"deprecationReason": val(func(_ *gqlRun, v *ast.EnumValueDefinition) any { return reason(v.Directives) }),
}

var directiveTable = gqlTable{
	"name":         val(func(_ *gqlRun, d *ast.DirectiveDefinition) any { return d.Name }),
	"description":  always(nil),
	"args":         val(func(_ *gqlRun, d *ast.DirectiveDefinition) any { return inputs(d.Arguments) }),
	"isRepeatable": val(func(_ *gqlRun, d *ast.DirectiveDefinition) any { return d.IsRepeatable }),
	"locations": val(func(_ *gqlRun, d *ast.DirectiveDefinition) any {
		out := []string{}
		for _, l := range d.Locations {
			out = append(out, string(l))
		}
		slices.Sort(out)
		return out
	}),
}
