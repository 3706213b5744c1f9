package handlers_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What takes a merge back is told by a number or by commits; the text that says so is not kept.
func TestReverts(t *testing.T) {
	for _, c := range []struct {
		name, branch, body string
		want               string
	}{
		{"GitHub's button", "revert-7-feature", "Reverts octo-org/octo-repo#7", "7"},
		{"with words of a person", "revert-7-feature", "It broke.\n\nReverts octo-org/octo-repo#7\r\nSorry.", "7"},
		{"without the repository", "revert-7-feature", "Reverts #7", "7"},
		{"of another repository", "revert-7-feature", "Reverts octo-org/other#7", ""},
		{"branch and text differ", "revert-8-feature", "Reverts octo-org/octo-repo#7", ""},
		{"another branch", "feature", "Reverts octo-org/octo-repo#7", ""},
		{"another text", "revert-7-feature", "It Reverts octo-org/octo-repo#7", ""},
		{"a number that is none", "revert-99999999999-x", "Reverts #99999999999", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := map[string]any{
				"action": "closed", "repository": map[string]any{"id": 12, "full_name": "octo-org/octo-repo"},
				"pull_request": map[string]any{"number": 9, "state": "closed", "merged": true, "body": c.body, "head": map[string]any{"ref": c.branch}},
			}
			if got := factOf(t, "pull_request", body, "reverts"); got != c.want {
				t.Errorf("reverts %q, want %q", got, c.want)
			}
		})
	}
}

func TestRevertedCommits(t *testing.T) {
	const a, b = "1111111111111111111111111111111111111111", "2222222222222222222222222222222222222222"
	commit := func(message string) map[string]any { return map[string]any{"message": message} }
	body := map[string]any{
		"ref": "refs/heads/main", "repository": map[string]any{"id": 12, "default_branch": "main"},
		"commits": []any{
			commit("Revert \"x\"\n\nThis reverts commit " + a + ".\n"), commit("This reverts commit " + a + ", reversing\nchanges made to " + b + "."),
			commit("we should say: This reverts commit " + b), commit("Revert \"y\"\n\nThis reverts commit " + b + "."),
		},
	}
	if diff := cmp.Diff(`["`+a+`","`+b+`"]`, factOf(t, "push", body, "reverted")); diff != "" {
		t.Error(diff)
	}
	body["commits"] = []any{commit("nothing of the kind")}
	if got := factOf(t, "push", body, "reverted"); got != "" {
		t.Errorf("reverted %s", got)
	}
}

// factOf is a fact of what a payload tells; empty: it has none.
func factOf(t *testing.T, event string, body map[string]any, name string) string {
	t.Helper()
	payload, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	var facts map[string]json.RawMessage
	for _, e := range read(t, event, payload).Events {
		if err := json.Unmarshal(e.Facts, &facts); err != nil {
			t.Fatal(err)
		}
	}
	return string(facts[name])
}
