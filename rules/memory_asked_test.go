package rules

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Whoever is asked again is remembered once.
func TestAskedIsRememberedOnce(t *testing.T) {
	m := &Memory{}
	for _, people := range [][]string{{"a"}, {"a", "b"}, {"b"}} {
		m.Open = map[string]Intent{KindRequest: {Kind: KindRequest}}
		m.foldAct(EventSeen, time.Time{}, Act{Kind: KindRequest, Asked: people})
	}
	if diff := cmp.Diff([]string{"a", "b"}, m.Asked); diff != "" {
		t.Error(diff)
	}
}
