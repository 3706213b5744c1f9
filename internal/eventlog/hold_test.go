package eventlog

import (
	"cmp"
	"context"
)

// Hold appends an event, and calls meanwhile before it commits.
func Hold(ctx context.Context, db *DB, meanwhile func() error) error {
	return db.log.order(ctx, func(t *tx) error {
		if err := t.addEvent(Event{Seq: t.next(), Source: "test", Kind: "held"}); err != nil {
			return err
		}
		return meanwhile()
	})
}

// HoldReaders calls meanwhile while every connection for readers is taken.
func HoldReaders(ctx context.Context, db *DB, meanwhile func()) error {
	for range cmp.Or(db.log.read.Stats().MaxOpenConnections, 8) {
		conn, err := db.log.read.Conn(ctx)
		if err != nil {
			return err
		}
		defer conn.Close()
	}
	meanwhile()
	return nil
}
