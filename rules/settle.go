package rules

import (
	"encoding/json"
	"slices"
	"time"
)

// How long an act may be invisible before it is taken for not done. What carries a pin cannot be done twice; what has
// none waits longer, because GitHub's reads may lag behind its writes.
const (
	settlePinned   = 10 * time.Second
	settleUnpinned = 30 * time.Second
	settleAccepted = 60 * time.Second
)

// WhyUnseen is why an act is given up of which GitHub did not say that it refused it.
const WhyUnseen = "no effect was seen"

// Settle says what a snapshot shows of an act that was begun: EventSeen, EventAbsent, or "" while it cannot be told.
func Settle(in Intent, s *Snapshot, p *PR) (event string, act Act) {
	act = Act{Kind: in.Kind, Key: in.Key, Status: in.Status}
	switch in.Kind {
	case KindMerge:
		return settleMerge(in, s, p), act
	case KindEnqueue:
		return settleEnqueue(in, s, p), act
	case KindDequeue:
		return settleDequeue(in, s, p), act
	case KindUpdate:
		return settleUpdate(in, s, p, &act), act
	case KindRequest:
		return settleRequest(in, s, p, &act), act
	case KindReport:
		return settleReport(in, s, p), act
	case KindDelete:
		return settleDelete(in, s, p), act
	case KindRetarget:
		return settleRetarget(in, s, p), act
	case KindIssue:
		return settleIssue(in, s), act
	case KindComment:
		return settleComment(in, s, p, &act), act
	}
	return "", act
}

func settleMerge(in Intent, s *Snapshot, p *PR) string {
	switch {
	case p.State == "MERGED" && s.App.User != 0 && p.MergedBy.ID == s.App.User:
		return EventSeen
	case p.State != "OPEN" || p.Head != in.Key:
		return EventAbsent
	}
	return in.overdue(s.Now, settlePinned)
}

// settleUpdate knows our own update by its parents, its author and GitHub's signature. Without the signature it may be a merge
// that somebody pushed in the second between GitHub's answer and its work: it settles the act and uses up the budget, since a
// GitHub that signs nothing makes such updates too, and it carries no approval.
func settleUpdate(in Intent, s *Snapshot, p *PR, act *Act) string {
	var a UpdateBranch
	if err := json.Unmarshal(in.Action, &a); err != nil {
		return EventAbsent
	}
	switch {
	case p.Head == in.Key && p.State == "OPEN":
		return in.overdue(s.Now, settlePinned)
	case p.Head == in.Key:
		return EventAbsent
	case len(p.HeadParents) == 0: // GitHub's two words on the head differ, or its branch is gone
		return in.overdue(s.Now, settlePinned)
	case a.Method == MethodRebase:
		return settleRebase(in, a, p, act)
	case len(p.HeadParents) != 2 || p.HeadParents[0] != in.Key:
		return EventAbsent
	case !p.HeadBot:
		return EventAbsent // somebody else brought it up to date
	}
	if p.HeadParents[1] == a.Base || p.HeadParents[1] == p.BaseTip {
		act.Updated = &Updated{From: in.Key, To: p.Head, Base: p.HeadParents[1], At: in.At, Votes: a.Votes}
		if p.HeadSigned {
			act.Updated.Diff = a.Diff
		}
	}
	return EventSeen
}

// settleRebase knows our own rebase by who committed the new head, and by the base that it contains, as far as that can still be
// told. Anybody can write such a commit, and GitHub signs none of them: it settles the act and uses up the budget, and it carries
// no approval.
func settleRebase(in Intent, a UpdateBranch, p *PR, act *Act) string {
	if len(p.HeadParents) != 1 || !p.HeadMade || p.BaseTip == a.Base && p.Behind == Yes {
		return EventAbsent // somebody else pushed
	}
	act.Updated = &Updated{From: in.Key, To: p.Head, Base: a.Base, At: in.At, Votes: a.Votes}
	return EventSeen
}

// settleRequest knows that GitHub drops some people in silence: who is not there although it answered 201 is not asked
// again. Where no answer came, somebody may have come by another way: then GitHub's record of who asked whom tells.
func settleRequest(in Intent, s *Snapshot, p *PR, act *Act) string {
	var a RequestReviewers
	if err := json.Unmarshal(in.Action, &a); err != nil {
		return EventAbsent
	}
	there := map[string]bool{}
	for _, who := range p.involved() {
		there[who.Token] = in.Sent || slices.ContainsFunc(p.ByUs, func(asked Person) bool { return asked.ID == who.ID })
	}
	missing := 0
	for _, who := range a.People {
		if there[who.Token] {
			act.Asked = append(act.Asked, who.Token)
		} else {
			missing++
			act.Dropped = append(act.Dropped, who.Token)
		}
	}
	if missing == 0 && (len(a.Teams) == 0 || len(p.teamsAsked()) > 0) {
		return EventSeen
	}
	event := in.overdue(s.Now, settleUnpinned)
	if event == "" && !p.IsOpen() {
		event = EventAbsent
	}
	if event == EventAbsent && len(act.Asked) > 0 {
		event = EventSeen
	}
	if !in.Sent {
		act.Dropped = nil
	}
	return event
}

func settleReport(in Intent, s *Snapshot, p *PR) string {
	var a ReportCheck
	if err := json.Unmarshal(in.Action, &a); err != nil || p.Head != a.Head {
		return EventAbsent
	}
	for _, c := range p.Checks {
		if c.App == s.App.ID && c.Name == CheckName && c.External == a.Digest {
			return EventSeen
		}
	}
	return in.overdue(s.Now, settleUnpinned)
}

// SettleProposal says what a snapshot shows of a pull request that was to be opened or moved.
func SettleProposal(in Intent, s *Snapshot, r *Release) (event string, act Act) {
	act = Act{Kind: in.Kind, Key: in.Key, Status: in.Status}
	t := r.Target
	if t != nil && t.Proposed != nil && raisedTo(t.Proposed.Text, r.Package, in.Key) {
		return EventSeen, act
	}
	if t != nil && in.Sent && t.Text != nil && raisedTo(t.Text, r.Package, in.Key) {
		return EventSeen, act // merged since
	}
	return in.overdue(s.Now, settleUnpinned), act
}

// overdue gives an act up: sooner where GitHub did not say that it did it.
func (in Intent) overdue(now time.Time, unknown time.Duration) string {
	limit := unknown
	if in.Sent {
		limit = settleAccepted
	}
	if now.Sub(in.At) >= limit {
		return EventAbsent
	}
	return ""
}
