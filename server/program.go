package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/handlers"
	"github.com/pitcrew-app/pitcrew/internal/engine"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
)

// Setup is what the program is made from.
type Setup struct {
	Data                 string // where log and ledger are: a directory, or the URL of a PostgreSQL database
	Unsynced             bool   // see eventlog.Options
	AppID                int64
	Key                  []byte
	KeyAgain             func() ([]byte, error) // see github.Options
	Secrets              [][]byte               // of webhooks: current, then previous
	V3URL, V4URL, WebURL string
	PagesURL             string // how people reach the pages; empty: the check run links none
	PagesToken           string
	WriteGap             time.Duration // see github.Options
	Observe              config.Observe
	Owner                string // names this copy of the program in leases
	Now                  func() time.Time
	Log                  zerolog.Logger

	Transport http.RoundTripper // to GitHub; nil: github.Transport
	Rand      io.Reader         // nil: crypto/rand; tokens and keys of the log come from it
	Spoil     func() error      // see eventlog.Options
}

// Program is pitcrew put together: the parts that serve runs on addresses and by the wall clock, and stories by a clock
// of their own.
type Program struct {
	Log    *eventlog.DB
	Ledger *ledger.Ledger
	GitHub *github.Client
	Engine *engine.Engine
	Hooks  http.Handler // POST /hooks/github
	Pages  http.Handler
	Meters *Metrics
	Names  rules.Names

	now func() time.Time
}

// Assemble opens the log and puts the parts together. Nothing runs yet, and nothing is sent. ctx is that of the whole
// life of the program.
func Assemble(ctx context.Context, s Setup) (*Program, error) {
	for _, secret := range s.Secrets {
		if err := CheckSecret(secret); err != nil {
			return nil, err
		}
	}
	log, err := eventlog.Open(s.Data, eventlog.Options{Now: s.Now, Rand: s.Rand, Unsynced: s.Unsynced, Spoil: s.Spoil})
	if err != nil {
		return nil, err
	}
	p, err := s.around(ctx, log)
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return p, nil
}

func (s Setup) around(ctx context.Context, log *eventlog.DB) (*Program, error) {
	if s.Transport == nil {
		s.Transport = github.Transport()
	}
	book, err := ledger.Open(s.Data, log)
	if err != nil {
		return nil, err
	}
	meters := NewMetrics(log, s.Now, s.Log)
	client, err := github.New(github.Options{
		V3URL: s.V3URL, V4URL: s.V4URL, WebURL: s.WebURL, AppID: s.AppID, Key: s.Key, KeyAgain: s.KeyAgain, WriteGap: s.WriteGap, Now: s.Now, Log: s.Log,
		Transport: meters.Transport(s.Transport), Rows: log,
	})
	if err != nil {
		return nil, errors.Join(err, book.Close())
	}
	meters.Limits(client.AllBudgets, s.Log)
	meters.Pauses(func(ctx context.Context) ([]PauseJSON, error) { return AllPaused(ctx, log) }, s.Log)
	client.SeenOrg, client.SawOrg = seenOrg(ctx, log)
	p := &Program{Log: log, Ledger: book, GitHub: client, Names: book.Names(ctx), Meters: meters, now: s.Now}
	p.Engine = &engine.Engine{
		Log: log, GitHub: client, Rules: rules.All, Now: s.Now, Logger: s.Log, Observe: s.Observe, Owner: s.Owner,
		PageURL: pageURL(s.PagesURL), Meters: meters,
	}
	source := handlers.GitHub{AppID: s.AppID, User: func() int64 { return client.Self().User }, Token: log.Token}
	hooks := http.NewServeMux()
	hooks.Handle("/hooks/github", &Hook{Secrets: s.Secrets, Log: log, Read: source.Read, Now: s.Now, Logger: s.Log})
	p.Hooks = meters.Hooks(hooks)
	pages := &Pages{Log: log, Ledger: book, Now: s.Now, WebURL: strings.TrimSuffix(s.WebURL, "/"), Token: s.PagesToken, Logger: s.Log, Health: vitals{log, client}.info, Limits: client.Budgets, Config: governing(client, s.Observe)}
	p.Pages = pages.Handler()
	return p, nil
}

// governing asks GitHub what governs a branch, for a page: as work that can wait. Of observe the stricter holds, the file's or
// that of the whole program.
func governing(client *github.Client, observe config.Observe) func(context.Context, ledger.Repository, string) (rules.Config, error) {
	return func(ctx context.Context, r ledger.Repository, base string) (rules.Config, error) {
		ref := github.RepoRef{Installation: r.Installation, ID: r.ID, Owner: r.Owner, Name: r.Name}
		s, err := client.Base(github.Optional(ctx), ref, base, nil)
		if err != nil {
			return rules.Config{}, err
		}
		if s.Config.Observe == config.ObserveNo {
			s.Config.Observe = observe
		}
		return s.Config, nil
	}
}

// Close ends the program after whoever runs it has stopped.
func (p *Program) Close() error { return errors.Join(p.Ledger.Close(), p.Log.Close()) }

// Report brings the ledger up to date and sums up everything.
func (p *Program) Report(ctx context.Context) (ledger.Report, error) {
	if err := p.Ledger.CatchUp(ctx); err != nil {
		return ledger.Report{}, err
	}
	return p.Ledger.Report(ctx, time.Time{}, p.now().Add(time.Second))
}

// pageURL is the address of a pull request's page; nil where nobody could reach it.
func pageURL(base string) func(owner, name string, number int) string {
	if base == "" {
		return nil
	}
	return func(owner, name string, number int) string {
		return fmt.Sprintf("%s/pulls/%s/%s/%d", strings.TrimSuffix(base, "/"), owner, name, number)
	}
}

// seenOrg keeps in the log whose .platform.org.yml was ever read: one that cannot be found any more may be hidden, so it
// is unknown and not absent.
func seenOrg(ctx context.Context, log *eventlog.DB) (seen func(string) bool, saw func(string)) {
	cursor := func(owner string) string { return "org:" + strings.ToLower(owner) }
	seen = func(owner string) bool {
		value, err := log.Cursor(ctx, cursor(owner))
		return err != nil || value != ""
	}
	saw = func(owner string) {
		if !seen(owner) {
			log.SetCursor(ctx, cursor(owner), "seen") //nolint:errcheck // it is written again at the next read
		}
	}
	return seen, saw
}
