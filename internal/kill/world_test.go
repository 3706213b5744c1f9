package kill

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/pitcrew-app/pitcrew/internal/oracle"
)

// owners are the organisations, with an installation each: GitHub lets the program write once a second in each.
var owners = []string{"acme", "globex", "initech", "umbrella", "hooli", "wonka"}

// publishers release packages, which the api of the same owner uses.
var publishers = []string{"acme/lib", "globex/lib"}

// policy is the .platform.yml of each api, and meant what it asks for.
const policy = `version: 1
reviewers: {request: 1, from: [bob, cat]}
update: {per-day: 9}
merge:
  policies:
    - {name: dependencies, when: {author: "pitcrew[bot]"}, approvals: 0, checks: [build], method: squash}
    - {name: asked, when: {label: automerge}, approvals: 1, checks: [build], method: squash}
propagate: {packages: ["*"]}
`

var meant = oracle.Policy{
	Reviewers: &oracle.Reviewers{Request: 1, From: []string{"bob", "cat"}},
	Update:    &oracle.Update{PerDay: 9},
	Merge: &oracle.Merge{Rules: []oracle.Rule{
		{Author: "pitcrew[bot]", Checks: []string{"build"}, Method: "squash"},
		{Label: "automerge", Approvals: 1, Checks: []string{"build"}, Method: "squash"},
	}},
	Propagate: true,
}

// world is GitHub's state at the beginning: CI and people answer by themselves. quiet/noise is where clients deliver about.
func world() string {
	var b strings.Builder
	b.WriteString("ci: {build: {takes: 1s}}\nhabits: {bob: {reviews: 1s, approves: 1}, cat: {reviews: 1s, approves: 1}}\nrepo: quiet/noise\nprs: {1: {author: ana, head: n1}}\nrepos:\n")
	for _, owner := range owners {
		manifest := fmt.Sprintf(`{"name": "@%s/api", "version": "3.0.0", "dependencies": {"@%s/lib": "^1.0.0"}}`, owner, owner)
		fmt.Fprintf(&b, "  %s/api:\n    files: {package.json: %q, .platform.yml: %q}\n    protection: {main: {checks: [build], strict: true}}\n", owner, manifest, policy)
	}
	for _, name := range publishers {
		fmt.Fprintf(&b, "  %s:\n    files: {package.json: %q}\n    releases: [v1.0.0]\n", name, fmt.Sprintf(`{"name": "@%s", "version": "1.0.0"}`, name))
	}
	return b.String()
}

// life makes people do things: lines of script, one after another, without end.
type life struct {
	rng      *rand.Rand
	pulls    map[string]int // the newest of each repository
	releases int
	commits  int
}

func newLife(rng *rand.Rand) *life { return &life{rng: rng, pulls: map[string]int{}} }

func (l *life) next() string {
	if l.rng.IntN(12) == 0 {
		l.releases++
		name := publishers[l.rng.IntN(len(publishers))]
		return fmt.Sprintf(`release %s v1.%d.0 {package.json: '{"name": "@%s", "version": "1.%d.0"}'}`, name, l.releases, name, l.releases)
	}
	repo := owners[l.rng.IntN(len(owners))] + "/api"
	l.pulls[repo]++
	l.commits++
	// What pitcrew opens gets the numbers between.
	return fmt.Sprintf("open %s#%d {author: ana, head: c%dx, labels: [automerge]}", repo, 100*l.pulls[repo], l.commits)
}
