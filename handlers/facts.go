package handlers

import (
	"context"
	"time"
)

// kindOf is what a fact may be. What does not have the form of its kind is left out.
type kindOf int

const (
	isNumber kindOf = iota // a whole number: id, count
	isFlag                 // true or false
	isTerm                 // a word of GitHub's own, in lower case
	isCommit               // a commit id
	isTime                 // an instant
	isTitle                // the name of a check, a label, a tag: seen by everybody, given to a thing
	isBranch               // the name of a branch that outlives a change; see lasts
	isPerson               // an account: its token
)

// fact is a scalar of a payload that is kept under a name of its own.
type fact struct {
	name string
	kind kindOf
	path string
}

// Facts that several events have.
var (
	pullFacts = []fact{
		{"number", isNumber, "pull_request.number"},
		{"id", isNumber, "pull_request.id"},
		{"state", isTerm, "pull_request.state"},
		{"draft", isFlag, "pull_request.draft"},
		{"head", isCommit, "pull_request.head.sha"},
		{"head_repo", isNumber, "pull_request.head.repo.id"},
		{"base", isBranch, "pull_request.base.ref"},
		{"base_sha", isCommit, "pull_request.base.sha"},
		{"created_at", isTime, "pull_request.created_at"},
		{"updated_at", isTime, "pull_request.updated_at"},
		{"closed_at", isTime, "pull_request.closed_at"},
		{"merged_at", isTime, "pull_request.merged_at"},
		{"author", isPerson, "pull_request.user"},
		{"author_type", isTerm, "pull_request.user.type"},
		{"association", isTerm, "pull_request.author_association"},
	}
	deploymentFacts = []fact{
		{"deployment", isNumber, "deployment.id"},
		{"sha", isCommit, "deployment.sha"},
		{"production", isFlag, "deployment.production_environment"},
		{"created_at", isTime, "deployment.created_at"},
	}
	issueFacts = []fact{
		{"number", isNumber, "issue.number"},
		{"id", isNumber, "issue.id"},
		{"state", isTerm, "issue.state"},
		{"state_reason", isTerm, "issue.state_reason"},
		{"created_at", isTime, "issue.created_at"},
		{"closed_at", isTime, "issue.closed_at"},
	}
)

