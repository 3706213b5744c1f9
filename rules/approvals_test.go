package rules

import (
	"testing"
	"time"
)

// Shows: R1, R2, R3, R4, R11.
func TestApprovals(t *testing.T) {
	for _, c := range []struct {
		name    string
		want    int
		reviews []Review
		at      string
		change  func(p *PR)
		blocks  string
	}{
		{name: "approved at the head", want: 1, reviews: []Review{approval(2, head)}},
		{name: "nobody", want: 1, blocks: "approvals"},
		{name: "none wanted", want: 0},
		{name: "one of two", want: 2, reviews: []Review{approval(2, head)}, blocks: "approvals"},
		{name: "GitHub wants more than the policy", want: 0, change: func(p *PR) { p.Protection.Approvals = 1 }, blocks: "approvals"},
		{name: "stale head", want: 1, reviews: []Review{approval(2, "older")}, blocks: "approvals"},
		{name: "the same person twice counts once", want: 2, reviews: []Review{approval(2, head), approval(2, head)}, blocks: "approvals"},
		{name: "the author", want: 1, reviews: []Review{approval(1, head)}, blocks: "approvals"},
		{name: "without write access", want: 1, reviews: []Review{{By: person(2), State: "APPROVED", Commit: head}}, blocks: "approvals"},
		{name: "a bot", want: 1, reviews: []Review{{By: Person{ID: 8, Bot: true}, State: "APPROVED", Commit: head, Writer: true}}, blocks: "approvals"},
		{name: "a comment changes nothing", want: 1, reviews: []Review{approval(2, head), review(2, "COMMENTED", head, 1)}},
		{name: "a pending review changes nothing", want: 1, reviews: []Review{approval(2, head), review(2, "PENDING", head, 1)}},
		{name: "dismissed", want: 1, reviews: []Review{review(2, "DISMISSED", head, 0)}, blocks: "approvals"},
		{name: "a dismissed review hides the older one", want: 1, reviews: []Review{approval(2, head), review(2, "DISMISSED", head, 1)}, blocks: "approvals"},
		{name: "changes requested after the approval", want: 1, reviews: []Review{approval(2, head), review(2, "CHANGES_REQUESTED", head, 1)}, blocks: "changes-requested approvals"},
		{name: "approved after changes were requested", want: 1, reviews: []Review{review(2, "CHANGES_REQUESTED", head, 0), approval(2, head)}},
		{name: "approvals do not outvote", want: 1, reviews: []Review{review(3, "CHANGES_REQUESTED", "older", 0), approval(2, head)}, blocks: "changes-requested"},
		{name: "changes requested without write access", want: 1, reviews: []Review{{By: person(3), State: "CHANGES_REQUESTED", Commit: head}, approval(2, head)}},
		{name: "GitHub still wants a code owner", want: 1, reviews: []Review{approval(2, head)}, change: func(p *PR) { p.Decision = "REVIEW_REQUIRED" }, blocks: "review-required"},
		{name: "GitHub counts a request for changes that we do not", want: 1, reviews: []Review{approval(2, head)}, change: func(p *PR) { p.Decision = "CHANGES_REQUESTED" }, blocks: "review-required"},
		{name: "a missing approval says it once", want: 1, change: func(p *PR) { p.Decision = "REVIEW_REQUIRED" }, blocks: "approvals"},
		{name: "conversations required", want: 0, change: func(p *PR) { p.Protection.Conversations, p.Open = true, 1 }, blocks: "conversations"},
		{name: "conversations not required", want: 0, change: func(p *PR) { p.Open = 3 }},
		{name: "by who wrote a commit", want: 1, reviews: []Review{approval(2, head)}, change: func(p *PR) { p.Authors = []int64{1, 2} }, blocks: "approvals"},
		{name: "by who wrote a commit, where any counts", at: "any", want: 1, reviews: []Review{approval(2, head)}, change: func(p *PR) { p.Authors = []int64{1, 2} }},
		{name: "stale, where any counts", at: "any", want: 1, reviews: []Review{approval(2, "older")}},
		{name: "the author, where any counts", at: "any", want: 1, reviews: []Review{approval(1, head)}, blocks: "approvals"},
		{name: "who wrote a commit may still ask for changes", want: 1, reviews: []Review{review(2, "CHANGES_REQUESTED", head, 0), approval(3, head)}, change: func(p *PR) { p.Authors = []int64{1, 2} }, blocks: "changes-requested"},
		{name: "a commit of nobody known", want: 1, reviews: []Review{approval(2, head)}, change: func(p *PR) { p.Unclaimed = "c0ffee" }, blocks: "author-unknown"},
		{name: "a commit of nobody known, where any counts", at: "any", want: 1, reviews: []Review{approval(2, head)}, change: func(p *PR) { p.Unclaimed = "c0ffee" }},
		{name: "a commit of nobody known, where nobody is asked", want: 0, change: func(p *PR) { p.Unclaimed = "c0ffee" }},
		{name: "no memory at all", want: 1, reviews: []Review{approval(2, head)}, change: func(p *PR) { p.Memory = nil }},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := with(func(p *PR) { p.Reviews = c.reviews })
			if c.change != nil {
				c.change(p)
			}
			reasons := approvalReasons(c.want, "", c.at == approvalsAny, p)
			drawn(t, reasons)
			if got := blockers(reasons); got != c.blocks {
				t.Errorf("blocked by %q, want %q", got, c.blocks)
			}
		})
	}
}

