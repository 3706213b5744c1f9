package story

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/go-cmp/cmp"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// replays says that memory is a view: folding a subject's events from the first gives what looks stored as they went, and what
// they make of it with the events since.
func replays(ctx context.Context, w World) error {
	log := w.Program.Log
	whole := map[rules.Subject]*rules.Memory{}
	events := map[rules.Subject][]eventlog.Event{}
	const page = 500
	for after := int64(0); ; {
		some, err := log.Events(ctx, eventlog.Query{After: after, Source: "pitcrew", Limit: page})
		if err != nil {
			return err
		}
		for _, e := range some {
			if whole[e.Subject] == nil {
				whole[e.Subject] = &rules.Memory{}
			}
			if err := whole[e.Subject].Fold(e.Seq, e.At, e.Kind, e.Facts); err != nil {
				return err
			}
			events[e.Subject] = append(events[e.Subject], e)
			after = e.Seq
		}
		if len(some) < page {
			break
		}
	}
	var wrong error
	for subject, want := range whole {
		got, err := remembered(ctx, log, subject, events[subject])
		if err != nil {
			return err
		}
		if diff := cmp.Diff(asJSON(want), asJSON(got)); diff != "" {
			wrong = errors.Join(wrong, fmt.Errorf("%s: memory that was rebuilt differs from what was kept:\n%s", subject, diff))
		}
	}
	return wrong
}

// remembered is what was stored of a subject, with the events since.
func remembered(ctx context.Context, log *eventlog.DB, subject rules.Subject, events []eventlog.Event) (*rules.Memory, error) {
	stored, err := log.Memory(ctx, subject)
	m := &rules.Memory{}
	if err != nil || len(stored.Doc) > 0 && json.Unmarshal(stored.Doc, m) != nil {
		return nil, fmt.Errorf("memory of %s: %w", subject, errors.Join(err, errors.New("cannot be read")))
	}
	for _, e := range events {
		if e.Seq <= stored.Seq {
			continue
		}
		if err := m.Fold(e.Seq, e.At, e.Kind, e.Facts); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func asJSON(m *rules.Memory) string {
	doc, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(doc)
}