// factsOf are the facts that have names of their own, which the ledger and the rules read, by event. Every event also
// has own and bot, of its sender, and what rest.go keeps.
var factsOf = map[string][]fact{
	"pull_request": append([]fact{
		{"merged", isFlag, "pull_request.merged"},
		{"locked", isFlag, "pull_request.locked"},
		{"merge_commit", isCommit, "pull_request.merge_commit_sha"},
		{"merge_method", isTerm, "pull_request.auto_merge.merge_method"},
		{"merged_by", isPerson, "pull_request.merged_by"},
		{"commits", isNumber, "pull_request.commits"},
		{"additions", isNumber, "pull_request.additions"},
		{"deletions", isNumber, "pull_request.deletions"},
		{"changed_files", isNumber, "pull_request.changed_files"},
		{"comments", isNumber, "pull_request.comments"},
		{"review_comments", isNumber, "pull_request.review_comments"},
		{"before", isCommit, "before"},
		{"after", isCommit, "after"},
		{"label", isTitle, "label.name"},
		{"reviewer", isPerson, "requested_reviewer"},
		{"reviewer_type", isTerm, "requested_reviewer.type"},
		{"team", isNumber, "requested_team.id"},
		{"assignee", isPerson, "assignee"},
		{"milestone", isNumber, "milestone.number"},
		{"base_from", isBranch, "changes.base.ref.from"},
		{"reason", isTerm, "reason"}, // of dequeued
	}, pullFacts...),
	"pull_request_review": append([]fact{
		{"review", isNumber, "review.id"},
		{"result", isTerm, "review.state"},
		{"commit", isCommit, "review.commit_id"},
		{"submitted_at", isTime, "review.submitted_at"},
		{"reviewer", isPerson, "review.user"},
		{"reviewer_type", isTerm, "review.user.type"},
		{"reviewer_association", isTerm, "review.author_association"},
	}, pullFacts...),
	"pull_request_review_comment": append([]fact{
		{"comment", isNumber, "comment.id"},
		{"review", isNumber, "comment.pull_request_review_id"},
		{"reply_to", isNumber, "comment.in_reply_to_id"},
		{"commented_at", isTime, "comment.created_at"},
		{"commenter", isPerson, "comment.user"},
	}, pullFacts...),
	"pull_request_review_thread": pullFacts,
	"issue_comment": append([]fact{
		{"comment", isNumber, "comment.id"},
		{"commented_at", isTime, "comment.created_at"},
		{"commenter", isPerson, "comment.user"},
		{"commenter_type", isTerm, "comment.user.type"},
		{"association", isTerm, "comment.author_association"},
		{"app", isNumber, "comment.performed_via_github_app.id"},
	}, issueFacts...),
	"issues": issueFacts,
	"check_run": {
		{"id", isNumber, "check_run.id"},
		{"name", isTitle, "check_run.name"},
		{"sha", isCommit, "check_run.head_sha"},
		{"status", isTerm, "check_run.status"},
		{"conclusion", isTerm, "check_run.conclusion"},
		{"started_at", isTime, "check_run.started_at"},
		{"completed_at", isTime, "check_run.completed_at"},
		{"app", isNumber, "check_run.app.id"},
		{"suite", isNumber, "check_run.check_suite.id"},
		{"branch", isBranch, "check_run.check_suite.head_branch"},
		{"annotations", isNumber, "check_run.output.annotations_count"},
	},
	"check_suite": {
		{"id", isNumber, "check_suite.id"},
		{"sha", isCommit, "check_suite.head_sha"},
		{"status", isTerm, "check_suite.status"},
		{"conclusion", isTerm, "check_suite.conclusion"},
		{"before", isCommit, "check_suite.before"},
		{"created_at", isTime, "check_suite.created_at"},
		{"updated_at", isTime, "check_suite.updated_at"},
		{"app", isNumber, "check_suite.app.id"},
		{"branch", isBranch, "check_suite.head_branch"},
		{"runs", isNumber, "check_suite.latest_check_runs_count"},
	},
	"status": {
		{"id", isNumber, "id"},
		{"name", isTitle, "context"},
		{"sha", isCommit, "sha"},
		{"state", isTerm, "state"},
		{"created_at", isTime, "created_at"},
		{"updated_at", isTime, "updated_at"},
	},
	"workflow_run": {
		{"id", isNumber, "workflow_run.id"},
		{"workflow", isNumber, "workflow_run.workflow_id"},
		{"run", isNumber, "workflow_run.run_number"},
		{"attempt", isNumber, "workflow_run.run_attempt"},
		{"trigger", isTerm, "workflow_run.event"},
		{"sha", isCommit, "workflow_run.head_sha"},
		{"branch", isBranch, "workflow_run.head_branch"},
		{"status", isTerm, "workflow_run.status"},
		{"conclusion", isTerm, "workflow_run.conclusion"},
		{"suite", isNumber, "workflow_run.check_suite_id"},
		{"created_at", isTime, "workflow_run.created_at"},
		{"started_at", isTime, "workflow_run.run_started_at"},
		{"updated_at", isTime, "workflow_run.updated_at"},
	},
	"workflow_job": {
		{"id", isNumber, "workflow_job.id"},
		{"run", isNumber, "workflow_job.run_id"},
		{"attempt", isNumber, "workflow_job.run_attempt"},
		{"name", isTitle, "workflow_job.name"},
		{"sha", isCommit, "workflow_job.head_sha"},
		{"branch", isBranch, "workflow_job.head_branch"},
		{"status", isTerm, "workflow_job.status"},
		{"conclusion", isTerm, "workflow_job.conclusion"},
		{"created_at", isTime, "workflow_job.created_at"},
		{"started_at", isTime, "workflow_job.started_at"},
		{"completed_at", isTime, "workflow_job.completed_at"},
	},
	"push": {
		{"before", isCommit, "before"},
		{"after", isCommit, "after"},
		{"created", isFlag, "created"},
		{"deleted", isFlag, "deleted"},
		{"forced", isFlag, "forced"},
		{"pushed_at", isTime, "repository.pushed_at"},
	},
	"create": {{"type", isTerm, "ref_type"}},
	"delete": {{"type", isTerm, "ref_type"}},
	"merge_group": {
		{"head", isCommit, "merge_group.head_sha"},
		{"base_sha", isCommit, "merge_group.base_sha"},
		{"reason", isTerm, "reason"},
	},
	"release": {
		{"id", isNumber, "release.id"},
		{"tag", isTitle, "release.tag_name"},
		{"draft", isFlag, "release.draft"},
		{"prerelease", isFlag, "release.prerelease"},
		{"created_at", isTime, "release.created_at"},
		{"published_at", isTime, "release.published_at"},
		{"author", isPerson, "release.author"},
	},
	"deployment": deploymentFacts,
	"deployment_status": append([]fact{
		{"id", isNumber, "deployment_status.id"},
		{"state", isTerm, "deployment_status.state"},
		{"reported_at", isTime, "deployment_status.created_at"},
	}, deploymentFacts...),
	"label":                  {{"id", isNumber, "label.id"}, {"label", isTitle, "label.name"}},
	"branch_protection_rule": {{"id", isNumber, "rule.id"}},
	"repository_ruleset": {
		{"id", isNumber, "repository_ruleset.id"},
		{"target", isTerm, "repository_ruleset.target"},
		{"enforcement", isTerm, "repository_ruleset.enforcement"},
	},
	"member":                    {{"member", isPerson, "member"}},
	"membership":                {{"member", isPerson, "member"}, {"team", isNumber, "team.id"}},
	"team":                      {{"team", isNumber, "team.id"}},
	"team_add":                  {{"team", isNumber, "team.id"}},
	"organization":              {{"member", isPerson, "membership.user"}},
	"installation":              {{"account", isNumber, "installation.account.id"}, {"selection", isTerm, "installation.repository_selection"}},
	"installation_repositories": {{"selection", isTerm, "repository_selection"}},
}

