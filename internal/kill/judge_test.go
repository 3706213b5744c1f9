package kill

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/engine"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/internal/oracle"
	"github.com/pitcrew-app/pitcrew/rules"
)

// patience is how long nothing may happen while something is still to be done, when nothing goes wrong any more: a lease of one
// minute, and deliveries that failed while nobody had anything else to say, which are asked for every five.
const patience = 7 * time.Minute

// settle waits until everything is done that is owed, nothing is open that people and CI have answered, and the effect of
// every act was seen.
func (h *hub) settle() {
	h.t.Helper()
	log, err := eventlog.OpenReadOnly(h.where)
	if err != nil {
		h.t.Fatal(err)
	}
	defer log.Close()
	tick, end := time.NewTicker(100*time.Millisecond), time.NewTimer(patience)
	defer tick.Stop()
	defer end.Stop()
	for before := -1; ; {
		left := len(h.owed()) + len(h.open())
		if left == 0 && len(h.underWay(log)) == 0 {
			return
		}
		if left != before {
			before = left
			end.Reset(patience)
		}
		select {
		case <-tick.C:
		case <-end.C:
			h.t.Errorf("nothing was done for %s: owed %v, open %v, under way %v\n%s", patience, h.owed(), h.open(), h.underWay(log), h.explain())
			return
		}
	}
}

// underWay are the acts on pull requests whose effect the program has not seen. What a check run says is in the answer: nobody
// looks again for it.
func (h *hub) underWay(log *eventlog.DB) (list []string) {
	for _, r := range h.sim.State().Repositories {
		for _, p := range r.Pulls {
			m, _, err := engine.Recall(h.t.Context(), log, rules.PRSubject(r.ID, p.Number))
			if err != nil {
				h.t.Fatal(err)
			}
			for kind, in := range m.Open {
				if kind != rules.KindReport {
					list = append(list, fmt.Sprintf("%s#%d %s since %s", r.Name, p.Number, kind, in.At.Format(time.TimeOnly)))
				}
			}
		}
	}
	return list
}

// explain is what the program says of what is open, and the end of its log.
func (h *hub) explain() string {
	var b strings.Builder
	for _, line := range h.open() {
		subject, _, _ := strings.Cut(line, " ")
		cmd := exec.Command(program, "explain", subject)
		cmd.Env = append(os.Environ(), h.data...)
		said, err := cmd.CombinedOutput()
		fmt.Fprintf(&b, "%s %v\n", said, err)
	}
	for _, s := range h.seats {
		if p := s.sits(); p != nil {
			fmt.Fprintln(&b, p.said())
		}
	}
	return b.String()
}

// history is the log as a follower reads it.
type history struct {
	last int64
	of   map[string][]eventlog.Event // by delivery
	n    int
}

// follow reads what is new, in pages.
func (y *history) follow(ctx context.Context, log *eventlog.DB) error {
	for {
		events, err := log.Events(ctx, eventlog.Query{After: y.last, Limit: 1000})
		if err != nil || len(events) == 0 {
			return err
		}
		for _, e := range events {
			if e.Seq <= y.last {
				return fmt.Errorf("event %d was read after %d", e.Seq, y.last)
			}
			y.last = e.Seq
			y.n++
			if e.Delivery != "" {
				y.of[e.Delivery] = append(y.of[e.Delivery], e)
			}
		}
	}
}

// once says what is wrong with the events of a delivery: they have numbers that follow each other, and are those that the
// same webhook meant in other deliveries.
func once(events, same []eventlog.Event) string {
	if len(events) != len(same) {
		return fmt.Sprintf("it has %d events, and another of the same webhook has %d", len(events), len(same))
	}
	for i, e := range events {
		if e.Kind != same[i].Kind || e.Subject != same[i].Subject {
			return fmt.Sprintf("event %d is %s of %s, and %s of %s elsewhere", e.Seq, e.Kind, e.Subject, same[i].Kind, same[i].Subject)
		}
		if e.Seq != events[0].Seq+int64(i) {
			return "its events are not side by side"
		}
	}
	return ""
}