// Shows: R5, D24+, D24-.
func TestApprovalHoldsThroughOurUpdate(t *testing.T) {
	diff := fit().Diff()
	one := Updated{From: "old1", To: head, Base: tip, Diff: diff, At: noon.Add(-time.Minute)}
	for _, c := range []struct {
		name    string
		at      string
		updates []Updated
		change  func(p *PR)
		holds   bool
	}{
		{name: "one update", at: "old1", updates: []Updated{one}, holds: true},
		{name: "a chain of two", at: "old0", updates: []Updated{{From: "old0", To: "old1", Diff: diff}, one}, holds: true},
		{name: "a push between two", at: "old0", updates: []Updated{{From: "old0", To: "other", Diff: diff}, one}},
		{name: "a push after it", at: "old1", updates: []Updated{{From: "old1", To: "old2", Diff: diff}}},
		{name: "diff changed since", at: "old1", updates: []Updated{one}, change: func(p *PR) { p.Files[0].Additions++ }},
		{name: "diff changed in the first of two", at: "old0", updates: []Updated{{From: "old0", To: "old1", Diff: "other"}, one}},
		{name: "an update that is not signed", at: "old1", updates: []Updated{{From: "old1", To: head, Base: tip}}},
		{name: "renamed since", at: "old1", updates: []Updated{one}, change: func(p *PR) { p.Files[0].Previous = "b" }},
		{name: "deleted since", at: "old1", updates: []Updated{one}, change: func(p *PR) { p.Files[0].Change = "DELETED" }},
		{name: "another file", at: "old1", updates: []Updated{one}, change: func(p *PR) { p.Files = append(p.Files, File{Path: "b"}) }},
		{name: "an older head than the update's", at: "ancient", updates: []Updated{one}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := with(func(p *PR) {
				p.Reviews, p.Memory.Updates = []Review{approval(2, c.at)}, c.updates
				if c.change != nil {
					c.change(p)
				}
			})
			if holds := blockers(approvalReasons(1, "", false, p)) == ""; holds != c.holds {
				t.Errorf("holds %v, want %v", holds, c.holds)
			}
		})
	}
}

func TestDiffIsOfWhatChanged(t *testing.T) {
	two := with(func(p *PR) {
		p.Files = []File{{Path: "a", Additions: 1, Deletions: 2}, {Path: "b", Additions: 3, Deletions: 4}}
	})
	turned := with(func(p *PR) {
		p.Files = []File{{Path: "b", Additions: 3, Deletions: 4}, {Path: "a", Additions: 1, Deletions: 2}}
	})
	other := with(func(p *PR) {
		p.Files = []File{{Path: "a", Additions: 1, Deletions: 2}, {Path: "b", Additions: 4, Deletions: 3}}
	})
	if two.Diff() != turned.Diff() {
		t.Error("the order of the files counts")
	}
	if two.Diff() == other.Diff() {
		t.Error("added and deleted lines are the same")
	}
}
