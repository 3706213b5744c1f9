package server

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
)

// HealthInfo is what only the running parts can tell about themselves. What is absent is not shown.
type HealthInfo struct {
	Checks        []HealthCheck
	Installations []HealthInstallation
	Errors        []HealthError // what only a person can mend, newest first
}

// HealthCheck is one thing that must work: "GitHub", "webhooks", "disk".
type HealthCheck struct {
	Name  string
	State rules.State // Done: it works; Waiting: it mends itself; NeedsYou or Stopped: it does not
	Says  string      // one sentence
	Since time.Time   // zero: not known
}

// HealthInstallation is one installation of the App.
type HealthInstallation struct {
	ID        int64
	Account   string
	Suspended bool
	Missing   []string // permissions that app.yml asks for and this installation has not granted
	Limits    []HealthLimit
}

// HealthLimit is a limit of GitHub's: "requests", "points", "writes".
type HealthLimit struct {
	Name            string
	Used, Remaining int
	Reset           time.Time // zero: not known
}

// HealthError is an error that needs a person.
type HealthError struct {
	At   time.Time
	What string // happened
	Can  string // be done
}

// partWords say the state of a part.
var partWords = map[rules.State]string{
	rules.Done: "works", rules.Waiting: "mends itself", rules.NeedsYou: "needs a person", rules.Stopped: "stopped", rules.Off: "off",
}

// overdue is how long something may be due before health says so.
const overdue = time.Minute

// behind is how many events the ledger may lack before health says so.
const behind = 2000

func (p *Pages) health(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	now := p.clock()
	var info HealthInfo
	if p.Health != nil {
		info = p.Health(ctx)
	}
	own, deliveries, err := p.ownHealth(ctx, now)
	if err != nil {
		return err
	}
	type checkView struct {
		HealthCheck
		At   moment
		Word string
	}
	var v struct {
		Sentence      string
		State         rules.State
		Word          string
		Checks        []checkView
		Installations []HealthInstallation
		Errors        []HealthError
		Deliveries    int
		Moment        func(time.Time) moment
	}
	all := append(info.Checks, own...)
	for _, c := range all {
		v.Checks = append(v.Checks, checkView{c, p.moment(c.Since), partWords[c.State]})
	}
	v.Installations, v.Errors, v.Deliveries, v.Moment = info.Installations, info.Errors, deliveries, p.moment
	v.State, v.Sentence = healthSentence(all, info)
	v.Word = partWords[v.State]
	return render(w, http.StatusOK, "health", sheet{Title: "Health", Nav: "/health", Refresh: true, Body: v})
}

// ownHealth is what log and ledger tell.
func (p *Pages) ownHealth(ctx context.Context, now time.Time) ([]HealthCheck, int, error) {
	backlog, err := p.Log.Backlog(ctx, now)
	if err != nil {
		return nil, 0, err
	}
	head, err := p.Log.Head(ctx)
	if err != nil {
		return nil, 0, err
	}
	seq, err := p.Ledger.Seq(ctx)
	if err != nil {
		return nil, 0, err
	}
	deliveries, err := p.Ledger.Deliveries(ctx)
	return []HealthCheck{dueCheck(backlog, now), ledgerCheck(head, seq)}, deliveries, err
}

func dueCheck(b eventlog.Backlog, now time.Time) HealthCheck {
	c := HealthCheck{Name: "Looks", State: rules.Done, Says: fmt.Sprintf("Nothing is overdue; %s set for later.", ledger.Count(b.Later, "look"))}
	switch {
	case b.Due > 0 && now.Sub(b.Oldest) > overdue:
		c.State, c.Since = rules.NeedsYou, b.Oldest
		c.Says = fmt.Sprintf("%s due, the first for %s: they do not keep up, or GitHub's limits hold them. Nothing is lost.", ledger.Count(b.Due, "look"), span(now.Sub(b.Oldest)))
	case b.Due > 0:
		c.State = rules.Waiting
		c.Says = fmt.Sprintf("%s due, %s under way, %s set for later.", ledger.Count(b.Due, "look"), ledger.Thousands(b.Leased), ledger.Thousands(b.Later))
	}
	if b.Expired > 0 {
		c.Says += fmt.Sprintf(" %s without an end: it is made again.", ledger.Count(b.Expired, "look"))
	}
	return c
}

func ledgerCheck(head, seq int64) HealthCheck {
	if head-seq > behind {
		return HealthCheck{Name: "Ledger", State: rules.Waiting, Says: fmt.Sprintf("%s behind the log: pages show an earlier time and catch up by themselves.", ledger.Count(int(head-seq), "event"))}
	}
	return HealthCheck{Name: "Log", State: rules.Done, Says: fmt.Sprintf("%s on disk; pages and reports know them.", ledger.Count(int(head), "event"))}
}

// sentence is what a part says where its name does not stand beside it.
func (c HealthCheck) sentence() string {
	if strings.HasPrefix(c.Says, c.Name) {
		return c.Says
	}
	return c.Name + ": " + c.Says
}

// healthSentence is what an operator reads at three in the morning: the worst thing, or that all is well.
func healthSentence(checks []HealthCheck, info HealthInfo) (rules.State, string) {
	for _, bad := range []rules.State{rules.Stopped, rules.NeedsYou} {
		for _, c := range checks {
			if c.State == bad {
				return bad, c.sentence()
			}
		}
	}
	for _, i := range info.Installations {
		if len(i.Missing) > 0 {
			return rules.NeedsYou, fmt.Sprintf("%s has not granted the App what it asks for: %s. An owner can accept that in the organisation's settings.", i.Account, join(i.Missing))
		}
	}
	if n := len(info.Errors); n > 0 {
		return rules.NeedsYou, info.Errors[0].What
	}
	for _, c := range checks {
		if c.State == rules.Waiting {
			return rules.Waiting, c.sentence()
		}
	}
	return rules.Done, "All is well: nothing is overdue, and nothing needs a person."
}
