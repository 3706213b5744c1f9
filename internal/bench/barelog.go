package bench

import (
	"io"
	"net/http"
	"os"
)

// bareLog is the least that keeps what it is given: a file, to which everything that waits is written at once, and synced.
type bareLog struct {
	file  *os.File
	queue chan entry
	ended chan struct{}
}

type entry struct {
	doc  []byte
	done chan error
}

func openBareLog(path string) (*bareLog, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	l := &bareLog{file: f, queue: make(chan entry, clients), ended: make(chan struct{})}
	go l.run()
	return l, nil
}

func (l *bareLog) run() {
	defer close(l.ended)
	for first := range l.queue {
		group := []entry{first}
		for len(l.queue) > 0 {
			group = append(group, <-l.queue)
		}
		err := l.commit(group)
		for _, e := range group {
			e.done <- err
		}
	}
}

func (l *bareLog) commit(group []entry) error {
	for _, e := range group {
		if _, err := l.file.Write(e.doc); err != nil {
			return err
		}
	}
	return l.file.Sync()
}

// handler reads, verifies, appends and answers.
func (l *bareLog) handler(secret []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || !signedWith(secret, body, r) {
			http.Error(w, "unreadable or not signed", http.StatusUnauthorized)
			return
		}
		e := entry{body, make(chan error, 1)}
		l.queue <- e
		if err := <-e.done; err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	})
}

// Close ends the writer, after the last handler.
func (l *bareLog) Close() error {
	close(l.queue)
	<-l.ended
	return l.file.Close()
}