// judge asks the oracle, and compares the account of the clients with the log. read is what a follower has read all along;
// nil: nobody did.
func (h *hub) judge(read *history) {
	h.t.Helper()
	ctx := h.t.Context()
	log, err := eventlog.Open(h.where, eventlog.Options{})
	if err != nil {
		h.t.Fatal(err)
	}
	defer log.Close()
	whole := &history{of: map[string][]eventlog.Event{}}
	if err := whole.follow(ctx, log); err != nil {
		h.t.Fatal(err)
	}
	if read != nil && (read.n != whole.n || read.last != whole.last) {
		h.t.Errorf("the follower has read %d events up to %d, and the log has %d up to %d", read.n, read.last, whole.n, whole.last)
	}
	h.judgeClients(ctx, log, whole)
	kept, err := h.kept(ctx, log, whole)
	if err != nil {
		h.t.Fatal(err)
	}
	h.watch.End(h.sim.Sent(), h.sim.State(), kept)
	for _, v := range h.watch.Violations() {
		h.t.Error(v)
	}
	for _, err := range h.sim.Errs() {
		h.t.Error(err)
	}
	h.t.Logf("%d events; %d deliveries of clients acknowledged and %d not; %d merges, %d minutes", whole.n, len(h.acks.accepted), len(h.acks.refused), kept.Merges, kept.Minutes)
}

// judgeClients holds the account of the clients against the log, to the last byte. What they got no answer for is there as a
// whole, or not at all.
func (h *hub) judgeClients(ctx context.Context, log *eventlog.DB, whole *history) {
	same := map[int][]eventlog.Event{}
	check := func(id string, k hook, events []eventlog.Event) {
		if same[k.kind] == nil {
			same[k.kind] = events
		}
		if why := once(events, same[k.kind]); why != "" {
			h.t.Errorf("delivery %s: %s", id, why)
		}
		if body, _, err := log.Raw(ctx, id); err != nil || !bytes.Equal(body, k.body) {
			h.t.Errorf("delivery %s is not kept as it came: %v", id, err)
		}
	}
	for id, k := range h.acks.accepted {
		if len(whole.of[id]) == 0 {
			h.t.Errorf("delivery %s was acknowledged and is lost", id)
			continue
		}
		check(id, k, whole.of[id])
	}
	for id, k := range h.acks.refused {
		if there, err := log.Has(ctx, id); err != nil || there != (len(whole.of[id]) > 0) {
			h.t.Errorf("delivery %s was not acknowledged, and half of it is there: %v", id, err)
		} else if there {
			check(id, k, whole.of[id])
		}
	}
}

// kept is what the program says of itself.
func (h *hub) kept(ctx context.Context, log *eventlog.DB, whole *history) (oracle.Kept, error) {
	k := oracle.Kept{Deliveries: map[string]int{}}
	for _, sent := range h.sim.Sent() {
		there, err := log.Has(ctx, sent.GUID)
		if err != nil {
			return k, err
		}
		events := whole.of[sent.GUID]
		switch {
		case !there && len(events) == 0:
		case !there, once(events, events) != "":
			k.Deliveries[sent.GUID] = 2
		default:
			k.Deliveries[sent.GUID] = 1
		}
	}
	book, err := ledger.Open(h.where, log)
	if err != nil {
		return k, err
	}
	defer book.Close()
	if err := book.CatchUp(ctx); err != nil {
		return k, err
	}
	report, err := book.Report(ctx, time.Time{}, time.Now().Add(time.Hour))
	if err != nil {
		return k, err
	}
	k.Merges, k.Minutes = report.Acts[rules.KindMerge], report.Minutes
	if err := book.Replay(ctx); err != nil {
		return k, err
	}
	again, err := book.Report(ctx, time.Time{}, time.Now().Add(time.Hour))
	k.Again = again.Minutes
	return k, err
}

// sound says that the files of a directory are as SQLite wants them.
func sound(t *testing.T, dir string) {
	t.Helper()
	for _, name := range []string{"log.db", "people.db", "ledger.db"} {
		db, err := sql.Open("sqlite", filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		var verdict string
		if err := db.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
			t.Errorf("%s: %s, %v", name, verdict, err)
		}
		db.Close()
	}
}

// writesOf counts the writes of the program that GitHub accepted, by the ends of their paths.
func (h *hub) writesOf() map[string]int {
	n := map[string]int{}
	for _, c := range h.sim.Calls() {
		if c.App && c.Status < 300 && writes(&http.Request{Method: c.Method, URL: &url.URL{Path: c.Path}}, []byte(c.Body)) {
			n[strings.TrimRight(path.Base(c.Path), "0123456789")]++
		}
	}
	return n
}
