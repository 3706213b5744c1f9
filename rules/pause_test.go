package rules

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var pausedAt = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// pauseStep is an event about a pause, a minute after the one before.
type pauseStep struct {
	kind  string
	facts any
}

func folded(t *testing.T, steps []pauseStep) *Memory {
	t.Helper()
	m := &Memory{}
	for i, s := range steps {
		doc, err := json.Marshal(s.facts)
		if err == nil {
			err = m.Fold(int64(i+1), pausedAt, s.kind, doc)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func TestPauses(t *testing.T) {
	asked := func(base string, minutes int) Pause {
		return Pause{Base: base, Why: CodePaused, At: pausedAt.Add(time.Duration(minutes) * time.Minute)}
	}
	mismatch := Pause{Why: CodeMismatch, Pull: 7, At: pausedAt}
	begin := func(p Pause) pauseStep { return pauseStep{EventPaused, p} }
	end := func(base string) pauseStep { return pauseStep{EventResumed, Resumed{Base: base}} }
	for name, tt := range map[string]struct {
		steps []pauseStep
		want  []Pause
	}{
		"one":                                    {[]pauseStep{begin(asked("main", 0))}, []Pause{asked("main", 0)}},
		"over":                                   {[]pauseStep{begin(asked("main", 0)), end("main")}, nil},
		"twice goes on as it began":              {[]pauseStep{begin(asked("main", 0)), begin(asked("main", 5))}, []Pause{asked("main", 0)}},
		"two ends by one":                        {[]pauseStep{begin(asked("main", 0)), begin(asked("main", 5)), end("main")}, nil},
		"the end of a branch is not that of all": {[]pauseStep{begin(asked("", 0)), begin(asked("main", 1)), end("main")}, []Pause{asked("", 0)}},
		"the end of all is not that of a branch": {[]pauseStep{begin(asked("", 0)), begin(asked("main", 1)), end("")}, []Pause{asked("main", 1)}},
		"another branch":                         {[]pauseStep{begin(asked("main", 0)), end("release")}, []Pause{asked("main", 0)}},
		"for two reasons":                        {[]pauseStep{begin(asked("", 0)), begin(mismatch)}, []Pause{asked("", 0), mismatch}},
		"for two reasons, and over":              {[]pauseStep{begin(asked("", 0)), begin(mismatch), end("")}, nil},
		"for two reasons of which none names a pull request": {[]pauseStep{begin(asked("", 0)), begin(Pause{Why: CodeMismatch, At: pausedAt})}, []Pause{asked("", 0), {Why: CodeMismatch, At: pausedAt}}},
		"after two merges": {[]pauseStep{begin(mismatch), begin(Pause{Why: CodeMismatch, Pull: 8, At: pausedAt})}, []Pause{mismatch, {Why: CodeMismatch, Pull: 8, At: pausedAt}}},
		"begun again":      {[]pauseStep{begin(asked("main", 0)), end("main"), begin(asked("main", 9))}, []Pause{asked("main", 9)}},
	} {
		if diff := cmp.Diff(tt.want, folded(t, tt.steps).Pauses); diff != "" && len(tt.want)+len(folded(t, tt.steps).Pauses) > 0 {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}

func TestPausedHoldsItsBase(t *testing.T) {
	pauses := []Pause{
		{Base: "release", Why: CodePaused, At: pausedAt.Add(2 * time.Minute)},
		{Why: CodePaused, At: pausedAt.Add(time.Minute)},
		{Org: true, Why: CodePaused, At: pausedAt},
	}
	if diff := cmp.Diff([]Pause{pauses[2], pauses[1]}, Paused(pauses, "main")); diff != "" {
		t.Errorf("main: -want +got\n%s", diff)
	}
	if got := Paused(pauses, "release"); len(got) != 3 || got[2].Base != "release" {
		t.Errorf("release: %v", got)
	}
}

func TestPauseSentences(t *testing.T) {
	for want, p := range map[string]Pause{
		"merging into main has been paused since Mon 2 Mar 09:00 UTC":                                                                      {Base: "main", Why: CodePaused, At: pausedAt},
		"merging in this repository has been paused since Mon 2 Mar 09:00 UTC":                                                             {Why: CodePaused, At: pausedAt},
		"merging in the whole organisation has been paused since Mon 2 Mar 09:00 UTC":                                                      {Org: true, Why: CodePaused, At: pausedAt},
		"merging in this repository has been stopped since Mon 2 Mar 09:00 UTC: the merge of #7 made something else than what was decided": {Why: CodeMismatch, Pull: 7, At: pausedAt},
	} {
		if got := p.Reason().Sentence(nil); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if r := p.Reason(); r.By(nil) != "an operator" || !r.Blocks() {
			t.Errorf("%v: who can end it, and that it holds, is missing", r)
		}
	}
	if who := (Pause{Why: CodePaused, By: "tok-ana", At: pausedAt}).Reason().Who; len(who) != 1 || who[0].Token != "tok-ana" {
		t.Errorf("who paused is %v", who)
	}
}

// How many pauses the newest answers name, of either reason.
func TestSaysPaused(t *testing.T) {
	m := &Memory{Tree: []Answer{
		{Rule: "update", Because: []Reason{reason(CodeHindered, Waiting)}},
		{Rule: "merge", Because: []Reason{reason(CodePaused, Stopped), reason(CodeApproved, Done), reason(CodePaused, Stopped), reason(CodeMismatch, Stopped)}},
	}}
	if n := m.SaysPaused(); n != 3 {
		t.Errorf("it says %d", n)
	}
}

// Who would stand in line is told of each pause of the base, and does not land; nobody else is told.
func TestPausesAreToldInLine(t *testing.T) {
	for _, c := range []struct {
		name   string
		pauses []Pause
		p      *PR
		want   string
	}{
		{"ready", []Pause{{Why: CodePaused}}, fit(), "paused"},
		{"twice", []Pause{{Why: CodePaused}, {Why: CodeMismatch, Pull: 8}}, fit(), "paused mismatch"},
		{"another base", []Pause{{Base: "release", Why: CodePaused}}, fit(), "in-line"},
		{"not approved", []Pause{{Why: CodePaused}}, with(unapproved), "approvals"},
	} {
		s := snapshot(file(t, "merge: {}"), c.p)
		s.Paused = c.pauses
		v := verdict(t, s, "merge")
		if got := blockers(v.Because); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
