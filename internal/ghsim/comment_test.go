package ghsim

import (
	"fmt"
	"strings"
	"testing"
)

// A comment is announced when it is made, changed and deleted; whoever may write changes and deletes those of others.
func TestComments(t *testing.T) {
	l := newLab(t, "prs: {7: {head: a1}}\n")
	l.got()
	id := fmt.Sprintf("%.0f", l.do("POST", api+"/issues/7/comments", `{"body":"hello"}`).want(201).obj["id"])
	path := api + "/issues/comments/" + id
	if body := l.do("PATCH", path, `{"body":"bye"}`).want(200).obj["body"]; body != "bye" {
		t.Errorf("body %v", body)
	}
	if got := l.got(); got != "issue_comment created\nissue_comment edited\n" {
		t.Errorf("webhooks %s", got)
	}
	l.do("PATCH", path, fmt.Sprintf(`{"body":%q}`, strings.Repeat("x", maxComment+1))).says(422, "too long")
	l.do("POST", api+"/issues/7/comments", fmt.Sprintf(`{"body":%q}`, strings.Repeat("x", maxComment+1))).says(422, "too long")
	l.exec(`own-comment 7 "mine" by bob`)
	if body := l.do("GET", path, "").obj["body"]; body != "mine" {
		t.Errorf("body %v", body)
	}
	l.exec("own-comment 7 delete by bob")
	l.do("PATCH", path, `{"body":"x"}`).says(404, "Not Found")
	if err := l.s.Exec("own-comment 7 delete"); err == nil || !strings.Contains(err.Error(), "no comment of our App") {
		t.Errorf("got %v", err)
	}
	l.noErrs()
}

// In a locked conversation an App does not comment, and changes what it has written; who may write comments all the same.
func TestLockedConversation(t *testing.T) {
	l := newLab(t, "prs: {7: {head: a1}}\n")
	id := fmt.Sprintf("%.0f", l.do("POST", api+"/issues/7/comments", `{"body":"hello"}`).want(201).obj["id"])
	l.exec("lock 7 on")
	l.do("POST", api+"/issues/7/comments", `{"body":"again"}`).says(403, "Unable to create comment because issue is locked.")
	l.do("PATCH", api+"/issues/comments/"+id, `{"body":"bye"}`).want(200)
	l.exec(`comment 7 bob "hello"`, "lock 7 off")
	l.do("POST", api+"/issues/7/comments", `{"body":"again"}`).want(201)
	l.noErrs()
}
