package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/server"
	"github.com/rs/zerolog"
)

var pages = Bench{"pages", "each page with 5,000 repositories and 20,000 open pull requests", runPages}

// pagePaths are the pages, the long ones also at their far end.
var pagePaths = []string{
	"/", "/pulls?state=waiting", "/pulls?state=waiting&from={all}", "/repositories", "/repositories?from={half}",
	"/repositories/acme/service-{half}", "/pulls/acme/service-{half}/3", "/lines/acme/service-{half}/main", "/impact", "/impact?weeks=53",
	"/health", "/search?q=service-{half}", "/search?q=nothing-like-it",
}

// The limits of a page: of the server's time, and of what a browser has to fetch before it can draw.
const (
	pageWithin = 50 // ms
	pageSize   = 60 // kB of HTML and CSS
)

func runPages(ctx context.Context, o Options) ([]Row, error) {
	repositories := o.of(largeRepositories, 5)
	o.say("pages: writing a log of %d repositories", repositories)
	h, err := openHouse(ctx, repositories)
	if err != nil {
		return nil, err
	}
	defer h.Close() //nolint:errcheck // a temporary directory
	css, err := fetch(ctx, h.web.URL+"/static/style.css")
	if err != nil {
		return nil, err
	}
	places := strings.NewReplacer("{half}", strconv.Itoa(repositories/2), "{all}", strconv.Itoa(repositories))
	var rows []Row
	largest := 0
	for _, path := range pagePaths {
		path = places.Replace(path)
		o.say("pages: %s", path)
		row, size, err := h.page(ctx, path, o.of(20, 1))
		if err != nil {
			return nil, err
		}
		rows, largest = append(rows, row), max(largest, size)
	}
	size := float64(largest+len(css)) / 1000
	return append(rows, Row{"largest page: HTML and CSS", size, "kB", nil, new(float64(pageSize)), Lower}), nil
}

// page asks for a page n times, and as often for the same bytes from a server that has them at hand.
func (h *house) page(ctx context.Context, path string, n int) (Row, int, error) {
	doc, err := fetch(ctx, h.web.URL+path)
	if err != nil {
		return Row{}, 0, err
	}
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(doc) })) //nolint:errcheck // the reader sees it
	defer bare.Close()
	took, err := fetches(ctx, h.web.URL+path, n)
	if err != nil {
		return Row{}, 0, err
	}
	floor, err := fetches(ctx, bare.URL, n)
	if err != nil {
		return Row{}, 0, err
	}
	return Row{"page " + path, quantile(took, 0.5), "ms", new(quantile(floor, 0.5)), new(float64(pageWithin)), Lower}, len(doc), nil
}

func fetches(ctx context.Context, url string, n int) ([]time.Duration, error) {
	var all []time.Duration
	for range n {
		began := time.Now()
		if _, err := fetch(ctx, url); err != nil {
			return nil, err
		}
		all = append(all, time.Since(began))
	}
	return all, nil
}

// fetch reads a page to its end.
func fetch(ctx context.Context, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	doc, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("GET %s: %s", url, resp.Status)
	}
	return doc, err
}

// house is a filled log with the pages over it.
type house struct {
	dir    string
	log    *eventlog.DB
	ledger *ledger.Ledger
	web    *httptest.Server
}

func openHouse(ctx context.Context, repositories int) (_ *house, err error) {
	h := &house{}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.Close())
		}
	}()
	if h.dir, err = os.MkdirTemp("", "pitcrew-bench-"); err != nil {
		return nil, err
	}
	if err := fill(ctx, h.dir, repositories); err != nil {
		return nil, err
	}
	if h.log, err = eventlog.Open(h.dir, eventlog.Options{}); err != nil {
		return nil, err
	}
	if h.ledger, err = ledger.Open(h.dir, h.log); err != nil {
		return nil, err
	}
	p := &server.Pages{Log: h.log, Ledger: h.ledger, WebURL: "https://github.com", Logger: zerolog.Nop()}
	h.web = httptest.NewServer(p.Handler())
	return h, nil
}

// Close ends the pages and removes the log.
func (h *house) Close() error {
	var errs []error
	if h.web != nil {
		h.web.Close()
	}
	if h.ledger != nil {
		errs = append(errs, h.ledger.Close())
	}
	if h.log != nil {
		errs = append(errs, h.log.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(h.dir))...)
}
