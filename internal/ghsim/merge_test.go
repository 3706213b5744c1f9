package ghsim

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const mergePath = "/repos/acme/api/pulls/7/merge"

// Each reply of PUT merge, in GitHub's words.
func TestMergeReplies(t *testing.T) {
	pr := func(more string) string {
		return "prs: {7: {author: ana, head: a1, checks: {build: success}" + more + "}}\n"
	}
	tests := []struct {
		name, github string
		script       []string
		body         string
		status       int
		message      string
	}{
		{"merges", pr(""), nil, `{"sha":"a1"}`, 200, "Pull Request successfully merged"},
		{"stale head", pr(""), []string{"push 7 a2"}, `{"sha":"a1"}`, 409, "Head branch was modified. Review and try the merge again."},
		{"draft", pr(", draft: true"), nil, `{}`, 405, "Pull Request is still a draft"},
		{"closed", pr(""), []string{"close 7"}, `{}`, 405, "Pull Request is not mergeable"},
		{"merged", pr(""), []string{"merge 7 by dan"}, `{}`, 405, "Pull Request is not mergeable"},
		{"conflict", pr(", conflict: true"), nil, `{}`, 405, "Pull Request is not mergeable"},
		{"unknown", pr(", mergeable: unknown"), nil, `{}`, 405, "Pull Request is not mergeable"},
		{"base moved", pr(""), []string{"push main m2"}, `{}`, 405, "Base branch was modified. Review and try the merge again."},
		{"squash off", "merge: [merge]\n" + pr(""), nil, `{"merge_method":"squash"}`, 405, "Squash merges are not allowed on this repository."},
		{"merge off", "merge: [squash]\n" + pr(""), nil, `{"merge_method":"merge"}`, 405, "Merge commits are not allowed on this repository."},
		{"rebase off", "merge: [squash]\n" + pr(""), nil, `{"merge_method":"rebase"}`, 405, "Rebase merges are not allowed on this repository."},
		{"bad method", pr(""), nil, `{"merge_method":"octopus"}`, 422, "octopus is not a member"},
		{"check missing", "protection: {main: {checks: [test]}}\n" + pr(""), nil, `{}`, 405, `Required status check \"test\" is expected.`},
		{"check failing", "protection: {main: {checks: [build]}}\n" + pr(""), []string{"check 7 build failure"}, `{}`, 405, `Required status check \"build\" is failing.`},
		{"check pending", "protection: {main: {checks: [build]}}\n" + pr(""), []string{"check 7 build pending"}, `{}`, 405, `Required status check \"build\" is pending.`},
		{"check of another app", "protection: {main: {checks: [{context: build, app: travis}]}}\n" + pr(""), nil, `{}`, 405, `Required status check \"build\" is expected.`},
		{"two checks", "protection: {main: {checks: [x, y]}}\n" + pr(""), nil, `{}`, 405, "2 of 2 required status checks are expected."},
		{"status shadows check", "protection: {main: {checks: [build]}}\n" + pr(""), []string{"status 7 build failure"}, `{}`, 405, "is failing."},
		{"neutral passes", "protection: {main: {checks: [build]}}\n" + pr(""), []string{"check 7 build neutral"}, `{}`, 200, "merged"},
		{"skipped passes", "protection: {main: {checks: [build]}}\n" + pr(""), []string{"check 7 build skipped"}, `{}`, 200, "merged"},
		{"cancelled fails", "protection: {main: {checks: [build]}}\n" + pr(""), []string{"check 7 build cancelled"}, `{}`, 405, "is failing."},
		{"behind", "protection: {main: {checks: [build], strict: true}}\n" + pr(", behind: 1"), nil, `{}`, 405, `Required status check \"build\" is expected.`},
		{"behind is fine", "protection: {main: {checks: [build]}}\n" + pr(", behind: 1"), nil, `{}`, 200, "merged"},
		{"approval", "protection: {main: {approvals: 1}}\n" + pr(""), nil, `{}`, 405, "At least 1 approving review is required by reviewers with write access."},
		{"approval of a reader", "protection: {main: {approvals: 1}}\n" + pr(""), []string{"review 7 eve approved"}, `{}`, 405, "At least 1 approving review"},
		{"approved", "protection: {main: {approvals: 1}}\n" + pr(""), []string{"review 7 bob approved", "review 7 bob commented"}, `{}`, 200, "merged"},
		{"changes", "protection: {main: {approvals: 1}}\n" + pr(""), []string{"review 7 bob approved", "review 7 cat changes"}, `{}`, 405, "Changes have been requested."},
		{"changes dismissed", "protection: {main: {approvals: 1}}\n" + pr(""), []string{"review 7 bob approved", "review 7 cat changes", "review 7 cat dismissed"}, `{}`, 200, "merged"},
		{"owners", "files: {CODEOWNERS: '* @cat'}\nprotection: {main: {owners: true}}\n" + pr(""), []string{"review 7 bob approved"}, `{}`, 405, "Waiting on code owner review from cat."},
		{"owner approved", "files: {CODEOWNERS: '* @cat'}\nprotection: {main: {owners: true}}\n" + pr(""), []string{"review 7 cat approved"}, `{}`, 200, "merged"},
		{"conversation", "protection: {main: {conversations: true}}\n" + pr(""), []string{"thread 7 open"}, `{}`, 405, "A conversation must be resolved"},
		{"conversation resolved", "protection: {main: {conversations: true}}\n" + pr(""), []string{"thread 7 open", "thread 7 resolve"}, `{}`, 200, "merged"},
		{"last push", "protection: {main: {approvals: 1, last-push: true}}\n" + pr(""), []string{"review 7 cat approved", "push 7 a2 by bob", "review 7 bob approved"}, `{}`, 405, "because they were the last pusher"},
		{"linear", "protection: {main: {linear: true}}\n" + pr(""), nil, `{}`, 405, "linear history"},
		{"restricted", "protection: {main: {push: [dan]}}\n" + pr(""), nil, `{}`, 405, "You're not authorized to push to this branch."},
		{"ruleset", "rules: {main: {approvals: 1, checks: [x]}}\n" + pr(""), nil, `{}`, 405, `Repository rule violations found\n\nAt least 1 approving review`},
		{"ruleset bypassed", "rules: {main: {approvals: 1, bypass: [pitcrew]}}\n" + pr(""), nil, `{}`, 200, "merged"},
		{"ruleset off", "rules: {main: {approvals: 1, enforcement: evaluate}}\n" + pr(""), nil, `{}`, 200, "merged"},
		{"queue", "rules: {main: {queue: true}}\n" + pr(""), nil, `{}`, 405, "Changes must be made through the merge queue"},
		{"refused", pr(""), []string{`refuse 7 405 "Not today"`}, `{}`, 405, "Not today"},
		{"workflow", "installations: {acme: {permissions: {workflows: none}}}\nprs: {7: {head: a1, files: {.github/workflows/x.yml: a}}}\n", nil, `{}`, 403, "without `workflows` permission"},
		{"no permission", "installations: {acme: {permissions: {contents: read}}}\n" + pr(""), nil, `{}`, 403, "Resource not accessible by integration"},
		{"bypassing admin is a person", "protection: {main: {approvals: 1}}\n" + pr(""), []string{"merge 7 by dan"}, `{}`, 405, "Pull Request is not mergeable"},
		{"in progress", pr(""), []string{"busy 7 5s"}, `{}`, 405, "Merge already in progress"},
		{"cannot be rebased", pr(", files: {README.md: one}"), []string{"push 7 a2 {README.md: two}", "push main m2 {README.md: two}", "mergeable 7 off", "mergeable 7 on"}, `{"merge_method":"rebase"}`, 405, "This branch can't be rebased"},
		{"method of a ruleset", "rules: {main: {methods: [squash]}}\n" + pr(""), nil, `{"merge_method":"merge"}`, 405, "The merge method merge is not allowed on this branch."},
		{"locked branch", "protection: {main: {locked: true}}\n" + pr(""), nil, `{}`, 405, "Cannot change this locked branch"},
		{"two approvals", "protection: {main: {approvals: 2}}\n" + pr(""), []string{"review 7 bob approved"}, `{}`, 405, "At least 2 approving reviews are required"},
		{"some failing", "protection: {main: {checks: [build, x, y]}}\n" + pr(""), []string{"check 7 x failure"}, `{}`, 405, "2 of 3 required status checks have not succeeded: 1 failing, 1 expected."},
		{"gone", pr(""), []string{"remove-repo acme/api"}, `{}`, 404, "Not Found"},
		{"archived", "archived: true\n" + pr(""), nil, `{}`, 403, "archived"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t, tt.github)
			l.exec(tt.script...)
			if tt.name == "last push" || tt.name == "cannot be rebased" {
				l.do("GET", "/repos/acme/api/pulls/7", "")
				l.wait(2 * time.Second)
			}
			body := strings.ReplaceAll(tt.body, "a1", l.s.SHA("a1"))
			l.do("PUT", mergePath, body).says(tt.status, tt.message)
			l.noErrs()
		})
	}
}

