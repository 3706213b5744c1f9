package contract

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFind(t *testing.T) {
	type params = map[string]string
	acme := func(name, value string) params { return params{"owner": "acme", "repo": "api", name: value} }
	for _, tt := range []struct {
		method, path string
		route        string
		params       params
	}{
		{"GET", "/repos/acme/api/commits/feature/x/status", "GET /repos/{owner}/{repo}/commits/{ref}/status", acme("ref", "feature/x")},
		{"GET", "/repos/acme/api/commits/feature/x", "GET /repos/{owner}/{repo}/commits/{ref}", acme("ref", "feature/x")},
		{"GET", "/repos/acme/api/branches/a/b/protection", "GET /repos/{owner}/{repo}/branches/{branch}/protection", acme("branch", "a/b")},
		{"DELETE", "/repos/acme/api/git/refs/heads/pitcrew/x", "DELETE /repos/{owner}/{repo}/git/refs/{ref}", acme("ref", "heads/pitcrew/x")},
		{"GET", "/repos/acme/api/labels/kind%2Fbug", "GET /repos/{owner}/{repo}/labels/{name}", acme("name", "kind/bug")},
		{"GET", "/repos/acme/api/compare/main...ana:x", "GET /repos/{owner}/{repo}/compare/{basehead}", acme("basehead", "main...ana:x")},
		{"GET", "/repos/acme/api/releases/latest", "GET /repos/{owner}/{repo}/releases/latest", params{"owner": "acme", "repo": "api"}},
		{"GET", "/api/v3/app", "GET /app", params{}},
		{"GET", "/repositories/42", "GET /repos/{owner}/{repo}", params{"owner": "-", "repo": "42"}},
		{"GET", "/organizations/4/team/2", "GET /orgs/{org}/teams/{team_slug}", params{"org": "4", "team_slug": "2"}},
	} {
		t.Run(tt.path, func(t *testing.T) {
			rt, got, err := referee(t).find(tt.method, request(t, tt.method, tt.path, "").URL)
			if err != nil {
				t.Fatal(err)
			}
			if rt.String() != tt.route {
				t.Errorf("got %s, want %s", rt, tt.route)
			}
			if diff := cmp.Diff(tt.params, got); diff != "" {
				t.Errorf("parameters (-want +got):\n%s", diff)
			}
		})
	}
}
