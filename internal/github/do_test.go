package github_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// open is a repository in which pull request 7 can be merged.
const open = `
files: {a.txt: "1\n"}
teams: {core: [cat, dan]}
prs: {7: {author: ana, head: a1, files: {x.txt: x}}}
`

func (l *lab) merge() rules.MergePR {
	p := l.settled(7)
	return rules.MergePR{Repo: p.Repo, Number: 7, Head: p.PR.Head, Base: p.PR.BaseTip, Method: "squash"}
}

// What GitHub answers to a merge, and what that means.
func TestMerge(t *testing.T) {
	for _, tt := range []struct {
		name, line string
		want       github.Outcome
		status     int
		message    string
	}{
		{"good", "", github.Done, 200, ""},
		{"the head moved", "push 7 a2", github.Stale, 409, "Head branch was modified. Review and try the merge again."},
		{"the head moved at the last moment", "before merge: push 7 a2", github.Stale, 409, "Head branch was modified. Review and try the merge again."},
		{"another one landed", `refuse 7 405 "Base branch was modified. Review and try the merge again."`, github.Stale, 405, "Base branch was modified. Review and try the merge again."},
		{"one is under way", `refuse 7 405 "Merge already in progress"`, github.Unknown, 405, "Merge already in progress"},
		{"a rule", "protect main {approvals: 1}", github.Refused, 405, "At least 1 approving review is required by reviewers with write access."},
		{"closed", "close 7", github.Refused, 405, "Pull Request is not mergeable"},
		{"gone", "uninstall acme", github.Gone, 404, "Not Found"},
		{"permission", "permit acme {contents: read}", github.Refused, 403, "Resource not accessible by integration (needs contents=write)"},
		{"502", "fail merge 502", github.Unknown, 502, "Bad Gateway"},
		{"502 with the effect", "fail merge 502 after", github.Unknown, 502, "Bad Gateway"},
		{"connection lost", "fail merge reset", github.Unknown, 0, ""},
		{"limit", "fail merge limit retry-after 90", github.Limited, 403, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t, open)
			a := l.merge()
			ref := l.ref("acme/api")
			if tt.line != "" {
				l.exec(tt.line)
			}
			r := l.c.Do(t.Context(), ref, a)
			equal(t, "outcome, status", []any{r.Outcome.String(), r.Status}, []any{tt.want.String(), tt.status})
			if tt.message != "" {
				equal(t, "message", r.Message, tt.message)
			}
			if tt.want == github.Limited {
				equal(t, "until", r.Until, l.clock().Add(90*time.Second))
			}
		})
	}
}

// A merge carries the head and the method, and nothing that GitHub would put into the commit instead of its own words.
// Shows: X1.
func TestMergeRequest(t *testing.T) {
	l := newLab(t, open)
	a := l.merge()
	l.do(a)
	calls := l.sim.Calls()
	equal(t, "body", calls[len(calls)-1].Body, `{"sha":"`+l.sim.SHA("a1")+`","merge_method":"squash"}`)
	p := l.pr(7).PR
	equal(t, "state", []any{p.State, p.MergedBy.ID == l.pr(7).App.User, p.MergeCommit != ""}, []any{"MERGED", true, true})
}

func TestUpdate(t *testing.T) {
	for _, tt := range []struct {
		name    string
		lines   []string
		want    github.Outcome
		status  int
		message string
	}{
		{"good", []string{"push main m2"}, github.Done, 202, ""},
		{"the head moved", []string{"push main m2", "push 7 a2"}, github.Stale, 422, "expected head sha didn"},
		{"nothing to do", nil, github.Done, 422, "There are no new commits on the base branch."},
		{"conflict", []string{"push main m2 {x.txt: other}"}, github.Refused, 422, "merge conflict"},
		{"502", []string{"push main m2", "fail update 502"}, github.Unknown, 502, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t, open)
			p := l.settled(7)
			l.exec(tt.lines...)
			r := l.do(rules.UpdateBranch{Repo: p.Repo, Number: 7, Head: p.PR.Head})
			equal(t, "outcome, status", []any{r.Outcome.String(), r.Status}, []any{tt.want.String(), tt.status})
			if !strings.Contains(r.Message, tt.message) {
				t.Errorf("message %q, want %q in it", r.Message, tt.message)
			}
		})
	}
}

