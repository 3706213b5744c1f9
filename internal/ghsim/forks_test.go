package ghsim

import "testing"

func TestForksOfOrganisations(t *testing.T) {
	l := newLab(t, "private: false\nprs: {7: {author: eve, head: a1, fork: true, fork-owner: elsewhere}, 8: {author: eve, head: b1, fork: true}}\n")
	for _, tt := range []struct {
		path  string
		lends bool
	}{{pull7, false}, {"/repos/acme/api/pulls/8", true}} {
		for _, body := range []string{"", `{"maintainer_can_modify":true}`} {
			method := map[bool]string{true: "GET", false: "PATCH"}[body == ""]
			if got := l.do(method, tt.path, body).want(200).obj["maintainer_can_modify"]; got != tt.lends {
				t.Errorf("%s %s: lends %v, want %v", method, tt.path, got, tt.lends)
			}
		}
	}
	l.noErrs()
}

// A workflow of somebody who never contributed is completed at once, asks for an action, and runs nothing until it is let run.
func TestHeldWorkflow(t *testing.T) {
	l := newLab(t, "private: false\nprs: {7: {author: eve, head: a1, fork: true}}\n")
	l.exec("hold 7", "check 7 build success")
	suites := func() (words []string) {
		answer := l.do("GET", "/repos/acme/api/commits/"+l.head()+"/check-suites", "").want(200)
		for _, s := range answer.obj["check_suites"].([]any) {
			conclusion, _ := s.(map[string]any)["conclusion"].(string)
			words = append(words, s.(map[string]any)["status"].(string)+" "+conclusion)
		}
		return words
	}
	if got := suites(); len(got) != 2 || got[0] != "completed action_required" || got[1] != "completed success" {
		t.Errorf("while it waits: %v", got)
	}
	l.exec("let 7")
	if got := suites(); len(got) != 2 || got[0] != "queued " {
		t.Errorf("when it may run: %v", got)
	}
	if err := l.s.Exec("let 7"); err == nil {
		t.Error("nothing waits, and could be let run")
	}
	l.noErrs()
}
