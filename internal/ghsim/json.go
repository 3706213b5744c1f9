package ghsim

import (
	"strconv"
	"time"
)

// object is a JSON object as REST and webhooks show it. Objects are complete: GitHub's description calls their fields required.
type object = map[string]any

// stamp is a time in GitHub's form, null for zero.
func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339)
}

// orNull is null for the empty string.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// list turns a slice into JSON objects; never null.
func list[T any](items []T, show func(T) object) []any {
	out := make([]any, 0, len(items))
	for _, x := range items {
		out = append(out, show(x))
	}
	return out
}

// userJSON is a simple user; null for nobody.
func (s *Sim) userJSON(a *account) any {
	if a == nil {
		return nil
	}
	return s.user(a)
}

func (s *Sim) user(a *account) object {
	u := s.base + "/users/" + a.login
	return object{
		"login": a.login, "id": a.id, "node_id": globalID(accountPrefixes[a.kind], a.id),
		"avatar_url": s.base + "/avatars/u/" + itoa(a.id) + "?v=4", "gravatar_id": "",
		"url": u, "html_url": s.base + "/" + a.login, "followers_url": u + "/followers", "following_url": u + "/following{/other_user}",
		"gists_url": u + "/gists{/gist_id}", "starred_url": u + "/starred{/owner}{/repo}", "subscriptions_url": u + "/subscriptions",
		"organizations_url": u + "/orgs", "repos_url": u + "/repos", "events_url": u + "/events{/privacy}",
		"received_events_url": u + "/received_events", "type": a.kind, "site_admin": false,
	}
}

// orgJSON is an organisation as webhooks show it.
func (s *Sim) orgJSON(a *account) object {
	u := s.base + "/orgs/" + a.login
	return object{
		"login": a.login, "id": a.id, "node_id": globalID("O", a.id), "url": u, "repos_url": u + "/repos", "events_url": u + "/events",
		"hooks_url": u + "/hooks", "issues_url": u + "/issues", "members_url": u + "/members{/member}",
		"public_members_url": u + "/public_members{/member}", "avatar_url": s.base + "/avatars/u/" + itoa(a.id) + "?v=4", "description": "",
	}
}

// repoLinks are the addresses of a repository, by the name of their field.
var repoLinks = map[string]string{
	"archive_url": "/{archive_format}{/ref}", "assignees_url": "/assignees{/user}", "blobs_url": "/git/blobs{/sha}",
	"branches_url": "/branches{/branch}", "collaborators_url": "/collaborators{/collaborator}", "comments_url": "/comments{/number}",
	"commits_url": "/commits{/sha}", "compare_url": "/compare/{base}...{head}", "contents_url": "/contents/{+path}",
	"contributors_url": "/contributors", "deployments_url": "/deployments", "downloads_url": "/downloads", "events_url": "/events",
	"forks_url": "/forks", "git_commits_url": "/git/commits{/sha}", "git_refs_url": "/git/refs{/sha}", "git_tags_url": "/git/tags{/sha}",
	"hooks_url": "/hooks", "issue_comment_url": "/issues/comments{/number}", "issue_events_url": "/issues/events{/number}",
	"issues_url": "/issues{/number}", "keys_url": "/keys{/key_id}", "labels_url": "/labels{/name}", "languages_url": "/languages",
	"merges_url": "/merges", "milestones_url": "/milestones{/number}", "notifications_url": "/notifications{?since,all,participating}",
	"pulls_url": "/pulls{/number}", "releases_url": "/releases{/id}", "stargazers_url": "/stargazers", "statuses_url": "/statuses/{sha}",
	"subscribers_url": "/subscribers", "subscription_url": "/subscription", "tags_url": "/tags", "teams_url": "/teams",
	"trees_url": "/git/trees{/sha}",
}

// repoURL is a repository's address in the API.
func (s *Sim) repoURL(r *repo) string { return s.base + "/repos/" + r.fullName() }

// repoHead are the fields that every form of a repository has.
func (s *Sim) repoHead(r *repo) object {
	u := s.repoURL(r)
	o := object{
		"id": r.id, "node_id": globalID("R", r.id), "name": r.name, "full_name": r.fullName(), "private": r.private, "owner": s.user(r.owner),
		"html_url": s.base + "/" + r.fullName(), "description": orNull(r.description), "fork": r.parent != nil, "url": u,
	}
	for field, path := range repoLinks {
		o[field] = u + path
	}
	return o
}

// repoJSON is a full repository, as in webhooks and pull requests.
func (s *Sim) repoJSON(r *repo) object {
	o := s.repoHead(r)
	for k, v := range (object{
		"git_url": "git://" + host(s.base) + "/" + r.fullName() + ".git", "ssh_url": "git@" + host(s.base) + ":" + r.fullName() + ".git",
		"clone_url": s.base + "/" + r.fullName() + ".git", "svn_url": s.base + "/" + r.fullName(), "mirror_url": nil, "homepage": nil,
		"language": nil, "forks_count": r.forks(s), "forks": r.forks(s), "stargazers_count": 0, "watchers_count": 0, "watchers": 0,
		"size": 1, "default_branch": r.defaultBranch, "open_issues_count": r.openIssues(), "open_issues": r.openIssues(), "is_template": false,
		"topics": []any{}, "has_issues": true, "has_projects": true, "has_wiki": true, "has_pages": false, "has_downloads": true,
		"has_discussions": false, "archived": r.archived, "disabled": false, "visibility": r.visibility(),
		"pushed_at": stamp(r.pushed), "created_at": stamp(r.created), "updated_at": stamp(r.updated), "license": nil,
		"allow_forking": true, "web_commit_signoff_required": false,
	}) {
		o[k] = v
	}
	return o
}

