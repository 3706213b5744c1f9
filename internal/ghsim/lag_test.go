package ghsim

import (
	"strings"
	"testing"
	"time"
)

// A resource that lags is late wherever it is read, by REST and by GraphQL; everything else is as it is now.
func TestLagByResource(t *testing.T) {
	const query = `{"query":"{repository(owner:\"acme\",name:\"api\"){pullRequest(number:7){headRefOid labels(first:9){nodes{name}} reviews(first:9){totalCount} comments(first:9){totalCount} statusCheckRollup{state}}}}"}`
	changes := []string{"push 7 a2", "label 7 +new", "review 7 bob approved", `comment 7 bob "hi"`, "check 7 build success", "release v1.0.0"}
	for _, tt := range []struct {
		of   string
		late []string // of the two answers and the list of releases
	}{
		{"checks", []string{"rollup"}},
		{"labels", []string{"labels"}},
		{"reviews", []string{"reviews"}},
		{"comments", []string{"comments"}},
		{"releases", []string{"releases"}},
		{"pulls", []string{"head", "labels", "reviews", "comments", "rollup"}}, // a head of before has no checks of now
		{"branches", nil},
	} {
		t.Run(tt.of, func(t *testing.T) {
			l := newLab(t, "prs: {7: {author: ana, head: a1}}\n")
			l.exec("lag " + tt.of + " 20s")
			l.now = l.now.Add(time.Second)
			l.exec(changes...)
			seen := func() map[string]bool {
				q := string(l.do("POST", "/graphql", query).want(200).raw)
				rest := string(l.do("GET", pull7, "").want(200).raw)
				return map[string]bool{
					"head":     strings.Contains(q, l.s.SHA("a2")) && strings.Contains(rest, l.s.SHA("a2")),
					"labels":   strings.Contains(q, `"new"`) && strings.Contains(rest, `"new"`),
					"reviews":  strings.Contains(q, `"reviews":{"totalCount":1}`) && len(l.do("GET", pull7+"/reviews", "").list) == 1,
					"comments": strings.Contains(q, `"comments":{"totalCount":1}`) && len(l.do("GET", api+"/issues/7/comments", "").list) == 1,
					"rollup":   strings.Contains(q, `"SUCCESS"`),
					"releases": len(l.do("GET", api+"/releases", "").list) == 1,
				}
			}
			for what, there := range seen() {
				if there == contains(tt.late, what) {
					t.Errorf("at once: %s is there %v", what, there)
				}
			}
			if tt.of == "branches" && l.do("GET", api+"/git/ref/heads/feature-7", "").obj["object"].(map[string]any)["sha"] != l.s.SHA("a1") {
				t.Error("the branch is at its new tip already")
			}
			l.now = l.now.Add(20 * time.Second)
			for what, there := range seen() {
				if !there {
					t.Errorf("after the lag: no %s", what)
				}
			}
			l.noErrs()
		})
	}
}
