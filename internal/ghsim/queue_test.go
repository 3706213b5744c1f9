package ghsim

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
)

// What a merge queue does with the pull requests 7 and 8, as far as GitHub shows it.
func TestMergeQueue(t *testing.T) {
	const fixture = "rules: {main: {queue: true, queue-method: merge, checks: [build], strict: true}}\nprs: {7: {author: ana, head: a1, checks: {build: success}}, 8: {author: ana, head: b1, checks: {build: success}}}\n"
	for _, c := range []struct{ name, script, do, want string }{ // do: what the App asks for then, about 7 at a1
		{"enters", "", "enqueue", `"position":1`},
		{"announced", "enqueue 7 by dan", "", "enqueued"},
		{"twice", "", "enqueue enqueue", "Pull request is already in the queue"},
		{"stale", "push 7 a2; check 7 build success; mergeable 7 on", "enqueue", "Head branch was modified"},
		{"draft", "draft 7 on", "enqueue", "Pull request is in draft state"},
		{"unknown", "push main m2", "enqueue", "Pull request is not mergeable"},
		{"rule", "protect main {approvals: 1}", "enqueue", "Pull request At least 1 approving review is required"},
		{"behind", "push main m2; read", "enqueue", `"position":1`},
		{"no queue", "rules main {checks: [build]}", "enqueue", "does not have a merge queue"},
		{"order", "enqueue 8", "enqueue", `"position":2`},
		{"first out", "enqueue 8; enqueue 7; queue main lands", "", "8 merged"},
		{"lands", "enqueue 7; queue main lands", "", "dequeued MERGE\n"},
		{"method", "enqueue 7; queue main lands", "", "7 merged with 2"},
		{"no longer", "enqueue 7; protect main {approvals: 1}; queue main lands", "", "dequeued BRANCH_PROTECTIONS"},
		{"crossed", "push 8 b2 {README.md: x}; check 8 build success; push 7 a2 {README.md: y}; check 7 build success; enqueue 8; enqueue 7; queue main lands; queue main lands", "", "dequeued MERGE_CONFLICT"},
		{"taken out", "enqueue 7", "dequeue", "dequeued MANUAL"},
		{"not in", "", "dequeue", "Pull request is not in the merge queue"},
		{"pushed", "enqueue 7; push 7 a2", "", "dequeued UNKNOWN_REMOVAL_REASON"},
		{"timeline", "enqueue 7; dequeue 7 CI_FAILURE", "look", `"reason":"failed_checks"`},
		{"blocked", "", "look", `"mergeStateStatus":"BLOCKED"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLab(t, fixture)
			l.script(c.script)
			if got := l.queueing(c.do) + l.queued(); !strings.Contains(got, c.want) {
				t.Errorf("%s\nwant %q", got, c.want)
			}
		})
	}
}

// queueing is what the App is answered to some requests about pull request 7.
func (l *lab) queueing(words string) string {
	l.t.Helper()
	node := l.s.Facts().Repos[0].Pulls[0].Node
	var answers strings.Builder
	for word := range strings.FieldsSeq(words) {
		text := map[string]string{
			"enqueue": `mutation{x:enqueuePullRequest(input:{pullRequestId:"` + node + `",expectedHeadOid:"` + l.s.SHA("a1") + `"}){mergeQueueEntry{position}}}`,
			"dequeue": `mutation{x:dequeuePullRequest(input:{id:"` + node + `"}){mergeQueueEntry{position}}}`,
			"look":    `{node(id:"` + node + `"){...on PullRequest{mergeStateStatus timelineItems(last:1,itemTypes:[REMOVED_FROM_MERGE_QUEUE_EVENT]){nodes{...on RemovedFromMergeQueueEvent{reason}}}}}}`,
		}[word]
		answers.Write(l.do("POST", "/graphql", `{"query":`+strconv.Quote(text)+`}`).raw)
	}
	return answers.String()
}

// queued is what webhooks told of the queue, and what was merged with how many parents.
func (l *lab) queued() string {
	l.t.Helper()
	l.wait(5 * time.Second)
	var b strings.Builder
	for _, h := range l.hooks {
		fmt.Fprintln(&b, h.action, h.body["reason"])
	}
	for _, p := range l.s.Facts().Repos[0].Pulls {
		if !p.MergedAt.IsZero() {
			fmt.Fprintf(&b, "%d merged with %d\n", p.Number, len(p.MergedWith))
		}
	}
	return b.String()
}
