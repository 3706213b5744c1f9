package server

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
)

// Pages are what people see in a browser. They only read: the log, the ledger that somebody else keeps up to date, and
// what Health tells. Each page is complete without JavaScript; with it, news come by themselves. What comes from GitHub
// is text here, never HTML or Markdown.
//
// To add a page, write one file page*.go with its handler, a template, and a row in routes.
type Pages struct {
	Log    *eventlog.DB
	Ledger *ledger.Ledger
	Now    func() time.Time // nil means time.Now
	WebURL string           // of GitHub, for links: "https://github.com"
	// Token, if set, is asked for before anything is shown: in a cookie, in the query as ?token=, or as a bearer token.
	// Without one, only requests to a loopback address or a numeric one are answered.
	Token string
	// Health tells what the pages cannot know by themselves; nil means that nobody does.
	Health func(context.Context) HealthInfo
	// Limits tells what is used and left of GitHub's limits in an installation; nil means that nobody does.
	Limits func(ctx context.Context, installation int64) (github.Budgets, error)
	// Config asks GitHub what governs a branch of a repository; nil means that nobody does.
	Config func(ctx context.Context, repo ledger.Repository, base string) (rules.Config, error)
	Logger zerolog.Logger
}

//go:embed templates static
var files embed.FS

// route is one page: its pattern, and what it shows.
type route struct {
	pattern string
	show    func(*Pages, http.ResponseWriter, *http.Request) error
}

// routes are all pages.
var routes = []route{
	{"GET /{$}", (*Pages).now},
	{"GET /pulls", (*Pages).pulls},
	{"GET /pulls/{owner}/{name}/{number}", (*Pages).pull},
	{"GET /lines/{owner}/{name}/{base...}", (*Pages).line},
	{"POST /pause", (*Pages).pauseForm},
	{"GET /repositories", (*Pages).repositories},
	{"GET /repositories/{owner}/{name}", (*Pages).repository},
	{"GET /repositories/{owner}/{name}/config", (*Pages).config},
	{"GET /impact", (*Pages).impact},
	{"GET /health", (*Pages).health},
	{"GET /limits", (*Pages).limits},
	{"GET /installations", (*Pages).installations},
	{"GET /search", (*Pages).search},
	{"GET /events", (*Pages).events},
	{"GET /api/report", (*Pages).apiReport},
	{"GET /api/limits", (*Pages).apiLimits},
	{"GET /api/pauses", (*Pages).apiPauses},
	{"POST /api/pauses", (*Pages).apiPause},
	{"GET /api/pulls/{owner}/{name}/{number}", (*Pages).apiPull},
	{"/", func(_ *Pages, _ http.ResponseWriter, r *http.Request) error {
		return notFound("There is no page at this address.")
	}},
}

// Handler serves all pages.
func (p *Pages) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, r := range routes {
		mux.HandleFunc(r.pattern, func(w http.ResponseWriter, req *http.Request) {
			if err := r.show(p, w, req); err != nil {
				p.fail(w, req, err)
			}
		})
	}
	static, err := fs.Sub(files, "static")
	if err != nil {
		panic(err) // the path is a constant
	}
	outer := http.NewServeMux()
	outer.Handle("GET /static/", http.StripPrefix("/static/", cached(http.FileServerFS(static))))
	outer.Handle("GET /schema/", schemas())
	outer.HandleFunc("POST /token", p.takeToken)
	outer.Handle("/", p.guarded(mux))
	return secured(outer)
}

// secured sets what every answer has. Nothing inline runs or styles, nothing is embedded, and no address leaks.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin") // with no-referrer, forms would say that they come from nowhere
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// cached lets browsers keep what only changes with the program.
func cached(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=300")
		next.ServeHTTP(w, r)
	})
}

func (p *Pages) clock() time.Time {
	if p.Now == nil {
		return time.Now().UTC()
	}
	return p.Now().UTC()
}

// sheet is what the layout needs of every page; Body is the page's own.
type sheet struct {
	Title   string // of the document
	Nav     string // the path of the word in the navigation that is current
	Query   string // what stands in the search field
	Live    string // address of the page's news; "" if it has none
	Refresh bool   // it reloads by itself where there is no JavaScript
	Body    any
}

// templates are the pages by name, each with the layout and the parts around it.
var templates = parseTemplates()

func parseTemplates() map[string]*template.Template {
	base := template.Must(template.New("layout.html").Funcs(drawing).ParseFS(files, "templates/layout.html", "templates/parts.html"))
	pages, err := fs.Glob(files, "templates/page-*.html")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	set := map[string]*template.Template{}
	for _, file := range pages {
		name := strings.TrimSuffix(strings.TrimPrefix(file, "templates/page-"), ".html")
		set[name] = template.Must(template.Must(base.Clone()).ParseFS(files, file))
	}
	return set
}

// render draws a page whole before the first byte is sent, so that an error can still be told.
func render(w http.ResponseWriter, status int, name string, s sheet) error {
	var b bytes.Buffer
	if err := templates[name].ExecuteTemplate(&b, "layout.html", s); err != nil {
		return fmt.Errorf("draw page %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // who has gone needs no answer
	return nil
}

// problem is an error that is told to the reader: what happened, and what can be done.
type problem struct {
	status    int
	what, can string
}

func (e problem) Error() string { return e.what }

func notFound(what string) error {
	return problem{http.StatusNotFound, what, "Names change and branches go: the search finds repositories and pull requests by what they are called now. pitcrew knows a repository as soon as the App is installed there and the first webhook has arrived."}
}

func badRequest(what, can string) error { return problem{http.StatusBadRequest, what, can} }

// fail answers a request that went wrong.
func (p *Pages) fail(w http.ResponseWriter, r *http.Request, err error) {
	var told problem
	if !errors.As(err, &told) {
		if r.Context().Err() != nil {
			return // the reader has gone
		}
		p.Logger.Error().Err(err).Str("path", r.URL.Path).Msg("page failed")
		told = problem{http.StatusInternalServerError, "This page could not be drawn.",
			"It is written to pitcrew's own log, with the reason. Nothing else is affected: webhooks are still taken, and pull requests are still looked at. Load the page again, or see Health."}
	}
	if strings.HasPrefix(r.URL.Path, "/api/") {
		writeJSON(w, told.status, map[string]string{"error": told.what})
		return
	}
	s := sheet{Title: http.StatusText(told.status), Query: r.URL.Query().Get("q"), Body: map[string]string{"What": told.what, "Can": told.can}}
	if err := render(w, told.status, "error", s); err != nil {
		p.Logger.Error().Err(err).Msg("error page failed")
		http.Error(w, told.what, told.status)
	}
}

// named is the repository of an address /…/{owner}/{name}/….
func (p *Pages) named(r *http.Request) (ledger.Repository, error) {
	name := r.PathValue("owner") + "/" + r.PathValue("name")
	repo, ok, err := p.Ledger.RepositoryNamed(r.Context(), name)
	if err != nil {
		return repo, err
	}
	if !ok {
		return repo, notFound("pitcrew knows no repository " + name + ".")
	}
	return repo, nil
}

// states are all states in the order in which people are told of them.
var states = []rules.State{rules.NeedsYou, rules.Stopped, rules.Waiting, rules.Done, rules.Off}
