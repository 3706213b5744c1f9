package server

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/github"
)

var metricsNow = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// backlogOf is a log with that backlog.
type backlogOf struct {
	found eventlog.Backlog
	err   error
}

func (b backlogOf) Backlog(context.Context, time.Time) (eventlog.Backlog, error) {
	return b.found, b.err
}

func metricsOver(log Backlogger) *Metrics {
	return NewMetrics(log, func() time.Time { return metricsNow }, zerolog.Nop())
}

// scrape gives the samples of our own metrics whose names begin with prefix; buckets and sums are left out.
func scrape(t *testing.T, m *Metrics, prefix string) []string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("GET /metrics: %d %s", w.Code, w.Body)
	}
	var found []string
	for _, line := range strings.Split(w.Body.String(), "\n") {
		if strings.HasPrefix(line, prefix) && !strings.Contains(line, "_bucket{") && !strings.Contains(line, "_sum ") {
			found = append(found, line)
		}
	}
	return found
}

func wantSamples(t *testing.T, m *Metrics, prefix string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, scrape(t, m, prefix)); diff != "" {
		t.Errorf("%s… (-want +got):\n%s", prefix, diff)
	}
}

func TestMetrics_deliveries(t *testing.T) {
	m := metricsOver(backlogOf{})
	for _, d := range []struct {
		event  string
		status int
	}{
		{"pull_request", 202}, {"pull_request", 202}, {"push", 503}, {"brand_new", 202}, {"another_new", 202},
		{"acme_secret_project", 401}, {"push", 401}, {"push", 413}, {"", 405},
	} {
		r := httptest.NewRequest(http.MethodPost, "/hooks/github", nil)
		r.Header.Set("X-GitHub-Event", d.event)
		w := httptest.NewRecorder()
		m.Hooks(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(d.status) })).ServeHTTP(w, r)
		if w.Code != d.status {
			t.Errorf("%s: answered %d, want %d", d.event, w.Code, d.status)
		}
	}
	wantSamples(t, m, "pitcrew_deliveries_total",
		`pitcrew_deliveries_total{event="other",result="accepted"} 2`,
		`pitcrew_deliveries_total{event="pull_request",result="accepted"} 2`,
		`pitcrew_deliveries_total{event="push",result="unavailable"} 1`,
		`pitcrew_deliveries_total{event="unverified",result="bad_signature"} 2`,
		`pitcrew_deliveries_total{event="unverified",result="refused_405"} 1`,
		`pitcrew_deliveries_total{event="unverified",result="too_large"} 1`)
	wantSamples(t, m, "pitcrew_ack", "pitcrew_ack_seconds_count 4")
}

func TestMetrics_looks_and_acts(t *testing.T) {
	m := metricsOver(backlogOf{})
	m.Look("pr", "done")
	m.Look("pr", "done")
	m.Act("merge", "refused")
	wantSamples(t, m, "pitcrew_looks", `pitcrew_looks_total{kind="pr",outcome="done"} 2`)
	wantSamples(t, m, "pitcrew_acts", `pitcrew_acts_total{kind="merge",outcome="refused"} 1`)
}

func TestMetrics_due(t *testing.T) {
	m := metricsOver(backlogOf{found: eventlog.Backlog{Due: 3, Oldest: metricsNow.Add(-90 * time.Second), Leased: 2, Expired: 1}})
	wantSamples(t, m, "pitcrew_due", "pitcrew_due_subjects 3")
	wantSamples(t, m, "pitcrew_oldest", "pitcrew_oldest_due_age_seconds 90")
	wantSamples(t, m, "pitcrew_leased", "pitcrew_leased_subjects 2")
	wantSamples(t, m, "pitcrew_expired", "pitcrew_expired_leases 1")

	wantSamples(t, metricsOver(backlogOf{}), "pitcrew_oldest", "pitcrew_oldest_due_age_seconds 0")
	broken := metricsOver(backlogOf{err: errors.New("disk gone")})
	wantSamples(t, broken, "pitcrew_due")
	broken.Look("pr", "done")
	wantSamples(t, broken, "pitcrew_looks", `pitcrew_looks_total{kind="pr",outcome="done"} 1`)
}

func TestMetrics_github_requests(t *testing.T) {
	m := metricsOver(backlogOf{})
	good := m.Transport(roundTripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
	}))
	for range 8 {
		if _, err := good.RoundTrip(httptest.NewRequest(http.MethodGet, "https://api.github.com/repos/acme/api", nil)); err != nil {
			t.Fatal(err)
		}
	}
	lost := m.Transport(roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.New("reset") }))
	if _, err := lost.RoundTrip(httptest.NewRequest(http.MethodGet, "https://api.github.com/app", nil)); err == nil {
		t.Error("a request that failed came back without its error")
	}
	wantSamples(t, m, "pitcrew_github_requests_total",
		`pitcrew_github_requests_total{code="200",route="GET /repos/{}/{}"} 8`,
		`pitcrew_github_requests_total{code="error",route="GET /app"} 1`)
}

