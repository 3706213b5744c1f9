package ledger

import (
	"encoding/json"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// foldUndone notes that a person took back a review request that pitcrew had made. GitHub tells that by an event of its
// own (https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request); a request that ends because the
// review was given comes without one.
func foldUndone(t *tx, e eventlog.Event) error {
	if err := undoMerges(t, e); err != nil {
		return err
	}
	if err := undoQueueing(t, e); err != nil {
		return err
	}
	if ours(e) || e.Kind != "pull_request.review_request_removed" || !about(e, rules.KindPR) {
		return nil
	}
	var f map[string]json.RawMessage
	if decode(e, &f) != nil || as[bool](f["own"]) {
		return nil
	}
	return t.exec("UPDATE act SET undone = $1 WHERE kind = $2 AND subject = $3 AND key = $4 AND undone = 0",
		micros(e.At), rules.KindRequest, e.Subject, digest(as[string](f["reviewer"])))
}

// takenBackFor is how long after a merge a revert takes its minute back. Later it is a change like any other: the merge was of use
// until then.
const takenBackFor = 7 * 24 * time.Hour

// undoMerges notes that a merge of ours was reverted: by a pull request that GitHub's button made and that was merged into the same
// base, or by a commit that says so and was pushed there.
func undoMerges(t *tx, e eventlog.Event) error {
	merged, err := reverted(t, e)
	if err != nil {
		return err
	}
	at := micros(e.At)
	for _, s := range merged {
		err := t.exec("UPDATE act SET undone = $1 WHERE kind = $2 AND subject = $3 AND undone = 0 AND seen > 0 AND seen >= $4",
			at, rules.KindMerge, s, at-takenBackFor.Microseconds())
		if err != nil {
			return err
		}
	}
	return nil
}

// reverted are the pull requests that an event says were taken back.
func reverted(t *tx, e eventlog.Event) ([]rules.Subject, error) {
	if ours(e) || e.Kind != "push" && e.Kind != "pull_request.closed" {
		return nil, nil
	}
	var f map[string]json.RawMessage
	if decode(e, &f) != nil {
		return nil, nil
	}
	if n := as[int](f["reverts"]); n > 0 && about(e, rules.KindPR) && as[bool](f["merged"]) {
		return sameBase(t, e.Subject, rules.PRSubject(e.Repository, n))
	}
	var list []rules.Subject
	for _, commit := range as[[]string](f["reverted"]) {
		found, err := landedAs(t, e.Subject, commit)
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	return list, nil
}

// sameBase gives the pull request that was reverted, if what reverted it was merged into the same base, as far as both are known.
func sameBase(t *tx, by, merged rules.Subject) ([]rules.Subject, error) {
	bases, err := column[string](t.ctx, t, "SELECT DISTINCT base FROM pull WHERE repository = $1 AND number IN ($2, $3) AND base <> ''",
		merged.RepoID(), by.Number(), merged.Number())
	if err != nil || len(bases) > 1 {
		return nil, err
	}
	return []rules.Subject{merged}, nil
}

// landedAs are the pull requests that landed in a base as this commit.
func landedAs(t *tx, base rules.Subject, commit string) ([]rules.Subject, error) {
	numbers, err := column[int](t.ctx, t, "SELECT number FROM pull WHERE repository = $1 AND landed = $2 AND landed <> '' AND (base = $3 OR base = '')",
		base.RepoID(), commit, base.Ref())
	if err != nil {
		return nil, err
	}
	var list []rules.Subject
	for _, n := range numbers {
		list = append(list, rules.PRSubject(base.RepoID(), n))
	}
	return list, nil
}
