package ledger

import (
	"slices"

	"github.com/pitcrew-app/pitcrew/rules"
)

// Summary is what a person reads first about a pull request: the newest answers, unless the log knows better because it
// has ended since, or was not looked at yet. Pages and terminal draw this.
func (p Pull) Summary(answers []rules.Answer, names rules.Names) rules.Summary {
	switch {
	case p.State == StateMerged && !differs(answers):
		return rules.Summary{Title: "Merged", Sentence: "Merged.", State: rules.Done}
	case p.State == StateClosed:
		return rules.Summary{Title: "Closed", Sentence: "Closed without a merge.", State: rules.Off}
	case p.Decided == 0:
		return rules.Summary{Title: "Not looked at yet", Sentence: "Not looked at yet: it is due, and its turn comes in a moment.", State: rules.Waiting}
	}
	return rules.Summarise(answers, names)
}

// differs says whether a merge made something else than what was decided, which is worth more than that it is merged.
func differs(answers []rules.Answer) bool {
	return slices.ContainsFunc(answers, func(a rules.Answer) bool {
		return slices.ContainsFunc(a.Because, func(r rules.Reason) bool { return r.Code == rules.CodeDiffers })
	})
}
