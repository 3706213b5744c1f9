package ghsim

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// gitDisk is a bare repository on disk. Objects are written loose and refs as files, without git; whatever needs git's judgement
// (merges, diffs) is asked of the git binary, so that nothing here is an imitation of it.
type gitDisk struct{ dir string }

// newGitDisk makes the repository root/ID.git. With a parent it shares the parent's objects.
func newGitDisk(root string, id int64, parent *gitDisk) (*gitDisk, error) {
	d := &gitDisk{filepath.Join(root, fmt.Sprintf("%d.git", id))}
	dirs := []string{"refs/heads", "refs/tags"}
	if parent == nil {
		dirs = append(dirs, "objects/pack", "objects/info")
	}
	for _, name := range dirs {
		if err := os.MkdirAll(filepath.Join(d.dir, name), 0o755); err != nil {
			return nil, fmt.Errorf("make repository: %w", err)
		}
	}
	if parent != nil {
		if err := os.Symlink(filepath.Join(parent.dir, "objects"), filepath.Join(d.dir, "objects")); err != nil {
			return nil, fmt.Errorf("share objects: %w", err)
		}
	}
	config := "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n[gc]\n\tauto = 0\n[receive]\n\tunpackLimit = 1000000\n"
	if err := os.WriteFile(filepath.Join(d.dir, "config"), []byte(config), 0o644); err != nil {
		return nil, fmt.Errorf("make repository: %w", err)
	}
	if err := os.WriteFile(filepath.Join(d.dir, "HEAD"), []byte("ref: refs/heads/main\n"), 0o644); err != nil {
		return nil, fmt.Errorf("make repository: %w", err)
	}
	return d, nil
}

func (d *gitDisk) fork(id int64) (keeper, error) { return newGitDisk(filepath.Dir(d.dir), id, d) }

// run calls git in the repository, cut off from the configuration of whoever runs us.
func (d *gitDisk) run(args ...string) (string, error) {
	cmd := exec.Command("git", append([]string{"--git-dir=" + d.dir}, args...)...)
	cmd.Env = append(gitEnviron(),
		"GIT_AUTHOR_NAME=ghsim", "GIT_AUTHOR_EMAIL=ghsim@localhost", "GIT_COMMITTER_NAME=ghsim", "GIT_COMMITTER_EMAIL=ghsim@localhost")
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("git %s: %w: %s", args[0], err, strings.TrimSpace(errOut.String()))
	}
	return out.String(), nil
}

func (d *gitDisk) loose(id string) string { return filepath.Join(d.dir, "objects", id[:2], id[2:]) }

func (d *gitDisk) put(id string, raw []byte) error {
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	if _, err := z.Write(raw); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	name := d.loose(id)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, packed.Bytes(), 0o644)
}

func (d *gitDisk) get(id string) (gitObject, error) {
	o, err := d.readLoose(id)
	if errors.Is(err, os.ErrNotExist) {
		return d.readPacked(id)
	}
	return o, err
}

func (d *gitDisk) readLoose(id string) (gitObject, error) {
	f, err := os.Open(d.loose(id))
	if err != nil {
		return gitObject{}, err
	}
	defer f.Close()
	z, err := zlib.NewReader(f)
	if err != nil {
		return gitObject{}, fmt.Errorf("read %s: %w", id, err)
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		return gitObject{}, fmt.Errorf("read %s: %w", id, err)
	}
	head, body, _ := bytes.Cut(raw, []byte{0})
	kind, _, _ := strings.Cut(string(head), " ")
	return gitObject{kind, body}, nil
}

func (d *gitDisk) readPacked(id string) (gitObject, error) {
	kind, err := d.run("cat-file", "-t", id)
	if err != nil {
		return gitObject{}, errNoObject
	}
	kind = strings.TrimSpace(kind)
	body, err := d.run("cat-file", kind, id)
	if err != nil {
		return gitObject{}, err
	}
	return gitObject{kind, []byte(body)}, nil
}

func (d *gitDisk) setRef(ref, sha string) error {
	name := filepath.Join(d.dir, filepath.FromSlash(ref))
	if sha == "" {
		return d.deleteRef(name)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return fmt.Errorf("set %s: %w", ref, err)
	}
	if err := os.WriteFile(name, []byte(sha+"\n"), 0o644); err != nil {
		return fmt.Errorf("set %s: %w", ref, err)
	}
	return nil
}

// deleteRef removes a ref, and directories that it leaves empty: a ref may be called as they were.
func (d *gitDisk) deleteRef(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("delete ref: %w", err)
	}
	for dir := filepath.Dir(name); filepath.Dir(dir) != filepath.Join(d.dir, "refs"); dir = filepath.Dir(dir) {
		if os.Remove(dir) != nil { // something is left in it
			break
		}
	}
	return nil
}

func (d *gitDisk) base(_ *gitRepo, a, b string) string {
	out, err := d.run("merge-base", a, b)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(out)
}

func (d *gitDisk) merge(_ *gitRepo, ours, theirs string) (merged, error) {
	out, err := d.run("merge-tree", "--write-tree", "--allow-unrelated-histories", ours, theirs)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		return merged{}, nil
	}
	tree, _, _ := strings.Cut(out, "\n")
	return merged{tree, true}, err
}

func (d *gitDisk) print(g *gitRepo, form, base, head string) (string, error) {
	if form == "patch" {
		return d.run("format-patch", "--stdout", "--full-index", base+".."+head)
	}
	return d.run("diff", "--full-index", g.mergeBase(base, head), head)
}
