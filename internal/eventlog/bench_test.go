package eventlog_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
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

func openForBenchmark(b *testing.B) *eventlog.DB {
	b.Helper()
	db, err := eventlog.Open(b.TempDir(), eventlog.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	return db
}

// BenchmarkAppendAlone has one caller, hence one commit and one sync for each delivery.
func BenchmarkAppendAlone(b *testing.B) {
	db := openForBenchmark(b)
	var n int64
	for b.Loop() {
		n++
		if _, err := db.Append(ctx, benchmarkAppend(b, n)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAppendGroups has many callers, who share commits.
func BenchmarkAppendGroups(b *testing.B) {
	db := openForBenchmark(b)
	var n atomic.Int64
	b.SetParallelism(128)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := db.Append(ctx, benchmarkAppend(b, n.Add(1))); err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkClaim takes and finishes one subject of 100,000 that are due.
func BenchmarkClaim(b *testing.B) {
	db := openForBenchmark(b)
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
}
