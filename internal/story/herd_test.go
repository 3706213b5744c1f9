package story

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// manyRepositories is a story of n repositories, of which the first few have a file and open pull requests.
func manyRepositories(n, busy, open int) string {
	var files, repos strings.Builder
	for i := range n {
		fmt.Fprintf(&repos, "  acme/r%d: {", i)
		if i < busy {
			fmt.Fprintf(&files, "-- acme/r%d//.platform.yml --\nversion: 1\nmerge: {policies: [{approvals: 1, checks: [build]}]}\n", i)
			repos.WriteString("prs: {")
			for p := range open {
				fmt.Fprintf(&repos, "%d: {author: ana, head: r%dh%d}, ", p+1, i, p)
			}
			repos.WriteString("}")
		}
		repos.WriteString("}\n")
	}
	return "Many repositories are found without a herd.\n\n" + files.String() + "-- github.yml --\nrepos:\n" + repos.String() + "-- script --\nwait 4m\n-- want --\n"
}

// A first install of thousands of repositories costs one listing and one query for fifty of them, and no look at those without a
// file; after that an hour costs as much again, in twelve parts.
func TestFirstInstallIsNoHerd(t *testing.T) {
	const repos, busy, open = 1000, 5, 20
	ctx := context.Background()
	s, err := Parse("herd.txtar", []byte(manyRepositories(repos, busy, open)))
	if err != nil {
		t.Fatal(err)
	}
	k, err := Play(ctx, s, Options{Log: logger(), NoGit: true})
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	first := len(k.w.sim.Calls())
	listing, sweep, looks := repos/100+1, repos/50+1, 8*busy*open // of each pull request: a look now, and what it must know
	if most := listing + sweep + looks + 40; first > most {
		t.Errorf("%d requests for the first install, at most %d were expected", first, most)
	}
	for _, call := range k.w.sim.Calls() {
		if strings.Contains(call.Path, "/r999/") {
			t.Errorf("%s %s: a repository without a file was looked at", call.Method, call.Path)
		}
	}
	if err := k.Do(ctx, "wait 1h"); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d repositories: first install %d requests, the hour after it %d", repos, first, len(k.w.sim.Calls())-first)
}
