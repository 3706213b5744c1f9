package rules

import (
	"encoding/json"
	"testing"
	"time"
)

// stoodSo makes a pull request one whose newest answers had it in line at its head.
func stoodSo(reasons ...Reason) func(*PR) {
	return func(p *PR) {
		p.Memory.TreeHead, p.Memory.Tree = p.Head, []Answer{{Rule: "merge", Because: reasons}}
	}
}

func red(at time.Time) func(*PR) {
	return func(p *PR) {
		p.Checks[0] = run("build", CheckFailed)
		p.Checks[0].At = at
	}
}

func TestRedGrace(t *testing.T) {
	seen := func(ago time.Duration) func(*PR) {
		return func(p *PR) { p.Memory.Red = Red{p.Head, noon.Add(-ago)} }
	}
	pending := func(p *PR) { p.Checks[0] = run("build", CheckPending) }
	ready, graced := stoodSo(), stoodSo(reason(CodeRedGrace, Waiting))
	for _, c := range []struct {
		name    string
		changes []func(*PR)
		code    Code
		stands  Standing
	}{
		{"red just now, in line", []func(*PR){ready, red(noon.Add(-time.Second))}, CodeRedGrace, InLine},
		{"red for long, seen only now", []func(*PR){ready, red(noon.Add(-redGrace))}, CodeCheckFailed, Out},
		{"red, nobody says when", []func(*PR){ready, red(time.Time{})}, CodeRedGrace, InLine},
		{"red, and never in line", []func(*PR){stoodSo(reason(CodeApprovals, NeedsYou)), red(noon)}, CodeCheckFailed, Out},
		{"red at a head that was not in line", []func(*PR){ready, red(noon), func(p *PR) { p.Memory.TreeHead = "older" }}, CodeCheckFailed, Out},
		{"red, seen within the grace", []func(*PR){graced, red(noon), seen(redGrace - time.Second)}, CodeRedGrace, InLine},
		{"red, and the grace is over", []func(*PR){graced, red(noon), seen(redGrace)}, CodeCheckFailed, Out},
		{"run again", []func(*PR){graced, pending, seen(redGrace)}, CodeRerun, InLine},
		{"run again for too long", []func(*PR){graced, pending, seen(rerunRuns)}, CodeCheckPending, Out},
		{"run again, and never red in line", []func(*PR){ready, pending}, CodeCheckPending, Out},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := numbered(7, c.changes...)
			l := lineOf(snapshot(file(t, "merge: {policies: [{checks: [build]}]}"), p), p)
			if !hasReason(l.Reasons, c.code) || l.Standing != c.stands {
				t.Errorf("%q with %v, want %q with %s", l.Standing, l.Reasons, c.stands, c.code)
			}
		})
	}
}

// A head is red once: the time is kept while it is graced or runs again, and goes with the next answer that is neither.
func TestRedIsFolded(t *testing.T) {
	m := &Memory{}
	fold := func(at time.Time, head string, code Code) {
		doc, err := json.Marshal(Decided{Head: head, Answers: []Answer{{Rule: "merge", Because: []Reason{reason(code, Waiting)}}}})
		if err == nil {
			err = m.Fold(1, at, EventDecided, doc)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, step := range []struct {
		head string
		code Code
		want Red
	}{
		{"a", CodeCheckPending, Red{}},
		{"a", CodeRedGrace, Red{"a", noon.Add(time.Minute)}},
		{"a", CodeRerun, Red{"a", noon.Add(time.Minute)}},
		{"a", CodeRedGrace, Red{"a", noon.Add(time.Minute)}},
		{"b", CodeRedGrace, Red{"b", noon.Add(4 * time.Minute)}},
		{"b", CodeCheckFailed, Red{}},
	} {
		if fold(noon.Add(time.Duration(i)*time.Minute), step.head, step.code); m.Red != step.want {
			t.Errorf("after %d, %s: %v, want %v", i, step.code, m.Red, step.want)
		}
	}
}

func TestSilentCheck(t *testing.T) {
	seen := func(ago time.Duration) func(*PR) {
		return func(p *PR) { p.Memory.TreeHead, p.Memory.HeadAt = p.Head, noon.Add(-ago) }
	}
	for _, c := range []struct {
		name    string
		changes []func(*PR)
		want    Code
	}{
		{"others reported long ago", []func(*PR){seen(silentFor)}, CodeCheckSilent},
		{"others reported", []func(*PR){seen(silentFor - time.Second)}, CodeCheckAbsent},
		{"seen for the first time", nil, CodeCheckAbsent},
		{"nothing has reported", []func(*PR){seen(silentFor), func(p *PR) { p.Checks = nil }}, CodeCheckAbsent},
		{"others only run", []func(*PR){seen(silentFor), func(p *PR) { p.Checks[0].State = CheckPending }}, CodeCheckAbsent},
		{"only our own has reported", []func(*PR){seen(silentFor), func(p *PR) { p.Checks = []Check{{Name: CheckName, App: us.ID, State: CheckPassed}} }}, CodeCheckAbsent},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := numbered(7, c.changes...)
			l := lineOf(snapshot(file(t, "merge: {policies: [{checks: [docs]}]}"), p), p)
			if !hasReason(l.Reasons, c.want) || l.Standing != Out {
				t.Errorf("%q with %v, want out with %s", l.Standing, l.Reasons, c.want)
			}
		})
	}
}
