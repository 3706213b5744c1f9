package oracle

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

const bot = "pitcrew[bot]"

var begin = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// scene is a repository with one pull request that may land, and what happens to it.
type scene struct {
	o     *Oracle
	f     ghsim.Facts
	calls []Call
}

var asked = &Policy{
	Reviewers: &Reviewers{Request: 1, From: []string{"bob"}},
	Update:    &Update{PerDay: 2},
	Merge:     &Merge{NeverLabels: []string{"hold"}, Rules: []Rule{{Label: "automerge", Approvals: 1, Checks: []string{"build"}, Method: "squash"}}},
}

func newScene() *scene {
	s := &scene{o: New(Options{Bot: bot, Policy: func(text string) *Policy {
		return map[string]*Policy{"asked": asked, "observe": {Observe: "true", Merge: asked.Merge}, "broken": {Broken: true}, "comment": {Comment: true}, "comment observed": {Comment: true, Observe: "check"}, "always": {Update: &Update{Always: true, Rebase: true, PerDay: 1}}, "propagate": {Propagate: true}}[text]
	}})}
	s.f = ghsim.Facts{At: begin, Installs: []ghsim.InstallFacts{{ID: 1, Account: "acme"}, {ID: 2, Account: "globex"}}, Repos: []ghsim.RepoFacts{{
		ID: 10, Name: "acme/api", Installation: 1, Default: "main", Methods: []string{"squash"}, Config: map[string]string{"main": "asked"},
		Pulls: []ghsim.PullFacts{{
			Number: 7, Author: "ana", Open: true, Head: "a1", Base: "main", Labels: []string{"automerge"}, Requested: []string{"bob"},
			Reviews: []ghsim.ReviewFacts{{By: "bob", State: "APPROVED", Commit: "a1", Writer: true, At: begin}},
			Checks:  []ghsim.CheckFacts{{Name: "build", App: 5, Done: true, Passed: true, At: begin}},
		}},
	}}}
	s.look()
	return s
}

func (s *scene) pull() *ghsim.PullFacts { return &s.f.Repos[0].Pulls[0] }

// look shows the oracle copies: what is changed later has not been so before.
func (s *scene) look() {
	f := s.f
	f.Repos = append([]ghsim.RepoFacts(nil), f.Repos...)
	for i := range f.Repos {
		f.Repos[i].Pulls = append([]ghsim.PullFacts(nil), f.Repos[i].Pulls...)
	}
	s.o.Observe(f, s.calls, 0)
	s.calls = nil
}

// after lets time pass and changes something.
func (s *scene) after(d time.Duration, change func(p *ghsim.PullFacts)) {
	s.f.At = s.f.At.Add(d)
	change(s.pull())
	s.look()
}

func (s *scene) call(method, path, body string) *Call {
	s.calls = append(s.calls, Call{Heard: true, Call: ghsim.Call{At: s.f.At, Method: method, Path: path, Body: body, Status: 200, App: true, Installation: 1, Actor: bot}})
	return &s.calls[len(s.calls)-1]
}

// rebase is an update by rebase, and the oracle looking at it.
func (s *scene) rebase(head string) {
	s.pull().Node = "PR_7"
	s.look()
	s.call("POST", "/graphql", fmt.Sprintf(`{"query":"mutation Update($update:X){}","variables":{"update":{"pullRequestId":"PR_7","expectedHeadOid":%q,"updateMethod":"REBASE"}}}`, head))
	s.look()
}

// updatedFirst is a line of two: the first was updated by us, and its check runs or has failed; the second could land.
func (s *scene) updatedFirst(ended bool) {
	first := *s.pull()
	first.Number, first.Head, first.Behind = 6, "b1", true
	s.f.Repos[0].Pulls = append(s.f.Repos[0].Pulls, first)
	s.after(time.Minute, nothing)
	s.call("PUT", "/repos/acme/api/pulls/6/update-branch", `{"expected_head_sha":"b1"}`).Status = 202
	s.look()
	s.o.wrong = nil // it need not be up to date
	s.f.Repos[0].Pulls[1].Head, s.f.Repos[0].Pulls[1].Parents = "b1+m", []string{"b1", "m"}
	s.f.Repos[0].Pulls[1].Checks = []ghsim.CheckFacts{{Name: "build", App: 5, Done: ended}}
	s.after(time.Second, nothing)
}

