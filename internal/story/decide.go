package story

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// decided says in a line for each open pull request what would be done with it, or what it waits for: the section
// decide, in which authors of policies write what they expect. Such a story only observes.
func (w *world) decided(ctx context.Context) (string, error) {
	var b strings.Builder
	for _, p := range w.pulls() {
		if p.State != "open" {
			continue
		}
		subject := rules.PRSubject(p.repoID, p.Number)
		events, err := w.program.Log.Events(ctx, eventlog.Query{Subject: subject, Kinds: []string{rules.EventDecided}, Desc: true, Limit: 1})
		if err != nil {
			return "", err
		}
		line := "nothing to do"
		if len(events) > 0 {
			if line, err = w.decision(events[0]); err != nil {
				return "", err
			}
		}
		fmt.Fprintf(&b, "%s %s\n", w.name(p.repo, p.Number), line)
	}
	return b.String(), nil
}

// decision is what would be done first, then what else is waited for.
func (w *world) decision(decided eventlog.Event) (string, error) {
	would, err := w.sentences(decided, func(r rules.Reason) bool { return r.Code == rules.CodeObserved })
	if err != nil {
		return "", err
	}
	waits, err := w.sentences(decided, func(r rules.Reason) bool { return r.Code != rules.CodeObserved && r.Blocks() })
	if err != nil {
		return "", err
	}
	parts := slices.Clone(would)
	for i := range parts {
		parts[i] = strings.TrimSuffix(strings.TrimPrefix(parts[i], "only observing: pitcrew "), " now")
	}
	if len(waits) > 0 {
		parts = append(parts, "waits: "+w.named(strings.Join(waits, "; ")))
	}
	if len(parts) == 0 {
		return "nothing to do", nil
	}
	return strings.Join(parts, "; "), nil
}
