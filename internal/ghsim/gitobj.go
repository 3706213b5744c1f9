package ghsim

import (
	"encoding/hex"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"
)

// signature is who made a commit, and when.
type signature struct {
	name, email string
	at          time.Time
}

func (s signature) String() string {
	return fmt.Sprintf("%s <%s> %d +0000", s.name, s.email, s.at.Unix())
}

// gitCommit is a parsed commit object.
type gitCommit struct {
	sha, tree         string
	parents           []string
	author, committer signature
	signature         string // armoured, in lines; empty: it is not signed
	message           string
}

// headline is the first line of the message.
func (c *gitCommit) headline() string {
	line, _, _ := strings.Cut(c.message, "\n")
	return line
}

// treeEntry is a line of a tree: mode in git's octal digits ("100644", "040000").
type treeEntry struct{ mode, name, sha string }

func (e treeEntry) kind() string {
	switch e.mode {
	case "040000":
		return "tree"
	case "160000":
		return "commit"
	}
	return "blob"
}

func (g *gitRepo) writeCommit(c gitCommit) (string, error) {
	return g.write("commit", []byte(c.object()))
}

// commit reads a commit.
func (g *gitRepo) commit(sha string) (*gitCommit, error) {
	if known := g.commits[sha]; known != nil {
		c := *known
		return &c, nil
	}
	o, err := g.read(sha)
	if err != nil {
		return nil, err
	}
	if o.kind != "commit" {
		return nil, fmt.Errorf("%s is a %s, no commit", sha, o.kind)
	}
	c := parseCommit(sha, o.body)
	g.commits[sha] = c
	same := *c
	return &same, nil
}

func parseCommit(sha string, body []byte) *gitCommit {
	head, message, _ := strings.Cut(string(body), "\n\n")
	c := &gitCommit{sha: sha, message: message}
	for line := range strings.SplitSeq(head, "\n") {
		key, value, _ := strings.Cut(line, " ")
		switch key {
		case "gpgsig":
			c.signature = value
		case "": // the next line of a folded header: of the signature, since git writes no other
			c.signature += "\n" + value
		case "tree":
			c.tree = value
		case "parent":
			c.parents = append(c.parents, value)
		case "author":
			c.author = parseSignature(value)
		case "committer":
			c.committer = parseSignature(value)
		}
	}
	return c
}

func parseSignature(line string) signature {
	name, rest, _ := strings.Cut(line, " <")
	email, when, _ := strings.Cut(rest, "> ")
	seconds, _, _ := strings.Cut(when, " ")
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		n = 0
	}
	return signature{name, email, time.Unix(n, 0).UTC()}
}

// treeEntries reads a tree.
func (g *gitRepo) treeEntries(sha string) ([]treeEntry, error) {
	o, err := g.read(sha)
	if err != nil {
		return nil, err
	}
	if o.kind != "tree" {
		return nil, fmt.Errorf("%s is a %s, no tree", sha, o.kind)
	}
	var list []treeEntry
	for b := string(o.body); b != ""; {
		head, rest, ok := strings.Cut(b, "\x00")
		mode, name, ok2 := strings.Cut(head, " ")
		if !ok || !ok2 || len(rest) < 20 {
			return nil, fmt.Errorf("tree %s is broken", sha)
		}
		list = append(list, treeEntry{fmt.Sprintf("%06s", mode), name, hex.EncodeToString([]byte(rest[:20]))})
		b = rest[20:]
	}
	return list, nil
}

func (g *gitRepo) writeTree(list []treeEntry) (string, error) {
	key := func(e treeEntry) string {
		if e.kind() == "tree" {
			return e.name + "/"
		}
		return e.name
	}
	sort.Slice(list, func(i, j int) bool { return key(list[i]) < key(list[j]) })
	var b []byte
	for _, e := range list {
		id, err := hex.DecodeString(e.sha)
		if err != nil || len(id) != 20 {
			return "", fmt.Errorf("tree entry %s: bad object id %q", e.name, e.sha)
		}
		b = append(b, strings.TrimLeft(e.mode, "0")+" "+e.name+"\x00"...)
		b = append(b, id...)
	}
	return g.write("tree", b)
}

// edit is a change to one path of a tree: a blob, or nothing to delete it.
type edit struct {
	path string
	mode string // "" is 100644
	sha  string // "" deletes
}

