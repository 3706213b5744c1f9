package github

import (
	"context"
	"net/http"
	"slices"

	"github.com/pitcrew-app/pitcrew/rules"
)

// Landing tells that we merged a pull request, or are about to, on a decision that saw its base at this commit: from now on a load
// asks what the merge made, and who needs the branch.
func (c *Client) Landing(ref RepoRef, number int, base string) {
	c.landings.put(rules.PRSubject(ref.ID, number), base)
}

// landedVars are the variables of what is asked after a merge of ours. It is asked by the name of the branch, which is known since
// an earlier load: after a start the second one asks.
func (c *Client) landedVars(subject rules.Subject) (branch, base string, ask bool) {
	base, landed := c.landings.get(subject)
	branch, known := c.headRefs.get(subject)
	return branch, base, landed && known
}

// landedReply is a merge commit.
type landedReply struct {
	OID                     string
	Tree                    *object
	Parents                 list[object]
	Additions, Deletions    int
	ChangedFilesIfAvailable *int // null: GitHub has not counted
}

type numbered struct{ Number int }

// neededReply is what tells whether a branch may go.
type neededReply struct {
	Kept                   *struct{ AllowsDeletions bool } // its classic protection
	Rules                  *list[struct{ Type string }]    // of rulesets
	AssociatedPullRequests *list[numbered]                 // open ones of this branch
}

// aheadReply compares the base with the commit that a merge was decided on.
type aheadReply struct {
	AheadBy                int
	BaseTarget, HeadTarget object
}

// landed is the merge commit, as far as it can be compared.
func (r pullReply) landed() *rules.Landed {
	m := r.MergeCommit
	if m == nil {
		return nil
	}
	l := &rules.Landed{Commit: m.OID, Files: -1, Additions: m.Additions, Deletions: m.Deletions, HasBase: r.BaseRef.has(m.OID)}
	if m.Tree != nil {
		l.Tree = m.Tree.OID
	}
	for _, parent := range m.Parents.Nodes {
		l.Parents = append(l.Parents, parent.OID)
	}
	if m.ChangedFilesIfAvailable != nil {
		l.Files = *m.ChangedFilesIfAvailable
	}
	return l
}

// has says whether the base contains the commit that a merge was decided on. That it does not says something about the merge
// only while the merge itself is in the base.
func (r *refReply) has(merge string) rules.Tri {
	switch {
	case r == nil || r.Landed == nil || r.Landed.BaseTarget.OID != r.tip() || r.Landed.HeadTarget.OID == "":
		return rules.Unknown
	case r.Landed.AheadBy == 0:
		return rules.Yes
	case r.Target.History != nil && slices.Contains(r.Target.History.Nodes, object{merge}):
		return rules.No
	}
	return rules.Unknown
}

// branch is the head branch, as it must be known before it is deleted.
func (r pullReply) branch() rules.HeadBranch {
	b := rules.HeadBranch{Tip: r.HeadRef.tip()}
	if b.Tip == "" || r.HeadRepository == nil || r.HeadRepository.PullRequests == nil || r.HeadRef.AssociatedPullRequests == nil {
		return b
	}
	b.Asked, b.Protected = true, r.HeadRef.protected()
	b.Based, b.Heads = numbersOf(r.HeadRepository.PullRequests), numbersOf(r.HeadRef.AssociatedPullRequests)
	b.More = r.HeadRepository.PullRequests.PageInfo.more() || r.HeadRef.AssociatedPullRequests.PageInfo.more()
	return b
}

// protected says whether a branch may not be deleted, by classic protection or by a ruleset. A server that does not tell of
// rulesets may have some.
func (n neededReply) protected() rules.Tri {
	deletion := struct{ Type string }{"DELETION"}
	switch {
	case n.Kept != nil && !n.Kept.AllowsDeletions:
		return rules.Yes
	case n.Rules == nil || n.Rules.PageInfo.more() && !slices.Contains(n.Rules.Nodes, deletion):
		return rules.Unknown
	case slices.Contains(n.Rules.Nodes, deletion):
		return rules.Yes
	}
	return rules.No
}

func numbersOf(l *list[numbered]) []int {
	var numbers []int
	for _, n := range l.Nodes {
		numbers = append(numbers, n.Number)
	}
	return numbers
}

const (
	deleteText = `mutation Delete($ref:UpdateRefsInput!){ref:updateRefs(input:$ref){clientMutationId}}`
	issueText  = `mutation Tell($issue:CreateIssueInput!){issue:createIssue(input:$issue){issue{number}}}`
)

// deleteBranch deletes a branch if it is still where it was. One that is gone is somewhere else too: the next look sees it.
// https://docs.github.com/en/graphql/reference/mutations#updaterefs
func (c *Client) deleteBranch(ctx context.Context, ref RepoRef, node string, a rules.DeleteBranch) Result {
	gone := map[string]any{"name": "refs/heads/" + a.Branch, "beforeOid": a.Head, "afterOid": noCommit}
	in := map[string]any{"repositoryId": node, "refUpdates": []any{gone}}
	_, result := c.mutate(ctx, ref, document{deleteText, map[string]any{"ref": in}, []string{"ref"}})
	return result
}

// retarget points a pull request at another base.
// https://docs.github.com/en/rest/pulls/pulls#update-a-pull-request
func (c *Client) retarget(ctx context.Context, ref RepoRef, a rules.RetargetPR) Result {
	_, result := c.put(ctx, ref, http.MethodPatch, ref.path("pulls/%d", a.Moved), map[string]string{"base": a.Base})
	return result
}

// openIssue opens an issue. What refuses it only people can mend: a permission, or that the repository has no issues.
// https://docs.github.com/en/graphql/reference/mutations#createissue
func (c *Client) openIssue(ctx context.Context, ref RepoRef, node string, a rules.OpenIssue) Result {
	issue := map[string]any{"repositoryId": node, "title": a.Title, "body": a.Body}
	_, result := c.mutate(ctx, ref, document{issueText, map[string]any{"issue": issue}, []string{"issue"}})
	if result.Outcome == Refused {
		result.Status = http.StatusForbidden
	}
	return result
}
