package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/spf13/cobra"
)

func backupCommand(a *app) *cobra.Command {
	var asJSON, noRaw bool
	c := &cobra.Command{
		Use:   "backup FILE|DIR",
		Short: "write everything that pitcrew remembers to one file",
		Long: `Writes all that is in PITCREW_DATA, or in the database of PITCREW_DATABASE_URL, to FILE, or to a new file in DIR that is
named by the time. pitcrew serve may go on meanwhile: the file is what was there at one moment, and whatever was
acknowledged before is in it. It is read back and compared before it gets its name. A file that is there is not
written over.

It holds who is behind each token, and what was received together with its keys: keep it as private as the data, and
no longer than you would keep that. --no-raw leaves out what was received, but not what it meant.

pitcrew restore fills an empty directory or database from it: either one, whichever it was made of.`,
		Example: "  pitcrew backup /var/backups/pitcrew\n  pitcrew backup before-upgrade.backup",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			where, err := a.where()
			if err != nil {
				return err
			}
			path, err := backupPath(args[0], a.clock())
			if err != nil {
				return err
			}
			contents, err := a.backUp(c.Context(), where, path, noRaw)
			if err != nil {
				return err
			}
			return writeContents(a.out, path, contents, asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print what is in it as JSON")
	c.Flags().BoolVar(&noRaw, "no-raw", false, "leave out raw deliveries and their keys")
	return c
}

// backupPath is the file that a backup goes to.
func backupPath(given string, now time.Time) (string, error) {
	path := given
	if info, err := os.Stat(given); err == nil && info.IsDir() {
		path = filepath.Join(given, "pitcrew-"+now.UTC().Format("20060102-150405")+".backup")
	}
	if _, err := os.Stat(path); err == nil {
		return "", usageError{path + " is there already", "name another file, or a directory"}
	}
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return "", usageError{filepath.Dir(path) + " is no directory that can be used", "make it: mkdir -m 700 " + filepath.Dir(path)}
	}
	return path, nil
}

// backUp writes a backup beside its name, reads it back, and gives it its name.
func (a *app) backUp(ctx context.Context, where, path string, noRaw bool) (eventlog.Contents, error) {
	done := a.progress("writing " + path)
	defer done()
	part := path + ".part"
	file, err := os.OpenFile(part, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return eventlog.Contents{}, err
	}
	contents, err := writeAndRead(ctx, where, file, eventlog.BackupOptions{NoRaw: noRaw, Now: a.clock})
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(part, path)
	}
	if err == nil {
		return contents, syncNames(filepath.Dir(path))
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = noLog(where)
	}
	return contents, errors.Join(err, os.Remove(part))
}

// syncNames makes a new name in a directory durable.
func syncNames(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func writeAndRead(ctx context.Context, where string, file *os.File, o eventlog.BackupOptions) (eventlog.Contents, error) {
	contents, err := eventlog.Backup(ctx, where, file, o)
	if err != nil {
		return contents, err
	}
	if err := file.Sync(); err != nil {
		return contents, err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return contents, err
	}
	read, err := eventlog.ReadBackup(file)
	if err == nil && !reflect.DeepEqual(read, contents) {
		err = errors.New("what was read back is not what was written: is the disk in order?")
	}
	return contents, err
}

// writeContents says what is in a backup.
func writeContents(w io.Writer, path string, c eventlog.Contents, asJSON bool) error {
	size := int64(0)
	if info, err := os.Stat(path); err == nil {
		size = info.Size()
	}
	if asJSON {
		return json.NewEncoder(w).Encode(struct {
			File  string `json:"file"`
			Bytes int64  `json:"bytes"`
			eventlog.Contents
		}{path, size, c})
	}
	_, err := fmt.Fprintf(w, "%s: %s, whole; as of %s\n  %s, %s, %s; %s in all\n  sha256 of its lines %s\n", path, bytesText(uint64(size)),
		c.Made.Format("2006-01-02 15:04:05 MST"), ledger.Count(int(c.Rows["log.event"]), "event"), deliveriesText(c.Rows["log.delivery"]),
		ledger.Count(int(c.Rows["people.person"]), "person token"), ledger.Count(int(c.Total()), "row"), c.SHA256)
	return err
}

func deliveriesText(n int64) string {
	if n == 1 {
		return "1 delivery"
	}
	return ledger.Thousands(int(n)) + " deliveries"
}
