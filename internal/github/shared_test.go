package github_test

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// rows is a database of one table.
type rows map[string][]byte

func (r rows) Change(_ context.Context, name string, change func([]byte) ([]byte, error)) error {
	doc, err := change(r[name])
	if err == nil {
		r[name] = doc
	}
	return err
}

// copies are two Clients of one App, as two copies of the program or one that was started again.
func (l *lab) copies(kept github.Rows) (a, b *github.Client) {
	l.t.Helper()
	start := func() *github.Client {
		url := strings.TrimSuffix(l.c.WebURL(), "/")
		c, err := github.New(github.Options{V3URL: url, V4URL: url + "/graphql", WebURL: url, AppID: l.creds.AppID, Key: []byte(l.creds.Key), Now: l.clock, Rows: kept})
		if err != nil {
			l.t.Fatal(err)
		}
		return c
	}
	return start(), start()
}

// What one copy was told holds for all: pauses, slots, and what is used of each budget.
func TestCopiesShareTheLimits(t *testing.T) {
	l := newLab(t, open)
	p := l.settled(7)
	ref := l.ref("acme/api")
	a, b := l.copies(rows{})
	report := rules.ReportCheck{Repo: p.Repo, Number: 7, Head: p.PR.Head, Conclusion: "neutral", Title: "t", Summary: "s"}
	update := rules.UpdateBranch{Repo: p.Repo, Number: 7, Head: p.PR.Head}
	equal(t, "the first", a.Do(t.Context(), ref, report).Outcome, github.Done)
	r := b.Do(t.Context(), ref, update)
	equal(t, "another within the second", []any{r.Outcome, r.Until}, []any{github.Limited, l.clock().Add(time.Second)})
	seen, err := b.Budgets(t.Context(), ref.Installation)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "waiting", seen.Waiting, map[string]int{"update": 1})
	for _, budget := range seen.Budgets {
		if want, ok := map[string]int{"writes-minute": 1, "writes-hour": 1, "rest-points": 5}[budget.Name]; ok && budget.Used != want {
			t.Errorf("%s: %d used, want %d", budget.Name, budget.Used, want)
		}
	}
	l.wait(time.Second)
	l.exec("fail update limit retry-after 90")
	end := l.clock().Add(90 * time.Second)
	equal(t, "limited", b.Do(t.Context(), ref, update).Until, end)
	r = a.Do(t.Context(), ref, report)
	equal(t, "the other copy", []any{r.Outcome, r.Until}, []any{github.Limited, end})
	_, c := l.copies(rows{})
	if _, err := c.PR(t.Context(), ref, 7); err != nil {
		t.Errorf("one that knows nothing of it: %v", err)
	}
	before := l.graphs()
	var limited *github.LimitedError
	if _, err := a.PR(t.Context(), ref, 7); !errors.As(err, &limited) || !limited.Until.Equal(end) {
		t.Errorf("a read of the other copy: %v", err)
	}
	equal(t, "sent", l.graphs()-before, 0)
}

// graphs counts what arrived at GraphQL.
func (l *lab) graphs() (n int) {
	for _, c := range l.sim.Calls() {
		if strings.HasSuffix(c.Path, "/graphql") {
			n++
		}
	}
	return n
}

// An Enterprise Server on which nobody switched limits on is not paced; what it refuses still holds.
func TestServerWithoutLimits(t *testing.T) {
	l := newLab(t, open)
	l.exec("limits off")
	p := l.settled(7)
	ref := l.ref("acme/api")
	a, _ := l.copies(rows{})
	if _, err := a.PR(t.Context(), ref, 7); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		equal(t, "a write", a.Do(t.Context(), ref, rules.ReportCheck{Repo: p.Repo, Number: 7, Head: p.PR.Head, Conclusion: "neutral", Title: "t", Summary: "s"}).Outcome, github.Done)
	}
	seen, err := a.Budgets(t.Context(), ref.Installation)
	equal(t, "budgets", []any{seen.Limitless, len(seen.Budgets), err}, []any{true, 0, nil})
	l.exec("fail merge limit retry-after 90")
	m := l.merge()
	equal(t, "refused", a.Do(t.Context(), ref, m).Outcome, github.Limited)
	equal(t, "and held", a.Do(t.Context(), ref, m).Until, l.clock().Add(90*time.Second))
}

// What is left of an hour is spent on what cannot wait: sweeps stop at a tenth, looks go on.
func TestOptionalWorkStopsFirst(t *testing.T) {
	l := newLab(t, open)
	ref := l.ref("acme/api")
	kept := rows{}
	a, _ := l.copies(kept)
	if _, err := a.PR(t.Context(), ref, 7); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Budgets(t.Context(), ref.Installation); err != nil { // writes down what the answer told
		t.Fatal(err)
	}
	left := regexp.MustCompile(`("graphql":\{"limit":5000,"left":)\d+`)
	for name, doc := range kept {
		kept[name] = left.ReplaceAll(doc, []byte("${1}400"))
	}
	l.wait(2 * time.Second)
	for range 2 { // the second time a look has drawn more than it sent
		var limited *github.LimitedError
		if _, err := a.Sweep(github.Optional(t.Context()), ref.Installation, []github.RepoRef{ref}); !errors.As(err, &limited) {
			t.Errorf("a sweep: %v", err)
		}
		if _, err := a.PR(t.Context(), ref, 7); err != nil {
			t.Errorf("a look: %v", err)
		}
	}
}
