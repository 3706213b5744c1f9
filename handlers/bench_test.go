package handlers_test

import (
	"testing"

	"github.com/pitcrew-app/pitcrew/internal/corpus"
)

// BenchmarkRead reads all 329 payloads, 3.2 MB.
func BenchmarkRead(b *testing.B) {
	all, err := corpus.Payloads()
	if err != nil {
		b.Fatal(err)
	}
	size := 0
	for _, x := range all {
		size += len(x.Body)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, x := range all {
			if _, err := github().Read(b.Context(), x.Event, "guid", received, x.Body); err != nil {
				b.Fatal(err)
			}
		}
	}
}
