package eventlog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Change reads the small JSON document that is kept under name, and keeps what change makes of it, in one transaction:
// nobody else changes it meanwhile. doc is nil if there is none yet; change must not alter doc's bytes. What is equal to
// doc writes nothing, nil removes it. change may be called again, and must not call the log. Its error is returned, and
// nothing is written.
func (db *DB) Change(ctx context.Context, name string, change func(doc []byte) ([]byte, error)) error {
	err := db.log.write(ctx, func(t *tx) error { return t.change(name, change) })
	if err != nil {
		return fmt.Errorf("change %s: %w", name, err)
	}
	return nil
}

func (t *tx) change(name string, change func(doc []byte) ([]byte, error)) error {
	for {
		var old []byte
		found, err := none(t.row(t.say.document, []any{name}, &old))
		if err != nil {
			return err
		}
		doc, err := change(old)
		switch {
		case err != nil:
			return err
		case bytes.Equal(doc, old):
			return nil
		case doc != nil && !json.Valid(doc):
			return errors.New("it is not JSON")
		case doc == nil:
			return t.exec(sqlDropDocument, name)
		case found:
			return t.exec(sqlSetDocument, name, string(doc))
		}
		added, err := none(t.row(sqlAddDocument, []any{name, string(doc)}, new(string)))
		if added || err != nil {
			return err
		}
		// Another copy of the program has just added it.
	}
}
