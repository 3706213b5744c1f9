package rules

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/config"
)

// MergeSettings is the section `merge`.
type MergeSettings struct {
	Never        config.Matcher  `yaml:"never" lock:"joined" doc:"a pull request of which any key holds is not merged by pitcrew"`
	Freeze       config.Windows  `yaml:"freeze" lock:"joined" default:"never" doc:"when nothing lands; who is in line keeps the place"`
	Soak         config.Duration `yaml:"soak" lock:"larger" default:"none" doc:"approved and green for this long; what pitcrew's own update runs again does not begin it anew"`
	Priority     config.Patterns `yaml:"priority" names:"label" default:"none" doc:"labels: who has an earlier one goes first in the line of a base; \"*\" stands for all that have none of the others"`
	Method       string          `yaml:"method" choices:"squash merge rebase" names:"method" doc:"how a pull request lands, where its policy does not say"`
	Title        config.Template `yaml:"title" placeholders:"title number author head base" default:"GitHub's own" doc:"the title of the commit that a merge or squash makes, at most 72 characters"`
	Body         string          `yaml:"body" choices:"pull-request commits empty" default:"GitHub's own" doc:"the text below the title: what the pull request says, its commits, or nothing"`
	DeleteBranch bool            `yaml:"delete-branch" doc:"delete the head branch after the merge, unless somebody still needs it"`
	Policies     []Policy        `yaml:"policies" default:"one: {name: automerge, when: {label: automerge}}" doc:"the first that matches decides"`
}

// Policy says what a kind of pull request needs before pitcrew merges it. What GitHub itself requires always counts as
// well.
type Policy struct {
	Name      string           `yaml:"name" default:"its number" doc:"what reasons call it"`
	When      config.Matcher   `yaml:"when" doc:"every key must hold"`
	Unless    config.Matcher   `yaml:"unless" doc:"no key may hold"`
	Approvals *int             `yaml:"approvals" min:"0" max:"20" default:"1" doc:"at least so many, in all"`
	At        string           `yaml:"approvals-at" choices:"head any" default:"head" doc:"head: only approvals of the newest commit count, and none of who wrote a commit of it; any: those that GitHub counts"`
	Checks    config.Selection `yaml:"checks" choices:"required all none" names:"check" default:"required" doc:"all: every check that reports; names: these as well; required and none: only what GitHub requires"`
	Method    string           `yaml:"method" choices:"squash merge rebase" names:"method" default:"that of merge" doc:"how it lands"`
}

// mergeDefaults is what `merge: {}` means: whatever GitHub's own rules allow, squashed, when labelled automerge and
// approved once.
var mergeDefaults = builtIn(MergeSettings{Method: MethodSquash},
	"version: 1\nmerge: {policies: [{name: automerge, when: {label: automerge}}]}")

// builtInName is the file that the built-in settings are in, which nobody has to look for.
const builtInName = "built-in"

// builtIn writes defaults in the language of the file, where a struct cannot say them.
func builtIn[C any](settings C, text string) C {
	file, problems := config.Read(builtInName, []byte(text))
	for _, section := range file.Sections {
		problems = append(problems, section.Decode(&settings)...)
	}
	if len(problems) > 0 {
		panic(fmt.Sprint("built-in settings: ", problems))
	}
	return settings
}

func (p Policy) approvals() int {
	if p.Approvals == nil {
		return 1
	}
	return *p.Approvals
}

// checksAll is the word of `checks` that asks for every check that is seen; required and none add nothing to what GitHub
// requires.
const (
	checksAll  = "all"
	checksNone = "none"
)

// Landing is whether a pull request may land, with every reason. The look at a pull request and the look at its base
// use the same function.
type Landing struct {
	Standing Standing
	Ready    bool      // nothing is in its way: it lands when its turn comes
	Behind   bool      // only being behind a base that is strict is in its way
	Turns    time.Time // when a matcher gives another answer although nothing happens; zero: it does not
	Method   string
	Reasons  []Reason
}

// flight are the blockers that do not cost a pull request its place in the line: they pass by themselves, or pitcrew
// makes them pass.
var flight = map[Code]bool{CodeBehind: true, CodeMergeability: true, CodeUnknownness: true, CodeUnderWay: true, CodeRefused: true, CodeFrozen: true, CodeRedGrace: true, CodeRerun: true, CodePaused: true, CodeMismatch: true, CodeBarred: true, CodeBrief: true}

