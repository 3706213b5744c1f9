package rules

import (
	"slices"
	"time"

	"github.com/pitcrew-app/pitcrew/config"
)

// Ready is merging as a pull request sees it: whether it may stand in the line of its base, and every reason. It acts
// on nothing; landing is decided in the look at the base, which alone knows the line.
var Ready = PerPR("merge", "Merges what is approved and green, in the order of becoming ready.", mergeDefaults, ready)

// Land is merging as the base sees it: the first in line that is ready lands; what is no longer fit leaves the line.
var Land = PerBase("merge", "Lands the first pull request in line.", mergeDefaults, land)

// When a pull request is looked at again although no event need come. GitHub computes mergeability within seconds of
// being asked (https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request); what has not changed for a while is asked
// for less and less often, at least once in the longest time that is given for it.
const (
	again        = 3 * time.Second
	againUnknown = time.Minute
	againQueued  = time.Minute // its place there moves without an event, and a freeze may begin
	againBlocked = time.Hour   // GitHub's word on rules and reviews lags behind their events, or stays
)

func ready(m MergeSettings, s *Snapshot, p *PR) Verdict {
	if p.State == "MERGED" {
		return m.after(s, p)
	}
	l, need := landing(m, s, p)
	if !need.Empty() {
		return Verdict{Need: need}
	}
	v := Verdict{Because: l.Reasons, Waits: waitsOf(l.Reasons), Standing: l.Standing, Again: earlier(l.Turns, earlier(againFor(s, p, l.Reasons), m.againAt(s, p, l.Reasons)))}
	if v.Waits != nil {
		v.Waits = append(v.Waits, matched...) // another policy may be the first that matches, or none
	}
	v.Do = takeOut(s, p, l.Reasons)
	if l.Standing == InLine || p.Queued != nil || s.Now.Before(p.rerunUntil(CodeReviewRequired)) {
		v.Waits = everything() // after our update even a missing review may cost no place
	}
	if s.Observing && p.IsOpen() {
		v.Because = append(v.Because, reason(CodeObserving, Off))
	}
	if l.Ready {
		v.Because = append([]Reason{reason(CodeInLine, Waiting, "method", p.way(l.Method), "base", p.BaseRef)}, v.Because...)
	}
	return v
}

// againFor is when a pull request must be looked at again without an event.
func againFor(s *Snapshot, p *PR, reasons []Reason) time.Time {
	var soonest time.Time
	for _, r := range reasons {
		switch m := p.memory(); r.Code {
		case CodeMergeability, CodeUnknownness:
			soonest = earlier(soonest, m.next(s.Now, r.Code, againUnknown))
		case CodeBlocked, CodeOtherRule, CodeMatchUnknown, CodeNobodyKnown:
			soonest = earlier(soonest, m.next(s.Now, r.Code, againBlocked))
		case CodeConflict:
			soonest = earlier(soonest, s.Now.Add(againBlocked)) // the base may go on so that it passes, which is no event here
		case CodeReviewRequired:
			soonest = earlier(soonest, m.next(s.Now, r.Code, againBlocked))
		case CodeQueued:
			soonest = earlier(soonest, m.next(s.Now, r.Code, againQueued))
		case CodeLeaves:
			soonest = earlier(soonest, m.next(s.Now, r.Code, againUnknown))
		case CodeUnderWay:
			soonest = earlier(soonest, s.Now.Add(lookAfterAct))
		case CodeRedGrace:
			soonest = earlier(soonest, p.redSince(s).Add(redGrace))
		case CodeRerun:
			soonest = earlier(soonest, p.rerunBy())
		case CodeCheckAbsent:
			soonest = earlier(soonest, p.silentAt(s))
		case CodeTested:
			soonest = earlier(soonest, p.testedUntil(s))
		case CodeSettles:
			soonest = earlier(soonest, p.settles(s, config.Selection{}))
		case CodeForkBehind:
			soonest = earlier(soonest, p.againLent(s))
		case CodeRefused, CodeBrief:
			soonest = earlier(soonest, m.retry(s.Now, p.Head))
		case CodeBudget:
			soonest = earlier(soonest, p.nextUpdate(s.Now))
		}
		if until := p.rerunUntil(r.Code); s.Now.Before(until) {
			soonest = earlier(soonest, until)
		}
	}
	return soonest
}

