package server

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/engine"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// PauseWish is what somebody wants: merging paused or resumed, in a repository, one of its branches, or an organisation.
type PauseWish struct {
	Where  string `json:"where"`            // owner/name, or the name of the organisation
	Base   string `json:"base,omitempty"`   // the branch; empty: every one
	Resume bool   `json:"resume,omitempty"` // go on, rather than pause
	DryRun bool   `json:"dry_run,omitempty"`
}

// PauseAnswer says what became of a wish.
type PauseAnswer struct {
	Where   string      `json:"where"` // as GitHub writes it
	Base    string      `json:"base,omitempty"`
	Changed bool        `json:"changed"`           // false: it was so already
	DryRun  bool        `json:"dry_run,omitempty"` // true: nothing was changed, but would have been
	Pauses  []PauseJSON `json:"pauses"`            // that began or ended; where nothing changed, that were there already
	Others  []PauseJSON `json:"others"`            // that hold the same all the same, of a wider place
	InLine  int         `json:"in_line"`           // pull requests in line there
	Seen    bool        `json:"seen"`              // pull requests into that branch were ever seen
}

// PauseJSON is a pause.
type PauseJSON struct {
	Where string     `json:"where"`
	Base  string     `json:"base,omitempty"`
	Why   rules.Code `json:"why"` // paused: an operator wanted it; mismatch: a merge made something else than what was decided
	Pull  int        `json:"pull,omitempty"`
	Since time.Time  `json:"since"`
}

// AllPaused are all pauses that last, oldest first.
func AllPaused(ctx context.Context, log *eventlog.DB) ([]PauseJSON, error) {
	all, err := engine.AllPaused(ctx, log)
	out := []PauseJSON{}
	for _, p := range all {
		out = append(out, pauseJSON(p.Name, p.Pause))
	}
	return out, err
}

// Place is where merging is paused, as a sentence goes on: "into main of acme/api".
func (p PauseJSON) Place() string {
	switch {
	case p.Base != "":
		return "into " + p.Base + " of " + p.Where
	case !strings.Contains(p.Where, "/"):
		return "in all of " + p.Where
	}
	return "in " + p.Where
}

// Resume is the command that ends it.
func (p PauseJSON) Resume() string {
	if p.Base != "" {
		return "pitcrew resume " + p.Where + " --base " + p.Base
	}
	return "pitcrew resume " + p.Where
}

func pauseJSON(where string, p rules.Pause) PauseJSON {
	return PauseJSON{where, p.Base, p.Why, p.Pull, p.At}
}

// Pausing does what a wish asks for, in a log. A name that is not known is an engine.UnknownPlaceError.
func Pausing(ctx context.Context, log *eventlog.DB, now time.Time, w PauseWish) (PauseAnswer, error) {
	at, err := engine.FindPlace(ctx, log, w.Where)
	if err != nil {
		return PauseAnswer{}, err
	}
	a := PauseAnswer{Where: at.Name, Base: w.Base, Pauses: []PauseJSON{}, Others: []PauseJSON{}, DryRun: w.DryRun}
	pauses, err := a.change(ctx, log, at, now, w)
	if err != nil {
		return a, err
	}
	for _, p := range pauses {
		a.Pauses = append(a.Pauses, pauseJSON(at.Name, p))
	}
	if err := a.others(ctx, log, at); err != nil {
		return a, err
	}
	return a, a.line(ctx, log, at)
}

// change pauses or resumes, and gives the pauses that this is about.
func (a *PauseAnswer) change(ctx context.Context, log *eventlog.DB, at engine.Place, now time.Time, w PauseWish) ([]rules.Pause, error) {
	m, _, err := engine.Recall(ctx, log, at.Subject)
	if err != nil {
		return nil, err
	}
	there := slices.DeleteFunc(m.Pauses, func(p rules.Pause) bool { return p.Base != w.Base })
	asked := slices.IndexFunc(there, func(p rules.Pause) bool { return p.Why == rules.CodePaused })
	switch {
	case w.Resume && len(there) == 0:
		return nil, nil
	case !w.Resume && asked >= 0:
		return there[asked : asked+1], nil
	}
	a.Changed = true
	begun := rules.Pause{Base: w.Base, Why: rules.CodePaused, At: now.UTC()}
	switch {
	case w.DryRun && w.Resume:
		return there, nil
	case w.Resume:
		return engine.Resume(ctx, log, at, w.Base)
	case !w.DryRun:
		_, err = engine.Pause(ctx, log, at, begun)
	}
	return []rules.Pause{begun}, err
}

// others finds the pauses of a wider place that hold the same.
func (a *PauseAnswer) others(ctx context.Context, log *eventlog.DB, at engine.Place) error {
	if at.Org() {
		return nil
	}
	all, err := engine.AllPaused(ctx, log)
	for _, p := range all {
		wider := p.Subject == at.Subject && p.Base == "" && a.Base != "" || p.Pause.Org && p.Installation == at.Installation
		if wider {
			a.Others = append(a.Others, pauseJSON(p.Name, p.Pause))
		}
	}
	return err
}

// line counts who stands in line there.
func (a *PauseAnswer) line(ctx context.Context, log *eventlog.DB, at engine.Place) error {
	bases, err := engine.Bases(ctx, log, at)
	if err != nil {
		return err
	}
	for _, s := range bases {
		if a.Base != "" && s.Ref() != a.Base {
			continue
		}
		m, _, err := engine.Recall(ctx, log, s)
		if err != nil {
			return err
		}
		a.Seen, a.InLine = true, a.InLine+len(m.Order())
	}
	return nil
}
