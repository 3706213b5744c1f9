package cli

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
	"github.com/pitcrew-app/pitcrew/internal/story"
)

const liveWorld = `
people: {ana: write, bob: write}
files: {".platform.yml": "version: 1\nmerge: {policies: [{approvals: 1, checks: [build]}]}\n"}
prs:
  7: {author: ana, head: a1, title: Add retries, checks: {build: success}}
`

// live serves a GitHub on its own, without pitcrew, and gives what explain needs to reach it.
func live(t *testing.T) (*ghsim.Sim, map[string]string) {
	t.Helper()
	sim, err := ghsim.New(ghsim.Options{Dir: t.TempDir(), Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() }) //nolint:errcheck // a temporary directory
	web := httptest.NewServer(sim.Handler())
	t.Cleanup(web.Close)
	sim.SetURL(web.URL)
	if err := sim.Load([]byte(liveWorld), nil); err != nil {
		t.Fatal(err)
	}
	return sim, map[string]string{
		"GITHUB_V3_API_URL": web.URL + "/", "GITHUB_V4_API_URL": web.URL + "/graphql", "GITHUB_WEB_URL": web.URL, "PITCREW_DATA": t.TempDir(),
	}
}

// A look at GitHub from a terminal: with a person's token or as the App the same tree, and nothing is written.
func TestExplainLive(t *testing.T) {
	sim, env := live(t)
	cred := sim.Credentials()
	var trees []string
	for _, how := range []map[string]string{
		{"GITHUB_TOKEN": cred.Tokens["bob"]},
		{"GITHUB_APP_INTEGRATION_ID": fmt.Sprint(cred.AppID), "GITHUB_APP_PRIVATE_KEY": cred.Key},
	} {
		for name, value := range env {
			how[name] = value
		}
		got := enter(t, time.Now(), how, "explain", "--live", "acme/api#7")
		if got.code != 0 || got.err != "" {
			t.Fatalf("exit %d: %s", got.code, got.err)
		}
		fits(t, "explain --live", got.out, width)
		trees = append(trees, got.out)
		if missing := enter(t, time.Now(), how, "explain", "--live", "acme/api#8"); missing.code != exitUsage || !strings.Contains(missing.err, "no acme/api#8") {
			t.Errorf("a pull request that is not there: exit %d, %s", missing.code, missing.err)
		}
	}
	if trees[0] != trees[1] {
		t.Errorf("a person reads\n%s\nand the App\n%s", trees[0], trees[1])
	}
	base := sim.State().Repositories[0].Branches["main"]
	golden(t, "live.txt", strings.NewReplacer(sim.SHA("a1")[:7], "aaaaaaa", base[:7], "bbbbbbb").Replace(trees[0]))
	for _, c := range sim.Calls() {
		if c.Method != http.MethodGet && !strings.HasSuffix(c.Path, "/graphql") && !strings.HasSuffix(c.Path, "/access_tokens") || strings.Contains(c.Body, "mutation") {
			t.Errorf("it writes: %s %s", c.Method, c.Path)
		}
	}
}

const remembersStory = `An approval holds through an update of ours.

-- .platform.yml --
version: 1
update: {}
merge: {policies: [{approvals: 1, checks: [build]}]}
-- github.yml --
ci: {build: {takes: 1h}}
protection:
  main: {checks: [build], strict: true}
prs:
  7: {author: ana, head: a1, checks: {build: success}, behind: 1}
-- script --
review 7 bob approved
`

// Beside a log, what pitcrew remembers counts: an approval holds through its own update of the branch.
func TestExplainLiveRemembers(t *testing.T) {
	s, err := story.Parse("remembers", []byte(remembersStory))
	if err != nil {
		t.Fatal(err)
	}
	held := 0
	look := func(ctx context.Context, w story.World) error {
		if err := w.Program.Ledger.CatchUp(ctx); err != nil {
			return err
		}
		web := httptest.NewServer(w.GitHub.Handler())
		defer web.Close()
		env := map[string]string{
			"GITHUB_V3_API_URL": web.URL + "/", "GITHUB_V4_API_URL": web.URL + "/graphql", "GITHUB_WEB_URL": web.URL, "PITCREW_DATA": w.Data,
			"GITHUB_APP_INTEGRATION_ID": fmt.Sprint(w.GitHub.Credentials().AppID), "GITHUB_APP_PRIVATE_KEY": w.GitHub.Credentials().Key,
		}
		for _, repo := range w.GitHub.State().Repositories {
			for _, p := range repo.Pulls {
				name := fmt.Sprintf("%s#%d", repo.Name, p.Number)
				logged, now := enter(t, w.Now, env, "explain", name), enter(t, w.Now, env, "explain", "--live", name)
				if sentence(logged.out) != sentence(now.out) {
					t.Errorf("%s at %s: the log says\n%s\nand live\n%s%s", name, w.Now.Format(time.TimeOnly), logged.out, now.out, now.err)
				}
				if strings.Contains(now.out, "approvals: 1 of 1") {
					held++
				}
			}
		}
		return nil
	}
	if _, err := story.Run(t.Context(), s, story.Options{Log: zerolog.Nop(), Rest: look}); err != nil {
		t.Fatal(err)
	}
	if held == 0 {
		t.Error("the approval never held")
	}
}

// sentence is the paragraph below the head of a tree.
func sentence(tree string) string {
	parts := strings.SplitN(tree, "\n\n", 3)
	if len(parts) < 3 {
		return tree
	}
	return parts[1]
}
