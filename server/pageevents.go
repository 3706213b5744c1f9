package server

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
)

// heartbeat is how often an idle stream says that it is alive, so that proxies keep it open.
const heartbeat = 20 * time.Second

// events streams news as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html):
// /events?after=N gives each act after log number N as a row of HTML, and /events?subject=S says only that something
// happened to S. The browser comes back with Last-Event-ID.
func (p *Pages) events(w http.ResponseWriter, r *http.Request) error {
	subject := rules.Subject(r.URL.Query().Get("subject"))
	after, _ := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64)
	if last, err := strconv.ParseInt(r.Header.Get("Last-Event-ID"), 10, 64); err == nil {
		after = max(after, last)
	}
	if after == 0 {
		var err error
		if after, err = p.Ledger.Seq(r.Context()); err != nil {
			return err
		}
	}
	stream := http.NewResponseController(w)
	_ = stream.SetWriteDeadline(time.Time{}) // a stream has no end; a server without deadlines says so by an error
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	p.follow(r.Context(), w, stream, subject, after)
	return nil
}

// follow writes news until the reader has gone. An error cannot be told any more: the stream ends, and the browser
// comes again.
func (p *Pages) follow(ctx context.Context, w http.ResponseWriter, stream *http.ResponseController, s rules.Subject, after int64) {
	alive := time.NewTicker(heartbeat)
	defer alive.Stop()
	fmt.Fprint(w, ": pitcrew\n\n")
	for {
		changed := p.Ledger.Changed()
		news, newest, err := p.news(ctx, s, after)
		if err != nil {
			if ctx.Err() == nil {
				p.Logger.Error().Err(err).Msg("live news failed")
			}
			return
		}
		after = newest
		if _, err := w.Write(news); err != nil || stream.Flush() != nil {
			return
		}
		select {
		case <-changed:
		case <-alive.C:
			fmt.Fprint(w, ": alive\n\n")
		case <-ctx.Done():
			return
		}
	}
}

// news is what came after a log number, as the lines of the stream.
func (p *Pages) news(ctx context.Context, s rules.Subject, after int64) ([]byte, int64, error) {
	var b bytes.Buffer
	if s != "" {
		events, err := p.Ledger.Timeline(ctx, s, 0)
		if err != nil || len(events) == 0 || events[0].Seq <= after {
			return nil, after, err
		}
		fmt.Fprintf(&b, "id: %d\nevent: changed\ndata: %d\n\n", events[0].Seq, events[0].Seq)
		return b.Bytes(), events[0].Seq, nil
	}
	acts, err := p.Ledger.Acts(ctx, ledger.ActsQuery{After: after, Without: rules.KindReport, Limit: shownRows})
	if err != nil {
		return nil, after, err
	}
	views, err := p.sayActs(ctx, acts)
	if err != nil {
		return nil, after, err
	}
	for i := len(views) - 1; i >= 0; i-- {
		var row bytes.Buffer
		if err := templates["now"].ExecuteTemplate(&row, "act", views[i]); err != nil {
			return nil, after, err
		}
		fmt.Fprintf(&b, "id: %d\nevent: act\ndata: %s\n\n", views[i].Seq, strings.Join(strings.Fields(row.String()), " "))
		after = views[i].Seq
	}
	return b.Bytes(), after, nil
}
