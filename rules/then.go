package rules

// Then says what pitcrew does with a pull request once nothing is in its way: "squash into main, then delete its branch"; empty
// where it would do nothing.
func Then(answers []Answer) string { return then(answers, "") }

// ThenTitled is Then with the title of the commit, where the configuration gives it one. The title is people's text: it is for who
// looks now, and not for the log.
func ThenTitled(s *Snapshot, answers []Answer) string {
	return then(answers, titleOf(s, s.PR, answers))
}

func then(answers []Answer, title string) string {
	for _, code := range []Code{CodeMerged, CodeClosed, CodeObserved, CodeObserving, CodeConfigBroken, CodeConfigUnknown} {
		if hasCode(answers, code) {
			return ""
		}
	}
	policy := firstOf(answers, CodePolicy)
	if policy.Args["method"] == "" {
		return ""
	}
	if hasCode(answers, CodeQueue) {
		return "GitHub's merge queue lands it in " + policy.Args["base"] + firstOf(answers, CodeQueue).Args["method"]
	}
	text := policy.Args["method"] + " into " + policy.Args["base"]
	if title != "" {
		text += " as “" + title + "”"
	}
	if policy.Args["delete"] != "" {
		text += ", then delete its branch"
	}
	return text
}

// titleOf is the title that the commit of a pull request would have by its configuration; empty where that is GitHub's own, or
// nothing would land.
func titleOf(s *Snapshot, p *PR, answers []Answer) string {
	section, method := s.Config.section(Ready.Name), firstOf(answers, CodePolicy).Args["method"]
	if section == nil || p.Queue || p.Protection.Queue || Then(answers) == "" {
		return ""
	}
	m := mergeDefaults
	if stops(section.Decode(&m)) {
		return ""
	}
	return m.message(s, p, method).Title
}

// Asked says who was asked for what clears a reason; empty where nobody was.
func (r Reason) Asked(n Names) string {
	if r.Code != CodeApprovals && r.Code != CodeFork {
		return ""
	}
	return r.people(n)
}
