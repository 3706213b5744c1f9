package oracle

import (
	"cmp"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

// Call is a request with what its answer asked for.
type Call struct {
	ghsim.Call
	Until time.Time // not before then; zero: nothing was asked for
	Heard bool      // the program lived to hear the answer, and could write it down
}

// calls is what is remembered of requests.
type calls struct {
	repos   map[string]ghsim.RepoFacts // by every name that a repository ever had
	quiet   map[int64]time.Time        // installation → not before
	writes  map[int64][]time.Time      // of the last hour
	updates map[key]map[string]updating
}

// updating is an update of a branch that was asked for.
type updating struct {
	at    time.Time
	done  bool // GitHub said yes
	heard bool // and that was heard
	anew  bool // by rebase
}

func newCalls() calls {
	return calls{repos: map[string]ghsim.RepoFacts{}, quiet: map[int64]time.Time{}, writes: map[int64][]time.Time{}, updates: map[key]map[string]updating{}}
}

// writes says whether a call can change anything.
func writes(c ghsim.Call) bool {
	if strings.HasSuffix(c.Path, "/access_tokens") || strings.Contains(c.Path, "/app/hook/deliveries") {
		return false
	}
	if strings.HasSuffix(c.Path, "/graphql") {
		return strings.Contains(c.Body, `"query":"mutation`)
	}
	return c.Method != http.MethodGet
}

var routed = regexp.MustCompile(`^/repos/([^/]+/[^/]+)/(?:pulls/(\d+)/)?([a-z_-]+)`)

// judgeCalls judges the requests of our App since the last time. before is everything as it was when they came.
func (o *Oracle) judgeCalls(before ghsim.Facts, list []Call, blind time.Duration) {
	for _, f := range []ghsim.Facts{before, o.now} {
		for _, r := range f.Repos {
			o.calls.repos[strings.ToLower(r.Name)] = r
		}
	}
	for _, c := range list {
		if !c.App {
			continue
		}
		o.limits(c)
		if writes(c.Call) {
			if o.judgeTidy(before, c, fresh+blind) || o.judgeComment(before, c, blind) {
				continue
			}
			o.judgeWrite(c, blind)
			o.judgeQueueing(before, c, fresh+blind)
			o.judgeRebase(before, c, fresh+blind)
		}
	}
}

// limits is I6.
func (o *Oracle) limits(c Call) {
	if c.Installation == 0 {
		return
	}
	if until := o.calls.quiet[c.Installation]; c.At.Before(until) {
		o.wrongf("I6", "", "%s %s was sent %s before the time that GitHub had named", c.Method, c.Path, until.Sub(c.At))
	}
	if writes(c.Call) {
		o.budget(c)
	}
	if c.Until.After(o.calls.quiet[c.Installation]) {
		o.calls.quiet[c.Installation] = c.Until
	}
	if !c.Faulted && (c.Status == http.StatusForbidden || c.Status == http.StatusTooManyRequests) && strings.Contains(c.Message, "rate limit") {
		o.wrongf("I6", "", "a limit was really exceeded by %s %s: %s", c.Method, c.Path, c.Message)
	}
}

// GitHub's budgets of writes: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
const (
	aMinute = 80
	anHour  = 500
)

func (o *Oracle) budget(c Call) {
	list := append(o.calls.writes[c.Installation], c.At)
	for len(list) > 0 && c.At.Sub(list[0]) >= time.Hour {
		list = list[1:]
	}
	o.calls.writes[c.Installation] = list
	minute := 0
	for _, at := range list {
		if c.At.Sub(at) < time.Minute {
			minute++
		}
	}
	if minute > aMinute || len(list) > anHour {
		o.wrongf("I6", "", "%d writes in a minute, %d in an hour", minute, len(list))
	}
}

// judgeWrite is I5 and I7, and for what it is about I1.
func (o *Oracle) judgeWrite(c Call, blind time.Duration) {
	m := routed.FindStringSubmatch(c.Path)
	if m == nil {
		return // mutations of GraphQL name a node: what they made is judged where it is seen
	}
	r, known := o.calls.repos[strings.ToLower(m[1])]
	if !known {
		return // GitHub answers 404
	}
	accepted := c.Status >= 200 && c.Status < 300
	if accepted && c.Installation != r.Installation {
		o.wrongf("I7", r.Name, "%s %s was sent by installation %d", c.Method, c.Path, c.Installation)
	}
	number, _ := strconv.Atoi(m[2]) // none: a check run
	if m[3] == "check-runs" {
		o.judgeReport(c.Call, r, blind)
		return
	}
	h := o.history(key{r.ID, number})
	subject := name(r, number)
	d := fresh + blind
	switch m[3] {
	case "merge":
		o.judgeMerge(c, h, subject, d)
	case "update-branch":
		o.judgeUpdate(c, key{r.ID, number}, h, subject, d)
	case "requested_reviewers":
		if c.Status == http.StatusUnprocessableEntity {
			o.refused(c.Call, h)
		}
		if why := h.ever(c.At, d, func(p permits) string { return p.Ask }); why != "" {
			o.wrongf("I1", subject, "a review was asked for although %s", why)
		}
	}
	if why := h.ever(c.At, d, func(p permits) string { return p.Write }); why != "" {
		o.wrongf("I5", subject, "%s %s although %s", c.Method, c.Path, why)
	}
}

// refused takes note of somebody whom GitHub would not take: of a request of several it does not say whom.
func (o *Oracle) refused(c ghsim.Call, h *history) {
	var in struct{ Reviewers []string }
	if json.Unmarshal([]byte(c.Body), &in) == nil && len(in.Reviewers) == 1 {
		h.refused = append(h.refused, in.Reviewers[0])
	}
}

// judgeReport judges a check run by the pull requests that have, or had, the commit that it is for. One that is changed names none.
func (o *Oracle) judgeReport(c ghsim.Call, r ghsim.RepoFacts, blind time.Duration) {
	var in struct {
		Head string `json:"head_sha"`
	}
	if err := json.Unmarshal([]byte(c.Body), &in); err != nil {
		o.wrongf("I5", r.Name, "a check run without a body: %v", err)
	}
	why := "nothing there is known"
	for _, p := range r.Pulls {
		if in.Head != "" && !o.history(key{r.ID, p.Number}).had(in.Head) {
			continue
		}
		if why = o.history(key{r.ID, p.Number}).ever(c.At, fresh+blind, func(p permits) string { return p.Report }); why == "" {
			return
		}
	}
	o.wrongf("I5", r.Name, "a check run was written although %s", why)
}

func (o *Oracle) judgeMerge(c Call, h *history, subject string, d time.Duration) {
	var in struct {
		SHA    string `json:"sha"`
		Method string `json:"merge_method"`
	}
	if err := json.Unmarshal([]byte(c.Body), &in); err != nil || in.SHA == "" {
		o.wrongf("I1", subject, "a merge was sent without the head that was decided on")
	}
	o.heeded(h, c.At, subject, "a merge was sent")
	o.judgeWording(c, h, subject)
	// What GitHub itself pins or enforces it has seen to where it refused; what only the policy forbids is asked for all the same.
	refused := c.Status >= 400 && c.Status < 500 && !c.Faulted
	if why := h.ever(c.At, d, func(p permits) string {
		switch {
		case refused:
			return cmp.Or(p.Policy, h.early(p, c.At, d))
		case p.Merge != "" || h.early(p, c.At, d) != "":
			return cmp.Or(p.Merge, h.early(p, c.At, d))
		case p.Head != in.SHA:
			return "its head was another"
		case p.Method != in.Method:
			return "the method is " + p.Method
		}
		return ""
	}); why != "" {
		o.wrongf("I1", subject, "a merge by %s was sent (%d) although %s", in.Method, c.Status, why)
	}
}

func (o *Oracle) judgeUpdate(c Call, k key, h *history, subject string, d time.Duration) {
	var in struct {
		Head string `json:"expected_head_sha"`
	}
	if err := json.Unmarshal([]byte(c.Body), &in); err != nil || in.Head == "" {
		o.wrongf("I1", subject, "an update was sent without the head that was decided on")
	}
	o.begun(k, in.Head, h, subject, updating{c.At, c.Status == http.StatusAccepted && !c.Faulted, c.Heard, false}, d)
}

// judgeRebase judges an update by rebase, which is a mutation, as an update is judged.
func (o *Oracle) judgeRebase(before ghsim.Facts, c Call, d time.Duration) {
	var in struct {
		Query     string
		Variables struct {
			Update struct{ PullRequestID, ExpectedHeadOID string }
		}
	}
	if json.Unmarshal([]byte(c.Body), &in) != nil || !strings.HasPrefix(in.Query, "mutation Update(") {
		return
	}
	r, p, ok := pullAt(before, in.Variables.Update.PullRequestID)
	if !ok {
		return // GitHub finds it as little
	}
	k, head := key{r.ID, p.Number}, in.Variables.Update.ExpectedHeadOID
	h, subject := o.history(k), name(r, p.Number)
	if head == "" {
		o.wrongf("I1", subject, "a rebase was sent without the head that was decided on")
	}
	o.begun(k, head, h, subject, updating{c.At, c.Status == http.StatusOK && c.Message == "" && !c.Faulted, c.Heard, true}, d)
	if why := h.ever(c.At, d, func(p permits) string { return p.Write }); why != "" {
		o.wrongf("I5", subject, "it was rebased although %s", why)
	}
}

// begun judges that an update was asked for.
func (o *Oracle) begun(k key, head string, h *history, subject string, u updating, d time.Duration) {
	if why := h.ever(u.at, d, func(p permits) string {
		if p.Update == "" && p.Rebase != u.anew {
			return "it is wanted by the other method"
		}
		return p.Update
	}); why != "" {
		o.wrongf("I1", subject, "its branch was updated although %s", why)
	}
	if o.calls.updates[k] == nil {
		o.calls.updates[k] = map[string]updating{}
	}
	last := o.calls.updates[k][head]
	if u.done && last.done && u.at.Sub(last.at) < last.patience() {
		o.wrongf("I3", subject, "a second update of %.7s was begun %s after the first", head, u.at.Sub(last.at))
	}
	o.calls.updates[k][head] = u
}

// patience is how long an update may take to be seen before it is asked for again: longer if GitHub said that it had begun.
func (u updating) patience() time.Duration {
	if u.heard {
		return time.Minute
	}
	return 10 * time.Second
}
