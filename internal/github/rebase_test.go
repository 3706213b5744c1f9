package github_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

func rebaseOf(s *rules.Snapshot) rules.UpdateBranch {
	return rules.UpdateBranch{Repo: s.Repo, Number: 7, Head: s.PR.Head, Node: s.PR.ID, Method: rules.MethodRebase}
}

func TestRebase(t *testing.T) {
	for _, tt := range []struct {
		name    string
		lines   []string
		want    github.Outcome
		message string
	}{
		{"good", []string{"push main m2"}, github.Done, ""},
		{"the head moved", []string{"push main m2", "push 7 a2"}, github.Stale, "expected head sha didn"},
		{"nothing to do", nil, github.Done, "There are no new commits on the base branch."},
		{"conflict", []string{"push main m2 {x.txt: other}"}, github.Refused, "merge conflict"},
		{"502", []string{"push main m2", "fail update 502"}, github.Unknown, ""},
		{"a server that cannot", []string{"push main m2", "old-server on"}, github.Refused, "has no update by rebase"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t, open)
			p := l.settled(7)
			l.exec(tt.lines...)
			r := l.do(rebaseOf(p))
			if r.Outcome != tt.want || !strings.Contains(r.Message, tt.message) {
				t.Errorf("%s, %q, want %s and %q in it", r.Outcome, r.Message, tt.want, tt.message)
			}
		})
	}
}

// After our own rebase the new head stands on the base, committed by our bot and signed by nobody.
func TestRebased(t *testing.T) {
	l := newLab(t, open)
	l.exec("push main m2")
	l.do(rebaseOf(l.settled(7)))
	l.wait(3 * time.Second)
	now := l.pr(7).PR
	equal(t, "parents", now.HeadParents, []string{l.sim.SHA("m2")})
	equal(t, "behind", now.Behind, rules.No)
	equal(t, "of the author, unsigned, made by us", []bool{now.HeadBot, now.HeadSigned, now.HeadMade}, []bool{false, false, true})
}

// A person's commit was not made by us.
func TestPushedIsNotMade(t *testing.T) {
	l := newLab(t, open)
	l.exec("push 7 a2 by bob")
	if p := l.pr(7).PR; p.HeadMade {
		t.Error("a person's commit counts as ours")
	}
}

// A server that cannot rebase is asked once, and decisions know it then.
func TestNoRebaseIsLearned(t *testing.T) {
	l := newLab(t, open)
	l.exec("push main m2", "old-server on")
	p := l.settled(7)
	l.do(rebaseOf(p))
	if p.Repo.NoRebase || !l.pr(7).Repo.NoRebase {
		t.Error("it is not known when it is, or before")
	}
}

// The files of a conflict are asked for once for each head and tip.
func TestClashes(t *testing.T) {
	l := newLab(t, "prs:\n  7: {author: ana, head: a1, files: {x.txt: mine, y.txt: mine, z.txt: mine}}\n  8: {author: bob, head: b1, files: {x.txt: theirs}}\n")
	l.exec("merge 8 by bob squash", "push main n1 {y.txt: pushed}")
	l.settled(7)
	for range 2 {
		equal(t, "clashes", l.pr(7).PR.Clashes, []rules.Clash{{Path: "x.txt", Pull: 8}, {Path: "y.txt"}})
	}
	asked := 0
	for _, c := range l.sim.Calls() {
		if strings.Contains(c.Body, "query Clash") {
			asked++
		}
	}
	equal(t, "asked", asked, 1)
	l.exec("force 7 a2 {x.txt: ours}")
	l.settled(7)
	if got := l.pr(7).PR.Clashes; !slices.Equal(got, []rules.Clash{{Path: "x.txt", Pull: 8}}) {
		t.Errorf("after another push: %v", got)
	}
}

// What GitHub does not answer about a conflict stays unknown, and nothing fails for it.
func TestClashesUnknown(t *testing.T) {
	l := newLab(t, "prs: {7: {author: ana, head: a1, files: {x.txt: mine}}}\n")
	l.exec("old-server on", "push main n1 {x.txt: pushed}")
	if p := l.settled(7).PR; p.Mergeable != rules.No || p.Clashes != nil {
		t.Errorf("mergeable %v, clashes %v", p.Mergeable, p.Clashes)
	}
}
