package eventlog_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/pgtest"
	"github.com/pitcrew-app/pitcrew/rules"
)

func benchmarkAppend(b *testing.B, n int64) eventlog.Append {
	b.Helper()
	e := event("check_run.completed", pr7)
	e.Facts = []byte(`{"conclusion":"success","name":"build","head":"0123456789012345678901234567890123456789","duration":61}`)
	return eventlog.Append{
		Delivery: fmt.Sprint("delivery-", n),
		Events:   []eventlog.Event{e},
		Marks:    []eventlog.Mark{{Subject: rules.PRSubject(12, int(n%1000)+1), Touches: []string{"check"}}},
	}
}

// onBoth measures on files and on a database.
func onBoth(b *testing.B, measure func(*testing.B, *eventlog.DB)) {
	for _, place := range []struct {
		name string
		make func() string
	}{
		{"sqlite", func() string { return b.TempDir() }},
		{"postgres", func() string { return pgtest.Database(b) }},
	} {
		b.Run(place.name, func(b *testing.B) {
			db, err := eventlog.Open(place.make(), eventlog.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			measure(b, db)
		})
	}
}

// BenchmarkAppendAlone has one caller, hence one commit and one sync for each delivery.
func BenchmarkAppendAlone(b *testing.B) {
	onBoth(b, func(b *testing.B, db *eventlog.DB) {
		var n int64
		for b.Loop() {
			n++
			if _, err := db.Append(ctx, benchmarkAppend(b, n)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkAppendGroups has many callers, who share commits.
func BenchmarkAppendGroups(b *testing.B) {
	onBoth(b, func(b *testing.B, db *eventlog.DB) {
		var n atomic.Int64
		b.SetParallelism(128)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := db.Append(ctx, benchmarkAppend(b, n.Add(1))); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

// BenchmarkChange changes one document, as each write to GitHub does.
func BenchmarkChange(b *testing.B) {
	onBoth(b, func(b *testing.B, db *eventlog.DB) {
		n := 0
		for b.Loop() {
			n++
			err := db.Change(ctx, "limits:1", func([]byte) ([]byte, error) { return []byte(fmt.Sprintf(`{"used":%d}`, n)), nil })
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkClaim takes and finishes one subject of 100,000 that are due.
func BenchmarkClaim(b *testing.B) {
	onBoth(b, func(b *testing.B, db *eventlog.DB) {
		for i := range 1000 {
			a := eventlog.Append{Received: start}
			for j := range 100 {
				a.Marks = append(a.Marks, eventlog.Mark{Subject: rules.PRSubject(int64(i+1), j+1), At: start.Add(time.Duration(j) * time.Second)})
			}
			if _, err := db.Append(ctx, a); err != nil {
				b.Fatal(err)
			}
		}
		now := start.Add(time.Hour)
		for b.Loop() {
			claims, err := db.Claim(ctx, now, lease, "bench", 1)
			if err != nil || len(claims) != 1 {
				b.Fatal(claims, err)
			}
			if err := db.Finish(ctx, claims[0], eventlog.Finish{Again: now}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
