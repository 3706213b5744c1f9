package ghsim

import (
	"strings"
	"testing"
)

// A ruleset keeps a branch from being deleted by its rule for that, and by no other; its name is among the rules of the ref.
func TestGraphQLDeletionRule(t *testing.T) {
	for rule, fails := range map[string]bool{"{linear: true}": false, "{deletion: true}": true} {
		w := newGQLWorld(t)
		if err := w.exec("rules feature " + rule + " in acme/api"); err != nil {
			t.Fatal(err)
		}
		gone := map[string]any{"name": "refs/heads/feature", "beforeOid": w.r.branches["feature"], "afterOid": strings.Repeat("0", 40)}
		_, failed := w.mutate(w.app(), "updateRefs", "clientMutationId", map[string]any{"repositoryId": gqlID(w.r), "refUpdates": []any{gone}})
		if _, there := w.r.branches["feature"]; strings.Contains(failed, "Repository rule violations") != fails || there != fails {
			t.Errorf("%s: %q, there %v", rule, failed, there)
		}
	}
}
