package github_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

func TestSweep(t *testing.T) {
	l := newLab(t, libraries)
	refs := append(l.refs("acme"), github.RepoRef{Installation: l.creds.Installations["acme"], ID: 1, Owner: "acme", Name: "gone"})
	before := l.calls()
	swept, err := l.c.Sweep(t.Context(), refs[0].Installation, refs)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "requests", l.calls()-before, 1)
	equal(t, "repositories", len(swept), len(refs)-1)
	for _, s := range swept {
		if s.Repo.Name == "lib" {
			equal(t, "lib", []any{s.Branch, s.Release, s.Config, s.Tip != ""}, []any{"main", "v1.0.0", "", true})
		}
		if s.Repo.Name == "app" && s.Config == "" {
			t.Error("app has a configuration")
		}
		equal(t, s.Repo.Name+" is archived", s.Archived, s.Repo.Name == "old")
	}
}

// What changed shows in the print; more than 50 pull requests are all read.
func TestSweptPrint(t *testing.T) {
	l := newLab(t, open)
	for n := 100; n < 155; n++ {
		l.exec("open " + itoa(n) + " {author: ana}")
	}
	sweep := func() map[int]string {
		swept, err := l.c.Sweep(t.Context(), l.creds.Installations["acme"], []github.RepoRef{l.ref("acme/api")})
		if err != nil {
			t.Fatal(err)
		}
		prints := map[int]string{}
		for _, p := range swept[0].Open {
			prints[p.Number] = p.Print
		}
		return prints
	}
	first := sweep()
	equal(t, "pull requests", len(first), 56)
	equal(t, "nothing happened", sweep(), first)
	l.exec("check 7 build success")
	second := sweep()
	if first[7] == second[7] || first[100] != second[100] {
		t.Error("a check changes another print, or not its own")
	}
}

// GitHub that finds a sweep too heavy is asked for less; what was read before an error is right.
func TestSweepAsksForLess(t *testing.T) {
	l := newLab(t, open+manyRepos(60))
	refs := l.refs("acme")
	inst := refs[0].Installation
	l.exec("fail graphql 502 x2")
	for range 2 {
		if swept, err := l.c.Sweep(t.Context(), inst, refs); err == nil || len(swept) != 0 {
			t.Fatalf("%d repositories, error %v", len(swept), err)
		}
	}
	before := l.calls()
	swept, err := l.c.Sweep(t.Context(), inst, refs)
	if err != nil || len(swept) != len(refs) {
		t.Fatalf("%d of %d repositories, error %v", len(swept), len(refs), err)
	}
	equal(t, "requests", l.calls()-before, 5) // four of 12, and after those one of 25
	l.exec("fail graphql 502 x1")
	if _, err := l.c.Sweep(t.Context(), inst, refs[:1]); err == nil {
		t.Error("an error was swallowed")
	}
}

// Another repository that has taken the name is not taken for the one that had it.
func TestSweepTellsNamesFromRepositories(t *testing.T) {
	l := newLab(t, libraries)
	ref := l.ref("acme/app")
	ref.Name = "lib"
	swept, err := l.c.Sweep(t.Context(), ref.Installation, []github.RepoRef{ref})
	if err != nil || len(swept) != 0 {
		t.Errorf("%v, %v", swept, err)
	}
	for what, err := range map[string]error{"a pull request": l.load(ref, 1), "a base": l.loadBase(ref)} {
		if !errors.Is(err, github.ErrGone) {
			t.Errorf("%s of a repository whose name another one has: %v", what, err)
		}
	}
}

func (l *lab) load(ref github.RepoRef, number int) error {
	_, err := l.c.PR(l.t.Context(), ref, number)
	return err
}

func (l *lab) loadBase(ref github.RepoRef) error {
	_, err := l.c.Base(l.t.Context(), ref, "main", nil)
	return err
}

func manyRepos(n int) string {
	var b strings.Builder
	b.WriteString("repos:\n")
	for i := range n {
		fmt.Fprintf(&b, "  acme/r%d: {}\n", i)
	}
	return b.String()
}

// Failures are read over several pages.
func TestDeliveriesOverPages(t *testing.T) {
	l := newLab(t, open)
	web := httptest.NewServer(http.NotFoundHandler())
	defer web.Close()
	l.sim.SetHook(web.URL)
	for range 75 {
		l.exec("label 7 +hold")
		l.exec("label 7 -hold")
	}
	l.sim.Deliver(t.Context())
	before := l.calls()
	failed, err := l.c.Deliveries(t.Context(), l.clock().Add(-time.Hour))
	if err != nil || len(failed) < 150 {
		t.Fatalf("%d failures, error %v", len(failed), err)
	}
	equal(t, "requests", l.calls()-before, (len(failed)+99)/100)
	for i := 1; i < len(failed); i++ {
		if failed[i].At.Before(failed[i-1].At) {
			t.Fatal("not the oldest first")
		}
	}
	none, err := l.c.Deliveries(t.Context(), l.clock().Add(time.Hour))
	equal(t, "later ones", []any{len(none), err}, []any{0, error(nil)})
}