// After our own update the new head has the old one and the base as its parents.
func TestUpdatedParents(t *testing.T) {
	l := newLab(t, open)
	l.exec("push main m2")
	p := l.settled(7)
	l.do(rules.UpdateBranch{Repo: p.Repo, Number: 7, Head: p.PR.Head})
	l.wait(3 * time.Second)
	now := l.pr(7).PR
	equal(t, "parents", now.HeadParents, []string{l.sim.SHA("a1"), l.sim.SHA("m2")})
	equal(t, "behind", now.Behind, rules.No)
	equal(t, "by our bot, signed", []bool{now.HeadBot, now.HeadSigned}, []bool{true, true})
}

// Who may push can write our bot's name and GitHub's into a commit, but not GitHub's signature; a person's own update has that,
// and another name.
func TestUpdatesThatAreNotOurs(t *testing.T) {
	for line, want := range map[string][]bool{"forge 7 a2 by bob": {true, false}, "update 7 by bob": {false, true}} {
		l := newLab(t, open)
		l.exec("push main m2", line)
		l.wait(3 * time.Second)
		p := l.pr(7).PR
		equal(t, line+": parents", p.HeadParents, []string{l.sim.SHA("a1"), l.sim.SHA("m2")})
		equal(t, line+": by our bot, signed", []bool{p.HeadBot, p.HeadSigned}, want)
	}
}

func TestRequestReviewers(t *testing.T) {
	l := newLab(t, open)
	s := l.pr(7)
	if err := l.c.Need(t.Context(), l.ref("acme/api"), s, rules.Need{Logins: []string{"bob", "ana"}}); err != nil {
		t.Fatal(err)
	}
	ask := func(teams []string, logins ...string) github.Result {
		l.wait(time.Second)
		a := rules.RequestReviewers{Repo: s.Repo, Number: 7, Head: s.PR.Head, Teams: teams}
		for _, login := range logins {
			who := rules.Person{ID: 1, Login: login}
			if known := s.People[login]; known != nil {
				who = *known
			}
			a.People = append(a.People, who)
		}
		return l.do(a)
	}
	r := ask([]string{"acme/core"}, "bob")
	equal(t, "people and a team", []any{r.Outcome, r.Status, len(r.Dropped), len(r.DroppedTeams)}, []any{github.Done, 201, 0, 0})
	p := l.pr(7).PR
	equal(t, "asked", []string{p.Requests[0].Person.Login, p.Requests[1].Team}, []string{"bob", "acme/core"})

	r = ask(nil, "stranger")
	equal(t, "a stranger alone", []any{r.Outcome, r.Status, len(r.Dropped)}, []any{github.Refused, 422, 1})
	r = ask(nil, "stranger", "cat")
	equal(t, "a stranger among others", []any{r.Outcome, r.Status, len(r.Dropped)}, []any{github.Refused, 422, 0})
	if !strings.Contains(r.Message, "collaborator") {
		t.Errorf("message %q", r.Message)
	}
}

func TestReportCheck(t *testing.T) {
	l := newLab(t, open)
	s := l.pr(7)
	a := rules.ReportCheck{Repo: s.Repo, Number: 7, Head: s.PR.Head, Conclusion: "neutral", Title: "Waits", Summary: strings.Repeat("é", 40000),
		Digest: "d1", Link: "https://pitcrew.example.com/acme/api/7"}
	r := l.do(a)
	equal(t, "new", []any{r.Outcome, r.Status, r.CheckRun != 0}, []any{github.Done, 201, true})
	c := l.pr(7).PR.Checks[0]
	equal(t, "seen", []any{c.ID, c.Name, c.App, c.External, c.State, c.Result}, []any{r.CheckRun, "pitcrew", s.App.ID, "d1", rules.CheckPassed, "NEUTRAL"})

	l.wait(time.Second)
	a.Existing, a.Digest, a.Conclusion = c.ID, "d2", "success"
	r = l.do(a)
	equal(t, "patched", []any{r.Outcome, r.Status, r.CheckRun}, []any{github.Done, 200, c.ID})
	checks := l.pr(7).PR.Checks
	equal(t, "seen", []any{len(checks), checks[0].External, checks[0].Result}, []any{1, "d2", "SUCCESS"})
}

