package ghsim

import (
	"strings"
	"testing"
	"time"
)

// What PUT merge and PUT update-branch can answer, one row a reply, with the lines of a script that make it happen and the story
// that shows what the program does then, in its file and at its pull request: an index for whoever writes a story. Every reply that
// the program must tell apart is here.
func TestEveryReplyOfAMergeCanHappen(t *testing.T) {
	const fixture = "merge: [squash, rebase]\nprs: {7: {author: ana, head: a1, behind: 1, files: {README.md: one}}}\n"
	merge, update := mergePath, pull7+"/update-branch"
	for _, tt := range []struct {
		reply  string // status and words
		path   string
		script string // lines divided by ;
		body   string
		story  string // file and pull request
	}{
		{"200 successfully merged", merge, "", `{"merge_method":"squash"}`, "replies-of-merge api/4"},
		{"405 Base branch was modified", merge, "push main m3", `{"merge_method":"squash"}`, "replies-of-merge api/9"},
		{"405 Merge already in progress", merge, "busy 7 5s", `{"merge_method":"squash"}`, "replies-of-merge api/4"},
		{"405 Pull Request is not mergeable", merge, "mergeable 7 off", `{"merge_method":"squash"}`, "replies-of-merge api/5"},
		{"405 Pull Request is not mergeable", merge, "close 7", `{"merge_method":"squash"}`, "replies-of-merge api/2"},
		{"405 Pull Request is not mergeable", merge, "merge 7", `{"merge_method":"squash"}`, "replies-of-merge api/3"},
		{"405 Pull Request is not mergeable", merge, "push main m3 {README.md: three}; read", `{"merge_method":"squash"}`, "replies-of-methods d/5"},
		{`405 Required status check \"x\" is expected.`, merge, "protect main {checks: [x]}", `{"merge_method":"squash"}`, "replies-of-rules api/1"},
		{`405 Required status check \"x\" is failing.`, merge, "protect main {checks: [x]}; check 7 x failure", `{"merge_method":"squash"}`, "replies-of-rules api/2"},
		{`405 Required status check \"x\" is pending.`, merge, "protect main {checks: [x]}; check 7 x pending", `{"merge_method":"squash"}`, "replies-of-rules api/3"},
		{"405 approving review", merge, "protect main {approvals: 1}", `{"merge_method":"squash"}`, "replies-of-rules api/4"},
		{"405 code owner review", merge, `file main CODEOWNERS "* @cat"; protect main {owners: true}; read`, `{"merge_method":"squash"}`, "replies-of-rules api/5"},
		{"405 conversation must be resolved", merge, "protect main {conversations: true}; thread 7 open", `{"merge_method":"squash"}`, "replies-of-rules api/6"},
		{"405 Repository rule violations found", merge, "rules main {approvals: 1}", `{"merge_method":"squash"}`, "replies-of-rules api/7"},
		{"405 Changes must be made through the merge queue", merge, "rules main {queue: true}", `{"merge_method":"squash"}`, "reply-merge-queue api/7"},
		{"405 Merge commits are not allowed", merge, "", `{"merge_method":"merge"}`, "replies-of-methods c/3"},
		{"405 Squash merges are not allowed", merge, "methods merge rebase", `{"merge_method":"squash"}`, "replies-of-rules api/13"},
		{"405 Rebase merges are not allowed", merge, "methods squash", `{"merge_method":"rebase"}`, "replies-of-methods b/2"},
		{"405 method squash is not allowed", merge, "rules main {methods: [rebase]}", `{"merge_method":"squash"}`, "replies-of-rules api/11"},
		{"405 can't be rebased", merge, "push 7 a2 {README.md: two}; push main m3 {README.md: two}; read", `{"merge_method":"rebase"}`, "replies-of-methods a/1"},
		{"405 not authorized to push", merge, "protect main {push: [dan]}", `{"merge_method":"squash"}`, "replies-of-rules api/9"},
		{"405 draft", merge, "draft 7 on", `{"merge_method":"squash"}`, "replies-of-merge api/1"},
		{"422 Validation Failed", merge, `refuse 7 422 "Validation Failed"`, `{"merge_method":"squash"}`, "replies-of-merge api/7"},
		{"409 Head branch was modified", merge, "push 7 a2", `{"merge_method":"squash","sha":"a1"}`, "replies-of-merge api/6"},
		{"403 Resource not accessible by integration", merge, "permit acme {contents: read}", `{"merge_method":"squash"}`, "permission-missing api/7"},
		{"403 without `workflows` permission", merge, "push 7 a2 {.github/workflows/x.yml: x}; permit acme {workflows: none}; read", `{"merge_method":"squash"}`, "replies-of-rules api/12"},
		{"403 suspended", merge, "suspend acme", `{"merge_method":"squash"}`, "replies-of-fates e/1"},
		{"403 archived", merge, "archive acme/api", `{"merge_method":"squash"}`, "replies-of-fates a/1"},
		{"403 secondary rate limit", merge, "fail merge limit retry-after 60", `{"merge_method":"squash"}`, "limit-retry-after api/7"},
		{"429 secondary rate limit", merge, "fail merge limit 429 retry-after 60", `{"merge_method":"squash"}`, "replies-of-merge api/10"},
		{"401 Bad credentials", merge, "uninstall acme", `{"merge_method":"squash"}`, "replies-of-fates f/1"},
		{"404 Not Found", merge, "remove-repo acme/api", `{"merge_method":"squash"}`, "replies-of-fates c/1"},
		{"404 Not Found", merge, "delete-repo acme/api", `{"merge_method":"squash"}`, "replies-of-fates d/1"},
		{"301 Moved Permanently", merge, "rename acme/api web", `{"merge_method":"squash"}`, "replies-of-fates b/1"},
		{"422 octopus is not a member", merge, "", `{"merge_method":"octopus"}`, "replies-of-methods d/4"},
		{"500 ", merge, "fail merge 500 after", `{"merge_method":"squash"}`, "replies-of-merge api/8"},
		{"502 ", merge, "fail merge 502", `{"merge_method":"squash"}`, "merge-502-without-effect api/7"},
		{"503 ", merge, "fail merge 503 retry-after 5", `{"merge_method":"squash"}`, "replies-of-merge api/11"},
		{"504 ", merge, "fail merge 504 after", `{"merge_method":"squash"}`, "replies-of-merge api/12"},
		{"lost", merge, "fail merge timeout after", `{"merge_method":"squash"}`, "merge-timeout api/8"},
		{"lost", merge, "fail merge reset", `{"merge_method":"squash"}`, "replies-of-merge api/13"},
		{"202 Updating pull request branch.", update, "", `{"expected_head_sha":"a1"}`, "replies-of-update api/1"},
		{"422 expected head sha didn’t match current head ref.", update, "push 7 a2", `{"expected_head_sha":"a1"}`, "replies-of-update api/1"},
		{"422 There are no new commits on the base branch.", update, "update 7; wait", `{}`, "replies-of-update api/2"},
		{"422 merge conflict between base and head", update, "push main m3 {README.md: three}", `{}`, "replies-of-update api/3"},
		{"403 without `workflows` permission", update, "push main m3 {.github/workflows/x.yml: x}; permit acme {workflows: none}", `{}`, "replies-of-update api/4"},
		{"422 Pull request is closed", update, "close 7", `{}`, "replies-of-update api/5"},
		{"502 ", update, "fail update 502 after", `{}`, "update-502 api/7"},
	} {
		t.Run(tt.reply, func(t *testing.T) {
			l := newLab(t, fixture)
			l.wild = true // some of these statuses are not described
			l.script(tt.script)
			want, says, _ := strings.Cut(tt.reply, " ")
			body := strings.ReplaceAll(tt.body, "a1", l.s.SHA("a1"))
			var r reply
			lost := panics(func() { r = l.do("PUT", tt.path, body) })
			if lost != (want == "lost") || !lost && (itoa(int64(r.status)) != want || !strings.Contains(string(r.raw), says)) {
				t.Errorf("%s: got %d %s, lost %v; want %s", tt.script, r.status, r.raw, lost, tt.reply)
			}
			l.noErrs()
			file, pull, _ := strings.Cut(tt.story, " ")
			repo, number, _ := strings.Cut(pull, "/")
			said, _, _ := strings.Cut(strings.Replace(tt.reply, "200 successfully merged", "200", 1), "Updating")
			shown(t, file, "PUT /repos/acme/"+repo+"/pulls/"+number+strings.TrimPrefix(tt.path, pull7), strings.TrimSpace(said))
		})
	}
}

// script runs lines divided by ;. "read" reads the pull request and lets its mergeability be computed; "wait" only waits.
func (l *lab) script(text string) {
	l.t.Helper()
	for line := range strings.SplitSeq(text, ";") {
		switch line = strings.TrimSpace(line); line {
		case "":
		case "read":
			l.do("GET", pull7, "").want(200)
			l.wait(2 * time.Second)
		case "wait":
			l.wait(2 * time.Second)
		default:
			l.exec(line)
		}
	}
}

func panics(run func()) (did bool) {
	defer func() { did = recover() != nil }()
	run()
	return false
}