// landing decides whether a pull request may land now. It is pure, and the only place that does.
func landing(m MergeSettings, s *Snapshot, p *PR) (Landing, Need) {
	var l Landing
	if !p.IsOpen() {
		l.Reasons = []Reason{closedReason(p)}
		return l, Need{}
	}
	facts, need := matcherFacts(s, p, m.matchers()...)
	if !need.Empty() {
		return l, need
	}
	l.Turns = turns(s.Now, facts, m.matchers()...)
	where := lines{s.Config, "merge"}
	policy, reasons := m.policy(facts, where)
	l.Reasons = append(l.Reasons, neverReasons(m.Never, facts)...)
	l.Reasons = append(l.Reasons, reasons...)
	if policy != nil {
		l.Method = policy.Method
		reasons, need := conditions(*policy, s, p)
		if !need.Empty() {
			return Landing{}, need
		}
		l.Reasons = append(l.Reasons, reasons...)
	}
	l.Reasons = append(l.Reasons, m.timeReasons(s, p, where, l.Reasons)...)
	l.Standing, _, _ = stand(l.Reasons, s.Now, p)
	l.Reasons = append(l.Reasons, pauseReasons(s, p, l.Standing)...)
	m.tellOfText(l.Reasons, p)
	l.Standing, l.Ready, l.Behind = stand(l.Reasons, s.Now, p)
	sortReasons(l.Reasons)
	return l, Need{}
}

// conditions are everything that a policy and GitHub ask for.
func conditions(policy picked, s *Snapshot, p *PR) ([]Reason, Need) {
	behind, need := behindReasons(s, p)
	if !need.Empty() {
		return nil, need
	}
	guarded, need := guardReasons(s, p)
	if !need.Empty() {
		return nil, need
	}
	var reasons []Reason
	reasons = append(reasons, stateReasons(s, p)...)
	reasons = append(reasons, approvalReasons(policy.approvals(), policy.approvalsAt(), policy.At == approvalsAny, p)...)
	reasons = append(reasons, forkReasons(p, reasons)...)
	reasons = append(reasons, guarded...)
	reasons = append(reasons, p.regrace(s, checkReasons(policy.Checks, policy.checksAt(), s, p))...)
	if p.hasQueue() {
		reasons = append(reasons, queueReasons(s, p)...)
	} else {
		reasons = append(reasons, methodReasons(policy.Method, s, p)...)
		reasons = append(reasons, mergeabilityReasons(p)...)
		reasons = append(reasons, behind...)
		reasons = append(reasons, headReasons(policy.Method, p)...)
		reasons = append(reasons, actReasons(KindMerge, s, p)...)
	}
	reasons = append(reasons, barredReasons(s, p)...)
	if !anyBlocks(reasons) && !p.hasQueue() {
		reasons = append(reasons, crossCheck(s, p)...)
	}
	if !anyBlocks(reasons) && !p.settles(s, policy.Checks).IsZero() {
		reasons = append(reasons, reason(CodeSettles, Waiting, "head", short(p.Head)))
	}
	return reasons, Need{}
}

// stand folds the reasons: out as soon as one blocks that is not in flight. After our own update the checks run again,
// and that costs no place either.
func stand(reasons []Reason, now time.Time, p *PR) (Standing, bool, bool) {
	ready, behind := true, true
	for _, r := range blocking(reasons) {
		if !flight[r.Code] && !now.Before(p.rerunUntil(r.Code)) {
			return Out, false, false
		}
		ready = false
		behind = behind && r.Code == CodeBehind
	}
	return InLine, ready, behind && !ready
}

// How long a pull request that we updated keeps its place while what was green before is not yet green again: while
// checks run, and until something has reported at all. It must end, or one check that never comes holds up a whole line.
const (
	rerunRuns    = 2 * time.Hour
	rerunReports = 10 * time.Minute
)

// rerunUntil is until when a blocker costs no place because our own update may have caused it; zero: it always does.
func (p *PR) rerunUntil(code Code) time.Time {
	updates := p.memory().Updates
	if len(updates) == 0 || updates[len(updates)-1].To != p.Head {
		return time.Time{}
	}
	at := updates[len(updates)-1].At
	switch code {
	case CodeCheckPending:
		return at.Add(rerunRuns)
	case CodeCheckAbsent, CodeCheckHeld, CodeNoChecks, CodeReviewRequired:
		return at.Add(rerunReports)
	}
	return time.Time{}
}

func closedReason(p *PR) Reason {
	if p.State == "MERGED" {
		return Reason{Code: CodeMerged, State: Done}
	}
	return Reason{Code: CodeClosed, State: Off}
}

func stateReasons(s *Snapshot, p *PR) []Reason {
	reasons := p.breaks()
	if s.Repo.Archived {
		reasons = append(reasons, reason(CodeArchived, Stopped))
	}
	if p.Draft {
		reasons = append(reasons, reason(CodeDraft, NeedsYou))
	}
	for _, what := range p.Truncated {
		reasons = append(reasons, reason(CodeTruncated, Stopped, "what", what))
	}
	if p.Protection.Unreadable != "" {
		reasons = append(reasons, reason(CodeProtection, Stopped, "base", p.BaseRef, "why", p.Protection.Unreadable))
	}
	return reasons
}

func methodReasons(method string, s *Snapshot, p *PR) []Reason {
	if !contains(s.Repo.Methods, method) {
		return []Reason{reason(CodeMethod, Stopped, "method", method)}
	}
	if p.Protection.Linear && method == MethodMerge {
		return []Reason{reason(CodeLinear, Stopped, "base", p.BaseRef).from(p.Protection.By[DemandLinear])}
	}
	return nil
}

