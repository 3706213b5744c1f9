package server

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/pitcrew-app/pitcrew/rules"
)

// Pauses adds how many places merging is stopped in. Which ones, the page /health says.
func (m *Metrics) Pauses(all func(context.Context) ([]PauseJSON, error), logger zerolog.Logger) {
	m.registry.MustRegister(&pauses{all, logger})
}

// pauses are read when they are asked for.
type pauses struct {
	all    func(context.Context) ([]PauseJSON, error)
	logger zerolog.Logger
}

var descPauses = prometheus.NewDesc("pitcrew_pauses", "Pauses of merging that last, by why: paused by an operator, mismatch by pitcrew itself.", []string{"why"}, nil)

// Describe implements prometheus.Collector.
func (p *pauses) Describe(to chan<- *prometheus.Desc) { to <- descPauses }

// Collect implements prometheus.Collector. A log that cannot be read gives no figures rather than old ones.
func (p *pauses) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), healthWithin)
	defer cancel()
	all, err := p.all(ctx)
	if err != nil {
		p.logger.Warn().Err(err).Msg("metrics without what is paused")
		return
	}
	n := map[rules.Code]int{rules.CodePaused: 0, rules.CodeMismatch: 0}
	for _, pause := range all {
		n[pause.Why]++
	}
	for why, times := range n {
		to <- prometheus.MustNewConstMetric(descPauses, prometheus.GaugeValue, float64(times), string(why))
	}
}
