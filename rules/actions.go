package rules

import (
	"fmt"
	"strings"
)

// Action is one change to GitHub as plain data. Kind names it in the log and in reports; About is the pull request or
// release that it is counted on; Key tells two acts of one kind on one subject apart: the same key is the same act.
type Action interface {
	Kind() string
	About() Subject
	Key() string
}

// The kinds of actions.
const (
	KindMerge    = "merge"
	KindUpdate   = "update-branch"
	KindRequest  = "request-reviewers"
	KindOpen     = "open-pull-request"
	KindMove     = "move-pull-request"
	KindReport   = "report-check"
	KindDelete   = "delete-branch"
	KindRetarget = "retarget"
	KindIssue    = "open-issue"
	MethodMerge  = "merge"
	MethodSquash = "squash"
	MethodRebase = "rebase"
)

// MergePR lands a pull request, pinned to its head.
type MergePR struct {
	Repo   Repo   `json:"-"`
	Number int    `json:"number"`
	Head   string `json:"head"`
	Base   string `json:"base"` // tip of the base that the decision saw
	Method string `json:"method"`

	Was Evaluated `json:"was"` // what it must make, to be compared with what it made

	Message Message `json:"-"`
}

// UpdateBranch brings a pull request's branch up to date with its base, pinned to its head: by a merge commit or, where Method
// says so, by a rebase.
type UpdateBranch struct {
	Repo   Repo   `json:"-"`
	Number int    `json:"number"`
	Head   string `json:"head"`
	Base   string `json:"base"`
	Diff   string `json:"diff"`             // digest of the pull request's own changes before
	Method string `json:"method,omitempty"` // MethodRebase; empty: merge
	Node   string `json:"-"`                // GitHub's id of the pull request
	Votes         // before
}

// DeleteBranch deletes the branch of a pull request that was merged, pinned to the head that landed.
type DeleteBranch struct {
	Repo   Repo   `json:"-"`
	Number int    `json:"number"`
	Head   string `json:"head"`
	Branch string `json:"-"`
}

// RetargetPR points an open pull request that merges into the branch of one that has landed at the base of that one. It has no
// pin; GitHub drops its approvals if its changes become others. Key for ever: it is moved once.
type RetargetPR struct {
	Repo   Repo   `json:"-"`
	Number int    `json:"number"` // of the pull request that has landed
	Moved  int    `json:"moved"`  // of the one that is pointed elsewhere
	Base   string `json:"-"`      // where to: the name of the branch
}

// OpenIssue tells in the repository that a merge of ours made something else than what was decided. It has no pin; its intent
// stands in for one, once for ever for each pull request.
type OpenIssue struct {
	Repo   Repo   `json:"-"`
	Number int    `json:"number"` // of the pull request that was merged
	Title  string `json:"-"`
	Body   string `json:"-"`
}

// RequestReviewers asks people and teams ("acme/core") for a review. It has no pin; its intent stands in for one.
type RequestReviewers struct {
	Repo   Repo     `json:"-"`
	Number int      `json:"number"`
	Head   string   `json:"head"`
	People []Person `json:"people"`
	Teams  []string `json:"teams,omitempty"`
}

// OpenPR proposes a change of one file: a branch of ours from Base, one commit, one pull request. The branch must not
// exist, and the commit is pinned to Base.
type OpenPR struct {
	Repo    Repo    `json:"-"`
	Subject Subject `json:"-"`
	Branch  string  `json:"branch"`
	BaseRef string  `json:"base_ref"`
	Base    string  `json:"base"`
	Path    string  `json:"path"`
	Text    []byte  `json:"-"`
	Title   string  `json:"-"`
	Body    string  `json:"-"`
	Note    string  `json:"-"`               // what its commit says below the title
	Stale   string  `json:"stale,omitempty"` // tip of a branch of this name that an earlier proposal left behind
	Package string  `json:"package"`
	Version string  `json:"version"`
}

// MovePR puts a newer version into a pull request of ours that is already open: one commit, pinned to its head, and a
// new title.
type MovePR struct {
	OpenPR
	Number int    `json:"number"`
	ID     string `json:"-"`
	Head   string `json:"head"`
}

// ReportCheck writes the check run "pitcrew" on a head: a new one, or Existing patched. Digest is that of the text.
type ReportCheck struct {
	Repo       Repo   `json:"-"`
	Number     int    `json:"number"`
	Head       string `json:"head"`
	Existing   int64  `json:"existing,omitempty"`
	Conclusion string `json:"conclusion"` // success, neutral, action_required, failure
	Title      string `json:"-"`
	Summary    string `json:"-"`
	Digest     string `json:"digest"` // of its text, and after a dot of its annotations, if it has any
	Link       string `json:"-"`

	Annotations []Annotation `json:"-"` // of a new one; they stay with it
}

// Kind is KindMerge.
func (MergePR) Kind() string { return KindMerge }

// Kind is KindUpdate.
func (UpdateBranch) Kind() string { return KindUpdate }

// Kind is KindRequest.
func (RequestReviewers) Kind() string { return KindRequest }

// Kind is KindOpen.
func (OpenPR) Kind() string { return KindOpen }

// Kind is KindMove.
func (MovePR) Kind() string { return KindMove }

// Kind is KindReport.
func (ReportCheck) Kind() string { return KindReport }

// Kind is KindDelete.
func (DeleteBranch) Kind() string { return KindDelete }

// Kind is KindRetarget.
func (RetargetPR) Kind() string { return KindRetarget }

// Kind is KindIssue.
func (OpenIssue) Kind() string { return KindIssue }

// About is the pull request that has landed.
func (a DeleteBranch) About() Subject { return PRSubject(a.Repo.ID, a.Number) }

// About is the pull request that has landed.
func (a RetargetPR) About() Subject { return PRSubject(a.Repo.ID, a.Number) }

// About is the pull request that was merged.
func (a OpenIssue) About() Subject { return PRSubject(a.Repo.ID, a.Number) }

// Key is the head that landed.
func (a DeleteBranch) Key() string { return a.Head }

// Key is the pull request that is moved.
func (a RetargetPR) Key() string { return number(a.Moved) }

// Key is the pull request: it is told of once.
func (a OpenIssue) Key() string { return number(a.Number) }

// About is the pull request.
func (a MergePR) About() Subject { return PRSubject(a.Repo.ID, a.Number) }

// About is the pull request.
func (a UpdateBranch) About() Subject { return PRSubject(a.Repo.ID, a.Number) }

// About is the pull request.
func (a RequestReviewers) About() Subject { return PRSubject(a.Repo.ID, a.Number) }

// About is the release in the repository that uses it.
func (a OpenPR) About() Subject { return a.Subject }

// About is the pull request.
func (a ReportCheck) About() Subject { return PRSubject(a.Repo.ID, a.Number) }

// Key is the head: a pull request lands once.
func (a MergePR) Key() string { return a.Head }

// Key is the head that is brought up to date.
func (a UpdateBranch) Key() string { return a.Head }

// Key is who is asked.
func (a RequestReviewers) Key() string {
	names := append([]string{}, a.Teams...)
	for _, p := range a.People {
		names = append(names, p.Token)
	}
	return strings.Join(names, " ")
}

// Key is the package and its version: proposed once, for ever.
func (a OpenPR) Key() string { return a.Package + "@" + a.Version }

// Key is the package and its version.
func (a MovePR) Key() string { return a.OpenPR.Key() }

// Key is the head and the digest of the text.
func (a ReportCheck) Key() string { return fmt.Sprintf("%.12s %s", a.Head, a.Digest) }
