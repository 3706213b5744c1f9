package ghsim

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// clone is a working copy in the hands of somebody who uses git.
type clone struct {
	t    *testing.T
	l    *lab
	dir  string
	host string // http://127.0.0.1:PORT
}

// clone clones acme/api with a token.
func (l *lab) clone(token string) *clone {
	l.t.Helper()
	needsGit(l.t)
	srv := httptest.NewServer(l.s.Handler())
	l.t.Cleanup(srv.Close)
	c := &clone{t: l.t, l: l, dir: l.t.TempDir(), host: srv.URL}
	c.git("clone", "-q", c.url(token, "acme/api"), ".")
	return c
}

func (c *clone) url(token, repo string) string {
	return strings.Replace(c.host, "http://", "http://x-access-token:"+token+"@", 1) + "/" + repo + ".git"
}

// try runs git and returns what it said.
func (c *clone) try(args ...string) (string, error) {
	cmd := exec.Command("git", append([]string{"-C", c.dir, "-c", "user.name=Ana", "-c", "user.email=ana@example.com"}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (c *clone) git(args ...string) string {
	c.t.Helper()
	out, err := c.try(args...)
	if err != nil {
		c.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(out)
}

// fails runs git and wants it refused in these words.
func (c *clone) fails(words string, args ...string) {
	c.t.Helper()
	out, err := c.try(args...)
	if err == nil || !strings.Contains(out, words) {
		c.t.Fatalf("git %s: got %v\n%s\nwant %s", strings.Join(args, " "), err, out, words)
	}
}

// commit changes a file and commits it.
func (c *clone) commit(path, text string) string {
	c.t.Helper()
	name := filepath.Join(c.dir, path)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		c.t.Fatal(err)
	}
	c.git("add", ".")
	c.git("commit", "-q", "-m", "Change "+path)
	return c.git("rev-parse", "HEAD")
}

func TestGitFetch(t *testing.T) {
	l := newLab(t, "prs: {7: {author: ana, head: a1}}\nrepos: {acme/old: {}, acme/open: {private: false}}\n")
	c := l.clone(l.s.Credentials().Tokens["bob"])
	if got := c.git("rev-parse", "--abbrev-ref", "HEAD"); got != "main" {
		t.Errorf("cloned %s", got)
	}
	l.do("GET", "/repos/acme/api/pulls/7", "").want(200)
	l.wait(2 * time.Second) // the merge that would be is made
	c.git("fetch", "-q", "origin", "refs/pull/7/head:head", "refs/pull/7/merge:merge")
	if got := c.git("rev-parse", "head"); got != l.s.SHA("a1") {
		t.Errorf("refs/pull/7/head is %s, want a1", got)
	}
	if got := c.git("rev-parse", "merge^2"); got != l.s.SHA("a1") {
		t.Errorf("the second parent of refs/pull/7/merge is %s, want a1", got)
	}
	l.exec("rename acme/old new")
	c.git("ls-remote", c.url(l.token, "acme/old"))
	c.git("ls-remote", c.host+"/acme/open.git")
	c.fails("could not read Username", "ls-remote", c.host+"/acme/api.git")
	c.fails("Invalid username or token", "ls-remote", c.url("ghp_wrong", "acme/api"))
	c.fails("Repository not found.", "ls-remote", c.url(l.token, "acme/nothing"))
	c.fails("Invalid username or token", "ls-remote", c.url(l.appToken(), "acme/api"))
	c.fails("Write access to repository not granted.", "ls-remote", c.url(l.mint("acme", `{"permissions":{"issues":"read"}}`), "acme/api"))
	l.exec("suspend acme")
	c.fails("403", "ls-remote", c.url(l.token, "acme/api"))
	l.noErrs()
}

// A partial clone has no blobs but those that it needs.
func TestGitClonesInPart(t *testing.T) {
	l := newLab(t, "")
	c := l.clone(l.token)
	c.git("clone", "-q", "--bare", "--filter=blob:none", c.url(l.token, "acme/api"), "partial")
	if out := c.git("-C", "partial", "rev-list", "--objects", "--all", "--missing=print"); !strings.Contains(out, "\n?") {
		t.Errorf("no object is left out: %s", out)
	}
}

func TestGitPush(t *testing.T) {
	l := newLab(t, "prs: {7: {author: ana, head: a1}}\n")
	c := l.clone(l.s.Credentials().Tokens["ana"])
	c.git("fetch", "-q", "origin", "feature-7")
	c.git("checkout", "-q", "-b", "feature-7", "FETCH_HEAD")
	l.got()
	sha := c.commit("more.txt", "more\n")
	c.git("push", "-q", "origin", "feature-7")
	if got := l.do("GET", "/repos/acme/api/pulls/7", "").obj["head"].(map[string]any)["sha"]; got != sha {
		t.Errorf("head %s after the push of %s", got, sha)
	}
	if got := l.got(); got != "push\npull_request synchronize\n" {
		t.Errorf("webhooks %q", got)
	}
	c.git("checkout", "-q", "-b", "new")
	if out := c.git("push", "origin", "new"); !strings.Contains(out, "Create a pull request for 'new' on GitHub by visiting:") {
		t.Error(out)
	}
	c.git("push", "-q", "origin", ":new")
	c.fails("refusing to delete the current branch", "push", "origin", ":main")
	c.fails("deny updating a hidden ref", "push", "origin", "HEAD:refs/pull/7/head")
	c.git("checkout", "-q", "main")
	c.git("merge", "-q", "--no-edit", "feature-7")
	c.git("push", "-q", "origin", "main")
	l.do("GET", "/repos/acme/api/pulls/7", "").says(200, `"merged":true`)
	l.noErrs()
}

func TestGitTags(t *testing.T) {
	l := newLab(t, "")
	c := l.clone(l.token)
	c.git("tag", "-a", "v1", "-m", "first")
	l.got()
	c.git("push", "-q", "origin", "v1")
	if got := l.got(); got != "create\npush\n" {
		t.Errorf("webhooks %q", got)
	}
	object := l.do("GET", "/repos/acme/api/git/ref/tags/v1", "").says(200, `"type":"tag"`).obj["object"].(map[string]any)
	l.do("GET", "/repos/acme/api/git/tags/"+object["sha"].(string), "").says(200, `"message":"first\n"`)
	c.git("tag", "x1")
	c.git("tag", "x2")
	c.git("tag", "x3")
	c.git("push", "-q", "origin", "x1", "x2", "x3")
	if got := strings.Count(l.got(), "push"); got != 3 {
		t.Errorf("%d pushes for three tags", got)
	}
	c.git("push", "-q", "origin", "HEAD:refs/tags/y1", "HEAD:refs/tags/y2", "HEAD:refs/tags/y3", "HEAD:refs/tags/y4")
	if got := l.got(); got != "" {
		t.Errorf("webhooks %q for four tags", got)
	}
	l.do("GET", "/repos/acme/api/git/ref/tags/y4", "").want(200)
	if got := c.git("ls-remote", "origin", "v1^{}"); !strings.HasPrefix(got, c.git("rev-parse", "HEAD")) {
		t.Errorf("peeled tag %q", got)
	}
	l.noErrs()
}

func TestGitPushRefused(t *testing.T) {
	l := newLab(t, "people: {ana: write, bob: read}\nprotection: {main: {approvals: 1, checks: [build], admins: true}, odd: {checks: [a, b], admins: true}, fast: {locked: true, admins: true}}\nrules: {strict: {approvals: 1}}\n")
	tokens := l.s.Credentials().Tokens
	c := l.clone(tokens["ana"])
	sha := c.commit("x", "x\n")
	c.git("push", "-q", "origin", "HEAD:odd", "HEAD:strict", "HEAD:fast", "HEAD:free")
	sha2 := c.commit("x", "y\n")
	c.fails("error: GH006: Protected branch update failed for refs/heads/main.", "push", "origin", "main")
	c.fails("- Changes must be made through a pull request.", "push", "origin", "main")
	c.fails(`- Required status check "build" is expected.`, "push", "origin", "main")
	c.fails("(protected branch hook declined)", "push", "origin", "main")
	c.fails("- 2 of 2 required status checks are expected.", "push", "origin", "HEAD:odd")
	c.fails("- Cannot force-push to this branch", "push", "-f", "origin", "HEAD^^:odd")
	c.fails("- Cannot delete this branch", "push", "origin", ":odd")
	c.fails("- Cannot change this locked branch", "push", "origin", "HEAD:fast")
	c.fails("GH013: Repository rule violations found for refs/heads/strict.", "push", "origin", "HEAD:strict")
	c.fails("(push declined due to repository rule violations)", "push", "origin", "HEAD:strict")
	l.do("GET", "/repos/acme/api/git/commits/"+sha, "").want(200)
	l.do("GET", "/repos/acme/api/git/commits/"+sha2, "").want(404) // what was refused does not exist
	c.fails("atomic push failure", "push", "--atomic", "origin", "HEAD:main", "HEAD:free")
	c.fails("protected branch hook declined", "push", "origin", "HEAD:main", "HEAD:free") // but the other one goes
	if got := l.s.State().Repositories[0].Branches["free"]; got != sha2 {
		t.Errorf("free is at %s", got)
	}
	c.fails("Permission to acme/api.git denied to bob.", "push", c.url(tokens["bob"], "acme/api"), "HEAD:free")
	c.fails("Write access to repository not granted.", "push", c.url(l.mint("acme", `{"permissions":{"contents":"read"}}`), "acme/api"), "HEAD:free")
	c.commit(".github/workflows/ci.yml", "on: push\n")
	c.fails("refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission",
		"push", c.url(l.mint("acme", `{"permissions":{"contents":"write"}}`), "acme/api"), "HEAD:free")
	l.exec("archive acme/api")
	c.fails("This repository was archived so it is read-only.", "push", "origin", "HEAD:free")
	l.noErrs()
}

// Two people push at once: who comes second is told, whatever the client believed.
func TestGitPushLostRace(t *testing.T) {
	l := newLab(t, "")
	c := l.clone(l.token)
	c.commit("x", "x\n")
	l.exec("push main m9 {z: z}")
	c.fails("fetch first", "push", "origin", "main")
	now, first := l.s.SHA("m9"), c.git("rev-parse", "origin/main")
	l.wild = true
	body := pktLine(first+" "+now+" refs/heads/main\x00report-status") + "0000"
	l.with(l.token, "POST", "/acme/api.git/git-receive-pack", body, nil).says(200, "ng refs/heads/main failed to update ref")
	if got := l.s.State().Repositories[0].Branches["main"]; got != now {
		t.Errorf("main is at %s, want %s", got, now)
	}
}

func TestGitPushToAFork(t *testing.T) {
	l := newLab(t, "people: {dan: write, bob: read}\nprs: {7: {author: bob, head: a1, fork: true}, 8: {author: bob, head: b1, fork: true, maintainer-edit: false}}\n")
	tokens := l.s.Credentials().Tokens
	c := l.clone(tokens["dan"])
	p := l.do("GET", "/repos/acme/api/pulls/7", "").obj["head"].(map[string]any)
	fork, _ := p["repo"].(map[string]any)["full_name"].(string)
	c.git("fetch", "-q", "origin", "refs/pull/7/head")
	c.git("checkout", "-q", "FETCH_HEAD")
	c.commit("fix", "fix\n")
	ref, _ := p["ref"].(string)
	c.git("push", "-q", c.url(tokens["dan"], fork), "HEAD:"+ref)
	c.fails("permission denied", "push", c.url(tokens["dan"], fork), "HEAD:refs/heads/main")
	l.do("GET", "/repos/acme/api/pulls/7", "").says(200, c.git("rev-parse", "HEAD"))
}