func TestMetrics_limits(t *testing.T) {
	m := metricsOver(backlogOf{})
	var err error
	m.Limits(func(context.Context) ([]github.Budgets, error) {
		return []github.Budgets{
			{Budgets: []github.Budget{{Name: "core", Limit: 5000, Used: 10, Left: 4990}}, Waiting: map[string]int{"check": 2}},
			{Budgets: []github.Budget{
				{Name: "core", Limit: 5000, Used: 4600, Left: 400, Stops: []string{"check", "label"}},
				{Name: "writes-hour", Limit: 400, Used: 300, Left: 100, Stops: []string{"check"}},
			}, Waiting: map[string]int{"check": 1, "merge": 1}, Paused: []github.Pause{{Of: "all"}, {Of: "core"}}},
		}, err
	}, zerolog.Nop())
	wantSamples(t, m, "pitcrew_github_limit_left", `pitcrew_github_limit_left{limit="core"} 400`, `pitcrew_github_limit_left{limit="writes-hour"} 100`)
	wantSamples(t, m, "pitcrew_github_limit_used", `pitcrew_github_limit_used{limit="core"} 4600`, `pitcrew_github_limit_used{limit="writes-hour"} 300`)
	wantSamples(t, m, "pitcrew_github_limit_waiting_writes{lane=\"check", `pitcrew_github_limit_waiting_writes{lane="check"} 3`)
	wantSamples(t, m, "pitcrew_github_limit_waiting_writes{lane=\"merge", `pitcrew_github_limit_waiting_writes{lane="merge"} 1`)
	wantSamples(t, m, "pitcrew_github_limit_stopped_installations{lane=\"check", `pitcrew_github_limit_stopped_installations{lane="check"} 1`)
	wantSamples(t, m, "pitcrew_github_limit_stopped_installations{lane=\"merge", `pitcrew_github_limit_stopped_installations{lane="merge"} 0`)
	wantSamples(t, m, "pitcrew_github_limit_paused", `pitcrew_github_limit_paused_installations 1`)
	err = errors.New("disk gone")
	wantSamples(t, m, "pitcrew_github_limit")
}

func TestRouteOf_holds_no_names(t *testing.T) {
	for path, want := range map[string]string{
		"/repos/acme/api/pulls/41/merge":                        "/repos/{}/{}/pulls/{}/merge",
		"/repos/pulls/merge/pulls/41":                           "/repos/{}/{}/pulls/{}",
		"/api/v3/repos/acme/api/pulls/41/files":                 "/repos/{}/{}/pulls/{}/files",
		"/repos/acme/api/contents/merge/secret/plan.md":         "/repos/{}/{}/contents/{}",
		"/repos/acme/api/git/ref/heads/ana/issues":              "/repos/{}/{}/git/ref/{}",
		"/repos/acme/api/compare/main...ana/merge":              "/repos/{}/{}/compare/{}",
		"/repos/acme/api/commits/3f2a1c9/check-runs":            "/repos/{}/{}/commits/{}/check-runs",
		"/repos/acme/api/issues/41/labels/pulls":                "/repos/{}/{}/issues/{}/labels/{}",
		"/repos/acme/api/rules/branches/release/1.0":            "/repos/{}/{}/rules/branches/{}/{}",
		"/repos/acme/api/branches/merge%2Fpulls/protection":     "/repos/{}/{}/branches/{}/protection",
		"/app/installations/77/access_tokens":                   "/app/installations/{}/access_tokens",
		"/users/pitcrew[bot]":                                   "/users/{}",
		"/orgs/acme/teams/payments/members":                     "/orgs/{}/teams/{}/members",
		"/graphql":                                              "/graphql",
		"/api/graphql":                                          "/graphql",
		"/repositories/1296269/pulls":                           "/repositories/{}/pulls",
		"/installation/repositories":                            "/installation/repositories",
		"/repos/acme/api/collaborators/teams/permission":        "/repos/{}/{}/collaborators/{}/permission",
		"/repos/acme/api/branches/users/protection/unknownword": "/repos/{}/{}/branches/{}/protection/{}",
	} {
		if got := routeOf(httptest.NewRequest(http.MethodGet, "https://github.test"+path, nil)); got != "GET "+want {
			t.Errorf("%s: %s, want GET %s", path, got, want)
		}
	}
}
