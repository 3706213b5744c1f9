package rules

import (
	"strings"
	"testing"
	"time"
)

// Shows: S1, S3, S4, S5, P4, D14+, D14-, D19-, D22-, P1.
func TestLanding(t *testing.T) {
	const (
		on         = "update: {}\nmerge: {policies: [{name: all, checks: [build]}]}"
		noApproval = "merge: {policies: [{approvals: 0, checks: [build]}]}"
		anyHead    = "merge: {policies: [{approvals-at: any, checks: [build]}]}"
	)
	for _, c := range []struct {
		name   string
		config string // without it: on
		change func(p *PR)
		snap   func(s *Snapshot)
		blocks string
		stands Standing
	}{
		{name: "ready", stands: InLine},
		{name: "merged", change: func(p *PR) { p.State = "MERGED" }},
		{name: "draft", change: func(p *PR) { p.Draft = true }, blocks: "draft"},
		{name: "fork, approved", change: func(p *PR) { p.Fork = true }, stands: InLine},
		{name: "fork, not approved", change: func(p *PR) { p.Fork, p.Reviews = true, nil }, blocks: "approvals"},
		{name: "fork, no approval asked for", config: noApproval, change: func(p *PR) { p.Fork, p.Reviews = true, nil }, blocks: "fork"},
		{name: "fork, approved without being asked", config: noApproval, change: func(p *PR) { p.Fork = true }, stands: InLine},
		{name: "fork, approved at an older head", config: anyHead, change: func(p *PR) { p.Fork, p.Reviews[0].Commit = true, "older" }, blocks: "fork"},
		{name: "fork, approved by somebody who may not write", config: noApproval, change: func(p *PR) { p.Fork, p.Reviews[0].Writer = true, false }, blocks: "fork"},
		{name: "fork, approved by who wrote it", config: noApproval, change: func(p *PR) { p.Fork, p.Authors = true, []int64{p.Reviews[0].By.ID} }, blocks: "fork"},
		{name: "no fork, no approval asked for", config: noApproval, change: func(p *PR) { p.Reviews = nil }, stands: InLine},
		{name: "fork that nobody may edit, not behind", change: func(p *PR) { p.Fork = true; strict(p); p.Behind, p.MergeState = No, "CLEAN" }, stands: InLine},
		{name: "fork, behind, lent", change: func(p *PR) { p.Fork, p.Edits = true, EditsAllowed; strict(p) }, blocks: "behind", stands: InLine},
		{name: "fork, behind, gone", change: func(p *PR) { p.Fork = true; strict(p) }, blocks: "fork-not-updated"},
		{name: "fork, behind, not lent", change: func(p *PR) { p.Fork, p.Edits = true, EditsForbidden; strict(p) }, blocks: "fork-not-updated"},
		{name: "fork, behind, of an organisation", change: func(p *PR) { p.Fork, p.Edits = true, EditsNever; strict(p) }, blocks: "fork-not-updated"},
		{name: "fork, behind, GitHub refuses", change: func(p *PR) {
			p.Fork, p.Edits = true, EditsAllowed
			strict(p)
			p.Memory.Backoff = map[string]Backoff{KindUpdate: {Until: noon.Add(time.Minute), Key: head, Status: 403}}
		}, blocks: "fork-not-updated"},
		{name: "fork, behind, GitHub refused an hour ago", change: func(p *PR) {
			p.Fork, p.Edits = true, EditsAllowed
			strict(p)
			p.Memory.Backoff = map[string]Backoff{KindUpdate: {Until: noon, Key: head, Status: 403}}
		}, blocks: "behind", stands: InLine},
		{name: "a workflow waits", change: func(p *PR) { p.Checks, p.Held = nil, 1 }, blocks: "check-held"},
		{name: "a workflow waits, and all checks are asked for", config: "merge: {policies: [{checks: all}]}", change: func(p *PR) { p.Held = 1 }, blocks: "check-held"},
		{name: "a workflow waits that nobody asks for", change: func(p *PR) { p.Held = 1 }, stands: InLine},
		{name: "archived", snap: func(s *Snapshot) { s.Repo.Archived = true }, blocks: "archived"},
		{name: "truncated", change: func(p *PR) { p.Truncated = []string{"files", "reviews"} }, blocks: "truncated truncated"},
		{name: "queue by protection", change: func(p *PR) { p.Protection.Queue, p.MergeState = true, "BLOCKED" }, stands: InLine},
		{name: "queue by the pull request", change: func(p *PR) { p.Queue, p.MergeState = true, "BLOCKED" }, stands: InLine},
		{name: "a queue that brings up to date itself", change: func(p *PR) { p.Queue, p.Protection.Strict, p.Behind = true, true, Yes }, stands: InLine},
		{name: "a queue that has a method of its own", config: "merge: {policies: [{name: all, checks: [build], method: merge}]}", change: func(p *PR) { p.Queue, p.Protection.Linear = true, true }, stands: InLine},
		{name: "in GitHub's queue", change: func(p *PR) { p.Queue, p.Queued = true, &Queued{Position: 1, Ours: true} }, blocks: "in-merge-queue"},
		{name: "the base takes nothing of ours", snap: func(s *Snapshot) {
			s.Barred = map[string]Barred{"main": {Until: noon.Add(time.Minute), Status: 405, Why: mayNotPush}}
		}, blocks: "base-barred", stands: InLine},
		{name: "the base took nothing of ours an hour ago", snap: func(s *Snapshot) { s.Barred = map[string]Barred{"main": {Until: noon}} }, stands: InLine},
		{name: "another base takes nothing of ours", snap: func(s *Snapshot) { s.Barred = map[string]Barred{"other": {Until: noon.Add(time.Minute)}} }, stands: InLine},
		{name: "met another landing", change: func(p *PR) { refusedWith(p, Backoff{Holds: HoldPlace, Times: 3, Message: baseMoved}) }, blocks: "refused-for-a-moment", stands: InLine},
		{name: "met other landings too often", change: func(p *PR) { refusedWith(p, Backoff{Holds: HoldPlace, Times: 4}) }, blocks: "refused-by-github", stands: InLine},
		{name: "cannot be rebased", config: "merge: {policies: [{name: all, checks: [build], method: rebase}]}", change: func(p *PR) { refusedWith(p, Backoff{Holds: HoldHead, Until: noon}) }, blocks: "cannot-be-rebased"},
		{name: "could not be rebased, and is squashed", change: func(p *PR) { refusedWith(p, Backoff{Holds: HoldHead, Until: noon}) }, stands: InLine},
		{name: "an older head could not be rebased", config: "merge: {policies: [{name: all, checks: [build], method: rebase}]}", change: func(p *PR) { refusedWith(p, Backoff{Holds: HoldHead, Until: noon, Key: "old"}) }, stands: InLine},
		{name: "protection unreadable", change: func(p *PR) { p.Protection.Unreadable = "403" }, blocks: "protection-unreadable"},
		{name: "conflict", change: func(p *PR) { p.Mergeable, p.MergeState = No, "DIRTY" }, blocks: "conflict"},
		{name: "mergeability unknown keeps the place", change: func(p *PR) { p.Mergeable, p.MergeState = Unknown, "UNKNOWN" }, blocks: "mergeability-unknown", stands: InLine},
		{name: "behind, not required", change: func(p *PR) { p.Behind = Yes }, stands: InLine},
		{name: "behind unknown, not required", change: func(p *PR) { p.Behind = Unknown }, stands: InLine},
		{name: "behind, required", change: strict, blocks: "behind", stands: InLine},
		{name: "behind unknown, required", change: func(p *PR) { strict(p); p.Behind = Unknown }, blocks: "behind-unknown", stands: InLine},
		{name: "conflict hides behind", change: func(p *PR) { strict(p); p.Mergeable = No }, blocks: "conflict"},
		{name: "behind, update off", config: "merge: {policies: [{}]}", change: strict, blocks: "behind-not-updated"},
		{name: "behind, update wants a label", config: "merge: {policies: [{}]}\nupdate: {when: {label: keep}}", change: strict, blocks: "behind-not-updated"},
		{name: "behind, update broken", config: "merge: {policies: [{}]}\nupdate: {only: sometimes}", change: strict, blocks: "behind-not-updated"},
		{name: "behind, update's budget is used up", config: "merge: {policies: [{}]}\nupdate: {per-day: 1}", change: func(p *PR) {
			strict(p)
			p.Memory.Updates = []Updated{{From: "x", To: "y", At: noon.Add(-time.Hour)}}
		}, blocks: "update-budget"},
		{name: "behind, the budget of yesterday", config: "merge: {policies: [{}]}\nupdate: {per-day: 1}", change: func(p *PR) {
			strict(p)
			p.Memory.Updates = []Updated{{From: "x", To: "y", At: noon.Add(-24 * time.Hour)}}
		}, blocks: "behind", stands: InLine},
		{name: "behind, update under way", change: func(p *PR) {
			strict(p)
			p.Memory.Open = map[string]Intent{KindUpdate: {Kind: KindUpdate, Key: head}}
		}, blocks: "under-way", stands: InLine},
		{name: "behind, update refused", change: func(p *PR) {
			strict(p)
			p.Memory.Backoff = map[string]Backoff{KindUpdate: {Until: noon.Add(time.Minute), Key: head, Status: 403}}
		}, blocks: "refused-by-github", stands: InLine},
		{name: "method forbidden", snap: func(s *Snapshot) { s.Repo.Methods = []string{MethodMerge} }, blocks: "method-forbidden"},
		{name: "methods not known", snap: func(s *Snapshot) { s.Repo.Methods = nil }, blocks: "method-forbidden"},
		{name: "linear history and merge", config: "merge: {method: merge, policies: [{}]}", change: func(p *PR) { p.Protection.Linear = true }, blocks: "linear-history"},
		{name: "linear history and squash", change: func(p *PR) { p.Protection.Linear = true }, stands: InLine},
		{name: "the policy's method counts", config: "merge: {policies: [{method: merge}]}", change: func(p *PR) { p.Protection.Linear = true }, blocks: "linear-history"},
		{name: "unstable is clean enough", change: func(p *PR) { p.MergeState = "UNSTABLE" }, stands: InLine},
		{name: "blocked by GitHub", change: func(p *PR) { p.MergeState = "BLOCKED" }, blocks: "blocked-by-github"},
		{name: "blocked by a rule that we do not know", change: func(p *PR) { p.MergeState, p.Protection.Others = "BLOCKED", []string{"code_scanning"} }, blocks: "rule-not-understood"},
		{name: "clean in spite of such a rule", change: func(p *PR) { p.Protection.Others = []string{"code_scanning"} }, stands: InLine},
		{name: "such a rule, state not computed", change: func(p *PR) { p.MergeState, p.Protection.Others = "UNKNOWN", []string{"code_scanning"} }, blocks: "mergeability-unknown", stands: InLine},
		{name: "a merge state of the future", change: func(p *PR) { p.MergeState = "PONDERING" }, blocks: "mergeability-unknown", stands: InLine},
		{name: "GitHub says behind, we do not", change: func(p *PR) { p.MergeState = "BEHIND" }, blocks: "mergeability-unknown", stands: InLine},
		{name: "GitHub says dirty, and mergeable", change: func(p *PR) { p.MergeState = "DIRTY" }, blocks: "mergeability-unknown", stands: InLine},
		{name: "blocked by our own check alone", change: func(p *PR) { p.MergeState, p.Protection.Checks = "BLOCKED", []RequiredCheck{{Name: CheckName}} }, stands: InLine},
		{name: "blocked although our own check passes", change: func(p *PR) {
			p.MergeState, p.Protection.Checks = "BLOCKED", []RequiredCheck{{Name: CheckName}}
			p.Checks = append(p.Checks, Check{Name: CheckName, App: us.ID, State: CheckPassed, Result: "SUCCESS"})
		}, blocks: "blocked-by-github"},
		{name: "never a label", config: "merge: {never: {label: [hold, stop]}, policies: [{}]}", change: func(p *PR) { p.Labels = []string{"bug", "Hold"} }, blocks: "never"},
		{name: "never, by three keys", config: "merge: {never: {label: auto*, title: Add*, author: ana}, policies: [{}]}", blocks: "never never never"},
		{name: "never an author of a team that cannot be read", config: "merge: {never: {author: '@acme/core'}, policies: [{}]}", snap: func(s *Snapshot) { s.Members["acme/core"] = nil }, blocks: "match-unknown"},
		{name: "no policy at all", config: "merge: {policies: []}", blocks: "no-policy"},
		{name: "no policy matches", config: "merge: {policies: [{when: {label: ship}}, {name: bots, when: {author: ['dependabot[bot]', bo]}}]}", blocks: "no-policy"},
		{name: "unless holds", config: "merge: {policies: [{unless: {label: automerge}}]}", blocks: "no-policy"},
		{name: "the first policy decides, not the easiest", config: "merge: {policies: [{approvals: 2}, {approvals: 0}]}", blocks: "approvals"},
		{name: "a policy of which it cannot be told", config: "merge: {policies: [{when: {author: '@acme/core'}}, {}]}", snap: func(s *Snapshot) { s.Members["acme/core"] = nil }, blocks: "match-unknown"},
		{name: "unknown author, but the label is missing for certain", config: "merge: {policies: [{when: {author: '@acme/core', label: ship}}, {}]}", snap: func(s *Snapshot) { s.Members["acme/core"] = nil }, stands: InLine},
		{name: "the files are not all known", config: "merge: {policies: [{when: {only-files: 'src/**'}}]}", change: func(p *PR) { p.Truncated = []string{"files"} }, blocks: "match-unknown"},
		{name: "approvals default to one", config: "merge: {policies: [{}]}", change: func(p *PR) { p.Reviews = nil }, blocks: "approvals"},
		{name: "defaults ask for the label", config: "merge: {}", change: func(p *PR) { p.Labels = nil }, blocks: "no-policy"},
		{name: "observed", change: func(p *PR) { p.Memory.Observed = map[string]string{KindMerge: head} }, blocks: "observed"},
		{name: "observed at an older head", change: func(p *PR) { p.Memory.Observed = map[string]string{KindMerge: "older"} }, stands: InLine},
		{name: "refused", change: func(p *PR) {
			p.Memory.Backoff = map[string]Backoff{KindMerge: {Until: noon.Add(time.Minute), Key: head}}
		}, blocks: "refused-by-github", stands: InLine},
		{name: "refused, and it is time again", change: func(p *PR) {
			p.Memory.Backoff = map[string]Backoff{KindMerge: {Until: noon, Key: head}}
		}, stands: InLine},
		{name: "refused at an older head", change: func(p *PR) {
			p.Memory.Backoff = map[string]Backoff{KindMerge: {Until: noon.Add(time.Minute), Key: "older"}}
		}, stands: InLine},
		{name: "under way", change: func(p *PR) { p.Memory.Open = map[string]Intent{KindMerge: {Key: head}} }, blocks: "under-way", stands: InLine},
		{name: "checks run again after our update", change: func(p *PR) { updated(p, time.Minute); p.Checks[0] = run("build", CheckPending) }, blocks: "check-pending", stands: InLine},
		{name: "checks run", change: func(p *PR) { p.Checks[0] = run("build", CheckPending) }, blocks: "check-pending"},
		{name: "checks run for ever after our update", change: func(p *PR) { updated(p, 3*time.Hour); p.Checks[0] = run("build", CheckPending) }, blocks: "check-pending"},
		{name: "no check yet after our update", change: func(p *PR) { updated(p, time.Minute); p.Checks = nil }, blocks: "check-absent", stands: InLine},
		{name: "no check ever after our update", change: func(p *PR) { updated(p, time.Hour); p.Checks = nil }, blocks: "check-absent"},
		{name: "red after our update", change: func(p *PR) { updated(p, time.Minute); p.Checks[0] = run("build", CheckFailed) }, blocks: "check-failed"},
		{name: "all reasons, what needs people first", change: func(p *PR) {
			p.Fork, p.Draft, p.Reviews, p.Mergeable = true, true, nil, Unknown
		}, blocks: "draft approvals mergeability-unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := c.config
			if text == "" {
				text = on
			}
			p := fit()
			if c.change != nil {
				c.change(p)
			}
			s := snapshot(file(t, text), p)
			if c.snap != nil {
				c.snap(s)
			}
			if got := merged(t, s); got != c.blocks {
				t.Errorf("blocked by %q, want %q", got, c.blocks)
			}
			l, _ := landing(settings(t, s.Config), s, p)
			if l.Standing != c.stands {
				t.Errorf("stands %q, want %q", l.Standing, c.stands)
			}
			if c.stands == Out && l.Ready {
				t.Error("out and ready")
			}
			if l.Behind && (c.blocks != "behind" || c.stands != InLine) {
				t.Errorf("only behind, but blocked by %q", c.blocks)
			}
		})
	}
}

