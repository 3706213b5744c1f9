package clients

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A day of two people with GitHub's command line, version 2.23 of Debian: it reaches the sim as a GitHub Enterprise Server
// behind a proxy, by REST and GraphQL, and asks the schema what the server knows.
func TestGH(t *testing.T) {
	need(t, "gh", "gh")
	s := start(t, "delays: {mergeable: 0s}\npeople: {ana: write, bob: write, cat: write}\nprotection: {main: {approvals: 1, checks: [build]}}\nprs: {7: {author: cat, head: c1, labels: [small]}}\n")
	ana, bob := s.as("ana"), s.as("bob")
	ana.clone("https://x-access-token:" + s.Tokens["ana"] + "@ghe.sim/acme/api.git")
	bob.clone("https://x-access-token:" + s.Tokens["bob"] + "@ghe.sim/acme/api.git")
	ana.says("ana", "gh", "api", "user", "--jq", ".login")
	ana.says(`{"data":{"viewer":{"login":"ana"}}}`, "gh", "api", "graphql", "-f", "query={viewer{login}}")
	ana.says(`"defaultBranchRef":{"name":"main"}`, "gh", "repo", "view", "acme/api", "--json", "name,defaultBranchRef")
	ana.says("acme/api", "gh", "repo", "list", "acme")

	ana.branch("feature", "feature.txt")
	ana.run("git", "push", "-q", "-u", "origin", "feature")
	ana.says("https://ghe.sim/acme/api/pull/8", "gh", "pr", "create", "--draft", "--title", "Add a feature", "--body", "As discussed.", "--label", "small", "--reviewer", "cat")
	ana.says("already exists", "gh", "pr", "create", "--fill")
	ana.says("Add a feature\tfeature\tDRAFT", "gh", "pr", "list")
	ana.run("gh", "pr", "ready", "8")
	ana.run("gh", "pr", "edit", "8", "--title", "Add the feature", "--add-reviewer", "bob", "--remove-label", "small")
	ana.says("https://ghe.sim/acme/api/pull/8#issuecomment-", "gh", "pr", "comment", "8", "--body", "hello")
	bob.says("#8  Add the feature", "gh", "pr", "status")
	bob.says("+feature.txt", "gh", "pr", "diff", "8")
	bob.says("no checks reported", "gh", "pr", "checks", "8")
	bob.run("gh", "pr", "checkout", "8")
	bob.run("gh", "pr", "review", "8", "--request-changes", "--body", "Please test it.")
	ana.says("the base branch policy prohibits the merge", "gh", "pr", "merge", "8", "--squash")
	s.exec("check 8 build success")
	bob.says("build\tpass", "gh", "pr", "checks", "8")
	bob.run("gh", "pr", "review", "8", "--approve")

	var seen struct {
		Number                       int
		Title, State, ReviewDecision string
		Additions                    int
		Author                       struct{ Login string }
		Files                        []struct{ Path string }
		StatusCheckRollup            []struct{ Name, Conclusion string }
	}
	text := ana.run("gh", "pr", "view", "8", "--json", "number,title,state,author,additions,files,reviewDecision,statusCheckRollup")
	if err := json.Unmarshal([]byte(text), &seen); err != nil {
		t.Fatal(err)
	}
	want := seen
	want.Number, want.Title, want.State, want.ReviewDecision, want.Additions = 8, "Add the feature", "OPEN", "APPROVED", 1
	want.Author.Login, want.Files[0].Path = "ana", "feature.txt"
	want.StatusCheckRollup = []struct{ Name, Conclusion string }{{"build", "SUCCESS"}}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
	ana.run("gh", "pr", "merge", "8", "--squash", "--delete-branch")
	s.until(`"merged_by":"ana"`)
	ana.says("8\tAdd the feature\tfeature\tMERGED", "gh", "pr", "list", "--state", "merged")
	ana.says("MERGED", "gh", "pr", "view", "8")
	ana.says("7\n8", "gh", "api", "repos/acme/api/pulls?state=all&per_page=1&direction=asc", "--paginate", "--jq", ".[].number")
	ana.run("gh", "pr", "close", "7")
	ana.run("gh", "pr", "reopen", "7")
}
