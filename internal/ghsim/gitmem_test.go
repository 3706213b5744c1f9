package ghsim

import (
	"flag"
	"os"
	"os/exec"
	"strings"
	"testing"
)

var noGit = flag.Bool("no-git", false, "keep repositories in memory: what only git can do is skipped")

// needsGit skips what only git can do.
func needsGit(t *testing.T) {
	t.Helper()
	if *noGit {
		t.Skip("not simulated without git")
	}
}

// TestWithoutGit runs all other tests once more on repositories in memory.
func TestWithoutGit(t *testing.T) {
	if *noGit || testing.Short() {
		t.Skip("runs the other tests")
	}
	cmd := exec.Command(os.Args[0], "-no-git", "-test.skip", "^(TestSwitches|TestConformance|TestVerbs|TestMatrix|TestGitIsNotMissed)$", "-test.timeout", "300s")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("without git: %v\n%s", err, out)
	}
}

// What only git can do is refused aloud.
func TestNotWithoutGit(t *testing.T) {
	s, err := New(Options{NoGit: true, BaseURL: "http://github.test"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Load([]byte("prs: {7: {author: ana, head: a1}}\n"), nil); err != nil {
		t.Fatal(err)
	}
	for path, accept := range map[string]string{
		"/acme/api.git/info/refs?service=git-upload-pack": "*/*",
		"/repos/acme/api/pulls/7":                         "application/vnd.github.diff",
	} {
		if status, text := fetched(t, s, path, accept); status != 501 || !strings.Contains(text, "not simulated: ") || !strings.Contains(text, "without git") {
			t.Errorf("%s: %d %s", path, status, text)
		}
	}
	if n := len(s.Errs()); n != 2 {
		t.Errorf("%d errors kept, want 2: %v", n, s.Errs())
	}
}
