package ledger

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// The states of a pull request.
const (
	StateOpen   = "open"
	StateClosed = "closed" // without a merge
	StateMerged = "merged"
)

// foldPull takes what GitHub told about a pull request. Webhooks come in any order: what was true earlier never
// replaces what was true later, and a merge is for ever.
func foldPull(t *tx, e eventlog.Event) error {
	if ours(e) || !about(e, rules.KindPR) {
		return nil
	}
	if err := known(t, e, e.Subject); err != nil {
		return err
	}
	if !strings.HasPrefix(e.Kind, "pull_request.") {
		return nil
	}
	f := readPull(e)
	at := micros(e.At)
	if f.base != "" {
		if err := update(t, e.Subject, "base = $1 WHERE told <= $2", f.base, at); err != nil {
			return err
		}
	}
	if !f.opened.IsZero() {
		if err := update(t, e.Subject, "opened = $1 WHERE true", micros(f.opened)); err != nil {
			return err
		}
	}
	if f.landed != "" {
		if err := update(t, e.Subject, "landed = $1 WHERE true", f.landed); err != nil {
			return err
		}
	}
	if f.state == "" {
		return nil
	}
	return stateTo(t, e.Subject, f.state, f.ended, at)
}

// stateTo says that a pull request was in a state at a time. ended is when it was merged or closed; zero: just then.
func stateTo(t *tx, s rules.Subject, state string, ended time.Time, at int64) error {
	closed := micros(ended)
	if closed == 0 && state != StateOpen {
		closed = at
	}
	return update(t, s, `since = CASE WHEN state = $1 THEN since ELSE $3 END,
		closed = CASE WHEN state = $1 AND closed > 0 AND closed < $2 THEN closed ELSE $2 END, state = $1,
		told = CASE WHEN told > $3 THEN told ELSE $3 END
		WHERE (told <= $3 OR $1 = 'merged') AND (state <> 'merged' OR $1 = 'merged')`, state, closed, at)
}

// known makes sure that a pull request has a row.
func known(t *tx, e eventlog.Event, s rules.Subject) error {
	return t.exec(`INSERT INTO pull (repository, number, installation, state, base, opened, closed, told, decided, looked, verdict, weight, title, since, stand, ready, place, landed)
		VALUES ($1, $2, $3, 'open', '', $4, 0, 0, 0, 0, '', 9, '', $4, '', 0, 0, '') ON CONFLICT DO NOTHING`,
		s.RepoID(), s.Number(), e.Installation, micros(e.At))
}

// update changes a pull request's row: assignments, WHERE, and what else must hold; all arguments are numbered, ?1, ?2, ….
func update(t *tx, s rules.Subject, set string, args ...any) error {
	assign, cond, _ := strings.Cut(set, "WHERE")
	query := "UPDATE pull SET " + assign + " WHERE repository = $100 AND number = $101 AND (" + cond + ")"
	return t.execNumbered(query, args, s.RepoID(), s.Number())
}

// pullFacts are what the log says of a pull request at one moment; zero where it does not.
type pullFacts struct {
	state, base   string
	landed        string // the merge commit
	opened, ended time.Time
}

// readPull is lenient: what a field holds instead of what it should is as good as absent.
func readPull(e eventlog.Event) pullFacts {
	var raw map[string]json.RawMessage
	if decode(e, &raw) != nil {
		return pullFacts{}
	}
	f := pullFacts{state: strings.ToLower(as[string](raw["state"])), base: as[string](raw["base"])}
	f.opened = as[time.Time](raw["created_at"])
	merged, at := as[bool](raw["merged"]), as[time.Time](raw["merged_at"])
	switch {
	case merged || !at.IsZero():
		f.state, f.ended, f.landed = StateMerged, at, as[string](raw["merge_commit"])
	case f.state == "" && e.Kind == "pull_request.closed":
		f.state = StateClosed
	case f.state == "" && (e.Kind == "pull_request.opened" || e.Kind == "pull_request.reopened"):
		f.state = StateOpen
	}
	if f.state == StateClosed {
		f.ended = as[time.Time](raw["closed_at"])
	}
	if f.state != StateOpen && f.state != StateClosed && f.state != StateMerged {
		f.state = ""
	}
	return f
}

// as reads one value, or gives zero.
func as[T any](doc json.RawMessage) T {
	var v T
	if len(doc) == 0 || json.Unmarshal(doc, &v) != nil {
		var zero T
		return zero
	}
	return v
}
