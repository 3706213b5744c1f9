package rules

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// tidied is a pull request that pitcrew landed a minute ago.
func tidied() *PR {
	p := fit()
	p.State, p.HeadRef, p.MergeCommit = "MERGED", "feature", "m"
	p.Branch = HeadBranch{Tip: p.Head, Asked: true, Protected: No}
	p.Memory = &Memory{Merged: &Merged{Head: p.Head, At: noon.Add(-time.Minute), Compared: Yes, Closed: true}}
	return p
}

// The branch of what has landed goes, unless somebody needs it or that cannot be told.
func TestTidy(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(p *PR)
		says   string // code of the reason beside merged, and why
		does   string
	}{
		{"it goes", func(*PR) {}, "branch-goes", "delete-branch aaaaaaa1"},
		{"it is gone", func(p *PR) { p.Branch = HeadBranch{} }, "branch-gone", ""},
		{"in a fork", func(p *PR) { p.Fork = true }, "branch-left it is in a fork", ""},
		{"the default branch", func(p *PR) { p.HeadRef = "main" }, "branch-left it is the default branch", ""},
		{"pushed to since", func(p *PR) { p.Branch.Tip = "newer" }, "branch-left somebody pushed to it since", ""},
		{"not asked yet", func(p *PR) { p.Branch.Asked = false }, "branch-unknown", ""},
		{"protected", func(p *PR) { p.Branch.Protected = Yes }, "branch-left a rule protects it", ""},
		{"perhaps protected", func(p *PR) { p.Branch.Protected = Unknown }, "branch-left whether a rule protects it cannot be told", ""},
		{"needed by too many", func(p *PR) { p.Branch.More = true }, "branch-left more pull requests need it than pitcrew reads", ""},
		{"of another one too", func(p *PR) { p.Branch.Heads = []int{8} }, "branch-left it is the branch of #8 too", ""},
		{"another one merges into it", func(p *PR) { p.Branch.Based = []int{8, 9} }, "retargets", "retarget 8"},
		{"and was moved before", func(p *PR) { p.Branch.Based = []int{8}; p.Memory.Retargeted = []int{8} }, "branch-left #8 was pointed at it again", ""},
		{"and GitHub refused too often", func(p *PR) {
			p.Branch.Based = []int{8}
			p.Memory.Backoff = map[string]Backoff{KindRetarget: {Key: "8", Times: 3}}
		}, "branch-left #8 merges into it, and GitHub refused to point that elsewhere", ""},
		{"GitHub refused to delete it", func(p *PR) {
			p.Memory.Backoff = map[string]Backoff{KindDelete: {Key: head, Times: 3, Message: "the branch protection does not allow it"}}
		}, "branch-left GitHub refused to delete it: the branch protection does not allow it", ""},
		{"GitHub refused to delete it at another head", func(p *PR) {
			p.Memory.Backoff = map[string]Backoff{KindDelete: {Key: "older", Times: 3}}
		}, "branch-goes", "delete-branch aaaaaaa1"},
		{"GitHub refused to delete it twice", func(p *PR) {
			p.Memory.Backoff = map[string]Backoff{KindDelete: {Key: head, Times: 2}}
		}, "branch-goes", "delete-branch aaaaaaa1"},
		{"restored", func(p *PR) { p.Memory.Done = map[string]string{KindDelete: head} }, "branch-left somebody restored it", ""},
		{"deleted by somebody else and restored", func(p *PR) {
			p.Memory.Tree = []Answer{{Because: []Reason{reason(CodeBranchGone, Done)}}}
		}, "branch-left somebody restored it", ""},
		{"left before", func(p *PR) {
			p.Memory.Tree = []Answer{{Because: []Reason{reason(CodeBranchLeft, Done, "why", "x")}}}
		}, "branch-left x", ""},
		{"landed long ago", func(p *PR) { p.Memory.Merged.At = noon.Add(-tidyFor) }, "", ""},
		{"merged by somebody else", func(p *PR) { p.Memory.Merged = nil }, "", ""},
		{"at another head", func(p *PR) { p.Memory.Merged.Head = "older" }, "", ""},
		{"not what was decided", func(p *PR) { p.Memory.Merged.Compared = No }, "merged-differently", "open-issue 7"},
		{"and that was told", func(p *PR) { p.Memory.Merged.Compared, p.Memory.Merged.Told = No, true }, "merged-differently", ""},
		{"and that was refused too often", func(p *PR) {
			p.Memory.Merged.Compared = No
			p.Memory.Backoff = map[string]Backoff{KindIssue: {Key: "7", Times: 3}}
		}, "merged-differently", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := tidied()
			c.change(p)
			v := verdict(t, snapshot(file(t, "merge: {delete-branch: true, policies: [{approvals: 1}]}"), p), "merge")
			said := ""
			for _, r := range v.Because[1:] {
				said = strings.TrimSpace(fmt.Sprint(r.Code, " ", r.Args["why"]))
			}
			does := ""
			for _, a := range v.Do {
				does = a.Kind() + " " + a.Key()
			}
			if v.Because[0].Code != CodeMerged || said != c.says || does != c.does {
				t.Errorf("says %q and does %q, want %q and %q", said, does, c.says, c.does)
			}
		})
	}
}