// fullRepoJSON is GET /repos/{owner}/{repo}: with the settings that a caller with write access sees.
func (s *Sim) fullRepoJSON(r *repo, who *caller) object {
	o := s.repoJSON(r)
	for k, v := range (object{
		"permissions": s.permissionsJSON(r, who), "allow_rebase_merge": contains(r.mergeMethods, "rebase"),
		"allow_squash_merge": contains(r.mergeMethods, "squash"), "allow_merge_commit": contains(r.mergeMethods, "merge"),
		"allow_auto_merge": r.allowAutoMerge, "delete_branch_on_merge": r.deleteBranchOnMerge, "allow_update_branch": r.allowUpdateBranch,
		"use_squash_pr_title_as_default": r.squashTitle == "PR_TITLE", "squash_merge_commit_title": r.squashTitle,
		"squash_merge_commit_message": r.squashMessage, "merge_commit_title": r.mergeTitle, "merge_commit_message": r.mergeMessage,
		"subscribers_count": 0, "network_count": 0,
	}) {
		o[k] = v
	}
	if r.owner.kind == "Organization" {
		o["organization"] = s.user(r.owner)
	}
	if r.parent != nil {
		o["parent"], o["source"] = s.repoJSON(r.parent), s.repoJSON(r.parent)
	}
	return o
}

// permissionsJSON are the caller's rights in the five words of old.
func (s *Sim) permissionsJSON(r *repo, who *caller) object {
	role := roles["read"]
	if who != nil && (who.user != nil || who.inst != nil) {
		role = roles[s.permission(who.actor(), r)]
	}
	return object{"admin": role >= roles["admin"], "maintain": role >= roles["maintain"], "push": role >= roles["write"],
		"triage": role >= roles["triage"], "pull": role >= roles["read"]}
}

func (r *repo) visibility() string {
	if r.private {
		return "private"
	}
	return "public"
}

func (r *repo) openIssues() int {
	n := 0
	for _, p := range r.pulls {
		if p.open {
			n++
		}
	}
	for _, i := range r.issues {
		if i.open {
			n++
		}
	}
	return n
}

func (r *repo) forks(s *Sim) int {
	n := 0
	for _, x := range s.w.repos {
		if x.parent == r {
			n++
		}
	}
	return n
}

func (s *Sim) labelJSON(r *repo, l *label) object {
	return object{"id": l.id, "node_id": globalID("LA", r.id, l.id), "url": s.repoURL(r) + "/labels/" + l.name, "name": l.name,
		"color": l.color, "default": false, "description": l.description}
}

func (s *Sim) labelsJSON(r *repo, labels []*label) []any {
	return list(labels, func(l *label) object { return s.labelJSON(r, l) })
}

// teamJSON is a team as REST shows it in lists and pull requests.
func (s *Sim) teamJSON(t *team) object {
	u := s.base + "/organizations/" + itoa(t.org.id) + "/team/" + itoa(t.id)
	return object{"id": t.id, "node_id": globalID("T", t.org.id, t.id), "name": t.name, "slug": t.slug, "description": nil,
		"privacy": "closed", "notification_setting": "notifications_enabled", "permission": "pull", "url": u,
		"html_url": s.base + "/orgs/" + t.org.login + "/teams/" + t.slug, "members_url": u + "/members{/member}",
		"repositories_url": u + "/repos", "parent": nil, "type": "organization", "organization_id": t.org.id}
}

// appJSON is an App.
func (s *Sim) appJSON(a *app) object {
	perms := object{}
	for k, v := range a.permissions {
		perms[k] = v
	}
	return object{"id": a.id, "slug": a.slug, "node_id": globalID("A", a.id), "owner": s.user(a.owner), "name": a.name,
		"client_id": a.clientID(), "description": "", "external_url": s.base + "/apps/" + a.slug,
		"html_url": s.base + "/apps/" + a.slug, "created_at": stamp(a.created), "updated_at": stamp(a.created),
		"permissions": perms, "events": stringsJSON(a.events)}
}

func stringsJSON(in []string) []any {
	out := make([]any, 0, len(in))
	for _, x := range in {
		out = append(out, x)
	}
	return out
}

// association is the author_association of an account.
func (s *Sim) association(a *account, r *repo) string {
	switch {
	case a == r.owner:
		return "OWNER"
	case a.kind == "Bot":
		return "NONE"
	case s.isMember(a, r.owner):
		return "MEMBER"
	case r.people[a.id] != "":
		return "COLLABORATOR"
	}
	return "NONE"
}

// isMember: whoever is in a team of an organisation, or has more than read on one of its repositories, is its member here.
func (s *Sim) isMember(a, org *account) bool {
	if org.kind != "Organization" {
		return false
	}
	for _, t := range s.w.teams {
		if t.org == org && t.has(a) {
			return true
		}
	}
	for _, r := range s.w.repos {
		if r.owner == org && r.people[a.id] != "" && r.people[a.id] != "read" {
			return true
		}
	}
	return false
}
