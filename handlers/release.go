package handlers

import "github.com/pitcrew-app/pitcrew/rules"

// release: a draft is nobody's business but its author's, and often has no tag of its own yet.
func release(r *reading) {
	r.happened(latest(r.doc.object("release"), "published_at", "created_at"))
	tag := title(r.doc.text("release.tag_name"))
	if tag == "" || r.repo == 0 || r.doc.flag("release.draft") {
		return
	}
	r.about(rules.ReleaseSubject(r.repo, tag))
	r.mark(r.told.Subject, rules.FactRelease)
	if r.action == "published" || r.action == "released" {
		r.shows.Tag = tag
	}
}
