package handlers_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
)

// canary stands in every string that may be a person, an address or free text.
const canary = "canary-lovelace"

// plain are the strings of the payloads that are none of these: GitHub's own words, ids, times, and the names of checks,
// labels, tags, default branches, repositories and organisations. Everything else is poisoned, so a path is missing here
// rather than one too many.
var plain = regexp.MustCompile(`^(` + strings.Join([]string{
	`action`, `sha`, `before`, `after`, `id`, `.*\.sha`, `.*_sha`, `.*\.id`, `.*_at`, `.*\.(status|conclusion|state)`, `state`, `.*\.type`,
	`check_suite\.(before|after)`, `check_run\.name`, `context`, `label\.name`, `release\.tag_name`,
	`repository\.(full_name|name|default_branch)`, `repositories(_added|_removed)?\.\d+\.full_name`, `installation\.account\.login`,
	`installation\.permissions\..*`, `(installation\.)?repository_selection`, `commits\.\d+\.(added|modified|removed)\.\d+`,
	`.*author_association`, `reason`, `requested_team\.slug`,
}, "|") + `)$`)

// poison puts the canary into every string that is not plain. A branch keeps its form, so that it is read as one.
func poison(path string, value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name, field := range v {
			v[name] = poison(strings.TrimPrefix(path+"."+name, "."), field)
		}
	case []any:
		for i, item := range v {
			v[i] = poison(fmt.Sprintf("%s.%d", path, i), item)
		}
	case string:
		switch {
		case plain.MatchString(path):
		case strings.HasPrefix(v, "refs/heads/"):
			return "refs/heads/" + canary + "/main"
		default:
			return canary
		}
	}
	return value
}

// Nothing of a person, no address and no free text gets into the log. Due rows may name a branch, and are gone when they
// were looked at.
func TestNobodyIsInTheLog(t *testing.T) {
	poisoned := 0
	for name, body := range payloads(t) {
		var doc map[string]any
		if err := json.Unmarshal(body, &doc); err != nil {
			t.Fatal(err)
		}
		bad, err := json.Marshal(poison("", doc))
		if err != nil {
			t.Fatal(err)
		}
		poisoned += strings.Count(string(bad), canary)
		got := read(t, eventOf(name), bad)
		for i, m := range got.Marks {
			if m.Subject.Kind() == "base" {
				got.Marks[i].Subject = ""
			}
		}
		if text := meaning(got); strings.Contains(text, "canary") || strings.Contains(text, "lovelace") {
			t.Errorf("%s:\n%s", name, text)
		}
	}
	if poisoned < 1000 {
		t.Errorf("only %d strings were poisoned", poisoned)
	}
}

// Words of GitHub's own have a form; where a payload has a sentence or an address instead, it is left out.
func TestFactsHaveTheirForm(t *testing.T) {
	body := payloads(t)["check_run.completed"]
	for path, fact := range map[string]string{"check_run.conclusion": "conclusion", "check_run.status": "status", "check_run.head_sha": "sha", "check_run.started_at": "started_at", "check_run.id": "id"} {
		for _, value := range []any{"see https://acme.example", "ana torres", "", strings.Repeat("a", 41), []any{"success"}, map[string]any{}, true, 1.5} {
			if got := facts(t, read(t, "check_run", with(t, body, path, value))); got[fact] != nil {
				t.Errorf("%s %v became the fact %v", path, value, got[fact])
			}
		}
	}
}

func facts(t testing.TB, a eventlog.Append) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal(a.Events[0].Facts, &out); a.Events[0].Facts != nil && err != nil {
		t.Fatal(err)
	}
	return out
}
