package rules

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Shows: M17, U1, X13.
func TestSettle(t *testing.T) {
	doc := func(a Action) json.RawMessage {
		b, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	merge := Intent{Kind: KindMerge, Key: head, Action: doc(MergePR{Head: head})}
	update := Intent{Kind: KindUpdate, Key: "old1", Action: doc(UpdateBranch{Head: "old1", Base: tip, Diff: "d"})}
	rebase := Intent{Kind: KindUpdate, Key: "old1", Action: doc(UpdateBranch{Head: "old1", Base: tip, Diff: "d", Method: MethodRebase, Votes: Votes{Given: 2, Held: 1}})}
	rebased := func(p *PR) { p.HeadParents, p.HeadMade, p.Behind = []string{"c1"}, true, No }
	ourRebase := Act{Updated: &Updated{From: "old1", To: head, Base: tip, At: noon, Votes: Votes{Given: 2, Held: 1}}}
	request := Intent{Kind: KindRequest, Key: "tok-bo tok-cy", Action: doc(RequestReviewers{People: []Person{person(2), person(3)}})}
	teams := Intent{Kind: KindRequest, Key: "acme/core", Action: doc(RequestReviewers{Teams: []string{"acme/core"}})}
	report := Intent{Kind: KindReport, Key: head + " d", Action: doc(ReportCheck{Head: head, Digest: "d"})}
	sent := func(in Intent) Intent { in.Sent = true; return in }
	at := func(in Intent, ago time.Duration) Intent { in.At = noon.Add(-ago); return in }
	mergedBy := func(id int64) func(*PR) {
		return func(p *PR) { p.State, p.MergedBy = "MERGED", Person{ID: id} }
	}
	by := func(bot, signed bool, parents ...string) func(*PR) {
		return func(p *PR) { p.HeadParents, p.HeadBot, p.HeadSigned = parents, bot, signed }
	}
	ours := func(parents ...string) func(*PR) { return by(true, true, parents...) }

	for _, c := range []struct {
		name   string
		in     Intent
		change func(p *PR)
		want   string
		act    Act
	}{
		{name: "merged by us", in: at(merge, 0), change: mergedBy(us.User), want: EventSeen},
		{name: "merged by somebody else", in: at(merge, 0), change: mergedBy(2), want: EventAbsent},
		{name: "merged by a ghost", in: at(merge, 0), change: mergedBy(0), want: EventAbsent},
		{name: "closed", in: at(merge, 0), change: func(p *PR) { p.State = "CLOSED" }, want: EventAbsent},
		{name: "head moved", in: at(merge, 0), change: func(p *PR) { p.Head = "newer" }, want: EventAbsent},
		{name: "not merged yet, no answer", in: at(merge, 9*time.Second)},
		{name: "not merged for long, no answer", in: at(merge, 10*time.Second), want: EventAbsent},
		{name: "not merged yet, though GitHub said so", in: sent(at(merge, 59*time.Second))},
		{name: "not merged for long, though GitHub said so", in: sent(at(merge, 60*time.Second)), want: EventAbsent},

		{name: "updated", in: at(update, 0), change: ours("old1", tip), want: EventSeen, act: Act{Updated: &Updated{From: "old1", To: head, Base: tip, Diff: "d", At: noon}}},
		{name: "updated with the newer tip", in: at(update, 0), change: func(p *PR) { ours("old1", "tip2")(p); p.BaseTip = "tip2" }, want: EventSeen, act: Act{Updated: &Updated{From: "old1", To: head, Base: "tip2", Diff: "d", At: noon}}},
		{name: "merged with something that is not the base", in: at(update, 0), change: ours("old1", "evil"), want: EventSeen},
		{name: "a merge that only pretends to be ours", in: at(update, 0), change: by(true, false, "old1", tip), want: EventSeen, act: Act{Updated: &Updated{From: "old1", To: head, Base: tip, At: noon}}},
		{name: "somebody else's update", in: at(update, 0), change: by(false, true, "old1", tip), want: EventAbsent},
		{name: "the head's commit cannot be told yet", in: sent(at(update, 59*time.Second)), change: by(false, false)},
		{name: "the head's commit cannot be told for long", in: sent(at(update, time.Minute)), change: by(false, false), want: EventAbsent},
		{name: "somebody pushed on", in: at(update, 0), change: ours("old1"), want: EventAbsent},
		{name: "somebody pushed over", in: at(update, 0), change: ours("other", tip), want: EventAbsent},
		{name: "not updated yet", in: sent(at(update, 30*time.Second)), change: func(p *PR) { p.Head = "old1" }},
		{name: "not updated for long", in: sent(at(update, time.Minute)), change: func(p *PR) { p.Head = "old1" }, want: EventAbsent},
		{name: "closed meanwhile", in: at(update, 0), change: func(p *PR) { p.Head, p.State = "old1", "CLOSED" }, want: EventAbsent},

		{name: "rebased, which no approval holds through", in: at(rebase, 0), change: rebased, want: EventSeen, act: ourRebase},
		{name: "rebased, and the base has moved on", in: at(rebase, 0), change: func(p *PR) { rebased(p); p.BaseTip, p.Behind = "tip2", Yes }, want: EventSeen, act: ourRebase},
		{name: "not rebased onto what was to be", in: at(rebase, 0), change: func(p *PR) { rebased(p); p.Behind = Yes }, want: EventAbsent},
		{name: "somebody else's rebase", in: at(rebase, 0), change: func(p *PR) { rebased(p); p.HeadMade = false }, want: EventAbsent},
		{name: "somebody's merge instead of a rebase", in: at(rebase, 0), change: ours("old1", tip), want: EventAbsent},
		{name: "not rebased yet", in: sent(at(rebase, 30*time.Second)), change: func(p *PR) { p.Head = "old1" }},

		{name: "all asked", in: sent(at(request, 0)), change: func(p *PR) { p.Requests = asked(3, 2) }, want: EventSeen, act: Act{Asked: []string{"tok-bo", "tok-cy"}}},
		{name: "all asked, no answer", in: at(request, 0), change: func(p *PR) { p.Requests, p.ByUs = asked(3, 2), []Person{person(2), person(3)} }, want: EventSeen, act: Act{Asked: []string{"tok-bo", "tok-cy"}}},
		{name: "somebody else asked, no answer", in: at(request, 30*time.Second), change: func(p *PR) { p.Requests = asked(3, 2) }, want: EventAbsent},
		{name: "one asked, one has answered", in: sent(at(request, 0)), change: func(p *PR) {
			p.Requests, p.Reviews = asked(2), []Review{{By: person(3), State: "COMMENTED"}}
		}, want: EventSeen, act: Act{Asked: []string{"tok-bo", "tok-cy"}}},
		{name: "one dropped in silence", in: sent(at(request, time.Minute)), change: func(p *PR) { p.Requests, p.Reviews = asked(2), nil }, want: EventSeen, act: Act{Asked: []string{"tok-bo"}, Dropped: []string{"tok-cy"}}},
		{name: "none there yet", in: at(request, 0), change: unapproved},
		{name: "none there for long, no answer", in: at(request, 30*time.Second), change: unapproved, want: EventAbsent},
		{name: "all dropped in silence", in: sent(at(request, time.Minute)), change: unapproved, want: EventAbsent, act: Act{Dropped: []string{"tok-bo", "tok-cy"}}},
		{name: "merged before it was seen", in: at(request, 0), change: func(p *PR) { mergedBy(2)(p); p.Reviews = nil }, want: EventAbsent},
		{name: "a team is asked", in: at(teams, 0), change: func(p *PR) { p.Requests = []Request{{Team: "acme/core"}} }, want: EventSeen},
		{name: "a team is not asked yet", in: at(teams, 0)},

		{name: "reported", in: at(report, 0), change: func(p *PR) { p.Checks = []Check{{Name: CheckName, App: us.ID, External: "d"}} }, want: EventSeen},
		{name: "another text is there", in: at(report, 0), change: func(p *PR) { p.Checks = []Check{{Name: CheckName, App: us.ID, External: "e"}} }},
		{name: "another app's check", in: at(report, 0), change: func(p *PR) { p.Checks = []Check{{Name: CheckName, App: 7, External: "d"}} }},
		{name: "reported on an older head", in: at(report, 0), change: func(p *PR) { p.Head = "newer" }, want: EventAbsent},
		{name: "not reported for long", in: at(report, 30*time.Second), want: EventAbsent},

		{name: "an act that cannot be read", in: Intent{Kind: KindUpdate, Action: json.RawMessage("{")}, want: EventAbsent},
		{name: "a kind that nobody knows", in: Intent{Kind: "dance"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := fit()
			if c.change != nil {
				c.change(p)
			}
			event, act := Settle(c.in, snapshot(Config{}, p), p)
			if event != c.want {
				t.Fatalf("%q, want %q", event, c.want)
			}
			if event == "" {
				return
			}
			c.act.Kind, c.act.Key = c.in.Kind, c.in.Key
			if diff := cmp.Diff(c.act, act); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNobodysMergeIsNotOurs(t *testing.T) {
	p := with(func(p *PR) { p.State = "MERGED" })
	s := snapshot(Config{}, p)
	s.App = App{}
	if event, _ := Settle(Intent{Kind: KindMerge, Key: head}, s, p); event != EventAbsent {
		t.Errorf("%q: who merged is unknown, and who we are", event)
	}
}

func TestWhy(t *testing.T) {
	for theirs, want := range map[string]string{
		"Head branch was modified. Review and try the merge again.": "the head moved",
		"Base branch was modified. Review and try the merge again.": "the base moved at the same moment",
		"Pull Request is not mergeable":                             "it is not mergeable",
		"Required status check \"build\" is expected.":              "a required status check is missing or red",
		"Repository rule violations found\n\nx":                     "a ruleset forbids it",
		"Changes must be made through the merge queue":              "changes go through the merge queue",
		"Squash merges are not allowed on this repository.":         "the merge method is not allowed",
		"Resource not accessible by integration":                    "the App lacks a permission",
		"At least 2 approving reviews are required by reviewers.":   "an approving review is required",
		"Repository was archived so is read-only.":                  "the repository is archived",
		"This installation has been suspended":                      "the installation is suspended",
		"Bad credentials":                                           "the App is not installed here any more",
		"refusing to allow a GitHub App to create or update workflow `.github/workflows/x.yml` without `workflows` permission (needs workflows=write)": "the App lacks the permission workflows, and the change touches a workflow",
		"There are no new commits on the base branch.":      "the branch is up to date already",
		"merge conflict between base and head":              "base and head conflict",
		"Reviews may only be requested from collaborators.": "one of the people may not review here",
		"ana pushed secret words":                           "for a reason that pitcrew does not know",
	} {
		if got := Why(theirs); got != want {
			t.Errorf("%q: %q, want %q", theirs, got, want)
		}
	}
}
