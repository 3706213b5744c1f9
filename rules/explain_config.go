package rules

import (
	"slices"

	"github.com/pitcrew-app/pitcrew/config"
)

// Said is everything that there is to say about a configuration: what is wrong, what is not built yet, what may surprise, in order
// of position, each once.
func (c Config) Said(forms []config.Form) []config.Problem {
	all := slices.Clone(c.Problems)
	if c.File != nil {
		more, _ := config.CheckSections(c.File.Sections, forms)
		all = slices.Concat(all, c.File.Notices, more)
	}
	config.Sort(all)
	return slices.Compact(all)
}
