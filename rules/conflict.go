package rules

import (
	"fmt"
	"strings"
)

// Clash is a file that a pull request and its base both changed since they parted. GitHub says that there is a conflict and not
// where, so these are the files where it can be.
type Clash struct {
	Path string
	Pull int // the merged pull request that changed it last on the base; 0: not known
}

// conflict is the reason for a pull request that conflicts with its base.
func (p *PR) conflict() Reason {
	return reason(CodeConflict, NeedsYou, "base", p.BaseRef, "files", p.clashWords())
}

// clashesNamed is how many files of a conflict are named.
const clashesNamed = 5

// clashWords says which files both sides changed, and who changed them last on the base; empty where that is not known.
func (p *PR) clashWords() string {
	var words []string
	for _, c := range p.Clashes[:min(len(p.Clashes), clashesNamed)] {
		word := c.Path
		if c.Pull > 0 {
			word += fmt.Sprintf(" (last by #%d)", c.Pull)
		}
		words = append(words, word)
	}
	if more := len(p.Clashes) - len(words); more > 0 {
		words = append(words, count(more, "more file"))
	}
	if len(words) == 0 {
		return ""
	}
	return "; both changed " + strings.Join(words, ", ")
}