// updated makes the head one of our own updates, so long ago, and the approval one of the head before.
func updated(p *PR, ago time.Duration) {
	p.Memory.Updates = []Updated{{From: "before", To: p.Head, Base: p.BaseTip, Diff: p.Diff(), At: noon.Add(-ago)}}
	p.Reviews = []Review{approval(2, "before")}
}

func TestLandingAsksForTeamsOnce(t *testing.T) {
	s := snapshot(file(t, "update: {when: {author: '@acme/web'}}\nmerge: {never: {author: '@Acme/Core'}, policies: [{}]}"), with(strict))
	_, need := landing(settings(t, s.Config), s, s.PR)
	if strings.Join(need.Teams, " ") != "acme/core" {
		t.Fatalf("needs %v first", need.Teams)
	}
	s.Members["acme/core"] = []Person{}
	_, need = landing(settings(t, s.Config), s, s.PR)
	if strings.Join(need.Teams, " ") != "acme/web" {
		t.Fatalf("needs %v then", need.Teams)
	}
	s.Members["acme/web"] = []Person{person(1)}
	if got := merged(t, s); got != "behind" {
		t.Errorf("blocked by %q", got)
	}
}

func TestReasonsSayWhatIsMissingAndNobodysName(t *testing.T) {
	for _, c := range []struct{ name, config, want string }{
		{"label", "{policies: [{name: a, when: {label: ship}}]}", "no merge policy matches: a (wants label ship)"},
		{"bots", "{policies: [{name: a, when: {author: ['dependabot[bot]', '@acme/core']}}]}", "no merge policy matches: a (wants author dependabot[bot] or @acme/core)"},
		{"people", "{policies: [{name: a, when: {author: [bo, cy]}}]}", "no merge policy matches: a (wants author that it names)"},
		{"unless", "{policies: [{name: a, unless: {author: ana, title: '*thing'}}]}", "no merge policy matches: a (wants not author that it names, not title *thing)"},
		{"never label", "{never: {label: ['auto*', hold]}, policies: [{}]}", "held by label automerge"},
		{"never title", "{never: {title: 'Add*'}, policies: [{}]}", "held by title Add*"},
		{"never head", "{never: {head: 'to*'}, policies: [{}]}", "held by head to*"},
		{"never author", "{never: {author: ana}, policies: [{}]}", "held by author that it names"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := snapshot(file(t, "merge: "+c.config), fit())
			s.Members["acme/core"] = []Person{}
			l, _ := landing(settings(t, s.Config), s, s.PR)
			drawn(t, l.Reasons)
			if got := blocking(l.Reasons)[0].Sentence(nil); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}
