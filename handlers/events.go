package handlers

import "github.com/pitcrew-app/pitcrew/rules"

// meanings is what each event of GitHub means beyond its facts: what it is about, what must be visible, what is due.
// An event that is not here is kept; see unknownEvent. Names and actions:
// https://docs.github.com/en/webhooks/webhook-events-and-payloads
var meanings = map[string]func(*reading){
	"pull_request":                pullRequest,
	"pull_request_review":         review,
	"pull_request_review_comment": reviewComment,
	"pull_request_review_thread":  reviewThread,
	"issue_comment":               issueComment,

	"check_run":    checkRun,
	"check_suite":  checkSuite,
	"status":       status,
	"workflow_run": workflowRun,
	"workflow_job": kept, // its check run comes by itself

	"push":        push,
	"create":      kept, // a push comes by itself
	"delete":      kept,
	"merge_group": mergeGroup,
	"release":     release,

	"repository":                      settings,
	"public":                          settings,
	"branch_protection_rule":          settings,
	"branch_protection_configuration": settings,
	"repository_ruleset":              settings,
	"label":                           labels,
	"member":                          access,
	"team":                            access,
	"team_add":                        access,

	"installation":              installation,
	"installation_repositories": installationRepositories,

	"deployment":        kept,
	"deployment_status": kept,
	"fork":              kept,
	"issues":            kept,
	"membership":        kept, // names no repository; who may approve is read at each look
	"meta":              kept,
	"organization":      kept,
	"ping":              kept,
}

// kept is for events that are only remembered.
func kept(*reading) {}

// unknownEvent: if it names a pull request, whatever it tells may matter there.
func unknownEvent(r *reading) {
	if number := r.doc.count("pull_request.number"); number > 0 && r.repo != 0 {
		r.about(rules.PRSubject(r.repo, number))
		r.mark(r.told.Subject, rules.FactOther)
	}
}

// settings: what the repository allows or demands changed, and with it what may be decided about all that it has.
func settings(r *reading) {
	r.markRepo(rules.FactConfig)
	switch r.action {
	case "archived":
		r.shows.At, r.shows.Archived = r.doc.time("repository.updated_at"), rules.Yes
	case "unarchived":
		r.shows.At, r.shows.Archived = r.doc.time("repository.updated_at"), rules.No
	}
}

// labels: one that is renamed or deleted changes on every pull request that has it, without an event for each.
func labels(r *reading) {
	if r.action != "created" {
		r.markRepo(rules.FactLabels)
	}
}

// access: whose approval counts may have changed.
func access(r *reading) { r.markRepo(rules.FactReviews) }
