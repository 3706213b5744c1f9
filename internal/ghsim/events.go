package ghsim

import "strings"

// pullEvent sends pull_request; every action shows the whole pull request as it is now.
func (s *Sim) pullEvent(p *pull, action string, by *account, fields object) {
	body := object{"number": p.number, "pull_request": s.hookPull(p)}
	if contains(shortTeamsOf, action) {
		body["pull_request"] = shortTeams(s.hookPull(p))
	}
	for k, v := range fields {
		body[k] = v
	}
	s.emit("pull_request", action, p.repo, by, body)
}

// shortTeamsOf are the actions whose payloads show teams without what was added to them later.
var shortTeamsOf = []string{"labeled", "unlabeled", "review_requested", "review_request_removed"}

func shortTeams(pull object) object {
	teams, _ := pull["requested_teams"].([]any)
	for _, t := range teams {
		shortTeam(t.(object))
	}
	return pull
}

func shortTeam(t object) object {
	for _, k := range []string{"notification_setting", "organization_id", "type"} {
		delete(t, k)
	}
	return t
}

// hookPull is a pull request in webhooks: with the settings of its repository.
func (s *Sim) hookPull(p *pull) object {
	o := s.fullPullJSON(p)
	for _, end := range []string{"head", "base"} {
		side := o[end].(object)
		r := p.repo
		if end == "head" {
			r = p.headRepo
		}
		if r != nil {
			full := side["repo"].(object)
			s.mergeSettings(full, r)
		}
	}
	return o
}

func (s *Sim) mergeSettings(o object, r *repo) {
	o["allow_squash_merge"], o["allow_merge_commit"] = contains(r.mergeMethods, "squash"), contains(r.mergeMethods, "merge")
	o["allow_rebase_merge"], o["allow_auto_merge"] = contains(r.mergeMethods, "rebase"), r.allowAutoMerge
	o["delete_branch_on_merge"], o["allow_update_branch"] = r.deleteBranchOnMerge, r.allowUpdateBranch
	o["use_squash_pr_title_as_default"] = r.squashTitle == "PR_TITLE"
	o["squash_merge_commit_title"], o["squash_merge_commit_message"] = r.squashTitle, r.squashMessage
	o["merge_commit_title"], o["merge_commit_message"] = r.mergeTitle, r.mergeMessage
}

func (s *Sim) requestFields(q *reviewRequest) object {
	if q.team != nil {
		return object{"requested_team": shortTeam(s.teamJSON(q.team))}
	}
	return object{"requested_reviewer": s.user(q.user)}
}

func (s *Sim) reviewEvent(p *pull, rv *review, action string, by *account) {
	o := s.reviewJSON(p, rv)
	o["state"] = strings.ToLower(rv.state)
	o["body"] = orNull(rv.body)
	o["updated_at"] = o["submitted_at"]
	s.emit("pull_request_review", action, p.repo, by, object{"review": o, "pull_request": shortTeams(s.simplePull(p))})
}

// simplePull is the pull request in events about its parts: without what GET of one computes.
func (s *Sim) simplePull(p *pull) object { return s.pullJSON(p) }

func (s *Sim) threadEvent(p *pull, t *thread, action string, by *account) {
	comments := list(t.comments, func(c *comment) object { return s.reviewCommentJSON(p, t, c) })
	s.emit("pull_request_review_thread", action, p.repo, by, object{
		"pull_request": s.simplePull(p), "thread": object{"node_id": globalID("PRRT", p.repo.id, t.id), "comments": comments}})
}

// reviewCommentJSON is a comment on the diff.
func (s *Sim) reviewCommentJSON(p *pull, t *thread, c *comment) object {
	u := s.repoURL(p.repo) + "/pulls/comments/" + itoa(c.id)
	html := s.base + "/" + p.repo.fullName() + "/pull/" + itoa(int64(p.number)) + "#discussion_r" + itoa(c.id)
	return object{
		"url": u, "pull_request_review_id": nil, "id": c.id, "node_id": globalID("PRRC", p.repo.id, c.id), "diff_hunk": "@@ -0,0 +1 @@", "path": t.path,
		"commit_id": p.head, "original_commit_id": p.head, "user": s.user(c.author), "body": c.body, "created_at": stamp(c.created), "updated_at": stamp(c.updated),
		"html_url": html, "pull_request_url": s.pullURL(p), "author_association": s.association(c.author, p.repo),
		"_links":     object{"self": object{"href": u}, "html": object{"href": html}, "pull_request": object{"href": s.pullURL(p)}},
		"start_line": nil, "original_start_line": nil, "start_side": nil, "line": t.line, "original_line": t.line, "side": "RIGHT",
		"position": t.line, "original_position": t.line, "subject_type": "line", "reactions": s.reactionsJSON(u),
	}
}

