package story

import (
	"context"
	"fmt"
	"strings"

	"github.com/pitcrew-app/pitcrew/internal/engine"
	"github.com/pitcrew-app/pitcrew/rules"
)

// pause stops merging in a repository, one of its branches, or an organisation, as the command of that name does.
func (w *world) pause(rest string) error {
	at, base, err := w.place(rest)
	if err != nil {
		return err
	}
	_, err = engine.Pause(context.Background(), w.program.Log, at, rules.Pause{Base: base, Why: rules.CodePaused, At: w.clock.Now()})
	return err
}

func (w *world) resume(rest string) error {
	at, base, err := w.place(rest)
	if err != nil {
		return err
	}
	over, err := engine.Resume(context.Background(), w.program.Log, at, base)
	if err == nil && len(over) == 0 {
		return fmt.Errorf("nothing is paused there")
	}
	return err
}

// place reads "acme", "acme/api" or "acme/api main".
func (w *world) place(text string) (engine.Place, string, error) {
	name, base, _ := strings.Cut(text, " ")
	at, err := engine.FindPlace(context.Background(), w.program.Log, name)
	return at, base, err
}