func itoa(n int) string {
	return string(rune('0'+n/100)) + string(rune('0'+n/10%10)) + string(rune('0'+n%10))
}

func TestNeed(t *testing.T) {
	l := newLab(t, open)
	s := l.pr(7)
	need := rules.Need{Logins: []string{"Bob", "nobody-has-this"}, Teams: []string{"acme/core", "acme/none"}}
	ref := l.ref("acme/api")
	load := func() int {
		before := l.calls()
		if err := l.c.Need(t.Context(), ref, s, need); err != nil {
			t.Fatal(err)
		}
		return l.calls() - before
	}
	load()
	equal(t, "bob", s.People["bob"].Login, "bob")
	equal(t, "nobody", *s.People["nobody-has-this"], rules.Person{})
	equal(t, "team", len(s.Members["acme/core"]), 2)
	if members, known := s.Members["acme/none"]; !known || members != nil {
		t.Errorf("a team that is not there: %v, %t", members, known)
	}
	equal(t, "requests the second time", load(), 0)
	s.Members["acme/core"][0].Token = "written by the caller"
	load()
	equal(t, "from the cache", s.Members["acme/core"][0].Token, "")
	l.wait(11 * time.Minute)
	equal(t, "requests after ten minutes", load(), 3)
}

// The organisation's file: absent, there, and gone.
func TestOrganisation(t *testing.T) {
	l := newLab(t, open+"repos: {acme/.github: {files: {.platform.org.yml: \"version: 1\\nobserve: check\\n\"}}}\n")
	seen := map[string]bool{}
	l.c.SeenOrg = func(owner string) bool { return seen[owner] }
	l.c.SawOrg = func(owner string) { seen[owner] = true }
	s := l.pr(7)
	equal(t, "observe", s.Config.Observe, config.ObserveCheck)
	equal(t, "seen", seen, map[string]bool{"acme": true})
	l.exec("remove-repo acme/.github")
	s = l.pr(7)
	if s.Config.Unknown == "" {
		t.Error("a file that was seen and is hidden now is taken for absent")
	}
	seen = map[string]bool{}
	equal(t, "never seen", l.pr(7).Config.Unknown, "")
}

func TestBrokenConfig(t *testing.T) {
	l := newLab(t, open)
	l.exec("file main .platform.yml {version: 1, merge: {}, zone: Nowhere}")
	s := l.pr(7)
	if !s.Config.Broken() {
		t.Errorf("problems %v", s.Config.Problems)
	}
	l.exec(`file main .platform.yml "version: 1\u0000"`)
	s = l.pr(7)
	equal(t, "no text", s.Config.Problems[0].String(), ".platform.yml:1:1: the file is no text; write it as YAML of at most 64 KiB")
}

// The file of the base counts, else that of the default branch; that of the head never does.
func TestWhichConfig(t *testing.T) {
	l := newLab(t, open)
	l.exec(`push 7 a2 {.platform.yml: "version: 1"}`)
	equal(t, "on the head alone", l.pr(7).Config.Absent(), true)
	l.exec("open 9 {author: ana, base: dev, files: {z.txt: z}}", "file main .platform.yml {version: 1, update: {}}")
	s, err := l.c.PR(t.Context(), l.ref("acme/api"), 9)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "of the default branch", s.Config.Absent(), false)
	l.exec("file dev .platform.yml {version: 1, observe: true}")
	if s, err = l.c.PR(t.Context(), l.ref("acme/api"), 9); err != nil {
		t.Fatal(err)
	}
	equal(t, "of the base", s.Config.Observe, config.ObserveYes)
}

func TestDeliveries(t *testing.T) {
	l := newLab(t, open)
	l.sim.SetHook("http://127.0.0.1:1/nobody-listens")
	l.exec("label 7 +x")
	l.sim.Deliver(t.Context())
	failed, err := l.c.Deliveries(t.Context(), l.clock().Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "failed", []any{len(failed), failed[0].Again}, []any{1, false})
	if err := l.c.Redeliver(t.Context(), failed[0].ID); err != nil {
		t.Fatal(err)
	}
	l.sim.Deliver(t.Context())
	again, err := l.c.Deliveries(t.Context(), l.clock().Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "the same GUID, its newest attempt", []any{len(again), again[0].GUID == failed[0].GUID, again[0].ID == failed[0].ID, again[0].Again}, []any{1, true, false, true})
	later, err := l.c.Deliveries(t.Context(), l.clock().Add(time.Hour))
	equal(t, "since later", []any{len(later), err}, []any{0, nil})
}

func TestInstallations(t *testing.T) {
	l := newLab(t, open+"repos: {other/thing: {files: {a: b}}}\ninstallations: {other: {suspended: true}}\n")
	all, err := l.c.Installations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	suspended := map[string]bool{}
	for _, i := range all {
		suspended[i.Account] = i.Suspended
	}
	equal(t, "installations", suspended, map[string]bool{"acme": false, "other": true})
	if _, err := l.c.Repositories(t.Context(), l.creds.Installations["other"]); !errors.Is(err, github.ErrGone) {
		t.Errorf("a suspended installation: %v", err)
	}
}
