package server_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
)

// slow is a log that takes nothing before it is let: everything is in hand meanwhile.
type slow struct {
	came chan struct{}
	open chan struct{}
}

func (s *slow) Append(context.Context, eventlog.Append) (eventlog.Appended, error) {
	s.came <- struct{}{}
	<-s.open
	return eventlog.Appended{First: 1, Last: 1}, nil
}

// Five thousand deliveries of a usual length are held at once, and what is more than the memory for them is refused, however
// small; when they were answered, there is room again.
func TestHookHoldsABurst(t *testing.T) {
	const most, length = 5000, 20 << 10
	body := `{"a":"` + strings.Repeat("a", length) + `"}`
	log := &slow{make(chan struct{}), make(chan struct{})}
	h := hook(log)
	var posts sync.WaitGroup
	post := func(i int, body string, want int) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, delivery(body, header("X-GitHub-Delivery", fmt.Sprint(i))))
		if w.Code != want {
			t.Errorf("delivery %d of %d bytes: %d, want %d", i, len(body), w.Code, want)
		}
	}
	answered := make(chan struct{}, most)
	for i := range most {
		posts.Go(func() { post(i, body, 202); answered <- struct{}{} })
	}
	for i := range most {
		select {
		case <-log.came:
		case <-answered:
			t.Fatalf("one was answered when %d were in hand", i)
		}
	}
	h.MaxBytes = most * (length + 20<<10) // less than that is in hand
	posts.Go(func() { post(most, payload, 202) })
	<-log.came
	h.MaxBytes = most * (length + 10<<10)
	post(most+1, payload, 503)
	close(log.open)
	posts.Wait()
	go func() { <-log.came }()
	post(most+2, body, 202)
}
