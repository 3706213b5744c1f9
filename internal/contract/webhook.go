package contract

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Webhook judges the payload of a webhook; event is the name that the header
// X-GitHub-Event carries. There is one exception (a head whose fork is gone): what the
// simulator sends is whole, or it teaches the program to rely on what GitHub does not send.
func (r *Referee) Webhook(event string, body []byte) error {
	schemas, err := r.hooks()
	if err != nil {
		return err
	}
	var p struct{ Action string }
	if err := json.Unmarshal(body, &p); err != nil {
		return fmt.Errorf("webhook %s is no JSON object: %w", event, err)
	}
	name := event
	if p.Action != "" {
		name = event + "." + p.Action
	}
	ref := schemas[name]
	if ref == nil {
		return fmt.Errorf("webhook %s is not described, or its event not listed in events.txt", name)
	}
	found := excusedBy(jsonFaults("payload", ref.Value, body), func(e exception) bool { return e.hooks })
	if len(found) > 0 {
		return errors.New(redact(fmt.Sprintf("webhook %s: %v", name, errors.Join(found...))))
	}
	return nil
}
