package cli

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

const treeWorld = `
people: {ana: write, bob: write, eve: read, "dependabot[bot]": write}
prs:
  7: {author: ana, head: a1, title: Add retries, labels: [docs, automerge], checks: {build: success}}
`

// treeFiles govern it: the organisation's file below the repository's.
var treeFiles = map[string]map[string]string{
	"acme/.github": {".platform.org.yml": "version: 1\napply: [api]\nreviewers: {request: 2, from: [bob, eve], unless: {draft: true}}\nmerge: {never: {label: hold}}\n"},
	"acme/api": {".platform.yml": `version: 1
merge:
  never: {title: "WIP*"}
  policies:
    - {name: bots, when: {author: "dependabot[bot]"}, approvals: 0}
    - {name: people, when: {label: automerge}, checks: [build]}
  title: "{title} by {author} into {base} (#{number})"
`},
}

// serving serves a GitHub of its own, and gives what explain needs to reach it as somebody who may only read.
func serving(t *testing.T, world string, files map[string]map[string]string) (*ghsim.Sim, map[string]string) {
	t.Helper()
	sim, err := ghsim.New(ghsim.Options{Dir: t.TempDir(), Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() }) //nolint:errcheck // a temporary directory
	web := httptest.NewServer(sim.Handler())
	t.Cleanup(web.Close)
	sim.SetURL(web.URL)
	if err := sim.Load([]byte(world), files); err != nil {
		t.Fatal(err)
	}
	return sim, map[string]string{
		"GITHUB_V3_API_URL": web.URL + "/", "GITHUB_V4_API_URL": web.URL + "/graphql", "GITHUB_WEB_URL": web.URL, "PITCREW_DATA": t.TempDir(),
		"GITHUB_TOKEN": sim.Credentials().Tokens["eve"],
	}
}

// The whole tree, for somebody who may only read: each condition with what was seen, each setting with its layer and line; as
// it is, and with another file. Nothing is written.
func TestExplainTree(t *testing.T) {
	sim, env := serving(t, treeWorld, treeFiles)
	other := filepath.Join(t.TempDir(), "other.yml")
	if err := os.WriteFile(other, []byte("version: 1\nmerge: {never: {label: docs}, method: rebase, policies: [{when: {only-files: \"docs/**\"}}]}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	base := sim.State().Repositories
	plain := func(text string) string {
		text = strings.NewReplacer(sim.SHA("a1"), "aaaaaaa", sim.SHA("a1")[:7], "aaaaaaa", other, "other.yml").Replace(text)
		for _, r := range base {
			text = strings.NewReplacer(r.Branches["main"], "bbbbbbb", r.Branches["main"][:7], "bbbbbbb").Replace(text)
		}
		return text
	}
	for _, c := range []struct{ golden, args string }{
		{"explain-tree.txt", "--live"},
		{"explain-with.txt", "--with " + other},
		{"explain-with-json.txt", "--json --with " + other},
	} {
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		got := enter(t, now, env, append(strings.Fields("explain acme/api#7"), strings.Fields(c.args)...)...)
		if got.code != 0 || got.err != "" {
			t.Fatalf("explain %s: exit %d: %s", c.args, got.code, got.err)
		}
		if strings.Contains(c.args, "--json") {
			if !json.Valid([]byte(got.out)) {
				t.Error("no JSON")
			}
		} else {
			fits(t, c.golden, plain(got.out), width)
		}
		golden(t, c.golden, plain(got.out))
	}
	for _, c := range sim.Calls() {
		if c.Method != http.MethodGet && !strings.HasSuffix(c.Path, "/graphql") || strings.Contains(c.Body, "mutation") {
			t.Errorf("it writes: %s %s", c.Method, c.Path)
		}
	}
}

// A file that cannot be followed explains nothing: what is wrong is said, with its line, before GitHub is asked.
func TestExplainWithMistakes(t *testing.T) {
	sim, env := serving(t, treeWorld, treeFiles)
	var b strings.Builder
	for _, path := range []string{"nothing-here.yml", "testdata/check/wrong.yml"} {
		got := enter(t, time.Time{}, env, "explain", "--with", path, "acme/api#7")
		if got.code != exitUsage || got.out != "" {
			t.Errorf("--with %s: exit %d, out %q", path, got.code, got.out)
		}
		b.WriteString("$ pitcrew explain --with " + path + " 'acme/api#7'\n" + got.err)
	}
	golden(t, "explain-with-mistakes.txt", b.String())
	if n := len(sim.Calls()); n > 0 {
		t.Errorf("GitHub was asked %d times", n)
	}
}
