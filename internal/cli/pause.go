package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pitcrew-app/pitcrew/internal/engine"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
	"github.com/pitcrew-app/pitcrew/server"
	"github.com/spf13/cobra"
)

func pauseCommand(a *app) *cobra.Command {
	return pausingCommand(a, false, &cobra.Command{
		Use:   "pause [OWNER/REPO | OWNER]",
		Short: "stop merging in a repository, a branch or an organisation; without a name, say what is stopped",
		Long: `Nothing is merged there until pitcrew resume says so, and no branch is updated in order to land. Whoever is in line
keeps the place. Everything else goes on: reviewers are asked, and the check run says since when merging is paused.

It takes effect at the next look at each branch, which is at once. It works beside a running server: in its database,
or, where it writes to PITCREW_DATA, through its pages, at PITCREW_PAGES_ADDR and with PITCREW_PAGES_TOKEN.`,
		Example: "  pitcrew pause acme/api --base main\n  pitcrew pause acme --dry-run\n  pitcrew pause",
		Args:    cobra.MaximumNArgs(1),
	})
}

func resumeCommand(a *app) *cobra.Command {
	return pausingCommand(a, true, &cobra.Command{
		Use:   "resume OWNER/REPO | OWNER",
		Short: "go on with merging where it was paused",
		Long: `Ends the pause of this very place: that of a branch is not ended by resuming its repository, nor the other way
round, and what holds all the same is named. The line goes on where it stood.

It works beside a running server, as pitcrew pause does.`,
		Example: "  pitcrew resume acme/api --base main\n  pitcrew resume acme",
		Args:    cobra.ExactArgs(1),
	})
}

// pausingCommand gives one of the two commands what both have.
func pausingCommand(a *app, resume bool, c *cobra.Command) *cobra.Command {
	wish := server.PauseWish{Resume: resume}
	var asJSON bool
	c.Flags().StringVar(&wish.Base, "base", "", "only this branch, like main (default: every one)")
	c.Flags().BoolVar(&wish.DryRun, "dry-run", false, "say what would change, and change nothing")
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	c.RunE = func(c *cobra.Command, args []string) error {
		where, err := a.where()
		if err != nil {
			return err
		}
		if len(args) == 0 {
			return listPaused(c.Context(), a, where, asJSON)
		}
		wish.Where = args[0]
		answer, err := wished(c.Context(), a, where, wish)
		switch {
		case err != nil:
			return err
		case asJSON:
			return printJSON(a.out, answer)
		}
		_, err = fmt.Fprint(a.out, sayPausing(resume, answer))
		return err
	}
	return c
}

// wished does what a wish asks for: in the log, or through the server that has it open.
func wished(ctx context.Context, a *app, where string, w server.PauseWish) (server.PauseAnswer, error) {
	if owner, repo, ok := strings.Cut(w.Where, "/"); owner == "" || ok && repo == "" || strings.Contains(repo, "/") {
		return server.PauseAnswer{}, usageError{fmt.Sprintf("%q is no repository and no organisation", w.Where), "write it like acme/api, or acme for the whole organisation"}
	} else if !ok && w.Base != "" {
		return server.PauseAnswer{}, usageError{"--base names a branch of a repository, and " + w.Where + " is an organisation", "write " + w.Where + "/REPO, or leave --base out"}
	}
	log, err := openToPause(where, w.DryRun, a)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return server.PauseAnswer{}, noLog(where)
	case errors.Is(err, eventlog.ErrInUse):
		return askServer(ctx, a, w)
	case err != nil:
		return server.PauseAnswer{}, err
	}
	answer, err := server.Pausing(ctx, log, a.clock(), w)
	var unknown engine.UnknownPlaceError
	if errors.As(err, &unknown) {
		err = usageError{unknown.Error(), unknown.Hint()}
	}
	return answer, errors.Join(err, log.Close())
}

func openToPause(where string, dry bool, a *app) (*eventlog.DB, error) {
	if dry {
		return eventlog.OpenReadOnly(where)
	}
	if _, err := eventlog.Schemas(where); errors.Is(err, fs.ErrNotExist) {
		return nil, err // a directory is made by serve alone
	}
	return eventlog.Open(where, eventlog.Options{Now: a.clock})
}

// listPaused says what is paused.
func listPaused(ctx context.Context, a *app, where string, asJSON bool) error {
	log, err := eventlog.OpenReadOnly(where)
	if errors.Is(err, fs.ErrNotExist) {
		return noLog(where)
	}
	if err != nil {
		return err
	}
	defer log.Close() //nolint:errcheck // nothing was written
	all, err := server.AllPaused(ctx, log)
	switch {
	case err != nil:
		return err
	case asJSON:
		return printJSON(a.out, all)
	case len(all) == 0:
		fmt.Fprintln(a.out, "Nothing is paused.")
	}
	for _, p := range all {
		fmt.Fprintf(a.out, "%s.\n  To go on: %s\n", hasBeen(p), p.Resume())
	}
	return nil
}

// sayPausing is what people read of an answer.
func sayPausing(resume bool, n server.PauseAnswer) string {
	this := server.PauseJSON{Where: n.Where, Base: n.Base}
	what, line := "Merging "+this.Place(), ledger.Count(n.InLine, "pull request")+" in line"
	var b strings.Builder
	switch {
	case !n.Changed && resume:
		fmt.Fprintf(&b, "%s is not paused; nothing was changed.\n", what)
	case !n.Changed:
		fmt.Fprintf(&b, "%s already; nothing was changed.\n", hasBeen(n.Pauses[0]))
	case n.DryRun && resume:
		fmt.Fprintf(&b, "%s would go on, with %s. Nothing was changed.\n", what, line)
	case n.DryRun:
		fmt.Fprintf(&b, "%s would be paused, with %s. Nothing was changed.\n", what, line)
	case resume:
		fmt.Fprintf(&b, "%s goes on, with %s.\n", what, line)
	default:
		fmt.Fprintf(&b, "%s is paused, with %s.\n  To go on: %s\n", what, line, this.Resume())
	}
	if n.Base != "" && !n.Seen && !resume {
		fmt.Fprintf(&b, "No pull request into %s was seen yet; is that how the branch is called?\n", n.Base)
	}
	for _, p := range n.Others {
		fmt.Fprintf(&b, "%s, which holds it as well.\n  To go on there: %s\n", hasBeen(p), p.Resume())
	}
	return b.String()
}

func hasBeen(p server.PauseJSON) string {
	text := "Merging " + p.Place() + " has been paused since " + p.Since.Format("2006-01-02 15:04 MST")
	if p.Why == rules.CodeMismatch {
		text += fmt.Sprintf(" by pitcrew itself, for the merge of #%d made something else than what was decided", p.Pull)
	}
	return text
}
