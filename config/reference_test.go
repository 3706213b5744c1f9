package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/rules"
)

func TestReference(t *testing.T) {
	golden(t, "../docs/platform.md", string(config.Reference(rules.Forms)))
}

// Each key of each section has a sentence in the reference, and a default.
func TestReferenceIsComplete(t *testing.T) {
	for _, line := range strings.Split(string(config.Reference(rules.Forms)), "\n") {
		cells := strings.Split(line, " | ")
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		for i, cell := range cells {
			if strings.Trim(cell, "| ") == "" {
				t.Errorf("cell %d is empty: %s", i+1, line)
			}
		}
	}
	for _, key := range []string{"delete-branch", "per-day", "only-files", "propagate", "apply", "groups", "locked", "publish"} {
		if !strings.Contains(string(config.Reference(rules.Forms)), "`"+key+"`") {
			t.Errorf("the reference does not know %s", key)
		}
	}
}

// quoted begins the paragraph in which a story names the line of the reference that decides it.
const quoted = "docs/platform.md: "

// Who reads only the reference can predict a decision: each story quotes the line that decides it.
func TestStoriesQuoteTheReference(t *testing.T) {
	lines := strings.Split(string(config.Reference(rules.Forms)), "\n")
	stories, err := filepath.Glob("../testdata/scenarios/reference-*.txtar")
	if err != nil || len(stories) < 20 {
		t.Fatalf("%d stories, %v", len(stories), err)
	}
	for _, name := range stories {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		_, quote, found := strings.Cut(string(text), "\n"+quoted)
		quote, _, _ = strings.Cut(quote, "\n")
		if !found || !slices.Contains(lines, strings.TrimSpace(quote)) {
			t.Errorf("%s: %q is no line of the reference", name, quote)
		}
	}
}
