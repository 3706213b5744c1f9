package rules

import (
	"encoding/json"
	"slices"
	"time"
)

// A base with GitHub's own merge queue takes nothing by another way. A pull request that is ready is handed over to it, in the
// order of our line, and from then on it is the queue's: whether it is up to date, by which method and under which title it
// lands. It is not handed over twice at one head, unless what threw it out has changed.
// https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue

// The kinds of acts at GitHub's merge queue.
const (
	KindEnqueue = "enqueue"
	KindDequeue = "dequeue"
)

// EnqueuePR puts a pull request into the merge queue of its base, pinned to its head.
type EnqueuePR struct {
	Repo   Repo      `json:"-"`
	ID     string    `json:"-"`
	Number int       `json:"number"`
	Head   string    `json:"head"`
	Left   time.Time `json:"left,omitzero"` // when it last left the queue: a later time is that of this stay
}

// DequeuePR takes a pull request out of the merge queue that we put in, because it may not land any more. It has no pin: what it
// is about is in the queue or not.
type DequeuePR struct {
	Repo   Repo   `json:"-"`
	ID     string `json:"-"`
	Number int    `json:"number"`
	Head   string `json:"head"`
	Why    Code   `json:"why"`
}

// Kind is KindEnqueue.
func (EnqueuePR) Kind() string { return KindEnqueue }

// Kind is KindDequeue.
func (DequeuePR) Kind() string { return KindDequeue }

// About is the pull request.
func (a EnqueuePR) About() Subject { return PRSubject(a.Repo.ID, a.Number) }

// About is the pull request.
func (a DequeuePR) About() Subject { return PRSubject(a.Repo.ID, a.Number) }

// Key is the head.
func (a EnqueuePR) Key() string { return a.Head }

// Key is the head.
func (a DequeuePR) Key() string { return a.Head }

// Lands says whether an act of this kind makes a pull request land, now or when GitHub's queue gets to it.
func Lands(kind string) bool { return kind == KindMerge || kind == KindEnqueue }

// Queued is a pull request's entry in GitHub's merge queue.
type Queued struct {
	Position int  // from 1; 0: we may not know
	Ours     bool // we put it in
}

// LeftQueue is how a pull request last left GitHub's merge queue.
type LeftQueue struct {
	At   time.Time
	Why  string // GitHub's word, in lower case
	Ours bool   // we took it out
}

// Entered is how often we put a head into GitHub's merge queue.
type Entered struct {
	Head  string `json:"head"`
	Times int    `json:"times"`
}

// entered counts what was put into the queue, and not what we took out again.
func (m *Memory) entered(act Act) {
	switch {
	case act.Kind == KindEnqueue && m.Entered.Head == act.Key:
		m.Entered.Times++
	case act.Kind == KindEnqueue:
		m.Entered = Entered{act.Key, 1}
	case act.Kind == KindDequeue && m.Entered.Head == act.Key:
		m.Entered.Times--
	}
}

// mostEntries is how often a head is put into the queue: CI that is red now and then must not go round for ever.
const mostEntries = 3

// hasQueue says that the base has GitHub's merge queue.
func (p *PR) hasQueue() bool { return p.Queue || p.Protection.Queue }

// queueReasons are about the way through GitHub's merge queue.
func queueReasons(s *Snapshot, p *PR) []Reason {
	reasons := []Reason{reason(CodeQueue, Done, "base", p.BaseRef, "method", methodWords(p.Protection.QueueMethod)).from(p.Protection.By[DemandQueue])}
	reasons = append(reasons, actReasons(KindDequeue, s, p)...)
	if p.Queued != nil {
		return append(reasons, reason(CodeQueued, Waiting, "base", p.BaseRef, "position", positionWords(p.Queued.Position)))
	}
	reasons = append(reasons, mergeabilityReasons(p)...)
	reasons = append(reasons, actReasons(KindEnqueue, s, p)...)
	return append(reasons, p.leftReasons()...)
}

// way is how a pull request lands, as a verb: by a method, or by GitHub's queue, which has its own.
func (p *PR) way(method string) string {
	if p.hasQueue() {
		return "go through GitHub's merge queue"
	}
	return method
}

func methodWords(method string) string {
	if method == "" {
		return ""
	}
	return " by " + method
}

func positionWords(position int) string {
	if position == 0 {
		return ""
	}
	return ", position " + number(position)
}

// leaving is what GitHub's words for leaving its queue mean. https://docs.github.com/en/webhooks/webhook-events-and-payloads?actionType=dequeued#pull_request
var leaving = map[string]string{
	"failed_checks": "a check failed", "checks_failed": "a check failed", "ci_failure": "a check failed",
	"ci_timeout": "a check took too long", "merge_conflict": "it conflicts with what lands before it",
	"manual": byHand, "dequeued": byHand, "queue_cleared": "the queue was cleared", "roll_back": "the queue was rolled back",
	"branch_protections": "a rule of the base is no longer met", "git_tree_invalid": "GitHub could not make the merge",
	"invalid_merge_commit": "GitHub could not make the merge",
}

