package eventlog_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// testModel compares the due set with a model that keeps each mark, and derives everything from those.
func testModel(t *testing.T, open store) {
	db := open(t)
	run := 0
	had := &turnsModel{last: map[int64]int{}}
	rapid.Check(t, func(r *rapid.T) {
		run++
		m := &model{db: db, now: start, turns: had}
		for i := range 4 {
			m.subjects = append(m.subjects, &subjectModel{name: rules.PRSubject(int64(run), i+1), whose: int64(10*run + i%2)})
		}
		defer m.clear(r)
		r.Repeat(map[string]func(*rapid.T){
			"advance": func(r *rapid.T) { m.now = m.now.Add(time.Duration(rapid.IntRange(1, 40).Draw(r, "s")) * time.Second) },
			"mark":    m.mark,
			"claim":   m.claim,
			"one":     m.claimOne,
			"finish":  m.finish,
			"release": m.release,
			"":        m.check,
		})
	})
}

type model struct {
	db       *eventlog.DB
	now      time.Time
	subjects []*subjectModel
	claims   []eventlog.Claim // all that were ever given; most have ended
	turns    *turnsModel
}

// turnsModel is when each installation was last given a look.
type turnsModel struct {
	n    int
	last map[int64]int
}

func (ts *turnsModel) had(claims []eventlog.Claim) {
	for _, c := range claims {
		ts.n++
		ts.last[c.Installation] = ts.n
	}
}

type subjectModel struct {
	name   rules.Subject
	whose  int64       // the installation that events about it name
	inst   int64       // what was told of that
	marks  []markModel // not yet taken into account by a look
	newest int64
	asked  []time.Time // times asked for by Again and Release
	forced bool        // a look began, and did not end
	waits  []string
	again  time.Time
	since  int64
	fence  int64
	held   bool
	taken  int64 // newest mark when it was claimed
	until  time.Time
	due    time.Time // of the claim
	looks  int       // marks that the claim knew
}

type markModel struct {
	number  int64
	at      time.Time
	touches []string
}

var kinds = []string{"a", "b", "c"}

func draw[T any](r *rapid.T, name string, from []T) T { return rapid.SampledFrom(from).Draw(r, name) }

func subset(r *rapid.T, name string) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(kinds), 0, 2, rapid.ID[string]).Draw(r, name)
}

func must(r *rapid.T, err error) {
	if err != nil {
		r.Fatal(err)
	}
}

func (m *model) mark(r *rapid.T) {
	s, touches := draw(r, "subject", m.subjects), subset(r, "touches")
	when := m.now.Add(time.Duration(rapid.IntRange(0, 30).Draw(r, "in")) * time.Second)
	a := eventlog.Append{Marks: []eventlog.Mark{{Subject: s.name, At: when, Touches: touches}}}
	if rapid.Bool().Draw(r, "event") {
		a.Events = []eventlog.Event{{Source: "github", Kind: "test", Installation: s.whose}}
		s.inst = s.whose
	}
	_, err := m.db.Append(ctx, a)
	must(r, err)
	s.newest, err = m.db.Head(ctx)
	must(r, err)
	s.marks = append(s.marks, markModel{s.newest, when, touches})
}

// at is when s is due by what it was told; false for never.
func (s *subjectModel) at() (time.Time, bool) {
	times := slices.Clone(s.asked)
	for _, k := range s.marks {
		times = append(times, k.at)
	}
	if len(times) == 0 {
		return time.Time{}, false
	}
	return slices.MinFunc(times, time.Time.Compare), true
}

func (s *subjectModel) claimable(now time.Time) bool {
	due, ok := s.at()
	return ok && !due.After(now) && !(s.held && s.until.After(now))
}

// mayChange says whether a look could come to another verdict than the last.
func (s *subjectModel) mayChange(now time.Time) bool {
	if s.forced || s.waits == nil || !s.again.IsZero() && !s.again.After(now) {
		return true
	}
	for _, k := range s.marks {
		if len(k.touches) == 0 || slices.ContainsFunc(k.touches, func(t string) bool { return slices.Contains(s.waits, t) }) {
			return true
		}
	}
	return false
}

func (s *subjectModel) take(now time.Time) {
	s.fence++
	s.due, _ = s.at()
	s.forced, s.held, s.taken, s.looks, s.until = true, true, s.newest, len(s.marks), now.Add(lease)
}

