package ledger

import (
	"encoding/json"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// Mode is how a chore stands in a repository.
type Mode string

// The modes of a chore.
const (
	ModeOn       Mode = "on"
	ModeOff      Mode = "off"
	ModeObserved Mode = "observed" // decided and shown, not done
	ModeStopped  Mode = "stopped"  // its configuration is broken, or cannot be read
)

// ruleOf is the chore that an act belongs to.
var ruleOf = map[string]string{
	rules.KindRequest: "reviewers", rules.KindMerge: "merge", rules.KindEnqueue: "merge", rules.KindDequeue: "merge", rules.KindUpdate: "update",
	rules.KindOpen: "propagate", rules.KindMove: "propagate",
	rules.KindDelete: "merge", rules.KindRetarget: "merge", rules.KindIssue: "merge",
}

// foldChore learns from answers and acts which chores are on in a repository: there is no other event for that, since
// the configuration is read with each look.
func foldChore(t *tx, e eventlog.Event) error {
	if !ours(e) || e.Subject == "" {
		return nil
	}
	switch e.Kind {
	case rules.EventIntended, rules.EventObserved:
		act, _, err := readAct(e)
		if err != nil || ruleOf[act.Kind] == "" {
			return err
		}
		mode := ModeOn
		if e.Kind == rules.EventObserved {
			mode = ModeObserved
		}
		return setMode(t, e, ruleOf[act.Kind], mode)
	case rules.EventDecided:
		var d rules.Decided
		if err := json.Unmarshal(e.Facts, &d); err != nil {
			return err
		}
		for _, a := range d.Answers {
			if err := modeFrom(t, e, a); err != nil {
				return err
			}
		}
	}
	return nil
}

func modeFrom(t *tx, e eventlog.Event, a rules.Answer) error {
	mode := ModeOn
	for _, r := range a.Because {
		switch r.Code {
		case rules.CodeMerged, rules.CodeClosed:
			return nil // says nothing about the configuration
		case rules.CodeOff:
			mode = ModeOff
		case rules.CodeConfigBroken, rules.CodeConfigUnknown, rules.CodeConfigLater:
			mode = ModeStopped
		case rules.CodeObserved:
			mode = ModeObserved
		}
	}
	if mode != ModeOn {
		return setMode(t, e, a.Rule, mode)
	}
	// An answer that says nothing of observing does not end it; only an act does.
	return t.exec(`INSERT INTO chore (repository, rule, mode) VALUES ($1, $2, 'on')
		ON CONFLICT (repository, rule) DO UPDATE SET mode = 'on' WHERE chore.mode <> 'observed'`, placeOf(e.Subject), a.Rule)
}

func setMode(t *tx, e eventlog.Event, rule string, mode Mode) error {
	return t.exec(`INSERT INTO chore (repository, rule, mode) VALUES ($1, $2, $3)
		ON CONFLICT (repository, rule) DO UPDATE SET mode = $3`, placeOf(e.Subject), rule, mode)
}