// collect takes from the payload the facts that have names of their own, and then all the rest of it that may be kept.
func (r *reading) collect(ctx context.Context) {
	r.people = peopleOf(r.doc)
	for _, f := range factsOf[r.event] {
		v := r.doc.at(f.path)
		if v == nil {
			continue
		}
		v.kept = true
		if value, ok := r.value(ctx, f); ok {
			r.facts[f.name] = value
		}
	}
	r.collectRest(ctx)
}

// value is the fact in the form in which it is kept, if the payload has it.
func (r *reading) value(ctx context.Context, f fact) (any, bool) {
	var text string
	switch f.kind {
	case isNumber:
		return found(r.doc.number(f.path))
	case isFlag:
		return found(r.doc.boolean(f.path))
	case isTerm:
		text = word(r.doc.text(f.path))
	case isCommit:
		text = r.doc.sha(f.path)
	case isTime:
		if t := r.doc.time(f.path); !t.IsZero() {
			text = t.Format(time.RFC3339)
		}
	case isTitle:
		text = r.people.unnamed(title(r.doc.text(f.path)))
	case isBranch:
		if ref := r.doc.text(f.path); r.lasts(ref) && !isAddress(ref) {
			text = title(ref)
		}
	case isPerson:
		text = r.person(ctx, f.path)
	}
	return text, text != ""
}

func found[T any](value T, ok bool) (any, bool) { return value, ok }

// latest is the first of the times that is there.
func latest(o object, paths ...string) time.Time {
	for _, path := range paths {
		if t := o.time(path); !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}
