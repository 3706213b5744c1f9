package handlers

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/pitcrew-app/pitcrew/internal/corpus"
)

// plain is a value as encoding/json gives it.
func (v *value) plain() any {
	switch v.kind {
	case jsonFalse, jsonTrue:
		return v.kind == jsonTrue
	case jsonNumber:
		return json.Number(v.raw)
	case jsonText, jsonEscaped:
		return v.text()
	case jsonList:
		list := []any{}
		for i := range v.inner {
			list = append(list, v.inner[i].plain())
		}
		return list
	case jsonObject:
		fields := map[string]any{}
		for i := range v.inner {
			fields[v.inner[i].name] = v.inner[i].plain()
		}
		return fields
	}
	return nil
}

// sameAsEverybody says how parse and encoding/json differ about a text.
func sameAsEverybody(t *testing.T, text []byte) {
	t.Helper()
	var want map[string]any
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	ok := json.Valid(text) && d.Decode(&want) == nil && want != nil
	got, read := parse(text)
	if ok != read {
		t.Fatalf("%.100q: read %v, want %v", text, read, ok)
	}
	if !ok {
		return
	}
	doc := value{kind: jsonObject, inner: got}
	if plain := doc.plain(); !reflect.DeepEqual(plain, any(want)) { // cmp is slow where it is deep
		t.Fatalf("%.100q:\n%.1000v, want\n%.1000v", text, plain, want)
	}
}

func TestParse(t *testing.T) {
	nested := func(n int) string { return strings.Repeat(`{"a":`, n-1) + `{}` + strings.Repeat(`}`, n-1) }
	for _, text := range []string{
		``, ` `, `{}`, ` { } `, `{}x`, `{} {}`, `[]`, `null`, `1`, `"a"`, `{`, `}`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{,}`, `{"a":1 "b":2}`, `{a:1}`,
		`{"a":1,"a":2}`, `{"a":{"b":[1,"x",null,true,false,{}]}}`, `{"a":[1,]}`, `{"a":[,1]}`, `{"a":[1 2]}`, `{"a":[1}`, `{"a":nul}`, `{"a":True}`,
		`{"a":01}`, `{"a":-}`, `{"a":-0}`, `{"a":0.}`, `{"a":.5}`, `{"a":1e}`, `{"a":1E+09}`, `{"a":1e-2.5}`, `{"a":+1}`, `{"a":12345678901234567890}`, `{"a":0x1}`,
		`{"a":"\u00e9\n\"\\\/\b\f\r\t"}`, `{"a":"\u12"}`, `{"a":"\u12G4"}`, `{"a":"\ud83d\ude00 \ud83d"}`, `{"a":"\x"}`, `{"a":"\`, `{"a":"` + "\n" + `"}`,
		`{"a":"é` + "\xff" + `"}`, `{"\u0061":1}`, "{\"a\":\"\x7f\"}", "{\"a\":\"\x00\"}", "{\x00}", "\ufeff{}", `{"a":"b`,
		nested(maxDepth), nested(maxDepth + 1), `{"a":` + strings.Repeat("[", maxDepth), `{"a":` + strings.Repeat("[", 1_000_000),
		`{"a":` + strings.Repeat("[", maxDepth-1) + strings.Repeat("]", maxDepth-1) + "}", `{"a":` + strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth) + "}",
	} {
		sameAsEverybody(t, []byte(text))
	}
}

func TestParseExamples(t *testing.T) {
	all, err := corpus.Payloads()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range all {
		sameAsEverybody(t, x.Body)
		for cut := 1; cut < len(x.Body); cut += 997 {
			sameAsEverybody(t, x.Body[:cut])
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"a":[1,-2.5e+3,"\u00e9\\",true,false,null,{"b":{}}]}`))
	f.Fuzz(sameAsEverybody)
}
