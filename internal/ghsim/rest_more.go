package ghsim

import (
	"fmt"
	"net/http"
	"sort"
	"strings"
)

// moreRoutes are what apps ask of a repository and an organisation beside pull requests.
var moreRoutes = []route{
	{method: "PATCH", path: "/app/hook/config", auth: "app", body: "url content_type secret insecure_ssl", run: patchHookConfig},
	{method: "GET", path: "/user/installations", auth: "user", run: listUserInstallations},
	{method: "GET", path: "/user/installations/{id}/repositories", auth: "user", run: listUserInstallationRepos},
	{method: "GET", path: "/orgs/{org}/members", need: readMembers, run: listMembers},
	{method: "GET", path: "/orgs/{org}/memberships/{login}", need: readMembers, run: getMembership},
	{method: "GET", path: "/orgs/{org}/teams/{slug}/memberships/{login}", need: readMembers, run: getTeamMembership},
	{method: "GET", path: "/orgs/{org}/teams/{slug}/repos/{owner}/{repo}", need: readMembers, run: getTeamRepo},
	{method: "GET", path: repoPath + "/assignees", need: readIssues, run: listAssignees},
	{method: "GET", path: repoPath + "/assignees/{login}", need: readIssues, run: getAssignee},
	{method: "GET", path: repoPath + "/codeowners/errors", need: readContents, run: listOwnerErrors},
	{method: "GET", path: repoPath + "/contributors", need: readMeta, run: listContributors},
	{method: "GET", path: repoPath + "/languages", need: readMeta, run: getLanguages},
	{method: "GET", path: repoPath + "/readme", need: readContents, run: getReadme},
	{method: "GET", path: repoPath + "/branches/{branch+}/protection/required_status_checks", need: readAdmin, run: partOfProtection("required_status_checks", "Required status checks not enabled")},
	{method: "GET", path: repoPath + "/branches/{branch+}/protection/required_pull_request_reviews", need: readAdmin, run: partOfProtection("required_pull_request_reviews", "Required pull request reviews not enabled")},
	{method: "GET", path: repoPath + "/git/tags/{sha}", need: readContents, run: getTagObject},
}

// patchHookConfig changes where the App's webhooks go and how they are signed.
// https://docs.github.com/rest/apps/webhooks#update-a-webhook-configuration-for-an-app
func patchHookConfig(q *request) (int, any, *apiError) {
	var in struct{ URL, Secret *string }
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	if in.URL != nil {
		q.s.hooks.url = *in.URL
	}
	if in.Secret != nil {
		q.s.ours.secret = *in.Secret
	}
	return done(object{"content_type": "json", "insecure_ssl": "0", "secret": "********", "url": q.s.hooks.url}, nil)
}

// reach are the repositories of an installation that a person may see.
func (s *Sim) reach(i *installation, a *account) []*repo {
	var all []*repo
	for _, r := range s.covered(i) {
		if s.permission(a, r) != "none" {
			all = append(all, r)
		}
	}
	return all
}

// listUserInstallations are the installations that the person who signed in has anything to do with.
// https://docs.github.com/rest/apps/installations#list-app-installations-accessible-to-the-user-access-token
func listUserInstallations(q *request) (int, any, *apiError) {
	if q.who.token.app == nil {
		return 0, nil, &apiError{Status: 403, Message: "You must authenticate with an access token authorized to a GitHub App in order to list installations"}
	}
	var hits []*installation
	for _, i := range q.s.installationsOf(q.who.token.app) {
		if len(q.s.reach(i, q.who.user)) > 0 {
			hits = append(hits, i)
		}
	}
	return done(object{"total_count": len(hits), "installations": list(page(q, hits), q.s.installationJSON)}, nil)
}

