package oracle

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

// What is put into GitHub's merge queue is judged as a merge is, and only what pitcrew put in may be taken out.
func TestWhatTheOracleSaysOfTheQueue(t *testing.T) {
	mutation := func(name, in string) Call {
		return Call{Call: ghsim.Call{Method: http.MethodPost, Path: "/graphql", Status: http.StatusOK, App: true, Installation: 1,
			Body: fmt.Sprintf(`{"query":"mutation %s($pull:X!){…}","variables":{"pull":%s}}`, name, in)}}
	}
	enter := mutation("Enqueue", `{"pullRequestId":"PR7","expectedHeadOid":"a1"}`)
	for _, c := range []struct {
		name   string
		change func(s *scene, p *ghsim.PullFacts)
		call   Call
		want   string
	}{
		{"allowed", nil, enter, ""},
		{"behind, where the queue brings up to date", func(s *scene, p *ghsim.PullFacts) {
			p.Behind, s.f.Repos[0].Demands["main"][0].Strict = true, true
		}, enter, ""},
		{"without a head", nil, mutation("Enqueue", `{"pullRequestId":"PR7"}`), "without the head"},
		{"at another head", nil, mutation("Enqueue", `{"pullRequestId":"PR7","expectedHeadOid":"a0"}`), "its head was another"},
		{"held", func(_ *scene, p *ghsim.PullFacts) { p.Labels = append(p.Labels, "hold") }, enter, "never matches"},
		{"not approved", func(_ *scene, p *ghsim.PullFacts) { p.Reviews = nil }, enter, "approvals are missing"},
		{"red", func(_ *scene, p *ghsim.PullFacts) {
			p.Checks = []ghsim.CheckFacts{{Name: "build", App: 5, Done: true}}
		}, enter, "build is not green"},
		{"a draft", func(_ *scene, p *ghsim.PullFacts) { p.Draft = true }, enter, "it is a draft"},
		{"no queue", func(s *scene, _ *ghsim.PullFacts) { s.f.Repos[0].Demands = nil }, enter, "no merge queue"},
		{"only observed", func(s *scene, _ *ghsim.PullFacts) {
			s.f.Repos[0].Config = map[string]string{"main": "observe"}
		}, enter, "it is only observed"},
		{"took out its own", func(_ *scene, p *ghsim.PullFacts) { p.QueuedBy = bot }, mutation("Dequeue", `{"id":"PR7"}`), ""},
		{"took out somebody else's", func(_ *scene, p *ghsim.PullFacts) { p.QueuedBy = "dan" }, mutation("Dequeue", `{"id":"PR7"}`), "where dan had put it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene()
			s.after(time.Hour, func(p *ghsim.PullFacts) {
				p.Node = "PR7"
				s.f.Repos[0].Demands = map[string][]ghsim.Demand{"main": {{Queue: true}}}
				if c.change != nil {
					c.change(s, p)
				}
			})
			s.after(time.Hour, func(*ghsim.PullFacts) {})
			c.call.At = s.f.At
			s.calls = append(s.calls, c.call)
			s.look()
			s.says(t, c.want)
		})
	}
}

// What is ready and was not put into GitHub's merge queue is owed, unless it was there at this head and somebody else took it out.
func TestWhatIsOwedToTheQueue(t *testing.T) {
	const owes = "I4 it was not put into GitHub's merge queue"
	takes := func(p ghsim.PullState) ghsim.State {
		p.Number = 7
		return ghsim.State{Repositories: []ghsim.RepoState{{ID: 10, Pulls: []ghsim.PullState{p}}}}
	}
	in := func(by string) func(*ghsim.PullFacts) { return func(p *ghsim.PullFacts) { p.QueuedBy = by } }
	out := func(by string) func(*ghsim.PullFacts) {
		return func(p *ghsim.PullFacts) { p.QueuedBy, p.LeftBy = "", by }
	}
	for name, c := range map[string]struct {
		then []func(*ghsim.PullFacts)
		full bool
		want string
	}{
		"ready":                           {nil, false, owes},
		"GitHub would not take it":        {nil, true, ""},
		"it is there":                     {[]func(*ghsim.PullFacts){in(bot)}, true, ""},
		"it was put out":                  {[]func(*ghsim.PullFacts){in(bot), out("github-merge-queue[bot]")}, false, ""},
		"it was put out at another head":  {[]func(*ghsim.PullFacts){in(bot), out("ana"), func(p *ghsim.PullFacts) { p.Head, p.Reviews[0].Commit = "a2", "a2" }}, false, owes},
		"we took it out, and it is ready": {[]func(*ghsim.PullFacts){in(bot), out(bot)}, false, owes},
		"held":                            {[]func(*ghsim.PullFacts){func(p *ghsim.PullFacts) { p.Labels = append(p.Labels, "hold") }}, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene()
			s.after(time.Second, func(*ghsim.PullFacts) { s.f.Repos[0].Demands = map[string][]ghsim.Demand{"main": {{Queue: true}}} })
			for _, then := range c.then {
				s.after(time.Second, then)
			}
			s.o.End(nil, takes(ghsim.PullState{MergeState: "BLOCKED", Queueable: !c.full}), Kept{})
			compare(t, s.o.Violations(), c.want)
		})
	}
}
