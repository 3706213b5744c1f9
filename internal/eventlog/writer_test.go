package eventlog

import (
	"context"
	"errors"
	"testing"
)

// TestGroup puts operations into one commit, of which one fails after it has written.
func TestGroup(t *testing.T) {
	ctx := context.Background()
	db, err := Open(t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	entered, leave := make(chan struct{}), make(chan struct{})
	ops := []*operation{
		{do: func(*tx) error { close(entered); <-leave; return nil }},
		{do: func(t *tx) error { return t.exec(sqlSetCursor, "one", "kept") }},
		{do: func(t *tx) error {
			t.next()
			return errors.Join(t.exec(sqlSetCursor, "two", "undone"), errors.ErrUnsupported)
		}},
		{do: func(t *tx) error { return t.exec(sqlSetCursor, "three", "kept") }},
	}
	for i, op := range ops {
		op.ctx, op.done = ctx, make(chan error, 1)
		db.log.w.queue <- op
		if i == 0 {
			<-entered // the others gather while it runs
		}
	}
	close(leave)
	for i, op := range ops {
		if err := <-op.done; errors.Is(err, errors.ErrUnsupported) != (i == 2) {
			t.Errorf("operation %d: %v", i, err)
		}
	}
	for name, want := range map[string]string{"one": "kept", "two": "", "three": "kept"} {
		if got, err := db.Cursor(ctx, name); got != want || err != nil {
			t.Errorf("cursor %s: %q, %v; want %q", name, got, err, want)
		}
	}
	if out, err := db.Append(ctx, Append{Events: []Event{{Source: "test", Kind: "a"}}}); out.First != 1 || err != nil {
		t.Errorf("the number after one that was undone: %+v, %v", out, err)
	}
}
