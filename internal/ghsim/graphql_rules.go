package ghsim

import "strings"

// protectionTable answers BranchProtectionRule: classic protection.
// https://docs.github.com/en/graphql/reference/objects#branchprotectionrule
var protectionTable = gqlTable{
	"databaseId":                   val(func(_ *gqlRun, p gqlProtection) any { return p.id }),
	"pattern":                      val(func(_ *gqlRun, p gqlProtection) any { return p.pattern }),
	"repository":                   val(func(_ *gqlRun, p gqlProtection) any { return p.r }),
	"requiresApprovingReviews":     val(func(_ *gqlRun, p gqlProtection) any { return p.reviews }),
	"requiredApprovingReviewCount": val(func(_ *gqlRun, p gqlProtection) any { return countOf(p.reviews, p.approvals) }),
	"requiresCodeOwnerReviews":     val(func(_ *gqlRun, p gqlProtection) any { return p.owners }),
	"dismissesStaleReviews":        val(func(_ *gqlRun, p gqlProtection) any { return p.dismissStale }),
	"requireLastPushApproval":      val(func(_ *gqlRun, p gqlProtection) any { return p.lastPush }),
	"requiresStatusChecks":         val(func(_ *gqlRun, p gqlProtection) any { return len(p.checks) > 0 }),
	"requiresStrictStatusChecks":   val(func(_ *gqlRun, p gqlProtection) any { return p.strict }),
	"requiredStatusCheckContexts":  val(func(_ *gqlRun, p gqlProtection) any { return contextsOf(p.checks) }),
	"requiredStatusChecks": val(func(x *gqlRun, p gqlProtection) any {
		out := []gqlRecord{}
		for _, c := range p.checks {
			out = append(out, gqlRecord{"context": c.context, "app": x.appByID(c.app)})
		}
		return out
	}),
	"requiresConversationResolution": val(func(_ *gqlRun, p gqlProtection) any { return p.conversations }),
	"requiresLinearHistory":          val(func(_ *gqlRun, p gqlProtection) any { return p.linear }),
	"requiresCommitSignatures":       val(func(_ *gqlRun, p gqlProtection) any { return p.signatures }),
	"isAdminEnforced":                val(func(_ *gqlRun, p gqlProtection) any { return p.admins }),
	"lockBranch":                     val(func(_ *gqlRun, p gqlProtection) any { return p.locked }),
	"restrictsPushes":                val(func(_ *gqlRun, p gqlProtection) any { return p.limited }),
	"pushAllowances": val(func(_ *gqlRun, p gqlProtection) any {
		return connectAll(p.restrict, func(a *account) gqlRecord {
			return gqlRecord{"cursorKey": a.login, "id": globalID("PA", p.r.id, p.id, a.id), "actor": allowed(a), "branchProtectionRule": p}
		})
	}),
	"requiresDeployments": always(false), "requiredDeploymentEnvironments": always([]string{}),
	"allowsForcePushes": always(false), "allowsDeletions": always(false), "blocksCreations": always(false),
	"restrictsReviewDismissals": always(false), "lockAllowsFetchAndMerge": always(false), "creator": always(nil),
	"bypassPullRequestAllowances": none, "bypassForcePushAllowances": none, "reviewDismissalAllowances": none,
	"matchingRefs": val(func(_ *gqlRun, p gqlProtection) any {
		var out []gqlRef
		for _, b := range sortedKeys(p.r.branches) {
			if matchBranch(p.pattern, b) {
				out = append(out, gqlRef{p.r, "refs/heads/", b})
			}
		}
		return connect(out)
	}),
}

// allowed is the App behind a bot, or the person: who an allowance is for.
func allowed(a *account) any {
	if a.app != nil {
		return a.app
	}
	return a
}

// countOf is a number of approvals; null where none are asked for.
func countOf(asked bool, n int) any {
	if !asked {
		return nil
	}
	return n
}

func contextsOf(checks []requiredCheck) []string {
	out := []string{}
	for _, c := range checks {
		out = append(out, c.context)
	}
	return out
}

func (x *gqlRun) appByID(id int64) any {
	for _, a := range x.s.w.apps {
		if a.id == id {
			return a
		}
	}
	return nil
}

// rulesOf lists the rules of all active rulesets that apply to a ref.
func rulesOf(x *gqlRun, f gqlRef) any {
	var out []gqlRule
	if branch, is := f.branch(); is {
		for _, s := range x.s.requirements(f.r, branch).rulesets {
			out = append(out, rulesIn(gqlRuleset{f.r, s})...)
		}
	}
	return connect(out)
}

