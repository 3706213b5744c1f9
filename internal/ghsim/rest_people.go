package ghsim

import (
	"cmp"
	"net/http"
	"slices"
)

var readMembers = []string{"members:read"}

var peopleRoutes = []route{
	{method: "GET", path: "/user", auth: "user", run: func(q *request) (int, any, *apiError) { return done(q.s.profile(q.who.user), nil) }},
	{method: "GET", path: "/user/repos", auth: "user", run: listOwnRepos},
	{method: "GET", path: "/users/{login}", run: getUser},
	{method: "GET", path: "/orgs/{org}", need: readMeta, run: getOrg},
	{method: "GET", path: "/orgs/{org}/repos", need: readMeta, run: listOrgRepos},
	{method: "GET", path: "/orgs/{org}/teams", need: readMembers, run: listTeams},
	{method: "GET", path: "/orgs/{org}/teams/{slug}", need: readMembers, run: getTeam},
	{method: "GET", path: "/orgs/{org}/teams/{slug}/members", need: readMembers, run: listTeamMembers},
	{method: "GET", path: "/orgs/{org}/members/{login}", need: readMembers, run: getMember},
	{method: "GET", path: repoPath + "/collaborators", need: readMeta, run: listCollaborators},
	{method: "GET", path: repoPath + "/collaborators/{login}", need: readMeta, run: getCollaborator},
	{method: "GET", path: repoPath + "/collaborators/{login}/permission", need: readMeta, run: getPermission},
	{method: "GET", path: repoPath + "/teams", need: readAdmin, run: listRepoTeams},
}

// profile is a public user or organisation.
func (s *Sim) profile(a *account) object {
	o := s.user(a)
	for k, v := range (object{"name": orNull(a.name), "company": nil, "blog": "", "location": nil, "email": nil, "hireable": nil, "bio": nil,
		"twitter_username": nil, "public_repos": 0, "public_gists": 0, "followers": 0, "following": 0, "created_at": stamp(a.created), "updated_at": stamp(a.created)}) {
		o[k] = v
	}
	return o
}

func getUser(q *request) (int, any, *apiError) {
	if a := q.s.findAccount(q.vars["login"]); a != nil {
		return done(q.s.profile(a), nil)
	}
	return 0, nil, notFound()
}

func (q *request) org() (*account, *apiError) {
	if a := q.s.findAccount(q.vars["org"]); a != nil && a.kind == "Organization" && (q.who.inst == nil || q.who.inst.account == a) {
		return a, nil
	}
	return nil, notFound()
}

func getOrg(q *request) (int, any, *apiError) {
	a, e := q.org()
	if e != nil {
		return 0, nil, e
	}
	o := q.s.orgJSON(a)
	for k, v := range (object{"name": a.name, "html_url": q.s.base + "/" + a.login, "type": "Organization", "has_organization_projects": true,
		"has_repository_projects": true, "public_repos": 0, "public_gists": 0, "followers": 0, "following": 0,
		"created_at": stamp(a.created), "updated_at": stamp(a.created), "archived_at": nil}) {
		o[k] = v
	}
	return done(o, nil)
}

func listOrgRepos(q *request) (int, any, *apiError) {
	a, e := q.org()
	if e != nil {
		return 0, nil, e
	}
	kind := q.query.oneOf("type", "all", "public", "private", "forks", "sources")
	var hits []*repo
	for _, r := range q.s.w.repos {
		if r.owner == a && q.s.sees(q.who, r) && r.isKind(kind) {
			hits = append(hits, r)
		}
	}
	return done(list(page(q, q.sortedRepos(hits)), q.s.repoJSON), nil)
}

// listOwnRepos lists what a person has access to.
// https://docs.github.com/rest/repos/repos#list-repositories-for-the-authenticated-user
func listOwnRepos(q *request) (int, any, *apiError) {
	kind := q.query.oneOf("visibility", "all", "public", "private")
	q.query.oneOf("type", "all")
	q.query.oneOf("affiliation", "owner,collaborator,organization_member")
	var hits []*repo
	for _, r := range q.s.w.repos {
		if q.s.collaborates(q.who.user, r) && q.s.sees(q.who, r) && r.isKind(kind) {
			hits = append(hits, r)
		}
	}
	return done(list(page(q, q.sortedRepos(hits)), q.s.repoJSON), nil)
}

// isKind is the filter "type" of lists of repositories.
func (r *repo) isKind(kind string) bool {
	switch kind {
	case "public":
		return !r.private
	case "private":
		return r.private
	case "forks":
		return r.parent != nil
	case "sources":
		return r.parent == nil
	}
	return true
}

// sortedRepos follows sort and direction: created, newest first, unless they say otherwise; names start with A.
// https://docs.github.com/rest/repos/repos#list-organization-repositories
func (q *request) sortedRepos(list []*repo) []*repo {
	by := q.query.oneOf("sort", "created", "updated", "pushed", "full_name")
	natural := map[bool]string{true: "asc", false: "desc"}[by == "full_name"]
	sign := map[string]int{"asc": 1, "desc": -1}[q.query.oneOf("direction", natural, "asc", "desc")]
	keys := map[string]func(a, b *repo) int{
		"created":   func(a, b *repo) int { return cmp.Or(a.created.Compare(b.created), cmp.Compare(a.id, b.id)) },
		"updated":   func(a, b *repo) int { return a.updated.Compare(b.updated) },
		"pushed":    func(a, b *repo) int { return a.pushed.Compare(b.pushed) },
		"full_name": func(a, b *repo) int { return byName(a.fullName(), b.fullName()) },
	}
	if key := keys[by]; key != nil {
		slices.SortFunc(list, func(a, b *repo) int { return cmp.Or(sign*key(a, b), cmp.Compare(a.id, b.id)) })
	}
	return list
}

