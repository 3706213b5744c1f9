package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/pitcrew-app/pitcrew/rules"
)

// Report is what was done in a period, what it saved by the simplest of rules, and what waits. Its JSON is the source of
// every other form.
type Report struct {
	From       time.Time      `json:"from"` // from this moment on
	To         time.Time      `json:"to"`   // until before this one
	Deliveries int            `json:"deliveries"`
	Acts       map[string]int `json:"acts"`    // seen in the period, by kind; check runs included
	Actions    int            `json:"actions"` // without check runs, which are information
	Minutes    int            `json:"minutes"`

	ByKind     []KindRow      `json:"by_kind"`
	ByWeek     []WeekRow      `json:"by_week"` // oldest first; weeks without anything included
	NotCounted []Uncounted    `json:"not_counted"`
	WouldHave  map[string]int `json:"would_have"`     // observed only, by kind
	Waiting    []WaitingPR    `json:"waiting"`        // open pull requests, the most urgent first
	More       int            `json:"more,omitempty"` // open pull requests that are not in Waiting
	Repos      int            `json:"repositories"`   // in which something was done
	Method     string         `json:"method"`         // how minutes are counted, in words
	Version    int            `json:"version"`        // of the folds
	Log        int64          `json:"log"`            // number of the last event that it knows
}

// KindRow is one chore in a report.
type KindRow struct {
	Kind      string `json:"kind"`
	Acts      int    `json:"acts"`
	Minutes   int    `json:"minutes"`
	WouldHave int    `json:"would_have"`
}

// WeekRow is one ISO week in UTC. The first and the last of a report may be cut by its period.
type WeekRow struct {
	Week    string         `json:"week"` // 2026-W47
	From    time.Time      `json:"from"` // its Monday
	Acts    int            `json:"acts"`
	Minutes int            `json:"minutes"`
	ByKind  map[string]int `json:"by_kind"` // minutes
}

// Uncounted are acts without minutes, and why.
type Uncounted struct {
	Kind string `json:"kind"`
	Why  Why    `json:"why"`
	Acts int    `json:"acts"`
}

// WaitingPR is an open pull request with every reason why it is.
type WaitingPR struct {
	PullRequest string      `json:"pull_request"` // owner/repo#n
	State       rules.State `json:"state"`
	Because     []string    `json:"because"`
}

// Kinds are the kinds of acts in the order in which reports name them; check runs and comments last, since they count nothing.
var Kinds = []string{rules.KindRequest, rules.KindUpdate, rules.KindMerge, rules.KindEnqueue, rules.KindDequeue, rules.KindOpen, rules.KindMove,
	rules.KindRetarget, rules.KindDelete, rules.KindIssue, rules.KindReport, rules.KindComment}

// informs says that acts of a kind only say what is so: they are nobody's chore.
func informs(kind string) bool { return kind == rules.KindReport || kind == rules.KindComment }

// method is the rule by which minutes are counted, for people.
const method = "One minute for each chore on each pull request, counted when its effect was seen on GitHub. " +
	"Updates of a branch count once, and only when the pull request was merged. Check runs never count. " +
	"What a person took back does not count, nor a merge that was reverted within seven days. Nothing is measured and nothing is estimated."

// waitingInReport bounds Report.Waiting.
const waitingInReport = 200

// Report sums up [from, to), and says what waits. A zero from is the beginning of the log.
func (l *Ledger) Report(ctx context.Context, from, to time.Time) (Report, error) {
	r, err := l.Sums(ctx, from, to)
	if err != nil {
		return Report{}, err
	}
	if err := l.reportWaiting(ctx, &r); err != nil {
		return Report{}, fmt.Errorf("report: %w", err)
	}
	return r, nil
}

// Sums is the report without what waits.
func (l *Ledger) Sums(ctx context.Context, from, to time.Time) (Report, error) {
	if from.IsZero() {
		var err error
		if from, err = l.beginning(ctx, to); err != nil {
			return Report{}, fmt.Errorf("report: %w", err)
		}
	}
	r := Report{From: from.UTC(), To: to.UTC(), Acts: map[string]int{}, WouldHave: map[string]int{}, Method: method, Version: version,
		ByKind: []KindRow{}, ByWeek: weeks(from, to), NotCounted: []Uncounted{}, Waiting: []WaitingPR{}}
	steps := []func(context.Context, *Report) error{l.reportProgress, l.reportActs, l.reportMinutes, l.reportObserved}
	for _, step := range steps {
		if err := step(ctx, &r); err != nil {
			return Report{}, fmt.Errorf("report: %w", err)
		}
	}
	r.byKind()
	return r, nil
}

// beginning is the first moment that the log knows of anything done; to, if nothing was.
func (l *Ledger) beginning(ctx context.Context, to time.Time) (time.Time, error) {
	var first int64
	err := l.db.QueryRowContext(ctx, "SELECT coalesce(min(at), 0) FROM (SELECT min(seen) AS at FROM act WHERE seen > 0 UNION ALL SELECT min(at) FROM act WHERE outcome = 'observed') AS firsts").Scan(&first)
	if err != nil || first == 0 {
		return to, err
	}
	return fromMicros(first), nil
}

func (l *Ledger) reportProgress(ctx context.Context, r *Report) error {
	return l.db.QueryRowContext(ctx, "SELECT seq, deliveries FROM progress").Scan(&r.Log, &r.Deliveries)
}

