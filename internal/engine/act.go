package engine

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// act carries out the first action that may be sent now, and says whether GitHub was written to. What is held back by
// itself (under way, failed and waiting, observed) does not hold up the next rule.
func (l *look) act(ctx context.Context, s *rules.Snapshot, verdicts []rules.Verdict) (acted, observed bool, err error) {
	for _, v := range verdicts {
		l.soon(v.Again)
		for _, a := range v.Do {
			m, err := l.memory(ctx, a.About())
			if err != nil {
				return false, false, err
			}
			if held, again := m.Held(l.Now(), a); held {
				l.soon(again)
				continue
			}
			sent, err := l.perform(ctx, s, v.Rule, a)
			return sent == written, sent == onlyObserved, err
		}
	}
	return false, false, nil
}

// sending is how far an action got.
type sending int

const (
	notSent      sending = iota // nothing was written; the look comes again
	onlyObserved                // it would have been written
	written                     // GitHub was asked, whatever it answered: the snapshot may no longer be true
)

// perform sends one action: the intent on disk before, the answer after.
func (l *look) perform(ctx context.Context, s *rules.Snapshot, rule string, a rules.Action) (sending, error) {
	door := l.door(s)
	if door.Observes(a) {
		return onlyObserved, l.emit(ctx, a.About(), rules.EventObserved, rules.Act{Kind: a.Kind(), Key: a.Key()})
	}
	if now := l.Now(); now.Sub(s.Now) > fresh {
		l.soon(now)
		return notSent, nil
	}
	at := door.Slot(ctx, l.ref(), a)
	now := l.Now() // after the slot was given, or a slot that is free now would lie ahead
	if at.After(now) {
		l.slots = append(l.slots, slot{a, at}) // decide again when the slot has come
		return notSent, nil
	}
	if l.claim.Until.Sub(now) < leaseLeft {
		if err := l.Log.Extend(ctx, l.claim, now.Add(lease)); err != nil {
			return notSent, err
		}
		l.claim.Until = now.Add(lease)
	}
	doc, err := json.Marshal(a)
	if err != nil {
		return notSent, err
	}
	act := rules.Act{Kind: a.Kind(), Key: a.Key(), Action: doc}
	if err := l.emit(ctx, a.About(), rules.EventIntended, act); err != nil {
		return notSent, err
	}
	if err := l.note(ctx); err != nil {
		return notSent, err
	}
	why, err := l.tooLate(ctx, s)
	if err != nil {
		return notSent, err
	}
	if why != "" {
		now := l.Now()
		act.Action, act.Until, act.Why = nil, now, why
		l.soon(now)
		return notSent, l.emit(ctx, a.About(), rules.EventAbsent, act)
	}
	result := door.Do(ctx, l.ref(), a)
	l.report(a, rule, result)
	return written, l.outcome(ctx, s, a, act, result)
}

// outcome writes what GitHub answered. Done and unknown stay open until the effect is seen, or seen not to be there.
func (l *look) outcome(ctx context.Context, s *rules.Snapshot, a rules.Action, act rules.Act, r github.Result) error {
	act.Action, act.Status = nil, r.Status
	switch r.Outcome {
	case github.Done, github.Unknown:
		if r.Comment != 0 { // what is there, and under which id, is in its answer
			act.Comment = r.Comment
			return errors.Join(l.emit(ctx, a.About(), rules.EventReplied, act), l.emit(ctx, a.About(), rules.EventSeen, act))
		}
		if a.Kind() != rules.KindReport || r.Outcome == github.Unknown { // what a check run says is in its answer
			l.soon(l.Now().Add(afterAct))
		}
		return l.emit(ctx, a.About(), rules.EventReplied, act)
	case github.Stale:
		if err := l.stale(ctx, a, &act, r.Message); err != nil {
			return err
		}
		return l.emit(ctx, a.About(), rules.EventAbsent, act)
	case github.Limited:
		act.Why, act.Until = whyLimited, r.Until
		l.soon(r.Until)
		l.tellOf(a)
		return l.emit(ctx, a.About(), rules.EventAbsent, act)
	}
	m, err := l.memory(ctx, a.About())
	if err != nil {
		return err
	}
	act.Why = rules.Why(r.Message)
	act.Until = l.Now().Add(backoff(m.Backoff[act.Kind].Times, string(a.About())+act.Kind))
	if r.Status == http.StatusForbidden {
		act.Until = l.Now().Add(unlessMended)
	}
	if rules.Lands(a.Kind()) {
		if err := l.holdUp(ctx, s, &act, r.Message); err != nil {
			return err
		}
	}
	if ask, ok := a.(rules.RequestReviewers); ok && len(ask.People) == 1 && r.Status == http.StatusUnprocessableEntity {
		act.Dropped = []string{ask.People[0].Token} // GitHub refuses a request whole: alone, it is this person
		act.Until = l.Now()
	}
	l.soon(l.Now()) // whatever comes after this one need not wait for its next try
	l.tellOf(a)
	return l.emit(ctx, a.About(), rules.EventRefused, act)
}

