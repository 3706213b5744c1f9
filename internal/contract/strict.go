package contract

import (
	"fmt"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// unknown returns the pointers of all properties in v that the schema does not
// name. OpenAPI would let them pass: 24 of GitHub's 969 schemas forbid
// properties that they do not know, and GitHub ignores them in silence.
func unknown(s *openapi3.Schema, v any, at string) []string {
	switch v := v.(type) {
	case map[string]any:
		return unknownProperties(s, v, at)
	case []any:
		return unknownItems(s, v, at)
	}
	return nil
}

func unknownProperties(s *openapi3.Schema, v map[string]any, at string) []string {
	sh := shapeOf(s)
	if len(sh.properties) == 0 {
		return nil // a free-form object
	}
	var list []string
	for name, value := range v {
		schemas := sh.properties[name]
		switch {
		case len(schemas) > 0:
			list = append(list, leastUnknown(schemas, value, at+"/"+name)...)
		case !sh.open:
			list = append(list, at+"/"+name)
		}
	}
	slices.Sort(list)
	return list
}

func unknownItems(s *openapi3.Schema, v []any, at string) []string {
	items := shapeOf(s).items
	if len(items) == 0 {
		return nil
	}
	var list []string
	for i, e := range v {
		list = append(list, leastUnknown(items, e, fmt.Sprintf("%s/%d", at, i))...)
	}
	return list
}

// leastUnknown judges a value that several alternatives describe: what the
// most generous of them does not know is unknown.
func leastUnknown(schemas []*openapi3.Schema, v any, at string) []string {
	var least []string
	for i, s := range schemas {
		list := unknown(s, v, at)
		if i == 0 || len(list) < len(least) {
			least = list
		}
	}
	return least
}

// shape is what a schema says about the inside of a value, with all its
// alternatives (allOf, anyOf, oneOf) taken together.
type shape struct {
	properties map[string][]*openapi3.Schema
	items      []*openapi3.Schema
	open       bool // keys are data: additionalProperties has a schema
}

func shapeOf(s *openapi3.Schema) shape {
	sh := shape{properties: map[string][]*openapi3.Schema{}}
	sh.add(s)
	return sh
}

func (sh *shape) add(s *openapi3.Schema) {
	for name, p := range s.Properties {
		sh.properties[name] = append(sh.properties[name], p.Value)
	}
	if s.Items != nil {
		sh.items = append(sh.items, s.Items.Value)
	}
	// "additionalProperties: true" beside named properties says only that
	// another alternative names more.
	if s.AdditionalProperties.Schema != nil {
		sh.open = true
	}
	for _, list := range []openapi3.SchemaRefs{s.AllOf, s.AnyOf, s.OneOf} {
		for _, alternative := range list {
			sh.add(alternative.Value)
		}
	}
}
