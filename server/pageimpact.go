package server

import (
	"fmt"
	"net/http"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ledger"
)

// period is what a report is about: [From, To).
type period struct {
	From, To time.Time
	Weeks    int // 0: the dates were given
}

// readPeriod takes ?weeks=12, or ?from=2026-10-01&to=2026-11-01 in days of UTC, the last one not included. Without
// either it is the last twelve weeks, today included.
func readPeriod(r *http.Request, now time.Time) (period, error) {
	q := r.URL.Query()
	if q.Get("from") == "" && q.Get("to") == "" {
		weeks := number(q.Get("weeks"))
		if weeks == 0 || weeks > 520 {
			weeks = 12
		}
		to := today(now).Add(24 * time.Hour)
		return period{to.Add(-time.Duration(weeks) * 7 * 24 * time.Hour), to, weeks}, nil
	}
	from, err := time.Parse(time.DateOnly, q.Get("from"))
	to := today(now).Add(24 * time.Hour)
	if err == nil && q.Get("to") != "" {
		to, err = time.Parse(time.DateOnly, q.Get("to"))
	}
	if err != nil || !from.Before(to) {
		return period{}, badRequest("That is no period.", "Write days like ?from=2026-10-01&to=2026-11-01; the last day is not included.")
	}
	return period{from, to, 0}, nil
}

// impactView is the report with its picture.
type impactView struct {
	ledger.Report
	Period   period
	Choices  []choice
	Picture  picture
	JSON     string // address of the same as JSON
	Observed int    // what would have been done, in all
}

// choice is a period that can be chosen.
type choice struct {
	Weeks   int
	Current bool
}

// picture is bars of minutes by week. It is drawn in a box of 720 × 220.
type picture struct {
	Bars   []bar
	Top    int // minutes at the upper end of the axis
	Labels []label
}

type bar struct {
	X, Y, Width, Height float64
	Title               string
}

type label struct {
	X    float64
	Text string
}

func (p *Pages) impact(w http.ResponseWriter, r *http.Request) error {
	period, err := readPeriod(r, p.clock())
	if err != nil {
		return err
	}
	report, err := p.Ledger.Sums(r.Context(), period.From, period.To)
	if err != nil {
		return err
	}
	v := impactView{Report: report, Period: period, Picture: draw(report.ByWeek),
		JSON: fmt.Sprintf("/api/report?from=%s&to=%s", period.From.Format(time.DateOnly), period.To.Format(time.DateOnly))}
	for _, weeks := range []int{4, 12, 53} {
		v.Choices = append(v.Choices, choice{weeks, weeks == period.Weeks})
	}
	for _, n := range report.WouldHave {
		v.Observed += n
	}
	return render(w, http.StatusOK, "impact", sheet{Title: "Impact", Nav: "/impact", Body: v})
}

// The box of the picture: where the axes are.
const (
	boxLeft, boxRight, boxTop, boxBottom = 44.0, 716.0, 12.0, 188.0
)

// draw makes bars of weeks.
func draw(weeks []ledger.WeekRow) picture {
	if len(weeks) == 0 {
		return picture{}
	}
	top := 0
	for _, w := range weeks {
		top = max(top, w.Minutes)
	}
	pic := picture{Top: round(top)}
	step := (boxRight - boxLeft) / float64(len(weeks))
	every := (len(weeks) + 5) / 6 // at most six labels
	for i, w := range weeks {
		x := boxLeft + float64(i)*step
		height := 0.0
		if pic.Top > 0 {
			height = float64(w.Minutes) / float64(pic.Top) * (boxBottom - boxTop)
		}
		pic.Bars = append(pic.Bars, bar{tenth(x + step*0.15), tenth(boxBottom - height), tenth(step * 0.7), tenth(height),
			fmt.Sprintf("%s: %s", w.Week, ledger.Count(w.Minutes, "minute"))})
		if i%every == 0 {
			pic.Labels = append(pic.Labels, label{tenth(x + step/2), w.From.Format("2 Jan")})
		}
	}
	return pic
}

func tenth(v float64) float64 { return float64(int(v*10+0.5)) / 10 }

// round gives the next number that is 1, 2 or 5 times a power of ten.
func round(n int) int {
	for step := 1; ; step *= 10 {
		for _, m := range []int{1, 2, 5} {
			if m*step >= n {
				return m * step
			}
		}
	}
}
