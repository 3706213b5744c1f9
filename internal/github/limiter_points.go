package github

import "time"

// GitHub's secondary limits count points by the minute: 900 by REST and 2,000 by GraphQL, 1 for a read and 5 for a write. We
// stay a tenth below.
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#calculating-points-for-the-secondary-rate-limit
const (
	restPoints    = 810
	graphQLPoints = 1800
	writePoints   = 5
	keptPoints    = writesAMinute * writePoints // reads leave them to writes

	stepLength  = 10 * time.Second
	minuteSteps = 7 // that a minute touches at most
)

// points are what was drawn of such a limit, in steps of ten seconds. What is drawn in a step is sent in it.
type points struct {
	Step  int64            `json:"step"`  // number of the newest
	Drawn [minuteSteps]int `json:"drawn"` // newest first
}

func pointsOf(r resource) int {
	if r == resourceGraphQL {
		return graphQLPoints
	}
	return restPoints
}

func stepOf(t time.Time) int64 { return t.UnixNano() / int64(stepLength) }

func stepStart(n int64) time.Time { return time.Unix(0, n*int64(stepLength)).UTC() }

// roll goes on to the step of now. It never goes back: the clock of another copy may be ahead.
func (p *points) roll(now time.Time) {
	by := stepOf(now) - p.Step
	if by <= 0 {
		return
	}
	was := p.Drawn
	p.Step, p.Drawn = stepOf(now), [minuteSteps]int{}
	for i, n := range was {
		if to := int64(i) + by; to < minuteSteps {
			p.Drawn[to] = n
		}
	}
}

func (p *points) used() int {
	sum := 0
	for _, n := range p.Drawn {
		sum += n
	}
	return sum
}

// when is the earliest time at which n more may be drawn.
func (p *points) when(now time.Time, n, budget int) time.Time {
	p.roll(now)
	sum := p.used()
	for i := minuteSteps - 1; i >= 0; i-- {
		if sum+n <= budget {
			return latest(now, stepStart(p.Step+int64(minuteSteps-1-i)))
		}
		sum -= p.Drawn[i]
	}
	return stepStart(p.Step + minuteSteps)
}

// giveBack returns what was drawn in a step and not sent.
func (p *points) giveBack(step int64, n int) {
	if i := p.Step - step; i >= 0 && i < minuteSteps {
		p.Drawn[i] = max(0, p.Drawn[i]-n)
	}
}
