package github

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/google/go-github/v57/github"
)

// Delivery is a webhook delivery that failed at least once.
type Delivery struct {
	ID    int64     // of its newest failed attempt
	GUID  string    // the same for every attempt
	At    time.Time // of its newest failed attempt
	Again bool      // that attempt was asked for
}

// maxDeliveryPages bounds how many failures are read, 100 a page.
const maxDeliveryPages = 100

// Deliveries lists the deliveries of which an attempt since a time failed, oldest first; a later attempt may have succeeded.
// GitHub keeps them for three days, GitHub Enterprise Server for seven, and never sends one again by itself.
// https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
func (c *Client) Deliveries(ctx context.Context, since time.Time) ([]Delivery, error) {
	var attempts []*github.HookDelivery
	path := "app/hook/deliveries?per_page=100&status=failure"
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
	seen := map[string]bool{}
	var all []Delivery
	for _, a := range attempts {
		ok := a.GetStatusCode() >= 200 && a.GetStatusCode() < 300
		if ok || seen[a.GetGUID()] || a.GetDeliveredAt().Before(since) {
			continue
		}
		seen[a.GetGUID()] = true
		all = append(all, Delivery{ID: a.GetID(), GUID: a.GetGUID(), At: a.GetDeliveredAt().Time, Again: a.GetRedelivery()})
	}
	slices.Reverse(all)
	return all
}

// Redeliver asks GitHub to send a delivery again; it comes with the same GUID.
// https://docs.github.com/en/rest/apps/webhooks#redeliver-a-delivery-for-an-app-webhook
func (c *Client) Redeliver(ctx context.Context, id int64) error {
	if err := c.once(ctx, http.MethodPost, fmt.Sprintf("app/hook/deliveries/%d/attempts", id)); err != nil {
		return fmt.Errorf("redeliver %d: %w", id, err)
	}
	return nil
}
