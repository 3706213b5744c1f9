package story

import (
	"bytes"
	"context"
	"errors"
	"os"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
)

// backUp keeps what the program remembers now.
func (w *world) backUp() error {
	var file bytes.Buffer
	_, err := eventlog.Backup(context.Background(), w.data, &file, eventlog.BackupOptions{Now: w.clock.Now})
	w.backup = file.Bytes()
	return err
}

// restore loses the program with all that it remembers, and starts it from the backup.
func (w *world) restore() error {
	if w.backup == nil || eventlog.IsURL(w.data) {
		return errors.New("write backup before, and play it with files")
	}
	err := errors.Join(w.stop(), os.RemoveAll(w.data), os.Mkdir(w.data, 0o700))
	if err != nil {
		return err
	}
	if _, err := eventlog.Restore(context.Background(), w.data, bytes.NewReader(w.backup), w.clock.Now()); err != nil {
		return err
	}
	return w.start()
}
