package handlers_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/pitcrew-app/pitcrew/handlers"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// Whatever arrives is read to the same end twice, and what it is read to can be appended.
func FuzzRead(f *testing.F) {
	for name, body := range payloads(f) {
		f.Add(eventOf(name), body)
	}
	f.Add("", []byte(`{"pull_request":{"number":1e3},"repository":{"id":12}}`))
	f.Fuzz(func(t *testing.T, event string, body []byte) {
		got, err := github().Read(t.Context(), event, "guid", received, body)
		if err != nil && !errors.Is(err, handlers.ErrUnreadable) {
			t.Fatal(err)
		}
		again, _ := github().Read(t.Context(), event, "guid", received, body)
		if !reflect.DeepEqual(got, again) {
			t.Fatalf("read twice: %s, and then %s", meaning(got), meaning(again))
		}
		if fault := unfit(got); fault != "" {
			t.Fatal(fault)
		}
	})
}

// unfit says why an append could not be written, or nothing.
func unfit(a eventlog.Append) string {
	if len(a.Events) != 1 || a.Events[0].Kind == "" || a.Events[0].Source == "" {
		return "not one event with a source and a kind"
	}
	if a.Events[0].At.After(received) {
		return "it happened in the future"
	}
	for _, doc := range []json.RawMessage{a.Events[0].Facts, a.Events[0].MustShow} {
		if doc != nil && !json.Valid(doc) {
			return fmt.Sprintf("not JSON: %s", doc)
		}
	}
	for _, m := range a.Marks {
		if _, err := rules.ParseSubject(string(m.Subject)); err != nil && (m.Head == nil || m.Head.Repo <= 0 || m.Head.SHA == "") {
			return fmt.Sprintf("due is %v: %v", m, err)
		}
		if len(m.Touches) == 0 {
			return fmt.Sprintf("%s is due for no fact", m.Subject)
		}
	}
	if s := a.Events[0].Subject; s != "" {
		if _, err := rules.ParseSubject(string(s)); err != nil {
			return err.Error()
		}
	}
	return ""
}
