package ghsim

import (
	"net/http"
)

var readMembers = []string{"members:read"}

var peopleRoutes = []route{
	{method: "GET", path: "/user", auth: "user", run: func(q *request) (int, any, *apiError) { return done(q.s.profile(q.who.user), nil) }},
	{method: "GET", path: "/users/{login}", run: getUser},
	{method: "GET", path: "/orgs/{org}", need: readMeta, run: getOrg},
	{method: "GET", path: "/orgs/{org}/repos", need: readMeta, query: paging + " type sort direction", run: listOrgRepos},
	{method: "GET", path: "/orgs/{org}/teams", need: readMembers, query: paging, run: listTeams},
	{method: "GET", path: "/orgs/{org}/teams/{slug}", need: readMembers, run: getTeam},
	{method: "GET", path: "/orgs/{org}/teams/{slug}/members", need: readMembers, query: paging + " role", run: listTeamMembers},
	{method: "GET", path: "/orgs/{org}/members/{login}", need: readMembers, run: getMember},
	{method: "GET", path: repoPath + "/collaborators", need: readMeta, query: paging + " affiliation permission", run: listCollaborators},
	{method: "GET", path: repoPath + "/collaborators/{login}", need: readMeta, run: getCollaborator},
	{method: "GET", path: repoPath + "/collaborators/{login}/permission", need: readMeta, run: getPermission},
	{method: "GET", path: repoPath + "/teams", need: readAdmin, query: paging, run: listRepoTeams},
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
	var hits []*repo
	for _, r := range q.s.w.repos {
		if r.owner == a && q.s.sees(q.who, r) {
			hits = append(hits, r)
		}
	}
	return done(list(page(q, hits), q.s.repoJSON), nil)
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

func listCollaborators(q *request) (int, any, *apiError) {
	return done(list(page(q, q.s.collaborators(q.repo)), func(a *account) object { return q.s.collaboratorJSON(q.repo, a) }), nil)
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
