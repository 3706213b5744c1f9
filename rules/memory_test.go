package rules

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// story folds events, each a minute after the one before, numbered from 1.
func story(t *testing.T, events ...any) *Memory {
	t.Helper()
	m := &Memory{}
	for i := 0; i < len(events); i += 2 {
		facts, err := json.Marshal(events[i+1])
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Fold(int64(i/2+1), noon.Add(time.Duration(i/2)*time.Minute), events[i].(string), facts); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func TestIntentOpensAndCloses(t *testing.T) {
	merge := Act{Kind: KindMerge, Key: head, Action: json.RawMessage(`{"head":"x"}`)}
	m := story(t, EventIntended, merge)
	if diff := cmp.Diff(map[string]Intent{KindMerge: {Kind: KindMerge, Key: head, At: noon, Action: merge.Action}}, m.Open); diff != "" {
		t.Error(diff)
	}
	m = story(t, EventIntended, merge, EventReplied, Act{Kind: KindMerge, Key: head, Status: 502})
	if in := m.Open[KindMerge]; in.Sent || in.Status != 502 {
		t.Errorf("after 502: %+v", in)
	}
	m = story(t, EventIntended, merge, EventReplied, Act{Kind: KindMerge, Key: head, Status: 200})
	if in := m.Open[KindMerge]; !in.Sent {
		t.Errorf("after 200: %+v", in)
	}
	m = story(t, EventIntended, merge, EventReplied, Act{Kind: KindMerge, Key: "other", Status: 200})
	if in := m.Open[KindMerge]; in.Sent {
		t.Error("the answer to another act counts")
	}
	u := Updated{From: "a", To: "b"}
	m = story(t, EventIntended, Act{Kind: KindUpdate, Key: "a"}, EventRefused, Act{Kind: KindUpdate, Key: "a", Until: noon, Status: 403, Why: "no"}, EventIntended, Act{Kind: KindUpdate, Key: "a"},
		EventSeen, Act{Kind: KindUpdate, Key: "a", Updated: &u, Asked: []string{"x"}})
	if diff := cmp.Diff(&Memory{Open: map[string]Intent{}, Backoff: map[string]Backoff{}, Done: map[string]string{KindUpdate: "a"}, Updates: []Updated{u}, Asked: []string{"x"}}, m); diff != "" {
		t.Error(diff)
	}
}

func TestFailuresAdd(t *testing.T) {
	no := Act{Kind: KindRequest, Key: "k", Until: noon, Status: 422, Why: "no", Dropped: []string{"tok-bo"}}
	m := story(t, EventIntended, no, EventRefused, no, EventIntended, no, EventAbsent, no)
	if b := m.Backoff[KindRequest]; b.Times != 2 || b.Message != "no" || b.Key != "k" || b.Status != 422 {
		t.Errorf("%+v", b)
	}
	if m.RefusedUntil["tok-bo"].IsZero() || len(m.Open) > 0 {
		t.Errorf("%+v", m)
	}
}

// Looks at a pull request and at its base may both tell how an act ended, the second when the next act is under way already.
func TestAnEndIsToldOnce(t *testing.T) {
	first, second := Act{Kind: KindUpdate, Key: "a"}, Act{Kind: KindUpdate, Key: "b", Action: json.RawMessage(`{}`)}
	seen, absent := first, first
	seen.Updated, absent.Until = &Updated{From: "a", To: "b"}, noon
	for _, again := range []struct {
		kind string
		act  Act
	}{{EventSeen, seen}, {EventAbsent, absent}, {EventRefused, absent}, {EventReplied, Act{Kind: KindUpdate, Key: "a", Status: 202}}} {
		m := story(t, EventIntended, first, EventSeen, seen, EventIntended, second, again.kind, again.act)
		want := story(t, EventIntended, first, EventSeen, seen, EventIntended, second)
		if diff := cmp.Diff(want, m); diff != "" {
			t.Errorf("%s again: %s", again.kind, diff)
		}
	}
}

func TestUpdatesAreBounded(t *testing.T) {
	var events []any
	for i := range 2 * maxUpdates {
		act := Act{Kind: KindUpdate, Key: fmt.Sprint(i), Updated: &Updated{From: fmt.Sprint(i)}}
		events = append(events, EventIntended, act, EventSeen, act)
	}
	m := story(t, events...)
	if n := len(m.Updates); n != maxUpdates || m.Updates[n-1].From != fmt.Sprint(2*maxUpdates-1) {
		t.Errorf("%d updates are remembered, the newest from %s", n, m.Updates[n-1].From)
	}
}

func TestStandingsOrder(t *testing.T) {
	in := func(n int) Stood { return Stood{Number: n, Stand: InLine} }
	m := story(t, EventStanding, in(9), EventStanding, in(3), EventStanding, in(9), EventStanding, in(5), EventStanding, Stood{Number: 3, Stand: Out},
		EventStanding, Stood{Number: 7, Stand: Kept, Tip: tip}, EventStanding, in(3), EventStanding, Stood{Number: 5, Stand: Kept}, EventStanding, in(5))
	if got := fmt.Sprint(m.Order(), m.KeptUp()); got != "[9 3 5] [7]" {
		t.Errorf("order %s: who joins stands behind, who stays keeps the place", got)
	}
	if m.Line[9].Since != 1 || m.Line[3].Since != 7 || m.Line[7].Since != 0 || m.Line[7].Tip != tip {
		t.Errorf("%+v", m.Line)
	}
	if tie := (&Memory{Line: map[int]Entry{2: {Since: 1, Stand: InLine}, 1: {Since: 1, Stand: InLine}}}).Order(); fmt.Sprint(tie) != "[1 2]" {
		t.Errorf("a tie goes %v", tie)
	}
}

func TestOtherEvents(t *testing.T) {
	m := story(t, EventDecided, Decided{Head: head, Answers: []Answer{{Rule: "merge"}}}, EventPlace, Place{Position: 2}, EventAsked, []string{"tok-bo"},
		EventObserved, Act{Kind: KindMerge, Key: head}, "weather", "rain")
	want := &Memory{Tree: []Answer{{Rule: "merge"}}, TreeAt: noon, TreeHead: head, HeadAt: noon, Place: Place{Position: 2},
		Recent: map[string]int64{"tok-bo": 3}, Observed: map[string]string{KindMerge: head}}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Error(diff)
	}
	for _, kind := range []string{EventIntended, EventDecided, EventStanding, EventPlace, EventAsked} {
		if err := (&Memory{}).Fold(4, noon, kind, json.RawMessage("[{")); err == nil {
			t.Errorf("%s: broken facts are folded", kind)
		}
	}
}

func TestMemoryRoundTrip(t *testing.T) {
	m := story(t, EventIntended, Act{Kind: KindMerge, Key: head, Action: json.RawMessage(`{}`)}, EventStanding, Stood{Number: 9, Stand: InLine},
		EventDecided, Decided{Head: head, Answers: []Answer{{Rule: "merge", Because: []Reason{reason(CodeApprovals, NeedsYou, "have", "0")}}}},
		EventIntended, Act{Kind: KindUpdate, Key: "a", Action: json.RawMessage(`{}`)},
		EventSeen, Act{Kind: KindUpdate, Key: "a", Updated: &Updated{From: "a", To: "b", At: noon}})
	doc, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var again Memory
	if err := json.Unmarshal(doc, &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, &again); diff != "" {
		t.Error(diff)
	}
}

func TestHeld(t *testing.T) {
	a := MergePR{Head: head}
	for _, c := range []struct {
		name  string
		m     Memory
		held  bool
		again time.Duration
	}{
		{name: "nothing known"},
		{name: "under way", m: Memory{Open: map[string]Intent{KindMerge: {Key: "any"}}}, held: true, again: lookAfterAct},
		{name: "another kind under way", m: Memory{Open: map[string]Intent{KindUpdate: {}}}},
		{name: "failed", m: Memory{Backoff: map[string]Backoff{KindMerge: {Key: head, Until: noon.Add(time.Minute)}}}, held: true, again: time.Minute},
		{name: "failed, over", m: Memory{Backoff: map[string]Backoff{KindMerge: {Key: head, Until: noon}}}},
		{name: "failed at another head", m: Memory{Backoff: map[string]Backoff{KindMerge: {Key: "b", Until: noon.Add(time.Minute)}}}},
		{name: "observed", m: Memory{Observed: map[string]string{KindMerge: head}}, held: true},
		{name: "observed at another head", m: Memory{Observed: map[string]string{KindMerge: "b"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			held, again := c.m.Held(noon, a)
			if held != c.held || c.again != 0 && !again.Equal(noon.Add(c.again)) || c.again == 0 && !again.IsZero() {
				t.Errorf("held %v until %v", held, again)
			}
		})
	}
}
