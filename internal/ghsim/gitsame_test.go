package ghsim

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestGitIsNotMissed plays random histories in both stores: every id, common ancestor, merge, conflict and difference is the same
// in memory as git says it is.
func TestGitIsNotMissed(t *testing.T) {
	if seed := flag.Lookup("rapid.seed"); seed.Value.String() == "0" { // the same histories each time; -rapid.seed takes others
		if err := seed.Value.Set("1"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = seed.Value.Set("0") })
	}
	root, id := t.TempDir(), int64(0)
	rapid.Check(t, func(t *rapid.T) {
		id++
		w := &history{twins: newTwins(t, root, id), T: t, at: someTime}
		w.tips = []string{w.commit("", w.files(rapid.IntRange(2, 5).Draw(t, "files")))}
		for range rapid.IntRange(2, 8).Draw(t, "steps") {
			w.step()
		}
		for _, a := range w.tips {
			for _, b := range w.tips {
				w.compare(a, b)
			}
		}
	})
}

// history is played in both.
type history struct {
	twins
	*rapid.T
	tips  []string
	at    time.Time
	lines int
}

var someTime = time.Unix(1_700_000_000, 0).UTC()

// twins are the same repository kept twice: by git on disk, and in memory without git.
type twins struct {
	tb        rapid.TB
	disk, mem *gitRepo
}

func newTwins(tb rapid.TB, root string, id int64) twins {
	disk, err := newGitDisk(root, id, nil)
	if err != nil {
		tb.Fatal(err)
	}
	w := twins{tb, newGit(disk), newGit(gitMem{})}
	w.same("the empty tree", func(g *gitRepo) (any, error) { return g.write("tree", nil) })
	return w
}

// same asks both and wants the same answer.
func (w twins) same(what string, ask func(*gitRepo) (any, error)) any {
	w.tb.Helper()
	want, err := ask(w.disk)
	if err != nil {
		w.tb.Fatalf("%s: git: %v", what, err)
	}
	got, err := ask(w.mem)
	if err != nil {
		w.tb.Fatalf("%s: without git: %v", what, err)
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(fileChange{}, merged{})); d != "" {
		w.tb.Fatalf("%s (git -, without git +):\n%s", what, d)
	}
	return got
}

func (w twins) write(c gitCommit) string {
	return w.same("commit", func(g *gitRepo) (any, error) { return g.writeCommit(c) }).(string)
}

func (w twins) merge(a, b string) merged {
	w.tb.Helper()
	said, _ := w.disk.keeper.(*gitDisk).run("merge-tree", "--write-tree", "--messages", "--allow-unrelated-histories", a, b)
	return w.same("merge, of which git says "+said, func(g *gitRepo) (any, error) {
		tree, ok, err := g.mergeTree(a, b)
		return merged{tree, ok}, err
	}).(merged)
}

// compare asks everything there is to ask about two commits.
func (w twins) compare(a, b string) {
	w.tb.Helper()
	w.same("common ancestor of "+a+" and "+b, func(g *gitRepo) (any, error) { return g.mergeBase(a, b), nil })
	w.same("between", func(g *gitRepo) (any, error) { return g.between(a, b), nil })
	w.same("changes "+a+".."+b, func(g *gitRepo) (any, error) { return g.changes(a, b) })
	w.same("patches "+a+".."+b, func(g *gitRepo) (any, error) { return g.patches(a, b) })
	w.merge(a, b)
}

// change is what happens to files: "" removes one. "x:", "link:" and "module:" before a text make it no ordinary file.
type change map[string]string

var modes = map[string]string{"x": "100755", "link": "120000", "module": "160000"}

// tree applies a change to a tree; "" is empty.
func (w twins) tree(tree string, c change) string {
	return w.same("tree", func(g *gitRepo) (any, error) {
		var edits []edit
		for _, path := range sortedKeys(c) {
			e := edit{path: path}
			text := c[path]
			if word, rest, ok := strings.Cut(text, ":"); ok && modes[word] != "" {
				e.mode, text = modes[word], rest
			}
			var err error
			switch {
			case e.mode == "160000":
				e.sha = strings.Repeat(text, 40)
			case c[path] != "":
				e.sha, err = g.write("blob", []byte(text))
			}
			if err != nil {
				return "", err
			}
			edits = append(edits, e)
		}
		return g.editTree(tree, edits)
	}).(string)
}

func (w *history) tip() int { return rapid.IntRange(0, len(w.tips)-1).Draw(w.T, "tip") }

