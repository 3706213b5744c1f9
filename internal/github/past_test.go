package github_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// manyPulls is a repository with so many open pull requests.
func manyPulls(n int) string {
	var b strings.Builder
	b.WriteString("people: {ana: write, bob: write}\nfiles: {.platform.yml: \"version: 1\\nmerge: {policies: [{approvals: 1}]}\\n\"}\nprs:\n")
	for i := range n {
		fmt.Fprintf(&b, "  %d: {author: ana, head: h%d, checks: {build: success}, labels: [automerge], reviews: {bob: approved}}\n", i+1, i+1)
	}
	return b.String()
}

// queries counts the documents that were sent since, by the name that they begin with.
func (l *lab) queries(since int, name string) int {
	n := 0
	for _, c := range l.sim.Calls()[since:] {
		if strings.Contains(c.Body, `"query":"query `+name+`(`) {
			n++
		}
	}
	return n
}

// A list costs one query for each fifty pull requests, and shows of each what a snapshot does.
func TestList(t *testing.T) {
	l := newLab(t, manyPulls(60))
	ref, told := l.ref("acme/api"), ""
	l.exec("mergeable 9 off")
	one := l.settled(7)
	before := l.calls()
	list, err := l.c.List(t.Context(), ref, github.ListQuery{Most: 1000, Tell: func(read, all int) { told += fmt.Sprintf(" %d of %d", read, all) }})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "queries", l.queries(before, "List"), 2)
	equal(t, "progress", told, " 50 of 60 60 of 60")
	equal(t, "listed", len(list.Pulls), 60)
	equal(t, "all", list.All, 60)
	for _, p := range list.Pulls {
		if p.PR.Number != 7 { // of #9 GitHub has not computed whether it can be merged, which is no difference
			equal(t, "another", rules.Summarise(rules.Answers(rules.Decide(rules.All, p.Snapshot)), nil).Title, "Ready: merges by itself")
			continue
		}
		got, want := *p.PR, *one.PR
		got.Behind = want.Behind // where the base does not demand it, a list does not tell
		equal(t, "one of them", got, want)
		equal(t, "decided", rules.Answers(rules.Decide(rules.All, p.Snapshot)), rules.Answers(rules.Decide(rules.All, one)))
	}
	if few, err := l.c.List(t.Context(), ref, github.ListQuery{Most: 10}); err != nil || len(few.Pulls) != 10 || few.All != 60 {
		t.Errorf("the newest ten: %d of %d, %v", len(few.Pulls), few.All, err)
	}
}

// Where a page is too heavy for GitHub, half of it is asked for.
func TestListTooHeavy(t *testing.T) {
	l := newLab(t, manyPulls(30))
	ref := l.ref("acme/api")
	l.exec("fail graphql 502 x2")
	before := l.calls()
	list, err := l.c.List(t.Context(), ref, github.ListQuery{Most: 1000})
	if err != nil || len(list.Pulls) != 30 {
		t.Fatalf("%d pull requests, %v", len(list.Pulls), err)
	}
	equal(t, "queries: 50, 25, and three of 12", l.queries(before, "List"), 5)
}

// A merged pull request is as it was when it landed: open, with the approvals of then.
func TestListLanded(t *testing.T) {
	l := newLab(t, manyPulls(3))
	l.settled(2)
	l.exec("merge 2 by bob")
	l.wait(2 * time.Second)
	l.exec("review 2 bob changes")
	list, err := l.c.List(t.Context(), l.ref("acme/api"), github.ListQuery{Most: 50, Landed: true})
	if err != nil || len(list.Pulls) != 1 || !list.Pulls[0].Landed {
		t.Fatalf("%+v, %v", list, err)
	}
	answers := rules.Answers(rules.Decide(rules.All, list.Pulls[0].Snapshot))
	equal(t, "decided", rules.Summarise(answers, nil).Title, "Ready: merges by itself")
}

// A proposed text holds for the bases that its branch governs, and for no others.
func TestUnder(t *testing.T) {
	l := newLab(t, `
people: {ana: write}
files: {.platform.yml: "version: 1\nmerge: {}\n"}
prs:
  1: {author: ana, head: a1}
`)
	ref := l.ref("acme/api")
	list, err := l.c.List(t.Context(), ref, github.ListQuery{Most: 9})
	if err != nil || len(list.Pulls) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	blob := l.c.Offer(ref.Installation, []byte("version: 1\nobserve: true\nmerge: {}\n"))
	for branch, want := range map[string]bool{"main": true, "release": false} {
		cfg, changed, err := l.c.Under(github.Change{Name: rules.ConfigName, Branch: branch, Blob: blob}).Config(t.Context(), list.Pulls[0])
		if err != nil || changed != want || (cfg.Observe.String() == "true") != want {
			t.Errorf("%s: changed %v, observe %s, %v", branch, changed, cfg.Observe, err)
		}
	}
}

// An organisation's file that somebody only proposes was not seen: else the organisation would wait for it when it is not merged.
func TestUnderOfTheOrganisation(t *testing.T) {
	l := newLab(t, manyPulls(1))
	l.c.SawOrg = func(owner string) { t.Errorf("%s is taken for having a file", owner) }
	ref := l.ref("acme/api")
	list, err := l.c.List(t.Context(), ref, github.ListQuery{Most: 9})
	if err != nil || len(list.Pulls) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	blob := l.c.Offer(ref.Installation, []byte("version: 1\nlocked: [merge.never]\nmerge: {never: {label: automerge}}\n"))
	cfg, changed, err := l.c.Under(github.Change{Name: rules.OrgConfigName, Branch: "main", Blob: blob}).Config(t.Context(), list.Pulls[0])
	if err != nil || !changed {
		t.Fatalf("changed %v, %v", changed, err)
	}
	s := *list.Pulls[0].Snapshot
	s.Config = cfg
	equal(t, "decided", rules.Summarise(rules.Answers(rules.Decide(rules.All, &s)), nil).Title, "Held by a rule")
}