func (s *Sim) runEvent(r *repo, c *checkRun, action string) {
	o := s.runJSON(r, c)
	o["check_suite"] = s.suiteJSON(r, c.suite)
	delete(o["check_suite"].(object), "head_commit")
	for _, k := range []string{"rerequestable", "runs_rerequestable", "latest_check_runs_count", "check_runs_url"} {
		delete(o["check_suite"].(object), k)
	}
	s.emit("check_run", action, r, c.app.bot, object{"check_run": o})
}

func (s *Sim) suiteEvent(r *repo, u *checkSuite) {
	o := s.suiteJSON(r, u)
	events := []any{}
	for _, e := range u.app.events {
		if !contains(younger, e) {
			events = append(events, e)
		}
	}
	o["app"].(object)["events"] = events
	s.emit("check_suite", "completed", r, u.app.bot, object{"check_suite": o})
}

// younger are events that the description of this payload does not know yet.
var younger = []string{"pull_request_review_thread", "repository_ruleset"}

func (s *Sim) statusEvent(r *repo, x *status) {
	c, err := r.git.commit(x.sha)
	if err != nil {
		s.internal(err)
		return
	}
	var branches []any
	for _, b := range sortedKeys(r.branches) {
		if r.branches[b] == x.sha {
			branches = append(branches, object{"name": b, "commit": object{"sha": x.sha, "url": s.repoURL(r) + "/commits/" + x.sha}, "protected": s.requirements(r, b).classic != nil})
		}
	}
	if branches == nil {
		branches = []any{}
	}
	s.emit("status", "", r, x.creator, object{
		"id": x.id, "sha": x.sha, "name": r.fullName(), "target_url": orNull(x.targetURL), "avatar_url": s.base + "/avatars/u/" + itoa(x.creator.id),
		"context": x.context, "description": orNull(x.description), "state": x.state, "commit": s.commitJSON(r, c), "branches": branches,
		"created_at": stamp(x.created), "updated_at": stamp(x.created)})
}

func (s *Sim) issueEvent(r *repo, i *issue, action string, by *account) {
	issue := s.issueJSON(r, i)
	delete(issue, "closed_by")
	s.emit("issues", action, r, by, object{"issue": issue})
}

func (s *Sim) commentEvent(r *repo, issue object, c *comment, action string, by *account) {
	u, _ := issue["url"].(string)
	html, _ := issue["html_url"].(string)
	delete(issue, "closed_by")
	s.emit("issue_comment", action, r, by, object{"issue": issue, "comment": s.commentJSON(r, u, html, c)})
}

func (s *Sim) releaseEvent(r *repo, x *release, action string, by *account) {
	o := s.releaseJSON(r, x)
	s.emit("release", action, r, by, object{"release": o})
}

// pushEvents sends create, push and delete for a movement of a branch.
func (s *Sim) pushEvents(r *repo, m movement) {
	if m.before == "" {
		s.refEvent(r, "create", "branch", m.branch, m.by)
	}
	s.pushEvent(r, "refs/heads/"+m.branch, m.before, m.after, m.by)
	if m.after == "" {
		s.refEvent(r, "delete", "branch", m.branch, m.by)
	}
}

func (s *Sim) tagEvents(r *repo, tag, before, after string, by *account) {
	if before == "" {
		s.refEvent(r, "create", "tag", tag, by)
	}
	s.pushEvent(r, "refs/tags/"+tag, before, after, by)
	if after == "" {
		s.refEvent(r, "delete", "tag", tag, by)
	}
}

func (s *Sim) refEvent(r *repo, event, kind, name string, by *account) {
	fields := object{"ref": name, "ref_type": kind, "pusher_type": "user"}
	if event == "create" {
		fields["master_branch"], fields["description"] = r.defaultBranch, orNull(r.description)
	}
	s.emit(event, "", r, by, fields)
}

// maxPushed is how many commits a push event lists.
const maxPushed = 2048

func (s *Sim) pushEvent(r *repo, ref, before, after string, by *account) {
	commits, head := []any{}, any(nil)
	if after != "" && strings.HasPrefix(ref, "refs/heads/") {
		from := before
		if from == "" {
			from = r.branches[r.defaultBranch]
		}
		news := r.git.between(from, after)
		for _, sha := range news[max(0, len(news)-maxPushed):] {
			commits = append(commits, s.pushedCommit(r, sha))
		}
	}
	if after != "" {
		head = s.pushedCommit(r, after)
	}
	zero := func(sha string) string {
		if sha == "" {
			return zeroSHA
		}
		return sha
	}
	s.emit("push", "", r, by, object{
		"ref": ref, "before": zero(before), "after": zero(after), "created": before == "", "deleted": after == "",
		"forced":   before != "" && after != "" && !r.git.contains(after, before),
		"base_ref": nil, "compare": s.base + "/" + r.fullName() + "/compare/" + zero(before)[:12] + "..." + zero(after)[:12],
		"commits": commits, "head_commit": head, "pusher": object{"name": by.login, "email": by.email}})
}

