package github

import (
	"testing"

	"github.com/pitcrew-app/pitcrew/rules"
)

// Whether a fork may be updated is known before the first try; what is not told is a no.
// Shows: P1.
func TestEdits(t *testing.T) {
	const shown = `,"headRepository":{"id":"R"},"headRepositoryOwner":`
	for _, tt := range []struct {
		name, answer string
		want         rules.Edits
	}{
		{"lent", `"maintainerCanModify":true` + shown + `{"__typename":"User","login":"eve"}`, rules.EditsAllowed},
		{"not lent", `"maintainerCanModify":false` + shown + `{"__typename":"User","login":"eve"}`, rules.EditsForbidden},
		{"of an organisation", `"maintainerCanModify":true` + shown + `{"__typename":"Organization","login":"else"}`, rules.EditsNever},
		{"gone", `"maintainerCanModify":true,"headRepository":null,"headRepositoryOwner":null`, rules.EditsHidden},
		{"private", `"maintainerCanModify":true,"headRepository":null,"headRepositoryOwner":{"__typename":"User","login":"eve"}`, rules.EditsHidden},
	} {
		if p := pullOf(t, `{"isCrossRepository":true,`+tt.answer+`}`); p.Edits != tt.want || !p.Fork {
			t.Errorf("%s: %v, want %v", tt.name, p.Edits, tt.want)
		}
	}
}

// Workflows that wait are counted at the head alone; of a fork none may be overlooked.
func TestWaitingWorkflows(t *testing.T) {
	suites := func(oid string, more string) string {
		return `"suites":{"nodes":[{"commit":{"oid":"` + oid + `","checkSuites":{"nodes":[
			{"conclusion":"ACTION_REQUIRED","workflowRun":{"databaseId":1}},{"conclusion":"ACTION_REQUIRED"},{"conclusion":"SUCCESS","workflowRun":{"databaseId":2}},
			{"workflowRun":{"databaseId":3}}],"pageInfo":{"hasNextPage":` + more + `}}}}]}`
	}
	for _, tt := range []struct {
		name, answer string
		held, cut    int
	}{
		{"one waits", suites("a1", "false"), 1, 0},
		{"of another commit", suites("a0", "false"), 0, 0},
		{"more than were read", suites("a1", "true"), 1, 0},
		{"more than were read of a fork", `"isCrossRepository":true,` + suites("a1", "true"), 1, 1},
	} {
		p := pullOf(t, `{"headRefOid":"a1","headRepository":{"id":"R"},"files":{},"reviews":{},"reviewRequests":{},`+tt.answer+`}`)
		if p.Held != tt.held || len(p.Truncated) != tt.cut {
			t.Errorf("%s: %d wait, cut %v; want %d and %d", tt.name, p.Held, p.Truncated, tt.held, tt.cut)
		}
	}
}