// The three methods make the commits that git would: parents, trees, authors, messages.
func TestMergeCommits(t *testing.T) {
	github := "prs: {7: {author: ana, head: a1, behind: 1, title: Add x, body: why, files: {x: a}}}\n"
	tests := []struct {
		method, message, author, committer string
		parents                            []string
	}{
		{"merge", "Merge pull request #7 from acme/feature-7\n\nAdd x", "pitcrew[bot]", "GitHub", []string{"m2", "a2"}},
		{"squash", "Add x (#7)\n\n* a1: change x\n\n* a2: change y", "ana", "GitHub", []string{"m2"}},
		{"rebase", "a2: change y\n", "ana", "pitcrew[bot]", []string{""}},
	}
	for _, tt := range tests {
		t.Run(tt.method, func(t *testing.T) {
			l := newLab(t, github)
			l.exec("push 7 a2 {y: b}")
			l.do("GET", "/repos/acme/api/pulls/7", "").want(200)
			l.wait(2 * time.Second)
			sha := l.do("PUT", mergePath, fmt.Sprintf(`{"merge_method":%q,"sha":%q}`, tt.method, l.s.SHA("a2"))).want(200).obj["sha"].(string)
			c := l.do("GET", "/repos/acme/api/git/commits/"+sha, "").want(200).obj
			if c["message"] != tt.message {
				t.Errorf("message %q, want %q", c["message"], tt.message)
			}
			for side, want := range map[string]string{"author": tt.author, "committer": tt.committer} {
				if got := c[side].(map[string]any)["name"]; got != want {
					t.Errorf("%s %v, want %s", side, got, want)
				}
			}
			var parents []string
			for _, p := range c["parents"].([]any) {
				parents = append(parents, l.s.NameOf(p.(map[string]any)["sha"].(string)))
			}
			if fmt.Sprint(parents) != fmt.Sprint(tt.parents) {
				t.Errorf("parents %v, want %v", parents, tt.parents)
			}
			for path, status := range map[string]int{"x": 200, "y": 200, "base-1.txt": 200, "README.md": 200} {
				l.do("GET", "/repos/acme/api/contents/"+path+"?ref="+sha, "").want(status)
			}
			if name := l.s.NameOf(sha); name != "m3" {
				t.Errorf("the commit is called %q, want m3", name)
			}
			p := l.do("GET", "/repos/acme/api/pulls/7", "").want(200).obj
			if p["merged"] != true || p["merge_commit_sha"] != sha || p["state"] != "closed" {
				t.Errorf("pull request is merged %v, state %v, commit %v", p["merged"], p["state"], p["merge_commit_sha"])
			}
			l.noErrs()
		})
	}
}

