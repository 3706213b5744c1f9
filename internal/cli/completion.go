package cli

import (
	"io"

	"github.com/spf13/cobra"
)

// shells are those that can be taught to complete pitcrew's commands.
var shells = []struct {
	name  string
	write func(*cobra.Command, io.Writer) error
}{
	{"bash", func(root *cobra.Command, w io.Writer) error { return root.GenBashCompletionV2(w, true) }},
	{"zsh", (*cobra.Command).GenZshCompletion},
	{"fish", func(root *cobra.Command, w io.Writer) error { return root.GenFishCompletion(w, true) }},
	{"powershell", (*cobra.Command).GenPowerShellCompletionWithDesc},
}

func completionCommand(a *app) *cobra.Command {
	var names []string
	for _, s := range shells {
		names = append(names, s.name)
	}
	return &cobra.Command{
		Use:   "completion bash|zsh|fish|powershell",
		Short: "print a script that completes commands in your shell",
		Long: `Prints a script that makes a shell complete pitcrew's commands and flags. Load it in the shell that you are in, or put
it where the shell looks when it starts.`,
		Example: "  source <(pitcrew completion bash)\n" +
			"  pitcrew completion zsh > \"${fpath[1]}/_pitcrew\"\n" +
			"  pitcrew completion fish > ~/.config/fish/completions/pitcrew.fish\n" +
			"  pitcrew completion powershell | Out-String | Invoke-Expression",
		Args:                  cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		ValidArgs:             names,
		DisableFlagsInUseLine: true,
		RunE: func(c *cobra.Command, args []string) error {
			for _, s := range shells {
				if s.name == args[0] {
					return s.write(c.Root(), a.out)
				}
			}
			return nil
		},
	}
}
