// Package ghsim is a GitHub to test against: a state machine behind HTTP, with real git repositories under it, or, with
// Options.NoGit, with repositories in memory that answer the same and start in no time. Client reaches it without a network.
//
// It answers REST at / and /api/v3, GraphQL at /graphql and /api/graphql, and sends signed webhooks for everything that changes,
// what its callers change included. Any GitHub client can be pointed at it. Where it answers, it answers as GitHub does
// (CONFORMANCE.md names page and test); where it cannot, it says "not simulated: …" with GitHub's status and keeps an error for
// Errs, and never invents.
//
// # Words
//
// The world is everything GitHub would have in its database. A caller is who sent a request: an App, an installation of it, a
// person. The agenda is a list of what happens later (mergeability is computed, a branch is brought up to date, CI ends, people
// answer); nothing sleeps and nothing runs by itself: Step runs what is due, Deliver sends the webhooks that are due, Run does
// both by the wall clock. A story's commits have names (a1, m2) that stand for their SHAs.
//
// # Promises
//
// One writer: every request, step and line of a script holds the same lock. With the same seed, clock and order of requests,
// every SHA, id and token is the same. Faults are armed at the edge (faults.go) and never change what the world does.
//
// # To add
//
// An operation: a row in a table of a rest_*.go file, and a method on Sim that changes the world, for GraphQL to share. A verb
// of scripts: a row in script.go. Each behaviour gets a row in CONFORMANCE.md.
package ghsim

import (
	"crypto/rsa"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"sort"
	"sync"
	"time"
)

// Options are the parts of a Sim that its owner decides. The zero value works.
type Options struct {
	Dir     string               // for the bare repositories; "" is a directory that Close removes
	NoGit   bool                 // repositories live in memory, and git's protocol is not spoken; the git program is not needed
	Seed    int64                // of ids, tokens, habits
	Now     func() time.Time     // nil: time.Now
	BaseURL string               // own address, for links; SetURL after listening
	Speed   float64              // divides the durations of CI and of people's habits; 0 is 1
	Key     *rsa.PrivateKey      // of our App; nil: one that all Sims of the process share
	Referee func(Exchange) error // its errors are kept for Errs; answers that a fault replaced are not shown

	HookReferee func(event string, payload []byte) error // the same for webhooks, before they leave
	HookClient  *http.Client                             // sends webhooks; nil: http.DefaultClient
}

// Exchange is a request of the App with its answer, for a referee that knows GitHub's published contract.
type Exchange struct {
	Request  *http.Request
	Body     []byte
	Status   int
	Header   http.Header // of the answer
	Response []byte
}

// Sim is a simulated GitHub.
type Sim struct {
	mu      sync.Mutex
	opts    Options
	dir     string
	ownDir  bool
	rng     *rand.Rand
	w       *world
	tokens  map[string]*token
	buckets map[string]*bucket // by caller and resource
	spent   map[string][]spent // by caller, for the secondary limits
	limits  limits
	crowds  crowds
	skew    time.Duration // how much GitHub's clock is ahead
	base    string        // address without a slash at the end

	agenda  []*task
	taskSeq int
	changed chan struct{} // has room for one: Run looks again

	hooks  hooks
	faults faults
	names  names
	habits map[int64]habit
	ci     []ciRun
	delays delays
	ours   *app
	calls  []Call
	errs   []error

	grants        []*grant        // of people to Apps, not used yet
	devices       []*device       // that wait for a person to enter their codes
	registrations []*registration // of Apps from manifests
	stateless     bool            // installation tokens have the long form
	closedForks   bool            // no App updates a fork on which it is not installed
	oldServer     bool            // GraphQL knows only what a server of 2021 knew
	lagged        bool            // the request at hand reads the past: it must start nothing
}

// delays are GitHub's own: not divided by Speed.
type delays struct{ mergeable, update time.Duration }

// New makes a Sim without repositories: Load fills it.
func New(o Options) (*Sim, error) {
	s := &Sim{
		opts: o, dir: o.Dir, base: o.BaseURL, w: &world{lastID: 1000},
		rng:     rand.New(rand.NewPCG(uint64(o.Seed), 0x5eed)),
		tokens:  map[string]*token{},
		buckets: map[string]*bucket{},
		spent:   map[string][]spent{},
		crowds:  crowds{n: map[string]int{}},
		changed: make(chan struct{}, 1),
		habits:  map[int64]habit{},
		delays:  delays{mergeable: time.Second, update: time.Second},
		names:   names{shas: map[string]string{}, names: map[string]string{}},
	}
	if s.opts.Now == nil {
		s.opts.Now = time.Now
	}
	if s.opts.HookClient == nil {
		s.opts.HookClient = http.DefaultClient
	}
	if s.opts.Speed == 0 {
		s.opts.Speed = 1
	}
	if s.dir == "" && !o.NoGit {
		dir, err := os.MkdirTemp("", "ghsim-")
		if err != nil {
			return nil, fmt.Errorf("make directory for repositories: %w", err)
		}
		s.dir, s.ownDir = dir, true
	}
	if err := s.makeApps(); err != nil {
		return nil, err
	}
	return s, nil
}

// Close removes the repositories if New made their directory.
func (s *Sim) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ownDir {
		return nil
	}
	return os.RemoveAll(s.dir)
}

