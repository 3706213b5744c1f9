package rules

import "testing"

func TestClashWords(t *testing.T) {
	a, b := Clash{Path: "a.go"}, Clash{Path: "b.go", Pull: 8}
	for want, clashes := range map[string][]Clash{
		"":                                       nil,
		"; both changed a.go":                    {a},
		"; both changed b.go (last by #8), a.go": {b, a},
		"; both changed a.go, a.go, a.go, a.go, b.go (last by #8)":  {a, a, a, a, b},
		"; both changed a.go, a.go, a.go, a.go, a.go, 1 more file":  {a, a, a, a, a, b},
		"; both changed a.go, a.go, a.go, a.go, a.go, 2 more files": {a, a, a, a, a, b, b},
	} {
		if got := (&PR{Clashes: clashes}).clashWords(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