func listTeams(q *request) (int, any, *apiError) {
	a, e := q.org()
	if e != nil {
		return 0, nil, e
	}
	var hits []*team
	for _, t := range q.s.w.teams {
		if t.org == a {
			hits = append(hits, t)
		}
	}
	return done(list(page(q, hits), q.s.teamJSON), nil)
}

func (q *request) team() (*team, *apiError) {
	a, e := q.org()
	if e != nil {
		return nil, e
	}
	if t := q.s.findTeam(a, q.vars["slug"]); t != nil {
		return t, nil
	}
	return nil, notFound()
}

func getTeam(q *request) (int, any, *apiError) {
	t, e := q.team()
	if e != nil {
		return 0, nil, e
	}
	o := q.s.teamJSON(t)
	org := q.s.orgJSON(t.org)
	for k, v := range (object{"html_url": q.s.base + "/" + t.org.login, "type": "Organization", "has_organization_projects": true, "has_repository_projects": true,
		"public_repos": 0, "public_gists": 0, "followers": 0, "following": 0, "created_at": stamp(t.org.created), "updated_at": stamp(t.org.created), "archived_at": nil}) {
		org[k] = v
	}
	repos := 0
	for _, r := range q.s.w.repos {
		if r.teams[t.id] != "" {
			repos++
		}
	}
	o["members_count"], o["repos_count"], o["organization"] = len(t.members), repos, org
	o["created_at"], o["updated_at"] = stamp(t.org.created), stamp(t.org.created)
	return done(o, nil)
}

func listTeamMembers(q *request) (int, any, *apiError) {
	t, e := q.team()
	if e != nil {
		return 0, nil, e
	}
	q.query.oneOf("role", "all", "member")
	return done(list(page(q, t.members), q.s.user), nil)
}

func getMember(q *request) (int, any, *apiError) {
	org, e := q.org()
	if e != nil {
		return 0, nil, e
	}
	if a := q.s.findAccount(q.vars["login"]); a != nil && q.s.isMember(a, org) {
		return http.StatusNoContent, nil, nil
	}
	return 0, nil, notFound()
}

// collaborators are the people with access of their own or through a team, in the order of their accounts.
func (s *Sim) collaborators(r *repo) []*account {
	var all []*account
	for _, a := range s.w.accounts {
		if a.kind == "User" && s.collaborates(a, r) {
			all = append(all, a)
		}
	}
	return all
}

func (s *Sim) collaboratorJSON(r *repo, a *account) object {
	o := s.user(a)
	o["permissions"] = s.permissionsJSON(r, &caller{user: a})
	o["role_name"] = s.permission(a, r)
	return o
}

// legacyLevels are the words that a list of collaborators is filtered by.
// https://docs.github.com/rest/collaborators/collaborators#list-repository-collaborators
var legacyLevels = map[string]string{"pull": "read", "triage": "triage", "push": "write", "maintain": "maintain", "admin": "admin"}

func listCollaborators(q *request) (int, any, *apiError) {
	q.query.oneOf("affiliation", "all")
	level := q.query.oneOf("permission", "", "pull", "triage", "push", "maintain", "admin")
	var hits []*account
	for _, a := range q.s.collaborators(q.repo) {
		if level == "" || roles[q.s.permission(a, q.repo)] >= roles[legacyLevels[level]] {
			hits = append(hits, a)
		}
	}
	return done(list(page(q, hits), func(a *account) object { return q.s.collaboratorJSON(q.repo, a) }), nil)
}

func getCollaborator(q *request) (int, any, *apiError) {
	if a := q.s.findAccount(q.vars["login"]); a != nil && q.s.collaborates(a, q.repo) {
		return http.StatusNoContent, nil, nil
	}
	return 0, nil, notFound()
}

// legacyRoles: permission knows four words; maintain is shown as write, triage as read. role_name tells them apart.
// https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user
var legacyRoles = map[string]string{"maintain": "write", "triage": "read"}

func getPermission(q *request) (int, any, *apiError) {
	a := q.s.findAccount(q.vars["login"])
	if a == nil {
		return 0, nil, notFound()
	}
	role := q.s.permission(a, q.repo)
	o := q.s.collaboratorJSON(q.repo, a)
	return done(object{"permission": orDefault(legacyRoles[role], role), "role_name": role, "user": o}, nil)
}

func listRepoTeams(q *request) (int, any, *apiError) {
	var hits []*team
	for _, t := range q.s.w.teams {
		if q.repo.teams[t.id] != "" {
			hits = append(hits, t)
		}
	}
	words := map[string]string{"read": "pull", "write": "push"}
	return done(list(page(q, hits), func(t *team) object {
		o := q.s.teamJSON(t)
		role := q.repo.teams[t.id]
		o["permission"] = orDefault(words[role], role)
		return o
	}), nil)
}
