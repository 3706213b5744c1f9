package server

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/handlers"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
)

// HealthInfo is what only the running parts can tell about themselves. What is absent is not shown.
type HealthInfo struct {
	Checks        []HealthCheck
	Installations []HealthInstallation
	Errors        []HealthError // what only a person can mend, newest first

	Lately   time.Duration   // what the next two are about; zero: they are not known
	Asked    int             // requests to GitHub
	Troubles []HealthTrouble // those that got no good answer
}

// HealthCheck is one thing that must work: "GitHub", "webhooks", "disk".
type HealthCheck struct {
	Name  string
	State rules.State // Done: it works; Waiting: it mends itself; NeedsYou or Stopped: it does not
	Says  string      // one sentence
	Can   string      // be done; may be empty
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

// behind is how long the ledger may lack something before health says so.
const behind = 30 * time.Second

// healthView is the page.
type healthView struct {
	HealthInfo
	Sentence string
	State    rules.State
	Word     string
	Parts    []partView
	Moment   func(time.Time) moment
}

// partView is a check as its row shows it.
type partView struct {
	HealthCheck
	At   moment
	Word string
}

// Minutes is what Lately is.
func (v healthView) Minutes() int { return int(v.Lately / time.Minute) }

func (p *Pages) health(w http.ResponseWriter, r *http.Request) error {
	var info HealthInfo
	if p.Health != nil {
		info = p.Health(r.Context())
	}
	all := append(info.Checks, p.ownHealth(r.Context(), p.clock())...)
	v := healthView{HealthInfo: info, Moment: p.moment}
	for _, c := range all {
		v.Parts = append(v.Parts, partView{c, p.moment(c.Since), partWords[c.State]})
	}
	v.State, v.Sentence = healthSentence(all, info)
	v.Word = partWords[v.State]
	return render(w, http.StatusOK, "health", sheet{Title: "Health", Nav: "/health", Refresh: true, Body: v})
}

// ownHealth is what log and ledger tell. Where they cannot be read, that is what is told: this page is needed most then.
func (p *Pages) ownHealth(ctx context.Context, now time.Time) []HealthCheck {
	ctx, cancel := context.WithTimeout(ctx, healthWithin)
	defer cancel()
	log := storageCheck(Writable(p.Log, p.clock).Ask(ctx))
	if log.State != rules.Done {
		return []HealthCheck{log}
	}
	checks := []HealthCheck{log}
	for _, ask := range []func(context.Context, time.Time) (HealthCheck, error){p.webhooks, p.looks, p.pagesKnow, p.merging} {
		c, err := ask(ctx, now)
		if err != nil {
			c = HealthCheck{Name: c.Name, State: rules.Stopped, Says: "It cannot be read: " + err.Error(), Can: "pitcrew doctor looks at each part."}
		}
		checks = append(checks, c)
	}
	return checks
}

// webhooks says when the newest one came.
func (p *Pages) webhooks(ctx context.Context, now time.Time) (HealthCheck, error) {
	c := HealthCheck{Name: "Webhooks", State: rules.Done}
	newest, err := p.Log.Events(ctx, eventlog.Query{Source: handlers.SourceGitHub, Desc: true, Limit: 1})
	if err != nil || len(newest) == 0 {
		c.State, c.Says = rules.Off, "None has come yet."
		return c, err
	}
	c.Says = fmt.Sprintf("The newest came %s ago.", span(now.Sub(newest[0].Received)))
	return c, nil
}

// looks says whether what is due is looked at.
func (p *Pages) looks(ctx context.Context, now time.Time) (HealthCheck, error) {
	b, err := p.Log.Backlog(ctx, now)
	return dueCheck(b, now), err
}

// pagesKnow says whether pages and reports know what the log knows.
func (p *Pages) pagesKnow(ctx context.Context, now time.Time) (HealthCheck, error) {
	since, err := p.Ledger.Lag(ctx)
	if late := now.Sub(since); err == nil && !since.IsZero() && late > behind {
		return HealthCheck{Name: "Ledger", State: rules.Waiting, Since: since,
			Says: fmt.Sprintf("Pages and reports show what was %s ago; they catch up by themselves.", span(late))}, nil
	}
	return HealthCheck{Name: "Ledger", State: rules.Done, Says: "Pages and reports know all that the log knows."}, err
}

// shownPauses is how many pauses one sentence names.
const shownPauses = 3

// merging says where it is paused.
func (p *Pages) merging(ctx context.Context, now time.Time) (HealthCheck, error) {
	all, err := AllPaused(ctx, p.Log)
	if err != nil || len(all) == 0 {
		return HealthCheck{Name: "Merging", State: rules.Done, Says: "It is paused nowhere."}, err
	}
	c := HealthCheck{Name: "Merging", State: rules.NeedsYou, Since: all[0].Since, Can: "`pitcrew pause` lists every pause, and `pitcrew resume` ends one."}
	stopped, paused := apart(all)
	var says []string
	if len(stopped) > 0 {
		says = append(says, "Merging is stopped "+some(stopped)+".")
		c.Can = "Look at what that merge made, mend the branch if it is wrong, then `pitcrew resume`. " + c.Can
	}
	if len(paused) > 0 {
		says = append(says, "Merging is paused "+some(paused)+".")
	}
	c.Says = strings.Join(says, " ")
	return c, nil
}

// apart tells where pitcrew itself stopped merging from where somebody wanted it paused.
func apart(all []PauseJSON) (stopped, paused []string) {
	for _, p := range all {
		if p.Why == rules.CodeMismatch {
			stopped = append(stopped, fmt.Sprintf("%s, where the merge of #%d made something else than what was decided", p.Place(), p.Pull))
		} else {
			paused = append(paused, p.Place())
		}
	}
	return stopped, paused
}

// some names the first places of a list, and says how many more there are.
func some(places []string) string {
	if more := len(places) - shownPauses; more > 0 {
		places = append(places[:shownPauses:shownPauses], ledger.Count(more, "other place"))
	}
	return join(places)
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
