package ghsim

import (
	"fmt"
	"strings"
)

// runJSON is a check run.
func (s *Sim) runJSON(r *repo, c *checkRun) object {
	u := s.repoURL(r) + "/check-runs/" + itoa(c.id)
	html := s.base + "/" + r.fullName() + "/runs/" + itoa(c.id)
	details := c.detailsURL
	if details == "" {
		details = html
	}
	return object{
		"id": c.id, "head_sha": c.sha, "node_id": globalID("CR", r.id, c.id), "external_id": c.externalID, "url": u, "html_url": html,
		"details_url": details, "status": c.status, "conclusion": orNull(c.conclusion), "started_at": stamp(c.started),
		"completed_at": stamp(c.completed), "name": c.name, "app": s.appJSON(c.app), "pull_requests": s.pullsAt(r, c.sha),
		"output":      object{"title": orNull(c.title), "summary": orNull(c.summary), "text": orNull(c.text), "annotations_count": len(c.annotations), "annotations_url": u + "/annotations"},
		"check_suite": object{"id": c.suite.id},
	}
}

// pullsAt are the open pull requests of the repository whose head is the commit, in the short form of checks.
func (s *Sim) pullsAt(r *repo, sha string) []any {
	out := []any{}
	for _, p := range r.pulls {
		if p.open && p.head == sha && p.headRepo != nil {
			end := func(x *repo, ref, at string) object {
				return object{"ref": ref, "sha": at, "repo": object{"id": x.id, "url": s.repoURL(x), "name": x.name}}
			}
			out = append(out, object{"id": p.id, "number": p.number, "url": s.pullURL(p),
				"head": end(p.headRepo, p.headRef, p.head), "base": end(r, p.base, p.baseSHA)})
		}
	}
	return out
}

// suiteJSON is a check suite.
func (s *Sim) suiteJSON(r *repo, u *checkSuite) object {
	status, conclusion := r.suiteState(u)
	runs := 0
	for _, c := range r.latestRuns(u.sha) {
		if c.suite == u {
			runs++
		}
	}
	url := s.repoURL(r) + "/check-suites/" + itoa(u.id)
	return object{
		"id": u.id, "node_id": globalID("CS", r.id, u.id), "head_branch": orNull(u.branch), "head_sha": u.sha, "status": status,
		"conclusion": orNull(conclusion), "url": url, "before": zeroSHA, "after": u.sha, "pull_requests": s.pullsAt(r, u.sha),
		"app": s.appJSON(u.app), "created_at": stamp(u.created), "updated_at": stamp(u.updated), "rerequestable": true, "runs_rerequestable": true,
		"latest_check_runs_count": runs, "check_runs_url": url + "/check-runs", "head_commit": s.simpleCommit(r, u.sha),
	}
}

// simpleCommit is the short form of a commit in suites and pushes.
func (s *Sim) simpleCommit(r *repo, sha string) object {
	c, err := r.git.commit(sha)
	if err != nil {
		s.internal(err)
		return object{}
	}
	return object{"id": sha, "tree_id": c.tree, "message": c.message, "timestamp": stamp(c.committer.at),
		"author": object{"name": c.author.name, "email": c.author.email}, "committer": object{"name": c.committer.name, "email": c.committer.email}}
}

// statusJSON is a commit status.
func (s *Sim) statusJSON(r *repo, x *status) object {
	return object{
		"url": s.repoURL(r) + "/statuses/" + x.sha, "avatar_url": s.base + "/avatars/u/" + itoa(x.creator.id), "id": x.id,
		"node_id": globalID("SC", r.id, x.id), "state": x.state, "description": orNull(x.description), "target_url": orNull(x.targetURL),
		"context": x.context, "created_at": stamp(x.created), "updated_at": stamp(x.created),
	}
}

// byEmail finds the account behind an author's address; null for strangers.
func (s *Sim) byEmail(email string) *account {
	for _, a := range s.w.accounts {
		if a.email == email {
			return a
		}
	}
	return nil
}

