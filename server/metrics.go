package server

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/rs/zerolog"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
)

// Metrics counts what the program does, for Prometheus. Labels come from tables in the code: no repository, organisation,
// person or branch is in any of them, and what a stranger sends makes no new one.
//
// Hooks and Transport wrap what is there; Look and Act have the form of the func fields of whoever calls them. A Metrics
// may be used from many goroutines.
type Metrics struct {
	registry *prometheus.Registry

	deliveries *prometheus.CounterVec
	ack        prometheus.Histogram
	looks      *prometheus.CounterVec
	acts       *prometheus.CounterVec
	compared   *prometheus.CounterVec
	requests   *prometheus.CounterVec
}

// Backlogger is the log, as far as the metrics need it.
type Backlogger interface {
	Backlog(ctx context.Context, now time.Time) (eventlog.Backlog, error)
}

// ackBuckets are seconds from the request to the answer. GitHub gives up after 10.
var ackBuckets = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// NewMetrics makes metrics with a registry of their own. log is asked what is due whenever somebody reads them.
func NewMetrics(log Backlogger, now func() time.Time, logger zerolog.Logger) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		deliveries: counters("deliveries_total", "Webhook deliveries answered, by event and result; event is unverified where the signature was not checked or not right.",
			"event", "result"),
		ack: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "pitcrew_ack_seconds", Help: "Time from a delivery's header to the 202 after it was on disk.", Buckets: ackBuckets,
		}),
		looks:    counters("looks_total", "Looks at subjects that ended, by kind of subject and outcome.", "kind", "outcome"),
		acts:     counters("acts_total", "Changes to GitHub that were tried, by kind and outcome.", "kind", "outcome"),
		compared: counters("merges_compared_total", "Merges of ours whose outcome was compared with what was decided; same is no where merging was stopped for it.", "same"),
		requests: counters("github_requests_total", "Requests to GitHub, by route and status; code is error where no answer came.", "route", "code"),
	}
	m.registry.MustRegister(m.deliveries, m.ack, m.looks, m.acts, m.compared, m.requests,
		&backlog{log: log, now: now, logger: logger},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "pitcrew_" + name, Help: help}, labels)
}

// Handler answers GET /metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Timeout: 5 * time.Second, MaxRequestsInFlight: 4})
}

// Look counts a look that ended: kind is the subject's ("pr", "base", …), outcome what became of it.
func (m *Metrics) Look(kind, outcome string) { m.looks.WithLabelValues(kind, outcome).Inc() }

// Act counts an action that was tried: kind is the action's ("merge", …), outcome what GitHub made of it.
func (m *Metrics) Act(kind, outcome string) { m.acts.WithLabelValues(kind, outcome).Inc() }

// Compared counts a merge whose outcome was compared with what was decided: yes, no, or unknown.
func (m *Metrics) Compared(same string) { m.compared.WithLabelValues(same).Inc() }

// Hooks counts the deliveries that next answers, and measures how long it took.
func (m *Metrics) Hooks(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now() // a duration: the monotonic clock, whatever the time of day is said to be
		answer := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(answer, r)
		m.deliveries.WithLabelValues(eventLabel(r, answer.status), resultLabel(answer.status)).Inc()
		if answer.status == http.StatusAccepted {
			m.ack.Observe(time.Since(began).Seconds())
		}
	})
}

// statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// knownEvents are the events that have a label of their own; others, which GitHub may add, are counted together.
// https://docs.github.com/en/webhooks/webhook-events-and-payloads
var knownEvents = map[string]bool{
	"branch_protection_rule": true, "check_run": true, "check_suite": true, "create": true, "delete": true,
	"github_app_authorization": true, "installation": true, "installation_repositories": true, "installation_target": true,
	"issue_comment": true, "issues": true, "label": true, "member": true, "membership": true, "merge_group": true, "meta": true,
	"organization": true, "ping": true, "pull_request": true, "pull_request_review": true, "pull_request_review_comment": true,
	"pull_request_review_thread": true, "push": true, "release": true, "repository": true, "repository_ruleset": true,
	"status": true, "team": true, "team_add": true, "workflow_job": true, "workflow_run": true,
}

// eventLabel believes the header only where the signature was right: after 202, and after 503, which comes later.
func eventLabel(r *http.Request, status int) string {
	if status != http.StatusAccepted && status != http.StatusServiceUnavailable {
		return "unverified"
	}
	if event := r.Header.Get("X-GitHub-Event"); knownEvents[event] {
		return event
	}
	return "other"
}

// resultLabel says in a word what was answered.
func resultLabel(status int) string {
	switch status {
	case http.StatusAccepted:
		return "accepted"
	case http.StatusUnauthorized:
		return "bad_signature"
	case http.StatusRequestEntityTooLarge:
		return "too_large"
	case http.StatusServiceUnavailable:
		return "unavailable"
	}
	return "refused_" + strconv.Itoa(status)
}

// backlog is what is due, read from the log when it is asked for.
type backlog struct {
	log    Backlogger
	now    func() time.Time
	logger zerolog.Logger
}

var (
	descDue     = prometheus.NewDesc("pitcrew_due_subjects", "Subjects whose time to be looked at has come.", nil, nil)
	descOldest  = prometheus.NewDesc("pitcrew_oldest_due_age_seconds", "For how long the first of them has been due; 0 if none is.", nil, nil)
	descLeased  = prometheus.NewDesc("pitcrew_leased_subjects", "Subjects that are being looked at.", nil, nil)
	descExpired = prometheus.NewDesc("pitcrew_expired_leases", "Looks that never came to their end: a process died, or is stuck.", nil, nil)
)

// Describe implements prometheus.Collector.
func (b *backlog) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descDue, descOldest, descLeased, descExpired} {
		to <- d
	}
}

// Collect implements prometheus.Collector. A log that cannot be read gives no figures rather than old ones.
func (b *backlog) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), healthWithin)
	defer cancel()
	now := b.now()
	found, err := b.log.Backlog(ctx, now)
	if err != nil {
		b.logger.Warn().Err(err).Msg("metrics without what is due")
		return
	}
	age := 0.0
	if !found.Oldest.IsZero() {
		age = max(0, now.Sub(found.Oldest).Seconds())
	}
	gauge := func(d *prometheus.Desc, value float64) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value)
	}
	gauge(descDue, float64(found.Due))
	gauge(descOldest, age)
	gauge(descLeased, float64(found.Leased))
	gauge(descExpired, float64(found.Expired))
}