// Who gets no slot now is not sent, and told when.
func TestSlots(t *testing.T) {
	l := newLab(t, open)
	a := l.merge()
	report := rules.ReportCheck{Repo: a.Repo, Number: 7, Head: a.Head, Conclusion: "neutral", Title: "t", Summary: "s"}
	ref := l.ref("acme/api")
	before := l.calls()
	now := l.clock()
	equal(t, "first slot", l.c.Slot(t.Context(), ref, a), now)
	equal(t, "second slot", l.c.Slot(t.Context(), ref, report), now.Add(time.Second))
	r := l.do(report)
	equal(t, "too early", []any{r.Outcome, r.Until}, []any{github.Limited, now.Add(time.Second)})
	equal(t, "in the slot that was given", l.do(a).Outcome, github.Done)
	l.wait(time.Second)
	equal(t, "in the slot that was kept", l.do(report).Outcome, github.Done)
	equal(t, "writes", l.writes(before), []string{"PUT /repos/acme/api/pulls/7/merge 200", "POST /repos/acme/api/check-runs 201"})
}

// A limit that one request met holds back everything of the installation, and nothing of another's.
func TestLimitIsShared(t *testing.T) {
	l := newLab(t, open+"repos: {other/thing: {files: {a: b}, prs: {1: {author: ana, head: o1}}}}\n")
	a := l.merge()
	other := l.ref("other/thing")
	s, err := l.c.PR(t.Context(), other, 1)
	if err != nil {
		t.Fatal(err)
	}
	l.exec("fail check-run limit retry-after 90")
	report := rules.ReportCheck{Repo: a.Repo, Number: 7, Head: a.Head, Conclusion: "neutral", Title: "t", Summary: "s"}
	ref := l.ref("acme/api")
	equal(t, "limited", l.c.Do(t.Context(), ref, report).Outcome, github.Limited)
	l.wait(10 * time.Second)
	before := l.calls()
	r := l.c.Do(t.Context(), ref, a)
	equal(t, "the merge", []any{r.Outcome, r.Until}, []any{github.Limited, l.clock().Add(80 * time.Second)})
	_, err = l.c.PR(t.Context(), ref, 7)
	var limited *github.LimitedError
	equal(t, "a read", errors.As(err, &limited) && limited.Until.Equal(r.Until), true)
	equal(t, "sent", l.calls()-before, 0)
	report.Repo, report.Number, report.Head = s.Repo, 1, s.PR.Head
	equal(t, "another installation", l.c.Do(t.Context(), other, report).Outcome, github.Done)
}

// The observing door sends nothing, or the check run alone.
func TestWatching(t *testing.T) {
	l := newLab(t, open)
	a := l.merge()
	report := rules.ReportCheck{Repo: a.Repo, Number: 7, Head: a.Head, Conclusion: "neutral", Title: "t", Summary: "s"}
	before := l.calls()
	ref := l.ref("acme/api")
	for _, a := range []rules.Action{a, report, rules.UpdateBranch{Repo: a.Repo}, rules.OpenPR{}} {
		equal(t, a.Kind(), github.Watching{Writer: l.c}.Do(t.Context(), ref, a), github.Result{Outcome: github.Observed})
	}
	door := github.Watching{Writer: l.c, Check: true}
	equal(t, "merge", door.Do(t.Context(), ref, a).Outcome, github.Observed)
	equal(t, "check", door.Do(t.Context(), ref, report).Outcome, github.Done)
	equal(t, "writes", l.writes(before), []string{"POST /repos/acme/api/check-runs 201"})
}

// A token that ran out, by GitHub's clock, is asked for anew.
func TestTokenRunsOut(t *testing.T) {
	l := newLab(t, open)
	l.pr(7)
	l.wait(3 * time.Hour)
	l.pr(7)
}
