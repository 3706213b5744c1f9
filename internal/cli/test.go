package cli

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"

	"github.com/pitcrew-app/pitcrew/internal/story"
	"github.com/rs/zerolog"
	"github.com/spf13/cobra"
)

func testCommand(a *app) *cobra.Command {
	var update, noGit bool
	c := &cobra.Command{
		Use:   "test DIR...",
		Short: "play stories and compare their transcripts",
		Long: `Plays the stories (*.txtar) in directories and files: each starts a simulated GitHub and the whole program, and
compares what happened with what the story says. Needs git 2.38 or newer, or --no-git, which plays them faster: the simulated
GitHub then keeps its repositories in memory, and nothing in a story shows the difference.`,
		Example: "  pitcrew test testdata/scenarios",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if !noGit {
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
			return a.playAll(c.Context(), paths, update, noGit)
		},
	}
	c.Flags().BoolVar(&noGit, "no-git", false, "keep the simulated GitHub's repositories in memory")
	c.Flags().BoolVar(&update, "update", false, "write what happened into the stories; read the difference before you keep it")
	return c
}

// outcome is one story that was played.
type outcome struct {
	path string
	diff string
	err  error
}

func (a *app) playAll(ctx context.Context, paths []string, update, noGit bool) error {
	defer debug.SetGCPercent(debug.SetGCPercent(story.GCPercent))
	failed := 0
	for o := range stories(ctx, paths, update, noGit) {
		switch {
		case o.err != nil:
			failed++
			fmt.Fprintf(a.out, "FAIL  %s\n%v\n", o.path, o.err)
		case o.diff != "":
			failed++
			fmt.Fprintf(a.out, "FAIL  %s\n%s\n", o.path, o.diff)
		default:
			fmt.Fprintf(a.out, "ok    %s\n", o.path)
		}
	}
	fmt.Fprintf(a.out, "%d passed, %d failed\n", len(paths)-failed, failed)
	if failed > 0 {
		return errSilent
	}
	return nil
}

// stories plays stories side by side and gives their outcomes in the order of their paths.
func stories(ctx context.Context, paths []string, update, noGit bool) <-chan outcome {
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
				results[i] <- play(ctx, paths[i], update, noGit)
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

func play(ctx context.Context, path string, update, noGit bool) outcome {
	s, err := story.Read(path)
	if err != nil {
		return outcome{path: path, err: err}
	}
	diff, err := story.Check(ctx, s, story.Options{NoGit: noGit, Log: zerolog.Nop()}, update)
	return outcome{path: path, diff: diff, err: err}
}

var gitVersion = regexp.MustCompile(`(\d+)\.(\d+)`)

// checkGit wants git 2.38, which is the first with merge-tree --write-tree.
func checkGit(ctx context.Context) error {
	const hint = "the simulated GitHub keeps real repositories; install git 2.38 or newer"
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
