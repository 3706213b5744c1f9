package server

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
)

// heartbeat is how often an idle stream says that it is alive, so that proxies keep it open.
const heartbeat = 20 * time.Second

// events streams news as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html):
// /events?after=MARK gives each act after the marked one as a row of HTML, and /events?subject=S says only that something
// happened to S. The browser comes back with Last-Event-ID. Without a mark, news begin now; where the marked act is not
// among the newest any more, the reader is told to load the page again.
func (p *Pages) events(w http.ResponseWriter, r *http.Request) error {
	subject := rules.Subject(r.URL.Query().Get("subject"))
	after, found, err := p.marked(r.Context(), subject, cmp.Or(r.Header.Get("Last-Event-ID"), r.URL.Query().Get("after")))
	if err != nil {
		return err
	}
	stream := http.NewResponseController(w)
	_ = stream.SetWriteDeadline(time.Time{}) // a stream has no end; a server without deadlines says so by an error
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	if !found {
		fmt.Fprint(w, "event: changed\ndata: much\n\n")
	}
	p.follow(r.Context(), w, stream, subject, after)
	return nil
}

// markNothing is the mark of a list without acts.
const markNothing = "nothing"

// markOf names the newest change of an act to those who follow.
func markOf(a ledger.Act) string { return anchor("news", a.Subject, a.Seq) }

// markEvent names an event to those who follow what it is about.
func markEvent(e eventlog.Event) string { return anchor("event", e.Subject, e.Seq) }

// marked gives the log number of what a mark names; where it is not found, or there is none, that of the newest.
func (p *Pages) marked(ctx context.Context, s rules.Subject, mark string) (after int64, found bool, err error) {
	if mark == markNothing {
		return 0, true, nil
	}
	marks, newest, err := p.marks(ctx, s)
	if err != nil || mark == "" {
		return newest, true, err
	}
	if after, found = marks[mark]; !found {
		after = newest
	}
	return after, found, nil
}

// marks are those of the newest news, and the log number of the newest of all.
func (p *Pages) marks(ctx context.Context, s rules.Subject) (map[string]int64, int64, error) {
	marks := map[string]int64{}
	newest, err := p.Ledger.Seq(ctx)
	if err != nil {
		return nil, 0, err
	}
	if s != "" {
		events, err := p.Ledger.Timeline(ctx, s, 0)
		for _, e := range events {
			marks[markEvent(e)] = e.Seq
		}
		return marks, newest, err
	}
	acts, err := p.Ledger.Acts(ctx, ledger.ActsQuery{Chores: true, Limit: shownRows})
	for _, a := range acts {
		marks[markOf(a)] = a.Seq
	}
	return marks, newest, err
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
		fmt.Fprintf(&b, "id: %s\nevent: changed\ndata: something\n\n", markEvent(events[0]))
		return b.Bytes(), events[0].Seq, nil
	}
	acts, err := p.Ledger.Acts(ctx, ledger.ActsQuery{After: after, Chores: true, Limit: shownRows})
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
		fmt.Fprintf(&b, "id: %s\nevent: act\ndata: %s\n\n", markOf(acts[i]), strings.Join(strings.Fields(row.String()), " "))
		after = acts[i].Seq
	}
	return b.Bytes(), after, nil
}
