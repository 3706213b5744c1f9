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

// takenBack is a pull request whose merge was taken back, and when.
type takenBack struct {
	subject rules.Subject
	at      int64
}

// undoMerges notes that a merge of ours was reverted: by a pull request that GitHub's button made and that was merged into the same
// base, or by a commit that says so and was pushed there. GitHub may tell of that before it tells of the merge, and before we saw
// that it was done.
func undoMerges(t *tx, e eventlog.Event) error {
	if err := keepReverted(t, e); err != nil {
		return err
	}
	merged, err := reverted(t, e)
	if err != nil {
		return err
	}
	for _, m := range merged {
		err := t.exec("UPDATE act SET undone = $1 WHERE kind = $2 AND subject = $3 AND undone = 0 AND (seen >= $4 OR seen = 0 AND intended >= $4)",
			m.at, rules.KindMerge, m.subject, m.at-takenBackFor.Microseconds())
		if err != nil {
			return err
		}
	}
	return nil
}

// keepReverted keeps the commits that a push took back: what they landed may be told later.
func keepReverted(t *tx, e eventlog.Event) error {
	for _, commit := range revertedCommits(e) {
		err := t.exec("INSERT INTO reverted (repository, landed, base, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
			e.Subject.RepoID(), commit, e.Subject.Ref(), micros(e.At))
		if err != nil {
			return err
		}
	}
	return nil
}

// revertedCommits are the commits that a push took back.
func revertedCommits(e eventlog.Event) []string {
	var f map[string]json.RawMessage
	if ours(e) || e.Kind != "push" || decode(e, &f) != nil {
		return nil
	}
	return as[[]string](f["reverted"])
}

// reverted are the pull requests that an event says were taken back, or that were so before it told what they landed.
func reverted(t *tx, e eventlog.Event) ([]takenBack, error) {
	if ours(e) {
		return nil, nil
	}
	var list []takenBack
	for _, commit := range revertedCommits(e) {
		found, err := landedAs(t, e.Subject, commit)
		if err != nil {
			return nil, err
		}
		for _, s := range found {
			list = append(list, takenBack{s, micros(e.At)})
		}
	}
	if !about(e, rules.KindPR) || readPull(e).state != StateMerged {
		return list, nil
	}
	by, err := byButton(t, e)
	if err != nil {
		return nil, err
	}
	before, err := revertedBefore(t, e.Subject)
	return append(by, before...), err
}

// byButton is the pull request that this one takes back, where it was made by GitHub's button and was merged just now.
func byButton(t *tx, e eventlog.Event) ([]takenBack, error) {
	var f map[string]json.RawMessage
	if e.Kind != "pull_request.closed" || decode(e, &f) != nil || as[int](f["reverts"]) == 0 {
		return nil, nil
	}
	merged := rules.PRSubject(e.Repository, as[int](f["reverts"]))
	same, err := sameBase(t, e.Subject, merged)
	if err != nil || !same {
		return nil, err
	}
	return []takenBack{{merged, micros(e.At)}}, nil
}

// sameBase says that two pull requests were merged into the same base, as far as both are known.
func sameBase(t *tx, by, merged rules.Subject) (bool, error) {
	bases, err := column[string](t.ctx, t, "SELECT DISTINCT base FROM pull WHERE repository = $1 AND number IN ($2, $3) AND base <> ''",
		merged.RepoID(), by.Number(), merged.Number())
	return len(bases) < 2, err
}

// revertedBefore says when a pull request was taken back whose commit was not known then.
func revertedBefore(t *tx, s rules.Subject) ([]takenBack, error) {
	times, err := column[int64](t.ctx, t, `SELECT reverted.at FROM reverted JOIN pull ON pull.repository = reverted.repository AND pull.landed = reverted.landed
		WHERE pull.repository = $1 AND pull.number = $2 AND (pull.base = reverted.base OR pull.base = '') ORDER BY reverted.at LIMIT 1`, s.RepoID(), s.Number())
	var list []takenBack
	for _, at := range times {
		list = append(list, takenBack{s, at})
	}
	return list, err
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
