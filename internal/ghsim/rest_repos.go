package ghsim

import (
	"encoding/base64"
	"net/http"
	"path"
	"strings"
)

const repoPath = "/repos/{owner}/{repo}"

var (
	readMeta     = []string{"metadata:read"}
	readContents = []string{"contents:read"}
	readAdmin    = []string{"administration:read"}
)

var repoRoutes = []route{
	{method: "GET", path: repoPath, need: readMeta, run: func(q *request) (int, any, *apiError) { return done(q.s.fullRepoJSON(q.repo, q.who), nil) }},
	{method: "GET", path: repoPath + "/branches", need: readContents, run: listBranches},
	{method: "GET", path: repoPath + "/branches/{branch+}", need: readContents, run: getBranch},
	{method: "GET", path: repoPath + "/branches/{branch+}/protection", need: readAdmin, run: getProtection},
	{method: "GET", path: repoPath + "/rules/branches/{branch+}", need: readMeta, fault: "rules", run: getRules},
	{method: "GET", path: repoPath + "/rulesets", need: readMeta, run: listRulesets},
	{method: "GET", path: repoPath + "/rulesets/{id}", need: readMeta, run: getRuleset},
	{method: "GET", path: repoPath + "/contents", need: readContents, fault: "contents", run: getContents},
	{method: "GET", path: repoPath + "/contents/{path+}", need: readContents, fault: "contents", run: getContents},
	{method: "PUT", path: repoPath + "/contents/{path+}", need: []string{"contents:write"}, body: "message content sha branch", run: putContents},
	{method: "DELETE", path: repoPath + "/contents/{path+}", need: []string{"contents:write"}, body: "message sha branch", run: deleteContents},
	{method: "GET", path: repoPath + "/tags", need: readMeta, run: listTags},
	{method: "GET", path: repoPath + "/releases", need: readContents, run: listReleases},
	{method: "GET", path: repoPath + "/releases/latest", need: readContents, run: getLatestRelease},
	{method: "GET", path: repoPath + "/releases/tags/{tag+}", need: readContents, run: getReleaseByTag},
	{method: "GET", path: repoPath + "/releases/{id}", need: readContents, run: getRelease},
	{method: "POST", path: repoPath + "/releases", need: []string{"contents:write"}, body: "tag_name target_commitish name body draft prerelease", run: postRelease},
	{method: "PATCH", path: repoPath + "/releases/{id}", need: []string{"contents:write"}, body: "tag_name target_commitish name body draft prerelease", run: patchRelease},
	{method: "POST", path: repoPath + "/releases/generate-notes", need: []string{"contents:write"}, body: "tag_name target_commitish previous_tag_name", run: postNotes},
}

func (q *request) branchJSON(name string, full bool) object {
	r, s := q.repo, q.s
	d := s.requirements(r, name)
	contexts, checks := []any{}, []any{}
	for _, c := range d.required() {
		contexts = append(contexts, c.context)
		checks = append(checks, object{"context": c.context, "app_id": appID(c.app)})
	}
	u := s.repoURL(r) + "/branches/" + name
	o := object{"name": name, "protected": d.classic != nil || len(d.rulesets) > 0,
		"commit":         object{"sha": r.branches[name], "url": s.repoURL(r) + "/commits/" + r.branches[name]},
		"protection":     object{"enabled": d.classic != nil, "required_status_checks": object{"enforcement_level": "off", "contexts": contexts, "checks": checks}},
		"protection_url": u + "/protection"}
	if full {
		c, err := r.git.commit(r.branches[name])
		if err != nil {
			s.internal(err)
			return o
		}
		o["commit"] = s.commitJSON(r, c)
		o["_links"] = object{"self": u, "html": s.base + "/" + r.fullName() + "/tree/" + name}
	}
	return o
}

