package rules

import (
	"encoding/json"
	"testing"
	"time"
)

// lineHistory is one thing that happens to a line: "+7" joins, "-7" leaves, "!7" lands, so many minutes after the one before.
type lineHistory struct {
	what    string
	minutes int
}

func foldLine(t *testing.T, history []lineHistory) (*Memory, time.Time) {
	t.Helper()
	m, now := &Memory{}, pausedAt
	for i, h := range history {
		now = now.Add(time.Duration(h.minutes) * time.Minute)
		s := Stood{Number: int(h.what[1] - '0'), Stand: InLine, Landed: h.what[0] == '!'}
		if h.what[0] != '+' {
			s.Stand = Out
		}
		doc, err := json.Marshal(s)
		if err == nil {
			err = m.Fold(int64(i+1), now, EventStanding, doc)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return m, now
}

func TestExpect(t *testing.T) {
	// 1 was first for 4 minutes, 2 for 6, 3 for 20: the median is 6.
	three := []lineHistory{{"+1", 0}, {"+2", 1}, {"+3", 1}, {"!1", 2}, {"!2", 6}, {"!3", 20}}
	for name, tt := range map[string]struct {
		more  []lineHistory
		pull  int
		later int // minutes that pass
		want  int // minutes from the end of the history; -1: nothing is foretold
	}{
		"first":                             {[]lineHistory{{"+5", 0}}, 5, 0, 6},
		"second":                            {[]lineHistory{{"+5", 0}, {"+6", 0}}, 6, 0, 12},
		"first for a while":                 {[]lineHistory{{"+5", 0}}, 5, 4, 6},
		"longer than the median":            {[]lineHistory{{"+5", 0}}, 5, 9, 9},
		"behind who takes longer":           {[]lineHistory{{"+5", 0}, {"+6", 0}}, 6, 9, 15},
		"not in line":                       {[]lineHistory{{"+5", 0}}, 6, 0, -1},
		"the one before left":               {[]lineHistory{{"+5", 0}, {"+6", 0}, {"-5", 3}}, 6, 0, 6},
		"what left first is no landing":     {[]lineHistory{{"+5", 0}, {"+6", 0}, {"-5", 600}, {"+7", 0}}, 7, 0, 12},
		"who landed unasked is not counted": {[]lineHistory{{"+5", 0}, {"+6", 600}, {"!6", 0}}, 5, 0, 0},
	} {
		m, now := foldLine(t, append(three[:len(three):len(three)], tt.more...))
		e, ok := m.Expect(now.Add(time.Duration(tt.later)*time.Minute), tt.pull)
		got := int(e.At.Sub(now) / time.Minute)
		if ok != (tt.want >= 0) || ok && (got != tt.want || e.N != 3 || e.Each != 6*time.Minute) {
			t.Errorf("%s: %d min, %v, %t; want %d min", name, got, e, ok, tt.want)
		}
	}
}

func TestExpectNothingOfFew(t *testing.T) {
	m, now := foldLine(t, []lineHistory{{"+1", 0}, {"+2", 1}, {"!1", 2}, {"!2", 6}, {"+3", 0}})
	if e, ok := m.Expect(now, 3); ok {
		t.Errorf("two have landed, and a third is foretold for %v", e)
	}
}

func TestExpectAfterAFreeze(t *testing.T) {
	m, now := foldLine(t, []lineHistory{{"+1", 0}, {"+2", 0}, {"+3", 0}, {"!1", 4}, {"!2", 4}, {"!3", 4}, {"+4", 0}, {"+5", 0}})
	until := now.Add(time.Hour)
	m.Tree = []Answer{{Rule: "merge", Because: []Reason{reason(CodeFrozen, Stopped, "end", until.Format(time.RFC3339))}}}
	if e, _ := m.Expect(now, 5); e.At != until.Add(8*time.Minute) {
		t.Errorf("in a freeze: %v, want %v", e.At, until.Add(8*time.Minute))
	}
	if e, _ := m.Expect(until, 5); e.At != until.Add(4*time.Minute) {
		t.Errorf("when it is over, and the first is overdue: %v, want %v", e.At, until.Add(4*time.Minute))
	}
}

// What is remembered of landings is the newest, however many there were.
func TestLandingsAreBounded(t *testing.T) {
	var history []lineHistory
	for range 3 * MaxLandings {
		history = append(history, lineHistory{"+1", 1}, lineHistory{"!1", 2})
	}
	history = append(history, lineHistory{"+1", 1}, lineHistory{"!1", 9})
	m, _ := foldLine(t, history)
	if n := len(m.Landings); n != MaxLandings || m.Landings[n-1] != 9*time.Minute {
		t.Errorf("%d landings are remembered, the newest %v", n, m.Landings[n-1])
	}
}
