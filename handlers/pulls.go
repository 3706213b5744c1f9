package handlers

import (
	"strings"

	"github.com/pitcrew-app/pitcrew/rules"
)

// pullTouches is which facts an action of pull_request may have changed. An action that is not here is new: anything.
// An empty list makes nothing due.
var pullTouches = map[string][]rules.Fact{
	"opened":                 {rules.FactState, rules.FactHead},
	"reopened":               {rules.FactState, rules.FactHead},
	"closed":                 {rules.FactState},
	"synchronize":            {rules.FactHead},
	"edited":                 {rules.FactText},
	"labeled":                {rules.FactLabels},
	"unlabeled":              {rules.FactLabels},
	"review_requested":       {rules.FactRequests},
	"review_request_removed": {rules.FactRequests},
	"ready_for_review":       {rules.FactState},
	"converted_to_draft":     {rules.FactState},
	"auto_merge_enabled":     {rules.FactState},
	"auto_merge_disabled":    {rules.FactState},
	"enqueued":               {rules.FactState},
	"dequeued":               {rules.FactState},
	"locked":                 {rules.FactState},
	"unlocked":               {rules.FactState},
	"assigned":               {},
	"unassigned":             {},
	"milestoned":             {},
	"demilestoned":           {},
}

func pullRequest(r *reading) {
	pull, ok := r.pull()
	if !ok {
		return
	}
	r.happened(pull.time("updated_at"))
	touches, known := pullTouches[r.action]
	switch {
	case !known:
		r.mark(r.told.Subject, rules.FactOther)
	case len(touches) > 0:
		r.mark(r.told.Subject, touches...)
	}
	switch r.action {
	case "closed":
		r.closed(pull)
		if n := r.reverted(pull); n > 0 {
			r.facts["reverts"] = n
		}
	case "edited":
		r.edited(pull)
	case "labeled", "unlabeled":
		if name := title(r.doc.text("label.name")); name != "" {
			r.shows.Labels = []rules.ShownLabel{{Name: name, On: r.action == "labeled", At: pull.time("updated_at")}}
		}
	case "review_requested":
		r.asked()
	}
}

// pull says that the event is about its pull request, and takes from it what must be visible.
func (r *reading) pull() (object, bool) {
	pull := r.doc.object("pull_request")
	number := pull.count("number")
	if number == 0 {
		number = r.doc.count("number")
	}
	if number == 0 || r.repo == 0 {
		return nil, false
	}
	r.about(rules.PRSubject(r.repo, number))
	r.head(pull.sha("head.sha"), number)
	r.head(r.doc.sha("before"), number) // a check of it may come late
	r.shows.At = pull.time("updated_at")
	r.shows.Head = pull.sha("head.sha")
	r.shows.State = pullState(pull)
	if draft, ok := pull.boolean("draft"); ok {
		r.shows.Draft = rules.No
		if draft {
			r.shows.Draft = rules.Yes
		}
	}
	if ref := pull.text("base.ref"); ref != "" {
		r.shows.Base = rules.Digest(ref)
	}
	if text := pull.text("title"); text != "" {
		r.shows.Title = rules.Digest(text)
	}
	return pull, true
}

// pullState is the state in GraphQL's words: REST has no word for merged.
func pullState(pull object) string {
	switch state := pull.text("state"); {
	case state == "closed" && (pull.flag("merged") || pull.has("merged_at")):
		return "MERGED"
	case state == "open" || state == "closed":
		return strings.ToUpper(state)
	}
	return ""
}

// closed: its base moved if it was merged, and the next in line may have its turn.
func (r *reading) closed(pull object) {
	ref := pull.text("base.ref")
	if ref == "" {
		return
	}
	if pullState(pull) == "MERGED" {
		r.mark(rules.BaseSubject(r.repo, ref), rules.FactBase, rules.FactLine)
		return
	}
	r.mark(rules.BaseSubject(r.repo, ref), rules.FactLine)
}

// edited: with another base it leaves one line, and its policy is another.
func (r *reading) edited(pull object) {
	from, ref := r.doc.text("changes.base.ref.from"), pull.text("base.ref")
	if from == "" || ref == "" {
		return
	}
	r.mark(r.told.Subject, rules.FactState)
	r.mark(rules.BaseSubject(r.repo, from), rules.FactLine)
	r.mark(rules.BaseSubject(r.repo, ref), rules.FactLine)
}

// asked: one event names one person or one team.
func (r *reading) asked() {
	if token, ok := r.facts["reviewer"].(string); ok {
		r.shows.Asked = []string{token}
	} else if slug := r.doc.text("requested_team.slug"); slug != "" {
		r.shows.Asked = []string{slug}
	}
}

func review(r *reading) {
	if _, ok := r.pull(); !ok {
		return
	}
	at := r.doc.time("review.submitted_at")
	r.happened(latest(r.doc, "review.updated_at", "pull_request.updated_at"))
	if r.action == "submitted" {
		r.happened(at)
	}
	if state := word(r.doc.text("review.state")); state != "" && !at.IsZero() {
		r.shows.Reviews = []rules.ShownReview{{State: strings.ToUpper(state), At: at}}
	}
	r.mark(r.told.Subject, rules.FactReviews, rules.FactRequests)
}

// reviewComment: a new one comes with its review, and only the last one of a conversation that is deleted ends it.
func reviewComment(r *reading) {
	pull, ok := r.pull()
	r.happened(pull.time("updated_at"))
	if ok && r.action == "deleted" {
		r.mark(r.told.Subject, rules.FactThreads)
	}
}

func reviewThread(r *reading) {
	if pull, ok := r.pull(); ok {
		r.happened(pull.time("updated_at"))
		r.mark(r.told.Subject, rules.FactThreads)
	}
}

// issueComment is also what a comment on a pull request is.
func issueComment(r *reading) {
	if number := r.doc.count("issue.number"); number > 0 && r.repo != 0 && r.doc.has("issue.pull_request") {
		r.about(rules.PRSubject(r.repo, number))
	}
	r.happened(r.doc.time("comment.created_at"))
}
