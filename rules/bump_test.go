package rules

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pitcrew-app/pitcrew/internal/manifest"
)

const botID = 49699333

// bumped is a commit as Dependabot writes it, with a line of members: "minor 1.2.0".
func bumped(members ...string) Commit {
	var b strings.Builder
	b.WriteString("Bump the all group with 2 updates\n\nBumps the all group.\n\n---\nupdated-dependencies:\n")
	for _, m := range members {
		level, version, _ := strings.Cut(m, " ")
		fmt.Fprintf(&b, "- dependency-name: %q\n", "@types/node")
		if version != "" {
			fmt.Fprintf(&b, "  dependency-version: %s\n", version)
		}
		b.WriteString("  dependency-type: direct:production\n")
		if level != "" {
			fmt.Fprintf(&b, "  update-type: version-update:semver-%s\n", level)
		}
		b.WriteString("  dependency-group: all\n")
	}
	b.WriteString("...\n\nSigned-off-by: dependabot[bot] <support@github.com>")
	return Commit{ID: "c1c1c1c1", Message: b.String(), By: botID}
}

func TestRaises(t *testing.T) {
	bot := Person{ID: botID, Login: dependabot, Bot: true}
	of := func(commits ...Commit) *PR { return &PR{Author: bot, Commits: commits} }
	said := func(text string) Commit { return Commit{ID: "c1c1c1c1", Message: text, By: botID} }
	by := func(c Commit, who int64) Commit { c.By = who; return c }
	update := Commit{ID: "m1", Message: "Merge branch 'main' into x", By: us.User}
	const unsigned, silent = "commit c1c1c1c is not one that GitHub signed for the author", "commit c1c1c1c does not say it"
	for _, c := range []struct {
		name          string
		p             *PR
		level, untold string
	}{
		{"patch", of(bumped("patch 1.2.4")), "patch", ""},
		{"minor", of(bumped("minor 1.3.0")), "minor", ""},
		{"major", of(bumped("major 2.0.0")), "major", ""},
		{"a group has its highest", of(bumped("patch 1.2.4", "major 2.0.0", "minor 1.3.0")), "major", ""},
		{"of a group whose first is the highest", of(bumped("minor 1.2.4", "patch 2.0.1")), "minor", ""},
		{"two commits have the highest", of(bumped("minor 1.3.0"), bumped("patch 1.3.1")), "minor", ""},
		{"0.x breaks", of(bumped("minor 0.3.0")), "major", ""},
		{"a new version of 0.x", of(bumped("patch 0.3.1")), "patch", ""},
		{"a version that no number begins", of(bumped("minor abc")), "", silent},
		{"a version of which nothing is left", of(bumped("minor v")), "", silent},
		{"any version", of(bumped("minor *")), "", silent},
		{"0 breaks", of(bumped("minor 0")), "major", ""},
		{"of a group one cannot be told", of(bumped("patch 1.0.1", "minor abc")), "", silent},
		{"a block from the first line on", of(said("updated-dependencies:\n- dependency-name: x\n  update-type: version-update:semver-patch\n...")), "patch", ""},
		{"a block without a member", of(said("x\nupdated-dependencies:\n  update-type: version-update:semver-patch\n...")), "", silent},
		{"one member does not say", of(bumped("patch 1.0.1", "")), "", silent},
		{"an update of no known kind", of(bumped("epic 1.0.1")), "", silent},
		{"of old: one version", of(said("Bump x from 1.2.0 to 1.3.0\n\n---\nupdated-dependencies:\n- dependency-name: x\n  update-type: version-update:semver-minor\n...\n")), "minor", ""},
		{"of old: 0.x", of(said("Bump x from v0.2.0 to v0.3.0\n\n---\nupdated-dependencies:\n- dependency-name: x\n  update-type: version-update:semver-minor\n...\n")), "major", ""},
		{"of old: no version", of(said("Bump x\n\n---\nupdated-dependencies:\n- dependency-name: x\n  update-type: version-update:semver-minor\n...\n")), "", silent},
		{"no block", of(said("Bump x from 1.0.0 to 1.0.1")), "", silent},
		{"an empty block", of(said("x\nupdated-dependencies:\n...\n")), "", silent},
		{"the last block counts", of(said(bumped("patch 1.0.1").Message + "\n" + bumped("major 2.0.0").Message)), "major", ""},
		{"other ends of lines", of(said(strings.ReplaceAll(bumped("minor 1.3.0").Message, "\n", "\r\n"))), "minor", ""},
		{"after our own update", of(bumped("patch 1.0.1"), update), "patch", ""},
		{"after somebody's merge", of(bumped("patch 1.0.1"), by(update, 1)), "", "commit m1 is not one that GitHub signed for the author"},
		{"a commit of ours that is no update", of(by(bumped("patch 1.0.1"), us.User)), "", unsigned},
		{"pushed by somebody", of(by(bumped("patch 1.0.1"), 0)), "", unsigned},
		{"a second commit by somebody", of(bumped("patch 1.0.1"), by(bumped("patch 1.0.1"), 1)), "", unsigned},
		{"no commits", of(), "", "its commits are not all known"},
		{"more commits than were read", &PR{Author: bot, Commits: []Commit{bumped("patch 1.0.1")}, Truncated: []string{"commits"}}, "", "its commits are not all known"},
		{"a person", &PR{Author: person(1), Commits: []Commit{by(bumped("patch 1.0.1"), 1)}}, "", ""},
		{"a person who is called so", &PR{Author: Person{ID: 8, Login: "dependabot"}, Commits: []Commit{by(bumped("patch 1.0.1"), 8)}}, "", ""},
		{"another bot", &PR{Author: Person{ID: 9, Login: "renovate[bot]", Bot: true}, Commits: []Commit{by(bumped("patch 1.0.1"), 9)}}, "", "only Dependabot and pitcrew itself say it in commits that GitHub signs"},
		{"ours", &PR{Author: Person{ID: us.User, Login: "pitcrew[bot]", Bot: true}, Commits: []Commit{by(bumped("minor 1.3.0"), us.User)}}, "minor", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if level, untold := c.p.raises(us); level != c.level || untold != c.untold {
				t.Errorf("%q %q, want %q %q", level, untold, c.level, c.untold)
			}
		})
	}
}

