package github

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/pitcrew-app/pitcrew/rules"
)

// merge lands a pull request if its head is still the one that was decided on. A title or message that is not sent is GitHub's own;
// an empty message is sent as such.
// https://docs.github.com/en/rest/pulls/pulls#merge-a-pull-request
func (c *Client) merge(ctx context.Context, ref RepoRef, a rules.MergePR) Result {
	in := struct {
		SHA    string  `json:"sha"`
		Method string  `json:"merge_method"`
		Title  string  `json:"commit_title,omitempty"`
		Body   *string `json:"commit_message,omitempty"`
	}{a.Head, a.Method, a.Message.Title, a.Message.Body}
	r, result := c.put(ctx, ref, http.MethodPut, ref.path("pulls/%d/merge", a.Number), in)
	switch {
	case result.Outcome == Done:
		var merged struct{ SHA string }
		if json.Unmarshal(r.Body, &merged) == nil {
			result.Head = merged.SHA
			c.landed(ref, a, merged.SHA)
		}
	case r.Status == http.StatusMethodNotAllowed && says(result.Message, "base branch was modified"):
		result.Outcome = Stale // another landing came between
		c.carried.doubted.put(ref.Installation, true)
	case r.Status == http.StatusMethodNotAllowed && says(result.Message, "already in progress"):
		result.Outcome = Unknown // of a request before this one
	}
	return result
}

// update asks GitHub to merge the base into the head, which it does some time after it answered 202.
// https://docs.github.com/en/rest/pulls/pulls#update-a-pull-request-branch
func (c *Client) update(ctx context.Context, ref RepoRef, a rules.UpdateBranch) Result {
	if a.Method == rules.MethodRebase {
		return c.rebase(ctx, ref, a)
	}
	in := struct {
		Head string `json:"expected_head_sha"`
	}{a.Head}
	r, result := c.put(ctx, ref, http.MethodPut, ref.path("pulls/%d/update-branch", a.Number), in)
	if r.Status == http.StatusUnprocessableEntity {
		result.Outcome = updated(result)
	}
	return result
}

// updated is what became of an update that GitHub did not take.
func updated(r Result) Outcome {
	switch {
	case says(r.Message, "expected head sha"):
		return Stale
	case says(r.Message, "no new commits on the base"):
		return Done
	}
	return r.Outcome
}

const (
	updateRebase = "Mutation.updatePullRequestBranch"
	rebaseText   = `mutation Update($update:UpdatePullRequestBranchInput!){
update:updatePullRequestBranch(input:$update){clientMutationId} # needs Mutation.updatePullRequestBranch
}`
)

// rebase asks GitHub to put the commits of the head on top of the base, which REST cannot. It answers before it has done it.
// https://docs.github.com/en/graphql/reference/mutations#updatepullrequestbranch
func (c *Client) rebase(ctx context.Context, ref RepoRef, a rules.UpdateBranch) Result {
	lacks := Result{Outcome: Refused, Message: "this GitHub has no update by rebase"}
	if c.without(updateRebase) {
		return lacks
	}
	input := map[string]any{"pullRequestId": a.Node, "expectedHeadOid": a.Head, "updateMethod": "REBASE"}
	_, result := c.mutate(ctx, ref, document{rebaseText, map[string]any{"update": input}, []string{"update"}})
	if c.without(updateRebase) {
		return lacks
	}
	result.Outcome = updated(result)
	return result
}