func (s *scene) merge() {
	s.call("PUT", "/repos/acme/api/pulls/7/merge", fmt.Sprintf(`{"sha":%q,"merge_method":"squash"}`, s.pull().Head))
	s.after(0, func(p *ghsim.PullFacts) { p.Open, p.MergedAt, p.MergedBy = false, s.f.At, bot })
}

// asks changes what the file asks for, from the beginning.
func (s *scene) asks(change func(*Merge)) {
	merge := *asked.Merge
	merge.Rules = []Rule{asked.Merge.Rules[0]}
	change(&merge)
	policy := &Policy{Reviewers: asked.Reviewers, Update: asked.Update, Merge: &merge}
	s.o.opts.Policy = func(string) *Policy { return policy }
	*s.o.history(key{10, 7}) = history{updates: map[string]string{}, asked: map[string]int{}, untaken: map[string]bool{}}
	s.look()
}

// propose opens a pull request of ours for a package, after the repository that publishes it was called by each of the names.
func (s *scene) propose(pack string, names ...string) {
	s.f.Repos[0].Config["main"] = "propagate"
	s.f.Repos = append(s.f.Repos, ghsim.RepoFacts{ID: 11, Default: "main"})
	for _, name := range names {
		s.f.Repos[1].Name = name
		s.after(time.Minute, nothing)
	}
	s.f.Repos[0].Pulls = append(s.f.Repos[0].Pulls, ghsim.PullFacts{Number: 8, Author: bot, Open: true, Head: "p1", HeadRef: "pitcrew/x", Base: "main", Title: "Update " + pack + " to 1.1.0"})
	s.after(time.Second, nothing)
}

func label(names ...string) func(*ghsim.PullFacts) {
	return func(p *ghsim.PullFacts) { p.Labels = names }
}

func nothing(*ghsim.PullFacts) {}

func fork(p *ghsim.PullFacts) { p.Fork = true }

// behindStrict makes the base demand what the pull request is not: up to date.
func behindStrict(s *scene) func(*ghsim.PullFacts) {
	s.f.Repos[0].Demands = map[string][]ghsim.Demand{"main": {{Strict: true}}}
	return func(p *ghsim.PullFacts) { p.Behind = true }
}

