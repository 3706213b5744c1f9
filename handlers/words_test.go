package handlers

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"testing"
)

// described is what GitHub's published description of its webhooks says about the texts that a field may hold.
type described struct{ words, free map[string]int }

// read collects from a schema what it says about the field name.
func (d described) read(name string, schema map[string]any) {
	if values, ok := schema["enum"].([]any); ok {
		if _, ok := values[0].(string); ok {
			d.words[name]++
		}
		return
	}
	if schema["type"] == "string" {
		d.free[name]++
	}
	if items, ok := schema["items"].(map[string]any); ok {
		d.read(name, items)
	}
}

func (d described) walk(doc any) {
	switch v := doc.(type) {
	case map[string]any:
		properties, _ := v["properties"].(map[string]any)
		for name, schema := range properties {
			if schema, ok := schema.(map[string]any); ok {
				d.read(name, schema)
			}
		}
		for _, inner := range v {
			d.walk(inner)
		}
	case []any:
		for _, inner := range v {
			d.walk(inner)
		}
	}
}

// Each field that GitHub describes as one of a few words is kept as one, unless its permissions say so or it is named
// here with the reason; and no field that it describes as free text alone is taken for words.
func TestWordsAreGitHubs(t *testing.T) {
	f, err := os.Open("../internal/contract/webhooks.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&doc); err != nil {
		t.Fatal(err)
	}
	d := described{map[string]int{}, map[string]int{}}
	d.walk(doc)
	if len(d.words) < 80 {
		t.Fatalf("only %d fields hold words", len(d.words))
	}
	permissions := permissionNames(doc)
	for name := range d.words {
		if !wordFields[name] && !permissions[name] && !elsewhere[name] {
			t.Errorf("%s is not kept, though GitHub describes its values", name)
		}
	}
	for name := range wordFields {
		if d.words[name] == 0 && d.free[name] > 0 && !undescribed[name] {
			t.Errorf("%s is kept as a word, and GitHub describes it as any text", name)
		}
	}
}

// permissionNames are the fields of what an App may do.
func permissionNames(doc any) map[string]bool {
	schema := doc.(map[string]any)["components"].(map[string]any)["schemas"].(map[string]any)["app-permissions"].(map[string]any)
	out := set("copilot_requests", "content_references", "emails", "security_scanning_alert", "team_discussions", "organization_plan", "discussions", "keys", "drives", "models")
	for name := range schema["properties"].(map[string]any) {
		out[name] = true
	}
	return out
}

var (
	// elsewhere are fields that hold words in one place, and what somebody wrote in another.
	elsewhere = set("name", "from", "to", "color", "source", "content_type", "default_value")
	// undescribed hold words of GitHub's own, which its description does not list.
	undescribed = set("event", "role", "permission", "permissions", "severity", "mergeable_state", "state_reason", "reason", "type", "status", "target_type", "pusher_type",
		"package_type", "ecosystem", "dismissed_reason", "deployment_branch_policy", "privacy_level")
)
