package ledger

import (
	"encoding/json"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// foldUndone notes that a person took back a review request that pitcrew had made. GitHub tells that by an event of its
// own (https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request); a request that ends because the
// review was given comes without one.
func foldUndone(t *tx, e eventlog.Event) error {
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
