package ghsim

import (
	"net/url"
	"strconv"
)

// params are a request's query parameters. They remember which were looked at, and which value nobody knows: a parameter that
// nobody read would be ignored in silence.
type params struct {
	values url.Values
	seen   map[string]bool
	odd    string // what was found that is not simulated
}

func newParams(v url.Values) *params { return &params{values: v, seen: map[string]bool{}} }

// Get looks at a parameter; "" if it is absent.
func (p *params) Get(name string) string {
	p.seen[name] = true
	return p.values.Get(name)
}

// oneOf is a parameter with few values, of which the first is the default.
func (p *params) oneOf(name string, known ...string) string {
	v := p.Get(name)
	if v == "" {
		return known[0]
	}
	if !contains(known, v) {
		p.odd = "value " + strconv.Quote(v) + " of parameter " + strconv.Quote(name)
	}
	return v
}

// number is a parameter that counts, at least 1; otherwise where it is absent.
func (p *params) number(name string, otherwise int) int {
	v := p.Get(name)
	n, err := strconv.Atoi(v)
	if v != "" && err != nil {
		p.odd = "value " + strconv.Quote(v) + " of parameter " + strconv.Quote(name)
	}
	if n < 1 {
		return otherwise
	}
	return n
}

// unheeded is what of the parameters had no say in the answer; "" if all had.
func (p *params) unheeded() string {
	if p.odd != "" {
		return p.odd
	}
	for _, name := range sortedKeys(p.values) {
		if !p.seen[name] {
			return "parameter " + strconv.Quote(name)
		}
	}
	return ""
}
