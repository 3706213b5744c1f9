package ghsim

// autoMergeInput is how GitHub shall merge once it may.
type autoMergeInput struct {
	method         string // merge, squash, rebase
	headline, body string
	expectedHead   string
}

// enableAutoMerge lets GitHub merge when all requirements are met. It is refused where nothing is left to wait for.
// https://docs.github.com/graphql/reference/mutations#enablepullrequestautomerge
func (s *Sim) enableAutoMerge(p *pull, who *caller, in autoMergeInput) *apiError {
	refuse := func(text string) *apiError {
		return &apiError{Status: 422, Message: text, GraphQLType: "UNPROCESSABLE"}
	}
	if in.method == "" {
		in.method = "merge"
	}
	switch {
	case !p.repo.allowAutoMerge:
		return refuse("Auto merge is not allowed for this repository")
	case !p.open:
		return refuse("Pull request is closed")
	case in.expectedHead != "" && in.expectedHead != p.head:
		return refuse("Expected head OID does not match the pull request's head")
	case !contains(p.repo.mergeMethods, in.method):
		return refuse("Merge method " + in.method + " merging is not allowed on this repository")
	case s.mergeState(p) == "CLEAN":
		return refuse("Pull request is in clean status")
	}
	p.autoMerge = &autoMerge{by: who.actor(), at: s.now(), method: in.method, headline: in.headline, body: in.body}
	s.pullEvent(p, "auto_merge_enabled", who.actor(), nil)
	return nil
}

// disableAutoMerge takes it back.
func (s *Sim) disableAutoMerge(p *pull, who *caller) *apiError {
	if p.autoMerge == nil {
		return &apiError{Status: 422, Message: "Can't disable auto-merge for this pull request", GraphQLType: "UNPROCESSABLE"}
	}
	p.autoMerge = nil
	s.pullEvent(p, "auto_merge_disabled", who.actor(), object{"reason": "manually_disabled"})
	return nil
}

// tryAutoMerge merges a pull request that has auto-merge on and nothing in its way. It never brings a branch up to date.
func (s *Sim) tryAutoMerge(p *pull) {
	a := p.autoMerge
	if a == nil || !p.open {
		return
	}
	who := s.callerFor(a.by, p.repo)
	in := mergeInput{sha: p.head, method: a.method}
	if a.headline != "" {
		in.title = &a.headline
	}
	if a.body != "" {
		in.message = &a.body
	}
	if s.mayMerge(p, who, in) == nil {
		if _, e := s.mergePull(p, who, in); e != nil {
			s.internal(e)
		}
	}
}

// tryAutoMerges tries the pull requests on a commit whose checks have changed.
func (s *Sim) tryAutoMerges(r *repo, sha string) {
	for _, p := range r.pulls {
		if p.open && p.head == sha {
			s.tryAutoMerge(p)
		}
	}
}
