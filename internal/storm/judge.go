package storm

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/oracle"
	"github.com/pitcrew-app/pitcrew/rules"
)

// How long after the last fault everything that is eligible must be done. A sweep of all comes once an hour, and what failed may
// wait for a while before.
const (
	patience = 15*time.Minute + time.Hour
	glance   = 5 * time.Minute
)

// calmDown ends all faults and lets time pass until what is owed is done, or patience ends.
func (w *world) calmDown(ctx context.Context) error {
	w.sim.Calm()
	w.crash, w.deaf, w.full, w.ambush = crash{}, crash{}, 0, false
	w.blind = blindness{}
	if w.plan.Seed%2 == 0 {
		w.mend()
	}
	if w.plan.Seed%4 < 2 { // else who is paused stays so
		if err := w.resumeAll(ctx); err != nil {
			return err
		}
	}
	w.look()
	for waited := time.Duration(0); waited < patience; waited += glance {
		if err := w.pass(ctx, glance); err != nil {
			return err
		}
		if err := w.stopped(ctx); err != nil {
			return err
		}
		w.look()
		if w.program != nil && len(w.watch.Owed(w.sim.State())) == 0 {
			return nil
		}
	}
	return nil
}

// mend gives the App back what people took from it.
func (w *world) mend() {
	for _, owner := range owners {
		for _, line := range []string{"unsuspend %s", "permit %s {checks: write, pull_requests: write, contents: write}"} {
			w.sim.Exec(fmt.Sprintf(line, owner)) //nolint:errcheck // it may have nothing, or need nothing
		}
	}
}

// judge asks the program what it knows, and the oracle what it thinks of all.
func (w *world) judge(ctx context.Context) (*Result, error) {
	r := &Result{Kills: w.kills, Calls: w.seen}
	calls := sha256.New()
	for _, c := range w.sim.Calls() {
		fmt.Fprintln(calls, c.At, c.Method, c.Path, c.Body, c.Status, c.Installation)
	}
	r.Asked = hex.EncodeToString(calls.Sum(nil))
	kept := oracle.Kept{}
	var err error
	if kept.Deliveries, r.Log, err = w.readLog(ctx); err != nil {
		return nil, err
	}
	if err := w.count(ctx, &kept); err != nil {
		return nil, err
	}
	w.watch.End(w.sim.Sent(), w.sim.State(), kept)
	r.Violations = w.watch.Violations()
	for _, err := range w.sim.Errs() {
		if strings.Contains(err.Error(), "not simulated") {
			r.Violations = append(r.Violations, oracle.Violation{Invariant: "I0", Why: err.Error()})
		}
	}
	return r, nil
}

// count takes the report, and once more after everything was counted anew.
func (w *world) count(ctx context.Context, k *oracle.Kept) error {
	report, err := w.program.Report(ctx)
	if err != nil {
		return err
	}
	k.Merges, k.Minutes = report.Acts[rules.KindMerge], report.Minutes
	if err := w.program.Ledger.Replay(ctx); err != nil {
		return err
	}
	again, err := w.program.Report(ctx)
	k.Again = again.Minutes
	return err
}

// readLog reads the whole log: how often each delivery is there, and a digest.
func (w *world) readLog(ctx context.Context) (map[string]int, string, error) {
	d := &digest{hash: sha256.New(), times: map[string]int{}, last: map[string]int64{}}
	for after := int64(0); ; {
		events, err := w.program.Log.Events(ctx, eventlog.Query{After: after, Limit: 1000})
		if err != nil {
			return nil, "", err
		}
		for _, e := range events {
			d.add(e)
			after = e.Seq
		}
		if len(events) == 0 {
			break
		}
	}
	for _, sent := range w.sim.Sent() {
		there, err := w.program.Log.Has(ctx, sent.GUID)
		if err != nil {
			return nil, "", err
		}
		if there && d.times[sent.GUID] == 0 {
			d.times[sent.GUID] = 1 // it meant nothing, and has no event
		}
	}
	return d.times, hex.EncodeToString(d.hash.Sum(nil)), nil
}

// digest sums up a log. The events of a delivery have numbers that follow each other: a gap is a second time.
type digest struct {
	hash  hash.Hash
	times map[string]int
	last  map[string]int64
}

func (d *digest) add(e eventlog.Event) {
	fmt.Fprintf(d.hash, "%d %s %s %s %s %s %s %s %s\n", e.Seq, e.Delivery, e.At, e.Source, e.Kind, e.Subject, e.Actor, e.MustShow, e.Facts)
	if e.Delivery == "" {
		return
	}
	if d.times[e.Delivery] == 0 || d.last[e.Delivery] != e.Seq-1 {
		d.times[e.Delivery]++
	}
	d.last[e.Delivery] = e.Seq
}
