package server

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// Check is one thing that health depends on. Ask gives nil, or what is wrong in words for an operator.
type Check struct {
	Name string
	Ask  func(context.Context) error
}

// Health answers /livez and /readyz, for a supervisor and for people: JSON with one sentence. Live says that a restart
// would not help; ready, that deliveries are welcome. While the program drains it is live and not ready.
type Health struct {
	Live  []Check
	Ready []Check

	draining atomic.Bool
}

// healthWithin bounds all checks of one answer together; probes give up after a few seconds.
const healthWithin = 2 * time.Second

// Drain makes the program not ready, for good.
func (h *Health) Drain() { h.draining.Store(true) }

// Draining says whether Drain was called.
func (h *Health) Draining() bool { return h.draining.Load() }

// Register adds /livez and /readyz to mux.
func (h *Health) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, r *http.Request) {
		writeHealth(w, "live", examine(r.Context(), h.Live))
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		found := examine(r.Context(), h.Ready)
		if h.Draining() {
			found = append([]finding{{Name: "drain", Says: "going down: finishing what is in hand"}}, found...)
		}
		writeHealth(w, "ready", found)
	})
}

// Writable is the check that the log can be written: it writes a cursor, synced to disk.
func Writable(log interface {
	SetCursor(ctx context.Context, name, value string) error
}, now func() time.Time) Check {
	return Check{Name: "log", Ask: func(ctx context.Context) error {
		return log.SetCursor(ctx, "health", now().UTC().Format(time.RFC3339))
	}}
}

// finding is what became of one check.
type finding struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	Says string `json:"says"`
}

func examine(ctx context.Context, checks []Check) []finding {
	ctx, cancel := context.WithTimeout(ctx, healthWithin)
	defer cancel()
	found := make([]finding, 0, len(checks))
	for _, c := range checks {
		f := finding{Name: c.Name, OK: true, Says: "ok"}
		if err := c.Ask(ctx); err != nil {
			f.OK, f.Says = false, err.Error()
		}
		found = append(found, f)
	}
	return found
}

// writeHealth answers with 200 or 503: state, if nothing is wrong, else what is.
func writeHealth(w http.ResponseWriter, state string, found []finding) {
	answer := struct {
		OK     bool      `json:"ok"`
		Says   string    `json:"says"`
		Checks []finding `json:"checks"`
	}{OK: true, Says: state, Checks: found}
	var wrong []string
	for _, f := range found {
		if !f.OK {
			wrong = append(wrong, f.Name+": "+f.Says)
		}
	}
	status := http.StatusOK
	if len(wrong) > 0 {
		status, answer.OK, answer.Says = http.StatusServiceUnavailable, false, "not "+state+": "+strings.Join(wrong, "; ")
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // whoever asked has gone
}
