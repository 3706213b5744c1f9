package contract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// sample makes the smallest value that a schema accepts: required properties
// only, the first of each choice.
func sample(s *openapi3.Schema) any {
	switch {
	case len(s.Enum) > 0:
		return firstUseful(s.Enum)
	case len(s.AllOf) > 0:
		return merged(s.AllOf)
	case len(s.AnyOf) > 0 && len(s.Properties) == 0:
		return sample(s.AnyOf[0].Value)
	case s.Type.Is(openapi3.TypeObject) || len(s.Properties) > 0:
		return sampleObject(s)
	case s.Type.Is(openapi3.TypeArray):
		return slices.Repeat([]any{sampleItem(s)}, int(s.MinItems))
	case s.Type.Is(openapi3.TypeInteger), s.Type.Is(openapi3.TypeNumber):
		return sampleNumber(s)
	case s.Type.Is(openapi3.TypeBoolean):
		return true
	case s.Type.Is(openapi3.TypeString) || s.Type == nil:
		return sampleString(s)
	}
	panic(fmt.Sprintf("no sample of type %v", s.Type))
}

func firstUseful(list []any) any {
	for _, v := range list {
		if v != nil {
			return v
		}
	}
	return nil
}

func merged(list openapi3.SchemaRefs) any {
	all := map[string]any{}
	for _, ref := range list {
		part, ok := sample(ref.Value).(map[string]any)
		if !ok {
			return sample(ref.Value)
		}
		for k, v := range part {
			all[k] = v
		}
	}
	return all
}

func sampleObject(s *openapi3.Schema) map[string]any {
	o := map[string]any{}
	for _, name := range s.Required {
		o[name] = "x"
		if p := s.Properties[name]; p != nil {
			o[name] = sample(p.Value)
		}
		if strings.HasSuffix(name, "_at") && o[name] == "x" {
			o[name] = "2026-01-02T03:04:05Z" // one part of an allOf names the format, another does not
		}
	}
	return o
}

func sampleItem(s *openapi3.Schema) any {
	if s.MinItems == 0 || s.Items == nil {
		return nil
	}
	return sample(s.Items.Value)
}

func sampleNumber(s *openapi3.Schema) any {
	if s.Min != nil {
		return *s.Min
	}
	return 1.0
}

func sampleString(s *openapi3.Schema) string {
	switch {
	case s.Format == "date-time":
		return "2026-01-02T03:04:05Z"
	case s.Format == "date":
		return "2026-01-02"
	case s.Format == "email":
		return "ana@example.com"
	case s.Format == "uuid":
		return "0b989ba4-242f-11e5-81e1-c7b6966d2516"
	case s.Pattern == "^[0-9a-fA-F]+$", s.MinLength >= 40:
		return "0123456789abcdef0123456789abcdef01234567"
	}
	return "x"
}
