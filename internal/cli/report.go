package cli

import (
	"errors"
	"io/fs"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/spf13/cobra"
)

func reportCommand(a *app) *cobra.Command {
	var asJSON bool
	var first, last string
	c := &cobra.Command{
		Use:   "report",
		Short: "print what pitcrew did and the minutes that it saved",
		Long: `Reads the log and ledger in PITCREW_DATA, also beside a running server, and adds up what was done and seen to have
happened. One minute for each chore on each pull request; the report ends with how it counts.

--json prints the same as /api/report of the pages does.`,
		Example: "  pitcrew report\n  pitcrew report --from 2026-10-01 --to 2026-10-31 --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			from, to, err := period(first, last, a.clock().UTC())
			if err != nil {
				return err
			}
			book, log, err := openReadOnly(a)
			if err != nil {
				return err
			}
			defer closeBoth(book, log)
			report, err := book.Report(c.Context(), from, to)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(a.out, report)
			}
			return report.Text(a.out)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	c.Flags().StringVar(&first, "from", "", "the first day, like 2026-10-01 (default: 30 days before the last)")
	c.Flags().StringVar(&last, "to", "", "the last day, which counts whole, in UTC (default: until now)")
	return c
}

// period is the time from the beginning of the first day to the end of the last.
func period(first, last string, now time.Time) (from, to time.Time, err error) {
	to = now
	if last != "" {
		if to, err = parseDay("--to", last); err != nil {
			return from, to, err
		}
		to = to.AddDate(0, 0, 1)
	}
	from = to.AddDate(0, 0, -30)
	if first != "" {
		if from, err = parseDay("--from", first); err != nil {
			return from, to, err
		}
	}
	if !from.Before(to) {
		return from, to, usageError{"--from " + first + " is after the end of the report", "give an earlier day, or a later --to"}
	}
	return from, to, nil
}

func parseDay(flag, text string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, usageError{flag + " " + text + " is no day", "write it like 2026-10-01"}
	}
	return day, nil
}

// where is the place of log and ledger, by the environment.
func (a *app) where() (string, error) {
	r := &reader{env: a.env}
	where := r.where()
	return where, r.err
}

// openReadOnly opens what a server keeps, beside it or after it.
func openReadOnly(a *app) (*ledger.Ledger, *eventlog.DB, error) {
	where, err := a.where()
	if err != nil {
		return nil, nil, err
	}
	log, err := eventlog.OpenReadOnly(where)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, noLog(where)
	}
	if err != nil {
		return nil, nil, err
	}
	book, err := ledger.OpenReadOnly(where, log)
	if err != nil {
		return nil, nil, errors.Join(err, log.Close())
	}
	return book, log, nil
}

func noLog(dir string) error {
	return usageError{"there is no log in " + dir, "set PITCREW_DATA to the directory that pitcrew serve uses, or PITCREW_DATABASE_URL to its database"}
}

func closeBoth(book *ledger.Ledger, log *eventlog.DB) {
	book.Close() //nolint:errcheck // nothing was written
	log.Close()  //nolint:errcheck // nothing was written
}
