package ghsim

import (
	"errors"
	"fmt"
	"net/http"
)

// diffText answers with what git says differs: a diff from the common ancestor, or the commits as mails.
func (q *request) diffText(kind, base, head string) (int, any, *apiError) {
	text, err := q.repo.git.print(kind, base, head)
	if errors.Is(err, errNoText) {
		return 0, nil, q.s.notSimulated(http.StatusNotImplemented, "%s of a comparison, by a GitHub that was started without git", kind)
	}
	if err != nil {
		return 0, nil, q.s.internal(fmt.Errorf("%s of %s...%s: %w", kind, base, head, err))
	}
	q.head.Set("Content-Type", "application/vnd.github."+kind+"; charset=utf-8")
	return http.StatusOK, []byte(text), nil
}

// getPull answers in the form that was asked for. What differs is counted from the base as it was when the head was last pushed.
// https://docs.github.com/rest/pulls/pulls#get-a-pull-request
func getPull(q *request, p *pull) (int, any, *apiError) {
	q.s.wantMergeability(p)
	if q.form == "diff" || q.form == "patch" {
		return q.diffText(q.form, p.baseSHA, p.head)
	}
	return http.StatusOK, q.s.fullPullJSON(p), nil
}
