package ghsim

import (
	"fmt"
	"slices"
)

// The merge queue of a base, as far as a program outside can see it: entries come and go, and the first of them lands. What its
// checks on merge groups say is told by the story.
// https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue

// queueWords are the reasons for leaving the queue: in the webhook's words, with those of the timeline.
// https://docs.github.com/en/webhooks/webhook-events-and-payloads?actionType=dequeued#pull_request
var queueWords = map[string]string{
	"UNKNOWN_REMOVAL_REASON": "unknown_removal_reason", "MANUAL": "manual", "MERGE": "merged", "MERGE_CONFLICT": "merge_conflict",
	"CI_FAILURE": "failed_checks", "CI_TIMEOUT": "ci_timeout", "ALREADY_MERGED": "already_merged", "QUEUE_CLEARED": "queue_cleared",
	"ROLL_BACK": "roll_back", "BRANCH_PROTECTIONS": "branch_protections", "GIT_TREE_INVALID": "git_tree_invalid",
	"INVALID_MERGE_COMMIT": "invalid_merge_commit",
}

// queueBot is who lands, and who throws out.
func (s *Sim) queueBot() *account { return s.appNamed("github-merge-queue").bot }

// enqueue puts a pull request into the base's merge queue, if all but what the queue sees to itself is met: it brings what it
// tests up to date, and lands by a method of its own. A refusal begins with the words "Pull request".
// https://docs.github.com/graphql/reference/mutations#enqueuepullrequest
func (s *Sim) enqueue(p *pull, who *caller, expectedHead string) (*queueEntry, *apiError) {
	if why := s.unqueueable(p, who, expectedHead); why != "" {
		return nil, &apiError{Status: 422, Message: "Pull request " + why, GraphQLType: "UNPROCESSABLE"}
	}
	p.queued, p.updated = &queueEntry{id: s.id(), by: who.actor(), at: s.now()}, s.now()
	s.note(p, timelineItem{kind: "AddedToMergeQueueEvent", actor: who.actor()})
	s.pullEvent(p, "enqueued", who.actor(), nil)
	return p.queued, nil
}

func (s *Sim) unqueueable(p *pull, who *caller, expectedHead string) string {
	d := s.requirements(p.repo, p.base)
	switch {
	case !d.queue():
		return "Base branch does not have a merge queue"
	case !p.open:
		return "is closed"
	case p.draft:
		return "is in draft state"
	case expectedHead != "" && expectedHead != p.head:
		return "Head branch was modified. Review and try the merge again."
	case p.queued != nil:
		return "is already in the queue"
	case !p.mergeability.known || !p.mergeability.mergeable:
		s.wantMergeability(p)
		return "is not mergeable"
	}
	if list := s.obstacles(p, d, who, false); len(list) > 0 {
		return list[0].message
	}
	return ""
}

// dequeue takes a pull request out again, whoever put it in.
// https://docs.github.com/graphql/reference/mutations#dequeuepullrequest
func (s *Sim) dequeue(p *pull, who *caller) (*queueEntry, *apiError) {
	entry := p.queued
	if entry == nil {
		return nil, &apiError{Status: 422, Message: "Pull request is not in the merge queue", GraphQLType: "UNPROCESSABLE"}
	}
	s.leaveQueue(p, "MANUAL", who.actor())
	return entry, nil
}

// leaveQueue takes a pull request out for a reason of the webhook's.
func (s *Sim) leaveQueue(p *pull, reason string, by *account) {
	if p.queued == nil {
		return
	}
	p.queued, p.updated = nil, s.now()
	s.note(p, timelineItem{kind: "RemovedFromMergeQueueEvent", actor: by, word: queueWords[reason]})
	s.pullEvent(p, "dequeued", by, object{"reason": reason})
}

// queueOf is a base's queue, the first in front.
func (r *repo) queueOf(branch string) []*pull {
	var list []*pull
	for _, p := range r.pulls {
		if p.queued != nil && p.base == branch {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b *pull) int { return int(a.queued.id - b.queued.id) })
	return list
}

// queueLands lets the first of a queue land, by the queue's method. One that the base's rules no longer let in, or that conflicts,
// is thrown out.
func (s *Sim) queueLands(r *repo, branch string) error {
	queue := r.queueOf(branch)
	if len(queue) == 0 {
		return fmt.Errorf("nothing is in the merge queue of %s", branch)
	}
	p, d := queue[0], s.requirements(r, branch)
	who := &caller{app: s.queueBot().app}
	if len(s.obstacles(p, d, who, false)) > 0 {
		s.leaveQueue(p, "BRANCH_PROTECTIONS", who.actor())
		return nil
	}
	sha, e := s.mergeCommit(p, who, mergeInput{method: d.queueMethod()})
	if e != nil {
		s.leaveQueue(p, "MERGE_CONFLICT", who.actor())
		return nil
	}
	s.leaveQueue(p, "MERGE", who.actor())
	s.land(p, who.actor(), sha)
	return nil
}

// execEnqueue is somebody who presses the button.
func execEnqueue(s *Sim, l *line) error {
	p, by, err := s.pullAndWho(l)
	if err != nil {
		return err
	}
	if !p.mergeability.known {
		s.computeMergeability(p)
	}
	if _, e := s.enqueue(p, &caller{user: by}, ""); e != nil {
		return explained(e)
	}
	return l.end()
}

// execDequeue is GitHub that throws out, or somebody who takes back.
func execDequeue(s *Sim, l *line) error {
	p, by, err := s.pullAndWho(l)
	if err != nil {
		return err
	}
	if l.named["by"] == "" {
		by = s.queueBot()
	}
	reason, err := l.next("the reason")
	if err != nil {
		return err
	}
	switch {
	case queueWords[reason] == "":
		return errUsage{fmt.Sprintf("%q is no reason to leave the queue: it is one of %v", reason, sortedKeys(queueWords))}
	case p.queued == nil:
		return fmt.Errorf("pull request %d is not in the merge queue", p.number)
	}
	s.leaveQueue(p, reason, by)
	return l.end()
}

func (s *Sim) pullAndWho(l *line) (*pull, *account, error) {
	p, err := s.openPullOf(l)
	if err != nil {
		return nil, nil, err
	}
	by, err := s.byOr(l, s.maintainer(p.repo))
	return p, by, err
}

// execQueue lets the first entry of a base's queue land.
func execQueue(s *Sim, l *line) error {
	branch, err := l.next("the base")
	if err != nil {
		return err
	}
	if word, err := l.next("what it does"); err != nil || word != "lands" {
		return errUsage{"a queue lands"}
	}
	r, err := s.homeRepo(l)
	if err != nil {
		return err
	}
	if err := s.queueLands(r, branch); err != nil {
		return err
	}
	return l.end()
}
