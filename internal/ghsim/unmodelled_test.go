package ghsim

import (
	"strings"
	"testing"
	"time"
)

// What is not simulated says so, with GitHub's status for what it cannot do, and is kept: a test fails even if its client goes on.
func TestNotSimulated(t *testing.T) {
	const query = `{"query":"%"}`
	graph := func(text string) string {
		return strings.Replace(query, "%", strings.ReplaceAll(inAPI(text), `"`, `\"`), 1)
	}
	for name, tt := range map[string]struct {
		method, path, body, accept string
		status                     int
		says                       string
	}{
		"operation":                 {"GET", api + "/milestones", "", "", 404, "GET /repos/acme/api/milestones"},
		"method":                    {"PUT", api + "/labels", "", "", 404, "PUT /repos/acme/api/labels"},
		"parameter":                 {"GET", api + "/pulls?stat=all", "", "", 422, `parameter \"stat\"`},
		"parameter of one object":   {"GET", api + "?x=y", "", "", 422, `parameter \"x\"`},
		"parameter of a write":      {"POST", api + "/labels?x=y", `{"name":"x"}`, "", 422, `parameter \"x\"`},
		"value of a parameter":      {"GET", api + "/pulls?state=merged", "", "", 422, `value \"merged\" of parameter \"state\"`},
		"sort":                      {"GET", api + "/pulls?sort=popularity", "", "", 422, `value \"popularity\"`},
		"page that is none":         {"GET", api + "/pulls?page=two", "", "", 422, `value \"two\"`},
		"property":                  {"PUT", mergePath, `{"merge_metod":"squash"}`, "", 422, `property \"merge_metod\"`},
		"property in an object":     {"POST", api + "/check-runs", `{"name":"x","head_sha":"x","output":{"title":"t","summry":"s"}}`, "", 422, `property \"summry\"`},
		"images of a check run":     {"POST", api + "/check-runs", `{"name":"x","head_sha":"x","output":{"title":"t","summary":"s","images":[{"alt":"a","image_url":"b"}]}}`, "", 422, "images of check runs"},
		"form":                      {"GET", pull7, "", "application/vnd.github.html+json", 415, `form \"html\"`},
		"diff of what has none":     {"GET", api + "/labels", "", "application/vnd.github.diff", 415, `form \"diff\"`},
		"field":                     {"POST", "/graphql", graph(`diskUsage`), "", 200, "Repository.diskUsage"},
		"argument":                  {"POST", "/graphql", graph(`collaborators(first:1,affiliation:OUTSIDE){totalCount}`), "", 200, "Repository.collaborators: argument affiliation"},
		"argument in an object":     {"POST", "/graphql", graph(`issues(first:1,filterBy:{assignee:\"x\"}){totalCount}`), "", 200, "Repository.issues: argument filterBy"},
		"order":                     {"POST", "/graphql", graph(`refs(first:1,refPrefix:\"refs/tags/\",orderBy:{field:TAG_COMMIT_DATE,direction:ASC}){totalCount}`), "", 200, "order by TAG_COMMIT_DATE"},
		"input of a mutation":       {"POST", "/graphql", strings.Replace(query, "%", `mutation{mergePullRequest(input:{pullRequestId:\"NODE\",authorEmail:\"a@b\"}){clientMutationId}}`, 1), "", 200, "Mutation.mergePullRequest: argument input.authorEmail"},
		"refs under half a word":    {"POST", "/graphql", graph(`refs(first:1,refPrefix:\"refs/heads/fea\"){totalCount}`), "", 200, "refPrefix refs/heads/fea"},
		"qualifier of a search":     {"GET", "/search/issues?q=colour:red", "", "", 422, "search colour:red"},
		"order of a search":         {"GET", "/search/issues?q=is:pr&sort=created", "", "", 422, `parameter \"sort\"`},
		"sign-in by something else": {"POST", "/login/oauth/access_token?grant_type=password&client_id=ID&client_secret=SECRET", "", "application/json", 200, "grant_type password"},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, "prs: {7: {author: ana, head: a1}}\n")
			l.wild = true
			head := map[string]string{}
			if tt.accept != "" {
				head["Accept"] = tt.accept
			}
			c := l.s.Credentials()
			path := strings.NewReplacer("=ID", "="+c.ClientID, "SECRET", c.ClientSecret).Replace(tt.path)
			l.do("GET", pull7, "")
			l.wait(2 * time.Second) // it is mergeable
			body := strings.NewReplacer(`\\"`, `\"`, "NODE", gqlID(l.s.w.repos[0].pulls[0])).Replace(tt.body)
			r := l.with(l.token, tt.method, path, body, head).says(tt.status, tt.says)
			if n := len(l.s.Errs()); n != 1 || !strings.Contains(string(r.raw), "not simulated") {
				t.Errorf("%d errors kept: %s", n, r.raw)
			}
		})
	}
}

