package server

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
)

// LimitsJSON is what is used and left of GitHub's limits, for programs. It says the same as the page.
type LimitsJSON struct {
	Sentence      string                   `json:"sentence"`
	State         rules.State              `json:"state"`
	Installations []InstallationLimitsJSON `json:"installations"`
}

// InstallationLimitsJSON are those of one installation.
type InstallationLimitsJSON struct {
	ID      int64  `json:"id"` // 0: the App itself
	Account string `json:"account"`
	Says    string `json:"says"`
	github.Budgets
}

// budgetWords say what each budget is of.
var budgetWords = map[string]string{
	"core": "requests by REST an hour", "search": "searches a minute", "graphql": "points of GraphQL an hour",
	"rest-points": "points of REST in a minute", "graphql-points": "points of GraphQL in a minute",
	"writes-minute": "writes in a minute", "writes-hour": "writes in an hour",
}

// laneWords say what a lane is for.
var laneWords = map[string]string{
	"merge": "merges", "update": "updates of branches", "reviewers": "requests for review", "open": "proposals",
	"check": "check runs", "label": "labels", "comment": "comments", "read": "looks", "optional": "sweeps", "spare": "looks that sweeps led to",
}

var pauseWords = map[string]string{"all": "everything", "core": "REST", "search": "searches", "graphql": "GraphQL"}

// limits shows what is used and left of GitHub's limits in each installation, and what waits because of it.
func (p *Pages) limits(w http.ResponseWriter, r *http.Request) error {
	all, err := p.readLimits(r.Context())
	if err != nil {
		return err
	}
	type budgetView struct {
		github.Budget
		What, Waits string
		Renews      moment
	}
	type view struct {
		InstallationLimitsJSON
		Budgets []budgetView
	}
	var v struct {
		Sentence string
		State    rules.State
		Word     string
		All      []view
	}
	v.Sentence, v.State, v.Word = all.Sentence, all.State, partWords[all.State]
	for _, inst := range all.Installations {
		shown := view{InstallationLimitsJSON: inst}
		for _, b := range inst.Budgets.Budgets {
			shown.Budgets = append(shown.Budgets, budgetView{b, capital(budgetWords[b.Name]), lanesSaid(b.Stops), p.moment(b.Full)})
		}
		v.All = append(v.All, shown)
	}
	return render(w, http.StatusOK, "limits", sheet{Title: "Limits", Nav: "/health", Refresh: true, Body: v})
}

func (p *Pages) apiLimits(w http.ResponseWriter, r *http.Request) error {
	all, err := p.readLimits(r.Context())
	if err == nil {
		writeJSON(w, http.StatusOK, all)
	}
	return err
}

// readLimits reads those of the App and of all installations that are still there, by account.
func (p *Pages) readLimits(ctx context.Context) (LimitsJSON, error) {
	all := LimitsJSON{State: rules.Done, Sentence: "Nothing waits for GitHub's limits.", Installations: []InstallationLimitsJSON{}}
	if p.Limits == nil {
		return all, nil
	}
	accounts, err := p.accounts(ctx)
	if err != nil {
		return all, err
	}
	paused := false
	for _, id := range slices.SortedFunc(maps.Keys(accounts), func(a, b int64) int { return cmp.Compare(accounts[a], accounts[b]) }) {
		inst := InstallationLimitsJSON{ID: id, Account: accounts[id]}
		if inst.Budgets, err = p.Limits(ctx, id); err != nil {
			return all, err
		}
		held := ""
		inst.Says, held = limitsSaid(inst.Budgets)
		if worse := len(inst.Paused) > 0 && !paused; held != "" && (all.State == rules.Done || worse) {
			all.State, all.Sentence, paused = rules.Waiting, inst.Account+": "+held, worse
		}
		all.Installations = append(all.Installations, inst)
	}
	return all, nil
}

// accounts are the installations by their account, and the App itself.
func (p *Pages) accounts(ctx context.Context) (map[int64]string, error) {
	docs, err := p.Log.Cursors(ctx, "installation:")
	if err != nil {
		return nil, err
	}
	accounts := map[int64]string{0: "the App itself"}
	for name, doc := range docs {
		var kept struct {
			Account string `json:"account"`
			Gone    bool   `json:"gone"`
		}
		id, err := strconv.ParseInt(strings.TrimPrefix(name, "installation:"), 10, 64)
		if err == nil && json.Unmarshal([]byte(doc), &kept) == nil && !kept.Gone {
			accounts[id] = kept.Account
		}
	}
	return accounts, nil
}

// limitsSaid is what holds an installation's work back, in a sentence; held is empty where nothing does.
func limitsSaid(b github.Budgets) (says, held string) {
	for _, pause := range b.Paused {
		return said(fmt.Sprintf("GitHub asked for a pause of %s until %s. Nothing is sent before, and nothing is lost.", pauseWords[pause.Of], clockTime(pause.Until)))
	}
	for _, budget := range b.Budgets {
		if !slices.ContainsFunc(budget.Stops, func(lane string) bool { return lane != "optional" && lane != "spare" }) {
			continue
		}
		until := "Some of it is there again soon."
		if !budget.Full.IsZero() {
			until = "Some of it is there again at " + clockTime(budget.Full) + "."
		}
		return said(fmt.Sprintf("%s wait: %s of %s %s are used. %s", capital(lanesSaid(budget.Stops)),
			ledger.Thousands(budget.Used), ledger.Thousands(budget.Limit), budgetWords[budget.Name], until))
	}
	waiting := 0
	for _, n := range b.Waiting {
		waiting += n
	}
	switch {
	case b.Limitless:
		return "This GitHub shows no limits, so nothing is held back.", ""
	case waiting > 0:
		return fmt.Sprintf("%s in turn, a second apart.", ledger.Count(waiting, "write")), ""
	}
	return "Nothing waits.", ""
}

func said(sentence string) (says, held string) { return sentence, sentence }

func clockTime(at time.Time) string { return at.UTC().Format("15:04:05 UTC") }

func lanesSaid(names []string) string {
	var words []string
	for _, n := range names {
		words = append(words, laneWords[n])
	}
	return join(words)
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