func listUserInstallationRepos(q *request) (int, any, *apiError) {
	if q.who.token.app == nil {
		return 0, nil, &apiError{Status: 403, Message: "You must authenticate with an access token authorized to a GitHub App in order to list installations"}
	}
	for _, i := range q.s.installationsOf(q.who.token.app) {
		if hits := q.s.reach(i, q.who.user); i.id == q.id() && len(hits) > 0 {
			return done(object{"total_count": len(hits), "repositories": list(page(q, hits), func(r *repo) object {
				o := q.s.repoJSON(r)
				o["permissions"] = q.s.permissionsJSON(r, q.who)
				return o
			})}, nil)
		}
	}
	return 0, nil, notFound()
}

func (s *Sim) members(org *account) []*account {
	var all []*account
	for _, a := range s.w.accounts {
		if a.kind == "User" && s.isMember(a, org) {
			all = append(all, a)
		}
	}
	return all
}

func listMembers(q *request) (int, any, *apiError) {
	org, e := q.org()
	if e != nil {
		return 0, nil, e
	}
	q.query.oneOf("filter", "all")
	q.query.oneOf("role", "all", "member")
	return done(list(page(q, q.s.members(org)), q.s.user), nil)
}

func getMembership(q *request) (int, any, *apiError) {
	org, e := q.org()
	if e != nil {
		return 0, nil, e
	}
	a := q.s.findAccount(q.vars["login"])
	if a == nil || !q.s.isMember(a, org) {
		return 0, nil, notFound()
	}
	u := q.s.base + "/orgs/" + org.login
	return done(object{"url": u + "/memberships/" + a.login, "state": "active", "role": "member", "organization_url": u,
		"organization": q.s.orgJSON(org), "user": q.s.user(a)}, nil)
}

func getTeamMembership(q *request) (int, any, *apiError) {
	t, e := q.team()
	if e != nil {
		return 0, nil, e
	}
	a := q.s.findAccount(q.vars["login"])
	if a == nil || !t.has(a) {
		return 0, nil, notFound()
	}
	u, _ := q.s.teamJSON(t)["url"].(string)
	return done(object{"url": u + "/memberships/" + a.login, "role": "member", "state": "active"}, nil)
}

// getTeamRepo says with 204 that a team has access to a repository.
// https://docs.github.com/rest/teams/teams#check-team-permissions-for-a-repository
func getTeamRepo(q *request) (int, any, *apiError) {
	t, e := q.team()
	if e != nil {
		return 0, nil, e
	}
	if q.repo.teams[t.id] == "" {
		return 0, nil, notFound()
	}
	return http.StatusNoContent, nil, nil
}

func listAssignees(q *request) (int, any, *apiError) {
	return done(list(page(q, q.s.collaborators(q.repo)), q.s.user), nil)
}

func getAssignee(q *request) (int, any, *apiError) {
	if a := q.s.findAccount(q.vars["login"]); a != nil && q.s.collaborates(a, q.repo) {
		return http.StatusNoContent, nil, nil
	}
	return 0, nil, notFound()
}

// listOwnerErrors names the owners of CODEOWNERS that do not exist or may not write.
// https://docs.github.com/rest/repos/repos#list-codeowners-errors
func listOwnerErrors(q *request) (int, any, *apiError) {
	branch := orDefault(q.query.Get("ref"), q.repo.defaultBranch)
	for _, place := range ownerPlaces {
		text, err := q.repo.git.file(q.repo.branches[branch], place)
		if err != nil {
			continue
		}
		var all []object
		for n, line := range strings.Split(string(text), "\n") {
			all = append(all, q.ownerErrors(place, n+1, line)...)
		}
		return done(object{"errors": list(all, func(o object) object { return o })}, nil)
	}
	return 0, nil, notFound()
}

func (q *request) ownerErrors(place string, number int, line string) []object {
	var all []object
	rules := parseOwners(line)
	if len(rules) == 0 {
		return nil
	}
	for _, name := range rules[0].owners {
		if len(q.s.ownersNamed(q.repo, name)) > 0 {
			continue
		}
		at := strings.Index(line, name) + 1
		hint := fmt.Sprintf("make sure %s exists and has write access to the repository", name)
		all = append(all, object{"line": number, "column": at, "kind": "Unknown owner", "source": line, "suggestion": hint, "path": place,
			"message": fmt.Sprintf("Unknown owner on line %d: %s\n\n  %s\n  %s^", number, hint, line, strings.Repeat(" ", at-1))})
	}
	return all
}

