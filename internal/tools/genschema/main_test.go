package main

import "testing"

const sdl = `
"""
What to ask for.
"""
type Query {
  "A name." # and a remark
  name(first: Int = 1): String! @deprecated(reason: "old \"name\"")
}
`

func TestCompactDropsWhatIsOnlyForPeople(t *testing.T) {
	text, err := compact([]byte(sdl))
	if err != nil {
		t.Fatal(err)
	}
	want := "type Query {\n name(first: Int = 1): String! @deprecated(reason: \"old \\\"name\\\"\")\n}\n"
	if string(text) != want {
		t.Errorf("got %q, want %q", text, want)
	}
	if _, err := compact([]byte("type {")); err == nil {
		t.Error("a schema with a fault is taken")
	}
}
