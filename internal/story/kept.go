package story

import (
	"context"
	"errors"
	"net/http"
)

// Kept is a story that was played to the end of its script and is kept open, so that its pages can be read and more can
// happen. It is used by one goroutine; the pages may be read by any.
type Kept struct{ w *world }

// Play plays a story and keeps it open. Whoever calls it closes it.
func Play(ctx context.Context, s *Story, o Options) (*Kept, error) {
	k := &Kept{&world{story: s, clock: &clock{now: start}, log: o.Log}}
	err := k.w.play(ctx, o)
	if err == nil {
		err = k.w.program.Ledger.CatchUp(ctx)
	}
	if err != nil {
		k.Close()
		return nil, err
	}
	return k, nil
}

// Do plays one more line, as of a script, and lets happen what follows from it.
func (k *Kept) Do(ctx context.Context, text string) error {
	if err := k.w.line(ctx, Line{Text: text}); err != nil {
		return err
	}
	return k.w.program.Ledger.CatchUp(ctx)
}

// Pages are the pages of the program as it is now.
func (k *Kept) Pages() http.Handler { return k.w.program.Pages }

// Err is what GitHub would not have taken of what the program asked; nil if there is nothing.
func (k *Kept) Err() error { return errors.Join(k.w.sim.Errs()...) }

// Close ends the story.
func (k *Kept) Close() { k.w.close() }
