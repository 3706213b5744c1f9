package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var fenced = regexp.MustCompile("(?s)```(\\w*)\n(.*?)```")

// blocks are the blocks of a page of docs in one language.
func blocks(t *testing.T, path, language string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range fenced.FindAllStringSubmatch(string(text), -1) {
		if m[1] == language {
			all = append(all, m[2])
		}
	}
	return all
}

// tests puts stories into a directory tests, and goes to where that is.
func tests(t *testing.T, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

// The example of docs/policy-tests.md passes as it stands there, and fails with the words that stand there.
func TestPolicyTestsPage(t *testing.T) {
	const page = "../../docs/policy-tests.md"
	stories, failures := blocks(t, page, "txtar"), blocks(t, page, "")
	if len(stories) != 1 || len(failures) != 1 {
		t.Fatalf("%d stories and %d failures on the page", len(stories), len(failures))
	}
	stricter := strings.Replace(stories[0], "{name: people, when", "{name: people, approvals: 2, when", 1)
	tests(t, map[string]string{"tests/who-may-land.txtar": stories[0], "stricter/tests/who-may-land.txtar": stricter})
	got := enter(t, time.Time{}, nil, "test", "--no-git", "tests")
	if want := "ok    tests/who-may-land.txtar\n1 passed, 0 failed\n"; got.code != 0 || got.out != want || got.err != "" {
		t.Errorf("exit %d: %s%s", got.code, got.out, got.err)
	}
	t.Chdir("stricter")
	got = enter(t, time.Time{}, nil, "test", "--no-git", "tests")
	if got.code != exitFailed || got.out != failures[0] {
		t.Errorf("exit %d: printed\n%s\nand the page says\n%s", got.code, got.out, failures[0])
	}
}

const situation = `One approval is enough.

-- github.yml --
people: {ana: write, bob: write}
prs:
  7: {author: ana, head: a1, checks: {build: success}, reviews: {bob: approved}}
-- decide --
7 would merge
`

const oneApproval = "version: 1\nmerge: {policies: [{name: all}]}\n"

// wrongStories are situations that fail, each for another reason.
var wrongStories = map[string]string{
	"a-passes.txtar":           situation,
	"b-other-decision.txtar":   strings.Replace(situation, "7 would merge", "7 waits: approval 0 of 1 at a1", 1),
	"c-not-named.txtar":        strings.Replace(situation, "7 would merge", "# nothing is expected", 1),
	"d-no-such-pull.txtar":     strings.Replace(situation, "7 would merge", "7 would...\n8 would merge", 1),
	"e-no-decision.txtar":      strings.Replace(situation, "7 would merge", "7 merges", 1),
	"f-no-pull-request.txtar":  strings.Replace(situation, "7 would merge", "\nseven would merge", 1),
	"g-twice.txtar":            strings.Replace(situation, "7 would merge", "7 would merge\n7 waits...", 1),
	"h-key-of-github.txtar":    strings.Replace(situation, "author: ana", "autor: ana", 1),
	"i-no-promise.txtar":       strings.Replace(situation, "One approval is enough.", "", 1),
	"j-nothing-expected.txtar": "Nothing.\n\n-- github.yml --\npeople: {ana: write}\n",
	"k-script.txtar":           situation + "-- script --\nreview 7 bob approved\nreviw 7 bob approved\n",
	"l-own-file.txtar":         situation + "-- .platform.yml --\nversion: 1\nmerge: {policies: [{name: strict, approvals: 2}]}\n",
	"m-broken-file.txtar":      situation + "-- .platform.yml --\nversion: 1\nmerge: {policies: [{aprovals: 2}]}\n",
	"n-option.txtar":           situation + "-- options --\nreeds\n",
	"o-transcript.txtar":       "What is awaited.\n\n-- script --\nwait\n-- want --\n> wait\n> and\n",
}

// Each way in which a story can fail is told with its line and what would be right; testdata/test has the words.
func TestFailedStories(t *testing.T) {
	golden := goldenFrom(t)
	tests(t, wrongStories)
	if err := os.WriteFile("policy.yml", []byte(oneApproval), 0o600); err != nil {
		t.Fatal(err)
	}
	got := enter(t, time.Time{}, nil, "test", "--no-git", "--with", "policy.yml", ".")
	if got.code != exitFailed || got.err != "" {
		t.Errorf("exit %d: %s", got.code, got.err)
	}
	asJSON := enter(t, time.Time{}, nil, "test", "--no-git", "--json", "--with", "policy.yml", ".")
	if asJSON.code != exitFailed || !json.Valid([]byte(asJSON.out)) {
		t.Errorf("exit %d: %s", asJSON.code, asJSON.out)
	}
	golden("test/failed.txt", got.out)
	golden("test/failed-json.txt", asJSON.out)
}

// A policy is tested with the organisation's file below it, and a story that has its own keeps it.
func TestTestWithOrganisation(t *testing.T) {
	own := situation + "-- acme/.github//.platform.org.yml --\nversion: 1\n"
	tests(t, map[string]string{"s/held.txtar": strings.Replace(situation, "would merge", "waits: held by label hold", 1), "s/own.txtar": own,
		"policy.yml": oneApproval, "org.yml": "version: 1\nmerge: {never: {label: hold}}\n"})
	labelled := func(name string) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(strings.Replace(string(text), "head: a1", "head: a1, labels: [hold]", 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	labelled("s/held.txtar")
	labelled("s/own.txtar")
	got := enter(t, time.Time{}, nil, "test", "--no-git", "--with", "policy.yml", "--org", "org.yml", "s")
	if got.code != 0 || got.err != "" {
		t.Errorf("exit %d: %s%s", got.code, got.out, got.err)
	}
}

// What is asked for wrongly is exit code 2, with what to do, and nothing is played.
func TestTestMistakes(t *testing.T) {
	golden := goldenFrom(t)
	tests(t, map[string]string{"s/a.txtar": situation, "empty/readme.md": "", "wrong.yml": "version: 1\nmerg: {}\n", "org.yml": "version: 1\nlocked: [merg]\n"})
	var b strings.Builder
	for _, line := range []string{"test", "test nowhere", "test empty", "test --with none.yml s", "test --with wrong.yml s", "test --org org.yml s"} {
		got := enter(t, time.Time{}, nil, strings.Fields(line)...)
		if got.code != exitUsage || got.out != "" {
			t.Errorf("pitcrew %s: exit %d, out %q", line, got.code, got.out)
		}
		b.WriteString("$ pitcrew " + line + "\n" + got.err)
	}
	golden("test/mistakes.txt", b.String())
}

// goldenFrom compares with a golden file of this directory, wherever the test has gone since.
func goldenFrom(t *testing.T) func(name, got string) {
	home, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return func(name, got string) {
		t.Helper()
		t.Chdir(home)
		golden(t, name, got)
	}
}
