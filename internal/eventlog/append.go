package eventlog

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/pitcrew-app/pitcrew/rules"
)

// Append writes a to the log and makes its subjects due, in one transaction. When it returns without an error, all of
// it is synced to disk.
func (db *DB) Append(ctx context.Context, a Append) (Appended, error) {
	var out Appended
	a, err := a.prepared(db.now())
	if err != nil {
		return out, fmt.Errorf("append %s: %w", a.Delivery, err)
	}
	sealed, err := db.seal(ctx, a)
	if err != nil {
		return out, fmt.Errorf("append %s: %w", a.Delivery, err)
	}
	err = db.log.change(a.operation(ctx, sealed, &out))
	if err != nil {
		return Appended{}, fmt.Errorf("append %s: %w", a.Delivery, err)
	}
	return out, nil
}

// operation is what appends a, unless its delivery is there already.
func (a Append) operation(ctx context.Context, sealed []byte, out *Appended) *operation {
	op := &operation{ctx: ctx, ordered: true}
	op.do = func(t *tx) (err error) {
		if !out.Duplicate {
			*out, err = t.append(a, sealed)
		}
		return err
	}
	if a.Delivery != "" {
		op.first = &question{query: sqlAddDelivery, args: []any{a.Delivery, micros(a.Received)}, writes: true}
		op.first.heard = func(scan func(...any) error) error {
			added, _ := none(scan(new(string)))
			*out = Appended{Duplicate: !added}
			return nil
		}
	}
	return op
}

func (t *tx) append(a Append, sealed []byte) (Appended, error) {
	var out Appended
	if sealed != nil {
		if err := t.exec(sqlAddRaw, a.Delivery, day(a.Received), sealed); err != nil {
			return out, fmt.Errorf("raw: %w", err)
		}
	}
	for _, e := range a.Events {
		e.Seq = t.next()
		if err := t.addEvent(e); err != nil {
			return out, fmt.Errorf("event %s: %w", e.Kind, err)
		}
		if out.First == 0 {
			out.First = e.Seq
		}
		out.Last = e.Seq
	}
	t.stirs = t.stirs || len(a.Events)+len(a.Marks) > 0
	return out, t.keep(a)
}

func (t *tx) addEvent(e Event) error {
	return t.exec(sqlAddEvent, e.Seq, e.Delivery, micros(e.At), micros(e.Received), e.Source, e.Kind,
		e.Installation, e.Repository, e.Subject, e.Actor, orNull(e.MustShow), orNull(e.Facts))
}

// keep writes what stands beside the events.
func (t *tx) keep(a Append) error {
	for _, h := range a.Heads {
		if err := t.exec(sqlAddHead, h.Repo, h.SHA, h.Number); err != nil {
			return fmt.Errorf("head %s: %w", h.SHA, err)
		}
	}
	for s, m := range a.Memory {
		if err := t.exec(sqlSetMemory, s, m.Seq, string(m.Doc)); err != nil {
			return fmt.Errorf("memory of %s: %w", s, err)
		}
	}
	for name, value := range a.Cursors {
		if err := t.exec(sqlSetCursor, name, value); err != nil {
			return fmt.Errorf("cursor %s: %w", name, err)
		}
	}
	if len(a.Marks) == 0 {
		return nil
	}
	// Marks of an append without events have a number of their own: a look in hand must notice them.
	number := t.number
	if len(a.Events) == 0 {
		number = t.next()
	}
	for _, m := range a.Marks {
		if err := t.mark(m, number, a); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) mark(m Mark, number int64, a Append) error {
	subjects, err := t.subjects(m)
	if err != nil {
		return err
	}
	at := m.At
	if at.IsZero() {
		at = a.Received
	}
	touches := touches{}
	touches.add(number, m.Touches...)
	for _, s := range subjects {
		if err := t.exec(t.say.mark, s, micros(at), number, touches.String(), cmp.Or(s.Installation(), a.installation)); err != nil {
			return fmt.Errorf("mark %s: %w", s, err)
		}
	}
	return nil
}

// subjects says whom m is about.
func (t *tx) subjects(m Mark) ([]rules.Subject, error) {
	if m.Subject != "" {
		return []rules.Subject{m.Subject}, nil
	}
	var out []rules.Subject
	err := t.each(sqlHeads, []any{m.Head.Repo, m.Head.SHA}, func(scan func(...any) error) error {
		var number int
		err := scan(&number)
		out = append(out, rules.PRSubject(m.Head.Repo, number))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("head %s: %w", m.Head.SHA, err)
	}
	if len(out) == 0 {
		out = []rules.Subject{rules.RepoSubject(m.Head.Repo)}
	}
	return out, nil
}

// micros is the form in which times are stored.
func micros(t time.Time) int64 { return t.UnixMicro() }

func fromMicros(us int64) time.Time { return time.UnixMicro(us).UTC() }

// day counts days since 1970 in UTC.
func day(t time.Time) int64 { return int64(t.UTC().Sub(time.Unix(0, 0)) / (24 * time.Hour)) }

func orNull(doc json.RawMessage) any {
	if doc == nil {
		return nil
	}
	return string(doc)
}
