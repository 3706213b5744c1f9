package github

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/pitcrew-app/pitcrew/rules"
)

// The documents run in order and are not atomic: GitHub goes on after a mutation that failed. A branch that was left behind
// without a pull request is found by the next look, whose OpenPR carries its tip as Stale; a pull request without our commit
// is closed at once.
const (
	openText = `mutation Open($ref:CreateRefInput!,$commit:CreateCommitOnBranchInput!,$pull:CreatePullRequestInput!){
ref:createRef(input:$ref){ref{name}}
commit:createCommitOnBranch(input:$commit){commit{oid}} # needs Mutation.createCommitOnBranch
pull:createPullRequest(input:$pull){pullRequest{id number}}}`

	reopenText = `mutation Reopen($ref:UpdateRefsInput!,$commit:CreateCommitOnBranchInput!,$pull:CreatePullRequestInput!){
ref:updateRefs(input:$ref){clientMutationId}
commit:createCommitOnBranch(input:$commit){commit{oid}} # needs Mutation.createCommitOnBranch
pull:createPullRequest(input:$pull){pullRequest{id number}}}`

	closeText = `mutation Close($pull:ClosePullRequestInput!){pull:closePullRequest(input:$pull){pullRequest{number}}}`

	// The title goes first: where the commit is refused, the next look does both again.
	moveText = `mutation Move($pull:UpdatePullRequestInput!,$commit:CreateCommitOnBranchInput!){
pull:updatePullRequest(input:$pull){pullRequest{number}}
commit:createCommitOnBranch(input:$commit){commit{oid}}} # needs Mutation.createCommitOnBranch`
)

// open proposes a change: branch, commit, pull request.
// https://docs.github.com/en/graphql/reference/mutations#createcommitonbranch
func (c *Client) open(ctx context.Context, ref RepoRef, node string, a rules.OpenPR) Result {
	branch := "refs/heads/" + a.Branch
	text, head := openText, map[string]any{"repositoryId": node, "name": branch, "oid": a.Base}
	if a.Stale != "" {
		text, head = reopenText, moveRef(node, a.Branch, a.Stale, a.Base)
	}
	pull := map[string]any{"repositoryId": node, "baseRefName": a.BaseRef, "headRefName": a.Branch, "title": a.Title, "body": a.Body}
	made, result := c.commit(ctx, ref, document{text, map[string]any{"ref": head, "commit": commitInput(ref, a, a.Base), "pull": pull}, []string{"ref", "commit", "pull"}},
		func() (mutated, Result) { return c.openBare(ctx, ref, node, a, pull) })
	if opened := made.Pull.PullRequest; result.Outcome != Done && opened.ID != "" {
		// Somebody took the branch since it was looked at, so what is on it is not what we propose.
		input := map[string]any{"pull": map[string]any{"pullRequestId": opened.ID}}
		if _, closed := c.mutate(ctx, ref, document{closeText, input, []string{"pull"}}); closed.Outcome != Done {
			result.Message += fmt.Sprintf("; #%d was opened without our commit and could not be closed: %s", opened.Number, closed.Message)
		}
	}
	return result
}

// move puts a newer version into an open pull request of ours.
func (c *Client) move(ctx context.Context, ref RepoRef, a rules.MovePR) Result {
	pull := map[string]any{"pullRequestId": a.ID, "title": a.Title, "body": a.Body}
	_, result := c.commit(ctx, ref, document{moveText, map[string]any{"commit": commitInput(ref, a.OpenPR, a.Head), "pull": pull}, []string{"commit", "pull"}},
		func() (mutated, Result) { return c.moveBare(ctx, ref, a, pull) })
	result.Number = a.Number
	return result
}

func commitInput(ref RepoRef, a rules.OpenPR, head string) map[string]any {
	return map[string]any{
		"branch":          map[string]any{"repositoryNameWithOwner": ref.FullName(), "branchName": a.Branch},
		"message":         map[string]any{"headline": a.Title, "body": a.Note},
		"fileChanges":     map[string]any{"additions": []any{map[string]any{"path": a.Path, "contents": a.Text}}}, // []byte is Base64 in JSON
		"expectedHeadOid": head,
	}
}

// moveRef makes a branch point elsewhere, if it is where it was seen.
func moveRef(node, branch, before, after string) map[string]any {
	move := map[string]any{"name": "refs/heads/" + branch, "beforeOid": before, "afterOid": after, "force": true}
	return map[string]any{"repositoryId": node, "refUpdates": []any{move}}
}

// document is some mutations, what they are given, and their aliases in the order in which one follows from another.
type document struct {
	text  string
	vars  map[string]any
	steps []string
}

// mutated is what a document of mutations made; what failed is empty.
type mutated struct {
	Commit struct{ Commit struct{ OID string } }
	Pull   struct {
		PullRequest struct {
			ID     string
			Number int
		}
	}
}

// mutate sends a document of mutations. The first of its steps that failed decides what became of the whole.
func (c *Client) mutate(ctx context.Context, ref RepoRef, d document) (mutated, Result) {
	var made mutated
	text, vars := c.prune(d.text, d.vars)
	c.pay(ctx, ref.Installation, resourceGraphQL)
	data, errs, err := c.graph(ctx, ref.Installation, text, vars)
	if err != nil {
		return made, resultOf(err)
	}
	c.learn(d.text, errs)
	if len(data) > 0 {
		if err := json.Unmarshal(data, &made); err != nil {
			return made, Result{Outcome: Unknown, Status: http.StatusOK, Message: fmt.Sprintf("decode answer of GraphQL: %v", err)}
		}
	}
	if len(errs) > 0 {
		first := deciding(errs, d.steps)
		return made, Result{Outcome: first.outcome(), Status: first.status(), Message: first.Message}
	}
	return made, Result{Outcome: Done, Status: http.StatusOK, Number: made.Pull.PullRequest.Number, Head: made.Commit.Commit.OID}
}

// deciding is the error of the first step that failed; the later ones follow from it.
func deciding(errs []graphError, steps []string) graphError {
	for _, step := range steps {
		if i := slices.IndexFunc(errs, func(e graphError) bool { return e.first() == step }); i >= 0 {
			return errs[i]
		}
	}
	return errs[0]
}

// status is that of the same refusal by REST: GraphQL answers 200 to everything.
func (e graphError) status() int {
	if e.Type == "FORBIDDEN" {
		return http.StatusForbidden
	}
	return http.StatusOK
}

// outcome is what a mutation's error means.
func (e graphError) outcome() Outcome {
	switch {
	case e.Type == "NOT_FOUND" && says(e.Message, "repository"):
		return Gone
	case e.Type == "STALE_DATA" || says(e.Message, "but expected", "expected branch to point to", "already exists", "could not resolve to a branch"):
		return Stale
	case e.Type == "INTERNAL" || says(e.Message, "something went wrong"):
		return Unknown
	}
	return Refused
}
