package bench

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"runtime"
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

// simStories plays stories, as many side by side as there are processors.
func simStories(ctx context.Context, o Options) (Row, error) {
	paths, err := fs.Glob(stories, "stories/*.txtar")
	if err != nil {
		return Row{}, err
	}
	n := o.of(60, 1)
	o.say("sim: %d stories", n)
	var next atomic.Int64
	var players sync.WaitGroup
	errs := make([]error, runtime.GOMAXPROCS(0))
	began := time.Now()
	for p := range errs {
		players.Go(func() {
			for i := next.Add(1); i <= int64(n) && errs[p] == nil; i = next.Add(1) {
				errs[p] = play(ctx, paths[i%int64(len(paths))])
			}
		})
	}
	players.Wait()
	rate := float64(n) / time.Since(began).Minutes()
	return Row{"sim: stories", rate, "a minute", nil, new(float64(storiesMinimum)), Higher}, errors.Join(errs...)
}

// play plays a story.
func play(ctx context.Context, path string) error {
	text, err := stories.ReadFile(path)
	if err != nil {
		return err
	}
	s, err := story.Parse(path, text)
	if err != nil {
		return err
	}
	got, err := story.Run(ctx, s, story.Options{Log: zerolog.Nop()})
	if err != nil {
		return err
	}
	return errors.Join(got.Faults...)
}
