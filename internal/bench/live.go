package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

var live = Bench{"live", "from an act in the log to the browser that watches", runLive}

// liveWithin is how soon people must see an act, in ms.
const liveWithin = 1000

func runLive(ctx context.Context, o Options) ([]Row, error) {
	o.say("live: writing the log")
	h, err := openHouse(ctx, o.of(500, 5))
	if err != nil {
		return nil, err
	}
	defer h.Close() //nolint:errcheck // a temporary directory
	folding, stop := context.WithCancel(ctx)
	folded := make(chan error, 1)
	go func() { folded <- h.ledger.Run(folding) }()
	defer func() { stop(); <-folded }()

	n := o.of(100, 2)
	o.say("live: %d acts", n)
	acts, err := watch(ctx, h.web.URL+"/events", n, h.act)
	if err != nil {
		return nil, err
	}
	news := make(chan struct{}, 1)
	bare := httptest.NewServer(stream(news))
	defer bare.Close()
	floor, err := watch(ctx, bare.URL, n, func(context.Context, int) error { news <- struct{}{}; return nil })
	if err != nil {
		return nil, err
	}
	return []Row{{"live: act to browser", quantile(acts, 0.99), "ms, p99", new(quantile(floor, 0.99)), new(float64(liveWithin)), Lower}}, nil
}

// stream is the bare operation: a line to a browser for each piece of news.
func stream(news <-chan struct{}) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out := http.NewResponseController(w)
		fmt.Fprint(w, ": stream\n\n") //nolint:errcheck // the reader sees it
		for out.Flush() == nil {
			select {
			case <-r.Context().Done():
				return
			case <-news:
				fmt.Fprint(w, "data: news\n\n") //nolint:errcheck // the reader sees it
			}
		}
	})
}

// act writes what an act leaves in the log, and returns when it is on disk.
func (h *house) act(ctx context.Context, n int) error {
	a := eventlog.Append{}
	for _, e := range []struct{ kind, facts string }{
		{rules.EventIntended, `{"kind":"merge","key":"k%d","action":{"head":"` + headOfHouse + `","method":"squash"}}`},
		{rules.EventSeen, `{"kind":"merge","key":"k%d"}`},
	} {
		a.Events = append(a.Events, eventlog.Event{Source: "pitcrew", Kind: e.kind, Installation: 1, Repository: 1,
			Subject: rules.PRSubject(1, 1), Facts: json.RawMessage(fmt.Sprintf(e.facts, n))})
	}
	_, err := h.log.Append(ctx, a)
	return err
}

// watch follows a stream, does something n times, and says how long each took to be seen.
func watch(ctx context.Context, url string, n int, do func(context.Context, int) error) ([]time.Duration, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close() //nolint:errcheck // it has no end
	lines := bufio.NewReader(resp.Body)
	if _, err := lines.ReadString('\n'); err != nil { // the greeting: it listens
		return nil, err
	}
	var all []time.Duration
	for i := range n {
		began := time.Now()
		if err := do(ctx, i); err != nil {
			return nil, err
		}
		if err := untilData(lines); err != nil {
			return nil, fmt.Errorf("news %d of %d: %w", i+1, n, err)
		}
		all = append(all, time.Since(began))
	}
	return all, nil
}

// untilData reads a stream up to its next piece of data.
func untilData(lines *bufio.Reader) error {
	for {
		line, err := lines.ReadString('\n')
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil || strings.HasPrefix(line, "data:") {
			return err
		}
	}
}
