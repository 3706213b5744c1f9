package cli

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/spf13/cobra"
)

func migrateCommand(a *app) *cobra.Command {
	var check bool
	c := &cobra.Command{
		Use:   "migrate",
		Short: "bring the log's tables up to date",
		Long: `Brings the tables in PITCREW_DATA, or in the database of PITCREW_DATABASE_URL, to the version that this pitcrew writes.
pitcrew serve does the same when it starts. Each step is done whole or not at all, whatever is killed; there is no way
back but a backup. Stop all copies of an older pitcrew before. The ledger is not migrated: it is folded anew.

--check changes nothing, and says what would be done; its exit code is 1 if something would.`,
		Example: "  pitcrew migrate --check\n  pitcrew migrate",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			where, err := a.where()
			if err != nil {
				return err
			}
			if check {
				return checkMigrated(a, where)
			}
			return migrate(a, where)
		},
	}
	c.Flags().BoolVar(&check, "check", false, "say what would be done, and change nothing")
	return c
}

func checkMigrated(a *app, where string) error {
	schemas, err := eventlog.Schemas(where)
	if errors.Is(err, fs.ErrNotExist) {
		return noLog(where)
	}
	if err != nil {
		return err
	}
	old := false
	for _, s := range schemas {
		fmt.Fprintln(a.out, sayVersion(s))
		old = old || s.Have < s.Want
	}
	if old {
		return errSilent
	}
	return nil
}

func migrate(a *app, where string) error {
	before, err := eventlog.Schemas(where)
	if errors.Is(err, fs.ErrNotExist) {
		return noLog(where) // a directory is made by serve alone: another one is likely to be meant
	}
	if err != nil {
		return err
	}
	log, err := eventlog.Open(where, eventlog.Options{})
	if err != nil {
		return err
	}
	for _, s := range before {
		fmt.Fprintln(a.out, sayVersion(s))
	}
	return log.Close()
}

func sayVersion(s eventlog.Schema) string {
	if s.Have == s.Want {
		return fmt.Sprintf("%s: version %d, up to date", s.Name, s.Have)
	}
	return fmt.Sprintf("%s: version %d → %d", s.Name, s.Have, s.Want)
}
