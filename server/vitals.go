package server

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

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
	info := HealthInfo{Checks: []HealthCheck{githubCheck(now)}}
	kept, err := v.log.Cursors(ctx, "installation:")
	if err != nil {
		info.Errors = append(info.Errors, HealthError{What: "The installations cannot be read from the log: " + err.Error(), Can: "pitcrew doctor"})
		return info
	}
	for _, key := range slices.Sorted(maps.Keys(kept)) {
		inst, ok := installationOf(key, kept[key])
		if !ok {
			continue
		}
		if inst.Limits, err = v.limits(ctx, inst.ID); err != nil {
			info.Errors = append(info.Errors, HealthError{What: "GitHub's limits cannot be read from the log: " + err.Error(), Can: "pitcrew doctor"})
		}
		info.Installations = append(info.Installations, inst)
	}
	return info
}

// limits are GitHub's own of an installation.
func (v vitals) limits(ctx context.Context, inst int64) ([]HealthLimit, error) {
	all, err := v.client.Budgets(ctx, inst)
	var limits []HealthLimit
	for _, b := range all.Budgets {
		if b.Primary {
			limits = append(limits, HealthLimit{Name: b.Name, Used: b.Used, Remaining: b.Left, Reset: b.Full})
		}
	}
	return limits, err
}

// githubCheck tells GitHub's trouble from ours.
func githubCheck(v github.Vitals) HealthCheck {
	switch {
	case !v.Failing.IsZero():
		return HealthCheck{Name: "GitHub", State: rules.Waiting, Since: v.Failing,
			Says: fmt.Sprintf("GitHub has %s since %s; what is due waits, and nothing is lost.", failureWords(v.Failure), v.Failing.UTC().Format("15:04:05 UTC"))}
	case v.Answered.IsZero():
		return HealthCheck{Name: "GitHub", State: rules.Off, Says: "GitHub was not asked for anything yet."}
	}
	return HealthCheck{Name: "GitHub", State: rules.Done, Says: "It answers."}
}

func failureWords(failure string) string {
	if _, err := strconv.Atoi(failure); err == nil {
		return "answered " + failure
	}
	return "given " + failure
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
