package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// doctorSteps is what `pitcrew doctor` looks at, in the order of installing: what fails early explains what fails later.
// To add a step, write a function and name it here.
var doctorSteps = []doctorStep{
	{name: "settings", check: checkSettings},
	{name: "addresses", check: checkAddresses},
	{name: "data", check: checkData},
	{name: "integrity", check: checkIntegrity},
	{name: "log", check: checkLog},
	{name: "ledger", check: checkLedger},
	{name: "github", asks: true, check: checkReached},
	{name: "clock", asks: true, check: checkClock},
	{name: "app", asks: true, check: checkApp},
	{name: "permissions", asks: true, check: checkPermissions},
	{name: "events", asks: true, check: checkEvents},
	{name: "webhook", asks: true, check: checkWebhook},
	{name: "deliveries", asks: true, check: checkDeliveries},
	{name: "arrivals", asks: true, check: checkArrivals},
	{name: "installations", asks: true, check: checkInstallations},
	{name: "limits", asks: true, check: checkLimits},
	{name: "names", asks: true, check: checkNames},
}

// doctorStep is one thing to look at. It gives at least one finding.
type doctorStep struct {
	name  string
	asks  bool // GitHub; left out with --offline
	check func(context.Context, *patient) []finding
}

// state is what became of a step: its word in --json.
type state string

const (
	stateOK      state = "ok"
	stateWrong   state = "wrong"   // somebody must do something
	stateSkipped state = "skipped" // cannot be told, or not yet
)

// shapes stand for states on a terminal.
var shapes = map[state]string{stateOK: "●", stateWrong: "▲", stateSkipped: "○"}

// finding is what was seen at a step, in words for an operator.
type finding struct {
	Name  string `json:"name"`
	State state  `json:"state"`
	Says  string `json:"says"`
	Do    string `json:"do,omitempty"` // what puts it right, or what would let it be told
}

func healthy(format string, args ...any) []finding {
	return []finding{{State: stateOK, Says: fmt.Sprintf(format, args...)}}
}

func wrong(says, do string) []finding {
	return []finding{{State: stateWrong, Says: says, Do: do}}
}

func skipped(says, do string) []finding {
	return []finding{{State: stateSkipped, Says: says, Do: do}}
}

// patient is the installation that is looked at, and what steps have found out for those after them.
type patient struct {
	env      func(string) string
	now      func() time.Time
	next     http.RoundTripper // to GitHub
	settings settings          // as far as they could be read
	github   *answers          // nil: not asked yet
}

func doctorCommand(a *app) *cobra.Command {
	var asJSON, offline bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "check the installation, and say what to do",
		Long: `Looks at each step of the installation with the settings that serve would use: the variables, the data directory, the
App's key, permissions, events and webhook on GitHub, whether deliveries arrive, each organisation where the App is
installed, and whether what their files name is on GitHub. It changes nothing, and may run beside the server.

  ●  in order     ▲  needs you     ○  could not be told

Exit code 0 if nothing needs you, else 1.`,
		Example: "  pitcrew doctor\n  pitcrew doctor --offline\n  pitcrew doctor --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if isTerminal(a.err) && !offline {
				fmt.Fprintln(a.err, "Looking at settings and data, then asking GitHub …")
			}
			p := &patient{env: a.env, now: time.Now, next: http.DefaultTransport}
			found := p.examine(c.Context(), offline)
			if err := writeFindings(a.out, found, asJSON); err != nil {
				return err
			}
			if needing(found) > 0 {
				return errSilent
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	c.Flags().BoolVar(&offline, "offline", false, "look only at what is on this machine, and ask GitHub nothing")
	return c
}

// examine takes every step, whatever the steps before it found.
func (p *patient) examine(ctx context.Context, offline bool) []finding {
	var all []finding
	for _, step := range doctorSteps {
		if ctx.Err() != nil {
			return all
		}
		found := skipped("not asked, because of --offline", "")
		if !step.asks || !offline {
			found = step.check(ctx, p)
		}
		for _, f := range found {
			f.Name = step.name
			all = append(all, f)
		}
	}
	return all
}

func needing(found []finding) (n int) {
	for _, f := range found {
		if f.State == stateWrong {
			n++
		}
	}
	return n
}

// verdictOf is the first sentence.
func verdictOf(found []finding) string {
	switch n := needing(found); n {
	case 0:
		return "Nothing needs you."
	case 1:
		return "One thing needs you."
	default:
		return fmt.Sprintf("%d things need you.", n)
	}
}

func writeFindings(w io.Writer, found []finding, asJSON bool) error {
	if asJSON {
		out := json.NewEncoder(w)
		out.SetIndent("", "  ")
		out.SetEscapeHTML(false)
		return out.Encode(struct {
			OK     bool      `json:"ok"`
			Says   string    `json:"says"`
			Checks []finding `json:"checks"`
		}{needing(found) == 0, verdictOf(found), found})
	}
	var text strings.Builder
	text.WriteString(verdictOf(found) + "\n\n")
	for _, f := range found {
		fmt.Fprintf(&text, "%s  %-14s %s\n", shapes[f.State], f.Name, oneLine(f.Says))
		if f.Do != "" {
			fmt.Fprintf(&text, "%18s→ %s\n", "", oneLine(f.Do))
		}
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// oneLine keeps a list a list, whatever an error has in it.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// hintOf splits an error for people into what is wrong and what to do.
func hintOf(err error) (says, do string) {
	var usage usageError
	if errors.As(err, &usage) {
		return usage.what, usage.hint
	}
	return err.Error(), ""
}
