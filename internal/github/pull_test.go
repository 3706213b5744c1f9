package github

import (
	"encoding/json"
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
func TestNewestChecks(t *testing.T) {
	run := func(id, app int, name, event, status, conclusion string) string {
		return `{"__typename":"CheckRun","databaseId":` + num(id) + `,"name":"` + name + `","status":"` + status + `","conclusion":"` + conclusion +
			`","checkSuite":{"app":{"databaseId":` + num(app) + `},"workflowRun":{"event":"` + event + `","workflow":{"databaseId":1}}}}`
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
func TestRollupOfAnotherHead(t *testing.T) {
	p := pullOf(t, `{"headRefOid":"a2","mergeable":"MERGEABLE","statusCheckRollup":{"commit":{"oid":"a1"},"contexts":{"nodes":[{"__typename":"StatusContext","context":"a","state":"SUCCESS"}]}}}`)
	if len(p.Checks) != 0 || p.Mergeable != rules.Unknown {
		t.Errorf("checks %v, mergeable %v", p.Checks, p.Mergeable)
	}
}

// A comparison counts only if it is of the snapshot's own commits.
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
func TestLimitReplies(t *testing.T) {
	reset := noon.Add(17 * time.Minute)
	for _, tt := range []struct {
		name    string
		status  int
		headers []string
		body    string
		until   time.Time
		limited bool
	}{
		{"seconds", 403, []string{"Retry-After", "30"}, `{"message":"You have exceeded a secondary rate limit"}`, noon.Add(30 * time.Second), true},
		{"a date", 429, []string{"Retry-After", "Mon, 02 Mar 2026 12:01:00 GMT"}, ``, noon.Add(time.Minute), true},
		{"primary", 403, []string{"X-RateLimit-Remaining", "0", "X-RateLimit-Reset", num(int(reset.Unix()))}, `{"message":"API rate limit exceeded"}`, reset, true},
		{"secondary without headers", 403, nil, `{"message":"You have exceeded a secondary rate limit."}`, time.Time{}, true},
		{"429 without headers", 429, nil, `{}`, time.Time{}, true},
		{"a permission", 403, []string{"X-RateLimit-Remaining", "4000", "X-RateLimit-Reset", "1"}, `{"message":"Resource not accessible by integration"}`, time.Time{}, false},
		{"anything else", 404, []string{"Retry-After", "30"}, `{}`, time.Time{}, false},
	} {
		r := reply{Status: tt.status, Header: map[string][]string{}, Body: []byte(tt.body)}
		for i := 0; i < len(tt.headers); i += 2 {
			r.Header.Set(tt.headers[i], tt.headers[i+1])
		}
		until, limited := r.limit(noon)
		if !until.Equal(tt.until) || limited != tt.limited {
			t.Errorf("%s: %s %t", tt.name, until, limited)
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

// A line that may be left out is left out from the moment that the server says that it lacks the field; any other one is
// never.
func TestLackingFields(t *testing.T) {
	c, err := New(Options{AppID: 1, Key: testKey(t)})
	if err != nil {
		t.Fatal(err)
	}
	lacks := func(typ, field string) []graphError {
		var e graphError
		e.Extensions.Code, e.Extensions.TypeName, e.Extensions.FieldName = "undefinedField", typ, field
		return []graphError{e}
	}
	text := pullText()
	if c.learn(text, lacks("PullRequest", "reviewDecision")) {
		t.Error("goes on without reviewDecision")
	}
	if strings.Contains(c.prune(text), "#") || !strings.Contains(c.prune(text), "isMergeQueueEnabled") {
		t.Error("the whole text is not sent as it is")
	}
	if !c.learn(text, lacks("PullRequest", "isMergeQueueEnabled")) || c.learn(text, lacks("PullRequest", "isMergeQueueEnabled")) {
		t.Error("learns not at all, or twice")
	}
	if strings.Contains(c.prune(text), "isMergeQueueEnabled") || !strings.Contains(c.prune(text), "lockBranch") {
		t.Errorf("left out: %s", c.prune(text))
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
