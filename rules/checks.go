package rules

import (
	"maps"
	"sort"
	"strings"

	"github.com/pitcrew-app/pitcrew/config"
)

// CheckName is the name of our own check run.
const CheckName = "pitcrew"

// checkReasons judges the checks of the head: those that GitHub requires always, and what the policy names. Of checks
// with one name all must pass, by whatever app and workflow, unless the requirement is pinned to one app. Our own is
// never asked for here: it says what the others say. where is the place of want.
func checkReasons(want config.Selection, where string, s *Snapshot, p *PR) []Reason {
	j := judge{s: s, p: p, app: s.App, judged: make([]bool, len(p.Checks)), by: map[string][]string{}}
	for _, required := range p.Protection.Checks {
		if !required.ours(s.App) {
			j.require(required.Name, required.By, func(c Check) bool { return c.Name == required.Name && (required.App == 0 || c.App == required.App) })
		}
	}
	j.found("", func(c Check) bool { return c.Required })
	if want.Word == checksAll {
		j.all(where)
	}
	for _, pattern := range want.Names {
		j.require(pattern.String(), where, func(c Check) bool { return pattern.Match(c.Name) })
	}
	return j.reasons()
}

// judge collects what the required checks say, each once.
type judge struct {
	s      *Snapshot
	p      *PR
	app    App
	judged []bool // by place in p.Checks
	green  []string
	bad    []Reason
	by     map[string][]string // where a check is asked for, by its name
}

// require judges the checks that match; where none does, the name is not reported.
func (j *judge) require(name, where string, matches func(Check) bool) {
	if !j.found(where, matches) {
		j.by[name] = append(j.by[name], where)
		j.blocks(j.p.absent(j.s, name))
	}
}

func (j *judge) all(where string) {
	if j.p.Held > 0 {
		j.blocks(j.p.held("", "not every check reported").from(where))
		j.found(where, func(Check) bool { return true })
		return
	}
	if !j.found(where, func(Check) bool { return true }) {
		j.blocks(reason(CodeNoChecks, Waiting, "head", short(j.p.Head)).from(where))
	}
}

// found judges the checks that match, and says whether there are any.
func (j *judge) found(where string, matches func(Check) bool) bool {
	found := false
	for i, c := range j.p.Checks {
		if j.app.made(c) || !matches(c) {
			continue
		}
		found = true
		j.by[c.Name] = append(j.by[c.Name], where)
		if !j.judged[i] {
			j.judged[i] = true
			j.judge(c)
		}
	}
	return found
}

func (j *judge) judge(c Check) {
	switch c.State {
	case CheckPassed:
		if !contains(j.green, c.Name) {
			j.green = append(j.green, c.Name)
		}
	case CheckFailed:
		j.blocks(reason(CodeCheckFailed, NeedsYou, "name", c.Name, "result", resultWords(c.Result), "head", short(j.p.Head)))
	default:
		j.blocks(reason(CodeCheckPending, Waiting, "name", c.Name, "head", short(j.p.Head)))
	}
}

// blocks adds a reason, unless another check of the same name gave the same one.
func (j *judge) blocks(r Reason) {
	for _, have := range j.bad {
		if have.Code == r.Code && maps.Equal(have.Args, r.Args) {
			return
		}
	}
	j.bad = append(j.bad, r)
}

func (j *judge) reasons() []Reason {
	sort.SliceStable(j.bad, func(a, b int) bool { return j.bad[a].Args["name"] < j.bad[b].Args["name"] })
	for i, r := range j.bad {
		if r.Where == "" {
			j.bad[i] = r.from(j.by[r.Args["name"]]...)
		}
	}
	if len(j.green) > 0 {
		sort.Strings(j.green)
		var by []string
		for _, name := range j.green {
			by = append(by, j.by[name]...)
		}
		j.bad = append(j.bad, reason(CodeChecksGreen, Done, "names", strings.Join(j.green, ", "), "head", short(j.p.Head)).from(by...))
	}
	return j.bad
}

// resultWords says a conclusion or state of GitHub's as a sentence about the check goes on.
func resultWords(result string) string {
	switch result {
	case "FAILURE":
		return "failed"
	case "ERROR":
		return "ended with an error"
	case "CANCELLED":
		return "was cancelled"
	case "TIMED_OUT":
		return "timed out"
	case "ACTION_REQUIRED":
		return "asks for an action"
	case "STARTUP_FAILURE":
		return "could not start"
	case "STALE":
		return "was given up by GitHub"
	}
	return "did not pass"
}

// made says that a check run is ours. Without an identity nothing is.
func (a App) made(c Check) bool { return a.ID != 0 && c.App == a.ID }

// ours says that our own check satisfies the requirement, whoever else may.
func (r RequiredCheck) ours(app App) bool {
	return r.Name == CheckName && (r.App == 0 || r.App == app.ID)
}
