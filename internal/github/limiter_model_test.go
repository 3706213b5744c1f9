package github

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// model is copies of the program that share a row, and a GitHub that counts what each of them sends. It allows what ours may
// reach at most: the budgets, and the points and requests that GitHub itself allows.
type model struct {
	t interface {
		Fatalf(format string, args ...any)
		Context() context.Context
	}
	now    time.Time
	rows   *memoryRows
	copies []*limiter

	writes []write1
	points map[resource][]time.Time // one a point; core stands for REST
	left   map[resource]int
	reset  map[resource]time.Time
	quiet  map[resource]time.Time
	later  map[string]time.Time // told to writers
	deaf   bool                 // answers are lost
	told   time.Time            // when the newest pause began: other copies' reads learn of it within a second
}

type write1 struct {
	at   time.Time
	lane lane
}

const modelLimit = 2400 // of the primary limits of an hour

func newModel(copies int) *model {
	m := &model{now: noon, rows: &memoryRows{docs: map[string][]byte{}},
		points: map[resource][]time.Time{}, left: map[resource]int{}, reset: map[resource]time.Time{}, quiet: map[resource]time.Time{}, later: map[string]time.Time{}}
	for range copies {
		m.copies = append(m.copies, m.start())
	}
	return m
}

func (m *model) start() *limiter {
	return newLimiter("limits:1", m.rows, pacing{gap: time.Second}, false)
}

// request is one that arrives at GitHub.
func (m *model) request(l *limiter, r resource, points int) {
	m.count(r, points)
	if latest(m.quiet[all], m.quiet[r]).After(m.now) && m.now.Sub(m.told) >= purseFor {
		m.t.Fatalf("%s: a request of %s before the end of the pause, %s", m.now, r, latest(m.quiet[all], m.quiet[r]))
	}
	if !m.reset[r].After(m.now) {
		m.left[r], m.reset[r] = m.limit(r), m.now.Add(m.window(r)).Truncate(time.Second)
	}
	if m.left[r]--; m.left[r] < 0 {
		m.t.Fatalf("%s: more %s requests than GitHub allows", m.now, r)
	}
	l.enter()
	if m.deaf && r != resourceSearch && m.rowKnows(r) {
		l.leave(m.now, reply{}, errors.New("connection reset"))
		return
	}
	l.leave(m.now, reply{Status: 200, Header: rateHeaders(string(r), m.limit(r), m.left[r], m.reset[r])}, nil)
}

// rowKnows says whether the row has a primary limit: until then only answers can tell.
func (m *model) rowKnows(r resource) bool {
	s, err := readState(m.rows.docs["limits:1"], pacing{})
	return err == nil && s.Primary[r].Limit > 0
}

func (m *model) limit(r resource) int {
	if r == resourceSearch {
		return 30
	}
	return modelLimit
}

func (m *model) window(r resource) time.Duration {
	if r == resourceSearch {
		return time.Minute
	}
	return time.Hour
}

// count wants the points of every minute below GitHub's.
func (m *model) count(r resource, n int) {
	most, key := 900, resourceCore
	if r == resourceGraphQL {
		most, key = 2000, r
	}
	kept := slices.DeleteFunc(m.points[key], func(at time.Time) bool { return m.now.Sub(at) >= time.Minute })
	for range n {
		kept = append(kept, m.now)
	}
	if m.points[key] = kept; len(kept) > most {
		m.t.Fatalf("%s: %d points of %s in a minute", m.now, len(kept), key)
	}
}

