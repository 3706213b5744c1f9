package contract

import (
	"net/http"
	"strings"
	"testing"
)

func TestRequest(t *testing.T) {
	const pull = "/repos/acme/api/pulls/7"
	for _, tt := range []struct {
		name, method, target, body string
		want                       string // a part of the judgement; empty: none
	}{
		{"merge", "PUT", pull + "/merge", `{"merge_method":"squash","sha":"a1"}`, ""},
		{"merge without a body", "PUT", pull + "/merge", "", ""},
		{"merge, misspelt property", "PUT", pull + "/merge", `{"merge_methd":"squash"}`, "body/merge_methd: unknown property"},
		{"merge, no such method", "PUT", pull + "/merge", `{"merge_method":"ff"}`, "body/merge_method: value is not one of the allowed values"},
		{"merge, wrong type", "PUT", pull + "/merge", `{"sha":1}`, "body/sha: value must be a string"},
		{"merge, several faults", "PUT", pull + "/merge", `{"sha":1,"x":2}`, "body/x: unknown property"},
		{"merge, no JSON", "PUT", pull + "/merge", `{`, "body is no JSON"},
		{"number that is none", "GET", "/repos/acme/api/pulls/seven", "", `parameter "pull_number"`},
		{"operation that is not declared", "DELETE", pull + "/merge", "", "declared are GET /repos/{owner}/{repo}/pulls/{pull_number}/merge, PUT"},
		{"path that GitHub has not", "GET", "/repos/acme/api/pull/7", "", "not declared"},
		{"path with a slash at its end", "GET", pull + "/", "", "not declared"},
		{"operation of GitHub's that is not declared", "DELETE", "/repos/acme/api", "", "not declared"},

		{"query", "GET", "/repos/acme/api/pulls?state=open&per_page=100&page=2", "", ""},
		{"query, unknown parameter", "GET", "/repos/acme/api/issues/7/comments?sort=created", "", `knows no query parameter "sort"`},
		{"query, no such state", "GET", "/repos/acme/api/pulls?state=opened", "", `parameter "state"`},
		{"query, no number", "GET", "/repos/acme/api/pulls?per_page=all", "", `parameter "per_page"`},
		{"query, given twice", "GET", "/repos/acme/api/pulls?page=1&page=2", "", `parameter "page" is given 2 times`},
		{"query, required and missing", "GET", "/search/issues", "", `query parameter "q" is required`},
		{"query, no time", "GET", "/repos/acme/api/commits?since=yesterday", "", `parameter "since"`},
		{"body where none is taken", "GET", pull, `{}`, "takes no body"},
		{"body missing", "POST", "/repos/acme/api/git/refs", "", "needs a body"},
		{"property missing", "POST", "/repos/acme/api/git/refs", `{"ref":"refs/heads/x"}`, `"sha" is missing`},

		{"remove reviewers", "DELETE", pull + "/requested_reviewers", `{"reviewers":[],"team_reviewers":["core"]}`, ""},
		{"remove teams alone", "DELETE", pull + "/requested_reviewers", `{"team_reviewers":["core"]}`, `"reviewers" is missing`},
		{"unknown property deep within", "POST", "/repos/acme/api/git/trees", `{"tree":[{"path":"a","mod":"100644"}]}`, "body/tree/0/mod: unknown property"},
		{"check run", "POST", "/repos/acme/api/check-runs", `{"name":"pitcrew","head_sha":"a1","status":"completed","conclusion":"neutral","output":{"title":"t","summary":"s"}}`, ""},
		{"check run, title missing", "POST", "/repos/acme/api/check-runs", `{"name":"pitcrew","head_sha":"a1","output":{"summary":"s"}}`, `body/output/title: property "title" is missing`},
		{"labels as a bare array", "POST", "/repos/acme/api/issues/7/labels", `["a"]`, "body"},
		{"label without a name", "POST", "/repos/acme/api/issues/7/labels", `{"labels":["a",{"confidence":"low"}]}`, `body/labels/1/name: property "name" is missing`},
		{"labels", "POST", "/repos/acme/api/issues/7/labels", `{"labels":["a"]}`, ""},

		{"path parameter with slashes", "GET", "/repos/acme/api/contents/a/b/c.json?ref=main", "", ""},
		{"escaped label", "DELETE", "/repos/acme/api/issues/7/labels/kind%2Fbug", "", ""},
		{"label with a slash", "DELETE", "/repos/acme/api/issues/7/labels/kind/bug", "", "not declared"},
		{"branch with slashes before a word of the path", "GET", "/repos/acme/api/branches/release/1.x/protection", "", ""},
		{"repository by number", "GET", "/repositories/42/pulls?page=2", "", ""},
		{"repository by number, unknown parameter", "GET", "/repositories/42/pulls?pages=2", "", `no query parameter "pages"`},
		{"team by numbers", "GET", "/organizations/4/team/2/members?page=2", "", ""},
		{"organisation by number", "GET", "/organizations/4/repos?page=2", "", ""},
		{"GitHub Enterprise Server", "PUT", "/api/v3" + pull + "/merge", `{"shaa":"a1"}`, "body/shaa: unknown property"},
		{"token for an installation", "POST", "/app/installations/3/access_tokens", `{"repositories":["api"],"permissions":{"contents":"write"}}`, ""},
		{"token with a permission that GitHub has not", "POST", "/app/installations/3/access_tokens", `{"permissions":{"content":"write"}}`, "body/permissions/content: unknown property"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			check(t, referee(t).Request(request(t, tt.method, tt.target, tt.body), []byte(tt.body)), tt.want)
		})
	}
}

