package cli

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/internal/engine"
	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
	"github.com/spf13/cobra"
)

func simulateCommand(a *app) *cobra.Command {
	var sim simulation
	var asJSON bool
	c := &cobra.Command{
		Use:   "simulate OWNER/REPO --with FILE",
		Short: "say what another .platform.yml would decide differently",
		Long: `Reads the open pull requests of a repository and the last merged ones, decides each with the configuration that holds
and with FILE in its place, and says which would be decided differently, and how. Merged ones are decided as they were
when they landed. A FILE called .platform.org.yml takes the place of the organisation's.

It only reads, one query for each 50 pull requests: through the App, where the server's variables are set, else with
GITHUB_TOKEN, a token that may read. What pitcrew remembers (its own updates, whom it asked) is not asked for.

--json prints one object: repository, file, sentence, open and landed, each with read, all and differ, observe, and
differences, each with number, landed and rules: rule, was and is, which are lists of code, state and sentence. Keys
are only ever added.

Exit code 0: it could be compared; 1: FILE is wrong, or GitHub could not be read; 2: it was asked for wrongly.`,
		Example: "  pitcrew simulate acme/api --with .platform.yml\n  pitcrew simulate acme/api --with new.yml --base release/2 --landed 200",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, err := sim.run(c.Context(), a, args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(a.out, sim.document(args[0], p))
			}
			return sim.print(a, p)
		},
	}
	c.Flags().StringVar(&sim.with, "with", "", "the file to decide with")
	c.Flags().StringVar(&sim.base, "base", "", "the branch whose file it is; the default branch, where none is named")
	c.Flags().IntVar(&sim.open, "open", 1000, "at most so many open pull requests, those that changed last")
	c.Flags().IntVar(&sim.landed, "landed", 50, "so many of those that were merged last")
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return c
}

// simulation is what is to be compared.
type simulation struct {
	with, base   string
	open, landed int
}

// maxSimulated bounds what is read: more is a matter of hours.
const maxSimulated = 5000

func (s simulation) check(name string) error {
	owner, repo, _ := strings.Cut(name, "/")
	switch {
	case owner == "" || repo == "" || strings.Contains(repo, "/"):
		return usageError{fmt.Sprintf("%q is no repository", name), "write it as OWNER/REPO"}
	case s.with == "":
		return usageError{"there is nothing to compare with", "name a file: --with .platform.yml"}
	case s.open < 0 || s.landed < 0 || s.open > maxSimulated || s.landed > maxSimulated:
		return usageError{"--open and --landed count pull requests", fmt.Sprintf("write a number from 0 to %d", maxSimulated)}
	}
	return nil
}

// run reads both, and compares.
func (s *simulation) run(ctx context.Context, a *app, name string) (rules.Preview, error) {
	if err := s.check(name); err != nil {
		return rules.Preview{}, err
	}
	text, err := s.read(a)
	if err != nil {
		return rules.Preview{}, err
	}
	client, err := a.door()
	if err != nil {
		return rules.Preview{}, err
	}
	owner, repo, _ := strings.Cut(name, "/")
	ref, err := client.Find(ctx, owner, repo)
	if err != nil {
		return rules.Preview{}, notThere(err, name)
	}
	change := github.Change{Name: s.kind(), Branch: s.base, Blob: client.Offer(ref.Installation, text)}
	return s.compare(ctx, a, client, ref, change)
}

// kind is which of our two files it stands for.
func (s simulation) kind() string {
	if filepath.Base(s.with) == platformOrg {
		return rules.OrgConfigName
	}
	return rules.ConfigName
}

// read reads the file. One that is wrong decides nothing, so there is nothing to compare.
func (s simulation) read(a *app) ([]byte, error) {
	text, err := readGiven(s.with)
	if err != nil {
		return nil, err
	}
	f := &checked{Name: filepath.ToSlash(s.with)}
	check := config.Check
	if s.kind() == rules.OrgConfigName {
		check = config.CheckOrg
	}
	f.Problems, _ = check(f.Name, text, rules.Forms)
	if f.count(config.Error) == 0 {
		return text, nil
	}
	if err := checkedText(a.err, f); err != nil {
		return nil, err
	}
	return nil, errSilent
}

func (s *simulation) compare(ctx context.Context, a *app, client *github.Client, ref github.RepoRef, change github.Change) (rules.Preview, error) {
	p := rules.Preview{At: a.clock()}
	var c *engine.Comparison
	for _, q := range []github.ListQuery{{Most: s.open}, {Most: s.landed, Landed: true}} {
		noun := "open"
		if q.Landed {
			noun = "merged"
		}
		say := a.counting("reading " + noun + " pull requests of " + ref.FullName())
		q.Tell = say
		list, err := client.List(ctx, ref, q)
		say(0, 0)
		if err != nil {
			return p, err
		}
		p.Counts(q.Landed, list.All)
		for _, pull := range list.Pulls {
			if c == nil {
				if change.Branch == "" {
					change.Branch = pull.Repo.DefaultBranch
				}
				c = &engine.Comparison{GitHub: client, Rules: rules.All, Ref: ref, Under: client.Under(change), Complete: byID}
			}
			d, observe, err := c.Differ(ctx, pull)
			if err != nil {
				return p, err
			}
			p.Observe = cmp.Or(p.Observe, observe)
			p.Add(d, false)
		}
	}
	return p, nil
}
