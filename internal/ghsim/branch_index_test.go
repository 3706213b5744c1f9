package ghsim

import (
	"fmt"
	"strings"
	"testing"
)

// What a merge of branches and the writes of refs can answer, one row a reply, with the lines of a script that make it happen. The
// story replies-of-branches shows each, with the same branches.
func TestEveryReplyOfABranchCanHappen(t *testing.T) {
	const fixture = `
prs:
  1: {author: ana, base: stage, head: a1, files: {README.md: one}}
  2: {author: ana, head: b1, files: {.github/workflows/x.yml: x}}
  3: {author: ana, base: locked, head: c1}
  4: {author: ana, base: ruled, head: d1}
  5: {author: ana, base: other, head: e1, files: {README.md: five}}
`
	const (
		merges  = "POST /repos/acme/api/merges"
		create  = "POST /repos/acme/api/git/refs"
		move    = "PATCH /repos/acme/api/git/refs/heads/pitcrew/x"
		locked  = "/repos/acme/api/git/refs/heads/locked"
		drop    = "DELETE /repos/acme/api/git/refs/heads/pitcrew/x"
		stage   = "/repos/acme/api/git/refs/heads/stage"
		made    = "call POST /repos/acme/api/git/refs {ref: refs/heads/pitcrew/x, sha: a1} by dan"
		reads   = "permit acme {contents: read}"
		gone    = "remove-repo acme/api"
		staged  = "call POST /repos/acme/api/merges {base: stage, head: feature-1} by dan"
		protect = "protect locked {checks: [x]}"
	)
	for _, tt := range []struct {
		reply, request, script string
		body                   string // names of commits stand for their SHAs
	}{
		{"201", merges, "", `{"base":"stage","head":"feature-1"}`},
		{"204", merges, staged, `{"base":"stage","head":"feature-1"}`},
		{"409 Merge conflict", merges, staged, `{"base":"stage","head":"feature-5"}`},
		{"404 Base does not exist", merges, "", `{"base":"nowhere","head":"feature-5"}`},
		{"404 Head does not exist", merges, "", `{"base":"stage","head":"nothing"}`},
		{"404 Not Found", merges, gone, `{"base":"stage","head":"feature-1"}`},
		{"422 Invalid request", merges, "", `{"base":"other","head":""}`},
		{"422 Protected branch update failed", merges, protect, `{"base":"locked","head":"feature-3"}`},
		{"403 without `workflows` permission", merges, "permit acme {workflows: none}", `{"base":"stage","head":"feature-2"}`},
		{"403 Resource not accessible by integration", merges, reads, `{"base":"stage","head":"feature-1"}`},
		{"403 archived", merges, "archive acme/api", `{"base":"stage","head":"feature-1"}`},
		{"403 suspended", merges, "suspend acme", `{"base":"stage","head":"feature-1"}`},
		{"401 Bad credentials", merges, "uninstall acme", `{"base":"stage","head":"feature-1"}`},
		{"201", create, "", `{"ref":"refs/heads/pitcrew/x","sha":"a1"}`},
		{"422 Reference already exists", create, made, `{"ref":"refs/heads/pitcrew/x","sha":"a1"}`},
		{"422 Object does not exist", create, "", `{"ref":"refs/heads/y","sha":"0123456789012345678901234567890123456789"}`},
		{"422 Reference name must start with 'refs/'", create, "", `{"ref":"y","sha":"a1"}`},
		{"409", create, "fail POST /repos/{owner}/{repo}/git/refs 409", `{"ref":"refs/heads/y","sha":"a1"}`},
		{"403 Resource not accessible by integration", create, reads, `{"ref":"refs/heads/y","sha":"a1"}`},
		{"403 archived", create, "archive acme/api", `{"ref":"refs/heads/y","sha":"a1"}`},
		{"404 Not Found", create, gone, `{"ref":"refs/heads/y","sha":"a1"}`},
		{"200", move, made, `{"sha":"c1","force":true}`},
		{"422 Update is not a fast forward", move, made, `{"sha":"c1"}`},
		{"422 Reference does not exist", "PATCH /repos/acme/api/git/refs/heads/pitcrew/none", "", `{"sha":"c1"}`},
		{"422 Protected branch update failed", "PATCH " + locked, protect, `{"sha":"c1"}`},
		{"422 Repository rule violations found", "PATCH /repos/acme/api/git/refs/heads/ruled", "rules ruled {approvals: 1}", `{"sha":"d1"}`},
		{"409", move, made + "; fail PATCH /repos/{owner}/{repo}/git/refs/{ref} 409", `{"sha":"c1"}`},
		{"403 Resource not accessible by integration", "PATCH " + stage, reads, `{"sha":"a1"}`},
		{"404 Not Found", "PATCH " + stage, gone, `{"sha":"a1"}`},
		{"204", drop, made, ""},
		{"422 Reference does not exist", drop, "", ""},
		{"422 Cannot delete the default branch", "DELETE /repos/acme/api/git/refs/heads/main", "", ""},
		{"422 Protected branch update failed", "DELETE " + locked, protect, ""},
		{"409", drop, made + "; fail DELETE /repos/{owner}/{repo}/git/refs/{ref} 409", ""},
		{"403 Resource not accessible by integration", "DELETE " + stage, reads, ""},
		{"404 Not Found", "DELETE " + stage, gone, ""},
	} {
		t.Run(tt.request+" "+tt.reply, func(t *testing.T) {
			l := newLab(t, fixture)
			l.script(tt.script)
			body := tt.body
			for _, name := range []string{"a1", "c1", "d1"} {
				body = strings.ReplaceAll(body, `"`+name+`"`, fmt.Sprintf("%q", l.s.SHA(name)))
			}
			method, path, _ := strings.Cut(tt.request, " ")
			status, words, _ := strings.Cut(tt.reply, " ")
			if r := l.do(method, path, body); itoa(int64(r.status)) != status || !strings.Contains(string(r.raw), words) {
				t.Errorf("%s: got %d %s, want %s", tt.script, r.status, r.raw, tt.reply)
			}
			l.noErrs()
			shown(t, "replies-of-branches", tt.request, tt.reply)
		})
	}
}