// commitJSON is a commit of the repository API: the git object, and who is behind it on GitHub.
func (s *Sim) commitJSON(r *repo, c *gitCommit) object {
	u := s.repoURL(r) + "/commits/" + c.sha
	who := func(g signature) object { return object{"name": g.name, "email": g.email, "date": stamp(g.at)} }
	html := s.base + "/" + r.fullName() + "/commit/"
	return object{
		"url": u, "sha": c.sha, "node_id": globalID("C", r.id, c.sha), "html_url": html + c.sha, "comments_url": u + "/comments",
		"commit": object{
			"url": s.repoURL(r) + "/git/commits/" + c.sha, "author": who(c.author), "committer": who(c.committer), "message": c.message,
			"comment_count": 0, "tree": object{"sha": c.tree, "url": s.repoURL(r) + "/git/trees/" + c.tree}, "verification": s.verification(c),
		},
		"author": s.userJSON(s.byEmail(c.author.email)), "committer": s.userJSON(s.byEmail(c.committer.email)),
		"parents": list(c.parents, func(p string) object {
			return object{"sha": p, "url": s.repoURL(r) + "/commits/" + p, "html_url": html + p}
		}),
	}
}

// gitCommitJSON is a commit of the git API.
func (s *Sim) gitCommitJSON(r *repo, c *gitCommit) object {
	who := func(g signature) object { return object{"name": g.name, "email": g.email, "date": stamp(g.at)} }
	html := s.base + "/" + r.fullName() + "/commit/"
	u := s.repoURL(r) + "/git/commits/"
	return object{
		"sha": c.sha, "node_id": globalID("C", r.id, c.sha), "url": u + c.sha, "author": who(c.author), "committer": who(c.committer), "message": c.message,
		"tree": object{"sha": c.tree, "url": s.repoURL(r) + "/git/trees/" + c.tree}, "html_url": html + c.sha, "verification": s.verification(c),
		"parents": list(c.parents, func(p string) object { return object{"sha": p, "url": u + p, "html_url": html + p} }),
	}
}

func (s *Sim) refJSON(r *repo, ref, sha string) object {
	if tag := r.tagObjects[strings.TrimPrefix(ref, "refs/tags/")]; tag != "" && strings.HasPrefix(ref, "refs/tags/") {
		return object{"ref": ref, "node_id": globalID("REF", r.id, ref), "url": s.repoURL(r) + "/git/" + ref,
			"object": object{"type": "tag", "sha": tag, "url": s.repoURL(r) + "/git/tags/" + tag}}
	}
	return object{"ref": ref, "node_id": globalID("REF", r.id, ref), "url": s.repoURL(r) + "/git/" + ref,
		"object": object{"type": "commit", "sha": sha, "url": s.repoURL(r) + "/git/commits/" + sha}}
}

// releaseJSON is a release.
func (s *Sim) releaseJSON(r *repo, x *release) object {
	u := s.repoURL(r) + "/releases/" + itoa(x.id)
	html := s.base + "/" + r.fullName() + "/releases/tag/" + x.tag
	return object{
		"url": u, "html_url": html, "assets_url": u + "/assets", "upload_url": u + "/assets{?name,label}", "id": x.id,
		"node_id": globalID("RE", r.id, x.id), "tag_name": x.tag, "target_commitish": x.target, "name": orNull(x.name), "body": orNull(x.body),
		"draft": x.draft, "prerelease": x.prerelease, "immutable": false, "created_at": stamp(x.created), "updated_at": stamp(x.created), "published_at": stamp(x.published),
		"author": s.user(x.author), "assets": []any{},
		"tarball_url": fmt.Sprintf("%s/tarball/%s", s.repoURL(r), x.tag), "zipball_url": fmt.Sprintf("%s/zipball/%s", s.repoURL(r), x.tag),
	}
}

// installationJSON is an installation of an App.
func (s *Sim) installationJSON(i *installation) object {
	selection := "selected"
	if i.all {
		selection = "all"
	}
	perms := object{}
	for k, v := range i.permissions {
		perms[k] = v
	}
	u := s.base + "/app/installations/" + itoa(i.id)
	return object{
		"id": i.id, "account": s.user(i.account), "access_tokens_url": u + "/access_tokens", "repositories_url": s.base + "/installation/repositories",
		"html_url": s.base + "/organizations/" + i.account.login + "/settings/installations/" + itoa(i.id), "app_id": i.app.id, "app_slug": i.app.slug,
		"target_id": i.account.id, "target_type": i.account.kind, "permissions": perms, "events": stringsJSON(i.events), "created_at": stamp(i.created),
		"updated_at": stamp(i.updated), "single_file_name": nil, "has_multiple_single_files": false, "single_file_paths": []any{},
		"repository_selection": selection, "suspended_by": s.userJSON(i.suspendedBy), "suspended_at": stamp(i.suspended),
	}
}
