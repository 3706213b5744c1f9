package eventlog

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/pitcrew-app/pitcrew/rules"
)

// Claim is the right to look at a subject. It is a value: pass it on, and back to Note, Finish, Release or Extend.
type Claim struct {
	Subject rules.Subject
	Fence   int64     // higher than that of any claim of the subject before
	Seq     int64     // number of the newest mark; the events that caused it have this number or a lower one
	First   int64     // number of the first mark since the last look; of the newest mark if there was none
	Since   int64     // events of the subject up to this number were taken into account by a finished look
	Touches []string  // kinds of fact that were touched since, sorted; a mark that named none does not show
	Due     time.Time // when it was due
	Until   time.Time // end of the lease

	Installation int64 // whose turn it was; 0: not known
}

// claimPage is how many due rows one operation examines, about: a bound for the time in which nobody else can write.
const claimPage = 256

// Claim leases up to n subjects that are due at now to owner: installations in turn, so that one with very many waiting
// holds up no other, and of each its subjects in order of time due, first mark, subject. It passes over those that
// somebody else holds, and drops those that were touched only by facts outside their waits, unless the time has come at
// which their last look asked to be repeated. Installations in full are left out: they have as many looks in hand as they may.
func (db *DB) Claim(ctx context.Context, now time.Time, lease time.Duration, owner string, n int, full ...int64) ([]Claim, error) {
	var claims []Claim
	for more := true; more && len(claims) < n; {
		var some []Claim
		err := db.log.write(ctx, func(t *tx) (err error) {
			k := taking{tx: t, now: now, until: now.Add(lease), owner: owner, n: n - len(claims), full: full}
			some, more, err = k.claim(&db.turns)
			return err
		})
		if err != nil && len(claims) == 0 {
			return nil, fmt.Errorf("claim: %w", err)
		}
		if err != nil {
			break // what was claimed before is claimed
		}
		claims = append(claims, some...)
		db.turns.had(some)
	}
	return claims, nil
}

// ClaimOne leases one subject, due or not, whatever its waits. It says false if somebody holds it.
func (db *DB) ClaimOne(ctx context.Context, now time.Time, lease time.Duration, owner string, s rules.Subject) (Claim, bool, error) {
	var c Claim
	var ok bool
	err := db.log.write(ctx, func(t *tx) error {
		row, found, err := t.dueRow(s)
		if err == nil && !found {
			if err = t.exec(sqlNewRow, s); err == nil {
				row, _, err = t.dueRow(s)
			}
		}
		if err != nil {
			return err
		}
		if ok = !row.until.Valid || row.until.Int64 <= micros(now); !ok {
			return nil
		}
		if !row.at.Valid || row.at.Int64 > micros(now) {
			row.at = sql.NullInt64{Int64: micros(now), Valid: true}
		}
		c, err = t.take(row, now.Add(lease), owner)
		return err
	})
	if err != nil {
		return Claim{}, false, fmt.Errorf("claim %s: %w", s, err)
	}
	return c, ok, nil
}

// take gives row to owner. From now on no waits can drop it: a look that began is made again if it does not end.
func (t *tx) take(row dueRow, until time.Time, owner string) (Claim, error) {
	c := Claim{
		Subject: row.subject,
		Fence:   row.fence + 1,
		Seq:     row.seq,
		First:   row.first,
		Since:   row.since,
		Touches: row.touches.kinds(),
		Due:     fromMicros(row.at.Int64),
		Until:   fromMicros(micros(until)),

		Installation: row.installation,
	}
	row.touches.add(row.seq)
	err := t.exec(sqlTake, row.at, owner, micros(until), c.Fence, row.touches.String(), row.subject)
	if err != nil {
		return Claim{}, fmt.Errorf("take %s: %w", row.subject, err)
	}
	return c, nil
}

// dueRow is a row of the due set.
type dueRow struct {
	subject           rules.Subject
	installation      int64
	at                sql.NullInt64
	seq, first, since int64
	touches           touches
	fresh, freshFirst sql.NullInt64
	until             sql.NullInt64
	fence             int64
	waits             sql.NullString
	again             sql.NullInt64
}

func (t *tx) dueRow(s rules.Subject) (row dueRow, found bool, err error) {
	found, err = none(row.scan(func(dest ...any) error { return t.row(t.say.dueRow, []any{s}, dest...) }))
	return row, found, err
}

func (r *dueRow) scan(scan func(...any) error) error {
	var doc string
	err := scan(&r.subject, &r.installation, &r.at, &r.seq, &r.first, &doc, &r.fresh, &r.freshFirst, &r.until, &r.fence, &r.since,
		&r.waits, &r.again)
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(doc), &r.touches)
}

// unmoved says whether nothing happened that could change the last verdict, and its own time has not come.
func (r dueRow) unmoved(now int64) bool {
	if !r.waits.Valid || r.again.Valid && r.again.Int64 <= now {
		return false
	}
	var waits []string
	if err := json.Unmarshal([]byte(r.waits.String), &waits); err != nil {
		return false // a look too many
	}
	for kind := range r.touches {
		if kind == anyTouch || slices.Contains(waits, kind) {
			return false
		}
	}
	return true
}

// anyTouch is the kind of a mark that names none.
const anyTouch = "*"

// touches are kinds of fact, each with the number of its newest mark.
type touches map[string]int64

func (ts *touches) add(number int64, kinds ...string) {
	if *ts == nil {
		*ts = touches{}
	}
	if len(kinds) == 0 {
		kinds = []string{anyTouch}
	}
	for _, k := range kinds {
		(*ts)[k] = number
	}
}

// after is the touches with a higher number.
func (ts touches) after(number int64) touches {
	rest := touches{}
	for k, n := range ts {
		if n > number {
			rest[k] = n
		}
	}
	return rest
}

func (ts touches) kinds() []string {
	var out []string
	for k := range ts {
		if k != anyTouch {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

func (ts touches) String() string {
	if len(ts) == 0 {
		return "{}"
	}
	doc, _ := json.Marshal(map[string]int64(ts)) // strings and numbers always marshal
	return string(doc)
}
