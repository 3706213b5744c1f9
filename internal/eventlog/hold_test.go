package eventlog

import "context"

// Hold appends an event, and calls meanwhile before it commits.
func Hold(ctx context.Context, db *DB, meanwhile func() error) error {
	return db.log.order(ctx, func(t *tx) error {
		if err := t.addEvent(Event{Seq: t.next(), Source: "test", Kind: "held"}); err != nil {
			return err
		}
		return meanwhile()
	})
}