func (m *model) wrote(l *limiter, w writer) {
	m.request(l, w.res, writePoints)
	if latest(m.quiet[all], m.quiet[w.res]).After(m.now) {
		m.t.Fatalf("%s: a write in a pause", m.now)
	}
	minute, hour := 1, 1
	for _, old := range m.writes {
		age := m.now.Sub(old.at)
		if age < time.Second && (w.lane != laneMerge || old.lane < laneCheck) {
			m.t.Fatalf("%s: a write of %s, %s after one of %s", m.now, lanes[w.lane].name, age, lanes[old.lane].name)
		}
		if age < time.Minute {
			minute++
		}
		if age < time.Hour {
			hour++
		}
	}
	if minute > 60 || hour > share(400, w.lane) {
		m.t.Fatalf("%s: a write of %s is number %d of the minute, %d of the hour", m.now, lanes[w.lane].name, minute, hour)
	}
	m.writes = append(m.writes, write1{m.now, w.lane})
}

// write lets a writer ask for a slot, unless it was told to come later, and use it; it says whether it wrote.
func (m *model) write(l *limiter, w writer, patient bool) bool {
	if patient && m.later[w.key].After(m.now) {
		return false
	}
	at, err := l.Reserve(m.t.Context(), m.now, w)
	if err != nil || at.Before(m.now) {
		m.t.Fatalf("told %s, %v", at, err)
	}
	if at, err = l.Write(m.t.Context(), m.now, w); err != nil {
		m.t.Fatalf("%v", err)
	}
	if m.later[w.key] = at; at.After(m.now) {
		return false
	}
	m.wrote(l, w)
	return true
}

// read reads, and says whether it was let through.
func (m *model) read(l *limiter, r resource, in lane) bool {
	at, err := l.Admit(m.t.Context(), m.now, r, in)
	if err != nil {
		m.t.Fatalf("%v", err)
	}
	if at.After(m.now) {
		return false
	}
	m.request(l, r, 1)
	return true
}

// player makes up what happens.
type player struct {
	*model
	r *rapid.T
}

func (p *player) someCopy() (int, *limiter) {
	i := rapid.IntRange(0, len(p.copies)-1).Draw(p.r, "copy")
	return i, p.copies[i]
}

func (p *player) writes() {
	_, l := p.someCopy()
	in := lane(rapid.IntRange(0, int(laneLabel)).Draw(p.r, "lane"))
	for range rapid.SampledFrom([]int{1, 1, 5, 30}).Draw(p.r, "writers") {
		p.write(l, writerNamed(fmt.Sprint(lanes[in].name, rapid.IntRange(0, 200).Draw(p.r, "key"))), false)
	}
}

func (p *player) reads() {
	_, l := p.someCopy()
	r := rapid.SampledFrom(resources).Draw(p.r, "resource")
	in := rapid.SampledFrom([]lane{laneRead, laneOptional}).Draw(p.r, "lane")
	p.deaf = rapid.Bool().Draw(p.r, "deaf")
	for range rapid.SampledFrom([]int{1, 3, 30, 300}).Draw(p.r, "reads") {
		p.read(l, r, in)
	}
	p.deaf = false
}

func (p *player) pass() {
	ms := rapid.SampledFrom([]int{0, 1, 300, 1000, 5000, 60_000, 600_000}).Draw(p.r, "most")
	p.now = p.now.Add(time.Duration(rapid.IntRange(0, ms).Draw(p.r, "ms")) * time.Millisecond)
}

func (p *player) refuse() {
	_, l := p.someCopy()
	r := rapid.SampledFrom([]resource{all, all, resourceCore, resourceGraphQL}).Draw(p.r, "scope")
	until := time.Time{}
	if s := rapid.IntRange(0, 100).Draw(p.r, "seconds"); s > 0 {
		until = p.now.Add(time.Duration(s) * time.Second)
	}
	end, err := l.Stop(p.r.Context(), p.now, until, r)
	if err != nil || end.Before(until) || until.IsZero() && end.Before(p.now.Add(time.Minute)) {
		p.r.Fatalf("a pause until %s ends at %s, %v", until, end, err)
	}
	p.quiet[r], p.told = latest(p.quiet[r], end), p.now
}

