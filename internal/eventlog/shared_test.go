package eventlog

import (
	"context"
	"errors"
	"sync"
	"testing"
)

// waiting is a context that tells when somebody waits for its end.
type waiting struct {
	context.Context
	told func()
}

func (w waiting) Done() <-chan struct{} { w.told(); return w.Context.Done() }

// Who asks while it is being done waits for it, or until they are cancelled; who asks later lets it be done again. What was begun
// for one who is cancelled goes on for the others.
func TestShared(t *testing.T) {
	var s shared[string, int]
	calls, entered, leave := 0, make(chan struct{}), make(chan struct{})
	do := func(ctx context.Context) (int, error) {
		calls++
		entered <- struct{}{}
		<-leave
		return calls, ctx.Err()
	}
	over, cancel := context.WithCancel(t.Context())
	var asking, waits sync.WaitGroup
	ask := func(ctx context.Context) {
		if n, err := s.get(ctx, "a", do); n != 1 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	}
	asking.Go(func() { ask(over) })
	<-entered
	cancel()
	if _, err := s.get(over, "a", do); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	waits.Add(10)
	for range 10 {
		asking.Go(func() { ask(waiting{t.Context(), waits.Done}) })
	}
	waits.Wait()
	close(leave)
	asking.Wait()
	go func() { <-entered }()
	if n, err := s.get(t.Context(), "a", do); n != 2 || err != nil {
		t.Errorf("later: %d, %v", n, err)
	}
}

// A person whom nobody knew and the key of a day are written by one of all who ask at the same time.
func TestAskedTogetherIsWrittenOnce(t *testing.T) {
	db, err := Open(t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for name, ask := range map[string]func(context.Context) error{
		"person": func(ctx context.Context) error { _, err := db.Token(ctx, 7, "ana"); return err },
		"key":    func(ctx context.Context) error { _, err := db.sealer(ctx, 3); return err },
	} {
		const many = 20
		entered, leave, waits := make(chan struct{}), make(chan struct{}), make(chan struct{}, many)
		var asking sync.WaitGroup
		asking.Go(func() {
			db.people.write(t.Context(), func(*tx) error { close(entered); <-leave; return nil }) //nolint:errcheck // it holds up the others
		})
		<-entered
		for range many {
			once := sync.OnceFunc(func() { waits <- struct{}{} })
			asking.Go(func() {
				if err := ask(waiting{t.Context(), once}); err != nil {
					t.Error(err)
				}
			})
		}
		for range many - 1 {
			<-waits // for the one who writes
		}
		close(leave)
		asking.Wait()
		if len(waits) > 0 {
			t.Errorf("%s: nobody wrote for the others", name)
		}
	}
}
