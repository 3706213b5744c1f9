package cli

import (
	"encoding/json"
	"errors"
	"io/fs"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/spf13/cobra"
)

func reportCommand(a *app) *cobra.Command {
	var asJSON bool
	var since string
	c := &cobra.Command{
		Use:   "report",
		Short: "print what pitcrew did and the minutes that it saved",
		Long: `Reads the log and ledger in PITCREW_DATA, also beside a running server, and adds up what was done and seen to have
happened. One minute for each chore on each pull request; the report ends with how it counts.`,
		Example: "  pitcrew report --since 2026-10-01",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			from, err := sinceDay(since)
			if err != nil {
				return err
			}
			book, log, err := openReadOnly(a)
			if err != nil {
				return err
			}
			defer closeBoth(book, log)
			report, err := book.Report(c.Context(), from, time.Now().UTC())
			if err != nil {
				return err
			}
			if asJSON {
				enc := json.NewEncoder(a.out)
				enc.SetIndent("", "  ")
				return enc.Encode(report)
			}
			return report.Text(a.out)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	c.Flags().StringVar(&since, "since", "", "the first day, like 2026-10-01 (default: the last 30 days)")
	return c
}

func sinceDay(text string) (time.Time, error) {
	if text == "" {
		return time.Now().UTC().AddDate(0, 0, -30), nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, usageError{"--since " + text + " is no day", "write it like 2026-10-01"}
	}
	return day, nil
}

// openReadOnly opens what a server keeps in PITCREW_DATA, beside it or after it.
func openReadOnly(a *app) (*ledger.Ledger, *eventlog.DB, error) {
	dir := (&reader{env: a.env}).text("PITCREW_DATA", "./data")
	log, err := eventlog.OpenReadOnly(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, usageError{"there is no log in " + dir, "set PITCREW_DATA to the directory that pitcrew serve uses"}
	}
	if err != nil {
		return nil, nil, err
	}
	book, err := ledger.OpenReadOnly(dir, log)
	if err != nil {
		return nil, nil, errors.Join(err, log.Close())
	}
	return book, log, nil
}

func closeBoth(book *ledger.Ledger, log *eventlog.DB) {
	book.Close() //nolint:errcheck // nothing was written
	log.Close()  //nolint:errcheck // nothing was written
}
