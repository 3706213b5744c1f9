package github

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/google/go-github/v57/github"
)

// Delivery is a webhook delivery that never succeeded.
type Delivery struct {
	ID           int64  // of its newest attempt
	GUID         string // the same for every attempt
	Event        string
	Action       string
	Installation int64
	Repository   int64
	At           time.Time // of its newest attempt
	Status       int       // what we answered; 0: nothing
}

// maxDeliveryPages bounds how far back deliveries are read, 100 a page.
const maxDeliveryPages = 100

// Deliveries lists the deliveries since a time of which no attempt succeeded, oldest first. GitHub keeps them for three days
// and never sends one again by itself.
// https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
func (c *Client) Deliveries(ctx context.Context, since time.Time) ([]Delivery, error) {
	var attempts []*github.HookDelivery
	path := "app/hook/deliveries?per_page=100"
	for page := 0; path != "" && page < maxDeliveryPages; page++ {
		r, err := c.read(ctx, 0, path)
		if err != nil {
			return nil, fmt.Errorf("list deliveries: %w", err)
		}
		var some []*github.HookDelivery
		if err := json.Unmarshal(r.Body, &some); err != nil {
			return nil, fmt.Errorf("decode deliveries: %w", err)
		}
		attempts = append(attempts, some...)
		if n := len(some); n == 0 || some[n-1].GetDeliveredAt().Before(since) {
			break
		}
		path = r.next()
	}
	return failed(attempts, since), nil
}

// failed groups attempts, newest first, by their GUID.
func failed(attempts []*github.HookDelivery, since time.Time) []Delivery {
	newest := map[string]int{}
	ok := map[string]bool{}
	var all []Delivery
	for _, a := range attempts {
		guid := a.GetGUID()
		ok[guid] = ok[guid] || a.GetStatusCode() >= 200 && a.GetStatusCode() < 300
		if _, seen := newest[guid]; seen || a.GetDeliveredAt().Before(since) {
			continue
		}
		newest[guid] = len(all)
		all = append(all, Delivery{
			ID: a.GetID(), GUID: guid, Event: a.GetEvent(), Action: a.GetAction(), Installation: a.GetInstallationID(),
			Repository: a.GetRepositoryID(), At: a.GetDeliveredAt().Time, Status: a.GetStatusCode(),
		})
	}
	var bad []Delivery
	for i := len(all) - 1; i >= 0; i-- {
		if !ok[all[i].GUID] {
			bad = append(bad, all[i])
		}
	}
	return bad
}

// Redeliver asks GitHub to send a delivery again; it comes with the same GUID.
// https://docs.github.com/en/rest/apps/webhooks#redeliver-a-delivery-for-an-app-webhook
func (c *Client) Redeliver(ctx context.Context, id int64) error {
	r, err := c.send(ctx, 0, http.MethodPost, fmt.Sprintf("app/hook/deliveries/%d/attempts", id), nil)
	if err == nil {
		err = c.check(0, r)
	}
	if err != nil {
		return fmt.Errorf("redeliver %d: %w", id, err)
	}
	return nil
}
