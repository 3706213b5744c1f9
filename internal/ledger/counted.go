package ledger

import (
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// Why is why acts have no minutes.
type Why string

// The reasons for which acts do not count.
const (
	NotMerged   Why = "not-merged"  // an update of a branch, or a place in GitHub's merge queue, whose pull request is not merged
	Information Why = "information" // a check run, a comment, or a place in a queue given up: it replaces nobody's click
	Undone      Why = "undone"      // somebody took it back
	Tidying     Why = "tidying"     // the end of a branch: a setting of GitHub's does that too
	Repeated    Why = "repeated"    // on one pull request again: a person would have done it once
)

// minutesOf is what one chore is worth. A person clicks, or pushes, or types; how long that takes nobody knows better.
const minutesOf = 1

// foldMinutes counts anew whatever an event may have changed.
func foldMinutes(t *tx, e eventlog.Event) error {
	merged, err := reverted(t, e)
	if err != nil {
		return err
	}
	for _, m := range merged {
		if err := count(t, rules.KindMerge, string(m.subject)); err != nil {
			return err
		}
	}
	_, isAct := outcomes[e.Kind]
	if !isAct && !about(e, rules.KindPR) && !about(e, rules.KindRelease) {
		return nil
	}
	if isAct && ours(e) {
		act, to, err := readAct(e)
		if err != nil {
			return err
		}
		return count(t, act.Kind, choreAsKept(t, e, act, to))
	}
	if about(e, rules.KindPR) {
		return countAll(t, e.Subject)
	}
	return count(t, rules.KindOpen, string(e.Subject))
}

// choreAsKept is the chore that was noted with the intent, which alone carries the whole action.
func choreAsKept(t *tx, e eventlog.Event, act rules.Act, to target) string {
	var chore string
	err := t.row("SELECT chore FROM act WHERE kind = $1 AND subject = $2 AND key = $3", []any{act.Kind, e.Subject, digest(act.Key)}, &chore)
	if err != nil {
		return choreOf(e.Subject, act.Kind, to)
	}
	return chore
}

// countAll counts the chores of a pull request anew: its own, and that of opening it.
func countAll(t *tx, s rules.Subject) error {
	for _, kind := range []string{rules.KindUpdate, rules.KindEnqueue, rules.KindMove, rules.KindRequest} {
		if err := count(t, kind, string(s)); err != nil {
			return err
		}
	}
	releases, err := column[string](t.ctx, t, "SELECT DISTINCT subject FROM propagation WHERE target = $1 AND number = $2", s.RepoID(), s.Number())
	if err != nil {
		return err
	}
	for _, release := range releases {
		if err := count(t, rules.KindOpen, release); err != nil {
			return err
		}
	}
	return nil
}

// actsOfChore sums up the acts of a kind on a chore. It names its index: SQLite would read all acts of the kind instead,
// since it thinks that the primary key, which has every column, is cheaper; and this is asked for every event.
const actsOfChore = `SELECT count(*), count(CASE WHEN undone = 0 THEN 1 END), coalesce(min(seen), 0), coalesce(min(CASE WHEN undone = 0 THEN seen END), 0)
	FROM act INDEXED BY act_chore WHERE chore = $1 AND kind = $2 AND seen > 0`

// count decides what the acts of a kind on a chore are worth.
func count(t *tx, kind, chore string) error {
	var acts, left int
	var seen, credited int64
	err := t.row(t.db.actsOfChore, []any{chore, kind}, &acts, &left, &seen, &credited)
	if err != nil {
		return err
	}
	if acts == 0 {
		return nil
	}
	state, closed, err := pullOf(t, kind, chore)
	if err != nil {
		return err
	}
	at, minutes, why := credited, minutesOf, Why("")
	switch {
	case informs(kind) || kind == rules.KindDequeue || kind == rules.KindIssue:
		why = Information
	case kind == rules.KindDelete || kind == rules.KindRetarget:
		why = Tidying
	case left == 0, (kind == rules.KindOpen || kind == rules.KindMove) && state == StateClosed:
		why = Undone
	case (kind == rules.KindUpdate || kind == rules.KindEnqueue) && state != StateMerged:
		why = NotMerged
	case kind == rules.KindUpdate || kind == rules.KindEnqueue:
		at = max(at, closed)
	}
	if why != "" {
		at, minutes = seen, 0
	}
	return t.exec(`INSERT INTO counted (kind, chore, acts, at, minutes, why) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (kind, chore) DO UPDATE SET acts = $3, at = $4, minutes = $5, why = $6`, kind, chore, acts, at, minutes, why)
}

// pullOf is the state of the pull request that a chore is about, as far as it is known.
func pullOf(t *tx, kind, chore string) (state string, closed int64, err error) {
	s := rules.Subject(chore)
	repository, number := s.RepoID(), s.Number()
	if kind == rules.KindOpen {
		repository = s.Target()
		ok, err := none(t.row("SELECT number FROM propagation WHERE subject = $1 AND number > 0 ORDER BY seq DESC", []any{chore}, &number))
		if !ok {
			return "", 0, err
		}
	}
	_, err = none(t.row("SELECT state, closed FROM pull WHERE repository = $1 AND number = $2", []any{repository, number}, &state, &closed))
	return state, closed, err
}
