package rules

// Then says what pitcrew does with a pull request once nothing is in its way: "squash into main"; empty where it would
// do nothing.
func Then(answers []Answer) string {
	for _, code := range []Code{CodeMerged, CodeClosed, CodeObserved, CodeObserving, CodeConfigBroken, CodeConfigUnknown} {
		if hasCode(answers, code) {
			return ""
		}
	}
	policy := firstOf(answers, CodePolicy)
	if policy.Args["method"] == "" {
		return ""
	}
	return policy.Args["method"] + " into " + policy.Args["base"]
}

// Asked says who was asked for what clears a reason; empty where nobody was.
func (r Reason) Asked(n Names) string {
	if r.Code != CodeApprovals {
		return ""
	}
	return r.people(n)
}
