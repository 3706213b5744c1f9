package ghsim

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// zeroSHA stands for "no commit" in webhooks and ref updates.
const zeroSHA = "0000000000000000000000000000000000000000"

// gitRepo is a bare repository on disk. Objects are written loose and read back from disk or from cache (they never change);
// whatever needs git's judgement (merges, diffs) is asked of the git binary, so that nothing here is an imitation of it.
type gitRepo struct {
	dir   string
	cache map[string]gitObject
	diffs map[string][]fileChange
}

type gitObject struct {
	kind string
	body []byte
}

// newGit makes a bare repository in dir. With a parent it shares the parent's objects, as forks do on GitHub.
func newGit(dir string, parent *gitRepo) (*gitRepo, error) {
	g := &gitRepo{dir: dir, cache: map[string]gitObject{}, diffs: map[string][]fileChange{}}
	for _, d := range []string{"objects/pack", "objects/info", "refs/heads", "refs/tags"} {
		if parent != nil && strings.HasPrefix(d, "objects") {
			continue
		}
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			return nil, fmt.Errorf("make repository: %w", err)
		}
	}
	if parent != nil {
		g.cache, g.diffs = parent.cache, parent.diffs
		if err := os.Symlink(filepath.Join(parent.dir, "objects"), filepath.Join(dir, "objects")); err != nil {
			return nil, fmt.Errorf("share objects: %w", err)
		}
	}
	config := "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n[gc]\n\tauto = 0\n[receive]\n\tunpackLimit = 1000000\n"
	if err := os.WriteFile(filepath.Join(dir, "config"), []byte(config), 0o644); err != nil {
		return nil, fmt.Errorf("make repository: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "HEAD"), []byte("ref: refs/heads/main\n"), 0o644); err != nil {
		return nil, fmt.Errorf("make repository: %w", err)
	}
	return g, nil
}

// run calls git in the repository, cut off from the configuration of whoever runs us.
func (g *gitRepo) run(args ...string) (string, error) {
	cmd := exec.Command("git", append([]string{"--git-dir=" + g.dir}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "LC_ALL=C",
		"GIT_AUTHOR_NAME=ghsim", "GIT_AUTHOR_EMAIL=ghsim@localhost", "GIT_COMMITTER_NAME=ghsim", "GIT_COMMITTER_EMAIL=ghsim@localhost")
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("git %s: %w: %s", args[0], err, strings.TrimSpace(errOut.String()))
	}
	return out.String(), nil
}

// write stores an object and returns its id.
func (g *gitRepo) write(kind string, body []byte) (string, error) {
	raw := append([]byte(fmt.Sprintf("%s %d\x00", kind, len(body))), body...)
	sum := sha1.Sum(raw)
	id := hex.EncodeToString(sum[:])
	if _, ok := g.cache[id]; ok {
		return id, nil
	}
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	if _, err := z.Write(raw); err != nil {
		return "", fmt.Errorf("write %s: %w", kind, err)
	}
	if err := z.Close(); err != nil {
		return "", fmt.Errorf("write %s: %w", kind, err)
	}
	name := g.loose(id)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return "", fmt.Errorf("write %s: %w", kind, err)
	}
	if err := os.WriteFile(name, packed.Bytes(), 0o644); err != nil {
		return "", fmt.Errorf("write %s: %w", kind, err)
	}
	g.cache[id] = gitObject{kind, body}
	return id, nil
}

func (g *gitRepo) loose(id string) string { return filepath.Join(g.dir, "objects", id[:2], id[2:]) }

var errNoObject = errors.New("no such object")

// read returns an object; errNoObject if the store does not have it.
func (g *gitRepo) read(id string) (gitObject, error) {
	if o, ok := g.cache[id]; ok {
		return o, nil
	}
	if len(id) != 40 {
		return gitObject{}, errNoObject
	}
	o, err := g.readLoose(id)
	if errors.Is(err, os.ErrNotExist) {
		o, err = g.readPacked(id)
	}
	if err != nil {
		return gitObject{}, err
	}
	g.cache[id] = o
	return o, nil
}

func (g *gitRepo) readLoose(id string) (gitObject, error) {
	f, err := os.Open(g.loose(id))
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

func (g *gitRepo) readPacked(id string) (gitObject, error) {
	kind, err := g.run("cat-file", "-t", id)
	if err != nil {
		return gitObject{}, errNoObject
	}
	kind = strings.TrimSpace(kind)
	body, err := g.run("cat-file", kind, id)
	if err != nil {
		return gitObject{}, err
	}
	return gitObject{kind, []byte(body)}, nil
}

// setRef points a ref of the repository on disk at a commit; "" deletes it.
func (g *gitRepo) setRef(ref, sha string) error {
	name := filepath.Join(g.dir, filepath.FromSlash(ref))
	if sha == "" {
		_, err := g.run("update-ref", "-d", ref)
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return fmt.Errorf("set %s: %w", ref, err)
	}
	if err := os.WriteFile(name, []byte(sha+"\n"), 0o644); err != nil {
		return fmt.Errorf("set %s: %w", ref, err)
	}
	return nil
}
