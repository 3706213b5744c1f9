package cli

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/internal/story"
	"github.com/pitcrew-app/pitcrew/rules"
	"github.com/rs/zerolog"
	"github.com/spf13/cobra"
)

// testRun is how stories are played.
type testRun struct {
	update, noGit, asJSON bool
	with, org             string // files that lie under the stories without their own
	platform, below       []byte // their texts; nil: there is none
}

func testCommand(a *app) *cobra.Command {
	var p testRun
	c := &cobra.Command{
		Use:   "test DIR...",
		Short: "play stories and compare what happens with what they say",
		Long: `Plays the stories (*.txtar) in directories and files: each starts a simulated GitHub and the whole program, without a
network, and compares what happened with what the story says. Whoever writes a policy keeps its tests in this form: a
situation, and in a section decide what is expected of each pull request in it.

    pitcrew test --with .platform.yml tests/

--with FILE is the .platform.yml of every story that has none of its own; --org FILE, the organisation's file beside it. So
a repository tests the file that it has, and an organisation the one that lies below all of its repositories. Either must
be right: what pitcrew check calls an error is said before anything is played.

docs/policy-tests.md shows how a story is written. --json prints one object: passed, failed, and stories, each with path,
promise, passed, error, diff (of a transcript) and mismatches: line, pull_request, expected, decided, where.

Exit code 0: all passed; 1: a story is decided otherwise, or is wrong itself; 2: it was asked for wrongly.

Needs git 2.38 or newer, or --no-git, which plays them faster: the simulated GitHub then keeps its repositories in
memory, and nothing in a story shows the difference.`,
		Example: "  pitcrew test tests\n  pitcrew test --with .platform.yml --org ../.github/.platform.org.yml --no-git tests",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := p.read(a); err != nil {
				return err
			}
			if !p.noGit {
				if err := checkGit(c.Context()); err != nil {
					return err
				}
			}
			paths, err := story.Find(args)
			if err != nil {
				return usageError{err.Error(), "give directories or files with stories"}
			}
			if len(paths) == 0 {
				return usageError{"no stories there", "a story is a file that ends in .txtar"}
			}
			return a.playAll(c.Context(), paths, p)
		},
	}
	c.Flags().StringVar(&p.with, "with", "", "the .platform.yml of stories that have none")
	c.Flags().StringVar(&p.org, "org", "", "the .platform.org.yml of stories that have none")
	c.Flags().BoolVar(&p.asJSON, "json", false, "print as JSON")
	c.Flags().BoolVar(&p.noGit, "no-git", false, "keep the simulated GitHub's repositories in memory")
	c.Flags().BoolVar(&p.update, "update", false, "write what happened into the stories; read the difference before you keep it")
	return c
}

// read reads the files that lie under the stories. One that is wrong would fail every story for the same reason.
func (p *testRun) read(a *app) error {
	var err error
	if p.platform, err = readRight(a, p.with, config.Check); err != nil {
		return err
	}
	p.below, err = readRight(a, p.org, config.CheckOrg)
	return err
}

// readRight reads a file in which nothing is wrong; nil: none is named.
func readRight(a *app, path string, check func(string, []byte, []config.Form) ([]config.Problem, []config.Mention)) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	text, err := readGiven(path)
	if err != nil {
		return nil, err
	}
	f := &checked{Name: path}
	if f.Problems, _ = check(path, text, rules.Forms); f.count(config.Error) == 0 {
		return text, nil
	}
	if err := checkedText(a.err, f); err != nil {
		return nil, err
	}
	return nil, usageError{path + " is wrong, so nothing would be decided by it", "mend what is said above; pitcrew check " + path + " says it again"}
}

// outcome is one story that was played.
type outcome struct {
	Path       string           `json:"path"`
	Promise    string           `json:"promise,omitempty"`
	Passed     bool             `json:"passed"`
	Error      string           `json:"error,omitempty"` // of the story itself, with its line
	Diff       string           `json:"diff,omitempty"`  // of a transcript
	Mismatches []story.Mismatch `json:"mismatches,omitempty"`
}

