package handlers

import (
	"strings"

	"github.com/pitcrew-app/pitcrew/rules"
)

func checkRun(r *reading) {
	run := r.doc.object("check_run")
	switch r.action {
	case "completed":
		r.happened(run.time("completed_at"))
	case "created":
		r.happened(run.time("started_at"))
	}
	r.checked(run, rules.FactChecks)
	if r.ours(run) {
		return
	}
	check := rules.ShownCheck{Commit: run.sha("head_sha"), Name: title(run.text("name")), ID: run.id("id"), App: run.id("app.id")}
	if run.text("status") == "completed" {
		check.Result = strings.ToUpper(word(run.text("conclusion")))
	}
	if check.Commit != "" && check.Name != "" && check.ID != 0 && check.App != 0 {
		r.shows.Checks = []rules.ShownCheck{check}
	}
}

func checkSuite(r *reading) {
	suite := r.doc.object("check_suite")
	if r.action == "completed" {
		r.happened(suite.time("updated_at"))
	}
	if r.action == "requested" { // made at each push, and empty
		r.onPulls(suite)
		return
	}
	if r.action == "completed" {
		r.checked(suite, rules.FactChecks, rules.FactSuites)
		return
	}
	r.checked(suite, rules.FactChecks)
}

// checked makes due what a check run or suite is about. What is ours is answered by nobody, or two looks would wake each
// other for ever; but when somebody asks for it again, it is written again.
func (r *reading) checked(check object, facts ...rules.Fact) {
	pulls := r.onPulls(check)
	if r.ours(check) {
		if r.action != "rerequested" && r.action != "requested_action" {
			r.facts["own"] = true
			return
		}
		facts = []rules.Fact{rules.FactOther}
	}
	for _, number := range pulls {
		r.mark(rules.PRSubject(r.repo, number), facts...)
	}
	if sha := check.sha("head_sha"); len(pulls) == 0 && sha != "" && r.repo != 0 {
		r.markHead(sha, facts...)
	}
}

func (r *reading) ours(check object) bool {
	return r.source.AppID != 0 && check.id("app.id") == r.source.AppID
}

// onPulls gives the numbers of the pull requests of this repository that a check names. GitHub also names those that
// carry the same commit into another repository, and none of those that come from a fork
// (https://docs.github.com/en/rest/checks/runs). If there is one, the event is about it.
func (r *reading) onPulls(check object) []int {
	var numbers []int
	for _, pull := range check.objects("pull_requests") {
		number := pull.count("number")
		if number == 0 || r.repo == 0 || pull.id("base.repo.id") != r.repo {
			continue
		}
		r.head(pull.sha("head.sha"), number)
		numbers = append(numbers, number)
	}
	if len(numbers) == 1 {
		r.about(rules.PRSubject(r.repo, numbers[0]))
	}
	return numbers
}

// status is a commit status; it names no pull request.
func status(r *reading) {
	r.happened(r.doc.time("updated_at"))
	sha := r.doc.sha("sha")
	if sha == "" || r.repo == 0 {
		return
	}
	check := rules.ShownCheck{Commit: sha, Name: title(r.doc.text("context")), ID: r.doc.id("id")}
	if state := word(r.doc.text("state")); state != "pending" {
		check.Result = strings.ToUpper(state)
		r.markHead(sha, rules.FactChecks, rules.FactSuites)
	} else {
		r.markHead(sha, rules.FactChecks)
	}
	if check.Name != "" && check.ID != 0 {
		r.shows.Checks = []rules.ShownCheck{check}
	}
}

// workflowRun makes nothing due, for each job of it is a check run; it is kept for what builds cost.
func workflowRun(r *reading) {
	run := r.doc.object("workflow_run")
	r.happened(run.time("updated_at"))
	r.onPulls(run)
}
