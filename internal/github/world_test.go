package github_test

import (
	"fmt"
	"testing"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/rules"
)

const worldState = `
people: {ana: write, bob: write}
teams: {core: [ana, bob]}
merge: [squash]
prs:
  7: {author: ana, head: a1, labels: [automerge], checks: {build: success}}
`

// GitHub is asked for what a file names. What it does not have is said, with its place; what cannot be told is not.
func TestWorld(t *testing.T) {
	l := newLab(t, worldState)
	text := `version: 1
reviewers: {from: [owners, ana, nobody-of-that-name, "@acme/core", "@acme/no-such-team"]}
merge:
  method: rebase
  never: {label: [auto*, hold], author: "dependabot[bot]"}
  policies:
    - {checks: [build, "b*", lint], method: squash}
`
	problems, mentions := config.Check(".platform.yml", []byte(text), rules.Forms)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	world, err := l.c.World(t.Context(), l.ref("acme/api"), mentions)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range config.Missing(mentions, world) {
		got = append(got, fmt.Sprintf("%s %s", p.Place(), p.Message))
	}
	equal(t, "missing", got, []string{
		`.platform.yml:2:33 GitHub has no account "nobody-of-that-name"`,
		`.platform.yml:4:11 the repository does not allow the merge method "rebase"`,
		`.platform.yml:5:26 the repository has no label "hold"`,
		`.platform.yml:7:30 no check "lint" has reported on the default branch or the newest pull requests`,
	})
}

// Where nothing has ever reported, the first check may be about to come.
func TestWorldWithoutChecks(t *testing.T) {
	l := newLab(t, "prs:\n  7: {author: ana, head: a1}\n")
	_, mentions := config.Check("f", []byte("version: 1\nmerge: {policies: [{checks: [build]}]}\n"), rules.Forms)
	world, err := l.c.World(t.Context(), l.ref("acme/api"), mentions)
	if err != nil {
		t.Fatal(err)
	}
	if missing := config.Missing(mentions, world); len(mentions) != 1 || len(missing) > 0 {
		t.Errorf("%v, %v", mentions, missing)
	}
}