func appID(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

func listBranches(q *request) (int, any, *apiError) {
	only := q.query.oneOf("protected", "", "true", "false")
	var names []string
	for _, b := range sortedKeys(q.repo.branches) {
		if only == "" || (only == "true") == (q.s.requirements(q.repo, b).classic != nil) {
			names = append(names, b)
		}
	}
	return done(list(page(q, names), func(b string) object { return q.branchJSON(b, false) }), nil)
}

func getBranch(q *request) (int, any, *apiError) {
	if q.repo.branches[q.vars["branch"]] == "" {
		return 0, nil, &apiError{Status: 404, Message: "Branch not found"}
	}
	return done(q.branchJSON(q.vars["branch"], true), nil)
}

// getProtection is classic protection alone.
// https://docs.github.com/rest/branches/branch-protection#get-branch-protection
func getProtection(q *request) (int, any, *apiError) {
	name := q.vars["branch"]
	c := q.s.requirements(q.repo, name).classic
	switch {
	case q.repo.branches[name] == "":
		return 0, nil, &apiError{Status: 404, Message: "Branch not found"}
	case q.who.user != nil && q.s.permission(q.who.user, q.repo) != "admin":
		return 0, nil, notFound()
	case c == nil:
		return 0, nil, &apiError{Status: 404, Message: "Branch not protected"}
	}
	u := q.s.repoURL(q.repo) + "/branches/" + name + "/protection"
	on := func(b bool) object { return object{"enabled": b} }
	o := object{"url": u, "enforce_admins": object{"url": u + "/enforce_admins", "enabled": c.admins}, "required_linear_history": on(c.linear),
		"allow_force_pushes": on(false), "allow_deletions": on(false), "block_creations": on(false), "required_conversation_resolution": on(c.conversations),
		"lock_branch": on(c.locked), "allow_fork_syncing": on(false), "required_signatures": object{"url": u + "/required_signatures", "enabled": c.signatures}}
	if len(c.checks) > 0 {
		o["required_status_checks"] = requiredJSON(u, c)
	}
	if c.reviews {
		o["required_pull_request_reviews"] = object{"url": u + "/required_pull_request_reviews", "dismiss_stale_reviews": c.dismissStale,
			"require_code_owner_reviews": c.owners, "required_approving_review_count": c.approvals, "require_last_push_approval": c.lastPush}
	}
	if c.limited {
		o["restrictions"] = q.restrictionsJSON(u, c)
	}
	return done(o, nil)
}

func requiredJSON(u string, c *protection) object {
	contexts, checks := []any{}, []any{}
	for _, x := range c.checks {
		contexts = append(contexts, x.context)
		checks = append(checks, object{"context": x.context, "app_id": appID(x.app)})
	}
	return object{"url": u + "/required_status_checks", "strict": c.strict, "contexts": contexts,
		"contexts_url": u + "/required_status_checks/contexts", "checks": checks}
}

func (q *request) restrictionsJSON(u string, c *protection) object {
	users, apps := []any{}, []any{}
	for _, a := range c.restrict {
		if a.app != nil {
			o := q.s.appJSON(a.app)
			o["permissions"] = object{"metadata": "read", "contents": a.app.permissions["contents"]}
			apps = append(apps, o)
		} else {
			users = append(users, q.s.user(a))
		}
	}
	u += "/restrictions"
	return object{"url": u, "users_url": u + "/users", "teams_url": u + "/teams", "apps_url": u + "/apps", "users": users, "teams": []any{}, "apps": apps}
}

// getRules is the merged view of the active rulesets; classic protection is not in it.
// https://docs.github.com/rest/repos/rules#get-rules-for-a-branch
func getRules(q *request) (int, any, *apiError) {
	var all []object
	for _, x := range q.s.requirements(q.repo, q.vars["branch"]).rulesets {
		for _, o := range x.rulesJSON() {
			o["ruleset_source_type"], o["ruleset_source"], o["ruleset_id"] = "Repository", q.repo.fullName(), x.id
			all = append(all, o)
		}
	}
	return done(list(page(q, all), func(o object) object { return o }), nil)
}

// rulesJSON are the rules of a ruleset.
func (x *ruleset) rulesJSON() []object {
	var all []object
	add := func(kind string, parameters object) {
		o := object{"type": kind}
		if parameters != nil {
			o["parameters"] = parameters
		}
		all = append(all, o)
	}
	if x.reviews || x.conversations || len(x.methods) > 0 {
		o := object{"required_approving_review_count": x.approvals, "dismiss_stale_reviews_on_push": x.dismissStale,
			"require_code_owner_review": x.owners, "require_last_push_approval": x.lastPush, "required_review_thread_resolution": x.conversations}
		if len(x.methods) > 0 {
			o["allowed_merge_methods"] = stringsJSON(x.methods)
		}
		add("pull_request", o)
	}
	if len(x.checks) > 0 {
		checks := []any{}
		for _, c := range x.checks {
			o := object{"context": c.context}
			if c.app != 0 {
				o["integration_id"] = c.app
			}
			checks = append(checks, o)
		}
		add("required_status_checks", object{"strict_required_status_checks_policy": x.strict, "required_status_checks": checks})
	}
	if x.linear {
		add("required_linear_history", nil)
	}
	if x.signatures {
		add("required_signatures", nil)
	}
	if x.deletion {
		add("deletion", nil)
	}
	if x.queue {
		add("merge_queue", object{"check_response_timeout_minutes": 60, "grouping_strategy": "ALLGREEN", "max_entries_to_build": 5,
			"max_entries_to_merge": 5, "merge_method": strings.ToUpper(orDefault(x.queueMethod, "squash")), "min_entries_to_merge": 1, "min_entries_to_merge_wait_minutes": 5})
	}
	return all
}

func (q *request) rulesetJSON(x *ruleset, full bool) object {
	o := object{"id": x.id, "name": x.name, "target": "branch", "source_type": "Repository", "source": q.repo.fullName(), "enforcement": x.enforcement,
		"node_id": globalID("RRS", q.repo.id, x.id), "created_at": stamp(x.created), "updated_at": stamp(x.created),
		"_links": object{"self": object{"href": q.s.repoURL(q.repo) + "/rulesets/" + itoa(x.id)}, "html": object{"href": q.s.base + "/" + q.repo.fullName() + "/rules/" + itoa(x.id)}}}
	if full {
		o["conditions"] = object{"ref_name": object{"include": stringsJSON(x.include), "exclude": stringsJSON(x.exclude)}}
		o["rules"] = list(x.rulesJSON(), func(o object) object { return o })
	}
	return o
}

func listRulesets(q *request) (int, any, *apiError) {
	q.query.Get("includes_parents") // organisations have none here
	return done(list(page(q, q.repo.rulesets), func(x *ruleset) object { return q.rulesetJSON(x, false) }), nil)
}

func getRuleset(q *request) (int, any, *apiError) {
	q.query.Get("includes_parents")
	for _, x := range q.repo.rulesets {
		if x.id == q.id() {
			return done(q.rulesetJSON(x, true), nil)
		}
	}
	return 0, nil, notFound()
}

// getContents is a file, raw where the caller accepts that, or a directory.
// https://docs.github.com/rest/repos/contents#get-repository-content
func getContents(q *request) (int, any, *apiError) {
	ref := orDefault(q.query.Get("ref"), q.repo.defaultBranch)
	c, e := q.commitOr(ref, &apiError{Status: 404, Message: "No commit found for the ref " + ref})
	if e != nil {
		return 0, nil, e
	}
	name := strings.Trim(q.vars["path"], "/")
	at, err := q.repo.git.lookup(c.sha, name)
	if err != nil {
		return 0, nil, notFound()
	}
	if at.kind() == "tree" {
		entries, err := q.repo.git.treeEntries(at.sha)
		if err != nil {
			return 0, nil, q.s.internal(err)
		}
		return done(list(entries, func(t treeEntry) object { return q.contentJSON(path.Join(name, t.name), ref, t) }), nil)
	}
	text, err := q.repo.git.blob(at.sha)
	if err != nil {
		return 0, nil, q.s.internal(err)
	}
	if q.form == "raw" {
		q.head.Set("Content-Type", "application/vnd.github.raw+json; charset=utf-8")
		return http.StatusOK, text, nil
	}
	o := q.contentJSON(name, ref, at)
	o["content"], o["encoding"] = wrapped(text), "base64"
	return done(o, nil)
}

// wrapped is base64 in lines of 60, as GitHub sends it.
func wrapped(text []byte) string {
	plain := base64.StdEncoding.EncodeToString(text)
	var b strings.Builder
	for len(plain) > 0 {
		n := min(60, len(plain))
		b.WriteString(plain[:n] + "\n")
		plain = plain[n:]
	}
	return b.String()
}

func (q *request) contentJSON(name, ref string, t treeEntry) object {
	kind, size := "file", 0
	git := "/git/blobs/"
	download := any(q.s.base + "/" + q.repo.fullName() + "/raw/" + ref + "/" + name)
	if t.kind() == "tree" {
		kind, git, download = "dir", "/git/trees/", nil
	} else if b, err := q.repo.git.blob(t.sha); err == nil {
		size = len(b)
	}
	u := q.s.repoURL(q.repo)
	self, gitURL, html := u+"/contents/"+name+"?ref="+ref, u+git+t.sha, q.s.base+"/"+q.repo.fullName()+"/blob/"+ref+"/"+name
	return object{"type": kind, "size": size, "name": path.Base(name), "path": name, "sha": t.sha, "url": self, "git_url": gitURL, "html_url": html,
		"download_url": download, "_links": object{"self": self, "git": gitURL, "html": html}}
}

// putContents commits one file. sha must be that of the file as it is; it is absent for a new one.
// https://docs.github.com/rest/repos/contents#create-or-update-file-contents
func putContents(q *request) (int, any, *apiError) {
	var in struct{ Message, Content, SHA, Branch string }
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	name, branch := q.vars["path"], orDefault(in.Branch, q.repo.defaultBranch)
	text, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(in.Content, "\n", ""))
	if err != nil {
		return 0, nil, &apiError{Status: 422, Message: "content is not valid Base64"}
	}
	status := http.StatusCreated
	if at, err := q.repo.git.lookup(q.repo.branches[branch], name); err == nil {
		status = http.StatusOK
		if in.SHA == "" {
			return 0, nil, &apiError{Status: 422, Message: "Invalid request.\n\n\"sha\" wasn't supplied."}
		}
		if in.SHA != at.sha {
			return 0, nil, &apiError{Status: 409, Message: name + " does not match " + in.SHA}
		}
	}
	sha, e := q.s.commitOnBranch(q.repo, q.who, branch, "", changeInput{message: in.Message, additions: map[string][]byte{name: text}})
	if e != nil {
		return 0, nil, e
	}
	at, err := q.repo.git.lookup(sha, name)
	if err != nil {
		return 0, nil, q.s.internal(err)
	}
	c, err := q.repo.git.commit(sha)
	if err != nil {
		return 0, nil, q.s.internal(err)
	}
	return status, object{"content": q.contentJSON(name, branch, at), "commit": q.s.gitCommitJSON(q.repo, c)}, nil
}

