package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// Window is a stretch of time in the zone of the file. It has one of three forms:
//
//	Fri 16:00 - Mon 07:00        once a week, from one moment to another
//	Mon-Fri 09:00-18:00          on each of these days
//	2026-12-20 - 2027-01-06      from the first day to the last, both included; with times: 2026-12-20 16:00 - …
//
// An end is not part of its window: at 07:00 sharp the first one above is over.
type Window struct {
	text     string
	zone     *time.Location
	weekly   []stretch // minutes since Monday 00:00; an end beyond the week reaches into the next one
	from, to time.Time
}

// stretch is from ≤ minute < to.
type stretch struct{ from, to int }

// Windows is one Window or a list of them.
type Windows []Window

func (v *Windows) decode(d *decoder, n *yaml.Node, at place) {
	out := Windows{}
	d.each(n, at, func(n *yaml.Node, at place) {
		var w Window
		w.decode(d, n, at)
		out = append(out, w)
	})
	*v = over(*v, out, at)
}

// Covers reports whether any of the windows has t in it.
func (v Windows) Covers(t time.Time) bool {
	return slices.ContainsFunc(v, func(w Window) bool { return w.Covers(t) })
}

const windowHint = `write "Fri 16:00 - Mon 07:00", "Mon-Fri 09:00-18:00" or "2026-12-20 - 2027-01-06"`

func (v *Window) decode(d *decoder, n *yaml.Node, at place) {
	if n.Kind != yaml.ScalarNode || isNull(n) {
		d.fail(n, at, "want a stretch of time, not "+show(n), windowHint)
		return
	}
	w, why, ok := parseWindow(n.Value, d.file.Zone)
	if !ok {
		d.fail(n, at, "want a stretch of time, not "+show(n)+why, windowHint)
		return
	}
	if !d.file.zoneSet {
		d.report(Notice, position{n.Line, n.Column}, at.path, at.key+": the file names no zone, so these times are UTC", "write `zone: Europe/Madrid` at the top, or `zone: UTC`")
	}
	*v = w
}

var (
	weekForm  = regexp.MustCompile(`^([A-Za-z]{3}) (\d\d:\d\d) ?- ?([A-Za-z]{3}) (\d\d:\d\d)$`)
	daysForm  = regexp.MustCompile(`^([A-Za-z]{3})(?: ?- ?([A-Za-z]{3}))? (\d\d:\d\d) ?- ?(\d\d:\d\d)$`)
	datesForm = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)( \d\d:\d\d)? - (\d{4}-\d\d-\d\d)( \d\d:\d\d)?$`)
	weekdays  = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
)

const (
	dayMinutes  = 24 * 60
	weekMinutes = 7 * dayMinutes
)

// parseWindow reads a Window; why says what is wrong in one that has the right form.
func parseWindow(text string, zone *time.Location) (w Window, why string, ok bool) {
	w = Window{text: text, zone: zone}
	if m := weekForm.FindStringSubmatch(text); m != nil {
		return w, ": no such day or time", w.week(m[1], m[2], m[3], m[4])
	}
	if m := daysForm.FindStringSubmatch(text); m != nil {
		return w, ": no such day or time", w.days(m[1], m[2], m[3], m[4])
	}
	if m := datesForm.FindStringSubmatch(text); m != nil {
		return w, ": no such date, or the end is before the beginning", w.dates(m[1]+m[2], m[3]+m[4])
	}
	return w, "", false
}

// week is one stretch each week. One that ends where it begins is the whole week.
func (v *Window) week(day1, time1, day2, time2 string) bool {
	d1, d2 := weekday(day1), weekday(day2)
	t1, t2 := minute(time1), minute(time2)
	if d1 < 0 || d2 < 0 || t1 < 0 || t2 < 0 {
		return false
	}
	from, to := d1*dayMinutes+t1, d2*dayMinutes+t2
	if to <= from {
		to += weekMinutes
	}
	v.weekly = []stretch{{from, to}}
	return true
}

// days is the same stretch on each of some days. One that ends at or before its beginning reaches into the next day.
func (v *Window) days(first, last, time1, time2 string) bool {
	d1, d2 := weekday(first), weekday(first)
	if last != "" {
		d2 = weekday(last)
	}
	t1, t2 := minute(time1), minute(time2)
	if d1 < 0 || d2 < 0 || t1 < 0 || t2 < 0 {
		return false
	}
	if d2 < d1 {
		d2 += len(weekdays)
	}
	if t2 <= t1 {
		t2 += dayMinutes
	}
	for d := d1; d <= d2; d++ {
		from := d % len(weekdays) * dayMinutes
		v.weekly = append(v.weekly, stretch{from + t1, from + t2})
	}
	return true
}

func (v *Window) dates(first, last string) bool {
	from, err1 := date(first, v.zone)
	to, err2 := date(last, v.zone)
	if !strings.Contains(last, " ") {
		to = to.AddDate(0, 0, 1) // the last day belongs to it
	}
	v.from, v.to = from, to
	return err1 == nil && err2 == nil && from.Before(to)
}

// date reads a day, or a minute of one.
func date(text string, zone *time.Location) (time.Time, error) {
	form := time.DateOnly
	if strings.Contains(text, " ") {
		form = "2006-01-02 15:04"
	}
	return time.ParseInLocation(form, text, zone)
}

func weekday(name string) int { return slices.Index(weekdays, strings.ToLower(name)) }

// minute is the minute of the day; 24:00 is its end, and -1 no time of day.
func minute(text string) int {
	var h, m int
	if _, err := fmt.Sscanf(text, "%d:%d", &h, &m); err != nil || m > 59 || h > 24 || h == 24 && m > 0 {
		return -1
	}
	return h*60 + m
}

// Holding is the window that covers t and ends last; ok says that there is one.
func (v Windows) Holding(t time.Time) (w Window, ok bool) {
	for _, each := range v {
		if each.Covers(t) && (!ok || w.End(t).Before(each.End(t))) {
			w, ok = each, true
		}
	}
	return w, ok
}

// End is when the stretch that covers t is over, in the zone of the window; t, where none does.
func (v Window) End(t time.Time) time.Time {
	local := t.In(v.zone)
	if v.weekly == nil {
		if v.Covers(t) {
			return v.to
		}
		return local
	}
	end, day := local, (int(local.Weekday())+6)%7
	now := day*dayMinutes + local.Hour()*60 + local.Minute()
	for _, s := range v.weekly {
		for _, at := range []int{now, now + weekMinutes} {
			if s.from <= at && at < s.to {
				end = later(end, time.Date(local.Year(), local.Month(), local.Day()-day, 0, s.to-(at-now), 0, 0, v.zone))
			}
		}
	}
	return end
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Covers reports whether t is in the window.
func (v Window) Covers(t time.Time) bool {
	if v.weekly == nil {
		return !t.Before(v.from) && t.Before(v.to)
	}
	t = t.In(v.zone)
	now := (int(t.Weekday())+6)%7*dayMinutes + t.Hour()*60 + t.Minute()
	return slices.ContainsFunc(v.weekly, func(s stretch) bool {
		return s.from <= now && now < s.to || now+weekMinutes < s.to
	})
}

// String is the window as the file writes it.
func (v Window) String() string { return v.text }
