package ledger

import (
	"encoding/json"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// weights order open pull requests for people: what needs them first.
var weights = map[rules.State]int{rules.NeedsYou: 0, rules.Stopped: 1, rules.Waiting: 2, rules.Done: 3, rules.Off: 4}

// foldDecided takes the newest answers about a pull request. The row keeps their number, state and title; who they name
// stays in the log.
func foldDecided(t *tx, e eventlog.Event) error {
	if !ours(e) || !about(e, rules.KindPR) {
		return nil
	}
	if err := known(t, e, e.Subject); err != nil {
		return err
	}
	if e.Kind != rules.EventDecided {
		return nil
	}
	var d rules.Decided
	if err := json.Unmarshal(e.Facts, &d); err != nil {
		return err
	}
	sum := rules.Summarise(d.Answers, nil)
	at := micros(e.At)
	err := update(t, e.Subject, `since = CASE WHEN verdict = $1 AND title = $2 THEN since ELSE $3 END,
		verdict = $1, title = $2, looked = $3, weight = $4, decided = $5 WHERE decided < $5`,
		sum.State, sum.Title, at, weights[sum.State], e.Seq)
	if err != nil {
		return err
	}
	switch {
	case has(d.Answers, rules.CodeMerged):
		return stateTo(t, e.Subject, StateMerged, fromMicros(0), at)
	case has(d.Answers, rules.CodeClosed):
		return stateTo(t, e.Subject, StateClosed, fromMicros(0), at)
	}
	return stateTo(t, e.Subject, StateOpen, fromMicros(0), at)
}

func has(answers []rules.Answer, code rules.Code) bool {
	for _, a := range answers {
		for _, r := range a.Because {
			if r.Code == code {
				return true
			}
		}
	}
	return false
}

// foldLine takes who stands in the line of a base, and what the base said to each.
func foldLine(t *tx, e eventlog.Event) error {
	switch {
	case !ours(e):
		return nil
	case e.Kind == rules.EventPlace && about(e, rules.KindPR):
		return update(t, e.Subject, "place = $1 WHERE place < $1", e.Seq)
	case e.Kind != rules.EventStanding || !about(e, rules.KindBase):
		return nil
	}
	var s rules.Stood
	if err := json.Unmarshal(e.Facts, &s); err != nil {
		return err
	}
	pr := rules.PRSubject(e.Subject.RepoID(), s.Number)
	if err := known(t, e, pr); err != nil {
		return err
	}
	return update(t, pr, `base = $1, stand = $2,
		ready = CASE WHEN $2 <> 'line' THEN 0 WHEN ready = 0 THEN $3 ELSE ready END WHERE true`,
		e.Subject.Ref(), string(s.Stand), e.Seq)
}
