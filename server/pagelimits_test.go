package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
	"github.com/pitcrew-app/pitcrew/server"
)

// someLimits are those of the installation whose id is given.
func someLimits(_ context.Context, id int64) (github.Budgets, error) {
	hour := pagesNow.Add(12 * time.Minute)
	quiet := []github.Budget{
		{Name: "core", Primary: true, Limit: 5000, Used: 312, Left: 4688, Full: hour},
		{Name: "graphql", Primary: true, Limit: 5000, Used: 1204, Left: 3796, Full: hour},
		{Name: "rest-points", Limit: 810, Used: 12, Left: 798, Full: pagesNow.Add(40 * time.Second)},
		{Name: "graphql-points", Limit: 1800, Left: 1800},
		{Name: "writes-minute", Limit: 60, Used: 2, Left: 58, Full: pagesNow.Add(30 * time.Second)},
	}
	switch id {
	case 0:
		return github.Budgets{Budgets: quiet[:1]}, nil
	case 2:
		return github.Budgets{Paused: []github.Pause{{Of: "all", Until: hour}}, Budgets: quiet}, nil
	case 3:
		return github.Budgets{Limitless: true}, nil
	}
	hourly := github.Budget{Name: "writes-hour", Limit: 400, Used: 304, Left: 96, Full: hour, Stops: []string{"check", "label"}}
	return github.Budgets{Budgets: append(quiet, hourly), Waiting: map[string]int{"check": 4}}, nil
}

// What holds an installation back is said in a sentence, the worst first; what holds nobody back is not.
func TestLimitsAreSaid(t *testing.T) {
	until := pagesNow.Add(10 * time.Minute)
	budget := func(stops ...string) []github.Budget {
		return []github.Budget{{Name: "core", Limit: 5000, Used: 4600, Left: 400, Full: until, Stops: stops}}
	}
	for _, tt := range []struct {
		name    string
		budgets github.Budgets
		err     error
		state   rules.State
		says    string
	}{
		{"nothing", github.Budgets{}, nil, rules.Done, "Nothing waits for GitHub's limits."},
		{"a pause", github.Budgets{Paused: []github.Pause{{Of: "all", Until: until}}, Budgets: budget("check")}, nil, rules.Waiting,
			"GitHub asked for a pause of everything until 14:40:00 UTC. Nothing is sent before, and nothing is lost."},
		{"a pause of REST", github.Budgets{Paused: []github.Pause{{Of: "core", Until: until}}}, nil, rules.Waiting, "GitHub asked for a pause of REST until 14:40:00 UTC."},
		{"too little left", github.Budgets{Budgets: budget("check", "label")}, nil, rules.Waiting,
			"Check runs and labels wait: 4,600 of 5,000 requests by REST an hour are used. Some of it is there again at 14:40:00 UTC."},
		{"only sweeps wait", github.Budgets{Budgets: budget("optional")}, nil, rules.Done, "Nothing waits for GitHub's limits."},
		{"only what they lead to waits as well", github.Budgets{Budgets: budget("optional", "spare")}, nil, rules.Done, "Nothing waits for GitHub's limits."},
		{"writes in turn", github.Budgets{Waiting: map[string]int{"check": 2, "merge": 1}}, nil, rules.Done, "3 writes in turn, a second apart."},
		{"no limits", github.Budgets{Limitless: true}, nil, rules.Done, "This GitHub shows no limits, so nothing is held back."},
		{"no row", github.Budgets{}, errors.New("disk gone"), "", "could not be drawn"},
	} {
		h := newHouse(t)
		h.pages.Limits = func(context.Context, int64) (github.Budgets, error) { return tt.budgets, tt.err }
		w := h.get("/api/limits")
		if !strings.Contains(w.Body.String(), tt.says) {
			t.Errorf("%s: %s does not say %q", tt.name, w.Body, tt.says)
		}
		var out server.LimitsJSON
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || out.State != tt.state {
			t.Errorf("%s: %q %v, want %q", tt.name, out.State, err, tt.state)
		}
		if page := h.get("/limits"); tt.err == nil && (page.Code != http.StatusOK || !strings.Contains(page.Body.String(), out.Sentence[:20])) {
			t.Errorf("%s: the page says something else: %s", tt.name, page.Body)
		}
	}
}
