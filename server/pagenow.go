package server

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
)

// shown is how many rows a list has; more are on a page of their own.
const (
	shownOnNow = 20
	shownRows  = 50
)

// nowView is the first page: what waits for a person, what waits by itself, what happened.
type nowView struct {
	Sentence string
	Person   []rowView
	Waiting  []rowView
	Counts   []countView
	Acts     []actView
	Empty    bool // nothing was ever heard of
}

// rowView is a pull request in a list.
type rowView struct {
	Name, Path string
	State      rules.State // of its newest answers
	Ended      string      // merged or closed; "" while open
	Why        string
	Base       string
	Since      moment
}

// countView is how many open pull requests are in a state.
type countView struct {
	State rules.State
	N     int
	Path  string
}

func (p *Pages) now(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := nowView{}
	counts, err := p.Ledger.Counts(ctx, 0)
	if err != nil {
		return err
	}
	v.Counts = countViews(counts, "/pulls?state=")
	if v.Person, err = p.rows(ctx, ledger.PullsQuery{State: ledger.StateOpen, Verdicts: []rules.State{rules.NeedsYou, rules.Stopped}, Limit: shownOnNow}); err != nil {
		return err
	}
	if v.Waiting, err = p.rows(ctx, ledger.PullsQuery{State: ledger.StateOpen, Verdicts: []rules.State{rules.Waiting}, Limit: shownOnNow}); err != nil {
		return err
	}
	heard, err := p.Ledger.Seq(ctx)
	if err != nil {
		return err
	}
	acts, err := p.Ledger.Acts(ctx, ledger.ActsQuery{Chores: true, Limit: shownRows})
	if err != nil {
		return err
	}
	if v.Acts, err = p.sayActs(ctx, acts); err != nil {
		return err
	}
	v.Empty = heard == 0
	v.Sentence = nowSentence(counts, v.Acts)
	newest := markNothing
	if len(acts) > 0 {
		newest = markOf(acts[0])
	}
	return render(w, http.StatusOK, "now", sheet{Title: "Now", Nav: "/", Live: "/events?after=" + newest, Refresh: true, Body: v})
}

// nowSentence says what waits, and what was done last.
func nowSentence(counts map[rules.State]int, acts []actView) string {
	open := 0
	for _, n := range counts {
		open += n
	}
	if open == 0 && len(acts) == 0 {
		return "Nothing is open, and nothing was done yet."
	}
	var parts []string
	if n := counts[rules.NeedsYou]; n > 0 {
		parts = append(parts, fmt.Sprintf("%s a person", needs(n)))
	}
	if n := counts[rules.Stopped]; n > 0 {
		parts = append(parts, ledger.Thousands(n)+" held by a rule or a setting")
	}
	if n := counts[rules.Waiting]; n > 0 {
		parts = append(parts, ledger.Thousands(n)+" on the way")
	}
	if n := counts[""]; n > 0 {
		parts = append(parts, ledger.Thousands(n)+" not looked at yet")
	}
	if len(parts) == 0 {
		return ledger.Count(open, "pull request") + " open; none waits for anybody."
	}
	return fmt.Sprintf("%s open: %s.", ledger.Count(open, "pull request"), strings.Join(parts, ", "))
}

func needs(n int) string {
	if n == 1 {
		return "1 needs"
	}
	return ledger.Thousands(n) + " need"
}

func countViews(counts map[rules.State]int, path string) []countView {
	var views []countView
	for _, s := range states {
		if counts[s] > 0 {
			views = append(views, countView{s, counts[s], path + url.QueryEscape(string(s))})
		}
	}
	return views
}