// What must be known first is asked for again, by a time and not by an event.
func TestTidyAsksAgain(t *testing.T) {
	p := tidied()
	p.Branch.Asked = false
	s := snapshot(file(t, "merge: {delete-branch: true, policies: [{approvals: 1}]}"), p)
	if v := verdict(t, s, "merge"); v.Waits != nil || !v.Again.After(s.Now) {
		t.Errorf("waits for %v, again at %v", v.Waits, v.Again)
	}
	p.Branch.Asked = true
	if v := verdict(t, s, "merge"); len(v.Waits) == 0 || !v.Again.IsZero() {
		t.Errorf("with all known: waits for %v, again at %v", v.Waits, v.Again)
	}
}

// Without the setting nothing is said of the branch, and nothing done.
func TestTidyIsAskedFor(t *testing.T) {
	v := verdict(t, snapshot(file(t, "merge: {policies: [{approvals: 1}]}"), tidied()), "merge")
	if len(v.Because) != 1 || len(v.Do) > 0 {
		t.Errorf("says %v and does %v", v.Because, v.Do)
	}
}

// How the acts after a merge end, by what is seen.
func TestSettleTidy(t *testing.T) {
	for _, c := range []struct {
		name   string
		kind   string
		key    string
		sent   bool
		age    time.Duration
		branch HeadBranch
		want   string
	}{
		{"the branch is gone", KindDelete, head, true, time.Second, HeadBranch{}, EventSeen},
		{"still there", KindDelete, head, true, time.Second, HeadBranch{Tip: head}, ""},
		{"still there after a minute", KindDelete, head, true, time.Minute, HeadBranch{Tip: head}, EventAbsent},
		{"pushed to", KindDelete, head, false, time.Second, HeadBranch{Tip: "newer"}, EventAbsent},
		{"moved", KindRetarget, "8", true, time.Second, HeadBranch{Tip: head, Asked: true, Based: []int{9}}, EventSeen},
		{"not moved yet", KindRetarget, "8", true, time.Second, HeadBranch{Tip: head, Asked: true, Based: []int{8}}, ""},
		{"more than were read", KindRetarget, "8", true, time.Second, HeadBranch{Tip: head, Asked: true, More: true, Based: []int{9}}, ""},
		{"not told", KindRetarget, "8", true, time.Second, HeadBranch{Tip: head}, ""},
		{"opened", KindIssue, "7", true, time.Second, HeadBranch{}, EventSeen},
		{"not answered", KindIssue, "7", false, time.Second, HeadBranch{}, ""},
		{"not answered for long", KindIssue, "7", false, time.Minute, HeadBranch{}, EventAbsent},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := tidied()
			p.Branch = c.branch
			in := Intent{Kind: c.kind, Key: c.key, At: noon.Add(-c.age), Sent: c.sent}
			if got, _ := Settle(in, &Snapshot{Now: noon}, p); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// An issue that may have been opened is not opened again; one that GitHub refused, or that was not sent, is.
func TestToldOnce(t *testing.T) {
	for _, c := range []struct {
		event string
		why   string
		told  bool
	}{
		{EventSeen, "", true}, {EventAbsent, WhyUnseen, true}, {EventRefused, "the App lacks a permission", false}, {EventAbsent, "its rate limit is reached", false},
	} {
		m := tidied().Memory
		act := Act{Kind: KindIssue, Key: "7"}
		ended := act
		ended.Why = c.why
		for i, step := range []struct {
			kind string
			act  Act
		}{{EventIntended, act}, {c.event, ended}} {
			facts, err := json.Marshal(step.act)
			if err == nil {
				err = m.Fold(int64(i+1), noon, step.kind, facts)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if m.Merged.Told != c.told {
			t.Errorf("%s %q: told %v", c.event, c.why, m.Merged.Told)
		}
	}
}