// A merge is announced as GitHub does: the pull request, then the base.
func TestMergeWebhooks(t *testing.T) {
	l := newLab(t, "delete-branch: true\nprs: {7: {head: a1}, 8: {base: feature-7, head: b1}}\n")
	l.got()
	l.do("PUT", mergePath, `{}`).want(200)
	want := "pull_request closed\npush\npull_request edited\npush\ndelete\n"
	if got := l.got(); got != want {
		t.Errorf("webhooks\n%swant\n%s", got, want)
	}
	if b := l.do("GET", "/repos/acme/api/pulls/8", "").obj["base"].(map[string]any)["ref"]; b != "main" {
		t.Errorf("the pull request on the deleted branch has base %v, want main", b)
	}
}

// mergeable is null until computed, and thrown away by any push to head or base; mergeable_state has one value.
func TestMergeability(t *testing.T) {
	tests := []struct {
		name, github string
		script       []string
		state        string
		mergeable    any
	}{
		{"clean", "prs: {7: {head: a1}}", nil, "clean", true},
		{"dirty", "prs: {7: {head: a1, conflict: true, draft: true}}", nil, "dirty", false},
		{"draft", "prs: {7: {head: a1, draft: true}}", nil, "draft", true},
		{"blocked", "protection: {main: {approvals: 1, checks: [x], strict: true}}\nprs: {7: {head: a1, behind: 1}}", nil, "blocked", true},
		{"behind", "protection: {main: {checks: [x], strict: true}}\nprs: {7: {head: a1, behind: 1, checks: {x: success}}}", nil, "behind", true},
		{"behind does not matter", "prs: {7: {head: a1, behind: 1}}", nil, "clean", true},
		{"unstable", "prs: {7: {head: a1, checks: {x: failure}}}", nil, "unstable", true},
		{"head moved", "prs: {7: {head: a1}}", []string{"push 7 a2"}, "unknown", nil},
		{"base moved", "prs: {7: {head: a1}}", []string{"push main m2"}, "unknown", nil},
		{"closed", "prs: {7: {head: a1}}", []string{"close 7"}, "unknown", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t, tt.github)
			l.exec(tt.script...)
			p := l.do("GET", "/repos/acme/api/pulls/7", "").want(200).obj
			if p["mergeable_state"] != tt.state || p["mergeable"] != tt.mergeable {
				t.Errorf("state %v, mergeable %v; want %s, %v", p["mergeable_state"], p["mergeable"], tt.state, tt.mergeable)
			}
			l.wait(2 * time.Second)
			if p := l.do("GET", "/repos/acme/api/pulls/7", "").obj; p["state"] == "open" && p["mergeable"] == nil {
				t.Error("mergeable is still null two seconds after it was read")
			}
		})
	}
}

