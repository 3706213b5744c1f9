package ghsim

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// shown fails unless the transcript of a story of testdata/scenarios has the request with this answer: "PUT /repos/…/merge" and
// "405 Pull Request is not mergeable", or "lost" where no answer came.
func shown(t *testing.T, story, request, reply string) {
	t.Helper()
	status, words, _ := strings.Cut(reply, " ")
	if status == "lost" {
		status = "no answer"
	}
	answer := regexp.MustCompile(`(?s)^` + regexp.QuoteMeta(request) + `( \{.*\})? ` + status + `\b.*` + regexp.QuoteMeta(strings.ReplaceAll(words, `\"`, `"`)))
	for _, entry := range transcript(t, story) {
		if answer.MatchString(entry) {
			return
		}
	}
	t.Errorf("testdata/scenarios/%s.txtar does not show %s answered with %s", story, request, reply)
}

// transcript is what a story's "want" says that happened, one entry a request; GitHub's answers may go on over lines.
func transcript(t *testing.T, story string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../testdata/scenarios", story+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	_, want, ok := strings.Cut(string(text), "\n-- want --\n")
	if !ok {
		t.Fatalf("%s has no transcript", story)
	}
	var entries []string
	for line := range strings.SplitSeq(want, "\n") {
		switch {
		case strings.HasPrefix(line, "  "), strings.HasPrefix(line, "> "):
			entries = append(entries, line[2:])
		case len(entries) > 0:
			entries[len(entries)-1] += "\n" + line
		}
	}
	return entries
}
