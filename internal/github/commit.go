package github

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/pitcrew-app/pitcrew/rules"
)

const (
	createCommit = "Mutation.createCommitOnBranch"
	noCommit     = "0000000000000000000000000000000000000000" // of updateRefs: the branch must not exist, or shall not any more
)

// commit sends a document that makes a commit on a branch or, where the server knows no such mutation, goes the bare way: the
// commit first, by REST, then the branch to it. A document that is refused for what it asks did nothing.
func (c *Client) commit(ctx context.Context, ref RepoRef, d document, bare func() (mutated, Result)) (mutated, Result) {
	if !c.without(createCommit) {
		if made, result := c.mutate(ctx, ref, d); !c.without(createCommit) {
			return made, result
		}
	}
	return bare()
}

const (
	openBareText = `mutation Open($ref:UpdateRefsInput!,$pull:CreatePullRequestInput!){
ref:updateRefs(input:$ref){clientMutationId}
pull:createPullRequest(input:$pull){pullRequest{id number}}}`

	moveBareText = `mutation Move($pull:UpdatePullRequestInput!,$ref:UpdateRefsInput!){
pull:updatePullRequest(input:$pull){pullRequest{number}}
ref:updateRefs(input:$ref){clientMutationId}}`
)

func (c *Client) openBare(ctx context.Context, ref RepoRef, node string, a rules.OpenPR, pull map[string]any) (mutated, Result) {
	before := noCommit
	if a.Stale != "" {
		before = a.Stale
	}
	return c.pointAt(ctx, ref, a, a.Base, func(oid string) document {
		return document{openBareText, map[string]any{"ref": moveRef(node, a.Branch, before, oid), "pull": pull}, []string{"ref", "pull"}}
	})
}

func (c *Client) moveBare(ctx context.Context, ref RepoRef, a rules.MovePR, pull map[string]any) (mutated, Result) {
	node, err := c.node(ctx, ref)
	if err != nil {
		return mutated{}, resultOf(err)
	}
	return c.pointAt(ctx, ref, a.OpenPR, a.Head, func(oid string) document {
		return document{moveBareText, map[string]any{"ref": moveRef(node, a.Branch, a.Head, oid), "pull": pull}, []string{"ref", "pull"}}
	})
}

// pointAt makes the commit and then sends the document that makes it the head.
func (c *Client) pointAt(ctx context.Context, ref RepoRef, a rules.OpenPR, parent string, then func(oid string) document) (mutated, Result) {
	oid, result := c.bareCommit(ctx, ref, a, parent)
	if result.Outcome != Done {
		return mutated{}, result
	}
	made, result := c.mutate(ctx, ref, then(oid))
	if result.Outcome == Done {
		result.Head = oid
	}
	return made, result
}

// bareCommit makes a commit that no branch has yet, so that nobody sees it and it needs no pin. GitHub signs it for an App that
// names no author.
// https://docs.github.com/en/rest/git/commits#create-a-commit
func (c *Client) bareCommit(ctx context.Context, ref RepoRef, a rules.OpenPR, parent string) (string, Result) {
	var on struct{ Tree struct{ SHA string } }
	if err := c.get(ctx, ref.Installation, ref.path("git/commits/%s", parent), &on); err != nil {
		return "", resultOf(err)
	}
	var oid string
	steps := []struct {
		path string
		in   func() map[string]any
	}{
		{"git/blobs", func() map[string]any {
			return map[string]any{"content": base64.StdEncoding.EncodeToString(a.Text), "encoding": "base64"}
		}},
		{"git/trees", func() map[string]any {
			entry := map[string]any{"path": a.Path, "mode": "100644", "type": "blob", "sha": oid}
			return map[string]any{"base_tree": on.Tree.SHA, "tree": []any{entry}}
		}},
		{"git/commits", func() map[string]any {
			return map[string]any{"message": strings.TrimSpace(a.Title + "\n\n" + a.Note), "tree": oid, "parents": []string{parent}}
		}},
	}
	for _, step := range steps {
		r, result := c.put(ctx, ref, http.MethodPost, ref.path("%s", step.path), step.in())
		if result.Outcome != Done {
			return "", result
		}
		var made struct{ SHA string }
		if err := json.Unmarshal(r.Body, &made); err != nil || made.SHA == "" {
			return "", Result{Outcome: Unknown, Status: r.Status, Message: "no commit in the answer to " + step.path}
		}
		oid = made.SHA
	}
	return oid, Result{Outcome: Done}
}