// sum is one row of a query that groups by kind and week.
type sum struct {
	kind, why string
	week      int64
	acts, n   int
}

// week numbers the weeks since Monday, 29 December 1969, in UTC.
const weekOf = "(%s + 259200000000) / 604800000000"

func (l *Ledger) reportActs(ctx context.Context, r *Report) error {
	rows, err := collect(ctx, l.db, func(rows *sql.Rows, s *sum) error { return rows.Scan(&s.kind, &s.week, &s.acts) },
		"SELECT kind, "+fmt.Sprintf(weekOf, "seen")+" AS week, count(*) FROM act WHERE seen >= $1 AND seen < $2 AND seen > 0 GROUP BY kind, week",
		r.From.UnixMicro(), r.To.UnixMicro())
	if err != nil {
		return err
	}
	for _, s := range rows {
		r.Acts[s.kind] += s.acts
		if !informs(s.kind) {
			r.Actions += s.acts
			r.week(s.week).Acts += s.acts
		}
	}
	// Grouping takes SQLite a third of the time of count(DISTINCT repository).
	return l.db.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM act WHERE seen >= $1 AND seen < $2 AND seen > 0 AND kind NOT IN ($3, $4) GROUP BY repository) AS repositories",
		r.From.UnixMicro(), r.To.UnixMicro(), rules.KindReport, rules.KindComment).Scan(&r.Repos)
}

func (l *Ledger) reportMinutes(ctx context.Context, r *Report) error {
	rows, err := collect(ctx, l.db, func(rows *sql.Rows, s *sum) error { return rows.Scan(&s.kind, &s.why, &s.week, &s.acts, &s.n) },
		"SELECT kind, why, "+fmt.Sprintf(weekOf, "at")+" AS week, sum(CASE WHEN why = '' THEN acts - 1 ELSE acts END), sum(minutes) FROM counted WHERE at >= $1 AND at < $2 GROUP BY kind, why, week ORDER BY kind, why",
		r.From.UnixMicro(), r.To.UnixMicro())
	if err != nil {
		return err
	}
	for _, s := range rows {
		r.Minutes += s.n
		w := r.week(s.week)
		w.Minutes += s.n
		if s.n > 0 {
			w.ByKind[s.kind] += s.n
		}
		r.uncounted(s)
	}
	return nil
}

func (r *Report) uncounted(s sum) {
	why := Why(s.why)
	if why == "" {
		why = Repeated
	}
	if s.acts == 0 {
		return
	}
	for i, u := range r.NotCounted {
		if u.Kind == s.kind && u.Why == why {
			r.NotCounted[i].Acts += s.acts
			return
		}
	}
	r.NotCounted = append(r.NotCounted, Uncounted{s.kind, why, s.acts})
}

func (l *Ledger) reportObserved(ctx context.Context, r *Report) error {
	rows, err := collect(ctx, l.db, func(rows *sql.Rows, s *sum) error { return rows.Scan(&s.kind, &s.acts) },
		"SELECT kind, count(*) FROM act WHERE outcome = 'observed' AND at >= $1 AND at < $2 GROUP BY kind",
		r.From.UnixMicro(), r.To.UnixMicro())
	for _, s := range rows {
		r.WouldHave[s.kind] = s.acts
	}
	return err
}

func (l *Ledger) reportWaiting(ctx context.Context, r *Report) error {
	pulls, err := l.PullRequests(ctx, PullsQuery{State: StateOpen, Limit: waitingInReport})
	if err != nil {
		return err
	}
	names := l.Names(ctx)
	for _, p := range pulls {
		w := WaitingPR{PullRequest: fmt.Sprintf("%s#%d", l.fullName(ctx, p.Repository), p.Number), State: p.Verdict, Because: []string{}}
		d, err := l.Decided(ctx, p)
		if err != nil {
			return err
		}
		for _, a := range d.Answers {
			for _, b := range a.Because {
				if b.Blocks() {
					w.Because = appendNew(w.Because, b.Sentence(names))
				}
			}
		}
		r.Waiting = append(r.Waiting, w)
	}
	counts, err := l.Counts(ctx, 0)
	for _, n := range counts {
		r.More += n
	}
	r.More -= len(pulls)
	return err
}

// fullName is a repository's name, or its id where the name is not known.
func (l *Ledger) fullName(ctx context.Context, id int64) string {
	r, ok, err := l.Repository(ctx, id)
	if err != nil || !ok {
		return fmt.Sprintf("repository %d", id)
	}
	return r.FullName()
}

func (r *Report) byKind() {
	minutes := map[string]int{}
	for _, w := range r.ByWeek {
		for kind, n := range w.ByKind {
			minutes[kind] += n
		}
	}
	for _, kind := range Kinds {
		row := KindRow{kind, r.Acts[kind], minutes[kind], r.WouldHave[kind]}
		if row.Acts+row.Minutes+row.WouldHave > 0 {
			r.ByKind = append(r.ByKind, row)
		}
	}
}

// appendNew appends what is not there yet: two chores may wait for the same thing.
func appendNew(sentences []string, sentence string) []string {
	if slices.Contains(sentences, sentence) {
		return sentences
	}
	return append(sentences, sentence)
}
