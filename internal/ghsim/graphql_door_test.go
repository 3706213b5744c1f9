package ghsim

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The whole way of a client: address, token, headers; a story's state as Load makes it.
func TestGraphQLThroughTheDoor(t *testing.T) {
	s, err := New(Options{NoGit: *noGit, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	story := `
protection: {main: {approvals: 1, checks: [build], strict: true}}
prs: {7: {author: ana, head: a1, labels: [automerge], checks: {build: success}, reviews: {bob: approved}, requested: [cat], behind: 1}}
`
	if err := s.Load([]byte(story), nil); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(srv.Close)
	token := s.Credentials().Tokens["bob"]
	body, err := json.Marshal(map[string]any{"query": readDocument(t, "snapshot"), "variables": map[string]any{
		"owner": "acme", "name": "api", "number": 7, "headRef": s.SHA("a1"), "config": "main:.platform.yml", "co1": "main:CODEOWNERS",
		"co2": "main:.github/CODEOWNERS", "co3": "main:docs/CODEOWNERS", "admin": true, "rules": true, "teams": true}})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/graphql", "/api/graphql"} {
		status, head, out := postTo(t, srv.URL+path, token, string(body))
		if status != 200 || out["errors"] != nil || head.Get("X-RateLimit-Resource") != "graphql" {
			t.Fatalf("%s: %d %v %v", path, status, head, out)
		}
		pr := get(out, "data", "repository", "pullRequest")
		for key, want := range map[string]any{"headRefOid": s.SHA("a1"), "reviewDecision": "APPROVED", "viewerCanUpdateBranch": true, "state": "OPEN"} {
			if got := get(pr, key); got != want {
				t.Errorf("%s = %v, want %v", key, got, want)
			}
		}
		if get(pr, "reviewRequests", "nodes", 0, "requestedReviewer", "login") != "cat" {
			t.Errorf("requests %v", get(pr, "reviewRequests"))
		}
	}
	if status, _, _ := postTo(t, srv.URL+"/graphql", "none", string(body)); status != http.StatusUnauthorized {
		t.Errorf("an unknown token: %d", status)
	}
	if errs := s.Errs(); len(errs) > 0 {
		t.Error(errs)
	}
}

func postTo(t *testing.T, url, token, body string) (int, http.Header, map[string]any) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return res.StatusCode, res.Header, out
}

func TestGraphQLNeedsMoreThanAJWT(t *testing.T) {
	w := newGQLWorld(t)
	rec := httptest.NewRecorder()
	w.serveGraphQL(rec, httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query":"{viewer{login}}"}`)), &caller{app: w.ours})
	if rec.Code != http.StatusUnauthorized {
		t.Errorf("status %d", rec.Code)
	}
}
