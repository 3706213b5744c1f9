package server

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// vitals tells the health page what only the running parts know: how GitHub answers, and which installation lacks what.
type vitals struct {
	log    *eventlog.DB
	client *github.Client
}

func (v vitals) info(ctx context.Context) HealthInfo {
	now := v.client.Vitals()
	info := HealthInfo{Checks: []HealthCheck{githubCheck(now)}, Asked: now.Asked, Troubles: troublesOf(now), Lately: github.Lately}
	kept, err := v.log.Cursors(ctx, "installation:")
	if err != nil {
		info.Errors = append(info.Errors, HealthError{What: "The installations cannot be read from the log: " + err.Error(), Can: "pitcrew doctor"})
		return info
	}
	var paused []string
	var until time.Time
	for _, key := range slices.Sorted(maps.Keys(kept)) {
		inst, ok := installationOf(key, kept[key])
		if !ok {
			continue
		}
		limits, err := v.client.Budgets(ctx, inst.ID)
		if err != nil {
			info.Errors = append(info.Errors, HealthError{What: "GitHub's limits cannot be read from the log: " + err.Error(), Can: "pitcrew doctor"})
		}
		for _, pause := range limits.Paused {
			if until.Before(pause.Until) {
				until = pause.Until
			}
		}
		if len(limits.Paused) > 0 {
			paused = append(paused, inst.Account)
		}
		inst.Limits = primary(limits)
		info.Installations = append(info.Installations, inst)
	}
	if len(paused) > 0 {
		info.Checks = append(info.Checks, HealthCheck{Name: "Limits", State: rules.Waiting,
			Says: fmt.Sprintf("GitHub wants a pause until %s for %s; what is due there waits, and nothing is lost.", until.UTC().Format("15:04:05 UTC"), join(paused))})
	}
	return info
}

// primary are GitHub's own limits of an installation.
func primary(all github.Budgets) []HealthLimit {
	var limits []HealthLimit
	for _, b := range all.Budgets {
		if b.Primary {
			limits = append(limits, HealthLimit{Name: b.Name, Used: b.Used, Remaining: b.Left, Reset: b.Full})
		}
	}
	return limits
}

// githubCheck tells GitHub's trouble from ours.
func githubCheck(v github.Vitals) HealthCheck {
	switch {
	case !v.Failing.IsZero():
		t := troubles[v.Cause]
		return HealthCheck{Name: "GitHub", State: t.state, Since: v.Failing, Can: t.can,
			Says: fmt.Sprintf("%s since %s: %s. What is due waits, and nothing is lost.", t.says(v.Failure), v.Failing.UTC().Format("15:04:05 UTC"), t.whose)}
	case !v.Refused.IsZero():
		t := troubles[github.CauseKey]
		return HealthCheck{Name: "GitHub", State: t.state, Since: v.Refused, Can: t.can,
			Says: fmt.Sprintf("%s since %s: %s. What is due waits, and nothing is lost.", t.says(""), v.Refused.UTC().Format("15:04:05 UTC"), t.whose)}
	case v.Answered.IsZero():
		return HealthCheck{Name: "GitHub", State: rules.Off, Says: "GitHub was not asked for anything yet."}
	}
	return HealthCheck{Name: "GitHub", State: rules.Done, Says: "It answers."}
}

// installationOf reads what webhooks and sweeps kept about an installation; false if it is gone.
func installationOf(key, text string) (HealthInstallation, bool) {
	var kept struct {
		Account     string            `json:"account"`
		Suspended   bool              `json:"suspended"`
		Gone        bool              `json:"gone"`
		Permissions map[string]string `json:"permissions"`
	}
	id, err := strconv.ParseInt(strings.TrimPrefix(key, "installation:"), 10, 64)
	if err != nil || json.Unmarshal([]byte(text), &kept) != nil || kept.Gone {
		return HealthInstallation{}, false
	}
	inst := HealthInstallation{ID: id, Account: kept.Account, Suspended: kept.Suspended}
	if kept.Permissions != nil {
		for _, p := range github.Lacks(kept.Permissions) {
			inst.Missing = append(inst.Missing, fmt.Sprintf("%s: %s (for %s)", p.Name, p.Access, p.For))
		}
	}
	return inst, true
}
