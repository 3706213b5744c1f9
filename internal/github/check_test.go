package github_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// annotated is a check run with so many annotations.
func annotated(l *lab, n int) rules.ReportCheck {
	c := rules.ReportCheck{Number: 7, Head: l.sim.SHA("a1"), Conclusion: "failure", Title: "t", Summary: "s", Digest: "d.a"}
	for i := range n {
		c.Annotations = append(c.Annotations, rules.Annotation{Path: rules.ConfigName, Line: i + 1, Column: 3, Level: "failure", Text: fmt.Sprintf("m%d", i+1)})
	}
	return c
}

// sentChecks are the writes of check runs: method, external id, and how many annotations they bring.
func (l *lab) sentChecks(since int) string {
	var lines []string
	for _, c := range l.sim.Calls()[since:] {
		var in struct {
			External string `json:"external_id"`
			Output   struct{ Annotations []any }
		}
		if strings.Contains(c.Path, "/check-runs") && json.Unmarshal([]byte(c.Body), &in) == nil {
			lines = append(lines, fmt.Sprintf("%s %q %d", c.Method, in.External, len(in.Output.Annotations)))
		}
	}
	return strings.Join(lines, ", ")
}

// Annotations are sent fifty a request; only the last one says that all are there.
func TestAnnotationsInParts(t *testing.T) {
	for _, c := range []struct {
		n    int
		want string
	}{
		{0, `POST "d.a" 0`},
		{50, `POST "d.a" 50`},
		{51, `POST "" 50, PATCH "d.a" 1`},
		{101, `POST "" 50, PATCH "" 50, PATCH "d.a" 1`},
	} {
		l := newLab(t, open)
		before := l.calls()
		if r := l.do(annotated(l, c.n)); r.Outcome != github.Done || r.CheckRun == 0 {
			t.Fatalf("%d: %+v", c.n, r)
		}
		equal(t, fmt.Sprint(c.n), l.sentChecks(before), c.want)
	}
}

// What is cut off in the middle is not taken for whole.
func TestAnnotationsCutOff(t *testing.T) {
	l := newLab(t, open)
	l.exec("fail PATCH /repos/{owner}/{repo}/check-runs/{check_run_id} 502")
	if r := l.do(annotated(l, 51)); r.Outcome != github.Unknown {
		t.Errorf("%+v", r)
	}
	for _, c := range l.pr(7).PR.Checks {
		if c.Name == rules.CheckName && c.External != "" {
			t.Errorf("half of it says that it is %s", c.External)
		}
	}
}
