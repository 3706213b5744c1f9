package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sort"
)

// approvalReasons counts approvals as a policy does: of the newest head, by people who may push, those excepted who wrote it. An
// approval holds at its commit and through our own updates of it. What GitHub's own rules say comes on top, and where they ask
// for more, they say how many. where is the place of want; loose counts as GitHub does.
func approvalReasons(want int, where string, loose bool, p *PR) []Reason {
	places := []string{p.Protection.By[DemandApprovals], where}
	switch {
	case want > p.Protection.Approvals:
		places = places[1:]
	case want < p.Protection.Approvals:
		want, places = p.Protection.Approvals, places[:1]
	}
	var reasons []Reason
	against := whoVoted(votes(p), "CHANGES_REQUESTED")
	if len(against) > 0 {
		r := reason(CodeChanges, NeedsYou)
		r.Who = against
		reasons = append(reasons, r)
	}
	approved := whoVoted(p.approvals(), "APPROVED")
	if loose {
		approved = whoVoted(votes(p), "APPROVED")
	}
	have := len(approved)
	switch {
	case have < want:
		r := reason(CodeApprovals, NeedsYou, "have", number(have), "want", number(want), "missing", approvals(want-have), "head", short(p.Head), "own", p.ownWords(loose)).from(places...)
		r.Who = p.asked()
		reasons = append(reasons, r)
	case want > 0:
		r := reason(CodeApproved, Done, "have", number(have), "want", number(want)).from(places...)
		r.Who = approved
		reasons = append(reasons, r)
		if p.Unclaimed != "" && !loose {
			reasons = append(reasons, unclaimed(p, ", or `approvals-at: any`"))
		}
	}
	return append(reasons, githubReviewReasons(have >= want && len(against) == 0, p)...)
}

// approvalsAny is the word of `approvals-at` for GitHub's own, looser rule.
const approvalsAny = "any"

// approvals are the approvals of the head by others than those who wrote it.
func (p *PR) approvals() []Review {
	held := p.approvedHeads()
	return slices.DeleteFunc(votes(p), func(r Review) bool {
		return r.State != "APPROVED" || !held[r.Commit] || slices.Contains(p.Authors, r.By.ID)
	})
}

// ownWords says how many approvals of the head are of people who wrote it.
func (p *PR) ownWords(loose bool) string {
	held := p.approvedHeads()
	own := slices.DeleteFunc(votes(p), func(r Review) bool {
		return r.State != "APPROVED" || !held[r.Commit] || !slices.Contains(p.Authors, r.By.ID)
	})
	if len(own) == 0 || loose {
		return ""
	}
	return fmt.Sprintf(" (without %s of somebody who wrote a commit of it)", approvals(len(own)))
}

// whoVoted are those who voted so.
func whoVoted(votes []Review, state string) []Person {
	var people []Person
	for _, v := range votes {
		if v.State == state {
			people = append(people, v.By)
		}
	}
	return people
}

// approvals is a number of approvals that are missing, in words where it is small.
func approvals(n int) string {
	if n == 1 {
		return "one approval"
	}
	return count(n, "approval")
}

// githubReviewReasons are GitHub's own word on reviews where ours has nothing against the merge.
func githubReviewReasons(satisfied bool, p *PR) []Reason {
	var reasons []Reason
	if satisfied && (p.Decision == "REVIEW_REQUIRED" || p.Decision == "CHANGES_REQUESTED") {
		reasons = append(reasons, reason(CodeReviewRequired, NeedsYou))
	}
	if p.Protection.Conversations && p.Open > 0 {
		reasons = append(reasons, reason(CodeThreads, NeedsYou, "open", count(p.Open, "conversation")).from(p.Protection.By[DemandConversations]))
	}
	return reasons
}

// votes folds the reviews as GitHub does: for each reviewer the newest that is no comment; only people who may push
// count, never the author and never a bot.
// https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/about-pull-request-reviews
func votes(p *PR) []Review {
	newest := map[int64]Review{}
	for _, r := range p.Reviews {
		if r.State == "COMMENTED" || r.State == "PENDING" || !r.Writer || r.By.Bot || r.By.ID == p.Author.ID {
			continue
		}
		newest[r.By.ID] = r
	}
	var folded []Review
	for _, r := range newest {
		folded = append(folded, r)
	}
	sort.Slice(folded, func(i, j int) bool {
		if !folded[i].At.Equal(folded[j].At) {
			return folded[i].At.Before(folded[j].At)
		}
		return folded[i].By.ID < folded[j].By.ID
	})
	return folded
}

// approvedHeads are the commits whose approval counts for the head: the head itself, and the heads from which our own
// updates led to it without changing the pull request's own diff.
func (p *PR) approvedHeads() map[string]bool {
	heads := map[string]bool{p.Head: true}
	at, diff := p.Head, p.Diff()
	updates := p.memory().Updates
	for i := len(updates) - 1; i >= 0; i-- {
		u := updates[i]
		if u.To != at || u.Diff != diff {
			break
		}
		heads[u.From] = true
		at = u.From
	}
	return heads
}

// Diff is a digest of the pull request's own changes: paths, what happened to them, added and deleted lines. It tells that
// a merge of the base left them alone; that it was GitHub who made the merge is told by its signature.
func (p *PR) Diff() string {
	lines := make([]string, 0, len(p.Files))
	for _, f := range p.Files {
		lines = append(lines, fmt.Sprintf("%s\x00%s\x00%s\x00%d\x00%d\n", f.Path, f.Previous, f.Change, f.Additions, f.Deletions))
	}
	sort.Strings(lines)
	hash := sha256.New()
	for _, line := range lines {
		hash.Write([]byte(line))
	}
	return hex.EncodeToString(hash.Sum(nil))[:16]
}

// asked are the people whose review is requested now.
func (p *PR) asked() []Person {
	var people []Person
	for _, r := range p.Requests {
		if r.Team == "" {
			people = append(people, r.Person)
		}
	}
	return people
}
