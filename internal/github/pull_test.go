package github

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pitcrew-app/pitcrew/internal/manifest"
	"github.com/pitcrew-app/pitcrew/rules"
)

var us = rules.App{ID: 1, Slug: "pitcrew", User: 100}

func pullOf(t *testing.T, answer string) *rules.PR {
	t.Helper()
	var r pullReply
	if err := json.Unmarshal([]byte(answer), &r); err != nil {
		t.Fatal(err)
	}
	return r.pull(us)
}

// Of the runs with one app, workflow, event and name the newest counts, in whatever order they come.
// Shows: C2, C4.
func TestNewestChecks(t *testing.T) {
	run := func(id, app int, name, event, status, conclusion string) string {
		return `{"__typename":"CheckRun","databaseId":` + num(id) + `,"name":"` + name + `","status":"` + status + `","conclusion":"` + conclusion +
			`","checkSuite":{"app":{"databaseId":` + num(app) + `},"workflowRun":{"event":"` + event + `","workflow":{"databaseId":1}}}}`
	}
	suite := func(id int, run string) string {
		return strings.Replace(run, `"checkSuite":{`, `"checkSuite":{"databaseId":`+num(id)+`,`, 1)
	}
	for _, tt := range []struct {
		name     string
		contexts []string
		want     []rules.CheckState
	}{
		{"failed, then green", []string{run(1, 5, "build", "push", "COMPLETED", "FAILURE"), run(2, 5, "build", "push", "COMPLETED", "SUCCESS")}, []rules.CheckState{rules.CheckPassed}},
		{"the newer one first", []string{run(2, 5, "build", "push", "COMPLETED", "FAILURE"), run(1, 5, "build", "push", "COMPLETED", "SUCCESS")}, []rules.CheckState{rules.CheckFailed}},
		{"green, then running again", []string{run(1, 5, "build", "push", "COMPLETED", "SUCCESS"), run(2, 5, "build", "push", "QUEUED", "")}, []rules.CheckState{rules.CheckPending}},
		{"another app", []string{run(1, 5, "build", "push", "COMPLETED", "FAILURE"), run(2, 6, "build", "push", "COMPLETED", "SUCCESS")}, []rules.CheckState{rules.CheckFailed, rules.CheckPassed}},
		{"another event", []string{run(1, 5, "build", "push", "COMPLETED", "FAILURE"), run(2, 5, "build", "pull_request", "COMPLETED", "SUCCESS")}, []rules.CheckState{rules.CheckFailed, rules.CheckPassed}},
		{"another suite, where no event is told", []string{suite(1, run(1, 5, "build", "", "COMPLETED", "FAILURE")), suite(2, run(2, 5, "build", "", "COMPLETED", "SUCCESS"))}, []rules.CheckState{rules.CheckFailed, rules.CheckPassed}},
		{"a status of the same name", []string{run(1, 5, "build", "push", "COMPLETED", "SUCCESS"), `{"__typename":"StatusContext","context":"build","state":"ERROR"}`}, []rules.CheckState{rules.CheckFailed, rules.CheckPassed}},
		{"skipped and neutral pass", []string{run(1, 5, "a", "push", "COMPLETED", "SKIPPED"), run(2, 5, "b", "push", "COMPLETED", "NEUTRAL")}, []rules.CheckState{rules.CheckPassed, rules.CheckPassed}},
		{"what passes is known, the rest fails", []string{run(1, 5, "a", "push", "COMPLETED", "STALE"), run(2, 5, "b", "push", "COMPLETED", "BRAND_NEW")}, []rules.CheckState{rules.CheckFailed, rules.CheckFailed}},
		{"an expected status is pending", []string{`{"__typename":"StatusContext","context":"a","state":"EXPECTED"}`}, []rules.CheckState{rules.CheckPending}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := pullOf(t, `{"headRefOid":"a1","statusCheckRollup":{"commit":{"oid":"a1"},"contexts":{"nodes":[`+strings.Join(tt.contexts, ",")+`]}}}`)
			var got []rules.CheckState
			for _, c := range p.Checks {
				got = append(got, c.State)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func num(n int) string { b, _ := json.Marshal(n); return string(b) }

// Checks of another commit say nothing, and neither does what GitHub thinks of merging then.
// Shows: X12.
func TestRollupOfAnotherHead(t *testing.T) {
	p := pullOf(t, `{"headRefOid":"a2","mergeable":"MERGEABLE","statusCheckRollup":{"commit":{"oid":"a1"},"contexts":{"nodes":[{"__typename":"StatusContext","context":"a","state":"SUCCESS"}]}}}`)
	if len(p.Checks) != 0 || p.Mergeable != rules.Unknown {
		t.Errorf("checks %v, mergeable %v", p.Checks, p.Mergeable)
	}
}

// A comparison counts only if it is of the snapshot's own commits.
// Shows: S4.
func TestBehindIsOfTheseCommits(t *testing.T) {
	for _, tt := range []struct {
		name, compare string
		want          rules.Tri
	}{
		{"up to date", `{"behindBy":0,"baseTarget":{"oid":"m1"},"headTarget":{"oid":"a1"}}`, rules.No},
		{"behind", `{"behindBy":2,"baseTarget":{"oid":"m1"},"headTarget":{"oid":"a1"}}`, rules.Yes},
		{"another head", `{"behindBy":0,"baseTarget":{"oid":"m1"},"headTarget":{"oid":"a0"}}`, rules.Unknown},
		{"another base", `{"behindBy":0,"baseTarget":{"oid":"m0"},"headTarget":{"oid":"a1"}}`, rules.Unknown},
		{"none", `null`, rules.Unknown},
	} {
		p := pullOf(t, `{"headRefOid":"a1","baseRef":{"target":{"oid":"m1"},"compare":`+tt.compare+`}}`)
		if p.Behind != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, p.Behind, tt.want)
		}
	}
	if p := pullOf(t, `{"headRefOid":"a1"}`); p.Behind != rules.Unknown {
		t.Errorf("a base that is gone: %v", p.Behind)
	}
}

func TestPeople(t *testing.T) {
	for _, tt := range []struct {
		name, actor string
		want        rules.Person
	}{
		{"a person", `{"__typename":"User","login":"ana","databaseId":7}`, rules.Person{ID: 7, Login: "ana"}},
		{"a bot", `{"__typename":"Bot","login":"dependabot","databaseId":8}`, rules.Person{ID: 8, Login: "dependabot[bot]", Bot: true}},
		{"nobody any more", `null`, ghost},
	} {
		if got := pullOf(t, `{"author":`+tt.actor+`}`).Author; got != tt.want {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}

// More than was read is named, and so is what GitHub could not give.
// Shows: C1, D22-.
func TestMoreThanRead(t *testing.T) {
	const full = `"labels":{},"files":{},"reviews":{},"reviewRequests":{},"headRefOid":"a1","statusCheckRollup":{"commit":{"oid":"a1"},"contexts":{}}`
	for field, want := range map[string]string{
		`"labels":{"pageInfo":{"hasNextPage":true}}`: "labels",
		`"files":{"pageInfo":{"hasNextPage":true}}`:  "files",
		`"files":null`: "files",
		`"reviews":{"pageInfo":{"hasPreviousPage":true}}`: "reviews",
		`"reviews":null`: "reviews",
		`"reviewRequests":{"pageInfo":{"hasNextPage":true}}`:                                       "review requests",
		`"reviewThreads":{"pageInfo":{"hasNextPage":true}}`:                                        "conversations",
		`"timelineItems":{"pageInfo":{"hasPreviousPage":true}}`:                                    "timeline",
		`"statusCheckRollup":{"commit":{"oid":"a1"},"contexts":{"pageInfo":{"hasNextPage":true}}}`: "checks",
	} {
		p := pullOf(t, "{"+full+","+field+"}")
		if diff := cmp.Diff([]string{want}, p.Truncated); diff != "" {
			t.Errorf("%s: %s", field, diff)
		}
	}
	if p := pullOf(t, "{"+full+"}"); len(p.Truncated) != 0 {
		t.Errorf("nothing is more: %v", p.Truncated)
	}
}

// Shows: C6, P5.
func TestRules(t *testing.T) {
	const text = `[{"type":"deletion"},{"type":"required_linear_history"},{"type":"brand_new_rule","parameters":{"x":1}},{"type":"brand_new_rule"},{"type":"merge_queue"},
{"type":"pull_request","parameters":{"required_approving_review_count":1,"allowed_merge_methods":["squash","merge"]}},
{"type":"pull_request","parameters":{"required_approving_review_count":2,"required_review_thread_resolution":true,"allowed_merge_methods":["rebase","squash"]}},
{"type":"required_status_checks","parameters":{"strict_required_status_checks_policy":true,"required_status_checks":[{"context":"a","integration_id":5},{"context":"b"}]}}]`
	var all []ruleReply
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatal(err)
	}
	b := joinRules(all)
	want := rules.Protection{Checks: []rules.RequiredCheck{{Name: "a", App: 5, By: rules.ByRuleset}, {Name: "b", By: rules.ByRuleset}}, Strict: true, Approvals: 2, Conversations: true, Linear: true,
		Queue: true, Others: []string{"brand_new_rule"}}
	if diff := cmp.Diff(want, b.protection); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"squash"}, both([]string{"merge", "squash", "rebase"}, b.methods)); diff != "" {
		t.Error(diff)
	}
	if got := both([]string{"merge"}, both([]string{"squash"}, []string{"rebase"})); len(got) != 0 {
		t.Errorf("no method is in all lists, but %v", got)
	}
	classic := &classicReply{RequiresCommitSignatures: true, LockBranch: true, RequiredApprovingReviewCount: 6}
	p := protect(b, classic, "")
	if diff := cmp.Diff([]string{"brand_new_rule", "required_signatures", "lock_branch"}, p.Others); diff != "" || p.Approvals != 2 {
		t.Errorf("approvals %d %s", p.Approvals, diff)
	}
}

// What a refusal says of limits.
// Shows: L3, L4.
func TestLimitReplies(t *testing.T) {
	reset := noon.Add(17 * time.Minute)
	headers := func(resource string, left int) http.Header { return rateHeaders(resource, 5000, left, reset) }
	with := func(h http.Header, key, value string) http.Header { h = h.Clone(); h.Set(key, value); return h }
	for _, tt := range []struct {
		name   string
		status int
		header http.Header
		body   string
		until  time.Time
		scope  resource
	}{
		{"seconds", 403, http.Header{"Retry-After": {"30"}}, `{"message":"You have exceeded a secondary rate limit"}`, noon.Add(30 * time.Second), all},
		{"a date", 429, http.Header{"Retry-After": {"Mon, 02 Mar 2026 12:01:00 GMT"}}, ``, noon.Add(time.Minute), all},
		{"primary", 403, headers("core", 0), `{"message":"API rate limit exceeded"}`, reset.Add(time.Second), resourceCore},
		{"that of searches", 429, headers("search", 0), `{}`, reset.Add(time.Second), resourceSearch},
		{"primary, and our clock is ahead", 403, with(headers("core", 0), "Date", "Mon, 02 Mar 2026 11:00:00 GMT"), `{}`, reset.Add(time.Hour + time.Second), resourceCore},
		{"a date, and our clock is behind", 403, http.Header{"Retry-After": {"Mon, 02 Mar 2026 13:01:00 GMT"}, "Date": {"Mon, 02 Mar 2026 13:00:00 GMT"}}, ``, noon.Add(time.Minute), all},
		{"seconds although nothing is left", 403, with(headers("core", 0), "Retry-After", "30"), `{}`, noon.Add(30 * time.Second), all},
		{"secondary without headers", 403, nil, `{"message":"You have exceeded a secondary rate limit."}`, time.Time{}, all},
		{"secondary with some left", 403, headers("core", 4000), `{"message":"You have exceeded a secondary rate limit."}`, time.Time{}, all},
		{"429 without headers", 429, nil, `{}`, time.Time{}, all},
		{"a permission", 403, headers("core", 4000), `{"message":"Resource not accessible by integration"}`, time.Time{}, ""},
		{"anything else", 404, http.Header{"Retry-After": {"30"}}, `{}`, time.Time{}, ""},
	} {
		until, scope, limited := reply{Status: tt.status, Header: tt.header, Body: []byte(tt.body)}.limit(noon)
		if !until.Equal(tt.until) || scope != tt.scope || limited != (tt.scope != "") {
			t.Errorf("%s: %s %q %t", tt.name, until, scope, limited)
		}
	}
}

func TestMessages(t *testing.T) {
	for body, want := range map[string]string{
		`{"message":"No"}`: "No",
		`{"message":"Validation Failed","errors":[{"resource":"PullRequest","field":"base","code":"invalid"}]}`: "Validation Failed; base invalid",
		`{"message":"Unprocessable Entity","errors":["one","two"]}`:                                             "Unprocessable Entity; one; two",
		`{"message":"V","errors":[{"code":"custom","message":"A pull request already exists"}]}`:                "V; A pull request already exists",
		`<html>`: "Bad Gateway",
	} {
		if got := (reply{Status: 502, Body: []byte(body)}).message(); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}

// The answers to mutations.
func TestMutationErrors(t *testing.T) {
	for _, tt := range []struct {
		typ, message string
		want         Outcome
	}{
		{"STALE_DATA", `Expected branch to point to "a" but it did not. Pull and try again.`, Stale},
		{"UNPROCESSABLE", "A ref named \"refs/heads/pitcrew/x\" already exists in the repository.", Stale},
		{"UNPROCESSABLE", "A pull request already exists for acme:pitcrew/x.", Stale},
		{"NOT_FOUND", "Could not resolve to a Repository with the name 'acme/x'.", Gone},
		{"FORBIDDEN", "Resource not accessible by integration", Refused},
		{"UNPROCESSABLE", "Title is too long", Refused},
		{"INTERNAL", "Something went wrong while executing your query.", Unknown},
	} {
		if got := (graphError{Type: tt.typ, Message: tt.message}).outcome(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.message, got, tt.want)
		}
	}
}

// Shows: L6.
func TestCut(t *testing.T) {
	for _, tt := range []struct {
		text string
		max  int
		want string
	}{{"abc", 3, "abc"}, {"abcdef", 5, "ab…"}, {"aéé", 4, "a…"}} {
		if got := cut(tt.text, tt.max); got != tt.want || len(got) > tt.max {
			t.Errorf("%q at %d: %q", tt.text, tt.max, got)
		}
	}
}

// targetReply has as many places for lock files as there are names.
func TestLockPlaces(t *testing.T) {
	r := targetReply{}
	if err := json.Unmarshal([]byte(`{"base":{"target":{"lock`+num(len((manifest.NPM{}).Locks())-1)+`":{"oid":"1"}}}}`), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.locks()) != 1 {
		t.Error("the last lock file has no place")
	}
}

// Whom we took off ourselves may be asked again; teams are nobody.
func TestRemovedByUs(t *testing.T) {
	const bob, team = `{"__typename":"User","login":"bob","databaseId":2}`, `{"__typename":"Team","combinedSlug":"acme/core"}`
	event := func(kind, actor, who string) string {
		return `{"__typename":"` + kind + `","actor":` + actor + `,"requestedReviewer":` + who + `}`
	}
	for _, tt := range []struct {
		name   string
		events []string
		want   int
	}{
		{"by a person", []string{event("ReviewRequestedEvent", "null", bob), event("ReviewRequestRemovedEvent", bob, bob)}, 1},
		{"by us", []string{event("ReviewRequestRemovedEvent", `{"__typename":"Bot","databaseId":100}`, bob)}, 0},
		{"and asked again", []string{event("ReviewRequestRemovedEvent", bob, bob), event("ReviewRequestedEvent", "null", bob)}, 0},
		{"a team", []string{event("ReviewRequestRemovedEvent", bob, team)}, 0},
	} {
		p := pullOf(t, `{"reviews":{},"reviewRequests":{},"timelineItems":{"nodes":[`+strings.Join(tt.events, ",")+`]}}`)
		if len(p.Removed) != tt.want {
			t.Errorf("%s: %v", tt.name, p.Removed)
		}
	}
}