func (a *app) playAll(ctx context.Context, paths []string, p testRun) error {
	defer debug.SetGCPercent(debug.SetGCPercent(story.GCPercent))
	done := struct {
		Passed  int       `json:"passed"`
		Failed  int       `json:"failed"`
		Stories []outcome `json:"stories"`
	}{Stories: []outcome{}}
	for o := range stories(ctx, paths, p) {
		if o.Passed {
			done.Passed++
		} else {
			done.Failed++
		}
		done.Stories = append(done.Stories, o)
		if !p.asJSON {
			fmt.Fprint(a.out, o.text())
		}
	}
	if p.asJSON {
		if err := printJSON(a.out, done); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(a.out, "%d passed, %d failed\n", done.Passed, done.Failed)
	}
	if done.Failed > 0 {
		return errSilent
	}
	return nil
}

// text is an outcome for people: a line where it passed, else what was promised and each difference.
func (o outcome) text() string {
	if o.Passed {
		return fmt.Sprintf("ok    %s\n", o.Path)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "FAIL  %s\n", o.Path)
	if o.Promise != "" {
		b.WriteString(indent(o.Promise, "  ", "  ") + "\n")
	}
	if o.Error != "" {
		b.WriteString("  " + strings.ReplaceAll(o.Error, "\n", "\n  ") + "\n")
	}
	for _, m := range o.Mismatches {
		b.WriteString("  " + strings.ReplaceAll(strings.TrimSpace(m.String()), "\n", "\n  ") + "\n")
	}
	return b.String() + o.Diff
}

// stories plays stories side by side and gives their outcomes in the order of their paths.
func stories(ctx context.Context, paths []string, p testRun) <-chan outcome {
	results := make([]chan outcome, len(paths))
	var next sync.Mutex
	at := 0
	take := func() int {
		next.Lock()
		defer next.Unlock()
		at++
		return at - 1
	}
	for i := range results {
		results[i] = make(chan outcome, 1)
	}
	for range runtime.GOMAXPROCS(0) {
		go func() {
			for i := take(); i < len(paths); i = take() {
				results[i] <- p.play(ctx, paths[i])
			}
		}()
	}
	ordered := make(chan outcome)
	go func() {
		for _, r := range results {
			ordered <- <-r
		}
		close(ordered)
	}()
	return ordered
}

// play plays one story.
func (p testRun) play(ctx context.Context, path string) outcome {
	o := outcome{Path: path}
	err := p.compare(ctx, &o)
	if err != nil {
		o.Error = err.Error()
	}
	o.Passed = err == nil && o.Diff == "" && len(o.Mismatches) == 0
	return o
}

func (p testRun) compare(ctx context.Context, o *outcome) error {
	s, err := story.Read(o.Path)
	if err != nil {
		return err
	}
	o.Promise = s.Promise
	s.Under(p.platform, p.below)
	options := story.Options{NoGit: p.noGit, Log: zerolog.Nop()}
	if s.Decide == "" || p.update {
		o.Diff, err = story.Check(ctx, s, options, p.update)
		return err
	}
	o.Mismatches, err = story.Decide(ctx, s, options)
	return err
}

var gitVersion = regexp.MustCompile(`(\d+)\.(\d+)`)

// checkGit wants git 2.38, which is the first with merge-tree --write-tree.
func checkGit(ctx context.Context) error {
	const hint = "the simulated GitHub keeps real repositories; install git 2.38 or newer, or say --no-git"
	out, err := exec.CommandContext(ctx, "git", "version").Output()
	if err != nil {
		return usageError{"git cannot be run: " + err.Error(), hint}
	}
	m := gitVersion.FindStringSubmatch(string(out))
	if m == nil {
		return usageError{fmt.Sprintf("git says %q, which is no version", out), hint}
	}
	major, _ := strconv.Atoi(m[1])
	minor, _ := strconv.Atoi(m[2])
	if major < 2 || major == 2 && minor < 38 {
		return usageError{"git is " + m[0], hint}
	}
	return nil
}