// A squash of a single commit is titled as that commit, not as the pull request.
func TestSquashOfOneCommit(t *testing.T) {
	l := newLab(t, "prs: {7: {author: ana, head: a1, title: Add x}}\n")
	sha := l.do("PUT", mergePath, `{"merge_method":"squash"}`).want(200).obj["sha"].(string)
	l.do("GET", "/repos/acme/api/git/commits/"+sha, "").says(200, `"message":"a1: change`)
}

// What a caller says stands in the commit, an empty message too; what it leaves out is GitHub's own.
func TestTextOfAMerge(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"both", `{"merge_method":"squash","commit_title":"One","commit_message":"Two, fixes #3"}`, `"message":"One\n\nTwo, fixes #3"`},
		{"no text", `{"merge_method":"squash","commit_title":"One","commit_message":""}`, `"message":"One"`},
		{"title alone", `{"merge_method":"squash","commit_title":"One"}`, `"message":"One\n\nMore of it"`},
		{"an empty title", `{"merge_method":"squash","commit_title":"","commit_message":"Two"}`, `"message":"Do it (#7)\n\nTwo"`},
		{"of a merge", `{"merge_method":"merge","commit_title":"One","commit_message":""}`, `"message":"One"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLab(t, "prs: {7: {author: ana, head: a1, title: Add x, message: \"Do it\\n\\nMore of it\"}}\n")
			sha := l.do("PUT", mergePath, c.body).want(200).obj["sha"].(string)
			l.do("GET", "/repos/acme/api/git/commits/"+sha, "").says(200, c.want)
		})
	}
}

// A rebase puts the commits on the base, and not the merges of the base between them.
func TestRebaseLeavesMergesOut(t *testing.T) {
	l := newLab(t, "prs: {7: {author: ana, head: a1, behind: 1}}\n")
	l.exec("update 7")
	l.wait(2 * time.Second)
	l.exec("push main m3", "push 7 a2")
	l.do("GET", pull7, "").want(200)
	l.wait(2 * time.Second)
	l.do("PUT", mergePath, `{"merge_method":"rebase"}`).want(200)
	first, second := l.do("GET", "/repos/acme/api/commits", ""), []string{}
	for _, x := range first.list[:3] {
		c := x.(map[string]any)
		if n := len(c["parents"].([]any)); n != 1 {
			t.Errorf("a commit with %d parents", n)
		}
		second = append(second, c["commit"].(map[string]any)["message"].(string))
	}
	if len(second) != 3 || !strings.HasPrefix(second[2], "m3") {
		t.Errorf("commits %q, want the two on top of m3", second)
	}
	l.noErrs()
}
