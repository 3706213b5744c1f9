package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/spf13/cobra"
)

func forgetCommand(a *app) *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use:   "forget PERSON",
		Short: "forget who a person is",
		Long: `Forgets who a person is, for good. PERSON is a login or GitHub's numeric id of a user.

The log never holds a name: a person is a random token there, and one table says who is behind it. The row of that
table is deleted and overwritten. What the person did stays in the log and in the report, as done by somebody. Raw
deliveries, which are kept for days and may name anybody, are all deleted with the keys that they are encrypted with.
If the person comes back, they get another token, which nothing connects with the one of before.

What GitHub itself shows is GitHub's: pull requests, and the name of an account that has repositories or an
installation. Backups that were made before still know the person; they are yours to delete.

Without --yes it says what it would do, and changes nothing. Stop pitcrew serve first where it writes to PITCREW_DATA;
beside a database it may go on, and lets go of the person within a minute.`,
		Example: "  pitcrew forget ana\n  pitcrew forget 583231 --yes",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			where, err := a.where()
			if err != nil {
				return err
			}
			if yes {
				return forget(c.Context(), a, where, args[0])
			}
			return sayForget(c.Context(), a, where, args[0])
		},
	}
	c.Flags().BoolVar(&yes, "yes", false, "do it")
	return c
}

// sayForget says what forget would do.
func sayForget(ctx context.Context, a *app, where, who string) error {
	log, err := eventlog.OpenReadOnly(where)
	if errors.Is(err, fs.ErrNotExist) {
		return noLog(where)
	}
	if err != nil {
		return err
	}
	defer log.Close() //nolint:errcheck // nothing was written
	person, err := findPerson(ctx, log, who)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s, GitHub's user %d, would be forgotten for good, and all raw deliveries deleted.\nNothing was changed. To do it, add --yes.\n", person.Login, person.ID)
	return errSilent
}

func forget(ctx context.Context, a *app, where, who string) (err error) {
	if _, err := eventlog.Schemas(where); errors.Is(err, fs.ErrNotExist) {
		return noLog(where) // a directory is made by serve alone
	}
	log, err := eventlog.Open(where, eventlog.Options{Now: a.clock})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	person, err := findPerson(ctx, log, who)
	if err != nil {
		return err
	}
	raw, err := log.Erase(ctx, person.ID)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s, GitHub's user %d, is forgotten. Raw deliveries deleted: %d.\n", person.Login, person.ID, raw)
	return nil
}

// findPerson is the one person who is called so.
func findPerson(ctx context.Context, log *eventlog.DB, who string) (eventlog.Known, error) {
	found, err := log.Find(ctx, who)
	switch {
	case err != nil:
		return eventlog.Known{}, err
	case len(found) == 0:
		return eventlog.Known{}, usageError{fmt.Sprintf("nobody called %q is known", who), "the login may have changed: give GitHub's numeric id, which `gh api users/LOGIN --jq .id` prints"}
	case len(found) > 1:
		return eventlog.Known{}, usageError{fmt.Sprintf("%q may be the users %d and %d", who, found[0].ID, found[1].ID), "give the numeric id"}
	}
	return found[0], nil
}