// restart is a copy that is killed and starts again: what it had in memory is gone.
func (p *player) restart() {
	i, _ := p.someCopy()
	p.copies[i] = p.start()
}

// No sequence of calls of one to three copies, with restarts, exceeds a budget of ours or a limit of GitHub's, or goes on in a
// pause.
// Shows: L1, L2.
func TestLimiterKeepsTheBudgets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &player{newModel(rapid.IntRange(1, 3).Draw(t, "copies")), t}
		p.t = t
		for range rapid.IntRange(1, 40).Draw(t, "calls") {
			rapid.SampledFrom([]func(){p.writes, p.writes, p.reads, p.reads, p.pass, p.pass, p.refuse, p.restart}).Draw(t, "call")()
		}
	})
}

// Three copies that send all they may, and are killed now and then, stay within each budget, and use what there is of it.
func TestLimiterUsesTheBudgets(t *testing.T) {
	write := func(names ...string) func(*model, *limiter) int {
		return func(m *model, l *limiter) (sent int) {
			for i := range 7 * len(names) {
				if m.write(l, writerNamed(fmt.Sprint(names[i%len(names)], i)), true) {
					sent++
				}
			}
			return sent
		}
	}
	read := func(r resource, in lane) func(*model, *limiter) int {
		return func(m *model, l *limiter) (sent int) {
			for range 5 {
				if m.read(l, r, in) {
					sent++
				}
			}
			return sent
		}
	}
	for _, tt := range []struct {
		name     string
		step     time.Duration // between two asking
		within   time.Duration
		do       func(*model, *limiter) int
		min, max int
	}{
		{"merges in a minute", 100 * time.Millisecond, time.Minute, write("merge"), 58, 60},
		{"check runs in a minute", 100 * time.Millisecond, time.Minute, write("check"), 58, 60},
		{"merges and check runs in a minute", 100 * time.Millisecond, time.Minute, write("check", "merge"), 59, 60},
		{"merges in an hour", 2 * time.Second, time.Hour, write("merge"), 395, 400},
		{"updates in an hour", 2 * time.Second, time.Hour, write("update"), 375, 380},
		{"requests for review in an hour", 2 * time.Second, time.Hour, write("reviewers"), 355, 360},
		{"proposals in an hour", 2 * time.Second, time.Hour, write("open"), 315, 320},
		{"check runs in an hour", 2 * time.Second, time.Hour, write("check"), 295, 300},
		{"labels in an hour", 2 * time.Second, time.Hour, write("label"), 275, 280},
		{"merges after labels", 2 * time.Second, time.Hour, write("label", "merge"), 395, 400},
		{"reads by REST in a minute", 100 * time.Millisecond, time.Minute, read(resourceCore, laneRead), 480, 510},
		{"reads by GraphQL in a minute", 50 * time.Millisecond, time.Minute, read(resourceGraphQL, laneRead), 1420, 1500},
		{"reads by REST in an hour", time.Second, time.Hour, read(resourceCore, laneRead), 2300, 2376},
		{"sweeps in an hour", time.Second, time.Hour, read(resourceGraphQL, laneOptional), 2080, 2160},
		{"reads whose answers are lost", time.Second, time.Hour, func(m *model, l *limiter) (sent int) {
			m.deaf = true
			if m.read(l, resourceCore, laneRead) {
				sent++
			}
			return sent
		}, 2200, 2376},
		{"merges beside a flood of reads", 100 * time.Millisecond, time.Minute, func(m *model, l *limiter) int {
			read(resourceCore, laneRead)(m, l)
			return write("merge")(m, l)
		}, 58, 60},
		{"reads after a flood of merges", 100 * time.Millisecond, time.Minute, func(m *model, l *limiter) int {
			write("merge")(m, l)
			return read(resourceCore, laneRead)(m, l)
		}, 400, 510},
		{"searches in a minute", time.Second, 50 * time.Second, read(resourceSearch, laneRead), 20, 30},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newModel(3)
			m.t = t
			sent := 0
			for i := 0; m.now.Sub(noon) < tt.within; i++ {
				if i%100 == 99 {
					m.copies[i/100%3] = m.start()
				}
				sent += tt.do(m, m.copies[i%3])
				m.now = m.now.Add(tt.step)
			}
			if sent < tt.min || sent > tt.max {
				t.Errorf("%d were sent, want %d to %d", sent, tt.min, tt.max)
			}
		})
	}
}

