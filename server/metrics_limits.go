package server

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/pitcrew-app/pitcrew/internal/github"
)

// Limits adds what is used and left of GitHub's limits, over all installations that all tells of. No installation is in a
// label: of each limit the one that has the least left is shown, and the page /limits names it.
func (m *Metrics) Limits(all func(context.Context) ([]github.Budgets, error), logger zerolog.Logger) {
	m.registry.MustRegister(&limits{all, logger})
}

// limits are read when they are asked for.
type limits struct {
	all    func(context.Context) ([]github.Budgets, error)
	logger zerolog.Logger
}

var (
	descLeft    = prometheus.NewDesc("pitcrew_github_limit_left", "What is left of a limit in the installation that has the least, by limit; absent until it is known.", []string{"limit"}, nil)
	descUsed    = prometheus.NewDesc("pitcrew_github_limit_used", "What is used of it there.", []string{"limit"}, nil)
	descWaiting = prometheus.NewDesc("pitcrew_github_limit_waiting_writes", "Writes for which a slot is kept, by lane.", []string{"lane"}, nil)
	descStopped = prometheus.NewDesc("pitcrew_github_limit_stopped_installations", "Installations in which a lane waits because too little is left, by lane.", []string{"lane"}, nil)
	descPaused  = prometheus.NewDesc("pitcrew_github_limit_paused_installations", "Installations in which GitHub asked for a pause that holds.", nil, nil)
)

// Describe implements prometheus.Collector.
func (l *limits) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descLeft, descUsed, descWaiting, descStopped, descPaused} {
		to <- d
	}
}

// Collect implements prometheus.Collector. Limits that cannot be read give no figures rather than old ones.
func (l *limits) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), healthWithin)
	defer cancel()
	all, err := l.all(ctx)
	if err != nil {
		l.logger.Warn().Err(err).Msg("metrics without GitHub's limits")
		return
	}
	least := map[string]github.Budget{}
	waiting, stopped, paused := map[string]int{}, map[string]int{}, 0
	for _, b := range all {
		paused += min(1, len(b.Paused))
		held := map[string]bool{}
		for _, budget := range b.Budgets {
			if known, ok := least[budget.Name]; !ok || budget.Left < known.Left {
				least[budget.Name] = budget
			}
			for _, lane := range budget.Stops {
				held[lane] = true
			}
		}
		for lane := range held {
			stopped[lane]++
		}
		for lane, n := range b.Waiting {
			waiting[lane] += n
		}
	}
	gauge := func(d *prometheus.Desc, value int, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(value), labels...)
	}
	for name, b := range least {
		gauge(descLeft, b.Left, name)
		gauge(descUsed, b.Used, name)
	}
	for _, lane := range github.Lanes() {
		gauge(descWaiting, waiting[lane], lane)
		gauge(descStopped, stopped[lane], lane)
	}
	gauge(descPaused, paused)
}