// next is when a reason that passes by itself is looked at again: the longer it has stood, the later.
func (m *Memory) next(now time.Time, code Code, most time.Duration) time.Time {
	stands := time.Duration(0)
	for _, a := range m.Tree {
		if hasReason(a.Because, code) {
			stands = now.Sub(m.TreeAt)
		}
	}
	return now.Add(min(max(stands, again), most))
}

// retry is when the first of the acts at this head that failed is tried again.
func (m *Memory) retry(now time.Time, head string) time.Time {
	var soonest time.Time
	for _, kind := range []string{KindMerge, KindEnqueue, KindDequeue, KindUpdate} {
		if b := m.Backoff[kind]; b.Key == head && now.Before(b.Until) {
			soonest = earlier(soonest, b.Until)
		}
	}
	return soonest
}

func hasReason(reasons []Reason, code Code) bool {
	return slices.ContainsFunc(reasons, func(r Reason) bool { return r.Code == code })
}

func land(m MergeSettings, s *Snapshot, b *Base) Verdict {
	var v Verdict
	for _, p := range b.Line {
		if p.BaseRef != b.Ref {
			continue // it was pointed at another base, whose line and policies decide now
		}
		l, need := landing(m, s, p)
		switch {
		case !need.Empty():
			return Verdict{Need: need}
		case l.Standing == Out:
			continue // the engine takes it out of the line, with the reasons of the look at it
		case l.Ready && p.ownCheckMissing(s.App):
			v.Because = []Reason{reason(CodeOwnCheck, Waiting, "base", b.Ref)}
			v.Again = earlier(v.Again, b.memory().next(s.Now, CodeOwnCheck, againUnknown))
			return v
		case l.Ready && p.hasQueue():
			v.Do = []Action{enqueue(s, p)}
			v.Because = append(v.Because, reason(CodeNext, Waiting, "base", b.Ref))
			return v
		case l.Ready:
			v.Do = []Action{MergePR{Repo: s.Repo, Number: p.Number, Head: p.Head, Base: b.Tip, Method: l.Method, Was: p.evaluated(b.Tip), Message: m.message(s, p, l.Method)}}
			v.Because = append(v.Because, reason(CodeNext, Waiting, "base", b.Ref))
			return v
		case hasReason(l.Reasons, CodeRefused):
			v.Again = earlier(v.Again, againFor(s, p, l.Reasons))
			continue // GitHub refuses this one for now; it holds nobody up
		}
		v.Because = l.Reasons
		if hasReason(l.Reasons, CodeBarred) {
			v.Again = earlier(v.Again, s.Barred[b.Ref].Until)
		}
		v.Again = earlier(v.Again, earlier(againFor(s, p, l.Reasons), m.againAt(s, p, l.Reasons)))
		return v
	}
	return v
}

// againAt is when a freeze or the time to soak is over.
func (m MergeSettings) againAt(s *Snapshot, p *PR, reasons []Reason) time.Time {
	var soonest time.Time
	if w, frozen := m.Freeze.Holding(s.Now); frozen {
		soonest = w.End(s.Now).UTC()
	}
	if hasReason(reasons, CodeSoak) && m.soaked(s, p).After(s.Now) {
		soonest = earlier(soonest, m.soaked(s, p))
	}
	return soonest
}

// StandingOf decides for a loaded pull request of a base how it stands beside the line.
func StandingOf(s *Snapshot, p *PR) Standing {
	if s.Base != nil && p.BaseRef != s.Base.Ref {
		return Out
	}
	pr := *s
	pr.Subject, pr.PR, pr.Base = PRSubject(s.Repo.ID, p.Number), p, nil
	return Stands(Decide(All, &pr))
}

// Stands joins the standings of the verdicts on one pull request.
func Stands(verdicts []Verdict) Standing {
	stands := Out
	for _, v := range verdicts {
		if v.Standing == InLine || v.Standing == Kept && stands == Out {
			stands = v.Standing
		}
	}
	return stands
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// everything is what a pull request in line waits for: whatever could take it out again.
func everything() []Fact {
	return []Fact{FactHead, FactState, FactConfig, FactText, FactLabels, FactReviews, FactChecks, FactThreads, FactBase, FactLine}
}
