package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pitcrew-app/pitcrew/config"
)

// lines tells where in .platform.yml a key of one section stands: ".platform.yml:11". A path that the file does not have
// leads to the section, whose defaults hold then.
type lines struct {
	config  Config
	section string
}

// at is the place of a path like "policies[0].approvals"; empty where no file is read.
func (l lines) at(path string) string {
	section := l.config.section(l.section)
	if section == nil {
		return ""
	}
	p := section.Problem(path, "", "")
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// placeOf is where a key of a matcher stands.
func placeOf(key config.Key) string {
	if key.File == builtInName {
		return config.Place{}.String()
	}
	return config.Place{File: key.File, Line: key.Line}.String()
}

// places joins the places that ask for one thing, each once.
func places(where ...string) string {
	var out []string
	for _, w := range where {
		if w != "" && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return strings.Join(out, ", ")
}

// from gives a reason the place that asks for it.
func (r Reason) from(where ...string) Reason {
	r.Where = places(where...)
	return r
}
