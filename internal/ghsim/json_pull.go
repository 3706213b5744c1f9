package ghsim

import (
	"fmt"
	"strings"
)

func (s *Sim) pullURL(p *pull) string { return fmt.Sprintf("%s/pulls/%d", s.repoURL(p.repo), p.number) }

func (p *pull) state() string {
	if p.open {
		return "open"
	}
	return "closed"
}

// pullJSON is a pull request as lists show it; fullPullJSON adds what only GET of one, and webhooks, have.
func (s *Sim) pullJSON(p *pull) object {
	u, html := s.pullURL(p), fmt.Sprintf("%s/%s/pull/%d", s.base, p.repo.fullName(), p.number)
	issue := fmt.Sprintf("%s/issues/%d", s.repoURL(p.repo), p.number)
	statuses := s.repoURL(p.repo) + "/statuses/" + p.head
	users, teams := []any{}, []any{}
	for _, q := range p.requested {
		if q.user != nil {
			users = append(users, s.user(q.user))
		} else {
			teams = append(teams, s.teamJSON(q.team))
		}
	}
	return object{
		"url": u, "id": p.id, "node_id": globalID("PR", p.repo.id, p.id), "html_url": html, "diff_url": html + ".diff", "patch_url": html + ".patch",
		"issue_url": issue, "commits_url": u + "/commits", "review_comments_url": u + "/comments",
		"review_comment_url": s.repoURL(p.repo) + "/pulls/comments{/number}", "comments_url": issue + "/comments", "statuses_url": statuses,
		"number": p.number, "state": p.state(), "locked": p.locked, "title": p.title, "user": s.user(p.author), "body": orNull(p.body),
		"labels": s.labelsJSON(p.repo, p.labels), "milestone": nil, "active_lock_reason": nil,
		"created_at": stamp(p.created), "updated_at": stamp(p.updated), "closed_at": stamp(p.closed), "merged_at": stamp(p.mergedAt),
		"merge_commit_sha": orNull(p.mergeCommitSHA()), "assignee": s.firstAssignee(p), "assignees": list(p.assignees, s.user),
		"requested_reviewers": users, "requested_teams": teams, "head": s.endJSON(p, true), "base": s.endJSON(p, false),
		"_links": object{
			"self": object{"href": u}, "html": object{"href": html}, "issue": object{"href": issue}, "comments": object{"href": issue + "/comments"},
			"review_comments": object{"href": u + "/comments"}, "review_comment": object{"href": s.repoURL(p.repo) + "/pulls/comments{/number}"},
			"commits": object{"href": u + "/commits"}, "statuses": object{"href": statuses},
		},
		"author_association": s.association(p.author, p.repo), "auto_merge": s.autoMergeJSON(p), "draft": p.draft,
	}
}

func (s *Sim) firstAssignee(p *pull) any {
	if len(p.assignees) == 0 {
		return nil
	}
	return s.user(p.assignees[0])
}

// mergeCommitSHA is the test merge before the merge, and what landed after it.
func (p *pull) mergeCommitSHA() string {
	if p.merged() {
		return p.mergeCommit
	}
	return p.mergeability.testMerge
}

// endJSON is the head or the base of a pull request. The base's sha is what it was at the last push, not the branch's tip.
func (s *Sim) endJSON(p *pull, head bool) object {
	r, ref, sha := p.repo, p.base, p.baseSHA
	owner := p.repo.owner
	if head {
		r, ref, sha = p.headRepo, p.headRef, p.head
		if r != nil {
			owner = r.owner
		} else {
			owner = p.author
		}
	}
	o := object{"label": owner.login + ":" + ref, "ref": ref, "sha": sha, "user": s.user(owner), "repo": nil}
	if r != nil {
		o["repo"] = s.repoJSON(r)
	}
	return o
}

func (s *Sim) autoMergeJSON(p *pull) any {
	a := p.autoMerge
	if a == nil {
		return nil
	}
	return object{"enabled_by": s.user(a.by), "merge_method": a.method, "commit_title": a.headline, "commit_message": a.body}
}

func (s *Sim) fullPullJSON(p *pull) object {
	o := s.pullJSON(p)
	teams, _ := o["requested_teams"].([]any)
	for _, t := range teams {
		delete(t.(object), "parent") // lists have it, the full form does not
	}
	var mergeable any
	if p.open && p.mergeability.known {
		mergeable = p.mergeability.mergeable
	}
	additions, deletions, files := 0, 0, s.changes(p)
	for _, c := range files {
		additions, deletions = additions+c.additions, deletions+c.deletions
	}
	comments := 0
	for _, t := range p.threads {
		comments += len(t.comments)
	}
	for k, v := range (object{
		"merged": p.merged(), "mergeable": mergeable, "rebaseable": mergeable, "mergeable_state": strings.ToLower(s.mergeState(p)),
		"merged_by": s.userJSON(p.mergedBy), "comments": len(p.comments), "review_comments": comments, "maintainer_can_modify": p.maintainerEdit,
		"commits": len(s.commitsOf(p)), "additions": additions, "deletions": deletions, "changed_files": len(files),
	}) {
		o[k] = v
	}
	return o
}