// deleteContents commits that a file goes.
// https://docs.github.com/rest/repos/contents#delete-a-file
func deleteContents(q *request) (int, any, *apiError) {
	var in struct{ Message, SHA, Branch string }
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	name, branch := q.vars["path"], orDefault(in.Branch, q.repo.defaultBranch)
	at, err := q.repo.git.lookup(q.repo.branches[branch], name)
	switch {
	case err != nil:
		return 0, nil, notFound()
	case in.SHA == "":
		return 0, nil, &apiError{Status: 422, Message: "Invalid request.\n\n\"sha\" wasn't supplied."}
	case in.SHA != at.sha:
		return 0, nil, &apiError{Status: 409, Message: name + " does not match " + in.SHA}
	}
	sha, e := q.s.commitOnBranch(q.repo, q.who, branch, "", changeInput{message: in.Message, deletions: []string{name}})
	if e != nil {
		return 0, nil, e
	}
	c, err := q.repo.git.commit(sha)
	if err != nil {
		return 0, nil, q.s.internal(err)
	}
	return done(object{"content": nil, "commit": q.s.gitCommitJSON(q.repo, c)}, nil)
}

func listTags(q *request) (int, any, *apiError) {
	u := q.s.repoURL(q.repo)
	return done(list(page(q, sortedKeys(q.repo.tags)), func(t string) object {
		return object{"name": t, "commit": object{"sha": q.repo.tags[t], "url": u + "/commits/" + q.repo.tags[t]}, "zipball_url": u + "/zipball/refs/tags/" + t,
			"tarball_url": u + "/tarball/refs/tags/" + t, "node_id": globalID("REF", q.repo.id, "refs/tags/"+t)}
	}), nil)
}
