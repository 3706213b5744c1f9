package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/pitcrew-app/pitcrew/rules"
)

type branchKey struct {
	repo   int64
	branch string
}

// branchRules is what all active rulesets together ask of a branch.
type branchRules struct {
	protection rules.Protection
	methods    []string // nil: no ruleset says
}

// ruleReply is one rule. The library's decoder gives nothing at all where it meets a type that it does not know, so we have
// our own.
type ruleReply struct {
	Type       string `json:"type"`
	Parameters struct {
		Approvals     int      `json:"required_approving_review_count"`
		Conversations bool     `json:"required_review_thread_resolution"`
		Dismisses     bool     `json:"dismiss_stale_reviews_on_push"`
		Methods       []string `json:"allowed_merge_methods"`
		Method        string   `json:"merge_method"` // of merge_queue
		Strict        bool     `json:"strict_required_status_checks_policy"`
		Checks        []struct {
			Context     string `json:"context"`
			Integration int64  `json:"integration_id"`
		} `json:"required_status_checks"`
	} `json:"parameters"`
}

// harmless are rules that no merge of a pull request can break.
var harmless = map[string]bool{"deletion": true, "non_fast_forward": true, "creation": true}

// branchRules reads the rules of a branch.
// https://docs.github.com/en/rest/repos/rules#get-rules-for-a-branch
func (c *Client) branchRules(ctx context.Context, ref RepoRef, branch string) (branchRules, error) {
	key := branchKey{ref.ID, branch}
	if known, ok := c.branches.get(key); ok && ref.ID != 0 {
		return known, nil
	}
	var all []ruleReply
	for path := ref.path("rules/branches/%s?per_page=100", url.PathEscape(branch)); path != ""; {
		r, err := c.read(ctx, ref.Installation, path)
		if noRulesets(err) {
			break
		}
		if err != nil {
			return branchRules{}, fmt.Errorf("load the rules of branch %s: %w", branch, err)
		}
		var page []ruleReply
		if err := json.Unmarshal(r.Body, &page); err != nil {
			return branchRules{}, fmt.Errorf("decode the rules of branch %s: %w", branch, err)
		}
		all = append(all, page...)
		path = r.next()
	}
	joined := joinRules(all)
	c.branches.put(key, joined)
	return joined, nil
}

// noRulesets says that the repository's plan has no rulesets: GitHub answers 403 and asks to upgrade.
func noRulesets(err error) bool {
	var refused *PermissionError
	return errors.As(err, &refused) && says(refused.Message, "upgrade to github")
}

// joinRules folds rules: each asks for its own, so the strictest of each holds.
func joinRules(all []ruleReply) branchRules {
	var b branchRules
	for _, r := range all {
		switch r.Type {
		case "pull_request":
			b.protection.Approvals = max(b.protection.Approvals, r.Parameters.Approvals)
			b.protection.Conversations = b.protection.Conversations || r.Parameters.Conversations
			b.protection.Dismisses = b.protection.Dismisses || r.Parameters.Dismisses
			b.methods = both(b.methods, r.Parameters.Methods)
		case "required_status_checks":
			b.protection.Strict = b.protection.Strict || r.Parameters.Strict
			for _, check := range r.Parameters.Checks {
				b.protection.Checks = append(b.protection.Checks, rules.RequiredCheck{Name: check.Context, App: check.Integration, By: rules.ByRuleset})
			}
		case "required_linear_history":
			b.protection.Linear = true
		case "merge_queue":
			b.protection.Queue, b.protection.QueueMethod = true, strings.ToLower(r.Parameters.Method)
		default:
			if !harmless[r.Type] && !slices.Contains(b.protection.Others, r.Type) {
				b.protection.Others = append(b.protection.Others, r.Type)
			}
		}
	}
	return b
}

// both keeps the methods that both lists allow; nil allows all.
func both(a, b []string) []string {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return slices.DeleteFunc(slices.Clone(a), func(m string) bool { return !slices.Contains(b, m) })
}

// protect joins rulesets with classic branch protection. unreadable is why the latter cannot be read, empty where it can.
func protect(b branchRules, classic *classicReply, unreadable string) rules.Protection {
	p := b.protection
	p.Checks, p.Others = slices.Clone(p.Checks), slices.Clone(p.Others)
	p.Unreadable = unreadable
	p.By = demandedBy(b.protection, classic)
	if classic == nil {
		return p
	}
	if classic.RequiresApprovingReviews {
		p.Dismisses = p.Dismisses || classic.DismissesStaleReviews
		p.Approvals = max(p.Approvals, classic.RequiredApprovingReviewCount)
	}
	if classic.RequiresStatusChecks {
		p.Strict = p.Strict || classic.RequiresStrictStatusChecks
		for _, check := range classic.RequiredStatusChecks {
			required := rules.RequiredCheck{Name: check.Context, By: rules.ByBranch}
			if check.App != nil {
				required.App = check.App.DatabaseID
			}
			p.Checks = append(p.Checks, required)
		}
		for _, context := range classic.RequiredStatusCheckContexts { // of whichever App
			p.Checks = append(p.Checks, rules.RequiredCheck{Name: context, By: rules.ByBranch})
		}
	}
	p.Conversations = p.Conversations || classic.RequiresConversationResolution
	p.Linear = p.Linear || classic.RequiresLinearHistory
	for _, other := range []struct {
		name string
		set  bool
	}{
		{"required_signatures", classic.RequiresCommitSignatures}, {"restricted_pushes", classic.RestrictsPushes},
		{"required_deployments", classic.RequiresDeployments}, {"lock_branch", classic.LockBranch},
	} {
		if other.set && !slices.Contains(p.Others, other.name) {
			p.Others = append(p.Others, other.name)
		}
	}
	return p
}

// demandedBy says where each demand stands. Of two numbers of approvals the larger one counts.
func demandedBy(ruleset rules.Protection, classic *classicReply) map[rules.Demand]string {
	approvals := 0
	branch := map[rules.Demand]bool{}
	if classic != nil {
		if classic.RequiresApprovingReviews {
			approvals = classic.RequiredApprovingReviewCount
		}
		branch[rules.DemandStrict] = classic.RequiresStatusChecks && classic.RequiresStrictStatusChecks
		branch[rules.DemandConversations] = classic.RequiresConversationResolution
		branch[rules.DemandLinear] = classic.RequiresLinearHistory
	}
	branch[rules.DemandApprovals] = approvals > 0 && approvals >= ruleset.Approvals
	by := map[rules.Demand]string{}
	for _, d := range []struct {
		demand  rules.Demand
		ruleset bool
	}{
		{rules.DemandApprovals, ruleset.Approvals > 0 && ruleset.Approvals >= approvals}, {rules.DemandStrict, ruleset.Strict},
		{rules.DemandConversations, ruleset.Conversations}, {rules.DemandLinear, ruleset.Linear}, {rules.DemandQueue, ruleset.Queue},
	} {
		switch {
		case d.ruleset && branch[d.demand]:
			by[d.demand] = rules.ByBranch + ", " + rules.ByRuleset
		case d.ruleset:
			by[d.demand] = rules.ByRuleset
		case branch[d.demand]:
			by[d.demand] = rules.ByBranch
		}
	}
	return by
}

// unreadable finds among the allowed errors the one about classic protection.
func unreadable(facts []graphError) string {
	for _, e := range facts {
		if e.Type == "FORBIDDEN" && e.at("branchProtectionRule") {
			return "the App lacks the permission administration: read"
		}
	}
	return ""
}
