package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/server"
	"github.com/rs/zerolog"
	"github.com/spf13/cobra"
)

func serveCommand(a *app) *cobra.Command {
	var observe, debug bool
	c := &cobra.Command{
		Use:   "serve",
		Short: "run pitcrew for an organisation",
		Long: `Receives GitHub's webhooks and does the chores that each repository's .platform.yml asks for, until it is stopped.
Settings come from the environment; .env.example documents each. With --observe nothing is written to GitHub:
everything is decided, logged, shown and counted as what would have been done.

SIGTERM drains: no new deliveries are taken, the looks in hand are finished. A second signal ends it at once;
nothing is lost by that either. A serve that starts meanwhile waits up to 10 seconds for it.`,
		Example: "  pitcrew serve --observe",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := readSettings(a.env)
			if err != nil {
				return err
			}
			return serve(c.Context(), a, s, observe, debug)
		},
	}
	c.Flags().BoolVar(&observe, "observe", false, "decide and show everything, and write nothing to GitHub")
	c.Flags().BoolVar(&debug, "debug", false, "log every look, also those with nothing to do")
	return c
}

func serve(ctx context.Context, a *app, s settings, observe, debug bool) error {
	level := zerolog.InfoLevel
	if debug {
		level = zerolog.DebugLevel
	}
	log := zerolog.New(a.err).Level(level).With().Timestamp().Logger()
	program, err := assembled(ctx, s.setup(log, observe), drained)
	if err != nil {
		return err
	}
	r := &running{Program: program, log: log}
	edge := r.edge(s)
	if err := edge.Listen(ctx); err != nil {
		return errors.Join(err, program.Close())
	}
	r.start(s.KeepRaw)
	log.Info().Str("hooks", edge.Addr("hooks")).Str("pages", edge.Addr("pages")).Str("ops", edge.Addr("ops")).
		Bool("observe", observe).Msg("pitcrew is up")
	err = edge.Serve(ctx)
	return errors.Join(err, program.Close())
}

// drained is how long a new program waits for the one before it, which may still finish its looks.
const drained = 10 * time.Second

// assembled puts the program together. While another one has the data, it is waited for.
func assembled(ctx context.Context, s server.Setup, within time.Duration) (*server.Program, error) {
	waited, again := time.NewTimer(within), time.NewTicker(100*time.Millisecond)
	defer waited.Stop()
	defer again.Stop()
	for told := false; ; told = true {
		program, err := server.Assemble(context.WithoutCancel(ctx), s)
		if !errors.Is(err, eventlog.ErrInUse) {
			return program, err
		}
		if !told {
			s.Log.Info().Dur("within", within).Msg("another pitcrew has the data; waiting until it has stopped")
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return nil, err
		case <-waited.C:
			return nil, fmt.Errorf("%w, which did not stop within %s\n  stop that one first, or set PITCREW_DATA to another directory", err, within)
		}
	}
}

func (s settings) setup(log zerolog.Logger, observe bool) server.Setup {
	setup := server.Setup{
		Data: s.where(), AppID: s.AppID, Key: s.Key, Secrets: s.Secrets, V3URL: s.V3URL, V4URL: s.V4URL, WebURL: s.WebURL,
		PagesURL: s.PagesURL, PagesToken: s.PagesToken, WriteGap: s.WriteGap, Now: time.Now, Log: log, Owner: fmt.Sprintf("%d", os.Getpid()),
	}
	if s.KeyFile != "" {
		setup.KeyAgain = func() ([]byte, error) { return os.ReadFile(s.KeyFile) }
	}
	if observe {
		setup.Observe = config.ObserveYes
	}
	return setup
}

// running is a program with what goes on beside its addresses: the engine, the ledger, forgetting.
type running struct {
	*server.Program
	log   zerolog.Logger
	stop  context.CancelFunc
	parts sync.WaitGroup
}

func (r *running) edge(s settings) *server.Edge {
	health := &server.Health{Ready: []server.Check{server.Writable(r.Log, time.Now)}}
	ops := http.NewServeMux()
	health.Register(ops)
	ops.Handle("GET /metrics", r.Meters.Handler())
	return &server.Edge{
		Parts: []server.Part{
			{Name: "hooks", Addr: s.Addr, Handler: r.Hooks},
			{Name: "pages", Addr: s.PagesAddr, Handler: r.Pages, Streams: true},
			{Name: "ops", Addr: s.OpsAddr, Handler: ops, Last: true},
		},
		Health: health, Finish: r.finish, Logger: r.log,
	}
}

// start starts what runs beside the addresses.
func (r *running) start(keepRaw time.Duration) {
	ctx, stop := context.WithCancel(context.Background())
	r.stop = stop
	r.parts.Go(func() { r.watched(ctx, "engine", r.Engine.Run) })
	r.parts.Go(func() { r.watched(ctx, "ledger", r.Ledger.Run) })
	r.parts.Go(func() { r.forget(ctx, keepRaw) })
}

// watched runs a part, and again after a second where it ended: a database that was away comes back.
func (r *running) watched(ctx context.Context, name string, run func(context.Context) error) {
	for {
		err := run(ctx)
		if err == nil || ctx.Err() != nil {
			return
		}
		r.log.Error().Err(err).Str("part", name).Msg("a part of the program stopped; it starts again in a second")
		pause := time.NewTimer(time.Second)
		select {
		case <-ctx.Done():
		case <-pause.C:
		}
		pause.Stop()
	}
}

// finish ends the looks in hand, as long as ctx lasts.
func (r *running) finish(ctx context.Context) {
	r.stop()
	done := make(chan struct{})
	go func() { r.parts.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
		r.log.Warn().Msg("some looks did not end in time; they are made again at the next start")
	}
}

// forget drops raw deliveries that are older than they are kept, now and every hour.
func (r *running) forget(ctx context.Context, keep time.Duration) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if n, err := r.Log.Forget(ctx, time.Now().Add(-keep)); err != nil && ctx.Err() == nil {
			r.log.Warn().Err(err).Msg("old deliveries could not be forgotten")
		} else if n > 0 {
			r.log.Info().Int64("deliveries", n).Msg("forgot old raw deliveries")
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
