package cli

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/pitcrew-app/pitcrew/internal/bench"
	"github.com/spf13/cobra"
)

func benchCommand(a *app) *cobra.Command {
	var asJSON bool
	var database string
	c := &cobra.Command{
		Use:   "bench [NAME…]",
		Short: "measure pitcrew on this machine",
		Long: `Measures pitcrew on this machine, without GitHub, and prints each number beside its floor, which is what the bare
operation costs in the same run, and its target. Needs git 2.38 or newer. Without a name it runs all of them, which
takes a few minutes and half a gigabyte in the directory for temporary files:

` + benchList(),
		Example:   "  pitcrew bench ingest pages\n  pitcrew bench --json",
		ValidArgs: bench.Names(),
		RunE: func(c *cobra.Command, names []string) error {
			if err := checkGit(c.Context()); err != nil {
				return err
			}
			picked, err := bench.Named(names)
			if err != nil {
				return usageError{err.Error(), ""}
			}
			return a.bench(c.Context(), picked, database, asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	c.Flags().StringVar(&database, "database", "", "URL of an empty PostgreSQL database to measure as well; it is emptied again")
	return c
}

func benchList() string {
	var b strings.Builder
	for _, x := range bench.All {
		fmt.Fprintf(&b, "  %-8s %s\n", x.Name, x.Doc)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// bench runs benches. What it is doing goes to standard error, so that the rows can be piped.
func (a *app) bench(ctx context.Context, picked []bench.Bench, database string, asJSON bool) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	rows, err := bench.Run(ctx, picked, bench.Options{Binary: self, Database: database, Say: func(what string) { fmt.Fprintln(a.err, what) }})
	if err != nil {
		return err
	}
	if asJSON {
		return bench.JSON(a.out, rows)
	}
	return bench.Table(a.out, rows)
}
