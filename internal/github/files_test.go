package github_test

import (
	"strings"
	"testing"
)

// What one installation has read is not shown to another that only names its id.
func TestBodiesStayInTheirInstallation(t *testing.T) {
	const file = `{.platform.yml: "version: 1\nmerge: {}\n"}`
	l := newLab(t, "files: "+file+"\nprs: {7: {author: ana, head: a1}}\n"+
		"repos: {other/thing: {files: "+file+", prs: {3: {author: ana, head: o1}}}}\ninstallations: {other: {}}\n")
	asked := func() map[int64]int {
		by := map[int64]int{}
		for _, c := range l.sim.Calls() {
			if strings.Contains(c.Body, "query Bodies") {
				by[c.Installation]++
			}
		}
		return by
	}
	for range 2 {
		l.pr(7)
		if _, err := l.c.PR(t.Context(), l.ref("other/thing"), 3); err != nil {
			t.Fatal(err)
		}
	}
	equal(t, "bodies asked for", asked(), map[int64]int{l.creds.Installations["acme"]: 1, l.creds.Installations["other"]: 1})
}

// The text of a file is asked for once by the name of its blob, whatever is looked at; of a file that changed once more.
//
// Shows: L5.
func TestTextsAreReadOnce(t *testing.T) {
	l := newLab(t, "files: {.platform.yml: \"version: 1\\nmerge: {}\\n\"}\nprs: {7: {author: ana, head: a1}, 8: {author: ana, head: b1}}\n")
	texts := func() int {
		n := 0
		for _, c := range l.sim.Calls() {
			if strings.Contains(c.Body, "query Bodies") {
				n++
			}
		}
		return n
	}
	for i, file := range []string{"version: 1\\nupdate: {}\\n", ""} {
		for range 3 {
			l.pr(7)
			l.pr(8)
		}
		equal(t, "texts asked for", texts(), i+1)
		if file != "" {
			l.exec(`file main .platform.yml "` + file + `"`)
		}
	}
}
