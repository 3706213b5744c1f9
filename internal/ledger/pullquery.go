package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// Pull is a pull request as the log has it. GitHub may know more by now.
type Pull struct {
	Repository   int64
	Number       int
	Installation int64
	State        string // StateOpen, StateClosed, StateMerged
	Base         string // "" while it is not known
	Opened       time.Time
	Ended        time.Time // merged or closed; zero while open

	Verdict rules.State // of the newest answers; "" if it was not looked at yet
	Title   string      // the same in a few words
	Since   time.Time   // since when that is so
	Looked  time.Time   // when the newest answers were given
	Decided int64       // their log number; 0: none

	Stand rules.Standing // beside the line of its base
	Ready int64          // log number at which it joined the line; 0: it is not in it
	place int64
}

// Subject is the pull request's subject.
func (p Pull) Subject() rules.Subject { return rules.PRSubject(p.Repository, p.Number) }

// PullsQuery says which pull requests to read: the most urgent first, then those that have been so the longest. What is
// zero does not restrict.
type PullsQuery struct {
	Repository int64
	State      string
	Verdicts   []rules.State
	Offset     int
	Limit      int // zero means 50
}

// PullRequests is one page of pull requests.
func (l *Ledger) PullRequests(ctx context.Context, q PullsQuery) ([]Pull, error) {
	var w where
	w.add(q.Repository != 0, "repository = ?", q.Repository)
	w.add(q.State != "", "state = ?", q.State)
	w.weights(q.Verdicts)
	order := fmt.Sprintf(" ORDER BY weight, since, repository, number%s OFFSET %d", limit(q.Limit, 50), q.Offset)
	pulls, err := collect(ctx, l.db, scanPull, pullColumns+w.String()+order, w.args...)
	if err != nil {
		return nil, fmt.Errorf("read pull requests: %w", err)
	}
	return pulls, nil
}

// PullRequest is one pull request, and whether the log knows it.
func (l *Ledger) PullRequest(ctx context.Context, repository int64, number int) (Pull, bool, error) {
	pulls, err := collect(ctx, l.db, scanPull, pullColumns+" WHERE repository = $1 AND number = $2", repository, number)
	if err != nil {
		return Pull{}, false, fmt.Errorf("read pull request %d of repository %d: %w", number, repository, err)
	}
	if len(pulls) == 0 {
		return Pull{}, false, nil
	}
	return pulls[0], true, nil
}

// Line is who stands in the line of a base, in order, and behind them who is only kept up to date.
func (l *Ledger) Line(ctx context.Context, repository int64, base string) ([]Pull, error) {
	pulls, err := collect(ctx, l.db, scanPull, pullColumns+` WHERE repository = $1 AND base = $2 AND stand <> '' AND state = 'open'
		ORDER BY ready = 0, ready, number LIMIT 500`, repository, base)
	if err != nil {
		return nil, fmt.Errorf("read line of %s in repository %d: %w", base, repository, err)
	}
	return pulls, nil
}

// Lines are the bases of a repository that somebody is in line for, with how many.
func (l *Ledger) Lines(ctx context.Context, repository int64) ([]LineLength, error) {
	lines, err := collect(ctx, l.db, func(rows *sql.Rows, n *LineLength) error { return rows.Scan(&n.Base, &n.Length) },
		`SELECT base, count(*) FROM pull WHERE repository = $1 AND stand <> '' AND state = 'open' GROUP BY base ORDER BY base LIMIT 100`, repository)
	if err != nil {
		return nil, fmt.Errorf("read lines of repository %d: %w", repository, err)
	}
	return lines, nil
}

// LineLength is how many pull requests stand beside the line of a base.
type LineLength struct {
	Base   string
	Length int
}

// Decided are the newest answers about a pull request, with the head that they are about. Who they name is in them by
// token.
func (l *Ledger) Decided(ctx context.Context, p Pull) (rules.Decided, error) {
	var d rules.Decided
	err := l.factsAt(ctx, p.Decided, &d)
	return d, err
}

// Place is what the base last said to a pull request about its place; zero if nothing.
func (l *Ledger) Place(ctx context.Context, p Pull) (rules.Place, error) {
	var place rules.Place
	err := l.factsAt(ctx, p.place, &place)
	return place, err
}

func (l *Ledger) factsAt(ctx context.Context, seq int64, into any) error {
	e, ok, err := l.Event(ctx, seq)
	if err != nil || !ok {
		return err
	}
	if err := json.Unmarshal(e.Facts, into); err != nil {
		return fmt.Errorf("facts of event %d: %w", seq, err)
	}
	return nil
}

// Counts is how many open pull requests there are, by the state of their newest answers.
func (l *Ledger) Counts(ctx context.Context, repository int64) (map[rules.State]int, error) {
	var w where
	w.add(true, "state = 'open'")
	w.add(repository != 0, "repository = ?", repository)
	type row struct {
		weight, n int
	}
	rows, err := collect(ctx, l.db, func(rows *sql.Rows, r *row) error { return rows.Scan(&r.weight, &r.n) },
		"SELECT weight, count(*) FROM pull"+w.String()+" GROUP BY weight", w.args...)
	if err != nil {
		return nil, fmt.Errorf("count pull requests: %w", err)
	}
	counts := map[rules.State]int{}
	for _, r := range rows {
		for state, weight := range weights {
			if weight == r.weight {
				counts[state] += r.n
			}
		}
		if r.weight == notLooked {
			counts[""] += r.n
		}
	}
	return counts, nil
}

// Timeline is what happened to a subject, newest first: GitHub's events and pitcrew's own. kinds restricts it.
func (l *Ledger) Timeline(ctx context.Context, s rules.Subject, before int64, kinds ...string) ([]eventlog.Event, error) {
	return l.log.Events(ctx, eventlog.Query{Subject: s, Before: before, Kinds: kinds, Desc: true, Limit: 100})
}

func (w *where) weights(states []rules.State) {
	var list []string
	for _, s := range states {
		list = append(list, strconv.Itoa(weights[s]))
	}
	w.add(len(list) > 0, "weight IN ("+strings.Join(list, ", ")+")")
}

// notLooked is the weight of a pull request that nobody looked at yet.
const notLooked = 9

const pullColumns = "SELECT repository, number, installation, state, base, opened, closed, verdict, title, since, looked, decided, stand, ready, place FROM pull"

func scanPull(rows *sql.Rows, p *Pull) error {
	var opened, closed, since, looked int64
	err := rows.Scan(&p.Repository, &p.Number, &p.Installation, &p.State, &p.Base, &opened, &closed, &p.Verdict, &p.Title,
		&since, &looked, &p.Decided, &p.Stand, &p.Ready, &p.place)
	p.Opened, p.Ended, p.Since, p.Looked = fromMicros(opened), fromMicros(closed), fromMicros(since), fromMicros(looked)
	return err
}
