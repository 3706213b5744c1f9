package ghsim

import (
	"strings"
	"testing"
)

// A branch may be called what was a directory of branches.
func TestRefsThatWereDirectories(t *testing.T) {
	disk, err := newGitDisk(t.TempDir(), 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	g := newGit(disk)
	tree, err := g.write("tree", nil)
	if err != nil {
		t.Fatal(err)
	}
	who := signature{"Ana", "ana@example.com", someTime}
	sha, err := g.writeCommit(gitCommit{tree: tree, author: who, committer: who, message: "m"})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ ref, sha string }{{"refs/heads/a/b", sha}, {"refs/heads/a/b", ""}, {"refs/heads/a", sha}, {"refs/heads/never", ""}} {
		if err := g.setRef(x.ref, x.sha); err != nil {
			t.Errorf("%s to %q: %v", x.ref, x.sha, err)
		}
	}
	refs, err := disk.run("for-each-ref", "--format=%(refname) %(objectname)")
	if err != nil || strings.TrimSpace(refs) != "refs/heads/a "+sha {
		t.Errorf("git sees %q, %v", refs, err)
	}
}
