package ghsim

import (
	"fmt"
	"net/http"
)

// postMerge answers 201 with the commit, or 204 where the base has the head already.
func postMerge(q *request) (int, any, *apiError) {
	var in struct {
		Base, Head string
		Message    string `json:"commit_message"`
	}
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	if in.Base == "" || in.Head == "" {
		return 0, nil, &apiError{Status: 422, Message: "Invalid request.\n\nBoth \"base\" and \"head\" must be supplied."}
	}
	head, e := q.commitOr(in.Head, &apiError{Status: 404, Message: "Head does not exist"})
	if _, ok := q.repo.branches[in.Base]; !ok {
		e = &apiError{Status: 404, Message: "Base does not exist"}
	}
	if e != nil {
		return 0, nil, e
	}
	c, e := q.s.mergeBranch(q.repo, q.who, in.Base, head.sha, orDefault(in.Message, fmt.Sprintf("Merge %s into %s", in.Head, in.Base)))
	if e != nil || c == nil {
		return http.StatusNoContent, nil, e
	}
	return http.StatusCreated, q.s.commitJSON(q.repo, c), nil
}

// mergeBranch merges a commit into a branch without a pull request; nil: the branch has it already.
// https://docs.github.com/rest/branches/branches#merge-a-branch
func (s *Sim) mergeBranch(r *repo, who *caller, branch, head, message string) (*gitCommit, *apiError) {
	base := r.branches[branch]
	if r.archived {
		return nil, archivedError()
	}
	if r.git.contains(base, head) {
		return nil, nil
	}
	if e := s.mayPush(r, who, "refs/heads/"+branch, false); e != nil {
		return nil, e
	}
	if e := s.mayBring(r, who, base, head); e != nil {
		return nil, e
	}
	tree, ok, err := r.git.mergeTree(base, head)
	if err != nil {
		return nil, s.internal(err)
	}
	if !ok {
		return nil, &apiError{Status: 409, Message: "Merge conflict"}
	}
	sha, err := s.commitSigned(r.git, gitCommit{tree: tree, parents: []string{base, head}, author: s.sign(who.actor()), committer: s.github(), message: message})
	if err != nil {
		return nil, s.internal(err)
	}
	if e := s.setRef(r, who, "refs/heads/"+branch, sha); e != nil {
		return nil, e
	}
	c, err := r.git.commit(sha)
	return c, s.internal(err)
}

// mayBring asks whether the caller may bring what head changed since it left base.
func (s *Sim) mayBring(r *repo, who *caller, base, head string) *apiError {
	changes, err := r.git.changes(r.git.mergeBase(base, head), head)
	if err != nil {
		return s.internal(err)
	}
	var paths []string
	for _, c := range changes {
		paths = append(paths, c.path)
	}
	return s.mayTouchWorkflows(who, paths)
}