// listContributors counts the authors of the default branch's commits, by their addresses.
func listContributors(q *request) (int, any, *apiError) {
	count := map[*account]int{}
	for _, sha := range q.repo.git.between("", q.repo.branches[q.repo.defaultBranch]) {
		c, err := q.repo.git.commit(sha)
		if err != nil {
			return 0, nil, q.s.internal(err)
		}
		if a := q.s.byEmail(c.author.email); a != nil {
			count[a]++
		}
	}
	var who []*account
	for _, a := range q.s.w.accounts {
		if count[a] > 0 {
			who = append(who, a)
		}
	}
	sort.SliceStable(who, func(i, j int) bool { return count[who[i]] > count[who[j]] })
	return done(list(page(q, who), func(a *account) object {
		o := q.s.user(a)
		o["contributions"] = count[a]
		return o
	}), nil)
}

// languagesOf are the endings of files that count as a language here.
var languagesOf = map[string]string{".go": "Go", ".js": "JavaScript", ".ts": "TypeScript", ".py": "Python", ".rb": "Ruby", ".java": "Java", ".rs": "Rust"}

func getLanguages(q *request) (int, any, *apiError) {
	sizes := object{}
	files, err := q.repo.git.changes(emptyTree, q.repo.branches[q.repo.defaultBranch])
	if err != nil {
		return 0, nil, q.s.internal(err)
	}
	for _, f := range files {
		name := languagesOf[strings.ToLower(f.path[strings.LastIndex(f.path, ".")+1-min(1, strings.Count(f.path, ".")):])]
		if text, err := q.repo.git.file(q.repo.branches[q.repo.defaultBranch], f.path); err == nil && name != "" {
			n, _ := sizes[name].(int)
			sizes[name] = n + len(text)
		}
	}
	return done(sizes, nil)
}

func getReadme(q *request) (int, any, *apiError) {
	q.vars["path"] = "README.md"
	return getContents(q)
}

// partOfProtection is a part of classic protection under its own address.
func partOfProtection(part, absent string) func(*request) (int, any, *apiError) {
	return func(q *request) (int, any, *apiError) {
		status, v, e := getProtection(q)
		if e != nil {
			return 0, nil, e
		}
		o, ok := v.(object)[part]
		if !ok {
			return 0, nil, &apiError{Status: 404, Message: absent}
		}
		return status, o, nil
	}
}

// getTagObject is an annotated tag: an object of its own, which names the commit.
// https://docs.github.com/rest/git/tags#get-a-tag
func getTagObject(q *request) (int, any, *apiError) {
	sha := q.vars["sha"]
	o, err := q.repo.git.read(sha)
	if err != nil || o.kind != "tag" {
		return 0, nil, notFound()
	}
	head, message, _ := strings.Cut(string(o.body), "\n\n")
	fields := map[string]string{}
	for line := range strings.SplitSeq(head, "\n") {
		k, v, _ := strings.Cut(line, " ")
		fields[k] = v
	}
	by := parseSignature(fields["tagger"])
	u := q.s.repoURL(q.repo) + "/git/"
	return done(object{"node_id": globalID("TA", q.repo.id, sha), "tag": fields["tag"], "sha": sha, "url": u + "tags/" + sha, "message": message,
		"tagger":       object{"name": by.name, "email": by.email, "date": stamp(by.at)},
		"object":       object{"sha": fields["object"], "type": fields["type"], "url": u + fields["type"] + "s/" + fields["object"]},
		"verification": object{"verified": false, "reason": "unsigned", "signature": nil, "payload": nil, "verified_at": nil}}, nil)
}
