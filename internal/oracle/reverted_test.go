package oracle

import (
	"testing"
	"time"
)

// A merge that was taken back counts no minute, if the program could know what had landed; else it may.
func TestWhatTheOracleSaysOfMergesTakenBack(t *testing.T) {
	for _, c := range []struct {
		name    string
		after   time.Duration
		told    bool
		minutes int
		want    string
	}{
		{"taken back", time.Hour, true, 0, ""},
		{"counted all the same", time.Hour, true, 1, "the report counts 1 minutes"},
		{"counted, and nobody had told", time.Hour, false, 1, ""},
		{"counted, within a moment", time.Minute, true, 1, ""},
		{"not counted, and nobody had told", time.Hour, false, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene()
			s.after(time.Hour, nothing)
			s.merge()
			s.after(c.after, nothing)
			s.o.Reverted("acme/api", 7, c.told)
			s.end(Kept{Merges: 1, Minutes: c.minutes, Again: c.minutes})
			s.says(t, c.want)
		})
	}
}