// pushedCommit is a commit in a push event, with the names of its files.
func (s *Sim) pushedCommit(r *repo, sha string) object {
	c, err := r.git.commit(sha)
	if err != nil {
		s.internal(err)
		return object{}
	}
	from := emptyTree
	if len(c.parents) > 0 {
		from = c.parents[0]
	} else if _, err := r.git.write("tree", nil); err != nil {
		s.internal(err)
	}
	changes, err := r.git.changes(from, sha)
	s.internal(err)
	files := map[string][]any{"added": {}, "removed": {}, "modified": {}}
	for _, f := range changes {
		kind := f.status
		if files[kind] == nil {
			kind = "modified"
		}
		files[kind] = append(files[kind], f.path)
	}
	o := s.simpleCommit(r, sha)
	for side, g := range map[string]signature{"author": c.author, "committer": c.committer} {
		who := o[side].(object)
		if a := s.byEmail(g.email); a != nil {
			who["username"] = a.login
		}
	}
	o["distinct"], o["url"] = true, s.base+"/"+r.fullName()+"/commit/"+sha
	o["added"], o["removed"], o["modified"] = files["added"], files["removed"], files["modified"]
	return o
}

// installationEvent sends installation and installation_repositories: they belong to no repository.
func (s *Sim) installationEvent(i *installation, event, action string, by *account, fields object) {
	if !s.hears(i.app) {
		return
	}
	body := object{"action": action, "installation": s.installationJSON(i), "sender": s.user(by)}
	for k, v := range fields {
		body[k] = v
	}
	s.queueHook(event, action, body, i.id, 0)
}

// shortRepos is the list of repositories in installation events.
func (s *Sim) shortRepos(repos []*repo) []any {
	return list(repos, func(r *repo) object {
		return object{"id": r.id, "node_id": globalID("R", r.id), "name": r.name, "full_name": r.fullName(), "private": r.private}
	})
}

// protectionEvent announces a change of classic protection.
func (s *Sim) protectionEvent(r *repo, c *protection, action string, by *account) {
	level := func(on bool) string {
		if on {
			return "non_admins"
		}
		return "off"
	}
	contexts := []any{}
	for _, x := range c.checks {
		contexts = append(contexts, x.context)
	}
	rule := object{
		"id": c.id, "repository_id": r.id, "name": c.pattern, "created_at": stamp(s.now()), "updated_at": stamp(s.now()),
		"pull_request_reviews_enforcement_level": level(c.reviews), "required_approving_review_count": c.approvals,
		"dismiss_stale_reviews_on_push": c.dismissStale, "require_code_owner_review": c.owners, "authorized_dismissal_actors_only": false,
		"ignore_approvals_from_contributors": false, "required_status_checks": contexts, "required_status_checks_enforcement_level": level(len(c.checks) > 0),
		"strict_required_status_checks_policy": c.strict, "signature_requirement_enforcement_level": level(c.signatures),
		"linear_history_requirement_enforcement_level": level(c.linear), "admin_enforced": c.admins, "allow_force_pushes_enforcement_level": "off",
		"allow_deletions_enforcement_level": "off", "merge_queue_enforcement_level": level(c.queue), "lock_branch_enforcement_level": level(c.locked),
		"required_deployments_enforcement_level": "off", "required_conversation_resolution_level": level(c.conversations),
		"authorized_actors_only": c.limited, "authorized_actor_names": []any{}, "require_last_push_approval": c.lastPush,
	}
	fields := object{"rule": rule}
	if action == "edited" {
		fields["changes"] = object{}
	}
	s.emit("branch_protection_rule", action, r, by, fields)
}

// rulesetEvent announces a change of a ruleset.
func (s *Sim) rulesetEvent(r *repo, x *ruleset, action string, by *account) {
	o := object{"id": x.id, "name": x.name, "target": "branch", "source_type": "Repository", "source": r.fullName(), "enforcement": x.enforcement,
		"node_id": globalID("RRS", r.id, x.id), "conditions": object{"ref_name": object{"include": stringsJSON(x.include), "exclude": stringsJSON(x.exclude)}},
		"rules": list(x.rulesJSON(), func(o object) object { return o }), "created_at": stamp(x.created), "updated_at": stamp(s.now())}
	s.emit("repository_ruleset", action, r, by, object{"repository_ruleset": o})
}

// repositoryEvent announces that a repository was renamed or archived.
func (s *Sim) repositoryEvent(r *repo, action string, by *account, fields object) {
	s.emit("repository", action, r, by, fields)
}
