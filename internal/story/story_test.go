package story

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pitcrew-app/pitcrew/internal/contract"
	"github.com/pitcrew-app/pitcrew/internal/ghsim"
	"github.com/rs/zerolog"
)

var (
	update  = flag.Bool("update", false, "rewrite the transcripts of the stories")
	verbose = flag.Bool("log", false, "show the program's own log")
)

const scenarios = "../../testdata/scenarios"

// TestStories plays every story, with GitHub's own description of its API judging each request.
func TestStories(t *testing.T) { playAll(t, false) }

// TestStoriesWithoutGit plays them again on a GitHub that keeps its repositories in memory: nobody may see a difference.
func TestStoriesWithoutGit(t *testing.T) { playAll(t, true) }

func playAll(t *testing.T, noGit bool) {
	paths, err := Find([]string{scenarios})
	if err != nil || len(paths) == 0 {
		t.Fatalf("no stories in %s: %v", scenarios, err)
	}
	referee, err := contract.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			s, err := Read(path)
			if err != nil {
				t.Fatal(err)
			}
			diff, err := Check(context.Background(), s, Options{NoGit: noGit, Referee: judge(referee), Hooks: referee.Webhook, Log: logger(), Rest: replays}, *update && !noGit)
			if err != nil {
				t.Fatal(err)
			}
			if diff != "" {
				t.Errorf("%s\n%s", s.Promise, diff)
			}
		})
	}
}

// judge holds every request, and every answer to it, to GitHub's own description of its API.
func judge(r *contract.Referee) func(ghsim.Exchange) error {
	return func(x ghsim.Exchange) error {
		if err := r.Request(x.Request, x.Body); err != nil {
			return err
		}
		return r.Response(x.Request, x.Status, x.Header, x.Response)
	}
}

func logger() zerolog.Logger {
	if !*verbose {
		return zerolog.Nop()
	}
	return zerolog.New(zerolog.ConsoleWriter{Out: os.Stderr})
}

// A transcript that differs by one line must be noticed, or no story proves anything.
func TestDiffShowsWhatChanged(t *testing.T) {
	want, got := "> a\n  x 200\n> end\n", "> a\n  x 409\n> end\n"
	if d := Diff(want, want); d != "" {
		t.Errorf("the same differs: %s", d)
	}
	if d := Diff(want, got); d != "    > a\n  - \u0020 x 200\n  + \u0020 x 409\n    > end\n" {
		t.Errorf("got %q", d)
	}
}

func TestStoriesThatSayNothingAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"no promise":     "-- script --\nwait\n",
		"no script":      "A promise.\n\n-- want --\n",
		"unknown option": "A promise.\n\n-- options --\nobserved\n-- script --\nwait\n",
	} {
		if _, err := Parse(name, []byte(text)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
