package ghsim

import (
	"testing"
	"time"
)

// TestMergesAsGit has both stores merge and compare what random histories seldom have.
func TestMergesAsGit(t *testing.T) {
	const text = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n"
	const half = "one\ntwo\nthree\nfour\nfive\nsix\nother\nlines\nthan\nbefore\n"
	for _, tt := range []struct {
		name               string
		base, ours, theirs change
		clean              bool
	}{
		{"both the same", change{"f": text}, change{"f": text + "nine\n"}, change{"f": text + "nine\n"}, true},
		{"far apart", change{"f": text}, change{"f": "zero\n" + text}, change{"f": text + "nine\n"}, true},
		{"next to each other", change{"f": "a\nb\nc\nd\n"}, change{"f": "a\nB\nc\nd\n"}, change{"f": "a\nb\nC\nd\n"}, false},
		{"a line between", change{"f": "a\nb\nc\nd\n"}, change{"f": "A\nb\nc\nd\n"}, change{"f": "a\nb\nC\nd\n"}, true},
		{"same place", change{"f": text}, change{"f": text + "ours\n"}, change{"f": text + "theirs\n"}, false},
		{"one adds what both add and more", change{"f": text}, change{"f": text + "x\n"}, change{"f": text + "x\ny\n"}, false},
		{"no newline at the end", change{"f": "a\nb\nc"}, change{"f": "A\nb\nc"}, change{"f": "a\nb\nc\n"}, true},
		{"carriage returns", change{"f": "a\r\nb\r\nc\r\n"}, change{"f": "a\r\nb\r\nc\r\nd\r\n"}, change{"f": "A\r\nb\r\nc\r\n"}, true},
		{"removed and changed", change{"f": text}, change{"f": ""}, change{"f": half}, false},
		{"changed and removed", change{"f": text}, change{"f": half}, change{"f": ""}, false},
		{"both removed", change{"f": text, "g": "x"}, change{"f": ""}, change{"f": ""}, true},
		{"both added the same", change{"g": "x"}, change{"f": text}, change{"f": text}, true},
		{"both added others", change{"g": "x"}, change{"f": text}, change{"f": half}, false},
		{"binary", change{"f": "a\x00b\n"}, change{"f": "a\x00c\n"}, change{"f": "a\x00d\n"}, false},
		{"binary on one side", change{"f": "a\x00b\n"}, change{"f": "a\x00c\n"}, change{"g": "x"}, true},
		{"executable and changed", change{"f": text}, change{"f": "x:" + text}, change{"f": half}, true},
		{"a link on one side", change{"f": text}, change{"f": "link:g"}, change{"f": half}, false},
		{"links", change{"f": "link:a"}, change{"f": "link:b"}, change{"f": "link:c"}, false},
		{"modules", change{"m": "module:1"}, change{"m": "module:2"}, change{"m": "module:3"}, false},
		{"a module on one side", change{"m": "module:1"}, change{"m": "module:2"}, change{"g": "x"}, true},
		{"a file where a directory is", change{"g": "x"}, change{"f/a": text}, change{"f": half}, false},
		{"a directory where a file is", change{"g": "x"}, change{"f": half}, change{"f/a": text}, false},
		{"a directory became a file", change{"f/a": text, "g": "x"}, change{"f/a": "", "f": "new"}, change{"g": "y"}, true},
		{"a file became a directory", change{"f": text, "g": "x"}, change{"g": "y"}, change{"f": "", "f/a": text}, true},
		{"moved and changed", change{"f": text}, change{"f": "", "g": text}, change{"f": "zero\n" + text}, true},
		{"changed and moved", change{"f": text}, change{"f": "zero\n" + text}, change{"f": "", "g": text + "nine\n"}, true},
		{"moved to two places", change{"f": text}, change{"f": "", "g": text}, change{"f": "", "h": text}, false},
		{"moved to the same place", change{"f": text}, change{"f": "", "g": "zero\n" + text}, change{"f": "", "g": text + "nine\n"}, true},
		{"moved and removed", change{"f": text, "x": "x"}, change{"f": "", "g": text}, change{"f": ""}, false},
		{"removed and moved", change{"f": text, "x": "x"}, change{"f": ""}, change{"f": "", "g": text}, false},
		{"two files moved to one place", change{"a": text, "b": half}, change{"a": "", "c": text}, change{"b": "", "c": half}, false},
		{"moved where the other side put something", change{"f": text}, change{"f": "", "g": text}, change{"g": "other\n"}, false},
		{"the other side put something where it moved", change{"f": text}, change{"g": "other\n"}, change{"f": "", "g": text}, false},
		{"empty files do not move in a merge", change{"e": "x:", "f": text}, change{"e": "", "e2": "x:"}, change{"e": "x:hello\n"}, false},
		{"binary, far apart", change{"f": "a\x00\nb\nc\nd\n"}, change{"f": "A\x00\nb\nc\nd\n"}, change{"f": "a\x00\nb\nc\nD\n"}, false},
		{"the same contents count before the name", change{"a/f": text, "a/g": text + "x\n"}, change{"a/f": "", "a/g": "", "b/f": text + "x\n"}, change{"a/f": "zero\n" + text}, false},
		{"the name counts before likeness", change{"a/f": text + "1\n2\n", "k": half}, change{"a/f": "", "b/f": text + "1\n3\n", "c": text + "1\n2\n4\n"}, change{"a/f": "zero\n" + text + "1\n2\n"}, true},
		{"half as long", change{"f": text + text}, change{"f": "", "g": text}, change{"f": text + "x\n" + text}, false},
		{"a new file in a directory that moved", change{"d/a": text, "d/b": half}, change{"d/a": "", "d/b": "", "e/a": text, "e/b": half}, change{"d/c": "new\n"}, false},
		{"a new file in a directory of which something stayed", change{"d/a": text, "d/b": half}, change{"d/a": "", "e/a": text}, change{"d/c": "new\n"}, true},
		{"a new file below a directory that moved", change{"d/s/a": text}, change{"d/s/a": "", "e/s/a": text}, change{"d/s/c": "new\n"}, false},
		{"both moved the directory", change{"d/a": text}, change{"d/a": "", "e/a": text}, change{"d/a": "", "e/a": text, "e/c": "new\n"}, true},
		{"both moved out of the directory, one put something there", change{"d/a": text}, change{"d/a": "", "e/a": text}, change{"d/a": "", "e/a": text, "d/c": "new\n"}, false},
		{"braces", change{"f": "f {\n}\n\ng {\n}\n"}, change{"f": "f {\n}\n\nh {\n}\n\ng {\n}\n"}, change{"f": "f {\n}\n\ng {\n\tx\n}\n"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newTwins(t, t.TempDir(), 1)
			who := signature{"Ana", "ana@example.com", someTime}
			at := func(tree string, parents ...string) string {
				return w.write(gitCommit{tree: tree, parents: parents, author: who, committer: who, message: "m"})
			}
			root := w.tree("", tt.base)
			base := at(root)
			ours, theirs := at(w.tree(root, tt.ours), base), at(w.tree(root, tt.theirs), base)
			if got := w.merge(ours, theirs); got.ok != tt.clean {
				t.Errorf("clean: %v, as git says", got.ok)
			}
			for _, a := range []string{base, ours, theirs} {
				for _, b := range []string{base, ours, theirs} {
					w.compare(a, b)
				}
			}
		})
	}
}

