package github_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// Two hundred requests for review, twenty updates and two hundred check runs at once, with all of GitHub's limits on and counted
// for real: nobody is ever refused for a limit, updates are through within half a minute, and everything is done in the end.
// Shows: L2.
func TestStormMeetsNoLimit(t *testing.T) {
	const pulls, behind = 200, 20
	var world strings.Builder
	world.WriteString("\nfiles: {a.txt: x}\nprs:\n")
	for n := 1; n <= pulls; n++ {
		fmt.Fprintf(&world, "  %d: {author: ana, head: h%d, files: {f%d.txt: x}}\n", n, n, n)
	}
	l := newLab(t, world.String())
	l.exec("push main m2", "limits all")
	ref := l.ref("acme/api")
	due := map[string]*waiting{}
	var order []string
	add := func(a rules.Action) {
		key := fmt.Sprintf("%s %s", a.Kind(), a.About())
		due[key], order = &waiting{a, l.clock()}, append(order, key)
	}
	bob := rules.Person{ID: 1, Login: "bob"}
	repo := rules.Repo{ID: ref.ID, Owner: "acme", Name: "api", Installation: ref.Installation}
	for n := 1; n <= pulls; n++ {
		head := l.sim.SHA(fmt.Sprintf("h%d", n))
		add(rules.ReportCheck{Repo: repo, Number: n, Head: head, Conclusion: "neutral", Title: "t", Summary: "s"})
		add(rules.RequestReviewers{Repo: repo, Number: n, Head: head, People: []rules.Person{bob}})
		if n <= behind {
			add(rules.UpdateBranch{Repo: repo, Number: n, Head: head})
		}
	}
	began, updated := l.clock(), time.Time{}
	asked := 0
	for l.clock().Sub(began) < 4*time.Hour {
		next := l.clock().Add(time.Hour)
		for _, key := range order {
			w := due[key]
			if w == nil {
				continue
			}
			if !w.at.After(l.clock()) {
				asked++
				w.at = l.try(ref, w.action)
			}
			if w.at.IsZero() {
				if delete(due, key); w.action.Kind() == rules.KindUpdate {
					updated = l.clock()
				}
			} else if w.at.Before(next) {
				next = w.at
			}
		}
		if len(due) == 0 {
			break
		}
		l.wait(max(next.Sub(l.clock()), 10*time.Millisecond))
	}
	for _, c := range l.sim.Calls() {
		if c.Status == http.StatusForbidden || c.Status == http.StatusTooManyRequests {
			t.Fatalf("%s %s was refused: %d", c.Method, c.Path, c.Status)
		}
	}
	if len(due) > 0 {
		t.Errorf("%d acts were never done", len(due))
	}
	if took := updated.Sub(began); took > 30*time.Second {
		t.Errorf("the last update came after %s", took)
	}
	if asked > 4*len(order) {
		t.Errorf("%d acts took %d askings", len(order), asked)
	}
	t.Logf("%d acts in %s, the last update after %s, %d askings", len(order), l.clock().Sub(began), updated.Sub(began), asked)
}

// waiting is an act, and when to try it next.
type waiting struct {
	action rules.Action
	at     time.Time
}

// try tries an act and says when to come again; the zero time: it is done.
func (l *lab) try(ref github.RepoRef, a rules.Action) time.Time {
	l.t.Helper()
	if at := l.c.Slot(l.t.Context(), ref, a); at.After(l.clock()) {
		return at
	}
	switch r := l.c.Do(l.t.Context(), ref, a); r.Outcome {
	case github.Done:
		return time.Time{}
	case github.Limited:
		return r.Until
	default:
		l.t.Fatalf("%s: %v", a.Kind(), r)
	}
	return time.Time{}
}