// rows draws a list of pull requests, each with its sentence.
func (p *Pages) rows(ctx context.Context, q ledger.PullsQuery) ([]rowView, error) {
	pulls, err := p.Ledger.PullRequests(ctx, q)
	if err != nil {
		return nil, err
	}
	names := p.Ledger.Names(ctx)
	var rows []rowView
	for _, pull := range pulls {
		row, err := p.row(ctx, pull, names)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// row draws a pull request in a list. What said is told beside the list, and not in each row again.
func (p *Pages) row(ctx context.Context, pull ledger.Pull, names rules.Names, said ...rules.Code) (rowView, error) {
	repo, known, err := p.Ledger.Repository(ctx, pull.Repository)
	if err != nil {
		return rowView{}, err
	}
	if !known {
		repo.Owner, repo.Name = "repository", fmt.Sprint(pull.Repository)
	}
	row := rowView{Name: fmt.Sprintf("%s#%d", repo.FullName(), pull.Number), Path: pullPath(repo, pull.Number), State: pull.Verdict,
		Base: pull.Base, Since: p.moment(pull.Since)}
	switch {
	case pull.State == ledger.StateMerged:
		row.Ended, row.State, row.Since = "merged", rules.Done, p.moment(pull.Ended)
	case pull.State == ledger.StateClosed:
		row.Ended, row.State, row.Since = "closed", rules.Off, p.moment(pull.Ended)
	case pull.Decided == 0:
		row.State, row.Why = rules.Waiting, "Not looked at yet."
	default:
		decided, err := p.Ledger.Decided(ctx, pull)
		if err != nil {
			return row, err
		}
		row.Why = whyBeside(decided.Answers, names, said)
	}
	return row, nil
}

// whyBeside is the sentence of a pull request without what is said elsewhere.
func whyBeside(answers []rules.Answer, names rules.Names, said []rules.Code) string {
	var rest []rules.Answer
	blocked, left := false, false
	for _, a := range answers {
		because := slices.DeleteFunc(slices.Clone(a.Because), func(r rules.Reason) bool { return slices.Contains(said, r.Code) })
		left = left || len(because) < len(a.Because)
		blocked = blocked || slices.ContainsFunc(because, rules.Reason.Blocks)
		a.Because = because
		rest = append(rest, a)
	}
	if left && !blocked {
		return "Nothing else keeps it from landing."
	}
	return rules.Summarise(rest, names).Sentence
}

// listView is a page of a longer list.
type listView struct {
	Sentence   string
	Rows       []rowView
	Counts     []countView
	Prev, Next string // addresses of the neighbouring pages
}

// pulls lists open pull requests: /pulls?state=waiting&from=50.
func (p *Pages) pulls(w http.ResponseWriter, r *http.Request) error {
	q := ledger.PullsQuery{State: ledger.StateOpen, Offset: number(r.URL.Query().Get("from")), Limit: shownRows + 1}
	what := rules.State("")
	if s := rules.State(r.URL.Query().Get("state")); s != "" {
		if rules.Shapes[s] == "" {
			return badRequest(fmt.Sprintf("There is no state %q.", string(s)), "The states are: needs a person, stopped, waiting, done, off.")
		}
		q.Verdicts, what = []rules.State{s}, s
	}
	v := listView{}
	counts, err := p.Ledger.Counts(r.Context(), 0)
	if err != nil {
		return err
	}
	if v.Rows, err = p.rows(r.Context(), q); err != nil {
		return err
	}
	v.Rows, v.Prev, v.Next = paged(r, v.Rows, q.Offset)
	v.Counts = countViews(counts, "/pulls?state=")
	total, open := 0, 0
	for s, n := range counts {
		open += n
		if len(q.Verdicts) == 0 || s == q.Verdicts[0] {
			total += n
		}
	}
	v.Sentence = pullsSentence(total, open, what)
	return render(w, http.StatusOK, "pulls", sheet{Title: "Pull requests", Nav: "/", Body: v})
}

// stateVerbs say of one and of several pull requests in which state they are.
var stateVerbs = map[rules.State][2]string{
	"": {"is open", "are open"}, rules.NeedsYou: {"needs a person", "need a person"}, rules.Stopped: {"is stopped", "are stopped"},
	rules.Waiting: {"is waiting", "are waiting"}, rules.Done: {"is done", "are done"}, rules.Off: {"is left alone", "are left alone"},
}

// pullsSentence says how many of the open pull requests are in a state; the empty one is that they are open.
func pullsSentence(n, open int, what rules.State) string {
	verb := stateVerbs[what][1]
	if n == 1 {
		verb = stateVerbs[what][0]
	}
	switch {
	case open == 0:
		return "No pull request is open."
	case what == "":
		return fmt.Sprintf("%s %s.", ledger.Count(n, "pull request"), verb)
	}
	return fmt.Sprintf("%s of %s %s.", ledger.Thousands(n), ledger.Count(open, "open pull request"), verb)
}

// paged cuts a list that was read with one row more than is shown, and gives the addresses of its neighbours.
func paged[T any](r *http.Request, rows []T, offset int) (cut []T, prev, next string) {
	if offset > 0 {
		prev = from(r, max(offset-shownRows, 0))
	}
	if len(rows) > shownRows {
		rows, next = rows[:shownRows], from(r, offset+shownRows)
	}
	return rows, prev, next
}

func from(r *http.Request, offset int) string {
	query := r.URL.Query()
	query.Set("from", fmt.Sprint(offset))
	return r.URL.Path + "?" + query.Encode()
}

// today is the beginning of the day in UTC.
func today(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }
