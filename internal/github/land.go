package github

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/pitcrew-app/pitcrew/rules"
)

// merge lands a pull request if its head is still the one that was decided on. Title and message are GitHub's own.
// https://docs.github.com/en/rest/pulls/pulls#merge-a-pull-request
func (c *Client) merge(ctx context.Context, ref RepoRef, a rules.MergePR) Result {
	in := struct {
		SHA    string `json:"sha"`
		Method string `json:"merge_method"`
	}{a.Head, a.Method}
	r, result := c.put(ctx, ref, http.MethodPut, ref.path("pulls/%d/merge", a.Number), in)
	switch {
	case result.Outcome == Done:
		var merged struct{ SHA string }
		if json.Unmarshal(r.Body, &merged) == nil {
			result.Head = merged.SHA
		}
	case r.Status == http.StatusMethodNotAllowed && says(result.Message, "base branch was modified"):
		result.Outcome = Stale // another landing came between
	case r.Status == http.StatusMethodNotAllowed && says(result.Message, "already in progress"):
		result.Outcome = Unknown // of a request before this one
	}
	return result
}

// update asks GitHub to merge the base into the head, which it does some time after it answered 202.
// https://docs.github.com/en/rest/pulls/pulls#update-a-pull-request-branch
func (c *Client) update(ctx context.Context, ref RepoRef, a rules.UpdateBranch) Result {
	in := struct {
		Head string `json:"expected_head_sha"`
	}{a.Head}
	r, result := c.put(ctx, ref, http.MethodPut, ref.path("pulls/%d/update-branch", a.Number), in)
	if r.Status == http.StatusUnprocessableEntity {
		switch {
		case says(result.Message, "expected head sha"):
			result.Outcome = Stale
		case says(result.Message, "no new commits on the base"):
			result.Outcome = Done
		}
	}
	return result
}
