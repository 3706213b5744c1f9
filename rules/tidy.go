package rules

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// HeadBranch is the branch of a pull request, as it must be known before it is deleted.
type HeadBranch struct {
	Tip       string // the commit at which it is; empty: it is gone
	Asked     bool   // what follows was asked for
	Protected Tri    // somebody's rule keeps it
	Based     []int  // open pull requests that merge into it: GitHub closes them when it goes
	Heads     []int  // open pull requests of this very branch
	More      bool   // there are more of them than were read
}

// tidyFor is how long after its merge the branch of a pull request may be deleted: who turns `delete-branch` on does not mean
// what landed long ago.
const tidyFor = day

// after is what is still to do for a pull request that has landed: to say that something is wrong with it, then to delete its
// branch.
func (m MergeSettings) after(s *Snapshot, p *PR) Verdict {
	v := Verdict{Because: []Reason{closedReason(p)}, Waits: []Fact{FactHead, FactState, FactConfig}}
	mem := p.memory()
	if mem.Merged == nil || p.Head != mem.Merged.Head {
		return v
	}
	if mem.Merged.Compared == No {
		v.Because = append(v.Because, reason(CodeDiffers, NeedsYou, "base", p.BaseRef))
		if !mem.Merged.Told && mem.refusals(KindIssue, number(p.Number)) < tidyTries {
			v.Do = append(v.Do, tellOf(s, p))
		}
		return v // what is to be looked at stays
	}
	if !m.DeleteBranch || s.Now.Sub(mem.Merged.At) >= tidyFor {
		return v
	}
	r, act := p.tidy(s)
	v.Because = append(v.Because, r)
	if act != nil {
		v.Do = append(v.Do, act)
	}
	if r.State == Waiting {
		v.Waits, v.Again = nil, mem.next(s.Now, r.Code, againUnknown)
	}
	return v
}

// tidy decides about the branch: it goes, it stays for a reason, or something must be known or done before.
func (p *PR) tidy(s *Snapshot) (Reason, Action) {
	mem, b := p.memory(), p.Branch
	left := func(why string) (Reason, Action) { return reason(CodeBranchLeft, Done, "why", why), nil }
	switch {
	case p.Fork:
		return left("it is in a fork")
	case b.Tip == "":
		return reason(CodeBranchGone, Done), nil
	case p.HeadRef == s.Repo.DefaultBranch:
		return left("it is the default branch")
	case mem.Done[KindDelete] == p.Head || mem.answered(CodeBranchGone):
		return left("somebody restored it")
	case mem.answered(CodeBranchLeft):
		return *mem.reason(CodeBranchLeft), nil
	case b.Tip != p.Head:
		return left("somebody pushed to it since")
	case !b.Asked:
		return reason(CodeBranchUnknown, Waiting), nil
	case b.Protected != No:
		return left(protectedWords[b.Protected])
	case b.More:
		return left("more pull requests need it than pitcrew reads")
	case len(b.Heads) > 0:
		return left("it is the branch of " + numbers(b.Heads) + " too")
	case mem.refusals(KindDelete, p.Head) >= tidyTries:
		return left("GitHub refused to delete it: " + first(mem.Backoff[KindDelete].Message, "it did not say why"))
	}
	if len(b.Based) > 0 {
		return p.retarget(s, b.Based)
	}
	return reason(CodeBranchGoes, Done), DeleteBranch{Repo: s.Repo, Number: p.Number, Head: p.Head, Branch: p.HeadRef}
}

// protectedWords say why a branch stays that may be protected.
var protectedWords = map[Tri]string{Yes: "a rule protects it", Unknown: "whether a rule protects it cannot be told"}

// retarget points the first of the pull requests that merge into the branch elsewhere, each of them once.
func (p *PR) retarget(s *Snapshot, based []int) (Reason, Action) {
	mem := p.memory()
	for _, n := range based {
		if slices.Contains(mem.Retargeted, n) {
			return reason(CodeBranchLeft, Done, "why", fmt.Sprintf("#%d was pointed at it again", n)), nil
		}
		if mem.refusals(KindRetarget, number(n)) >= tidyTries {
			return reason(CodeBranchLeft, Done, "why", fmt.Sprintf("#%d merges into it, and GitHub refused to point that elsewhere", n)), nil
		}
	}
	return reason(CodeRetargets, Done, "which", numbers(based), "base", p.BaseRef),
		RetargetPR{Repo: s.Repo, Number: p.Number, Moved: based[0], Base: p.BaseRef}
}

// tidyTries is how often GitHub may refuse before a branch is left, or an issue is not opened.
const tidyTries = 3

// refusals is how often in a row an act of this kind and key failed.
func (m *Memory) refusals(kind, key string) int {
	if b := m.Backoff[kind]; b.Key == key {
		return b.Times
	}
	return 0
}

// answered says whether a code was among the newest answers.
func (m *Memory) answered(code Code) bool { return m.reason(code) != nil }

// reason is the first of the newest answers with this code; nil: there is none.
func (m *Memory) reason(code Code) *Reason {
	for _, a := range m.Tree {
		for i := range a.Because {
			if a.Because[i].Code == code {
				return &a.Because[i]
			}
		}
	}
	return nil
}

// numbers are pull requests as people write them: "#8 and #9".
func numbers(pulls []int) string {
	var words []string
	for _, n := range pulls {
		words = append(words, fmt.Sprintf("#%d", n))
	}
	return list(words)
}

// tellOf makes the issue that tells of a merge which made something else than what was decided.
func tellOf(s *Snapshot, p *PR) OpenIssue {
	body := []string{
		fmt.Sprintf("pitcrew merged #%d into `%s` at %s, by the method %s, and compared what landed with what it had decided on. They differ.", p.Number, p.BaseRef, p.memory().Merged.At.UTC().Format(time.RFC1123), p.memory().Merged.Method),
		fmt.Sprintf("- the head that was decided on: %s\n- the base that was decided on: %s\n- what landed: %s", p.memory().Merged.Head, p.memory().Merged.Base, p.MergeCommit),
		"Something that was on the base may be gone, or something may have landed that nobody approved. pitcrew merges nothing more in this repository until somebody has looked at it and resumed merging: `pitcrew resume " + s.Repo.FullName() + "`, or the button on the page of the line.",
	}
	return OpenIssue{Repo: s.Repo, Number: p.Number,
		Title: fmt.Sprintf("The merge of #%d made something else than what was decided", p.Number), Body: strings.Join(body, "\n\n")}
}

// settleDelete: the branch is gone, or is somewhere else now.
func settleDelete(in Intent, s *Snapshot, p *PR) string {
	switch p.Branch.Tip {
	case "":
		return EventSeen
	case in.Key:
		return in.overdue(s.Now, settlePinned)
	}
	return EventAbsent
}

// settleRetarget: the pull request is no longer among those that merge into the branch, or the branch is gone, and with it the
// question.
func settleRetarget(in Intent, s *Snapshot, p *PR) string {
	b := p.Branch
	is := func(n int) bool { return number(n) == in.Key }
	switch {
	case !b.Asked || b.More:
		return in.overdue(s.Now, settleUnpinned)
	case !slices.ContainsFunc(b.Based, is):
		return EventSeen
	}
	return in.overdue(s.Now, settleUnpinned)
}

// settleIssue: GitHub said that it opened it. Where it said nothing it is not opened again: merging is stopped all the same.
func settleIssue(in Intent, s *Snapshot) string {
	if in.Sent {
		return EventSeen
	}
	return in.overdue(s.Now, settleUnpinned)
}
