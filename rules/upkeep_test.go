package rules

import (
	"testing"
	"time"
)

func TestUpkeep(t *testing.T) {
	const always = "update: {only: always, per-day: 100}"
	behind := func(p *PR) { p.Behind = Yes }
	green := func(p *PR) { p.Checks[0].State = CheckPassed }
	bare := func(p *PR) { p.Checks = nil }
	update := func(votes Votes, ago time.Duration) func(*PR) {
		return func(p *PR) {
			p.Memory.Updates = []Updated{{From: "old1", To: p.Head, At: noon.Add(-ago), Votes: votes}}
		}
	}
	bot := func(head string) func(*PR) {
		return func(p *PR) {
			p.Author, p.HeadRef, p.Authors = Person{ID: 99, Login: "dependabot[bot]", Bot: true}, head, nil
		}
	}
	merging := func(p *PR) { p.Checks[0] = run("build", CheckPending) }
	for _, c := range []struct {
		name, config string
		changes      []func(*PR)
		want         Code
		stands       Standing
	}{
		{"behind", always, nil, CodeToKeep, Kept},
		{"behind without an approval", always, []func(*PR){unapproved}, CodeToKeep, Kept},
		{"behind while checks run", always, []func(*PR){merging}, CodeToKeep, Kept},
		{"a required check is red", always, []func(*PR){red(noon), func(p *PR) { p.Checks[0].Required = true }}, CodeHindered, Out},
		{"a check is red that nobody asks for", always, []func(*PR){red(noon), func(p *PR) { p.Checks[0].Required = false }}, CodeToKeep, Kept},
		{"changes are requested", always, []func(*PR){func(p *PR) { p.Reviews[0].State = "CHANGES_REQUESTED" }}, CodeHindered, Out},
		{"never", always + "\nmerge: {never: {label: hold}}", []func(*PR){func(p *PR) { p.Labels = append(p.Labels, "hold") }}, CodeHindered, Out},
		{"the last update's checks run", always, []func(*PR){update(Votes{}, time.Minute), merging}, CodeTested, Kept},
		{"they run for too long", always, []func(*PR){update(Votes{}, rerunRuns), merging}, CodeToKeep, Kept},
		{"they have finished", always, []func(*PR){update(Votes{}, time.Second), green}, CodeToKeep, Kept},
		{"they may still begin", always, []func(*PR){update(Votes{}, settleFor-time.Second), bare}, CodeTested, Kept},
		{"there are none", always, []func(*PR){update(Votes{}, settleFor), bare}, CodeToKeep, Kept},
		{"approvals vanished", always, []func(*PR){update(Votes{Given: 1}, time.Hour), unapproved}, CodeVanished, Out},
		{"approvals are there again", always, []func(*PR){update(Votes{Given: 1}, time.Hour)}, CodeToKeep, Kept},
		{"approvals vanished with somebody's push", always, []func(*PR){update(Votes{Given: 1}, time.Hour), unapproved, func(p *PR) { p.Memory.Updates[0].To = "older" }}, CodeToKeep, Kept},
		{"approvals hold no longer, and the policy lacks them", always + "\nmerge: {policies: [{}]}", []func(*PR){update(Votes{Given: 1, Held: 1}, time.Hour), func(p *PR) { p.Reviews[0].Commit = "old1" }}, CodeVanished, Out},
		{"approvals hold no longer, and nobody lacks them", always, []func(*PR){update(Votes{Given: 1, Held: 1}, time.Hour), func(p *PR) { p.Reviews[0].Commit = "old1" }}, CodeToKeep, Kept},
		{"a bot's own branch", always, []func(*PR){bot("x")}, CodeKeepsItself, Out},
		{"of a bot by its branch", always, []func(*PR){bot("renovate/x"), func(p *PR) { p.Author.Login = "acme-updates[bot]" }}, CodeKeepsItself, Out},
		{"of another bot", always, []func(*PR){bot("x"), func(p *PR) { p.Author.Login = "acme[bot]" }}, CodeToKeep, Kept},
		{"of a person with such a branch", always, []func(*PR){bot("renovate/x"), func(p *PR) { p.Author.Bot = false }}, CodeToKeep, Kept},
		{"a bot's branch that somebody pushed to", always, []func(*PR){bot("x"), func(p *PR) { p.Authors = []int64{2} }}, CodeToKeep, Kept},
		{"a bot that is named", `update: {only: always, when: {author: "dependabot[bot]"}}`, []func(*PR){bot("x")}, CodeToKeep, Kept},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := numbered(7, append([]func(*PR){behind}, c.changes...)...)
			v := verdict(t, snapshot(file(t, c.config), p), "update")
			if !hasReason(v.Because, c.want) || v.Standing != c.stands {
				t.Errorf("%q with %v, want %q with %s", v.Standing, v.Because, c.stands, c.want)
			}
		})
	}
}

// No more than testedAtOnce branches are updated only to be kept up to date, whoever else is behind.
func TestTestedAtOnce(t *testing.T) {
	s := lineup(file(t, "update: {only: always}"), numbered(9, func(p *PR) { p.Behind = Yes }))
	for n := range testedAtOnce {
		if got := acts(t, s); got != "update-branch 9" {
			t.Errorf("with %d tested: does %q", n, got)
		}
		put(&s.Base.Memory.Line, n+1, Entry{Stand: Kept, Runs: true})
	}
	if got := acts(t, s); got != "" {
		t.Errorf("with %d tested: does %q", testedAtOnce, got)
	}
}

// What an update by rebase costs is said before it is made, where it costs anything.
func TestRebaseSaysWhatItCosts(t *testing.T) {
	const any = "\nmerge: {policies: [{approvals-at: any}]}"
	dismisses := func(p *PR) { p.Protection.Dismisses = true }
	for _, c := range []struct {
		name, config string
		change       func(*PR)
		want         bool
	}{
		{"approvals of the head count", "\nmerge: {policies: [{}]}", keeps, true},
		{"GitHub keeps them, and so does the policy", any, keeps, false},
		{"GitHub dismisses them", any, dismisses, true},
		{"nobody merges", "", keeps, false},
		{"nobody merges, and GitHub dismisses", "", dismisses, true},
	} {
		p := numbered(7, func(p *PR) { p.Behind, p.Protection.Strict, p.MergeState = Yes, true, "BEHIND" }, c.change)
		v := verdict(t, snapshot(file(t, "update: {method: rebase}"+c.config), p), "update")
		if got := hasReason(v.Because, CodeRebaseDrops); got != c.want {
			t.Errorf("%s: said is %v, want %v: %v", c.name, got, c.want, v.Because)
		}
	}
}

func keeps(*PR) {}
