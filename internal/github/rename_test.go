package github_test

import (
	"strings"
	"testing"

	"github.com/pitcrew-app/pitcrew/rules"
)

const movable = `
files: {infra/prod.txt: "one\ntwo\nthree\n", .platform.yml: "version: 1\nmerge: {}\n"}
prs: {7: {author: ana, head: a1, files: {docs/x.md: "x\n"}}}
`

// A file that is moved out of a directory changes that directory: the old path is there, and asked for once.
func TestRenamedFiles(t *testing.T) {
	l := newLab(t, movable)
	l.exec("move 7 a2 {infra/prod.txt: docs/prod.txt}")
	files := l.pr(7).PR.Files
	equal(t, "files", files, []rules.File{
		{Path: "docs/prod.txt", Previous: "infra/prod.txt", Change: rules.Renamed}, {Path: "docs/x.md", Change: "ADDED", Additions: 1},
	})
	asked := l.listed()
	again := l.pr(7).PR
	equal(t, "requests", []int{asked, l.listed()}, []int{1, 1})
	equal(t, "cut off", len(again.Truncated), 0)
}

// While the old path cannot be told, the list of files is not complete.
func TestRenamedFilesOfAnotherHead(t *testing.T) {
	l := newLab(t, movable)
	l.exec("move 7 a2 {infra/prod.txt: docs/prod.txt}", "before rules: push 7 a3")
	p := l.pr(7).PR
	equal(t, "head", p.Head, l.sim.SHA("a2"))
	equal(t, "cut off", p.Truncated, []string{"files"})
}

// A pull request without renamed files costs no request more.
func TestNoRenamedFiles(t *testing.T) {
	l := newLab(t, movable)
	l.pr(7)
	equal(t, "requests", l.listed(), 0)
}

// listed is how often the files of a pull request were asked for by REST.
func (l *lab) listed() int {
	n := 0
	for _, c := range l.sim.Calls() {
		if strings.Contains(c.Path, "/pulls/7/files") {
			n++
		}
	}
	return n
}
