package ledger

import (
	"fmt"
	"time"
)

// oneWeek is what a week is in UTC, which has no summer time.
const oneWeek = 7 * 24 * time.Hour

// firstMonday begins the first week; weekOf numbers from it.
var firstMonday = time.Date(1969, 12, 29, 0, 0, 0, 0, time.UTC)

// longest bounds the rows of a report, whatever period is asked for.
const longest = 530 // weeks: ten years

// weeks are the rows of all weeks that [from, to) touches, empty; the last ones, if they are very many.
func weeks(from, to time.Time) []WeekRow {
	rows := []WeekRow{}
	if !from.Before(to) {
		return rows
	}
	first, last := weekNumber(from), weekNumber(to.Add(-time.Microsecond))
	for n := max(first, last-longest); n <= last; n++ {
		monday := firstMonday.Add(time.Duration(n) * oneWeek)
		year, week := monday.ISOWeek()
		rows = append(rows, WeekRow{Week: fmt.Sprintf("%d-W%02d", year, week), From: monday, ByKind: map[string]int{}})
	}
	return rows
}

func weekNumber(t time.Time) int64 {
	return (t.UnixMicro() - firstMonday.UnixMicro()) / oneWeek.Microseconds()
}

// week is the row of the week that has this number; one that nobody sees, if the report does not reach back to it.
func (r *Report) week(n int64) *WeekRow {
	if len(r.ByWeek) > 0 {
		if i := n - weekNumber(r.ByWeek[0].From); i >= 0 && i < int64(len(r.ByWeek)) {
			return &r.ByWeek[i]
		}
	}
	return &WeekRow{ByKind: map[string]int{}}
}