// Who may not draw is told when enough of what was drawn is a minute old.
func TestLimiterPoints(t *testing.T) {
	var p points
	for _, step := range []struct {
		at    float64
		drawn int
	}{{0, 300}, {12, 510}} {
		p.roll(after(step.at))
		p.Drawn[0] += step.drawn
	}
	for n, want := range map[int]float64{0: 25, 1: 70, 300: 70, 301: 80, 810: 80} {
		if at := p.when(after(25), n, 810); !at.Equal(after(want)) {
			t.Errorf("%d more: at %s, want %s", n, at.Sub(noon), after(want).Sub(noon))
		}
	}
}

// What is left of a purse goes back to the limit that it was taken from, and to no later one.
func TestLimiterGivesBack(t *testing.T) {
	for reset, want := range map[int64]int{7: 95, 8: 90} {
		s, err := readState(nil, pacing{})
		if err != nil {
			t.Fatal(err)
		}
		s.Primary[resourceCore] = primary{Limit: 100, Left: 90, Reset: 7}
		if s.giveBack(resourceCore, purse{left: 5, reset: reset}); s.Primary[resourceCore].Left != want {
			t.Errorf("taken from %d: %d are left, want %d", reset, s.Primary[resourceCore].Left, want)
		}
	}
}

// Where more wait than places are kept, each is told a time of its own, as the hour lets them through; and who is more urgent
// finds a place all the same.
func TestLimiterQueueIsFull(t *testing.T) {
	m := newModel(1)
	m.t = t
	ask := func(name string) time.Duration {
		at, err := m.copies[0].Reserve(t.Context(), m.now, writerNamed(name))
		if err != nil {
			t.Fatal(err)
		}
		return at.Sub(m.now)
	}
	for i := range 400 {
		told := ask(fmt.Sprint("check", i))
		want := time.Duration(i) * time.Second
		if i >= 300 { // an hour has 300 of them: the others ask again before it is over, since not everybody comes back
			want = maxTicket + time.Duration(i-60)*time.Second
		}
		if told != want {
			t.Fatalf("check run %d: in %s, want %s", i, told, want)
		}
	}
	if told := ask("update"); told != time.Second {
		t.Errorf("an update: in %s", told)
	}
	if told := ask("merge"); told != 0 {
		t.Errorf("a merge: in %s", told)
	}
	seen, err := m.copies[0].View(t.Context(), m.now)
	if err != nil || seen.Waiting["check"]+seen.Waiting["update"] != maxPlaces {
		t.Errorf("places are kept for %v, %v", seen.Waiting, err)
	}
	m.now = m.now.Add(30 * time.Minute) // nobody came
	for i := range 70 {
		if told, want := ask(fmt.Sprint("label", i)), time.Duration(i)*time.Second; told != want {
			t.Fatalf("label %d: in %s, want %s", i, told, want)
		}
	}
}

