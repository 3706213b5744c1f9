package github

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/google/go-github/v57/github"
	"github.com/palantir/go-githubapp/githubapp"
	"github.com/rs/zerolog"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/rules"
)

// Options are what a Client is made from. The zero values of V3URL, V4URL and WebURL mean github.com.
type Options struct {
	V3URL, V4URL, WebURL string

	AppID int64
	Key   []byte // PEM, PKCS1 or PKCS8
	// KeyAgain reads the key again, after GitHub refused what was made with it: it may have been replaced. Nil: it is not.
	KeyAgain func() ([]byte, error)
	Token    string // of a person or a job, instead of Key: reads what it may read, as no App at all; see personal.go

	Now       func() time.Time  // nil: time.Now
	Transport http.RoundTripper // nil: http.DefaultTransport
	UserAgent string            // zero: pitcrew
	WriteGap  time.Duration     // between two writes of an installation; zero: a second where GitHub has limits, negative: none
	Rows      Rows              // what all copies of the program know of the limits; nil: this process alone, until it ends
	Bodies    int               // how many bodies of files are kept; zero: 2,000
	Log       zerolog.Logger
}

const (
	callTimeout = 10 * time.Second // GitHub ends a request after that as well
	rulesFor    = 5 * time.Minute
	peopleFor   = 10 * time.Minute
)

// Client is GitHub as this App sees it. It is safe for concurrent use.
type Client struct {
	// SeenOrg and SawOrg are the memory of whose .platform.org.yml was ever read: one that cannot be found any more may
	// be hidden, so it is unknown and not absent. Set them before the first load; nil means that none was seen.
	SeenOrg func(owner string) bool
	SawOrg  func(owner string)

	opts     Options
	creator  githubapp.ClientCreator
	key      []byte // of creator
	pulse    pulse
	appetite appetite

	mu       sync.Mutex
	installs map[int64]*installation
	self     rules.App
	lacks    map[string]bool // what this server does not have: lacks.go

	bodies   *cache[blobKey, body]
	files    *cache[string, readFile]
	orgs     *cache[string, readOrg]
	owners   *cache[string, *rules.Owners]
	branches *cache[branchKey, branchRules]
	heads    *cache[rules.Subject, string]         // where a pull request's head was last seen
	headRefs *cache[rules.Subject, string]         // and the name of its branch
	landings *cache[rules.Subject, string]         // of what we merged: the commit of the base that was decided on
	started  *cache[string, bool]                  // test merges that were asked for
	clashed  *cache[string, []rules.Clash]         // files that conflict, as far as can be told, by head and tip
	carried  carried                               // what is known of test merges that GitHub has yet to make
	moved    *cache[string, map[string]rules.File] // what became of files, by path, where GraphQL does not tell; by head and base
	brings   *cache[string, broughtFiles]          // our files in a commit, by repository and commit
	nodes    *cache[int64, string]                 // a repository's id in GraphQL
	people   *cache[personKey, rules.Person]
	members  *cache[personKey, []rules.Person]
}

// installation is what is kept for one installation; id 0 is the App itself.
type installation struct {
	client *github.Client
	limit  *limiter
}

type readFile struct {
	file     *config.File
	problems []config.Problem
}

type readOrg struct {
	file     *config.OrgFile
	problems []config.Problem
}

// RepoRef names a repository and the installation through which it is reached.
type RepoRef struct {
	Installation int64
	ID           int64
	Owner, Name  string
}

// FullName is owner/name.
func (r RepoRef) FullName() string { return r.Owner + "/" + r.Name }

func (r RepoRef) path(format string, args ...any) string {
	return "repos/" + r.Owner + "/" + r.Name + "/" + fmt.Sprintf(format, args...)
}

