package github

import (
	"fmt"
	"testing"
	"time"
)

// What a request costs beside GitHub's answer, in an installation that has used its hour up and where sixty wait: a read, mostly
// from memory, and a write that asks for its slot.
func BenchmarkLimiter(b *testing.B) {
	m := newModel(1)
	m.t = b
	l := m.copies[0]
	for i := range 460 {
		m.now = m.now.Add(time.Second)
		m.write(l, writerNamed(fmt.Sprint("merge", i)), false)
	}
	b.Run("read", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if _, err := l.Admit(b.Context(), m.now.Add(time.Duration(i)*100*time.Millisecond), resourceCore, laneRead); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("write", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if _, err := l.Reserve(b.Context(), m.now, writerNamed(fmt.Sprint("merge", i%100))); err != nil {
				b.Fatal(err)
			}
		}
	})
}