func TestWhatTheOracleSays(t *testing.T) {
	for name, c := range map[string]struct {
		play func(s *scene)
		want string // an invariant and words; empty: nothing is wrong
	}{
		"merged as it should be":  {func(s *scene) { s.merge() }, ""},
		"merged without the head": {func(s *scene) { s.call("PUT", "/repos/acme/api/pulls/7/merge", `{"merge_method":"squash"}`); s.look() }, "I1 without the head"},
		"merged by another method": {func(s *scene) {
			s.call("PUT", "/repos/acme/api/pulls/7/merge", `{"sha":"a1","merge_method":"merge"}`)
			s.look()
		}, "I1 the method is squash"},
		"held for four seconds": {func(s *scene) { s.after(1, label("automerge", "hold")); s.after(4*time.Second, nothing); s.merge() }, ""},
		"held for six seconds":  {func(s *scene) { s.after(1, label("automerge", "hold")); s.after(6*time.Second, nothing); s.merge() }, "I1 never matches"},
		"no label, no policy":   {func(s *scene) { s.after(1, label()); s.after(time.Minute, nothing); s.merge() }, "I1 no policy matches"},
		"the approval is of another head": {func(s *scene) {
			s.after(1, func(p *ghsim.PullFacts) { p.Head = "a2" })
			s.after(time.Minute, nothing)
			s.merge()
		}, "I1 approvals are missing"},
		"the approval came through our update": {func(s *scene) {
			s.call("PUT", "/repos/acme/api/pulls/7/update-branch", `{"expected_head_sha":"a1"}`)
			s.after(0, func(p *ghsim.PullFacts) { p.Behind = true })
			s.o.wrong = nil
			s.after(time.Second, func(p *ghsim.PullFacts) { p.Head, p.Parents, p.Behind = "a1+m2", []string{"a1", "m2"}, false })
			s.after(time.Minute, nothing)
			s.merge()
		}, ""},
		"somebody's merge of the base is no update of ours": {func(s *scene) {
			s.after(time.Second, func(p *ghsim.PullFacts) { p.Head, p.Parents = "a1+m2", []string{"a1", "m2"} })
			s.after(time.Minute, nothing)
			s.merge()
		}, "I1 approvals are missing"},
		"the approval is of somebody who wrote a part": {func(s *scene) {
			s.after(1, func(p *ghsim.PullFacts) { p.Authors = []string{"ana", "bob"} })
			s.after(time.Minute, nothing)
			s.merge()
		}, "I1 approvals are missing"},
		"a red check": {func(s *scene) {
			s.after(1, func(p *ghsim.PullFacts) { p.Checks = []ghsim.CheckFacts{{Name: "build", App: 5, Done: true}} })
			s.after(time.Minute, nothing)
			s.merge()
		}, "I1 build is not green"},
		"the base asks for more": {func(s *scene) {
			s.f.Repos[0].Demands = map[string][]ghsim.Demand{"main": {{Approvals: 2}}}
			s.after(1, nothing)
			s.after(time.Minute, nothing)
			s.merge()
		}, "I1 approvals are missing"},
		"a person merged": {func(s *scene) {
			s.after(time.Minute, label("hold"))
			s.after(time.Minute, func(p *ghsim.PullFacts) { p.Open, p.MergedAt, p.MergedBy = false, s.f.At, "dan" })
		}, ""},
		"a fork, approved": {func(s *scene) { s.after(1, fork); s.after(time.Minute, nothing); s.merge() }, ""},
		"a fork, where no approval is asked for": {func(s *scene) {
			s.asks(func(m *Merge) { m.Rules[0].Approvals = 0 })
			s.after(1, func(p *ghsim.PullFacts) { fork(p); p.Reviews = nil })
			s.after(time.Minute, nothing)
			s.merge()
		}, "I1 it comes from a fork, and approvals are missing"},
		"a fork, by an approval of an older head": {func(s *scene) {
			s.asks(func(m *Merge) { m.Rules[0].AnyHead = true })
			s.after(1, func(p *ghsim.PullFacts) { fork(p); p.Head = "a2" })
			s.after(time.Minute, nothing)
			s.merge()
		}, "I1 it comes from a fork, and approvals are missing"},
		"no fork, where no approval is asked for": {func(s *scene) {
			s.asks(func(m *Merge) { m.Rules[0].Approvals = 0 })
			s.after(1, func(p *ghsim.PullFacts) { p.Reviews = nil })
			s.after(time.Minute, nothing)
			s.merge()
		}, ""},
		"a workflow waits, where all checks are asked for": {func(s *scene) {
			s.asks(func(m *Merge) { m.Rules[0].AllChecks = true })
			s.after(1, func(p *ghsim.PullFacts) { p.Held = 1 })
			s.after(time.Minute, nothing)
			s.merge()
		}, "I1 a workflow waits"},
		"an update of a fork that is lent": {func(s *scene) {
			s.after(1, func(p *ghsim.PullFacts) { fork(p); behindStrict(s)(p); p.Lent = true })
			s.call("PUT", "/repos/acme/api/pulls/7/update-branch", `{"expected_head_sha":"a1"}`).Status = 202
			s.look()
		}, ""},
		"an update of a fork that is not": {func(s *scene) {
			s.after(1, func(p *ghsim.PullFacts) { fork(p); behindStrict(s)(p) })
			s.after(time.Minute, nothing)
			s.call("PUT", "/repos/acme/api/pulls/7/update-branch", `{"expected_head_sha":"a1"}`).Status = 403
			s.look()
		}, "I1 its fork is not lent"},
		"an update of what is up to date": {func(s *scene) {
			s.call("PUT", "/repos/acme/api/pulls/7/update-branch", `{"expected_head_sha":"a1"}`)
			s.look()
		}, "I1 up to date"},
		"two check runs": {func(s *scene) { s.after(1, func(p *ghsim.PullFacts) { p.Ours = map[string]int{"a1 pitcrew": 2} }) }, "I3 2 check runs"},
		"asked twice": {func(s *scene) {
			s.after(1, func(p *ghsim.PullFacts) { p.Asked = []ghsim.AskedFacts{{Who: "cat"}, {Who: "cat"}} })
		}, "I3 cat was asked"},
		"asked again for a reply": {func(s *scene) {
			s.after(1, func(p *ghsim.PullFacts) { p.Asked = []ghsim.AskedFacts{{Who: "bob"}, {Who: "bob"}} })
		}, ""},
		"asked again without a new reply": {func(s *scene) {
			s.after(1, func(p *ghsim.PullFacts) { p.Asked = []ghsim.AskedFacts{{Who: "bob"}, {Who: "bob"}, {Who: "bob"}} })
		}, "I3 bob was asked for a review 3 times and gave 1"},
		"two updates": {func(s *scene) {
			s.after(1, func(p *ghsim.PullFacts) { p.Behind = true })
			s.f.Repos[0].Demands = map[string][]ghsim.Demand{"main": {{Strict: true}}}
			s.after(1, nothing)
			for range 2 {
				s.call("PUT", "/repos/acme/api/pulls/7/update-branch", `{"expected_head_sha":"a1"}`).Status = 202
			}
			s.look()
		}, "I3 a second update"},
		"an update again where the answer was heard": {func(s *scene) {
			s.after(1, behindStrict(s))
			for range 2 {
				s.call("PUT", "/repos/acme/api/pulls/7/update-branch", `{"expected_head_sha":"a1"}`).Status = 202
				s.after(30*time.Second, nothing)
			}
		}, "I3 a second update"},
		"an update again where the answer was not heard": {func(s *scene) {
			s.after(1, behindStrict(s))
			for range 2 {
				c := s.call("PUT", "/repos/acme/api/pulls/7/update-branch", `{"expected_head_sha":"a1"}`)
				c.Status, c.Heard = 202, false
				s.after(30*time.Second, nothing)
			}
		}, ""},
		"more updates than a day may have": {func(s *scene) {
			for i := range 3 {
				s.after(time.Minute, behindStrict(s))
				s.call("PUT", "/repos/acme/api/pulls/7/update-branch", fmt.Sprintf(`{"expected_head_sha":%q}`, s.pull().Head)).Status = 202
				s.look()
				s.after(time.Second, func(p *ghsim.PullFacts) {
					p.Head, p.Parents, p.Behind = fmt.Sprintf("u%d", i), []string{p.Head, "m"}, false
				})
			}
		}, "I6 its branch was updated 3 times within a day although 2 a day are wanted"},
		"an update of what people are against": {func(s *scene) {
			s.f.Repos[0].Config["main"] = "always"
			s.after(1, func(p *ghsim.PullFacts) { p.Behind = true })
			s.after(1, func(p *ghsim.PullFacts) {
				p.Reviews = []ghsim.ReviewFacts{{By: "bob", State: "CHANGES_REQUESTED", Commit: "a1", Writer: true}}
			})
			s.after(time.Minute, nothing)
			s.rebase("a1")
		}, "I1 changes are requested"},
		"a rebase": {func(s *scene) {
			s.f.Repos[0].Config["main"] = "always"
			s.after(1, func(p *ghsim.PullFacts) { p.Behind = true })
			s.rebase("a1")
		}, ""},
		"a rebase without the head": {func(s *scene) {
			s.f.Repos[0].Config["main"] = "always"
			s.after(1, func(p *ghsim.PullFacts) { p.Behind = true })
			s.rebase("")
		}, "I1 without the head"},
		"a rebase where a merge is wanted": {func(s *scene) {
			s.after(1, behindStrict(s))
			s.rebase("a1")
		}, "I1 the other method"},
		"two rebases": {func(s *scene) {
			s.f.Repos[0].Config["main"] = "always"
			s.after(1, func(p *ghsim.PullFacts) { p.Behind = true })
			s.rebase("a1")
			s.rebase("a1")
		}, "I3 a second update"},
		"more rebases than a day may have": {func(s *scene) {
			s.f.Repos[0].Config["main"] = "always"
			for i := range 2 {
				s.after(time.Minute, func(p *ghsim.PullFacts) { p.Behind = true })
				s.rebase(s.pull().Head)
				s.after(time.Second, func(p *ghsim.PullFacts) {
					p.Head, p.Parents, p.Committer, p.Behind = fmt.Sprintf("r%d", i), []string{"m"}, bot, false
				})
			}
		}, "I6 its branch was updated 2 times within a day although 1 a day are wanted"},
		"a merge that GitHub refused and the policy forbade": {func(s *scene) {
			s.after(1, label("automerge", "hold"))
			s.after(time.Minute, nothing)
			s.call("PUT", "/repos/acme/api/pulls/7/merge", `{"sha":"a1","merge_method":"squash"}`).Status = 405
			s.look()
		}, "I1 never matches"},
		"a merge that only GitHub forbade, and refused": {func(s *scene) {
			s.after(1, func(p *ghsim.PullFacts) { p.Draft = true })
			s.after(time.Minute, nothing)
			s.call("PUT", "/repos/acme/api/pulls/7/merge", `{"sha":"a1","merge_method":"squash"}`).Status = 405
			s.look()
		}, ""},
		"asked about a draft": {func(s *scene) {
			s.after(1, func(p *ghsim.PullFacts) { p.Draft = true })
			s.after(time.Minute, nothing)
			s.call("POST", "/repos/acme/api/pulls/7/requested_reviewers", `{"reviewers":["bob"]}`)
			s.look()
		}, "I1 it is a draft"},
		"merged in a freeze": {func(s *scene) {
			s.asks(func(m *Merge) { m.Freeze = Span{begin.Add(time.Minute), begin.Add(time.Hour)} })
			s.after(2*time.Minute, nothing)
			s.merge()
		}, "I1 the base is frozen"},
		"merged before the freeze": {func(s *scene) {
			s.asks(func(m *Merge) { m.Freeze = Span{begin.Add(time.Minute), begin.Add(time.Hour)} })
			s.merge()
		}, ""},
		"merged when the freeze was over": {func(s *scene) {
			s.asks(func(m *Merge) { m.Freeze = Span{begin.Add(time.Minute), begin.Add(time.Hour)} })
			s.after(61*time.Minute, nothing)
			s.merge()
		}, ""},
		"merged before it had soaked": {func(s *scene) {
			s.asks(func(m *Merge) { m.Soak = 3 * time.Minute })
			s.after(2*time.Minute, nothing)
			s.merge()
		}, "I1 approved and green for 3m"},
		"merged after it had soaked": {func(s *scene) {
			s.asks(func(m *Merge) { m.Soak = 3 * time.Minute })
			s.after(4*time.Minute, nothing)
			s.merge()
		}, ""},
		"merged before a later check had soaked": {func(s *scene) {
			s.asks(func(m *Merge) { m.Soak = 3 * time.Minute })
			s.after(4*time.Minute, func(p *ghsim.PullFacts) { p.Checks = []ghsim.CheckFacts{{Name: "build", App: 5}} })
			s.after(time.Minute, func(p *ghsim.PullFacts) {
				p.Checks = []ghsim.CheckFacts{{Name: "build", App: 5, Done: true, Passed: true, At: begin.Add(5 * time.Minute)}}
			})
			s.after(2*time.Minute, nothing)
			s.merge()
		}, "I1 approved and green for 3m"},
		"merged by an approval of an older head": {func(s *scene) {
			s.after(time.Minute, func(p *ghsim.PullFacts) { p.Head = "a2" })
			s.after(time.Minute, nothing)
			s.merge()
		}, "I1 approvals are missing"},
		"merged by an approval of any head": {func(s *scene) {
			s.asks(func(m *Merge) { m.Rules[0].AnyHead = true })
			s.after(time.Minute, func(p *ghsim.PullFacts) { p.Head = "a2" })
			s.after(time.Minute, nothing)
			s.merge()
		}, ""},
		"merged by an approval of any head, of which the base wants one": {func(s *scene) {
			s.asks(func(m *Merge) { m.Rules[0].AnyHead = true })
			s.f.Repos[0].Demands = map[string][]ghsim.Demand{"main": {{Approvals: 1}}}
			s.after(time.Minute, func(p *ghsim.PullFacts) { p.Head = "a2" })
			s.after(time.Minute, nothing)
			s.merge()
		}, ""},
		"a package of the organisation":                 {func(s *scene) { s.propose("@acme/lib", "acme/lib") }, ""},
		"a package of another organisation":             {func(s *scene) { s.propose("@globex/tools", "globex/tools") }, "I7 another organisation"},
		"a package that came from another organisation": {func(s *scene) { s.propose("@globex/tools", "globex/tools", "acme/tools") }, ""},
		"only observed": {func(s *scene) {
			s.f.Repos[0].Config["main"] = "observe"
			s.after(1, nothing)
			s.after(time.Minute, nothing)
			s.call("POST", "/repos/acme/api/pulls/7/requested_reviewers", `{}`)
			s.look()
		}, "I5 only observed"},
		"nobody asked us to": {func(s *scene) {
			s.f.Repos[0].Config = nil
			s.after(1, nothing)
			s.after(time.Minute, nothing)
			s.call("POST", "/repos/acme/api/check-runs", `{}`)
			s.look()
		}, "I5 there is no .platform.yml"},
		"a broken file is told of": {func(s *scene) {
			s.f.Repos[0].Config["main"] = "broken"
			s.after(1, nothing)
			s.after(time.Minute, nothing)
			s.call("POST", "/repos/acme/api/check-runs", `{}`)
			s.look()
		}, ""},
		"too early": {func(s *scene) {
			s.call("GET", "/repos/acme/api/pulls/7", "").Until = begin.Add(time.Minute)
			s.after(30*time.Second, nothing)
			s.call("POST", "/repos/acme/api/check-runs", `{}`)
			s.look()
		}, "I6 30s before"},
		"read too early": {func(s *scene) {
			s.call("GET", "/repos/acme/api/pulls/7", "").Until = begin.Add(time.Minute)
			s.after(30*time.Second, nothing)
			s.call("GET", "/repos/acme/api/pulls/7", "")
			s.look()
		}, "I6 30s before"},
		"a check run where only another base wants one": {func(s *scene) {
			s.f.Repos[0].Config["dev"] = "observe"
			s.f.Repos[0].Pulls = append(s.f.Repos[0].Pulls, ghsim.PullFacts{Number: 8, Author: "ana", Open: true, Head: "d1", Base: "dev"})
			s.after(1, nothing)
			s.after(time.Minute, nothing)
			s.call("POST", "/repos/acme/api/check-runs", `{"head_sha":"d1"}`)
			s.look()
		}, "I5 only observed"},
		"too much": {func(s *scene) {
			for range 81 {
				s.call("POST", "/repos/acme/api/check-runs", `{}`)
			}
			s.look()
		}, "I6 81 writes in a minute"},
		"by another installation": {func(s *scene) {
			s.call("POST", "/repos/acme/api/check-runs", `{}`).Installation = 2
			s.look()
		}, "I7 by installation 2"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene()
			c.play(s)
			compare(t, s.o.Violations(), c.want)
		})
	}
}