func (s *subjectModel) touches() (out []string) {
	for _, k := range s.marks {
		out = append(out, k.touches...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (s *subjectModel) claim(r *rapid.T, got eventlog.Claim) {
	want := eventlog.Claim{Subject: s.name, Fence: s.fence, Seq: s.newest, First: got.First, Since: s.since,
		Touches: s.touches(), Due: s.due, Until: s.until, Installation: s.inst}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		r.Fatalf("claimed\n%+v, want\n%+v", got, want)
	}
	if len(s.marks) > 0 && got.First > s.marks[0].number {
		r.Fatalf("first is %d, want at most %d", got.First, s.marks[0].number)
	}
}

func (m *model) claim(r *rapid.T) {
	n := rapid.IntRange(1, 3).Draw(r, "n")
	got, err := m.db.Claim(ctx, m.now, lease, "model", n)
	must(r, err)
	var due []*subjectModel
	for _, s := range m.subjects {
		if s.claimable(m.now) {
			due = append(due, s)
		}
	}
	slices.SortStableFunc(due, func(a, b *subjectModel) int {
		x, _ := a.at()
		y, _ := b.at()
		return cmp.Or(x.Compare(y), cmp.Compare(a.first(got), b.first(got)))
	})
	want := m.inTurn(due, n)
	for i, s := range want {
		if i >= len(got) {
			r.Fatalf("claimed %v, want %s as well", got, s.name)
		}
		s.claim(r, got[i])
	}
	if len(want) != len(got) {
		r.Fatalf("claimed %v, want %d", got, len(want))
	}
	m.claims = append(m.claims, got...)
	m.turns.had(got)
}

// inTurn takes up to n of what is due, the oldest first: one of each installation, then again. It drops what need not be
// looked at on the way.
func (m *model) inTurn(due []*subjectModel, n int) (taken []*subjectModel) {
	queues := map[int64][]*subjectModel{}
	var order []int64
	for _, s := range due {
		if queues[s.inst] == nil {
			order = append(order, s.inst)
		}
		queues[s.inst] = append(queues[s.inst], s)
	}
	slices.SortFunc(order, func(a, b int64) int {
		x, _ := queues[a][0].at()
		y, _ := queues[b][0].at()
		return cmp.Or(cmp.Compare(m.turns.last[a], m.turns.last[b]), x.Compare(y), cmp.Compare(a, b))
	})
	for len(taken) < n && len(order) > 0 {
		inst := order[0]
		order = order[1:]
		for took := false; !took && len(queues[inst]) > 0; queues[inst] = queues[inst][1:] {
			s := queues[inst][0]
			if took = s.mayChange(m.now); !took {
				s.marks, s.asked = nil, slices.DeleteFunc([]time.Time{s.again}, time.Time.IsZero)
				continue
			}
			s.take(m.now)
			taken = append(taken, s)
		}
		if len(queues[inst]) > 0 {
			order = append(order, inst)
		}
	}
	return taken
}

// first breaks ties as the database said, if it said.
func (s *subjectModel) first(got []eventlog.Claim) int64 {
	for _, c := range got {
		if c.Subject == s.name {
			return c.First
		}
	}
	return 1 << 60
}

func (m *model) claimOne(r *rapid.T) {
	s := draw(r, "subject", m.subjects)
	got, ok, err := m.db.ClaimOne(ctx, m.now, lease, "model", s.name)
	must(r, err)
	if free := !s.held || !s.until.After(m.now); ok != free {
		r.Fatalf("claimed %v, want %v", ok, free)
	}
	if !ok {
		return
	}
	if due, ok := s.at(); !ok || due.After(m.now) {
		s.asked = append(s.asked, m.now)
	}
	s.take(m.now)
	s.claim(r, got)
	m.claims = append(m.claims, got)
}

// holder is the subject of c if c is its newest claim.
func (m *model) holder(c eventlog.Claim) (*subjectModel, bool) {
	for _, s := range m.subjects {
		if s.name == c.Subject {
			return s, s.held && s.fence == c.Fence
		}
	}
	return nil, false
}

func (m *model) finish(r *rapid.T) {
	if len(m.claims) == 0 {
		return
	}
	c := draw(r, "claim", m.claims)
	s, holds := m.holder(c)
	var f eventlog.Finish
	f.Seen = draw(r, "seen", []int64{0, 0, max(c.Seq-1, 0), c.Seq, c.Seq + 5})
	if rapid.Bool().Draw(r, "waits") {
		f.Waits = append([]string{}, subset(r, "for")...)
	}
	if rapid.Bool().Draw(r, "again") {
		f.Again = m.now.Add(time.Duration(rapid.IntRange(1, 60).Draw(r, "in")) * time.Second)
	}
	err := m.db.Finish(ctx, c, f)
	if !holds {
		if !errors.Is(err, eventlog.ErrFence) {
			r.Fatalf("finish of what is not held: %v", err)
		}
		return
	}
	must(r, err)
	s.held, s.forced, s.waits, s.again = false, false, f.Waits, f.Again
	s.asked = slices.DeleteFunc([]time.Time{s.again}, time.Time.IsZero)
	taken := s.taken
	if f.Seen > 0 && f.Seen < s.taken {
		taken, s.forced = f.Seen, true
		s.asked = []time.Time{s.due}
	}
	s.marks = slices.DeleteFunc(s.marks, func(k markModel) bool { return k.number <= taken })
	s.since = max(s.since, taken)
}

func (m *model) release(r *rapid.T) {
	if len(m.claims) == 0 {
		return
	}
	c := draw(r, "claim", m.claims)
	s, holds := m.holder(c)
	to := m.now.Add(time.Duration(rapid.IntRange(1, 60).Draw(r, "in")) * time.Second)
	err := m.db.Release(ctx, c, to)
	if !holds {
		if !errors.Is(err, eventlog.ErrFence) {
			r.Fatalf("release of what is not held: %v", err)
		}
		return
	}
	must(r, err)
	s.held, s.asked = false, []time.Time{to}
	for i := range s.looks {
		s.marks[i].at = to // the times of the marks that it knew are past
	}
}

func (m *model) check(r *rapid.T) {
	var want []time.Time
	for _, s := range m.subjects {
		if due, ok := s.at(); ok && s.held && s.until.After(due) {
			want = append(want, s.until)
		} else if ok {
			want = append(want, due)
		}
	}
	got, ok, err := m.db.NextDue(ctx)
	must(r, err)
	if ok != (len(want) > 0) || ok && !got.Equal(slices.MinFunc(want, time.Time.Compare)) {
		r.Fatalf("next due is %v, %v, want the first of %v", got, ok, want)
	}
}

// clear leaves nothing due for the next run on the same database.
func (m *model) clear(r *rapid.T) {
	for {
		claims, err := m.db.Claim(ctx, m.now.Add(time.Hour), lease, "clear", 10)
		must(r, err)
		if len(claims) == 0 {
			return
		}
		m.turns.had(claims)
		for _, c := range claims {
			must(r, m.db.Finish(ctx, c, eventlog.Finish{}))
		}
	}
}