// SetURL says under which address the Sim is reached; links in answers and webhooks start with it.
func (s *Sim) SetURL(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.base = url
}

// Errs are the requests that were not simulated, and what the referee found.
func (s *Sim) Errs() []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]error(nil), s.errs...)
}

// notSimulated records and answers something that GitHub may know and the Sim does not.
func (s *Sim) notSimulated(status int, format string, args ...any) *apiError {
	text := "not simulated: " + fmt.Sprintf(format, args...)
	s.errs = append(s.errs, fmt.Errorf("%s", text))
	return &apiError{Status: status, Message: text, GraphQLType: "NOT_SIMULATED"}
}

func (s *Sim) now() time.Time { return s.opts.Now().UTC().Truncate(time.Millisecond) }

// clock is what GitHub says the time is, where a client compares it with its own: tokens, limits and the Date header.
func (s *Sim) clock() time.Time { return s.now().Add(s.skew) }

// id gives the next database id.
func (s *Sim) id() int64 {
	s.w.lastID++
	return s.w.lastID
}

// task is something that happens later.
type task struct {
	at  time.Time
	seq int
	run func()
}

// after puts a task on the agenda.
func (s *Sim) after(d time.Duration, run func()) {
	s.taskSeq++
	s.agenda = append(s.agenda, &task{s.now().Add(d), s.taskSeq, run})
	s.poke()
}

// poke wakes Run.
func (s *Sim) poke() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// Step runs what is due on the agenda, webhook deliveries excepted, in the order of time, and says how many tasks ran.
func (s *Sim) Step(now time.Time) (ran int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		t := s.nextTask()
		if t == nil || t.at.After(now) {
			return ran
		}
		s.remember()
		s.drop(t)
		t.run()
		ran++
	}
}

func (s *Sim) nextTask() *task {
	var best *task
	for _, t := range s.agenda {
		if best == nil || t.at.Before(best.at) || t.at.Equal(best.at) && t.seq < best.seq {
			best = t
		}
	}
	return best
}

func (s *Sim) drop(t *task) {
	for i, x := range s.agenda {
		if x == t {
			s.agenda = append(s.agenda[:i], s.agenda[i+1:]...)
			return
		}
	}
}

// Next says when the agenda or the queue of webhooks wants to go on; false: nothing is waiting.
func (s *Sim) Next() (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.next()
}

func (s *Sim) next() (time.Time, bool) {
	var at time.Time
	if t := s.nextTask(); t != nil {
		at = t.at
	}
	for _, d := range s.hooks.queue {
		if at.IsZero() || d.due.Before(at) {
			at = d.due
		}
	}
	return at, !at.IsZero()
}

// findRepo finds a repository by its name of now.
func (s *Sim) findRepo(owner, name string) *repo {
	for _, r := range s.w.repos {
		if equalFold(r.owner.login, owner) && equalFold(r.name, name) {
			return r
		}
	}
	return nil
}

func (s *Sim) repoByID(id int64) *repo {
	for _, r := range s.w.repos {
		if r.id == id {
			return r
		}
	}
	return nil
}

// findAccount finds a user, organisation or bot by login; nil if there is none.
func (s *Sim) findAccount(login string) *account {
	for _, a := range s.w.accounts {
		if equalFold(a.login, login) {
			return a
		}
	}
	return nil
}

func (s *Sim) findTeam(org *account, slug string) *team {
	for _, t := range s.w.teams {
		if t.org == org && equalFold(t.slug, slug) {
			return t
		}
	}
	return nil
}

// pull finds a pull request by number; nil if there is none.
func (r *repo) pull(number int) *pull {
	for _, p := range r.pulls {
		if p.number == number {
			return p
		}
	}
	return nil
}

func (r *repo) issue(number int) *issue {
	for _, i := range r.issues {
		if i.number == number {
			return i
		}
	}
	return nil
}

// newRepo makes an empty repository.
func (s *Sim) newRepo(owner *account, name string, parent *repo) (*repo, error) {
	now := s.now()
	r := &repo{
		id: s.id(), owner: owner, name: name, private: true, defaultBranch: "main", parent: parent,
		created: now, updated: now, pushed: now,
		branches: map[string]string{}, tags: map[string]string{}, people: map[int64]string{}, teams: map[int64]string{},
		mergeMethods: []string{"merge", "squash", "rebase"}, allowUpdateBranch: true,
		squashTitle: "COMMIT_OR_PR_TITLE", squashMessage: "COMMIT_MESSAGES", mergeTitle: "MERGE_MESSAGE", mergeMessage: "PR_TITLE",
	}
	git, err := s.newGit(r)
	if err != nil {
		return nil, fmt.Errorf("create %s/%s: %w", owner.login, name, err)
	}
	r.git = git
	s.w.repos = append(s.w.repos, r)
	return r, nil
}

// newGit makes the git repository below a repository.
func (s *Sim) newGit(r *repo) (*gitRepo, error) {
	switch {
	case r.parent != nil:
		return r.parent.git.fork(r.id)
	case s.opts.NoGit:
		return newGit(gitMem{}), nil
	}
	disk, err := newGitDisk(s.dir, r.id, nil)
	if err != nil {
		return nil, err
	}
	return newGit(disk), nil
}

// sortedKeys are the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