// editTree applies edits to a tree ("" is empty) and returns the new tree.
func (g *gitRepo) editTree(tree string, edits []edit) (string, error) {
	var list []treeEntry
	if tree != "" {
		var err error
		if list, err = g.treeEntries(tree); err != nil {
			return "", err
		}
	}
	below := map[string][]edit{}
	var dirs []string
	var files []treeEntry // what is put here comes last: it may stand where a directory was, or a directory where it was
	for _, e := range edits {
		first, rest, nested := strings.Cut(e.path, "/")
		switch {
		case nested:
			if below[first] == nil {
				dirs = append(dirs, first)
			}
			e.path = rest
			below[first] = append(below[first], e)
		case e.sha == "":
			list = put(list, treeEntry{name: first})
		default:
			files = append(files, treeEntry{orDefault(e.mode, "100644"), first, e.sha})
		}
	}
	for _, d := range dirs {
		old := ""
		for _, e := range list {
			if e.name == d && e.kind() == "tree" {
				old = e.sha
			}
		}
		sub, err := g.editTree(old, below[d])
		if err != nil {
			return "", err
		}
		if sub == emptyTree {
			sub = ""
		}
		list = put(list, treeEntry{"040000", d, sub})
	}
	for _, f := range files {
		list = put(list, f)
	}
	return g.writeTree(list)
}

// emptyTree is the id of the tree without entries.
const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

// put replaces, adds or (without sha) removes an entry.
func put(list []treeEntry, e treeEntry) []treeEntry {
	var out []treeEntry
	for _, old := range list {
		if old.name != e.name {
			out = append(out, old)
		}
	}
	if e.sha != "" {
		out = append(out, e)
	}
	return out
}

// lookup finds a path in a commit or tree; errNoObject if there is none.
func (g *gitRepo) lookup(root, path string) (treeEntry, error) {
	tree := root
	if o, err := g.read(root); err != nil {
		return treeEntry{}, err
	} else if o.kind == "commit" {
		c, err := g.commit(root)
		if err != nil {
			return treeEntry{}, err
		}
		tree = c.tree
	}
	at := treeEntry{mode: "040000", sha: tree}
	for part := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if part == "" {
			continue
		}
		if at.kind() != "tree" {
			return treeEntry{}, errNoObject
		}
		list, err := g.treeEntries(at.sha)
		if err != nil {
			return treeEntry{}, err
		}
		found := false
		for _, e := range list {
			if e.name == part {
				at, found = e, true
			}
		}
		if !found {
			return treeEntry{}, errNoObject
		}
	}
	return at, nil
}

// blob is the content of a blob.
func (g *gitRepo) blob(sha string) ([]byte, error) {
	o, err := g.read(sha)
	if err != nil {
		return nil, err
	}
	if o.kind != "blob" {
		return nil, fmt.Errorf("%s is a %s, no blob", sha, o.kind)
	}
	return o.body, nil
}

// file is the content of a path in a commit; errNoObject if there is none.
func (g *gitRepo) file(commit, path string) ([]byte, error) {
	e, err := g.lookup(commit, path)
	if err != nil {
		return nil, err
	}
	return g.blob(e.sha)
}

// ancestors are the commits reachable from sha, itself included.
func (g *gitRepo) ancestors(sha string) map[string]bool {
	seen := map[string]bool{}
	for todo := []string{sha}; len(todo) > 0; {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[at] {
			continue
		}
		c, err := g.commit(at)
		if err != nil {
			continue
		}
		seen[at] = true
		todo = append(todo, c.parents...)
	}
	return seen
}

// contains reports whether ancestor is reachable from sha.
func (g *gitRepo) contains(sha, ancestor string) bool {
	return sha == ancestor || g.ancestors(sha)[ancestor]
}

// between lists the commits of head that base does not have, oldest first, first parents before merged ones.
func (g *gitRepo) between(base, head string) []string {
	skip := g.ancestors(base)
	var list []string
	var visit func(sha string)
	visit = func(sha string) {
		if skip[sha] {
			return
		}
		skip[sha] = true
		c, err := g.commit(sha)
		if err != nil {
			return
		}
		for _, p := range c.parents {
			visit(p)
		}
		list = append(list, sha)
	}
	visit(head)
	return list
}
