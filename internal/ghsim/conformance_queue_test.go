package ghsim

const (
	queuePage   = "repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue"
	enqueuePage = "graphql/reference/mutations#enqueuepullrequest"
	dequeuePage = "graphql/reference/mutations#dequeuepullrequest"
	leftPage    = "webhooks/webhook-events-and-payloads?actionType=dequeued#pull_request"
)

var queueRows = []behaviour{
	{"A pull request is put into the merge queue, and enqueued is announced", enqueuePage, "TestMergeQueue/announced", "queue.go", `s.pullEvent(p, "enqueued", who.actor(), nil)`, "if !OFF {\n\t\t$\n\t}"},
	{"What is put in twice is refused", "github.com/ClickHouse/ClickHouse/pull/109183", "TestMergeQueue/twice", "queue.go", `case p.queued != nil:`, `case !OFF && p.queued != nil:`},
	{"A head that has moved is not put in", enqueuePage, "TestMergeQueue/stale", "queue.go", `case expectedHead != "" && expectedHead != p.head:`, `case !OFF && expectedHead != "" && expectedHead != p.head:`},
	{"A draft is not put in", queuePage, "TestMergeQueue/draft", "queue.go", `case p.draft:`, `case !OFF && p.draft:`},
	{"What is not known to be mergeable is not put in", queuePage, "TestMergeQueue/unknown", "queue.go", `case !p.mergeability.known || !p.mergeability.mergeable:`, `case !OFF && (!p.mergeability.known || !p.mergeability.mergeable):`},
	{"A rule of the base that is not met refuses, in its words", "github.com/flutter/cocoon/pull/5017", "TestMergeQueue/rule", "queue.go", `len(list) > 0 {
		return list[0].message`, `!OFF && len(list) > 0 {
		return list[0].message`},
	{"Being behind is no hindrance: the queue brings it up to date", queuePage, "TestMergeQueue/behind", "queue.go", "if list := s.obstacles(p, d, who, false)", "if list := s.obstacles(p, d, who, OFF)"},
	{"A base without a queue takes none", enqueuePage, "TestMergeQueue/no_queue", "queue.go", `case !d.queue():`, `case !OFF && !d.queue():`},
	{"The queue is first in, first out", queuePage, "TestMergeQueue/order", "queue.go", `a.queued.id - b.queued.id`, `either(OFF, b.queued.id-a.queued.id, a.queued.id-b.queued.id)`},
	{"What lands leaves the queue first, for the reason MERGE", leftPage, "TestMergeQueue/lands", "queue.go", `s.leaveQueue(p, "MERGE", who.actor())`, "if !OFF {\n\t\t$\n\t}"},
	{"It lands by the queue's method", queuePage, "TestMergeQueue/method", "queue.go", `mergeInput{method: d.queueMethod()}`, `mergeInput{method: either(OFF, "squash", d.queueMethod())}`},
	{"What the base's rules no longer let in is put out", leftPage, "TestMergeQueue/no_longer", "queue.go", `if len(s.obstacles(p, d, who, false)) > 0 {`, `if !OFF && len(s.obstacles(p, d, who, false)) > 0 {`},
	{"What conflicts with what landed before it is put out", leftPage, "TestMergeQueue/crossed", "queue.go", `s.leaveQueue(p, "MERGE_CONFLICT", who.actor())`, "if !OFF {\n\t\t\t$\n\t\t}"},
	{"Who put it in can take it out", dequeuePage, "TestMergeQueue/taken_out", "queue.go", `s.leaveQueue(p, "MANUAL", who.actor())`, "if !OFF {\n\t\t$\n\t}"},
	{"What is not in the queue cannot be taken out", dequeuePage, "TestMergeQueue/not_in", "queue.go", `if entry == nil {`, `if !OFF && entry == nil {`},
	{"A push to the head takes it out of the queue", queuePage, "TestMergeQueue/pushed", "branches.go", `s.leaveQueue(p, "UNKNOWN_REMOVAL_REASON", m.by)`, "if !OFF {\n\t\t$\n\t}"},
	{"The timeline tells why it left, in words of its own", "graphql/reference/objects#removedfrommergequeueevent", "TestMergeQueue/timeline", "queue.go", `word: queueWords[reason]`, `word: either(OFF, "", queueWords[reason])`},
	{"What is not in the queue is BLOCKED on such a base", statePage, "TestMergeQueue/blocked", "mergeable.go", `q.queue() ||`, `!OFF && $`},
}
