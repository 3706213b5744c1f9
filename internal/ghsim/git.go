package ghsim

import (
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
)

// zeroSHA stands for "no commit" in webhooks and ref updates.
const zeroSHA = "0000000000000000000000000000000000000000"

// gitRepo is a repository: objects with git's own ids, and what can be asked about them. Objects never change, so each is read, and
// each two are compared or merged, once. Where objects are kept, and who compares and merges, is the business of the keeper.
type gitRepo struct {
	keeper keeper
	*gitMemo
}

// keeper keeps objects and refs, and judges what takes more than to read objects. There are two: git on disk (gitdisk.go), and
// memory without git (gitmem.go). A test plays the same histories in both and wants the same answers.
type keeper interface {
	put(id string, raw []byte) error     // raw is the object as git hashes it
	get(id string) (gitObject, error)    // an object that was not written here; errNoObject: there is none
	setRef(ref, sha string) error        // "" deletes
	fork(id int64) (keeper, error)       // of a new repository that shares the objects
	base(g *gitRepo, a, b string) string // the best common ancestor of two commits, neither of them the other's; "": there is none
	merge(g *gitRepo, ours, theirs string) (merged, error)
	compare(g *gitRepo, a, b string) ([]fileChange, error)    // of commits or trees
	hunks(g *gitRepo, a, b string) (map[string]string, error) // by path
	print(g *gitRepo, form, base, head string) (string, error)
}

// gitMemo is what a repository and its forks remember.
type gitMemo struct {
	objects map[string]gitObject
	commits map[string]*gitCommit
	diffs   map[string][]fileChange
	merges  map[string]merged
}

type gitObject struct {
	kind string
	body []byte
}

// newGit makes an empty repository.
func newGit(k keeper) *gitRepo {
	return &gitRepo{k, &gitMemo{map[string]gitObject{}, map[string]*gitCommit{}, map[string][]fileChange{}, map[string]merged{}}}
}

// fork makes a repository that shares the objects, as forks do on GitHub.
func (g *gitRepo) fork(id int64) (*gitRepo, error) {
	k, err := g.keeper.fork(id)
	return &gitRepo{k, g.gitMemo}, err
}

// setRef points a ref of the repository, as git would fetch it, at a commit; "" deletes it.
func (g *gitRepo) setRef(ref, sha string) error { return g.keeper.setRef(ref, sha) }

// write stores an object and returns its id.
func (g *gitRepo) write(kind string, body []byte) (string, error) {
	raw := append(fmt.Appendf(nil, "%s %d\x00", kind, len(body)), body...)
	sum := sha1.Sum(raw)
	id := hex.EncodeToString(sum[:])
	if _, ok := g.objects[id]; ok {
		return id, nil
	}
	if err := g.keeper.put(id, raw); err != nil {
		return "", fmt.Errorf("write %s: %w", kind, err)
	}
	g.objects[id] = gitObject{kind, body}
	return id, nil
}

var errNoObject = errors.New("no such object")

// read returns an object; errNoObject if there is none.
func (g *gitRepo) read(id string) (gitObject, error) {
	if o, ok := g.objects[id]; ok {
		return o, nil
	}
	if len(id) != 40 {
		return gitObject{}, errNoObject
	}
	o, err := g.keeper.get(id)
	if err != nil {
		return gitObject{}, err
	}
	g.objects[id] = o
	return o, nil
}
