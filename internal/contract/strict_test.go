package contract

import (
	"encoding/json"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
)

func TestUnknown(t *testing.T) {
	const a = `{"type":"object","properties":{"a":{"type":"string"}}}`
	const ab = `{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"additionalProperties":true}`
	for _, tt := range []struct {
		name, schema, value string
		want                []string
	}{
		{"named", a, `{"a":"x"}`, nil},
		{"not named", a, `{"b":1,"a":"x","c":1}`, []string{"/b", "/c"}},
		{"additionalProperties: true opens nothing", ab, `{"c":1}`, []string{"/c"}},
		{"free form", `{"type":"object"}`, `{"a":1}`, nil},
		{"free form, said so", `{"type":"object","additionalProperties":true}`, `{"a":1}`, nil},
		{"keys are data", `{"type":"object","properties":{"a":{}},"additionalProperties":{"type":"string"}}`, `{"b":"x"}`, nil},
		{"all of", `{"allOf":[` + a + `,{"properties":{"c":{}}}]}`, `{"a":"x","c":1,"d":1}`, []string{"/d"}},
		{"any of", `{"anyOf":[` + a + `,` + ab + `]}`, `{"b":"x","d":1}`, []string{"/d"}},
		{"within a list", `{"type":"array","items":` + a + `}`, `[{"a":"x"},{"b":1}]`, []string{"/1/b"}},
		{"the alternative that knows most", `{"anyOf":[{"properties":{"o":` + a + `}},{"properties":{"o":` + ab + `}}]}`, `{"o":{"b":"x"}}`, nil},
		{"the alternative that knows most, first", `{"anyOf":[{"properties":{"o":` + ab + `}},{"properties":{"o":` + a + `}}]}`, `{"o":{"b":"x"}}`, nil},
		{"no object", `{"type":"string"}`, `"x"`, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var s openapi3.Schema
			if err := json.Unmarshal([]byte(tt.schema), &s); err != nil {
				t.Fatal(err)
			}
			var v any
			if err := json.Unmarshal([]byte(tt.value), &v); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, unknown(&s, v, "")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
