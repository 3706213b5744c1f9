package bench

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/story"
	"github.com/rs/zerolog"
)

// stories are played for their time; whether they come out as promised is what testdata/scenarios is for.
//
//go:embed stories
var stories embed.FS

// simStoriesGit plays stories with git on disk.
func simStoriesGit(ctx context.Context, o Options) (Row, error) {
	return simPlay(ctx, o, "sim: stories, with git", false, nil)
}

// simStories plays stories without git, for which there is an aim.
func simStories(ctx context.Context, o Options) (Row, error) {
	return simPlay(ctx, o, "sim: stories, without git", true, new(float64(storiesMinimum)))
}

// simPlay plays stories, as many side by side as there are processors.
func simPlay(ctx context.Context, o Options, name string, noGit bool, aim *float64) (Row, error) {
	paths, err := fs.Glob(stories, "stories/*.txtar")
	if err != nil {
		return Row{}, err
	}
	n := o.of(60, 1)
	o.say("%s: %d of them", name, n)
	defer debug.SetGCPercent(debug.SetGCPercent(story.GCPercent)) // as pitcrew test does
	var next atomic.Int64
	var players sync.WaitGroup
	errs := make([]error, runtime.GOMAXPROCS(0))
	began := time.Now()
	for p := range errs {
		players.Go(func() {
			for i := next.Add(1); i <= int64(n) && errs[p] == nil; i = next.Add(1) {
				errs[p] = play(ctx, paths[i%int64(len(paths))], noGit)
			}
		})
	}
	players.Wait()
	rate := float64(n) / time.Since(began).Minutes()
	return Row{name, rate, "a minute", nil, aim, Higher}, errors.Join(errs...)
}

// play plays a story.
func play(ctx context.Context, path string, noGit bool) error {
	text, err := stories.ReadFile(path)
	if err != nil {
		return err
	}
	s, err := story.Parse(path, text)
	if err != nil {
		return err
	}
	got, err := story.Run(ctx, s, story.Options{NoGit: noGit, Log: zerolog.Nop()})
	if err != nil {
		return err
	}
	return errors.Join(got.Faults...)
}
