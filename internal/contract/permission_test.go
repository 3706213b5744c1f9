package contract

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func TestPermission(t *testing.T) {
	type granted = map[string]string
	for _, tt := range []struct {
		name, method, target string
		granted              granted
		want                 string
	}{
		{"enough", "PUT", "/repos/acme/api/pulls/7/merge", granted{"contents": "write"}, ""},
		{"reading does not write", "PUT", "/repos/acme/api/pulls/7/merge", granted{"contents": "read", "pull_requests": "write"}, "needs contents: write (https://docs.github.com/rest/pulls/pulls#merge-a-pull-request)"},
		{"writing reads", "GET", "/repos/acme/api/contents/x", granted{"contents": "write"}, ""},
		{"one of two", "POST", "/repos/acme/api/issues/7/labels", granted{"pull_requests": "write"}, ""},
		{"none of two", "POST", "/repos/acme/api/issues/7/labels", granted{"issues": "read"}, "needs issues: write or pull_requests: write"},
		{"update-branch", "PUT", "/repos/acme/api/pulls/7/update-branch", granted{"contents": "write"}, "needs pull_requests: write"},
		{"the App itself", "GET", "/app", nil, ""},
		{"by number", "GET", "/repositories/42/pulls", nil, "needs pull_requests: read"},
		{"undeclared", "DELETE", "/repos/acme/api", granted{"administration": "write"}, "not declared"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			check(t, referee(t).Permission(request(t, tt.method, tt.target, ""), tt.granted), tt.want)
		})
	}
}

// free are the declared operations that ask for no permission of an
// installation: the App's own, a user's, and those open to every token.
var free = []string{
	"GET /user", "GET /user/installations", "GET /user/installations/{installation_id}/repositories",
	"DELETE /installation/token", "GET /meta", "GET /rate_limit",
	"POST /app-manifests/{code}/conversions", "GET /users/{username}", "GET /search/issues",
}

// operations.txt, the trimmed description and the table of permissions speak
// of the same operations.
func TestTablesAgree(t *testing.T) {
	b, err := os.ReadFile("operations.txt")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			listed = append(listed, line)
		}
	}
	var described []string
	for _, rt := range referee(t).routes {
		described = append(described, rt.String())
		asked := len(Needs(rt.method, rt.template)) > 0
		if open := asApp(&rt) || slices.Contains(free, rt.String()); asked == open {
			t.Errorf("%s: in the table of permissions %v, free %v", &rt, asked, open)
		}
	}
	slices.Sort(listed)
	slices.Sort(described)
	if !slices.Equal(listed, described) {
		t.Errorf("operations.txt and openapi.json.gz differ: run genopenapi\nlisted:    %v\ndescribed: %v", listed, described)
	}
	seen := map[string]bool{}
	for _, n := range needs {
		if seen[n.operation] || !slices.Contains(listed, n.operation) {
			t.Errorf("permission of %s: twice, or of no declared operation", n.operation)
		}
		seen[n.operation] = true
		for _, p := range n.anyOf() {
			if p.Name == "" || !slices.Contains(accesses, p.Access) {
				t.Errorf("permission of %s: %q", n.operation, p)
			}
		}
	}
}

func cut(key string) (before, after string) {
	before, after, _ = strings.Cut(key, ".")
	return before, after
}
