package contract

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// jsonFaults judges JSON text by a schema, unknown properties included; what
// names the text.
func jsonFaults(what string, s *openapi3.Schema, text []byte) []error {
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return []error{fmt.Errorf("%s is no JSON: %w", what, err)}
	}
	var found []error
	for _, f := range valueFaults(s, v) {
		found = append(found, errors.New(what+f))
	}
	for _, name := range unknown(s, v, "") {
		found = append(found, fmt.Errorf("%s%s: unknown property", what, name))
	}
	return found
}

// valueFaults returns each fault of a value as "/pointer/to/it: reason".
func valueFaults(s *openapi3.Schema, v any) []string {
	return flatten(s.VisitJSON(v, openapi3.MultiErrors()))
}

func flatten(err error) []string {
	if err == nil {
		return nil
	}
	var many openapi3.MultiError
	if errors.As(err, &many) {
		var list []string
		for _, e := range many {
			list = append(list, flatten(e)...)
		}
		return list
	}
	var s *openapi3.SchemaError
	if !errors.As(err, &s) {
		return []string{": " + err.Error()}
	}
	if near := nearest(s); near != nil {
		return near
	}
	return []string{pointer(s) + ": " + reason(s)}
}

// nearest explains a value that none of several alternatives accepts by the
// faults that it has against the one that it is nearest to.
func nearest(s *openapi3.SchemaError) []string {
	if s.Schema == nil || s.SchemaField != "anyOf" {
		return nil
	}
	var near []string
	least := math.MaxInt
	for _, alternative := range s.Schema.AnyOf {
		list := valueFaults(alternative.Value, s.Value)
		if d := distance(alternative.Value, s.Value, list); d < least {
			near, least = list, d
		}
	}
	for i, f := range near {
		near[i] = pointer(s) + f
	}
	return near
}

// distance weighs the faults of a value: another kind of value is farthest,
// then one with properties that the alternative does not know.
func distance(s *openapi3.Schema, v any, faults []string) int {
	d := len(faults) + 100*len(unknown(s, v, ""))
	if strings.HasPrefix(faults[0], ": ") {
		d += 10_000
	}
	return d
}

// pointer is where in the document a fault is: /output/title, empty at the top.
func pointer(s *openapi3.SchemaError) string {
	var b strings.Builder
	for _, key := range s.JSONPointer() {
		b.WriteString("/" + key)
	}
	return b.String()
}

// reason is what is wrong, without the dump of schema and value that the
// library's own text adds, and without the pattern of a format.
func reason(s *openapi3.SchemaError) string {
	text := s.Reason
	if text == "" && s.Origin != nil {
		text = s.Origin.Error()
	}
	text, _, _ = strings.Cut(text, " (string doesn't match pattern")
	return text
}
