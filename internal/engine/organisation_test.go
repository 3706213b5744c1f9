package engine

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// A change of the organisation's file reaches 5,000 repositories within a quarter of an hour and never in a crowd: those with a
// pull request in line first, then those where something happens, then the rest, each once.
func TestOrganisationIsSpread(t *testing.T) {
	const many = 5000
	ready, busy := []int64{4800, 4900}, []int64{3000, 4700}
	e := engineAt(t, noon)
	organisation(t, e, many, ready, busy)
	l := &look{Engine: e, repo: RepoInfo{ID: 1, Installation: 9}, memories: map[rules.Subject]*memory{}}
	if err := l.organisation(t.Context()); err != nil {
		t.Fatal(err)
	}
	marks := l.pending.Marks
	times := map[int64]time.Duration{}
	for _, m := range marks {
		times[m.Subject.RepoID()] = m.At.Sub(noon)
	}
	if len(marks) != many-1 || len(times) != many-1 {
		t.Fatalf("%d marks for %d repositories", len(marks), len(times))
	}
	for i, m := range marks[1:] {
		if gap := m.At.Sub(marks[i].At); gap <= 0 || gap > markGap {
			t.Fatalf("mark %d comes %s after the one before", i+1, gap)
		}
	}
	if last := marks[len(marks)-1].At.Sub(noon); last > orgSpread || last < orgSpread*9/10 {
		t.Errorf("the last repository is due after %s", last)
	}
	for _, r := range ready {
		for _, b := range busy {
			if times[r] >= times[b] || times[b] >= times[2] {
				t.Errorf("ready %d after %s, busy %d after %s, the rest from %s on", r, times[r], b, times[b], times[2])
			}
		}
	}
}

// Few repositories need no quarter of an hour.
func TestOrganisationOfFew(t *testing.T) {
	e := engineAt(t, noon)
	organisation(t, e, 5, nil, nil)
	l := &look{Engine: e, repo: RepoInfo{ID: 1, Installation: 9}, memories: map[rules.Subject]*memory{}}
	if err := l.organisation(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := len(l.pending.Marks); n != 4 || l.pending.Marks[3].At.Sub(noon) != 4*markGap {
		t.Errorf("%d marks, the last after %s", n, l.pending.Marks[n-1].At.Sub(noon))
	}
}

// organisation puts repositories 1 to n of an installation into the log: in some a pull request is ready, in some it is only open.
func organisation(t *testing.T, e *Engine, n int64, ready, busy []int64) {
	t.Helper()
	a := eventlog.Append{Cursors: map[string]string{}}
	for id := range n {
		a.Cursors[RepoInfo{ID: id + 1}.cursor()] = RepoInfo{Installation: 9, Owner: "acme", Name: "r"}.String()
	}
	for _, id := range append(busy, ready...) {
		doc, err := json.Marshal(fingerprint{Config: "f", Open: map[string]string{"7": "x"}, Tips: map[string]string{"main": "m1"}, Moved: noon})
		if err != nil {
			t.Fatal(err)
		}
		a.Cursors[sweptCursor(id)] = string(doc)
	}
	for _, id := range ready {
		doc, err := json.Marshal(rules.Stood{Number: 7, Stand: rules.InLine})
		if err != nil {
			t.Fatal(err)
		}
		a.Events = append(a.Events, eventlog.Event{At: noon, Source: source, Kind: rules.EventStanding, Installation: 9, Repository: id, Subject: rules.BaseSubject(id, "main"), Facts: doc})
	}
	if _, err := e.Log.Append(context.Background(), a); err != nil {
		t.Fatal(err)
	}
}