const byHand = "somebody took it out"

// landed are its words for one that lands: it leaves the queue a moment before it is merged.
var landed = []string{"merge", "merged", "already_merged"}

// leftReasons are why a pull request that was in the queue at this head is not put in again.
func (p *PR) leftReasons() []Reason {
	m, left := p.memory(), p.Left
	tried := m.Done[KindEnqueue] == p.Head
	switch {
	case left == nil && tried, left != nil && slices.Contains(landed, left.Why):
		return []Reason{reason(CodeLeaves, Waiting, "base", p.BaseRef)}
	case left == nil, left.Ours, !tried && (m.TreeHead != p.Head || left.At.Before(m.HeadAt)):
		return nil
	}
	why := first(leaving[left.Why], "for a reason that pitcrew does not know")
	clears := "a required check run again and green, an approval, or a new commit"
	switch {
	case m.Entered.Head == p.Head && m.Entered.Times >= mostEntries:
		why, clears = why+", "+count(mostEntries, "time"), "a new commit"
	case why == byHand:
		clears = "a new commit, or put into the queue by hand"
	case p.answered(left.At):
		return nil
	}
	return []Reason{reason(CodeLeftQueue, NeedsYou, "base", p.BaseRef, "why", why, "clears", clears)}
}

// answered says that since a time the head was approved, or a required check of it was green anew.
func (p *PR) answered(since time.Time) bool {
	return slices.ContainsFunc(p.Checks, func(c Check) bool {
		return c.Required && c.State == CheckPassed && c.At.After(since)
	}) || slices.ContainsFunc(p.Reviews, func(v Review) bool {
		return v.Writer && v.State == "APPROVED" && v.Commit == p.Head && v.At.After(since)
	})
}

// outOfQueue are the reasons for which a pull request that we put into GitHub's queue is taken out again: GitHub does not know
// them, or not as the policy means them. What GitHub itself asks for it looks at again before it lands anything.
var outOfQueue = map[Code]bool{
	CodeNever: true, CodeNoPolicy: true, CodeGuarded: true, CodeUnclaimed: true, CodeApprovals: true, CodeFork: true, CodeChanges: true,
	CodeCheckFailed: true, CodeFrozen: true, CodePaused: true, CodeMismatch: true,
}

// takeOut is the act that takes a pull request out of GitHub's queue, where we put it in and it may not land any more.
func takeOut(s *Snapshot, p *PR, reasons []Reason) []Action {
	if p.Queued == nil || !p.Queued.Ours {
		return nil
	}
	for _, pause := range Paused(s.Paused, p.BaseRef) {
		reasons = append(reasons, pause.Reason())
	}
	for _, r := range blocking(reasons) {
		if outOfQueue[r.Code] {
			return []Action{DequeuePR{Repo: s.Repo, ID: p.ID, Number: p.Number, Head: p.Head, Why: r.Code}}
		}
	}
	return nil
}

// enqueue is the act that hands a pull request over.
func enqueue(s *Snapshot, p *PR) Action {
	a := EnqueuePR{Repo: s.Repo, ID: p.ID, Number: p.Number, Head: p.Head}
	if p.Left != nil {
		a.Left = p.Left.At
	}
	return a
}

// settleEnqueue: it is in the queue by us, or was and has landed or left it since.
func settleEnqueue(in Intent, s *Snapshot, p *PR) string {
	var a EnqueuePR
	if err := json.Unmarshal(in.Action, &a); err != nil {
		return EventAbsent
	}
	switch {
	case p.Queued != nil && p.Queued.Ours:
		return EventSeen
	case p.Queued != nil && p.Queued.Position > 0:
		return EventAbsent // somebody else was faster
	case p.State == "MERGED" && (in.Sent || s.App.User != 0 && p.MergedBy.ID == s.App.User):
		return EventSeen
	case p.State != "OPEN" || p.Head != in.Key:
		return EventAbsent
	case in.Sent && p.Left != nil && !p.Left.At.Equal(a.Left):
		return EventSeen
	}
	return in.overdue(s.Now, settlePinned)
}

// settleDequeue: it is no longer there.
func settleDequeue(in Intent, s *Snapshot, p *PR) string {
	switch {
	case p.State != "OPEN":
		return EventAbsent
	case p.Queued == nil && (in.Sent || p.Left != nil && p.Left.Ours):
		return EventSeen
	case p.Queued == nil:
		return EventAbsent // it left by itself
	}
	return in.overdue(s.Now, settlePinned)
}
