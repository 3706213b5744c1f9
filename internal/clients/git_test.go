package clients

import (
	"strings"
	"testing"
)

// A contributor's day with git alone, over HTTPS: clone, push a branch, look at a colleague's pull request, be refused, land.
func TestGit(t *testing.T) {
	s := start(t, "prs: {7: {author: bob, head: b1}}\nprotection: {release: {approvals: 1}}\n")
	ana := s.as("ana")
	ana.clone("https://x-access-token:" + s.Tokens["ana"] + "@ghe.sim/acme/api.git")
	ana.branch("feature", "feature.txt")
	ana.says("https://ghe.sim/acme/api/pull/new/feature", "git", "push", "-u", "origin", "feature")
	s.exec("open 8 {author: ana, branch: feature}")

	ana.run("git", "fetch", "-q", "origin", "refs/pull/7/head")
	if subject := ana.run("git", "log", "-1", "--format=%an", "FETCH_HEAD"); subject != "bob" {
		t.Errorf("pull request 7 is by %s", subject)
	}
	if out := ana.run("git", "ls-remote", "origin", "refs/pull/*"); !strings.Contains(out, "refs/pull/8/head") {
		t.Errorf("refs of pull requests: %s", out)
	}
	ana.run("git", "commit", "-q", "--amend", "-m", "Add the feature")
	ana.says("non-fast-forward", "git", "push", "origin", "feature")
	ana.run("git", "push", "-q", "--force-with-lease", "origin", "feature")
	if sha := ana.run("git", "rev-parse", "HEAD"); !strings.Contains(s.ask("GET", "/_sim/state", ""), `"head":"`+sha+`"`) {
		t.Errorf("pull request 8 does not have the head %s", sha)
	}

	ana.run("git", "push", "-q", "origin", "origin/main:refs/heads/release")
	ana.says("GH006: Protected branch update failed for refs/heads/release.", "git", "push", "origin", "feature:release")
	ana.run("git", "push", "-q", "origin", "feature:main")
	s.until(`"merged_by":"ana"`) // its head has reached its base: GitHub calls it merged
	ana.run("git", "fetch", "-q", "--depth=1", "origin", "main")
	ana.run("git", "clone", "-q", "--filter=blob:none", "--depth=1", "--branch=main", "https://x:"+s.Tokens["ana"]+"@ghe.sim/acme/api", "../partial")
	ana.says("Repository not found.", "git", "ls-remote", "https://x:"+s.Tokens["ana"]+"@ghe.sim/acme/nothing")
}
