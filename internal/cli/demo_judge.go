package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"sort"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/ghsim"
	"github.com/pitcrew-app/pitcrew/internal/ghsim/demo"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
)

// demoResult is how the demo ended: what pitcrew's log says, where GitHub's own state and calls agree, and Wrong, where
// they do not.
type demoResult struct {
	Deliveries int                `json:"deliveries"`
	Acts       map[string]int     `json:"acts"`
	Minutes    int                `json:"minutes"`
	Waiting    []ledger.WaitingPR `json:"waiting"`
	Wrong      []string           `json:"wrong,omitempty"`

	report ledger.Report
	pulls  int
	merged int
}

// judge compares what pitcrew's log says with GitHub's own state and record of calls, and both with the story.
func (d *playing) judge(ctx context.Context) (*demoResult, error) {
	report, err := d.report(ctx)
	if err != nil {
		return nil, err
	}
	var state ghsim.State
	if err := get(ctx, d.cred.URL+"/_sim/state", &state); err != nil {
		return nil, err
	}
	var calls []ghsim.Call
	if err := get(ctx, d.cred.URL+"/_sim/calls", &calls); err != nil {
		return nil, err
	}
	ends, err := demo.Ends()
	if err != nil {
		return nil, err
	}
	r := &demoResult{Deliveries: report.Deliveries, Acts: report.Acts, Minutes: report.Minutes, Waiting: report.Waiting, report: report, pulls: len(ends)}
	r.compareEnds(ends, state)
	r.compareActs(calls)
	return r, nil
}

// report reads what pitcrew's own log and ledger say, beside the running server.
func (d *playing) report(ctx context.Context) (ledger.Report, error) {
	log, err := eventlog.OpenReadOnly(d.dir)
	if err != nil {
		return ledger.Report{}, err
	}
	book, err := ledger.OpenReadOnly(d.dir, log)
	if err != nil {
		log.Close() //nolint:errcheck // nothing was written
		return ledger.Report{}, err
	}
	defer closeBoth(book, log)
	return book.Report(ctx, d.began.Add(-time.Minute), time.Now().Add(time.Minute))
}

func (r *demoResult) compareEnds(ends map[string]demo.End, state ghsim.State) {
	because := map[string]string{}
	for _, w := range r.Waiting {
		because[w.PullRequest] = strings.Join(w.Because, "; ")
	}
	there := map[string]bool{}
	for _, repo := range state.Repositories {
		for _, p := range repo.Pulls {
			name := fmt.Sprintf("%s#%d", repo.Name, p.Number)
			there[name] = true
			end, expected := ends[name]
			switch {
			case !expected:
				r.wrong("%s is not in the story", name)
			case p.State != end.State:
				r.wrong("%s is %s, not %s", name, p.State, end.State)
			case p.State == "merged" && p.MergedBy != "pitcrew[bot]":
				r.wrong("%s was merged by %s", name, p.MergedBy)
			case p.State == "open" && !strings.Contains(because[name], end.Because):
				r.wrong("%s waits because of %q, not of %q", name, because[name], end.Because)
			}
			if p.State == "merged" {
				r.merged++
			}
		}
	}
	for name := range ends {
		if !there[name] {
			r.wrong("%s was never opened", name)
		}
	}
	sort.Strings(r.Wrong)
}

var route = regexp.MustCompile(`^/repos/[^/]+/[^/]+/pulls/\d+/(merge|update-branch|requested_reviewers)$`)

// compareActs holds the log's count of acts against GitHub's record of calls: what succeeded there is what was counted,
// and nothing succeeded twice.
func (r *demoResult) compareActs(calls []ghsim.Call) {
	done := map[string]int{}
	once := map[string]bool{}
	for _, c := range calls {
		kind, key := actOf(c)
		if kind == "" {
			continue
		}
		done[kind]++
		if once[kind+key] {
			r.wrong("done twice: %s %s %s", c.Method, c.Path, c.Body)
		}
		once[kind+key] = true
	}
	for _, kind := range []string{rules.KindMerge, rules.KindUpdate, rules.KindRequest, rules.KindOpen} {
		if done[kind] != r.Acts[kind] {
			r.wrong("%s: the log counts %d, GitHub did %d", kind, r.Acts[kind], done[kind])
		}
		if r.Acts[kind] == 0 {
			r.wrong("%s: none", kind)
		}
	}
}

// actOf says which act of the App's a call was, and by what it is told from others of its kind: empty if it was none, or
// did not succeed.
func actOf(c ghsim.Call) (kind, key string) {
	if !c.App || c.Status < 200 || c.Status > 299 || c.Method == http.MethodGet {
		return "", ""
	}
	var body struct {
		Head string `json:"head_sha"`
	}
	json.Unmarshal([]byte(c.Body), &body) //nolint:errcheck // other bodies have other forms
	m := route.FindStringSubmatch(c.Path)
	switch {
	case m != nil:
		return kinds[m[1]], c.Path + c.Body
	case c.Method == http.MethodPost && strings.HasSuffix(c.Path, "/check-runs"):
		return rules.KindReport, c.Path + body.Head
	case strings.Contains(c.Body, "createPullRequest"):
		return rules.KindOpen, c.Body
	}
	return "", ""
}

// kinds are the acts by the last word of their route.
var kinds = map[string]string{"merge": rules.KindMerge, "update-branch": rules.KindUpdate, "requested_reviewers": rules.KindRequest}

func (r *demoResult) wrong(format string, args ...any) {
	r.Wrong = append(r.Wrong, fmt.Sprintf(format, args...))
}

// progress shows one line that tells how far the story is, on a terminal over and over.
func (d *playing) progress(r *demoResult) {
	if d.asJSON {
		return
	}
	line := fmt.Sprintf("%3.0f s  %d webhooks, %d actions, %d of %d pull requests at their end",
		time.Since(d.began).Seconds(), r.Deliveries, r.report.Actions, max(0, r.pulls-len(r.Wrong)), r.pulls)
	if isTerminal(d.app.err) {
		fmt.Fprintf(d.app.err, "\r%s ", line)
		d.shown = true
	} else if int(time.Since(d.began).Seconds())%5 == 0 && time.Since(d.began).Milliseconds()%1000 < 500 {
		fmt.Fprintln(d.app.err, line)
	}
}

func (d *playing) endProgress() {
	if d.shown {
		fmt.Fprintln(d.app.err)
	}
}
