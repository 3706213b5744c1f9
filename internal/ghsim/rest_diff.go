package ghsim

import (
	"fmt"
	"net/http"
	"strings"
)

// textOf is the form that a client asks a comparison in: "diff", "patch", or "" for JSON.
// https://docs.github.com/rest/using-the-rest-api/getting-started-with-the-rest-api#media-types
func (q *request) textOf() string {
	accept := q.r.Header.Get("Accept")
	for _, kind := range []string{"diff", "patch"} {
		if strings.HasPrefix(accept, "application/vnd.github") && strings.Contains(accept, "."+kind) {
			return kind
		}
	}
	return ""
}

// diffText answers with what git says differs: a diff from the common ancestor, or the commits as mails.
func (q *request) diffText(kind, base, head string) (int, any, *apiError) {
	g := q.repo.git
	args := []string{"diff", "--full-index", g.mergeBase(base, head), head}
	if kind == "patch" {
		args = []string{"format-patch", "--stdout", "--full-index", base + ".." + head}
	}
	text, err := g.run(args...)
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
	if kind := q.textOf(); kind != "" {
		return q.diffText(kind, p.baseSHA, p.head)
	}
	return http.StatusOK, q.s.fullPullJSON(p), nil
}