// step does what happens to branches.
func (w *history) step() {
	i, j := w.tip(), w.tip()
	switch what := rapid.SampledFrom([]string{"commit", "commit", "commit", "branch", "merge", "rebase"}).Draw(w.T, "what"); what {
	case "commit":
		w.tips[i] = w.commit(w.tips[i], w.edits(w.tips[i]))
	case "branch":
		w.tips = append(w.tips, w.commit(w.tips[i], w.edits(w.tips[i])))
	case "merge":
		if m := w.merge(w.tips[i], w.tips[j]); m.ok {
			w.tips[i] = w.write(gitCommit{tree: m.tree, parents: []string{w.tips[i], w.tips[j]}, message: "merge"})
		}
	case "rebase":
		w.same("rebase", func(g *gitRepo) (any, error) {
			tip, ok, err := g.rebase(w.tips[i], w.tips[j], w.who())
			return []any{tip, ok}, err
		})
	}
}

func (w *history) who() signature { return signature{"Ana", "ana@example.com", w.at} }

func (w *history) write(c gitCommit) string {
	w.at = w.at.Add(time.Duration(rapid.IntRange(0, 2).Draw(w.T, "seconds")) * time.Second)
	c.author, c.committer = w.who(), w.who()
	return w.twins.write(c)
}

func (w *history) commit(parent string, c change) string {
	tree := ""
	var parents []string
	if parent != "" {
		at, err := w.mem.commit(parent)
		if err != nil {
			w.Fatal(err)
		}
		tree, parents = at.tree, []string{parent}
	}
	return w.write(gitCommit{tree: w.tree(tree, c), parents: parents, message: "commit"})
}

var somePaths = []string{"a", "b", "read.me", "dir/a", "dir/b", "dir/deep/c", "lib/a", "lib/d", "lib/deep/c"}

// files are n new files.
func (w *history) files(n int) change {
	c := change{}
	for _, path := range rapid.Permutation(somePaths).Draw(w.T, "paths") {
		if n--; n >= 0 {
			c[path] = w.text(rapid.IntRange(1, 12).Draw(w.T, "lines"))
		}
	}
	return c
}

func (w *history) text(n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(w.line())
	}
	return b.String()
}

// line is mostly a line that is nowhere else.
func (w *history) line() string {
	if rapid.IntRange(0, 5).Draw(w.T, "repeated") == 0 {
		return "}\n"
	}
	w.lines++
	return fmt.Sprintf("line %d says something\n", w.lines)
}

// edits are changes to some of a commit's files.
func (w *history) edits(sha string) change {
	c := change{}
	now := w.contents(sha)
	for range rapid.IntRange(1, 3).Draw(w.T, "edits") {
		free := slices.DeleteFunc(slices.Clone(somePaths), func(p string) bool { return now[p] != "" || c[p] != "" })
		if len(now) == 0 || len(free) == 0 {
			continue
		}
		path := rapid.SampledFrom(sortedKeys(now)).Draw(w.T, "path")
		to := rapid.SampledFrom(free).Draw(w.T, "to")
		moved := w.place()
		switch rapid.SampledFrom([]string{"edit", "edit", "edit", "remove", "move", "move and edit", "add"}).Draw(w.T, "edit") {
		case "edit":
			c[path] = w.edited(now[path])
		case "remove":
			c[path] = ""
		case "move":
			c[path], c[moved] = "", now[path]
		case "move and edit":
			c[path], c[moved] = "", w.edited(now[path])
		case "add":
			c[to] = w.text(rapid.IntRange(1, 6).Draw(w.T, "lines"))
		}
		delete(now, path)
	}
	return c
}

// place is a path that no file ever had. Where files move to each other's places, git 2.39 itself loses changes.
func (w *history) place() string {
	w.lines++
	return rapid.SampledFrom([]string{"", "dir/", "dir/deep/", "lib/", "new/"}).Draw(w.T, "dir") + fmt.Sprint("m", w.lines)
}

func (w *history) contents(sha string) map[string]string {
	c, err := w.mem.commit(sha)
	if err != nil {
		w.Fatal(err)
	}
	entries, err := w.mem.allEntries(c.tree, "", true)
	if err != nil {
		w.Fatal(err)
	}
	now := map[string]string{}
	for _, e := range entries {
		if e.kind() == "blob" {
			text, err := w.mem.blob(e.sha)
			if err != nil {
				w.Fatal(err)
			}
			now[e.name] = string(text)
		}
	}
	return now
}

// edited is a text with a few lines more, less or other.
func (w *history) edited(text string) string {
	lines := strings.SplitAfter(text, "\n")
	lines = lines[:len(lines)-1]
	for range rapid.IntRange(1, 3).Draw(w.T, "changes") {
		at := rapid.IntRange(0, len(lines)).Draw(w.T, "at")
		switch what := rapid.IntRange(0, 2).Draw(w.T, "how"); {
		case what == 0 || at == len(lines):
			lines = slices.Insert(lines, at, w.line())
		case what == 1 && len(lines) > 1:
			lines = slices.Delete(lines, at, at+1)
		default:
			lines[at] = w.line()
		}
	}
	return strings.Join(lines, "")
}