// What GitHub itself refuses in a request's form.
func TestForms(t *testing.T) {
	l := newLab(t, "files: {README.md: \"hello\\n\"}\nprs: {7: {author: ana, head: a1}}\n")
	l.wild = true
	ask := func(path, accept string) reply {
		return l.with(l.token, "GET", path, "", map[string]string{"Accept": accept})
	}
	ask(api, "text/plain").says(415, "Unsupported 'Accept' header: 'text/plain'. Must accept 'application/json'.")
	for _, good := range []string{"*/*", "application/json", "application/vnd.github+json", "application/vnd.github.v3+json", "application/vnd.github.v3.raw+json",
		"application/vnd.github.machine-man-preview+json", "text/html, application/vnd.github.merge-info-preview+json;q=0.9", "text/html,*/*;q=0.8"} {
		ask(pull7, good).says(200, `"number":7`)
	}
	ask(api+"/contents/README.md", "application/vnd.github.raw").says(200, "hello\n")
	ask(api+"/contents/README.md", "application/vnd.github.v3.raw+json").says(200, "hello\n")
	if got := string(ask(api+"/commits/main", "application/vnd.github.sha").raw); len(got) != 40 {
		t.Errorf("sha of a commit: %s", got)
	}
	l.with(l.token, "GET", api, "", map[string]string{"X-GitHub-Api-Version": "2021-01-01"}).says(400, "is not supported")
	l.noErrs()
}

// Filters and orders of lists.
func TestLists(t *testing.T) {
	l := newLab(t, `
repos: {acme/web: {private: false}, acme/lib: {}}
people: {bob: admin, cat: read}
protection: {main: {approvals: 1}}
prs: {7: {author: ana, head: a1, checks: {build: success}}}
`)
	names := func(path, key string) string {
		var all []string
		r := l.do("GET", path, "").want(200)
		list := r.list
		if list == nil {
			list = r.obj["check_suites"].([]any)
		}
		for _, x := range list {
			s, _ := x.(map[string]any)[key].(string)
			all = append(all, s)
		}
		return strings.Join(all, " ")
	}
	for _, tt := range []struct{ path, key, want string }{
		{"/orgs/acme/repos?sort=full_name", "name", "api lib web"},
		{"/orgs/acme/repos?sort=full_name&direction=desc", "name", "web lib api"},
		{"/orgs/acme/repos?type=public", "name", "web"},
		{"/orgs/acme/repos?type=private&sort=full_name", "name", "api lib"},
		{api + "/branches?protected=true", "name", "main"},
		{api + "/branches?protected=false", "name", "feature-7"},
		{api + "/collaborators?permission=admin", "login", "bob"},
		{api + "/commits/a1/check-suites?check_name=build", "head_branch", "feature-7"},
		{api + "/commits/a1/check-suites?check_name=none", "head_branch", ""},
	} {
		if got := names(strings.Replace(tt.path, "/a1/", "/"+l.s.SHA("a1")+"/", 1), tt.key); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.path, got, tt.want)
		}
	}
	l.noErrs()
}

// What other clients do besides ours: labels as a bare list, as a whole set and none; a file deleted; one's own repositories.
func TestOtherClientsWays(t *testing.T) {
	l := newLab(t, "people: {bob: write}\nrepos: {acme/other: {}}\nprs: {7: {author: ana, head: a1, labels: [old]}}\n")
	l.wild = true // these are no operations of ours
	labels := func(method, body, want string) {
		t.Helper()
		l.do(method, api+"/issues/7/labels", body)
		var have []string
		for _, x := range l.do("GET", api+"/issues/7/labels", "").want(200).list {
			have = append(have, x.(map[string]any)["name"].(string))
		}
		if got := strings.Join(have, " "); got != want {
			t.Errorf("%s %s: labels %q, want %q", method, body, got, want)
		}
	}
	labels("POST", `["x"]`, "old x")
	labels("POST", `{"labels":["y"]}`, "old x y")
	labels("PUT", `["y","z"]`, "y z")
	labels("PUT", `{"labels":["a"]}`, "a")
	labels("DELETE", "", "")
	sha := l.do("GET", api+"/contents/README.md", "").want(200).obj["sha"].(string)
	l.do("DELETE", api+"/contents/README.md", `{"message":"m"}`).says(422, `\"sha\" wasn't supplied`)
	l.do("DELETE", api+"/contents/README.md", `{"message":"m","sha":"`+l.s.SHA("a1")+`"}`).says(409, "does not match")
	l.do("DELETE", api+"/contents/README.md", `{"message":"m","sha":"`+sha+`"}`).says(200, `"content":null`)
	l.do("GET", api+"/contents/README.md", "").want(404)
	l.as(l.person("bob"), "GET", "/user/repos", "").says(200, `"full_name":"acme/api"`)
	if n := len(l.as(l.person("bob"), "GET", "/user/repos", "").list); n != 2 {
		t.Errorf("bob has %d repositories", n)
	}
	l.as(l.person("bob"), "POST", pull7+"/reviews", `{"event":"APPROVE","comments":[]}`).want(200)
	l.noErrs()
}