func mergeabilityReasons(p *PR) []Reason {
	switch p.Mergeable {
	case Yes:
		return nil
	case No:
		return []Reason{p.conflict()}
	}
	return []Reason{reason(CodeMergeability, Waiting)}
}

// behindReasons are about a base that requires branches to be up to date. Being behind costs no place only where pitcrew
// will update the branch: otherwise it would hold up the line for ever.
func behindReasons(s *Snapshot, p *PR) ([]Reason, Need) {
	if !p.Protection.Strict || p.Mergeable == No || p.hasQueue() {
		return nil, Need{}
	}
	strict := p.Protection.By[DemandStrict]
	switch p.Behind {
	case No:
		return []Reason{reason(CodeUpToDate, Done, "base", p.BaseRef).from(strict)}, Need{}
	case Unknown:
		return []Reason{reason(CodeUnknownness, Waiting, "base", p.BaseRef).from(strict)}, Need{}
	}
	help := func(why string) []Reason {
		return []Reason{reason(CodeBehindHelp, NeedsYou, "base", p.BaseRef, "why", why).from(strict)}
	}
	u, off := updateSettings(s.Config)
	if off != "" {
		return help(off), Need{}
	}
	unwanted, need := u.wanted(s, p)
	if len(unwanted) > 0 {
		return help(unwanted[0].Sentence(nil)), need
	}
	return u.state(s, p), need
}

// actReasons says what is known of an act of this kind: under way, refused and to be tried again, or only observed.
func actReasons(kind string, s *Snapshot, p *PR) []Reason {
	m := p.memory()
	if open, ok := m.Open[kind]; ok && open.Key == p.Head {
		return []Reason{reason(CodeUnderWay, Waiting, "act", actNouns[kind])}
	}
	if b, ok := m.Backoff[kind]; ok && b.Key == p.Head && s.Now.Before(b.Until) {
		if b.Holds == HoldPlace && b.Times <= BriefTries {
			return []Reason{reason(CodeBrief, Waiting, "why", b.Message)}
		}
		return []Reason{reason(CodeRefused, Waiting, "status", statusWords(b.Status), "why", first(b.Message, "it did not say why"))}
	}
	if key, ok := m.Observed[kind]; ok && key == p.Head {
		return []Reason{reason(CodeObserved, Stopped, "act", actVerbs[kind])}
	}
	return nil
}

// How sentences name the acts.
var (
	actNouns = map[string]string{KindMerge: "the merge", KindUpdate: "the update of the branch", KindEnqueue: "handing it to GitHub's merge queue", KindDequeue: "taking it out of GitHub's merge queue"}
	actVerbs = map[string]string{KindMerge: "merge", KindUpdate: "update the branch", KindRequest: "ask for a review", KindEnqueue: "put it into GitHub's merge queue", KindDequeue: "take it out of GitHub's merge queue"}
)

func statusWords(status int) string {
	if status == 0 {
		return "no answer"
	}
	return number(status)
}

// crossCheck compares our verdict with GitHub's own merge state, which is a hint: a pull request that GitHub does not
// call clean although we see nothing in its way is not merged, unless the only thing that is missing is our own check,
// which is reported before the merge. A state that contradicts what else was read, or that nobody knows, is one that
// GitHub is still computing.
func crossCheck(s *Snapshot, p *PR) []Reason {
	if p.Carried && len(p.Protection.Others) == 0 {
		return nil // it has none yet; what we do not see it refuses
	}
	switch p.MergeState {
	case "CLEAN", "UNSTABLE", "HAS_HOOKS":
		return nil
	case "BLOCKED":
		switch {
		case p.ownCheckMissing(s.App):
			return nil
		case len(p.Protection.Others) > 0:
			return []Reason{reason(CodeOtherRule, Stopped, "rule", strings.Join(p.Protection.Others, ", ")).from(ByRuleset)}
		}
		return []Reason{reason(CodeBlocked, NeedsYou)}
	}
	return []Reason{reason(CodeMergeability, Waiting)}
}

// ownCheckMissing says that the base requires our own check and it does not pass at the head yet.
func (p *PR) ownCheckMissing(app App) bool {
	ours := func(r RequiredCheck) bool { return r.ours(app) }
	if !slices.ContainsFunc(p.Protection.Checks, ours) {
		return false
	}
	return !slices.ContainsFunc(p.Checks, func(c Check) bool {
		return app.made(c) && c.Name == CheckName && c.Result == "SUCCESS"
	})
}

func anyBlocks(reasons []Reason) bool { return len(blocking(reasons)) > 0 }

// weight orders reasons for people: what needs them first, what is done last.
var weight = map[State]int{Stopped: 0, NeedsYou: 1, Waiting: 2, Done: 3, Off: 4}

func sortReasons(reasons []Reason) {
	sort.SliceStable(reasons, func(i, j int) bool { return weight[reasons[i].State] < weight[reasons[j].State] })
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

func contains(list []string, want string) bool {
	for _, v := range list {
		if v == want {
			return true
		}
	}
	return false
}
