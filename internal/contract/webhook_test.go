package contract

import (
	"encoding/json"
	"strings"
	"testing"
)

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Every payload described accepts its own smallest sample, misses what is
// taken out of it and knows what was put into it.
func TestWebhookSamples(t *testing.T) {
	r := referee(t)
	schemas, err := r.hooks()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, name := range sortedKeys(schemas) {
		event, _ := cut(name)
		payload, ok := sample(schemas[name].Value).(map[string]any)
		if strings.HasPrefix(name, "webhook") || !ok || !isPayload(name, payload) {
			continue // a part of payloads
		}
		n++
		if err := r.Webhook(event, marshal(t, payload)); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		payload["unheard_of"] = 1
		check(t, r.Webhook(event, marshal(t, payload)), "payload/unheard_of: unknown property")
	}
	if n < 100 {
		t.Errorf("%d payloads; the events of events.txt have more than a hundred", n)
	}
}

func isPayload(name string, payload map[string]any) bool {
	_, action := cut(name)
	return action != "" && payload["action"] == action
}

func TestWebhook(t *testing.T) {
	r := referee(t)
	schemas, err := r.hooks()
	if err != nil {
		t.Fatal(err)
	}
	changed := func(name string, change func(map[string]any)) []byte {
		p := sample(schemas[name].Value).(map[string]any)
		change(p)
		return marshal(t, p)
	}
	const sync = "pull_request.synchronize"
	pull := func(p map[string]any) map[string]any { return p["pull_request"].(map[string]any) }
	for _, tt := range []struct {
		name, event string
		body        []byte
		want        string
	}{
		{"good", "pull_request", changed(sync, func(map[string]any) {}), ""},
		{"property missing", "pull_request", changed(sync, func(p map[string]any) { delete(p, "after") }), `"after" is missing`},
		{"property missing deep within", "pull_request", changed(sync, func(p map[string]any) { delete(pull(p), "head") }), "payload/pull_request/head"},
		{"property of another type", "pull_request", changed(sync, func(p map[string]any) { p["number"] = "7" }), "payload/number"},
		{"property invented deep within", "pull_request", changed(sync, func(p map[string]any) { pull(p)["mergable"] = true }), "payload/pull_request/mergable: unknown property"},
		{"action that the event has not", "pull_request", []byte(`{"action":"merged"}`), "webhook pull_request.merged is not described"},
		{"event that is not listed", "star", []byte(`{"action":"created"}`), "webhook star.created is not described"},
		{"event without actions", "push", marshal(t, sample(schemas["push"].Value)), ""},
		{"event with a line in its name", "pull_request_review", []byte(`{"action":"submitted"}`), `"review" is missing`},
		{"one of two forms: the nearer explains", "pull_request", changed("pull_request.review_requested", func(p map[string]any) {
			delete(p["requested_reviewer"].(map[string]any), "login")
		}), `payload/requested_reviewer/login: property "login" is missing`},
		{"the other of two forms", "pull_request", changed("pull_request.review_requested", func(p map[string]any) {
			delete(p, "requested_reviewer")
			p["requested_team"] = map[string]any{"id": 1}
		}), `payload/requested_team/name: property "name" is missing`},
		{"no JSON", "push", []byte(`payload=%7B`), "is no JSON object"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			check(t, r.Webhook(tt.event, tt.body), tt.want)
		})
	}
}
