package handlers

import (
	"regexp"
	"slices"
)

// Places by the names of fields. The names are GitHub's
// (https://docs.github.com/en/webhooks/webhook-events-and-payloads); a test compares the words with its published
// description, where each is a field that holds one of a few values.
var (
	// wordFields hold words of GitHub's own.
	wordFields = set("action", "active_lock_reason", "actor_type", "alerts_threshold", "allowed_merge_methods", "author_association",
		"billing_cycle", "bypass_mode", "conclusion", "current_user_can_bypass", "data_type", "deployment_branch_policy", "dismissed_reason",
		"ecosystem", "enforcement", "event", "events", "field_type", "grouping_strategy", "merge_commit_message", "merge_commit_title",
		"merge_method", "mergeable_state", "merge_state_status", "mode", "notification_setting", "operator", "package_type", "permission",
		"permissions", "price_model", "privacy", "privacy_level", "pull_request_creation_policy", "pusher_type", "reason", "ref_type",
		"repository_selection", "reviewer_type", "role", "scope", "security_alerts_threshold", "severity", "security_severity_level", "side",
		"source_type", "squash_merge_commit_message", "squash_merge_commit_title", "start_side", "state", "state_reason", "status",
		"subject_type", "target", "target_type", "type", "visibility", "allow_deletions_enforcement_level",
		"allow_force_pushes_enforcement_level", "linear_history_requirement_enforcement_level", "lock_branch_enforcement_level",
		"merge_queue_enforcement_level", "pull_request_reviews_enforcement_level", "required_conversation_resolution_level",
		"required_deployments_enforcement_level", "required_status_checks_enforcement_level", "signature_requirement_enforcement_level")

	// otherWords are those of GitHub's own words that do not look like one.
	otherWords = set("off-topic", "too heated", "false positive", "won't fix", "used in tests", "per-unit", "flat-rate")

	commitFields = set("sha", "head_sha", "base_sha", "merge_commit_sha", "commit_sha", "commit_oid", "target_oid", "oid", "id", "tree_id",
		"commit_id", "original_commit_id", "before", "after", "commit", "target_commitish")

	branchFields = set("ref", "head_ref", "base_ref", "head_branch", "default_branch", "master_branch", "branch", "target_commitish")

	// titleFields hold the name of a thing, which everybody sees: a check, a label, a tag, a workflow, an environment.
	titleFields = set("check_run.name", ".context", "label.name", "labels.name", "release.tag_name", "workflow.name", "workflow_job.name",
		"workflow_job.workflow_name", "workflow_job.labels", "deployment.environment", "deployment.original_environment", "deployment.task",
		"deployment_status.environment", "repository.language", "forkee.language")

	// strangers are fields with what somebody else's program put there, names of fields included.
	strangers = set("client_payload", "inputs", "payload", "config", "custom_properties", "properties", "new_property_values",
		"old_property_values", "manifest", "metadata", "npm_metadata", "nuget_metadata", "container_metadata", "docker_metadata",
		"rubygems_metadata", "matrix", "parameters", "package_files", "extended_details", "verification", "license", "_links")

	// contexts are what nearly each payload has; they and every other repository are their ids.
	contexts = set("repository", "app", "performed_via_github_app", "organization", "enterprise", "installation")

	// aboutThemselves are the events that tell of a context by their own name.
	aboutThemselves = map[string][]string{
		"repository": {"repository"}, "public": {"repository"}, "star": {"repository"}, "watch": {"repository"}, "fork": {"forkee"},
		"installation": {"installation"}, "installation_repositories": {"installation"},
	}

	// personIDs are what stands before "id" in the names of fields that hold a person's.
	personIDs = set("user_", "actor_", "owner_", "author_", "committer_", "creator_", "sender_", "member_", "account_", "assignee_",
		"reviewer_", "pusher_", "target_", "person_", "requester_", "repository_owner_", "triggering_actor_", "merged_by_")
)

// isAdvisory is for ids of advisories, by which the world knows a flaw.
var isAdvisory = regexp.MustCompile(`^(GHSA(-[23456789cfghjmpqrvwx]{4}){3}|CVE-[0-9]{4}-[0-9]{4,9}|CWE-[0-9]{1,5})$`)

func set(names ...string) map[string]bool {
	out := map[string]bool{}
	for _, name := range names {
		out[name] = true
	}
	return out
}

func isOwnWord(field, text string) bool {
	return wordFields[field] && (isWord(text) || otherWords[text])
}

// isFieldName is for the names that GitHub gives; a reaction's are its signs.
func isFieldName(name string) bool {
	return isWord(name) && name[0] >= 'a' || slices.Contains([]string{"+1", "-1"}, name)
}