func TestWhatTheOracleSaysInTheEnd(t *testing.T) {
	clean := ghsim.State{Repositories: []ghsim.RepoState{{ID: 10, Pulls: []ghsim.PullState{{Number: 7, MergeState: "CLEAN"}}}}}
	sent := []ghsim.Sent{{GUID: "x", Event: "push", Code: 202}, {GUID: "y", Event: "push", Code: 503}}
	for name, c := range map[string]struct {
		play func(s *scene)
		kept Kept
		want string
	}{
		"all is well":                        {func(s *scene) { s.merge() }, Kept{Deliveries: map[string]int{"x": 1}, Merges: 1, Minutes: 1, Again: 1}, ""},
		"a delivery is lost":                 {func(s *scene) { s.merge() }, Kept{Merges: 1, Minutes: 1, Again: 1}, "I2 0 times"},
		"the log has what GitHub never sent": {func(s *scene) { s.merge() }, Kept{Deliveries: map[string]int{"x": 1, "z": 1}, Merges: 1, Minutes: 1, Again: 1}, "I2 never sent"},
		"a delivery is double":               {func(s *scene) { s.merge() }, Kept{Deliveries: map[string]int{"x": 2}, Merges: 1, Minutes: 1, Again: 1}, "I2 2 times"},
		"it was not merged":                  {func(s *scene) {}, Kept{Deliveries: map[string]int{"x": 1}}, "I4 it was not merged"},
		"nobody was asked": {func(s *scene) {
			s.after(1, func(p *ghsim.PullFacts) { p.Requested, p.Reviews = nil, nil })
		}, Kept{Deliveries: map[string]int{"x": 1}}, "I4 nobody was asked"},
		"whom GitHub would not take need not be asked again": {func(s *scene) {
			s.after(1, func(p *ghsim.PullFacts) { p.Requested, p.Reviews = nil, nil })
			s.call("POST", "/repos/acme/api/pulls/7/requested_reviewers", `{"reviewers":["bob"]}`).Status = 422
			s.look()
		}, Kept{Deliveries: map[string]int{"x": 1}}, ""},
		"counted twice":                                 {func(s *scene) { s.merge() }, Kept{Deliveries: map[string]int{"x": 1}, Merges: 2, Minutes: 1, Again: 1}, "I8 counts 2 merges"},
		"more minutes than were due":                    {func(s *scene) { s.merge() }, Kept{Deliveries: map[string]int{"x": 1}, Merges: 1, Minutes: 9, Again: 9}, "I8 counts 9 minutes"},
		"fewer minutes than were due":                   {func(s *scene) { s.merge() }, Kept{Deliveries: map[string]int{"x": 1}, Merges: 1}, "I8 counts 0 minutes"},
		"others wait while checks run after our update": {func(s *scene) { s.updatedFirst(false) }, Kept{Deliveries: map[string]int{"x": 1}}, ""},
		"nobody waits for checks that have ended":       {func(s *scene) { s.updatedFirst(true) }, Kept{Deliveries: map[string]int{"x": 1}}, "I4 it was not merged"},
		"counted anew":                                  {func(s *scene) { s.merge() }, Kept{Deliveries: map[string]int{"x": 1}, Merges: 1, Minutes: 1, Again: 0}, "I8 counted again"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene()
			c.play(s)
			s.o.End(sent, clean, c.kept)
			compare(t, s.o.Violations(), c.want)
		})
	}
}

func compare(t *testing.T, got []Violation, want string) {
	t.Helper()
	if want == "" {
		if len(got) > 0 {
			t.Errorf("got %v", got)
		}
		return
	}
	invariant, words, _ := strings.Cut(want, " ")
	for _, v := range got {
		if v.Invariant == invariant && strings.Contains(v.Why, words) {
			return
		}
	}
	t.Errorf("got %v, want %s", got, want)
}