// A ticket holds its time: who comes sooner is told it again, who comes then has the next place, who comes new goes behind all who
// have one. When nobody came back, they are forgotten.
func TestLimiterTickets(t *testing.T) {
	m := newModel(1)
	m.t = t
	ask := func(at float64, name string, want float64) {
		t.Helper()
		m.now = after(at)
		told, err := m.copies[0].Reserve(t.Context(), m.now, writerNamed(name))
		if err != nil || told.Sub(after(want)).Abs() > time.Millisecond {
			t.Errorf("%s at %v: told %v, %v; want %v", name, at, told.Sub(noon).Seconds(), err, want)
		}
	}
	for i := range 64 { // 61 to 63 have tickets
		ask(0, fmt.Sprint("check", i), float64(i))
	}
	for i := 1; i <= 30; i++ {
		ask(float64(i), fmt.Sprint("check", i), float64(i))
	}
	ask(30.2, "check62", 62)
	ask(30.5, "new", 31)
	ask(30.5, "check99", 65) // a minute after the sixth
	ask(62, "check62", 62)
	ask(62.5, "check61", 63)
	ask(62.6, "check63", 63)
	ask(62.6, "check99", 65)
	ask(100, "check100", 100)
	ask(100, "check101", 101)
}

// counted counts how often the row is asked.
type counted struct {
	Rows
	n int
}

func (c *counted) Change(ctx context.Context, name string, change func([]byte) ([]byte, error)) error {
	c.n++
	return c.Rows.Change(ctx, name, change)
}

// A flood of reads asks the row a few times a second, whether they are let through or not.
func TestLimiterAsksTheRowSeldom(t *testing.T) {
	for name, pause := range map[string]time.Duration{"let through": 0, "refused": time.Minute} {
		m := newModel(1)
		m.t = t
		rows := &counted{Rows: m.rows}
		l := newLimiter("limits:1", rows, pacing{}, false)
		m.read(l, resourceCore, laneRead)
		if pause > 0 {
			if _, err := l.Stop(t.Context(), m.now, m.now.Add(pause), all); err != nil {
				t.Fatal(err)
			}
		}
		before := rows.n
		for range 300 {
			if sent := m.read(l, resourceCore, laneRead); sent != (pause == 0) {
				t.Fatalf("%s: a read was sent: %t", name, sent)
			}
		}
		if asked := rows.n - before; asked > 12 {
			t.Errorf("%s: the row was asked %d times", name, asked)
		}
	}
}

// What was drawn is sent in the step that it was counted in.
func TestLimiterPurseEndsWithItsStep(t *testing.T) {
	m := newModel(1)
	m.t = t
	rows := &counted{Rows: m.rows}
	l := newLimiter("limits:1", rows, pacing{}, false)
	for i, step := range []struct {
		at    float64
		asked int
	}{{5, 1}, {9.5, 2}, {9.9, 2}, {10.1, 3}, {10.9, 3}, {11.2, 4}} {
		m.now = after(step.at)
		if m.read(l, resourceCore, laneRead); i == 0 {
			m.read(l, resourceCore, laneRead) // the first one's answer tells the limit
			rows.n = 1
		}
		if rows.n != step.asked {
			t.Errorf("at %v: the row was asked %d times, want %d", step.at, rows.n, step.asked)
		}
	}
}

// Where answers tell that less is left than was counted, since a query may cost more than one point, that holds; what is still
// in a purse is not taken off twice.
func TestLimiterBelievesAnswers(t *testing.T) {
	reset := after(600)
	for told, want := range map[int]int{90: 85, 200: 100} {
		l := newLimiter("limits:1", &memoryRows{docs: map[string][]byte{}}, pacing{}, false)
		l.heard[resourceCore] = Limit{Limit: 5000, Remaining: 100, Reset: reset}
		if err := l.change(t.Context(), noon, func(*state) {}); err != nil {
			t.Fatal(err)
		}
		l.heard[resourceCore] = Limit{Limit: 5000, Remaining: told, Reset: reset}
		l.purses[resourceCore] = purse{left: 5, step: stepOf(noon), reset: reset.Unix()}
		if _, err := l.Admit(t.Context(), noon, resourceCore, laneMerge); err != nil {
			t.Fatal(err)
		}
		b, err := l.View(t.Context(), noon)
		if err != nil || b.Budgets[0].Left != want {
			t.Errorf("told %d: %d left, want %d; %v", told, b.Budgets[0].Left, want, err)
		}
	}
}
