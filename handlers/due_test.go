package handlers_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// due is what became due, as "subject: facts".
func due(a eventlog.Append) []string {
	var out []string
	for _, line := range strings.Split(meaning(a), "\n") {
		if text, ok := strings.CutPrefix(line, "due "); ok {
			out = append(out, text)
		}
	}
	return out
}

// What is due after a change of one field of a payload.
// Shows: C14.
func TestDue(t *testing.T) {
	all := payloads(t)
	for _, c := range []struct {
		name, payload, path string
		value               any
		want                []string
	}{
		{"closed without a merge, the next has its turn", "pull_request.closed", "pull_request", changed(t, all["pull_request.closed"], "merged", false, "merged_at", nil),
			[]string{"pr:12:7: state", "base:12:main: line"}},
		{"a title touches one fact", "pull_request.edited", "changes", map[string]any{"title": map[string]any{"from": "x"}}, []string{"pr:12:7: text"}},
		{"an assignee touches none", "pull_request.labeled", "action", "assigned", nil},
		{"a check without pull requests is found by its head", "check_run.completed", "check_run.pull_requests", []any{}, []string{"whose head is a1a1 in 12: checks"}},
		{"a suite that was only asked for", "check_suite.completed", "action", "requested", nil},
		{"a tag is no branch", "push", "ref", "refs/tags/v1", nil},
		{"a branch moved by force may have changed the file", "push", "forced", true, []string{"base:12:main: base config", "repo:12: config"}},
		{"so may a branch that is new", "push", "created", true, []string{"base:12:main: base config", "repo:12: config"}},
		{"but only for itself, if it is a person's", "push.personal", "forced", true, []string{"base:12:ana-torres/retries: base config"}},
		{"a draft is not released", "release.published", "release.draft", true, nil},
		{"a repository without an id", "push", "repository.id", "12", nil},
		{"a number that is none", "pull_request.opened", "pull_request.number", -7, []string{"pr:12:7: state head"}},
		{"a comment deleted may end a conversation", "pull_request_review_thread.resolved", "action", "deleted", []string{"pr:12:7: threads"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := due(read(t, eventOf(c.payload), with(t, all[c.payload], c.path, c.value)))
			if !slices.Equal(got, c.want) {
				t.Errorf("due %q, want %q", got, c.want)
			}
		})
	}
}

// changed is the pull request of a payload with other values, given as names and values in turn.
func changed(t *testing.T, body []byte, pairs ...any) map[string]any {
	t.Helper()
	var doc map[string]map[string]any
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(body, &whole); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(fmt.Appendf(nil, `{"pull":%s}`, whole["pull_request"]), &doc); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(pairs); i += 2 {
		doc["pull"][pairs[i].(string)] = pairs[i+1]
	}
	return doc["pull"]
}

// Comments come with their review; only one that is deleted may change what is waited for.
func TestReviewComments(t *testing.T) {
	body := payloads(t)["pull_request_review_thread.resolved"]
	for action, want := range map[string]int{"created": 0, "edited": 0, "deleted": 1} {
		if got := due(read(t, "pull_request_review_comment", with(t, body, "action", action))); len(got) != want {
			t.Errorf("%s: due %q", action, got)
		}
	}
}

// Commits may be too many to list: then any file may have changed.
func TestPushOfMany(t *testing.T) {
	body := payloads(t)["push"]
	for n, want := range map[int]int{2047: 1, 2048: 2} {
		commits := make([]any, n)
		for i := range commits {
			commits[i] = map[string]any{"modified": []any{"README.md"}}
		}
		if got := due(read(t, "push", with(t, body, "commits", commits))); len(got) != want {
			t.Errorf("%d commits: due %q", n, got)
		}
	}
}

// Names of branches that people gave are not told; those of branches that stay are.
func TestBranchesInTheLog(t *testing.T) {
	body := payloads(t)["push"]
	for ref, told := range map[string]bool{
		"main": true, "master": true, "release/1.x": true, "release-2026.03": true, "v2": true, "stable/v1.2": true, "staging-2": true, "Develop": true,
		"ana": false, "ana/main": false, "feature/retries": false, "release/ana": false, "main-ana": false, "": false, "pitcrew/lib-1.2.0": false,
	} {
		a := read(t, "push", with(t, with(t, body, "ref", "refs/heads/"+ref), "repository.default_branch", "trunk"))
		if got := a.Events[0].Subject == rules.BaseSubject(12, ref); got != told {
			t.Errorf("%q: about %s", ref, a.Events[0].Subject)
		}
	}
}

// An outage over, deliveries are asked for again; what they told is not waited for.
func TestLateDeliveryDemandsNothing(t *testing.T) {
	for name, body := range payloads(t) {
		a, err := github().Read(t.Context(), eventOf(name), "guid", received.Add(6*time.Minute), body)
		if err != nil {
			t.Fatal(err)
		}
		if a.Events[0].MustShow != nil {
			t.Errorf("%s demands %s", name, a.Events[0].MustShow)
		}
	}
}

// Until the bot's id is known, nothing is its own but what the App's id tells.
func TestOwn(t *testing.T) {
	for _, user := range []func() int64{nil, func() int64 { return 0 }} {
		g := github()
		g.User = user
		for name, want := range map[string]any{"pull_request.closed": nil, "check_run.completed.own": true} {
			a, err := g.Read(t.Context(), eventOf(name), "guid", received, payloads(t)[name])
			if err != nil {
				t.Fatal(err)
			}
			if got := facts(t, a)["own"]; got != want {
				t.Errorf("%s: own is %v", name, got)
			}
		}
	}
}

// What must be visible, and other facts, after a change of one field of a payload.
func TestDemands(t *testing.T) {
	all := payloads(t)
	for _, c := range []struct {
		name, payload, path string
		value               any
		with, without       string // of the event as JSON
	}{
		{"a label taken off", "pull_request.labeled", "action", "unlabeled", `"on":false`, `"on":true`},
		{"a check that began", "check_run.completed", "check_run.status", "in_progress", `"id":9901`, `"result"`},
		{"a review dismissed", "pull_request_review.submitted", "review.state", "dismissed", `"state":"DISMISSED"`, `"APPROVED"`},
		{"the organisation's file in another repository", "push.org", "repository.name", "api", `"tip"`, `org_config`},
		{"an event of tomorrow", "pull_request.opened", "pull_request.updated_at", "2026-03-03T00:00:00Z", `"At":"0001-01-01T00:00:00Z"`, `"At":"2026`},
	} {
		doc, err := json.Marshal(read(t, eventOf(c.payload), with(t, all[c.payload], c.path, c.value)).Events[0])
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(doc), c.with) || strings.Contains(string(doc), c.without) {
			t.Errorf("%s: %s", c.name, doc)
		}
	}
}
