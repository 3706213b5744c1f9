package ledger

import (
	"encoding/json"
	"strings"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// undoQueueing notes that a person took a pull request out of GitHub's merge queue that pitcrew had put in.
// https://docs.github.com/en/webhooks/webhook-events-and-payloads?actionType=dequeued#pull_request
func undoQueueing(t *tx, e eventlog.Event) error {
	if ours(e) || e.Kind != "pull_request.dequeued" || !about(e, rules.KindPR) {
		return nil
	}
	var f map[string]json.RawMessage
	if decode(e, &f) != nil || as[bool](f["own"]) || !strings.EqualFold(as[string](f["reason"]), "manual") {
		return nil
	}
	return t.exec("UPDATE act SET undone = $1 WHERE kind = $2 AND subject = $3 AND undone = 0 AND seen > 0", micros(e.At), rules.KindEnqueue, e.Subject)
}
