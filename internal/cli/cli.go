// Package cli is the command line: one file a command, each named in commands.
//
// Its rules: a command says what it will do before it changes something, shows progress when it takes longer than a
// second, and answers a mistake with one sentence that names what is wrong and what to do, and exit code 2. What a
// machine may read comes with --json. NO_COLOR and pipes are respected.
//
// To add a command, write one file here and name it in commands.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// Exit codes: 0 it worked, 1 it did not (or a test failed), 2 it was asked for wrongly.
const (
	exitFailed = 1
	exitUsage  = 2
)

// commands is every command, the most wanted first.
var commands = []func(*app) *cobra.Command{
	demoCommand, serveCommand, doctorCommand, checkCommand, explainCommand, simulateCommand, reportCommand, pauseCommand, resumeCommand, migrateCommand, backupCommand, restoreCommand, forgetCommand, testCommand, simCommand, benchCommand, completionCommand, versionCommand,
}

// app is what commands share.
type app struct {
	out, err io.Writer
	env      func(string) string
	now      func() time.Time // nil: time.Now
}

func (a *app) clock() time.Time {
	if a.now == nil {
		return time.Now()
	}
	return a.now()
}

// usageError is a mistake of whoever typed the command or set the variables: exit code 2.
type usageError struct {
	what string
	hint string
}

func (e usageError) Error() string {
	if e.hint == "" {
		return e.what
	}
	return e.what + "\n  " + e.hint
}

// errSilent ends the program with exit code 1 after a command has said all that there is to say.
var errSilent = errors.New("")

// Main runs the command line and returns the exit code.
func Main(args []string, out, err io.Writer) int {
	ctx, stop := interruptible()
	defer stop()
	root := newRoot(&app{out: out, err: err, env: os.Getenv})
	root.SetArgs(args)
	return exitCode(root.ExecuteContext(ctx), err)
}

// interruptible ends its context at the first SIGINT or SIGTERM, and the program at the second.
func interruptible() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		cancel()
		<-signals
		os.Exit(128 + int(syscall.SIGTERM))
	}()
	return ctx, func() { signal.Stop(signals); cancel() }
}

func exitCode(err error, w io.Writer) int {
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errSilent):
		return exitFailed
	case errors.As(err, &usage):
		fmt.Fprintln(w, "pitcrew: "+usage.Error())
		return exitUsage
	}
	fmt.Fprintln(w, "pitcrew: "+err.Error())
	return exitFailed
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "pitcrew",
		Short: "does the chores around pull requests, and says why",
		Long: `pitcrew is a GitHub App that you host yourself. It reads one file in each repository, .platform.yml, and from it
assigns reviewers, keeps branches up to date, merges what is approved, takes a library's new version to every
repository that uses it, and adds up the minutes that it saved.

See it at work, without GitHub:    pitcrew demo
Run it for your organisation:      pitcrew serve --help`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          known,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },

		SuggestionsMinimumDistance: 2,
	}
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usageError{err.Error(), "see " + c.CommandPath() + " --help"}
	})
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages", ".FlagUsagesWrapped 80"))
	root.Long = fill(root.Long)
	for _, command := range commands {
		root.AddCommand(withUsageErrors(command(a)))
	}
	return root
}

// known refuses what is no command.
func known(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := "see pitcrew --help"
	if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, " or ") + "? " + hint
	}
	return usageError{fmt.Sprintf("there is no command %q", args[0]), hint}
}

// withUsageErrors makes a wrong number of arguments exit code 2, with a hint, and fits the help to a terminal.
func withUsageErrors(c *cobra.Command) *cobra.Command {
	c.Long = fill(c.Long)
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return usageError{c.Name() + ": " + err.Error(), "write it as: " + c.UseLine() + "; see " + c.CommandPath() + " --help"}
			}
			return nil
		}
	}
	return c
}

// fill breaks the paragraphs of a text anew, to the width of a terminal. One that is laid out by hand stays as it is.
func fill(text string) string {
	paragraphs := strings.Split(text, "\n\n")
	for i, p := range paragraphs {
		if !strings.Contains(p, "   ") && !strings.Contains(p, "\n  ") && !strings.HasPrefix(p, "  ") {
			paragraphs[i] = indent(p, "", "")
		}
	}
	return strings.Join(paragraphs, "\n\n")
}
