package rules

import "time"

// A pull request from a fork may be anybody's. It lands as any other, but never without an approval of its head; its branch is
// updated only where GitHub lets us, and never deleted.

// Edits is whether the branch of a fork may be updated.
type Edits int

// The answers. A fork whose owner is a person may be lent to the maintainers of the repository that it came from; one of an
// organisation never is. An App updates what is lent without being installed there, unless GitHub says otherwise.
// https://docs.github.com/pull-requests/collaborating-with-pull-requests/working-with-forks/allowing-changes-to-a-pull-request-branch-created-from-a-fork
const (
	EditsHidden    Edits = iota // it is gone, or nothing of it is shown to us
	EditsForbidden              // its owner has not ticked the box
	EditsNever                  // it belongs to an organisation
	EditsAllowed
)

// ByFork is where it stands that a pull request from a fork needs an approval: here.
const ByFork = "pitcrew, for pull requests from forks"

// forkReasons ask for an approval of the head by somebody who may write, whatever the policy says: else who lets in what needs no
// approval, or counts those of older heads, would let in whatever a stranger opens or pushes. others are the reasons about approvals.
func forkReasons(p *PR, others []Reason) []Reason {
	approved := whoVoted(p.approvals(), "APPROVED")
	var r Reason
	switch {
	case !p.Fork || hasReason(others, CodeApprovals):
		return nil
	case len(approved) == 0:
		r = reason(CodeFork, NeedsYou, "head", short(p.Head), "own", p.ownWords(false)).from(ByFork)
		r.Who = p.asked()
	case hasReason(others, CodeApproved):
		return nil
	default:
		r = reason(CodeApproved, Done, "have", number(len(approved)), "want", "1").from(ByFork)
		r.Who = approved
	}
	return []Reason{r}
}

// unlent says why we cannot write to the branch of a fork that is behind; none: we can, or it is no fork. What GitHub refused once
// it may allow within the hour, and then it is asked again.
func (p *PR) unlent(s *Snapshot) []Reason {
	if !p.Fork {
		return nil
	}
	no := func(why, clears, who string) []Reason {
		return []Reason{reason(CodeForkBehind, NeedsYou, "base", p.BaseRef, "why", why, "clears", clears, "by", who)}
	}
	const byHand = "an update by hand"
	switch p.Edits {
	case EditsForbidden:
		return no("its owner does not let maintainers edit it", "`Allow edits by maintainers` ticked on the pull request, or "+byHand, "the author")
	case EditsNever:
		return no("GitHub lets nobody else write to a fork of an organisation", byHand, "the author")
	case EditsHidden:
		return no("it is gone, or private", byHand+", or a new pull request", "the author")
	}
	b := p.memory().Backoff[KindUpdate]
	if b.Key == p.Head && b.Status == forbidden && s.Now.Before(b.Until) {
		return no("GitHub refused (403): "+first(b.Message, "it did not say why"), byHand+"; pitcrew tries again every hour", "the author")
	}
	return nil
}

const forbidden = 403

// againLent is when a fork that cannot be updated is looked at again: no event tells that its owner ticked the box. Zero: that would
// change nothing.
func (p *PR) againLent(s *Snapshot) time.Time {
	switch p.Edits {
	case EditsForbidden:
		return p.memory().next(s.Now, CodeForkBehind, againBlocked)
	case EditsAllowed:
		return p.memory().retry(s.Now, p.Head)
	}
	return time.Time{}
}

// held is the reason for checks that have not reported because workflows wait until somebody lets them run, as GitHub lets those wait
// that were started by people who never contributed.
// https://docs.github.com/actions/how-tos/manage-workflow-runs/approve-runs-from-forks
func (p *PR) held(name, what string) Reason {
	held := "a workflow waits until somebody lets it run"
	if p.Held > 1 {
		held = number(p.Held) + " workflows wait until somebody lets them run"
	}
	return reason(CodeCheckHeld, NeedsYou, "name", name, "what", what, "held", held, "head", short(p.Head))
}
