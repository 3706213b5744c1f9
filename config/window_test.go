package config

import (
	"testing"
	"time"
)

// Shows: X19.
func TestWindows(t *testing.T) {
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		window, at string
		want       bool
	}{
		// 2026-11-20 is a Friday.
		{"Fri 16:00 - Mon 07:00", "2026-11-20 15:59", false},
		{"Fri 16:00 - Mon 07:00", "2026-11-20 16:00", true},
		{"Fri 16:00 - Mon 07:00", "2026-11-22 12:00", true},
		{"Fri 16:00 - Mon 07:00", "2026-11-23 06:59", true},
		{"Fri 16:00 - Mon 07:00", "2026-11-23 07:00", false},
		{"Mon 07:00 - Fri 16:00", "2026-11-20 15:59", true},
		{"Mon 07:00 - Fri 16:00", "2026-11-21 00:00", false},
		{"fri 10:00 - fri 10:00", "2026-11-17 03:00", true},
		{"Mon-Fri 09:00-18:00", "2026-11-20 09:00", true},
		{"Mon-Fri 09:00-18:00", "2026-11-20 18:00", false},
		{"Mon-Fri 09:00-18:00", "2026-11-21 12:00", false},
		{"Mon-Fri 09:00 - 18:00", "2026-11-18 12:00", true},
		{"Sat-Mon 09:00-18:00", "2026-11-22 12:00", true},
		{"Sat-Mon 09:00-18:00", "2026-11-24 12:00", false},
		{"Sat-Mon 09:00-18:00", "2026-11-23 08:59", false},
		{"Sat-Mon 09:00-18:00", "2026-11-23 09:00", true},
		{"Sun 22:00-06:00", "2026-11-23 05:59", true},
		{"Sun 22:00-06:00", "2026-11-22 21:59", false},
		{"Sun 22:00-24:00", "2026-11-22 23:59", true},
		{"2026-12-20 - 2027-01-06", "2026-12-19 23:59", false},
		{"2026-12-20 - 2027-01-06", "2026-12-20 00:00", true},
		{"2026-12-20 - 2027-01-06", "2027-01-06 23:59", true},
		{"2026-12-20 - 2027-01-06", "2027-01-07 00:00", false},
		{"2026-12-20 16:00 - 2026-12-20 18:00", "2026-12-20 17:00", true},
		{"2026-12-20 16:00 - 2026-12-20 18:00", "2026-12-20 18:00", false},
	} {
		w, _, ok := parseWindow(c.window, madrid)
		if !ok {
			t.Fatalf("%q is not read", c.window)
		}
		at, err := time.ParseInLocation("2006-01-02 15:04", c.at, madrid)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.Covers(at.UTC()); got != c.want {
			t.Errorf("%q covers %s: %v, want %v", c.window, c.at, got, c.want)
		}
	}
}

func TestWindowsEnd(t *testing.T) {
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ window, at, want string }{
		{"Fri 16:00 - Mon 07:00", "2026-11-20 16:00", "2026-11-23 07:00"},
		{"Fri 16:00 - Mon 07:00", "2026-11-23 06:59", "2026-11-23 07:00"},
		{"Fri 16:00 - Mon 07:00", "2026-11-23 07:00", "2026-11-23 07:00"},
		{"Fri 16:00 - Mon 07:00", "2026-03-28 12:00", "2026-03-30 07:00"}, // the clocks go forward in between
		{"Mon-Fri 09:00-18:00", "2026-11-20 09:30", "2026-11-20 18:00"},
		{"Sun 22:00-06:00", "2026-11-23 05:59", "2026-11-23 06:00"},
		{"Sun 22:00-06:00", "2026-11-22 23:00", "2026-11-23 06:00"},
		{"2026-12-20 - 2027-01-06", "2026-12-24 18:00", "2027-01-07 00:00"},
		{"2026-12-20 - 2027-01-06", "2026-12-01 18:00", "2026-12-01 18:00"},
	} {
		w, _, ok := parseWindow(c.window, madrid)
		if !ok {
			t.Fatalf("%q is not read", c.window)
		}
		at, err := time.ParseInLocation("2006-01-02 15:04", c.at, madrid)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.End(at.UTC()).Format("2006-01-02 15:04"); got != c.want {
			t.Errorf("%q at %s ends at %s, want %s", c.window, c.at, got, c.want)
		}
	}
}
