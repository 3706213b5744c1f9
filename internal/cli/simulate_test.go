package cli

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

const simulatedWorld = `
people: {ana: write, bob: write, rea: read}
files: {".platform.yml": "version: 1\nmerge: {policies: [{name: all, when: {label: automerge}, approvals: 1}]}\n"}
prs:
  3: {author: ana, head: a1, labels: [automerge], checks: {build: success}, reviews: {bob: approved}}
  4: {author: ana, head: b1, labels: [automerge], checks: {build: success}}
  5: {author: ana, head: c1, labels: [automerge], checks: {build: success}, reviews: {bob: approved}}
  6: {author: bob, head: d1}
`

// simulating serves a GitHub in which one pull request is merged, and gives what simulate needs to read it as somebody who may only
// read.
func simulating(t *testing.T, world string) (*ghsim.Sim, map[string]string) {
	t.Helper()
	sim, err := ghsim.New(ghsim.Options{Dir: t.TempDir(), Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() }) //nolint:errcheck // a temporary directory
	web := httptest.NewServer(sim.Handler())
	t.Cleanup(web.Close)
	sim.SetURL(web.URL)
	if err := sim.Load([]byte(world), nil); err != nil {
		t.Fatal(err)
	}
	return sim, map[string]string{
		"GITHUB_V3_API_URL": web.URL + "/", "GITHUB_V4_API_URL": web.URL + "/graphql", "GITHUB_WEB_URL": web.URL,
	}
}

func written(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestSimulate: whoever may read is told what another file would decide, and nothing is written. A person's token and the App's
// read the same.
func TestSimulate(t *testing.T) {
	sim, env := simulating(t, simulatedWorld)
	if err := sim.Exec("merge 5 by ana"); err != nil {
		t.Fatal(err)
	}
	stricter := written(t, "new.yml", "version: 1\nmerge: {policies: [{name: renamed, when: {label: automerge}, approvals: 2}]}\nupdate: {only: always}\n")
	said := strings.NewReplacer(stricter, "new.yml", sim.SHA("a1")[:7], "aaaaaaa", sim.SHA("b1")[:7], "bbbbbbb", sim.SHA("c1")[:7], "ccccccc")
	as := func(who map[string]string, args ...string) typed {
		t.Helper()
		how := maps.Clone(env)
		maps.Copy(how, who)
		got := enter(t, time.Now(), how, append([]string{"simulate", "acme/api", "--with", stricter}, args...)...)
		if got.code != 0 || got.err != "" {
			t.Fatalf("exit %d: %s", got.code, got.err)
		}
		return got
	}
	token := map[string]string{"GITHUB_TOKEN": sim.Credentials().Tokens["rea"]}
	read := as(token)
	golden(t, "simulate.txt", said.Replace(read.out))
	fits(t, "simulate", said.Replace(read.out), width)
	doc := as(token, "--json")
	golden(t, "simulate.json", said.Replace(doc.out))
	if !json.Valid([]byte(doc.out)) {
		t.Error("no JSON")
	}
	cred := sim.Credentials()
	app := as(map[string]string{"GITHUB_APP_INTEGRATION_ID": fmt.Sprint(cred.AppID), "GITHUB_APP_PRIVATE_KEY": cred.Key})
	if app.out != read.out {
		t.Errorf("a person reads\n%s\nand the App\n%s", read.out, app.out)
	}
	for _, c := range sim.Calls() {
		if !c.Scripted && (c.Method != http.MethodGet && !strings.HasSuffix(c.Path, "/graphql") && !strings.HasSuffix(c.Path, "/access_tokens") || strings.Contains(c.Body, "mutation")) {
			t.Errorf("it writes: %s %s", c.Method, c.Path)
		}
	}
}

// TestSimulateMistakes: what is asked for wrongly is exit code 2, and a file that is wrong decides nothing.
func TestSimulateMistakes(t *testing.T) {
	sim, env := simulating(t, simulatedWorld)
	env["GITHUB_TOKEN"] = sim.Credentials().Tokens["rea"]
	right := written(t, "right.yml", "version: 1\nmerge: {}\n")
	wrong := written(t, "wrong.yml", "version: 1\nmerg: {}\n")
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"acme/api", exitUsage, "nothing to compare with"},
		{"acme --with " + right, exitUsage, "is no repository"},
		{"acme/api --with nowhere.yml", exitUsage, "there is no file"},
		{"acme/api --open -1 --with " + right, exitUsage, "count pull requests"},
		{"acme/nowhere --with " + right, exitUsage, "GitHub shows no acme/nowhere"},
		{"acme/api --with " + wrong, exitFailed, `did you mean "merge"?`},
	} {
		got := enter(t, time.Now(), env, append([]string{"simulate"}, strings.Fields(c.args)...)...)
		if got.code != c.code || got.out != "" || !strings.Contains(got.err, c.says) {
			t.Errorf("%s: exit %d, out %q, err %q", c.args, got.code, got.out, got.err)
		}
	}
}