// tellOf makes a pull request due whose base did not get its act done: its own look says why.
func (l *look) tellOf(a rules.Action) {
	if a.About() != l.claim.Subject {
		l.mark(a.About(), rules.FactLine)
	}
}

// whyLimited is why an act was put off that is allowed.
const whyLimited = "its rate limit is reached"

// unlessMended is when an act is tried again that only people can make possible, by a permission or a setting: the event
// that tells of it may be lost.
const unlessMended = time.Hour

func (l *look) report(a rules.Action, rule string, r github.Result) {
	l.Meters.Act(a.Kind(), r.Outcome.String())
	event := l.Logger.Info()
	if r.Outcome != github.Done {
		event = l.Logger.Warn().Str("answer", r.Message)
	}
	event.Str("subject", string(a.About())).Str("rule", rule).Str("action", a.Kind()).Int("status", r.Status).Str("outcome", r.Outcome.String()).Msg("wrote to GitHub")
}

// settle closes the acts under way on a pull request whose effect the snapshot shows, or shows not to be there.
func (l *look) settle(ctx context.Context, s *rules.Snapshot, p *rules.PR) error {
	return l.settleOpen(ctx, rules.PRSubject(s.Repo.ID, p.Number), func(in rules.Intent) (string, rules.Act) { return rules.Settle(in, s, p) })
}

// settleOpen asks of each act under way what the snapshot shows.
func (l *look) settleOpen(ctx context.Context, subject rules.Subject, shows func(rules.Intent) (string, rules.Act)) error {
	m, err := l.memory(ctx, subject)
	if err != nil {
		return err
	}
	for _, kind := range kindsOf(m.Open) {
		in := m.Open[kind]
		event, act := shows(in)
		if event == "" {
			l.soon(upcoming(in.At.Add(afterAct), l.Now()))
			continue
		}
		if event == rules.EventAbsent {
			act.Until = l.Now()
			if in.Status >= 500 || in.Status == 0 || in.Status == http.StatusNotFound || in.Sent {
				act.Until = l.Now().Add(backoff(m.Backoff[kind].Times, string(subject)+kind))
				act.Why = rules.WhyUnseen
			}
			l.soon(act.Until)
		}
		if err := l.emit(ctx, subject, event, act); err != nil {
			return err
		}
		if event == rules.EventSeen && len(act.Asked) > 0 {
			if err := l.emit(ctx, rules.RepoSubject(subject.RepoID()), rules.EventAsked, act.Asked); err != nil {
				return err
			}
		}
	}
	return nil
}

// upcoming is at, or afterAct from now where that has passed.
func upcoming(at, now time.Time) time.Time {
	if at.After(now) {
		return at
	}
	return now.Add(afterAct)
}

// acts has every kind of act, in an order, because that of a map is seen in the log.
var acts = []string{rules.KindRequest, rules.KindUpdate, rules.KindMerge, rules.KindEnqueue, rules.KindDequeue, rules.KindOpen, rules.KindMove, rules.KindReport,
	rules.KindComment, rules.KindIssue, rules.KindRetarget, rules.KindDelete}

func kindsOf(open map[string]rules.Intent) []string {
	var kinds []string
	for _, kind := range acts {
		if _, ok := open[kind]; ok {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}