// rulesIn takes a ruleset's policy apart into GitHub's rules.
func rulesIn(s gqlRuleset) []gqlRule {
	var out []gqlRule
	add := func(on bool, kind string, params any) {
		if on {
			out = append(out, gqlRule{s, kind, params})
		}
	}
	add(s.linear, "REQUIRED_LINEAR_HISTORY", nil)
	add(s.signatures, "REQUIRED_SIGNATURES", nil)
	add(s.deletion, "DELETION", nil)
	add(s.queue, "MERGE_QUEUE", nil)
	add(s.locked, "UPDATE", nil)
	add(s.reviews || s.conversations || len(s.methods) > 0, "PULL_REQUEST", gqlRecord{
		"__typename": "PullRequestParameters", "requiredApprovingReviewCount": s.approvals,
		"requireCodeOwnerReview": s.owners, "dismissStaleReviewsOnPush": s.dismissStale,
		"requireLastPushApproval": s.lastPush, "requiredReviewThreadResolution": s.conversations,
	})
	checks := []gqlRecord{}
	for _, c := range s.checks {
		checks = append(checks, gqlRecord{"context": c.context, "integrationId": integration(c.app)})
	}
	add(len(checks) > 0, "REQUIRED_STATUS_CHECKS", gqlRecord{
		"__typename": "RequiredStatusChecksParameters", "strictRequiredStatusChecksPolicy": s.strict, "requiredStatusChecks": checks,
	})
	return out
}

// integration is the App that a required check is pinned to; null for any.
func integration(app int64) any {
	if app == 0 {
		return nil
	}
	return app
}

var ruleTable = gqlTable{
	"type":              val(func(_ *gqlRun, u gqlRule) any { return u.kind }),
	"parameters":        val(func(_ *gqlRun, u gqlRule) any { return u.params }),
	"repositoryRuleset": val(func(_ *gqlRun, u gqlRule) any { return u.gqlRuleset }),
}

var rulesetTable = gqlTable{
	"databaseId":  val(func(_ *gqlRun, s gqlRuleset) any { return s.id }),
	"name":        val(func(_ *gqlRun, s gqlRuleset) any { return s.name }),
	"enforcement": val(func(_ *gqlRun, s gqlRuleset) any { return strings.ToUpper(s.enforcement) }),
	"target":      always("BRANCH"),
	"createdAt":   val(func(_ *gqlRun, s gqlRuleset) any { return s.created }),
	"updatedAt":   val(func(_ *gqlRun, s gqlRuleset) any { return s.created }),
	"source":      val(func(_ *gqlRun, s gqlRuleset) any { return s.r }),
	"rules":       val(func(_ *gqlRun, s gqlRuleset) any { return connect(rulesIn(s)) }),
	"conditions": val(func(_ *gqlRun, s gqlRuleset) any {
		return gqlRecord{"refName": gqlRecord{"include": s.include, "exclude": append([]string{}, s.exclude...)},
			"repositoryId": nil, "repositoryName": nil, "repositoryProperty": nil}
	}),
}

// updateRuleOf is what holds for the viewer at a protected branch: nothing for an administrator
// (remove-stale-branches#76), nothing at a branch without protection.
func updateRuleOf(x *gqlRun, f gqlRef) any {
	branch, is := f.branch()
	d := x.s.requirements(f.r, branch)
	if !is || d.classic == nil || x.who.user != nil && x.s.permission(x.who.user, f.r) == "admin" {
		return nil
	}
	return gqlProtection{f.r, d.classic}
}

var refUpdateRuleTable = gqlTable{
	"pattern":                        val(func(_ *gqlRun, p gqlProtection) any { return p.pattern }),
	"requiredApprovingReviewCount":   val(func(_ *gqlRun, p gqlProtection) any { return countOf(p.reviews, p.approvals) }),
	"requiredStatusCheckContexts":    val(func(_ *gqlRun, p gqlProtection) any { return contextsOf(p.checks) }),
	"requiresCodeOwnerReviews":       val(func(_ *gqlRun, p gqlProtection) any { return p.owners }),
	"requiresConversationResolution": val(func(_ *gqlRun, p gqlProtection) any { return p.conversations }),
	"requiresLinearHistory":          val(func(_ *gqlRun, p gqlProtection) any { return p.linear }),
	"requiresSignatures":             val(func(_ *gqlRun, p gqlProtection) any { return p.signatures }),
	"viewerCanPush": val(func(x *gqlRun, p gqlProtection) any {
		return x.canWrite(p.r) && (!p.limited || contains(p.restrict, x.who.actor()))
	}),
	"viewerAllowedToDismissReviews": val(func(x *gqlRun, p gqlProtection) any { return x.canWrite(p.r) }),
	"allowsForcePushes":             always(false), "allowsDeletions": always(false), "blocksCreations": always(false),
}
