package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/bradleyfalzon/ghinstallation/v2"
	"github.com/google/go-github/v57/github"
	"github.com/palantir/go-githubapp/githubapp"
)

// doctorTimeout ends a request to GitHub.
const doctorTimeout = 10 * time.Second

// answers is what GitHub says about the App, asked once. Only GET is sent, and what it takes to get the tokens for it.
type answers struct {
	creator githubapp.ClientCreator
	client  *github.Client // as the App

	self   self
	err    error       // of asking who we are; nil: self is known
	header http.Header // of that answer, also when it was a refusal; nil: none came
	sent   time.Time
	came   time.Time

	installed    []installed
	installedErr error
}

// self is the App as GitHub has it.
// https://docs.github.com/en/rest/apps/apps#get-the-authenticated-app
type self struct {
	ID          int64             `json:"id"`
	Slug        string            `json:"slug"`
	HTMLURL     string            `json:"html_url"`
	Permissions map[string]string `json:"permissions"`
	Events      []string          `json:"events"`
}

// installed is one installation of the App.
// https://docs.github.com/en/rest/apps/apps#list-installations-for-the-authenticated-app
type installed struct {
	ID          int64                  `json:"id"`
	Account     struct{ Login string } `json:"account"`
	HTMLURL     string                 `json:"html_url"`
	Permissions map[string]string      `json:"permissions"`
	Suspended   *time.Time             `json:"suspended_at"`
	repos       int                    // that it covers
	left        rate                   // of its hourly limit
	err         error                  // of asking for both
}

// rate is what is left of an hourly limit; zero: GitHub did not say.
type rate struct {
	left, limit int
	reset       time.Time
}

// asked gives GitHub's answers. With settings that allow no question there are none, and findings instead.
func (p *patient) asked(ctx context.Context) (*answers, []finding) {
	s := p.settings
	if s.AppID <= 0 || !isRSAKey(string(s.Key)) {
		return nil, skipped("GitHub cannot be asked without the App's id and key", "see settings")
	}
	if p.github != nil {
		return p.github, nil
	}
	v3 := strings.TrimSuffix(s.V3URL, "/") + "/"
	g := &answers{creator: githubapp.NewClientCreator(v3, s.V4URL, s.AppID, s.Key, githubapp.WithTransport(bareTokens{p.next}),
		githubapp.WithClientUserAgent("pitcrew-doctor"), githubapp.WithClientTimeout(doctorTimeout))}
	p.github = g
	if g.client, g.err = g.creator.NewAppClient(); g.err != nil {
		return g, nil
	}
	g.sent = p.now()
	g.header, g.err = ask(ctx, g.client, "app", &g.self)
	g.came = p.now()
	if g.err == nil {
		g.installed, g.installedErr = listInstalled(ctx, g.client)
	}
	for i := range g.installed {
		if g.installed[i].Suspended == nil {
			g.installed[i].look(ctx, g.creator)
		}
	}
	return g, nil
}

// bareTokens sends requests for tokens without a body: the library sends "null", which GitHub's description does not allow.
// https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
type bareTokens struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bareTokens) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/access_tokens") {
		if r.Body != nil {
			r.Body.Close() //nolint:errcheck // it is not sent
		}
		r = r.Clone(r.Context())
		r.Body, r.ContentLength = http.NoBody, 0
		r.Header.Del("Content-Type")
	}
	return b.next.RoundTrip(r)
}

// app gives the answers if GitHub knows us; else there is nothing to say but that.
func (p *patient) app(ctx context.Context) (*answers, []finding) {
	g, no := p.asked(ctx)
	if no == nil && g.err != nil {
		return nil, skipped("GitHub did not say", "see what is wrong above")
	}
	return g, no
}

// ask asks for one thing. The header is there whenever an answer is.
func ask(ctx context.Context, c *github.Client, path string, into any) (http.Header, error) {
	req, err := c.NewRequest(http.MethodGet, path, nil)
	if err != nil {
		return nil, err
	}
	resp, err := c.Do(ctx, req, into)
	if resp == nil {
		return nil, err
	}
	return resp.Header, err
}

func listInstalled(ctx context.Context, c *github.Client) ([]installed, error) {
	var all []installed
	for page := 1; ; page++ {
		var some []installed
		if _, err := ask(ctx, c, fmt.Sprintf("app/installations?per_page=100&page=%d", page), &some); err != nil {
			return nil, fmt.Errorf("list installations: %w", err)
		}
		if all = append(all, some...); len(some) < 100 {
			return all, nil
		}
	}
}

// look asks as the installation: what it covers, and what is left of its limit.
func (i *installed) look(ctx context.Context, creator githubapp.ClientCreator) {
	client, err := creator.NewInstallationClient(i.ID)
	if err != nil {
		i.err = err
		return
	}
	var covers struct {
		TotalCount int `json:"total_count"`
	}
	header, err := ask(ctx, client, "installation/repositories?per_page=1", &covers)
	i.repos, i.err, i.left = covers.TotalCount, err, rateOf(header)
}

func rateOf(h http.Header) rate {
	number := func(name string) int {
		n, err := strconv.Atoi(h.Get("X-RateLimit-" + name))
		if err != nil {
			return 0
		}
		return n
	}
	return rate{left: number("Remaining"), limit: number("Limit"), reset: time.Unix(int64(number("Reset")), 0).UTC()}
}

// refusalOf is GitHub's status and words; 0 if no answer came.
func refusalOf(err error) (int, string) {
	var refused *github.ErrorResponse
	if errors.As(err, &refused) && refused.Response != nil {
		return refused.Response.StatusCode, refused.Message
	}
	var limited *github.RateLimitError
	if errors.As(err, &limited) && limited.Response != nil {
		return limited.Response.StatusCode, limited.Message
	}
	var token *ghinstallation.HTTPError
	if errors.As(err, &token) && token.Response != nil {
		return token.Response.StatusCode, token.Message
	}
	return 0, ""
}