// Where it is not known who we are, a commit that nobody made for us is not ours, and nobody's pull request is.
func TestRaisesWithoutOurAccount(t *testing.T) {
	p := &PR{Author: Person{ID: botID, Login: dependabot, Bot: true}, Commits: []Commit{bumped("patch 1.0.1"), {ID: "m1", Message: "Merge branch 'main' into x"}}}
	if level, untold := p.raises(App{}); level != "" || untold == "" {
		t.Errorf("with a merge that somebody pushed: %q %q", level, untold)
	}
	p = &PR{Author: Person{Login: "x[bot]", Bot: true}, Commits: []Commit{{ID: "c1", Message: bumped("patch 1.0.1").Message}}}
	if level, untold := p.raises(App{}); level != "" || untold == "" {
		t.Errorf("of a bot without an account: %q %q", level, untold)
	}
}

// What our own commits say is read back as the level that it was.
func TestOurOwnCommitsSayWhatTheyRaise(t *testing.T) {
	edits := func(from ...string) (c manifest.Change) {
		for _, f := range from {
			c.Edits = append(c.Edits, manifest.Edit{From: f})
		}
		return c
	}
	for _, c := range []struct {
		from []string
		to   string
		want string
	}{
		{[]string{"^1.2.0"}, "1.2.1", "patch"},
		{[]string{"~1.2.0"}, "1.3.0", "minor"},
		{[]string{"1.2.0"}, "2.0.0", "major"},
		{[]string{">=1.2.0"}, "1.10.0", "minor"},
		{[]string{"^0.2.0"}, "0.3.0", "major"},
		{[]string{"^0.2.0"}, "0.2.1", "patch"},
		{[]string{"^0.2.0"}, "1.0.0", "major"},
		{[]string{"^1.2.0", "^1.1.0", "^1.2.0"}, "1.2.1", "minor"},
		{[]string{"^1.2.0", "1.x"}, "1.2.1", ""},
		{[]string{"1.x", "^1.2.0"}, "1.2.1", ""},
		{[]string{"^2.0.0"}, "1.2.1", ""},
		{[]string{"^1.2.0"}, "1.2.0", ""},
	} {
		text := note("@acme/lib", c.to, edits(c.from...))
		if got := levelOf("Update x\n\n" + text); got != c.want {
			t.Errorf("%v to %s: %q, want %q", c.from, c.to, got, c.want)
		}
		if _, says, _ := strings.Cut(strings.TrimSuffix(text, "\n..."), "update-type: version-update:semver-"); says != c.want || c.want == "" && strings.Contains(text, "update-type") {
			t.Errorf("%v to %s: it says %q, want %q", c.from, c.to, says, c.want)
		}
	}
}

func TestBumpDecides(t *testing.T) {
	const policies = "merge: {policies: [{name: small, when: {bump: [patch, minor]}, approvals: 0, checks: [build]}, {name: rest, when: {label: automerge}, approvals: 0, checks: [build]}]}"
	bot := func(commits ...Commit) func(*PR) {
		return func(p *PR) {
			p.Author, p.Commits, p.Reviews = Person{ID: botID, Login: dependabot, Bot: true}, commits, nil
		}
	}
	pushed := bumped("patch 1.0.1")
	pushed.By = 0
	for _, c := range []struct {
		name, config string
		change       func(*PR)
		want         string
	}{
		{"small", policies, bot(bumped("minor 1.1.0")), ""},
		{"large goes on to the next", policies, bot(bumped("major 2.0.0")), ""},
		{"what cannot be told goes nowhere", policies, bot(pushed), "bump-unknown"},
		{"a person's goes on to the next", policies, func(p *PR) {}, ""},
		{"held", "merge: {never: {bump: major}, policies: [{approvals: 0}]}", bot(bumped("major 2.0.0")), "never"},
		{"not held", "merge: {never: {bump: major}, policies: [{approvals: 0}]}", bot(bumped("minor 1.1.0")), ""},
		{"held where it cannot be told", "merge: {never: {bump: major}, policies: [{approvals: 0}]}", bot(pushed), "bump-unknown"},
		{"no policy for it", "merge: {policies: [{when: {bump: [patch]}, approvals: 0}]}", bot(bumped("minor 1.1.0")), "no-policy"},
		{"held by another key as well", "merge: {policies: [{when: {bump: [patch], label: other}, approvals: 0}]}", bot(pushed), "no-policy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := merged(t, snapshot(file(t, c.config), with(c.change))); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