func (s *Sim) reviewJSON(p *pull, rv *review) object {
	html := fmt.Sprintf("%s/%s/pull/%d#pullrequestreview-%d", s.base, p.repo.fullName(), p.number, rv.id)
	return object{
		"id": rv.id, "node_id": globalID("PRR", p.repo.id, rv.id), "user": s.user(rv.author), "body": rv.body, "state": rv.state, "html_url": html,
		"pull_request_url": s.pullURL(p), "author_association": s.association(rv.author, p.repo), "submitted_at": stamp(rv.submitted),
		"commit_id": rv.commit, "_links": object{"html": object{"href": html}, "pull_request": object{"href": s.pullURL(p)}},
	}
}

func (s *Sim) fileJSON(r *repo, sha string, c fileChange, patch string) object {
	o := object{
		"sha": c.blob, "filename": c.path, "status": c.status, "additions": c.additions, "deletions": c.deletions, "changes": c.additions + c.deletions,
		"blob_url": s.base + "/" + r.fullName() + "/blob/" + sha + "/" + c.path, "raw_url": s.base + "/" + r.fullName() + "/raw/" + sha + "/" + c.path,
		"contents_url": s.repoURL(r) + "/contents/" + c.path + "?ref=" + sha,
	}
	if c.previous != "" {
		o["previous_filename"] = c.previous
	}
	if patch != "" {
		o["patch"] = patch
	}
	return o
}

func (s *Sim) issueURL(r *repo, number int) string {
	return fmt.Sprintf("%s/issues/%d", s.repoURL(r), number)
}

// issueFields are those that issues and pull requests seen as issues share.
func (s *Sim) issueFields(r *repo, number int) object {
	u := s.issueURL(r, number)
	return object{
		"url": u, "repository_url": s.repoURL(r), "labels_url": u + "/labels{/name}", "comments_url": u + "/comments", "events_url": u + "/events",
		"timeline_url": u + "/timeline", "number": number, "locked": false, "assignee": nil, "assignees": []any{}, "milestone": nil,
		"active_lock_reason": nil, "state_reason": nil, "performed_via_github_app": nil, "closed_by": nil,
		"reactions": s.reactionsJSON(u),
	}
}

// reactionsJSON counts the reactions on what has the address u.
func (s *Sim) reactionsJSON(u string, all ...reaction) object {
	o := object{"url": u + "/reactions", "total_count": len(all)}
	for _, content := range reactionWords {
		n := 0
		for _, x := range all {
			if x.content == content {
				n++
			}
		}
		o[content] = n
	}
	return o
}

func (s *Sim) issueJSON(r *repo, i *issue) object {
	o := s.issueFields(r, i.number)
	state := "closed"
	if i.open {
		state = "open"
	}
	for k, v := range (object{
		"id": i.id, "node_id": globalID("I", r.id, i.id), "html_url": fmt.Sprintf("%s/%s/issues/%d", s.base, r.fullName(), i.number),
		"title": i.title, "user": s.user(i.author), "labels": s.labelsJSON(r, i.labels), "state": state, "comments": len(i.comments),
		"created_at": stamp(i.created), "updated_at": stamp(i.updated), "closed_at": stamp(i.closed),
		"author_association": s.association(i.author, r), "body": orNull(i.body),
	}) {
		o[k] = v
	}
	return o
}

// issueOfPull is a pull request seen as an issue, as comments and labels see it.
func (s *Sim) issueOfPull(p *pull) object {
	o := s.issueFields(p.repo, p.number)
	html := fmt.Sprintf("%s/%s/pull/%d", s.base, p.repo.fullName(), p.number)
	for k, v := range (object{
		"id": p.id, "node_id": globalID("PR", p.repo.id, p.id), "html_url": html, "title": p.title, "user": s.user(p.author),
		"labels": s.labelsJSON(p.repo, p.labels), "state": p.state(), "comments": len(p.comments), "created_at": stamp(p.created),
		"updated_at": stamp(p.updated), "closed_at": stamp(p.closed), "author_association": s.association(p.author, p.repo),
		"body": orNull(p.body), "draft": p.draft, "assignee": s.firstAssignee(p), "assignees": list(p.assignees, s.user),
		"pull_request": object{"url": s.pullURL(p), "html_url": html, "diff_url": html + ".diff", "patch_url": html + ".patch", "merged_at": stamp(p.mergedAt)},
	}) {
		o[k] = v
	}
	return o
}

func (s *Sim) commentJSON(r *repo, issueURL, html string, c *comment) object {
	u := s.repoURL(r) + "/issues/comments/" + itoa(c.id)
	return object{
		"id": c.id, "node_id": globalID("IC", r.id, c.id), "url": u, "html_url": html + "#issuecomment-" + itoa(c.id), "body": c.body,
		"user": s.user(c.author), "created_at": stamp(c.created), "updated_at": stamp(c.updated), "issue_url": issueURL,
		"author_association": s.association(c.author, r), "performed_via_github_app": nil, "reactions": s.reactionsJSON(u, c.reactions...),
	}
}
