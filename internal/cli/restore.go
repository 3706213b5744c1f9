package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/spf13/cobra"
)

func restoreCommand(a *app) *cobra.Command {
	var asJSON, check bool
	c := &cobra.Command{
		Use:   "restore FILE",
		Short: "fill an empty directory or database from a backup",
		Long: `Fills PITCREW_DATA, or the database of PITCREW_DATABASE_URL, with what pitcrew backup wrote to FILE: wholly or not at
all, and only where nothing is yet. A backup of files may go to a database, and the other way round.

Then start pitcrew serve. It brings the tables up to date, folds the reports and pages anew from the log, asks GitHub
for deliveries that failed, and reads every repository again, so that what happened since the backup is acted on all
the same. What only the lost part of the log knew is lost: reports count less, and a line's places may differ.
Whoever was forgotten after the backup was made is known again: repeat that.

--check changes nothing: it reads FILE to its end and says what is in it.`,
		Example: "  pitcrew restore --check pitcrew-20261102-030000.backup\n  pitcrew restore pitcrew-20261102-030000.backup",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			contents, err := a.restore(c.Context(), args[0], check)
			if err != nil {
				return err
			}
			return writeContents(a.out, args[0], contents, asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print what is in it as JSON")
	c.Flags().BoolVar(&check, "check", false, "only read the backup, and change nothing")
	return c
}

func (a *app) restore(ctx context.Context, path string, check bool) (eventlog.Contents, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return eventlog.Contents{}, usageError{"there is no file " + path, "pitcrew backup makes one"}
	}
	if err != nil {
		return eventlog.Contents{}, err
	}
	defer file.Close()
	if check {
		defer a.progress("reading " + path)()
		return eventlog.ReadBackup(file)
	}
	where, err := a.where()
	if err != nil {
		return eventlog.Contents{}, err
	}
	defer a.progress("restoring " + path)()
	contents, err := eventlog.Restore(ctx, where, file, a.clock())
	var full eventlog.NotEmptyError
	if errors.As(err, &full) {
		return contents, usageError{"restore: " + full.Error(), "name an empty place in PITCREW_DATA or PITCREW_DATABASE_URL, or move away what is there; nothing was changed"}
	}
	if err != nil {
		return contents, fmt.Errorf("%w\n  nothing was changed", err)
	}
	return contents, nil
}
