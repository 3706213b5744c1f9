package story

import (
	"net/http/httptest"
	"testing"
)

func TestCrashIsRead(t *testing.T) {
	for text, ok := range map[string]bool{"merge": true, "merge after": true, "open after": true, "": false, "read": false, "merge before": false} {
		if _, err := parseCrash(text); (err == nil) != ok {
			t.Errorf("crash %s: %v", text, err)
		}
	}
}

func TestCrashMeansWritesAlone(t *testing.T) {
	for _, c := range []struct {
		route, method, path, body string
		want                      bool
	}{
		{"merge", "PUT", "/repos/acme/api/pulls/7/merge", "", true},
		{"merge", "GET", "/repos/acme/api/pulls/7/merge", "", false},
		{"merge", "PUT", "/repos/acme/api/pulls/7/update-branch", "", false},
		{"open", "POST", "/graphql", "mutation{a:createPullRequest(input:$a){b}}", true},
		{"open", "POST", "/graphql", "query{viewer{login}}", false},
	} {
		r := httptest.NewRequest(c.method, c.path, nil)
		if got := (&crash{route: c.route}).means(r, []byte(c.body)); got != c.want {
			t.Errorf("crash %s at %s %s: %t", c.route, c.method, c.path, got)
		}
	}
}
