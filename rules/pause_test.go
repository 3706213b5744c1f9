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
		"after two merges":                       {[]pauseStep{begin(mismatch), begin(Pause{Why: CodeMismatch, Pull: 8, At: pausedAt})}, []Pause{mismatch, {Why: CodeMismatch, Pull: 8, At: pausedAt}}},
		"begun again":                            {[]pauseStep{begin(asked("main", 0)), end("main"), begin(asked("main", 9))}, []Pause{asked("main", 9)}},
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
}
