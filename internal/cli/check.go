package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/rules"
	"github.com/spf13/cobra"
)

// The names of the two files that can be checked.
const (
	platformFile = ".platform.yml"
	platformOrg  = ".platform.org.yml"
)

func checkCommand(a *app) *cobra.Command {
	var format, repo string
	var e effective
	c := &cobra.Command{
		Use:   "check [FILE]",
		Short: "say what is wrong with a .platform.yml",
		Long: `Reads a .platform.yml (or, by its name, an organisation's .platform.org.yml; - is standard input) and says everything
that is wrong with it, each with its line and column and what would be right. Needs neither a server nor GitHub.

With --repo it also asks GitHub whether the people, teams, labels, checks and merge methods that the file names are
there. That needs GITHUB_TOKEN, or the server's variables, and only reads.

--effective prints what holds instead: each setting with the layer and line that says so, built-in where no file does.
With --org FILE the organisation's file lies below, for the repository that --as names.

Exit code 0: nothing is wrong, though there may be notices; 1: there are errors; 2: it was asked for wrongly.

Formats: text; json; github (annotations, when it runs in GitHub Actions); sarif (for code scanning).`,
		Example: "  pitcrew check\n  pitcrew check --format github .platform.yml\n  pitcrew check --repo acme/api\n  pitcrew check --effective --org .platform.org.yml --as api",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			write, known := checkFormats[format]
			if !known {
				return usageError{fmt.Sprintf("there is no format %q", format), "write --format text, json, github or sarif"}
			}
			path := append(args, platformFile)[0]
			if e.wanted {
				return e.print(a, path)
			}
			f, err := readChecked(path)
			if err != nil {
				return err
			}
			if repo != "" {
				if err := a.askWorld(c.Context(), repo, f); err != nil {
					return err
				}
			}
			if err := write(a.out, f); err != nil {
				return err
			}
			if f.count(config.Error) > 0 {
				return errSilent
			}
			return nil
		},
	}
	c.Flags().StringVar(&format, "format", "text", "text, json, github or sarif")
	c.Flags().StringVar(&repo, "repo", "", "OWNER/REPO: also ask GitHub whether what the file names is there")
	e.flags(c.Flags())
	return c
}

// checked is a file that was checked.
type checked struct {
	Name     string           `json:"file"`
	Problems []config.Problem `json:"problems"`

	mentions []config.Mention
}

func (f *checked) count(level config.Level) int {
	n := 0
	for _, p := range f.Problems {
		if p.Level == level {
			n++
		}
	}
	return n
}

// readChecked reads a file, or standard input, and checks it.
func readChecked(path string) (*checked, error) {
	text, err := readGiven(path)
	if err != nil {
		return nil, err
	}
	f := &checked{Name: filepath.ToSlash(path)}
	check := config.Check
	if filepath.Base(path) == platformOrg {
		check = config.CheckOrg
	}
	f.Problems, f.mentions = check(f.Name, text, rules.Forms)
	return f, nil
}

// readGiven reads a file, or standard input for -.
func readGiven(path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(io.LimitReader(os.Stdin, 1<<20))
	}
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usageError{"there is no file " + path, "name one, or go to the top of a repository that has a " + platformFile}
	case err != nil:
		return nil, usageError{fmt.Sprintf("%s cannot be read: %v", path, errors.Unwrap(err)), "give a file, or - for standard input"}
	}
	return text, nil
}

// askWorld adds what GitHub says about the names in the file.
func (a *app) askWorld(ctx context.Context, repo string, f *checked) error {
	owner, name, ok := strings.Cut(repo, "/")
	if !ok || owner == "" || name == "" || strings.Contains(name, "/") {
		return usageError{fmt.Sprintf("--repo %s is no repository", repo), "write it as OWNER/REPO"}
	}
	client, err := a.door()
	if err != nil {
		return err
	}
	done := a.progress("asking GitHub about " + repo)
	defer done()
	ref, err := client.Find(ctx, owner, name)
	if err != nil {
		return notThere(err, repo)
	}
	world, err := client.World(ctx, ref, f.mentions)
	if err != nil {
		return err
	}
	f.Problems = append(f.Problems, config.Missing(f.mentions, world)...)
	config.Sort(f.Problems)
	return nil
}
