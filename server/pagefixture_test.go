package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
	"github.com/pitcrew-app/pitcrew/server"
)

// pagesNow is when the pages of the tests are read.
var pagesNow = time.Date(2026, 11, 20, 14, 30, 0, 0, time.UTC)

// house is a log with a ledger and the pages over them.
type house struct {
	t      testing.TB
	log    *eventlog.DB
	ledger *ledger.Ledger
	pages  *server.Pages
	ana    rules.Person
	bo     rules.Person
	n      int
}

// newHouse opens an empty one.
func newHouse(t testing.TB) *house {
	t.Helper()
	dir := t.TempDir()
	log, err := eventlog.Open(dir, eventlog.Options{Now: func() time.Time { return pagesNow }})
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(dir, log)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, log: log, ledger: l, pages: &server.Pages{Log: log, Ledger: l, WebURL: "https://github.com", Now: func() time.Time { return pagesNow }}}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	h.ana, h.bo = h.person(11, "ana"), h.person(12, "bo")
	return h
}

func (h *house) person(id int64, login string) rules.Person {
	token, err := h.log.Token(context.Background(), id, login)
	if err != nil {
		h.t.Fatal(err)
	}
	return rules.Person{Token: token}
}

// add appends events.
func (h *house) add(a eventlog.Append) {
	h.t.Helper()
	if _, err := h.log.Append(context.Background(), a); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) catchUp() {
	h.t.Helper()
	if err := h.ledger.CatchUp(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

// repo makes a repository known.
func (h *house) repo(id int64, owner, name string) {
	doc := fmt.Sprintf(`{"installation":1,"owner":%q,"name":%q,"default_branch":"main"}`, owner, name)
	h.n++
	h.add(eventlog.Append{Delivery: fmt.Sprintf("repo-%d", h.n), Received: pagesNow.Add(-40 * 24 * time.Hour),
		Cursors: map[string]string{fmt.Sprintf("repo:%d", id): doc},
		Events:  []eventlog.Event{{Source: "github", Kind: "repository.created", Installation: 1, Repository: id, Subject: rules.RepoSubject(id)}}})
}

// github is a webhook about a pull request.
func (h *house) github(ago time.Duration, repo int64, n int, kind, facts string) {
	h.n++
	h.add(eventlog.Append{Delivery: fmt.Sprintf("d-%d", h.n), Received: pagesNow.Add(-ago), Events: []eventlog.Event{{
		Source: "github", Kind: kind, Installation: 1, Repository: repo, Subject: rules.PRSubject(repo, n), At: pagesNow.Add(-ago),
		Actor: h.ana.Token, Facts: json.RawMessage(facts)}}})
}

// ours is an event that pitcrew writes.
func (h *house) ours(ago time.Duration, s rules.Subject, kind string, facts any) {
	h.t.Helper()
	doc, err := json.Marshal(facts)
	if err != nil {
		h.t.Fatal(err)
	}
	h.add(eventlog.Append{Received: pagesNow.Add(-ago), Events: []eventlog.Event{{
		Source: "pitcrew", Kind: kind, Installation: 1, Repository: s.RepoID(), Subject: s, At: pagesNow.Add(-ago), Facts: doc}}})
}

// act is an act of ours, intended and then seen.
func (h *house) act(ago time.Duration, s rules.Subject, kind, key, action string, asked ...rules.Person) {
	h.ours(ago+4*time.Second, s, rules.EventIntended, rules.Act{Kind: kind, Key: key, Action: json.RawMessage(action)})
	h.ours(ago+3*time.Second, s, rules.EventReplied, rules.Act{Kind: kind, Key: key, Status: 200})
	done := rules.Act{Kind: kind, Key: key}
	for _, p := range asked {
		done.Asked = append(done.Asked, p.Token)
	}
	h.ours(ago, s, rules.EventSeen, done)
}

func (h *house) decided(ago time.Duration, repo int64, n int, head string, answers ...rules.Answer) {
	h.ours(ago, rules.PRSubject(repo, n), rules.EventDecided, rules.Decided{Head: head, Answers: answers})
}

func answer(rule string, because ...rules.Reason) rules.Answer {
	return rules.Answer{Rule: rule, Because: because}
}

func why(code rules.Code, state rules.State, pairs ...string) rules.Reason {
	r := rules.Reason{Code: code, State: state, Args: rules.Args{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		r.Args[pairs[i]] = pairs[i+1]
	}
	return r
}

const (
	hour = time.Hour
	day  = 24 * hour
)

const (
	head1 = "3f2a1c9d5be0a7c41f6d2e8b9a0c1d2e3f4a5b6c"
	head2 = "a90c44e1b2c3d4e5f60718293a4b5c6d7e8f9012"
)

// busy is a house in which everything has happened once.
func busy(t testing.TB) *house {
	h := newHouse(t)
	h.repo(1, "acme", "api")
	h.repo(2, "acme", "lib")
	h.repo(3, "acme", "web")
	h.repo(4, "acme", "docs")
	open := func(ago time.Duration, repo int64, n int) {
		at := pagesNow.Add(-ago).Format(time.RFC3339)
		h.github(ago, repo, n, "pull_request.opened", fmt.Sprintf(`{"action":"opened","number":%d,"state":"open","base":"main","created_at":%q}`, n, at))
	}
	merged := func(ago time.Duration, repo int64, n int) {
		at := pagesNow.Add(-ago).Format(time.RFC3339)
		h.github(ago, repo, n, "pull_request.closed", fmt.Sprintf(`{"action":"closed","number":%d,"state":"closed","merged":true,"base":"main","merged_at":%q,"closed_at":%q}`, n, at, at))
	}
	up := why(rules.CodeUpToDate, rules.Done, "base", "main")
	green := why(rules.CodeChecksGreen, rules.Done, "names", "build, lint", "head", "3f2a1c9")
	asked := rules.Reason{Code: rules.CodeReviewers, State: rules.Done, Who: []rules.Person{h.ana, h.bo}}

	// merged some weeks ago
	for i, ago := range []time.Duration{30 * day, 23 * day, 22 * day, 16 * day, 15 * day, 9 * day, 8 * day, 2 * day, 25 * hour} {
		n := 20 + i
		open(ago+5*hour, 1, n)
		h.act(ago+4*hour, rules.PRSubject(1, n), rules.KindRequest, h.ana.Token, `{"number":20,"head":"aa","people":[{"token":"x"}]}`, h.ana)
		if i%2 == 0 {
			h.act(ago+2*hour, rules.PRSubject(1, n), rules.KindUpdate, "u1", `{"head":"u1"}`)
			h.act(ago+1*hour, rules.PRSubject(1, n), rules.KindUpdate, "u2", `{"head":"u2"}`)
		}
		h.act(ago, rules.PRSubject(1, n), rules.KindMerge, head2, `{"head":"`+head2+`","method":"squash"}`)
		h.act(ago, rules.PRSubject(1, n), rules.KindReport, "r", `{"conclusion":"success"}`)
		merged(ago, 1, n)
	}
	// a release that became a pull request
	release := rules.ReleaseTargetSubject(2, "v1.4.0", 3)
	open(26*hour, 3, 9)
	h.act(26*hour, release, rules.KindOpen, "@acme/lib@1.4.0", `{"package":"@acme/lib","version":"1.4.0","base_ref":"main","branch":"pitcrew/update-acme-lib"}`)
	h.ours(26*hour, release, rules.EventDecided, rules.Decided{Answers: []rules.Answer{answer("propagate", why(rules.CodeProposed, rules.Done, "number", "9"))}})
	h.act(25*hour, rules.PRSubject(3, 9), rules.KindMerge, head1, `{"head":"`+head1+`","method":"squash"}`)
	merged(25*hour, 3, 9)
	h.decided(25*hour, 3, 9, head1, answer("reviewers", why(rules.CodeMerged, rules.Done)), answer("merge", why(rules.CodeMerged, rules.Done)), answer("update", why(rules.CodeMerged, rules.Done)))

	// waits for an approval
	open(3*hour, 1, 41)
	h.act(3*hour, rules.PRSubject(1, 41), rules.KindRequest, h.ana.Token+" "+h.bo.Token, `{"number":41,"head":"`+head1+`"}`, h.ana, h.bo)
	approvals := why(rules.CodeApprovals, rules.NeedsYou, "have", "0", "want", "1", "missing", "an approval", "head", "3f2a1c9", "asked", "")
	approvals.Where = ".platform.yml:11"
	policy := why(rules.CodePolicy, rules.Done, "policy", "asked")
	policy.Where = ".platform.yml:9"
	h.decided(2*hour, 1, 41, head1, answer("reviewers", asked), answer("merge", approvals, policy, green),
		answer("update", why(rules.CodeCurrent, rules.Off, "why", "main does not require it")))
	h.act(2*hour, rules.PRSubject(1, 41), rules.KindReport, "r1", `{"conclusion":"neutral"}`)
	// red, and in conflict
	open(5*hour, 1, 42)
	h.decided(4*hour, 1, 42, head2, answer("reviewers", asked), answer("merge", why(rules.CodeConflict, rules.NeedsYou, "base", "main"),
		why(rules.CodeCheckFailed, rules.NeedsYou, "name", "build", "result", "failed", "head", "a90c44e"), approvals))
	// in line
	for n := 43; n <= 45; n++ {
		open(50*time.Minute, 1, n)
		h.ours(40*time.Minute, rules.BaseSubject(1, "main"), rules.EventStanding, rules.Stood{Number: n, Stand: rules.InLine})
		h.decided(40*time.Minute, 1, n, head1, answer("reviewers", asked), answer("merge", why(rules.CodeInLine, rules.Waiting, "method", "squash", "base", "main"), policy, green, up))
		if n > 43 {
			h.ours(30*time.Minute, rules.PRSubject(1, n), rules.EventPlace, rules.Place{Position: n - 42, Because: []rules.Reason{why(rules.CodeNext, rules.Waiting, "base", "main")}})
		}
	}
	h.ours(20*time.Second, rules.PRSubject(1, 43), rules.EventIntended, rules.Act{Kind: rules.KindMerge, Key: head1, Action: json.RawMessage(`{"head":"` + head1 + `","method":"squash"}`)})
	// GitHub refused once
	open(90*time.Minute, 2, 7)
	h.ours(80*time.Minute, rules.PRSubject(2, 7), rules.EventIntended, rules.Act{Kind: rules.KindMerge, Key: head2, Action: json.RawMessage(`{"head":"` + head2 + `","method":"squash"}`)})
	h.ours(80*time.Minute, rules.PRSubject(2, 7), rules.EventRefused, rules.Act{Kind: rules.KindMerge, Key: head2, Status: 405, Why: "Merge commits are not allowed"})
	h.decided(79*time.Minute, 2, 7, head2, answer("merge", why(rules.CodeRefused, rules.Waiting, "status", "405", "why", "Merge commits are not allowed", "until", "2026-11-20 14:31:00 UTC")))
	// broken, and observed
	open(7*hour, 4, 3)
	h.decided(6*hour, 4, 3, head1, answer("merge", why(rules.CodeConfigBroken, rules.NeedsYou, "problem", ".platform.yml:3:5: merge: unknown key \"aprovals\"; did you mean \"approvals\"?")))
	open(2*day, 3, 12)
	h.ours(2*day, rules.PRSubject(3, 12), rules.EventObserved, rules.Act{Kind: rules.KindMerge, Key: head2, Action: json.RawMessage(`{"head":"` + head2 + `","method":"squash"}`)})
	h.decided(2*day, 3, 12, head2, answer("merge", why(rules.CodeObserved, rules.Stopped, "act", "merge"), green))
	open(10*time.Minute, 2, 8)
	h.catchUp()
	return h
}

// get asks for a page and gives its answer.
func (h *house) get(path string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil)
	for _, c := range change {
		c(req)
	}
	w := httptest.NewRecorder()
	h.pages.Handler().ServeHTTP(w, req)
	return w
}
