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
		{"only our own check has reported", always, []func(*PR){update(Votes{}, settleFor-time.Second), func(p *PR) { p.Checks = []Check{{Name: CheckName, App: us.ID, State: CheckPassed}} }}, CodeTested, Kept},
		{"the policy lacks approvals that never were", always + "\nmerge: {policies: [{}]}", []func(*PR){update(Votes{}, time.Hour), unapproved}, CodeToKeep, Kept},
		{"a bot's branch that it alone pushed to", always, []func(*PR){bot("x"), func(p *PR) { p.Authors = []int64{99} }}, CodeKeepsItself, Out},
		{"a bot of which another key is named", "update: {only: always, when: {label: automerge}}", []func(*PR){bot("x")}, CodeKeepsItself, Out},
		{"a bot beside whom another is named", "update: {only: always, unless: {author: eve}}", []func(*PR){bot("x")}, CodeKeepsItself, Out},
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

// Each thing that hinders an update is said once, however often it is there.
func TestHinderedSaysEachOnce(t *testing.T) {
	p := numbered(7, func(p *PR) {
		p.Behind = Yes
		p.Checks = []Check{run("build", CheckFailed), run("docs", CheckFailed)}
		p.Checks[0].Required, p.Checks[1].Required = true, true
		p.Reviews[0].State = "CHANGES_REQUESTED"
	})
	for _, r := range verdict(t, snapshot(file(t, "update: {only: always}"), p), "update").Because {
		if want := "a check is red and changes are requested"; r.Code == CodeHindered && r.Args["why"] != want {
			t.Errorf("%q, want %q", r.Args["why"], want)
		}
	}
}

// Only an update by rebase needs what a rebase needs.
func TestRebaseNeeds(t *testing.T) {
	signed := func(p *PR) { p.Protection.Others = []string{signatures} }
	for _, c := range []struct {
		name, config string
		noRebase     bool
		change       func(*PR)
		want         Code
	}{
		{"signed commits", "update: {method: rebase}", false, signed, CodeRebaseSigned},
		{"a server that can", "update: {method: rebase}", true, keeps, CodeNoRebase},
		{"neither", "update: {method: rebase}", false, keeps, ""},
		{"nothing, by a merge", "update: {}", true, signed, ""},
	} {
		p := numbered(7, strict, c.change)
		s := snapshot(file(t, c.config), p)
		s.Repo.NoRebase = c.noRebase
		got := Code("")
		for _, r := range verdict(t, s, "update").Because {
			if r.Code == CodeRebaseSigned || r.Code == CodeNoRebase {
				got = r.Code
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// No more than testedAtOnce branches are updated only to be kept up to date, whoever else is behind.
func TestTestedAtOnce(t *testing.T) {
	s := lineup(file(t, "update: {only: always}"), numbered(9, func(p *PR) { p.Behind = Yes }))
	put(&s.Base.Memory.Line, 101, Entry{Stand: Out, Runs: true}) // tested for its own sake
	put(&s.Base.Memory.Line, 102, Entry{Stand: Kept})            // not tested now
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
		{"another policy keeps them", "\nmerge: {policies: [{when: {label: other}, approvals-at: any}, {}]}", keeps, true},
		{"no policy takes it", "\nmerge: {policies: [{when: {label: other}, approvals-at: any}]}", keeps, false},
		{"the policy cannot be read", "\nmerge: {policies: [{approvals-at: any}], bogus: 1}", keeps, true},
		{"merging is off", "\nmerge: off", keeps, false},
		{"nobody merges", "", keeps, false},
		{"nobody merges, and GitHub dismisses", "", dismisses, true},
	} {
		p := numbered(7, func(p *PR) { p.Behind, p.Protection.Strict, p.MergeState = Yes, true, "BEHIND" }, c.change)
		v := verdict(t, snapshot(file(t, "update: {method: rebase}"+c.config), p), "update")
		if got := hasReason(v.Because, CodeRebaseDrops); got != c.want {
			t.Errorf("%s: said is %v, want %v: %v", c.name, got, c.want, v.Because)
		}
		for _, r := range v.Because {
			if r.Code == CodeRebaseDrops && (r.Args["github"] != "") != p.Protection.Dismisses {
				t.Errorf("%s: of GitHub it says %q", c.name, r.Args["github"])
			}
		}
	}
}

func keeps(*PR) {}
