package github

import (
	"slices"

	"github.com/pitcrew-app/pitcrew/rules"
)

// edits says whether the branch of a pull request from a fork may be updated. GitHub shows no repository for a fork that is gone, and
// for a private one on which we are not installed.
// https://docs.github.com/pull-requests/collaborating-with-pull-requests/working-with-forks/allowing-changes-to-a-pull-request-branch-created-from-a-fork
func (r pullReply) edits() rules.Edits {
	switch {
	case r.HeadRepository == nil || r.HeadRepositoryOwner == nil:
		return rules.EditsHidden
	case r.HeadRepositoryOwner.Typename != "User":
		return rules.EditsNever
	case !r.MaintainerCanModify:
		return rules.EditsForbidden
	}
	return rules.EditsAllowed
}

// suitesReply is the check suites of the newest commit. One that comes from a workflow names its run.
type suitesReply struct {
	Commit struct {
		OID         string
		CheckSuites list[struct {
			Conclusion  string
			WorkflowRun *struct{ DatabaseID int64 }
		}]
	}
}

// waiting counts the workflows that somebody who may write must let run first: their runs are completed, with action_required, and
// have no check yet. Of a fork none may be missed.
// https://docs.github.com/actions/how-tos/manage-workflow-runs/approve-runs-from-forks
func (r pullReply) waiting(p *rules.PR) {
	i := slices.IndexFunc(r.Suites.Nodes, func(s suitesReply) bool { return s.Commit.OID == p.Head })
	if i < 0 {
		return
	}
	suites := r.Suites.Nodes[i].Commit.CheckSuites
	for _, s := range suites.Nodes {
		if s.WorkflowRun != nil && s.Conclusion == "ACTION_REQUIRED" {
			p.Held++
		}
	}
	if p.Fork {
		truncated(p, "check suites", suites.PageInfo)
	}
}