func TestHeaders(t *testing.T) {
	for _, tt := range []struct {
		name, target, header, value string
		want                        string
	}{
		{"no User-Agent", "/repos/acme/api", "User-Agent", "", "User-Agent is missing"},
		{"version of tomorrow", "/repos/acme/api", "X-GitHub-Api-Version", "2031-01-01", "X-GitHub-Api-Version"},
		{"newer version", "/repos/acme/api", "X-GitHub-Api-Version", "2026-03-10", ""},
		{"no version, GitHub's media type", "/repos/acme/api", "X-GitHub-Api-Version", "", ""},
		{"several media types", "/repos/acme/api", "Accept", "application/vnd.github.v3+json, application/vnd.github.antiope-preview+json;q=0.9", ""},
		{"raw", "/repos/acme/api/contents/x", "Accept", "application/vnd.github.raw+json", ""},
		{"another media type", "/repos/acme/api", "Accept", "text/html", `Accept "text/html"`},
		{"no credentials", "/repos/acme/api", "Authorization", "", "Authorization is missing"},
		{"no credentials where none are needed", "/meta", "Authorization", "", ""},
		{"Basic", "/repos/acme/api", "Authorization", "Basic cGl0OmNyZXc=", `scheme "Basic"`},
		{"the older scheme", "/repos/acme/api", "Authorization", "token " + installationToken, ""},
		{"longer token", "/repos/acme/api", "Authorization", "Bearer ghs_1_" + appJWT, ""},
		{"token with a line break", "/repos/acme/api", "Authorization", "Bearer ghs_012345\n6789", "is no token"},
		{"JWT for an installation's operation", "/repos/acme/api", "Authorization", "Bearer " + appJWT, "App's JWT"},
		{"installation's token for the App's operation", "/app", "Authorization", "Bearer " + installationToken, "is no JWT"},
		{"JWT with the older scheme", "/app", "Authorization", "token " + appJWT, "not Bearer"},
		{"no content type", "/repos/acme/api", "Content-Type", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req := request(t, "GET", tt.target, "")
			req.Header.Del(tt.header)
			if tt.value != "" {
				req.Header[http.CanonicalHeaderKey(tt.header)] = []string{tt.value}
			}
			check(t, referee(t).Request(req, nil), tt.want)
		})
	}
}

func TestNeitherVersionNorMediaType(t *testing.T) {
	req := request(t, "GET", "/repos/acme/api", "")
	req.Header.Del("X-GitHub-Api-Version")
	req.Header.Set("Accept", "application/json")
	check(t, referee(t).Request(req, nil), "the version is left to chance")
}

func TestContentType(t *testing.T) {
	const body = `{"sha":"a1"}`
	req := request(t, "PUT", "/repos/acme/api/pulls/7/merge", body)
	req.Header.Set("Content-Type", "text/plain")
	check(t, referee(t).Request(req, []byte(body)), `Content-Type is "text/plain"`)
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	check(t, referee(t).Request(req, []byte(body)), "")
}

// A judgement shows the request so that it can be tried by hand, and shows no
// secret of it, wherever that stands.
func TestCurl(t *testing.T) {
	const body = `{"bdy":"it's ` + installationToken + `","client_secret":"hush","pem":"-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"}`
	req := request(t, "POST", "/repos/acme/api/issues/7/comments?access_token=hidden", body)
	err := referee(t).Request(req, []byte(body))
	check(t, err, "curl -X POST")
	check(t, err, "'https://api.github.com/repos/acme/api/issues/7/comments?access_token=***'")
	check(t, err, "-H 'Authorization: Bearer ***'")
	check(t, err, `it'\''s ***`)
	for _, secret := range []string{installationToken, "hush", "MIIE", "hidden"} {
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("shows %q:\n%v", secret, err)
		}
	}
}
