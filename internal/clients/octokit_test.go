package clients

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What testdata/octokit/client.mjs sees: @octokit/auth-app signs in, @octokit/rest pages and acts, @octokit/webhooks judges the
// signature of what the sim sends.
func TestOctokit(t *testing.T) {
	need(t, "node", "node")
	need(t, "npm", "node")
	dir := install(t)
	var state strings.Builder
	state.WriteString("repos: {acme/lib: {}}\nprs:\n")
	for n := 1; n <= 35; n++ {
		fmt.Fprintf(&state, "  %d: {author: ana, head: a%d}\n", n, n)
	}
	s := start(t, state.String())
	cmd := exec.Command("node", "client.mjs")
	cmd.Dir, cmd.Stdin, cmd.Stderr = dir, strings.NewReader(s.printed), os.Stderr
	cmd.Env = append(os.Environ(), "NODE_EXTRA_CA_CERTS="+s.CAFile)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v", err)
	}
	var saw map[string]any
	if err := json.Unmarshal(out, &saw); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	want := map[string]any{
		"app": "pitcrew", "repositories": []any{"acme/api", "acme/lib"}, "pulls": 35.0, "last": 35.0,
		"webhook": map[string]any{"action": "opened", "number": true, "sender": "pitcrew[bot]"}, "forged": 400.0, "listed": true,
		"checks": []any{"chores success by pitcrew"}, "stale": "409 Head branch was modified. Review and try the merge again.",
		"merged": true, "graphql": "MERGED by pitcrew", "missing": 404.0, "state": "s1",
		"token": "oauth ghu_, refreshed by ghr_", "viewer": "ana", "installations": 1.0,
	}
	if diff := cmp.Diff(want, saw); diff != "" {
		t.Error(diff)
	}
}

// install gives the script the libraries of its lock file, in a directory of its own.
func install(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"package.json", "package-lock.json", "client.mjs"} {
		text, err := os.ReadFile(filepath.Join("testdata/octokit", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	return dir
}

// The lock file names versions and hashes, and no registry: whoever runs the test uses their own.
func TestLockNamesNoRegistry(t *testing.T) {
	text, err := os.ReadFile("testdata/octokit/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), `"resolved"`) || !strings.Contains(string(text), `"integrity"`) {
		t.Error("package-lock.json: make it with npm install --omit-lockfile-registry-resolved")
	}
}