// TestSeveralAncestors merges branches that have merged each other: they have two best common ancestors.
func TestSeveralAncestors(t *testing.T) {
	const text = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n"
	w := newTwins(t, t.TempDir(), 1)
	minute := 0
	at := func(tree string, parents ...string) string {
		minute++
		who := signature{"Ana", "ana@example.com", someTime.Add(time.Duration(minute) * time.Minute)}
		return w.write(gitCommit{tree: tree, parents: parents, author: who, committer: who, message: "m"})
	}
	root := w.tree("", change{"f": text, "g": text})
	base := at(root)
	x, y := w.tree(root, change{"f": "x\n" + text}), w.tree(root, change{"f": text + "y\n"})
	for name, early := range map[string]bool{"older first": true, "newer first": false} {
		a, b := at(x, base), ""
		if b = at(y, base); !early {
			a, b = b, a
		}
		both := w.merge(a, b)
		if !both.ok {
			t.Fatalf("%s: the first merge conflicts", name)
		}
		ours, theirs := at(w.tree(both.tree, change{"g": text + "ours\n"}), a, b), at(w.tree(both.tree, change{"g": "theirs\n" + text}), b, a)
		w.compare(ours, theirs)
		w.compare(theirs, ours)
		if !w.merge(ours, theirs).ok {
			t.Errorf("%s: conflicts", name)
		}
	}
	// The ancestors themselves conflict, and both sides settled it in the same way.
	a, b := at(w.tree(root, change{"f": text + "a\n"}), base), at(w.tree(root, change{"f": text + "b\n"}), base)
	settled := w.tree(root, change{"f": text + "a\nb\n"})
	ours, theirs := at(settled, a, b), at(w.tree(settled, change{"g": "x\n" + text}), b, a)
	w.compare(ours, theirs)
	// Or in different ways.
	other := at(w.tree(root, change{"f": text + "b\na\n"}), b, a)
	w.compare(ours, other)
	if w.merge(ours, other).ok {
		t.Error("two ways to settle a conflict do not conflict")
	}
}
