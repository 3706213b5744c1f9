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

// ThenTitled is Then with the title of the commit, where the configuration gives it one. The title is people's text: it is for who
// looks now, and not for the log.
func ThenTitled(s *Snapshot, answers []Answer) string {
	then, title := Then(answers), titleOf(s, s.PR, answers)
	if title == "" {
		return then
	}
	return then + " as “" + title + "”"
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
	if r.Code != CodeApprovals {
		return ""
	}
	return r.people(n)
}
