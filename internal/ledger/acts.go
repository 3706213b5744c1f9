package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// Outcome is how far an act came.
type Outcome string

// The outcomes of an act.
const (
	UnderWay Outcome = "open"     // intended, and neither seen nor given up
	Seen     Outcome = "seen"     // its effect was seen; final
	Refused  Outcome = "refused"  // GitHub will not
	Absent   Outcome = "absent"   // read again: it did not happen
	Observed Outcome = "observed" // it would have been done
)

var outcomes = map[string]Outcome{
	rules.EventIntended: UnderWay, rules.EventSeen: Seen, rules.EventRefused: Refused, rules.EventAbsent: Absent,
	rules.EventObserved: Observed,
}

// Act is one change to GitHub, as far as it came.
type Act struct {
	Kind       string        `json:"kind"`
	Subject    rules.Subject `json:"subject"`
	Repository int64         `json:"repository"` // where it changes something
	Outcome    Outcome       `json:"outcome"`
	At         time.Time     `json:"at"`     // when the newest of it happened
	Seq        int64         `json:"seq"`    // log number of that
	Intent     int64         `json:"intent"` // log number of the newest intent; 0: none
}

// actKeys are the parts of an act that name it.
type actKeys struct {
	kind, subject, key string
}

// target are the fields of any action that say what it is counted on.
type target struct {
	Number int    `json:"number"`
	Head   string `json:"head"`
}

func foldAct(t *tx, e eventlog.Event) error {
	outcome, ok := outcomes[e.Kind]
	if !ok || !ours(e) {
		return foldUndone(t, e)
	}
	act, to, err := readAct(e)
	if err != nil {
		return err
	}
	if outcome == Observed {
		return observe(t, e, act, to)
	}
	id := actKeys{act.Kind, string(e.Subject), digest(act.Key)}
	err = t.exec(`INSERT INTO act (kind, subject, key, repository, installation, chore, outcome, undone, intended, intent, seen, at, seq)
		VALUES ($1, $2, $3, $4, $5, $6, 'open', 0, 0, 0, 0, $7, $8) ON CONFLICT DO NOTHING`,
		id.kind, id.subject, id.key, placeOf(e.Subject), e.Installation, choreOf(e.Subject, act.Kind, to), micros(e.At), e.Seq)
	if err != nil {
		return err
	}
	return id.come(t, e, outcome)
}

// come moves an act on. What was seen stays seen, at the earliest time that was told.
func (id actKeys) come(t *tx, e eventlog.Event, outcome Outcome) error {
	const where = ` WHERE kind = $1 AND subject = $2 AND key = $3 AND outcome <> 'seen'`
	at := micros(e.At)
	if outcome == Seen {
		return t.exec(`UPDATE act SET seq = CASE WHEN outcome = 'seen' THEN seq ELSE $1 END, outcome = 'seen',
			seen = CASE WHEN seen = 0 OR seen > $2 THEN $2 ELSE seen END, at = CASE WHEN seen = 0 OR seen > $2 THEN $2 ELSE seen END
			WHERE kind = $3 AND subject = $4 AND key = $5`, e.Seq, at, id.kind, id.subject, id.key)
	}
	if outcome == UnderWay {
		if err := t.exec("UPDATE act SET intended = $4, intent = $5"+where, id.kind, id.subject, id.key, at, e.Seq); err != nil {
			return err
		}
	}
	return t.exec("UPDATE act SET outcome = $4, at = $5, seq = $6"+where, id.kind, id.subject, id.key, outcome, at, e.Seq)
}

// observe notes what would have been done, once for each head.
func observe(t *tx, e eventlog.Event, act rules.Act, to target) error {
	key := act.Key
	if to.Head != "" {
		key = to.Head
	}
	return t.exec(`INSERT INTO act (kind, subject, key, repository, installation, chore, outcome, undone, intended, intent, seen, at, seq)
		VALUES ($1, $2, $3, $4, $5, $6, 'observed', 0, 0, $7, 0, $8, $9) ON CONFLICT DO NOTHING`,
		act.Kind, e.Subject, "would "+digest(key), placeOf(e.Subject), e.Installation, choreOf(e.Subject, act.Kind, to), e.Seq, micros(e.At), e.Seq)
}

func readAct(e eventlog.Event) (act rules.Act, to target, err error) {
	if err = decode(e, &act); err == nil && len(act.Action) > 0 {
		err = json.Unmarshal(act.Action, &to)
	}
	return act, to, err
}

// placeOf is the repository in which an act about the subject changes something.
func placeOf(s rules.Subject) int64 {
	if id := s.Target(); id != 0 {
		return id
	}
	return s.RepoID()
}

// choreOf is the subject on which the minute of an act is counted: the pull request. A pull request that is about to be
// opened has no number yet; there the release in its repository stands for it.
func choreOf(s rules.Subject, kind string, to target) string {
	if kind == rules.KindMove {
		if pr := prOf(s.Target(), to.Number); pr != "" {
			return pr
		}
	}
	return string(s)
}

// digest stands for a key, which may be made of persons' tokens.
func digest(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:8])
}

// ActsQuery says which acts to read, newest first. What is zero does not restrict.
type ActsQuery struct {
	Repository int64
	Before     int64    // only acts whose newest event has a lower number
	After      int64    // only acts whose newest event has a higher number
	Outcomes   []string // none: all
	Chores     bool     // leave out check runs and comments, which only say what is so
	Limit      int      // zero means 50
}

// Acts is one page of acts, newest first. To read on, set Before to the Seq of the last one.
func (l *Ledger) Acts(ctx context.Context, q ActsQuery) ([]Act, error) {
	var w where
	w.add(q.Repository != 0, "repository = ?", q.Repository)
	w.add(q.Before > 0, "seq < ?", q.Before)
	w.add(q.After > 0, "seq > ?", q.After)
	w.add(q.Chores, "kind NOT IN (?, ?)", rules.KindReport, rules.KindComment)
	w.in("outcome", q.Outcomes)
	acts, err := collect(ctx, l.db, scanAct, actColumns+w.String()+" ORDER BY seq DESC"+limit(q.Limit, 50), w.args...)
	if err != nil {
		return nil, fmt.Errorf("read acts: %w", err)
	}
	return acts, nil
}

// ActsOn are the acts on one subject, and those counted on it, newest first.
func (l *Ledger) ActsOn(ctx context.Context, s rules.Subject) ([]Act, error) {
	acts, err := collect(ctx, l.db, scanAct, actColumns+" WHERE chore = $1 ORDER BY seq DESC LIMIT 200", s)
	if err != nil {
		return nil, fmt.Errorf("read acts on %s: %w", s, err)
	}
	return acts, nil
}

// Event is one event of the log by its number, and whether there is one.
func (l *Ledger) Event(ctx context.Context, seq int64) (eventlog.Event, bool, error) {
	if seq <= 0 {
		return eventlog.Event{}, false, nil
	}
	events, err := l.log.Events(ctx, eventlog.Query{After: seq - 1, Before: seq + 1, Limit: 1})
	if err != nil || len(events) == 0 {
		return eventlog.Event{}, false, err
	}
	return events[0], true, nil
}

const actColumns = "SELECT kind, subject, repository, outcome, at, seq, intent FROM act"

func scanAct(rows *sql.Rows, a *Act) error {
	var at int64
	err := rows.Scan(&a.Kind, &a.Subject, &a.Repository, &a.Outcome, &at, &a.Seq, &a.Intent)
	a.At = fromMicros(at)
	return err
}

// none turns sql.ErrNoRows into false.
func none(err error) (bool, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
