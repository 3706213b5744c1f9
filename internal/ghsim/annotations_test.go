package ghsim

import (
	"fmt"
	"strings"
	"testing"
)

// Annotations come fifty a request, and updates add to those that are there.
func TestAnnotations(t *testing.T) {
	l := newLab(t, "prs: {7: {author: ana, head: a1}}\n")
	many := func(from, n int) string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf(`{"path":"a.go","start_line":%d,"end_line":%d,"annotation_level":"warning","message":"m%d"}`, from+i, from+i, from+i))
		}
		return `"output":{"title":"t","summary":"s","annotations":[` + strings.Join(list, ",") + `]}`
	}
	run := l.do("POST", api+"/check-runs", `{"name":"lint","head_sha":"`+l.s.SHA("a1")+`",`+many(1, 50)+`}`).want(201)
	path := fmt.Sprintf("%s/check-runs/%.0f", api, run.obj["id"])
	l.do("PATCH", path, `{`+many(51, 3)+`}`).says(200, `"annotations_count":53`)
	l.do("PATCH", path, `{"status":"in_progress"}`).says(200, `"annotations_count":53`)
	page := l.do("GET", path+"/annotations?per_page=50&page=2", "").want(200)
	if len(page.list) != 3 || page.list[2].(map[string]any)["message"] != "m53" {
		t.Errorf("second page: %s", page.raw)
	}
	l.do("POST", "/graphql", `{"query":"{repository(owner:\"acme\",name:\"api\"){object(oid:\"`+l.s.SHA("a1")+`\"){...on Commit{checkSuites(first:1){nodes{checkRuns(first:1){nodes{annotations(last:1){totalCount nodes{path annotationLevel message location{start{line column}}}}}}}}}}}}"}`).
		says(200, `"totalCount":53,"nodes":[{"path":"a.go","annotationLevel":"WARNING","message":"m53","location":{"start":{"line":53,"column":null}}}]`)
	for text, says := range map[string]string{
		many(1, 51): "No more than 50 items are allowed; 51 were supplied.",
		strings.Replace(many(1, 1), "warning", "loud", 1):                             "loud is not a member of",
		strings.Replace(many(1, 1), `"path":"a.go",`, "", 1):                          `path\" wasn't supplied`,
		strings.Replace(many(1, 1), `"m1"`, `""`, 1):                                  `message\" wasn't supplied`,
		strings.Replace(many(2, 1), `"end_line":2`, `"end_line":1`, 1):                "no lines of a file",
		strings.Replace(many(2, 1), `"end_line":2`, `"end_line":3,"end_column":1`, 1): "annotations of one line",
	} {
		l.do("PATCH", path, `{`+text+`}`).says(422, says)
	}
	l.do("GET", path, "").says(200, `"annotations_count":53`)
	l.noErrs()
}
