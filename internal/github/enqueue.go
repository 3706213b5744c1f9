package github

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/rules"
)

const (
	enqueueText = `mutation Enqueue($pull:EnqueuePullRequestInput!){
pull:enqueuePullRequest(input:$pull){mergeQueueEntry{position}}} # needs Mutation.enqueuePullRequest`

	dequeueText = `mutation Dequeue($pull:DequeuePullRequestInput!){
pull:dequeuePullRequest(input:$pull){mergeQueueEntry{position}}} # needs Mutation.dequeuePullRequest`
)

// enqueue hands a pull request to GitHub's merge queue if its head is still the one that was decided on. It works where the
// repository allows no auto-merge as well.
// https://docs.github.com/en/graphql/reference/mutations#enqueuepullrequest
func (c *Client) enqueue(ctx context.Context, ref RepoRef, a rules.EnqueuePR) Result {
	in := map[string]any{"pull": map[string]any{"pullRequestId": a.ID, "expectedHeadOid": a.Head}}
	_, result := c.mutate(ctx, ref, document{enqueueText, in, []string{"pull"}})
	switch {
	case result.Outcome != Refused:
	case says(result.Message, "already in the queue"):
		result.Outcome, result.Message = Done, ""
	case says(result.Message, "head branch was modified", "expected head"):
		result.Outcome = Stale
	}
	return result
}

// dequeue takes a pull request out of GitHub's merge queue. Unlike elsewhere, its id goes by the name id.
// https://docs.github.com/en/graphql/reference/mutations#dequeuepullrequest
func (c *Client) dequeue(ctx context.Context, ref RepoRef, a rules.DequeuePR) Result {
	in := map[string]any{"pull": map[string]any{"id": a.ID}}
	_, result := c.mutate(ctx, ref, document{dequeueText, in, []string{"pull"}})
	if result.Outcome == Refused && says(result.Message, "not in the") {
		result = Result{Outcome: Done, Status: http.StatusOK}
	}
	return result
}

// queueEvent is that a pull request came into the merge queue, or left it; only the latter is told of at length.
type queueEvent struct {
	Typename  string `json:"__typename"`
	CreatedAt time.Time
	Reason    string
	Actor     *actor
}

// queue is where the pull request is in GitHub's merge queue, or how it last left it.
func (r pullReply) queue(p *rules.PR, self rules.App) {
	if entry := r.MergeQueueEntry; entry != nil {
		p.Queued = &rules.Queued{Position: entry.Position, Ours: entry.Enqueuer.person().ID == self.User}
	} else if r.IsInMergeQueue {
		p.Queued = &rules.Queued{} // its entry is not ours to see
	}
	if n := len(r.QueueEvents.Nodes); n > 0 && p.Queued == nil && r.QueueEvents.Nodes[n-1].Typename == "RemovedFromMergeQueueEvent" {
		e := r.QueueEvents.Nodes[n-1]
		p.Left = &rules.LeftQueue{At: e.CreatedAt, Why: strings.ToLower(e.Reason), Ours: e.Actor.person().ID == self.User}
	}
}
