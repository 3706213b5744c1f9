package oracle

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

// What may be done after a merge: the branch of what we landed may be deleted, at the commit that landed, and nobody else's open
// pull request may be closed by that; those that merge into it may be pointed at the base of what has landed.

// zeros are what a branch is that is not there.
const zeros = "0000000000000000000000000000000000000000"

var patched = regexp.MustCompile(`^/repos/([^/]+/[^/]+)/pulls/(\d+)$`)

// judgeTidy judges a write that tidies up after a merge. It reports whether it was one.
func (o *Oracle) judgeTidy(before ghsim.Facts, c Call, d time.Duration) bool {
	if m := patched.FindStringSubmatch(c.Path); m != nil && c.Method == http.MethodPatch {
		number, _ := strconv.Atoi(m[2]) // digits, by the expression
		o.judgeRetarget(before, c, m[1], number, d)
		return true
	}
	var in struct {
		Query     string
		Variables struct {
			Ref struct {
				RefUpdates []struct{ Name, BeforeOid, AfterOid string }
			}
		}
	}
	if json.Unmarshal([]byte(c.Body), &in) != nil || !strings.HasPrefix(in.Query, "mutation Delete(") {
		return false
	}
	for _, u := range in.Variables.Ref.RefUpdates {
		if u.AfterOid != zeros || u.BeforeOid == "" {
			o.wrongf("I1", "", "a branch was to be deleted without the commit that landed")
		}
		o.judgeDelete(before, c, strings.TrimPrefix(u.Name, "refs/heads/"), u.BeforeOid, d)
	}
	return true
}

// judgeDelete: some pull request of this branch was merged by us at this commit, and, if GitHub took it, no open one needed it.
func (o *Oracle) judgeDelete(before ghsim.Facts, c Call, branch, head string, d time.Duration) {
	landed := false
	for _, r := range o.now.Repos {
		for _, p := range r.Pulls {
			if r.Installation != c.Installation || p.HeadRef != branch || p.Head != head || p.MergedBy != o.opts.Bot || p.Fork {
				continue
			}
			landed = true
			if why := o.history(key{r.ID, p.Number}).ever(c.At, d, func(x permits) string { return x.Write }); why != "" {
				o.wrongf("I5", name(r, p.Number), "its branch was deleted although %s", why)
			}
			if branch == r.Default {
				o.wrongf("I1", name(r, p.Number), "the default branch was to be deleted")
			}
			if c.Status == http.StatusOK && c.Message == "" && !c.Faulted {
				o.judgeNeeded(before, r, branch)
			}
		}
	}
	if !landed {
		o.wrongf("I4", "", "the branch %s was to be deleted at %.7s, which we did not land", branch, head)
	}
}

// judgeNeeded: who merged into the branch before and after it went was closed by that.
func (o *Oracle) judgeNeeded(before ghsim.Facts, r ghsim.RepoFacts, branch string) {
	for _, was := range before.Repos {
		for _, p := range was.Pulls {
			if was.ID == r.ID && p.Open && p.Base == branch && slices.ContainsFunc(r.Pulls, func(q ghsim.PullFacts) bool {
				return q.Number == p.Number && q.Base == branch && !q.Open
			}) {
				o.wrongf("I1", name(r, p.Number), "it was closed, because the branch that it merges into was deleted")
			}
		}
	}
}

// judgeRetarget: it goes where what we landed from its base went.
func (o *Oracle) judgeRetarget(before ghsim.Facts, c Call, repo string, number int, d time.Duration) {
	var in struct{ Base string }
	if json.Unmarshal([]byte(c.Body), &in) != nil {
		return // GitHub answers 400
	}
	for _, r := range before.Repos {
		for _, p := range r.Pulls {
			if !strings.EqualFold(r.Name, repo) || p.Number != number {
				continue
			}
			from := func(q ghsim.PullFacts) bool {
				return q.MergedBy == o.opts.Bot && q.HeadRef == p.Base && q.Base == in.Base
			}
			if p.Base != in.Base && !slices.ContainsFunc(r.Pulls, from) {
				o.wrongf("I1", name(r, number), "it was pointed at %s although nothing landed there from %s", in.Base, p.Base)
			}
			if why := o.history(key{r.ID, number}).ever(c.At, d, func(x permits) string { return x.Write }); why != "" {
				o.wrongf("I5", name(r, number), "it was pointed elsewhere although %s", why)
			}
		}
	}
}