// New makes a Client; nothing is sent.
func New(o Options) (*Client, error) {
	o = o.withDefaults()
	c := &Client{
		opts: o, installs: map[int64]*installation{}, lacks: map[string]bool{},
		bodies:   newCache[blobKey, body](o.Bodies, 0, o.Now),
		files:    newCache[string, readFile](o.Bodies, 0, o.Now),
		orgs:     newCache[string, readOrg](100, 0, o.Now),
		owners:   newCache[string, *rules.Owners](o.Bodies, 0, o.Now),
		branches: newCache[branchKey, branchRules](2000, rulesFor, o.Now),
		heads:    newCache[rules.Subject, string](20000, 0, o.Now),
		headRefs: newCache[rules.Subject, string](20000, 0, o.Now),
		landings: newCache[rules.Subject, string](20000, 0, o.Now),
		moved:    newCache[string, map[string]rules.File](5000, 0, o.Now),
		started:  newCache[string, bool](5000, startFor, o.Now),
		clashed:  newCache[string, []rules.Clash](1000, 0, o.Now),
		carried:  newCarried(o.Now),
		brings:   newCache[string, broughtFiles](2000, 0, o.Now),
		nodes:    newCache[int64, string](5000, 0, o.Now),
		people:   newCache[personKey, rules.Person](20000, peopleFor, o.Now),
		members:  newCache[personKey, []rules.Person](1000, peopleFor, o.Now),
	}
	if o.Token != "" {
		return c, nil
	}
	c.use(o.Key)
	if _, err := c.installation(0); err != nil {
		return nil, fmt.Errorf("read the App's private key: %w", err)
	}
	return c, nil
}

func (o Options) withDefaults() Options {
	def := func(s *string, value string) {
		if *s == "" {
			*s = value
		}
	}
	def(&o.V3URL, "https://api.github.com/")
	def(&o.V4URL, "https://api.github.com/graphql")
	def(&o.WebURL, "https://github.com")
	def(&o.UserAgent, "pitcrew")
	if !strings.HasSuffix(o.V3URL, "/") {
		o.V3URL += "/"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Transport == nil {
		o.Transport = http.DefaultTransport
	}
	if o.Rows == nil {
		o.Rows = &memoryRows{docs: map[string][]byte{}}
	}
	if o.Bodies == 0 {
		o.Bodies = 2000
	}
	return o
}

// WebURL is where people see this GitHub, without a slash at the end.
func (c *Client) WebURL() string { return strings.TrimSuffix(c.opts.WebURL, "/") }

// installation gives the client of an installation, made when it is first asked for.
func (c *Client) installation(id int64) (*installation, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	in := c.installs[id]
	if in == nil {
		in = &installation{limit: c.newLimiter(id)}
		c.installs[id] = in
	}
	if in.client != nil {
		return in, nil
	}
	var err error
	switch {
	case c.opts.Token != "":
		in.client, err = c.personalClient()
	case id == 0:
		in.client, err = c.creator.NewAppClient()
	default:
		in.client, err = c.creator.NewInstallationClient(id)
	}
	if err != nil {
		return nil, fmt.Errorf("make client of installation %d: %w", id, err)
	}
	return in, nil
}

// renew throws away a client whose token GitHub does not take any more: revoked, or narrowed to other permissions. The
// library would keep it until it expires.
func (c *Client) renew(id int64) {
	c.rekey()
	c.mu.Lock()
	defer c.mu.Unlock()
	if in := c.installs[id]; in != nil {
		in.client = nil
	}
}

// Forget drops what is cached about the rules of a repository's branches, because an event said that they changed.
func (c *Client) Forget(repo int64) {
	c.branches.drop(func(k branchKey) bool { return k.repo == repo })
}

// App says who we are; it is asked once, and again after a failure. The bot's user id needs some installation's token,
// since GitHub takes an App's own token for routes below /app only.
func (c *Client) App(ctx context.Context) (rules.App, error) {
	if c.opts.Token != "" {
		return rules.App{ID: c.opts.AppID}, nil
	}
	c.mu.Lock()
	self := c.self
	c.mu.Unlock()
	if self.User != 0 {
		return self, nil
	}
	var app github.App
	if err := c.get(ctx, 0, "app", &app); err != nil {
		return rules.App{}, fmt.Errorf("load the App: %w", err)
	}
	self = rules.App{ID: app.GetID(), Slug: app.GetSlug()}
	installations, err := c.Installations(ctx)
	if err != nil {
		return rules.App{}, err
	}
	for _, in := range installations {
		if in.Suspended {
			continue
		}
		var bot github.User
		if err := c.get(ctx, in.ID, "users/"+self.Slug+"%5Bbot%5D", &bot); err != nil {
			return rules.App{}, fmt.Errorf("load the App's bot: %w", err)
		}
		self.User = bot.GetID()
		break
	}
	c.mu.Lock()
	c.self = self
	c.mu.Unlock()
	return self, nil
}

// Self is who we are as far as GitHub has told; the zero App before that. It sends nothing.
func (c *Client) Self() rules.App {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.self
}
