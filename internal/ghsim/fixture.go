package ghsim

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// fixture is the form of github.yml. Everything has a default; the bare keys describe one repository, repos the others.
type fixture struct {
	Repo          string `yaml:"repo"`
	repoSpec      `yaml:",inline"`
	Repos         map[string]repoSpec         `yaml:"repos"`
	Installations map[string]installationSpec `yaml:"installations"`
	App           appSpec                     `yaml:"app"`
	CI            map[string]ciSpec           `yaml:"ci"`
	Habits        map[string]habitSpec        `yaml:"habits"`
	Events        []eventSpec                 `yaml:"events"`
	Delays        delaySpec                   `yaml:"delays"`
}

// repoSpec is one repository.
type repoSpec struct {
	Default      string                `yaml:"default"`
	Description  string                `yaml:"description"`
	Private      *bool                 `yaml:"private"`
	Archived     bool                  `yaml:"archived"`
	Files        map[string]string     `yaml:"files"`
	People       map[string]string     `yaml:"people"`
	Teams        map[string][]string   `yaml:"teams"`
	Protection   map[string]policySpec `yaml:"protection"`
	Rules        map[string]policySpec `yaml:"rules"`
	Merge        []string              `yaml:"merge"`
	DeleteBranch bool                  `yaml:"delete-branch"`
	AutoMerge    bool                  `yaml:"auto-merge"`
	Releases     []string              `yaml:"releases"`
	PRs          map[int]prSpec        `yaml:"prs"`
}

// policySpec is classic protection or a ruleset, in the same words.
type policySpec struct {
	Approvals     *int        `yaml:"approvals"`
	Checks        []checkSpec `yaml:"checks"`
	Strict        bool        `yaml:"strict"`
	Owners        bool        `yaml:"owners"`
	DismissStale  bool        `yaml:"dismiss-stale"`
	LastPush      bool        `yaml:"last-push"`
	Conversations bool        `yaml:"conversations"`
	Linear        bool        `yaml:"linear"`
	Signatures    bool        `yaml:"signatures"`
	Queue         bool        `yaml:"queue"`
	QueueMethod   string      `yaml:"queue-method"`
	Locked        bool        `yaml:"locked"`
	Deletion      bool        `yaml:"deletion"` // of a ruleset: the branch may not be deleted
	Admins        bool        `yaml:"admins"`
	Methods       []string    `yaml:"methods"`
	Push          []string    `yaml:"push"`   // who may push or merge; Apps by their slug
	Bypass        []string    `yaml:"bypass"` // of a ruleset: slugs of Apps, or admin
	Enforcement   string      `yaml:"enforcement"`
}

// checkSpec is a required check: a name, or {context: name, app: id or slug}.
type checkSpec struct{ Context, App string }

// UnmarshalYAML reads both forms.
func (c *checkSpec) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		c.Context = n.Value
		return nil
	}
	var long struct {
		Context string `yaml:"context"`
		App     string `yaml:"app"`
	}
	err := n.Decode(&long)
	c.Context, c.App = long.Context, long.App
	return err
}

// runSpec is a check run: its conclusion (pending: still running), or {conclusion: …, app: slug}.
type runSpec struct{ Conclusion, App string }

// UnmarshalYAML reads both forms.
func (c *runSpec) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		c.Conclusion = n.Value
		return nil
	}
	var long struct {
		Conclusion string `yaml:"conclusion"`
		App        string `yaml:"app"`
	}
	err := n.Decode(&long)
	c.Conclusion, c.App = long.Conclusion, long.App
	return err
}

// prSpec is a pull request.
type prSpec struct {
	Author         string             `yaml:"author"`
	Base           string             `yaml:"base"`
	Branch         string             `yaml:"branch"`
	Head           string             `yaml:"head"` // the name of its commit
	Files          map[string]string  `yaml:"files"`
	Message        string             `yaml:"message"` // of its commit
	Signed         bool               `yaml:"signed"`  // GitHub makes the commit for the author and signs it, as it does for Apps
	Title          string             `yaml:"title"`
	Body           string             `yaml:"body"`
	Labels         []string           `yaml:"labels"`
	Draft          bool               `yaml:"draft"`
	Fork           bool               `yaml:"fork"`
	ForkOwner      string             `yaml:"fork-owner"` // an organisation; empty: the author
	MaintainerEdit *bool              `yaml:"maintainer-edit"`
	Checks         map[string]runSpec `yaml:"checks"`
	Statuses       map[string]string  `yaml:"statuses"`
	Reviews        map[string]string  `yaml:"reviews"`
	Requested      []string           `yaml:"requested"`
	Behind         int                `yaml:"behind"`
	Conflict       bool               `yaml:"conflict"`
	Mergeable      string             `yaml:"mergeable"` // unknown: computed only when somebody reads it; stuck: not even then
}

type installationSpec struct {
	Repos       yaml.Node         `yaml:"repos"` // all, or a list of names
	Suspended   bool              `yaml:"suspended"`
	Permissions map[string]string `yaml:"permissions"`
	Installed   *bool             `yaml:"installed"`
}

type appSpec struct {
	Permissions map[string]string `yaml:"permissions"`
	Events      []string          `yaml:"events"`
	Secret      string            `yaml:"secret"`
}

type ciSpec struct {
	Takes time.Duration `yaml:"takes"`
	Fails float64       `yaml:"fails"`
}

type habitSpec struct {
	Reviews  time.Duration `yaml:"reviews"`
	Approves float64       `yaml:"approves"`
	Fixes    time.Duration `yaml:"fixes"`
}

type eventSpec struct {
	At time.Duration `yaml:"at"`
	Do string        `yaml:"do"`
}

type delaySpec struct {
	Mergeable *time.Duration `yaml:"mergeable"`
	Update    *time.Duration `yaml:"update"`
	Webhook   time.Duration  `yaml:"webhook"`
}

// defaultPeople are on every repository that names nobody.
var defaultPeople = map[string]string{"ana": "write", "bob": "write", "cat": "maintain", "dan": "admin", "eve": "read"}

// Load builds the world of a story from its github.yml. extra adds files to the first commit: repository -> path -> content.
// No webhooks are sent for it: it was there before.
func (s *Sim) Load(github []byte, extra map[string]map[string]string) error {
	var f fixture
	d := yaml.NewDecoder(bytes.NewReader(github))
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read github.yml: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	url := s.hooks.url
	s.hooks.url = ""
	defer func() { s.hooks.url, s.hooks.log = url, nil }()
	if err := s.loadSettings(f); err != nil {
		return err
	}
	if err := s.loadRepos(f, extra); err != nil {
		return err
	}
	if err := s.loadInstallations(f.Installations); err != nil {
		return err
	}
	for _, e := range f.Events {
		s.after(s.slowed(e.At), func() {
			if err := s.exec(e.Do); err != nil {
				s.errs = append(s.errs, fmt.Errorf("event at %s: %s: %w", e.At, e.Do, err))
			}
		})
	}
	return nil
}

// loadSettings takes what belongs to no repository.
func (s *Sim) loadSettings(f fixture) error {
	for k, v := range f.App.Permissions {
		s.ours.permissions[k] = v
		if v == "none" {
			delete(s.ours.permissions, k)
		}
	}
	if f.App.Events != nil {
		s.ours.events = f.App.Events
	}
	s.ours.secret = orDefault(f.App.Secret, s.ours.secret)
	for _, name := range sortedKeys(f.CI) {
		s.ci = append(s.ci, ciRun{name, f.CI[name].Takes, f.CI[name].Fails})
	}
	for _, login := range sortedKeys(f.Habits) {
		h := f.Habits[login]
		if h.Approves < 0 || h.Approves > 1 {
			return fmt.Errorf("habits of %s: approves is %g, not between 0 and 1", login, h.Approves)
		}
		s.habits[s.person(login).id] = habit{h.Reviews, h.Approves, h.Fixes}
	}
	if f.Delays.Mergeable != nil {
		s.delays.mergeable = *f.Delays.Mergeable
	}
	if f.Delays.Update != nil {
		s.delays.update = *f.Delays.Update
	}
	s.hooks.late = f.Delays.Webhook
	return nil
}

// loadRepos makes the repositories, the story's own first.
func (s *Sim) loadRepos(f fixture, extra map[string]map[string]string) error {
	home := orDefault(f.Repo, "acme/api")
	s.names.home = home
	specs := map[string]repoSpec{}
	for name, x := range f.Repos {
		specs[name] = x
	}
	own := f.repoSpec
	if _, again := specs[home]; again && own.described() {
		return fmt.Errorf("repository %s is described twice", home)
	} else if !again && (own.described() || len(specs) == 0 || f.Repo != "") {
		specs[home] = own
	}
	for name := range extra {
		if _, ok := specs[name]; !ok {
			specs[name] = repoSpec{}
		}
	}
	order := sortedKeys(specs)
	sort.SliceStable(order, func(i, j int) bool { return order[i] == home && order[j] != home })
	for _, name := range order {
		if err := s.loadRepo(name, specs[name], extra[name]); err != nil {
			return fmt.Errorf("repository %s: %w", name, err)
		}
	}
	return nil
}

func (x repoSpec) described() bool {
	return x.Files != nil || x.PRs != nil || x.Protection != nil || x.Rules != nil || x.People != nil || x.Teams != nil || x.Merge != nil || x.Default != ""
}

func (s *Sim) loadRepo(name string, x repoSpec, extra map[string]string) error {
	owner, short, ok := strings.Cut(name, "/")
	if !ok {
		return fmt.Errorf("name must be owner/name")
	}
	r, err := s.newRepo(s.organization(owner), short, nil)
	if err != nil {
		return err
	}
	r.defaultBranch, r.description = orDefault(x.Default, "main"), x.Description
	r.private = x.Private == nil || *x.Private
	r.deleteBranchOnMerge, r.allowAutoMerge = x.DeleteBranch, x.AutoMerge
	if x.Merge != nil {
		r.mergeMethods = x.Merge
	}
	if err := s.loadPeople(r, x); err != nil {
		return err
	}
	if err := s.firstCommit(r, x, extra); err != nil {
		return err
	}
	for _, tag := range x.Releases {
		if _, e := s.createRelease(r, &caller{user: s.maintainer(r)}, releaseInput{Tag: tag}); e != nil {
			return fmt.Errorf("release %s: %w", tag, e)
		}
	}
	if err := s.loadPulls(r, x.PRs); err != nil {
		return err
	}
	for _, branch := range sortedKeys(x.Protection) {
		if err := s.protect(r, branch, x.Protection[branch]); err != nil {
			return err
		}
	}
	for _, branch := range sortedKeys(x.Rules) {
		if err := s.addRuleset(r, branch, x.Rules[branch]); err != nil {
			return err
		}
	}
	r.archived = x.Archived
	return nil
}

func (s *Sim) firstCommit(r *repo, x repoSpec, extra map[string]string) error {
	files := map[string][]byte{"README.md": []byte("# " + r.name + "\n")}
	for path, text := range x.Files {
		files[path] = []byte(text)
	}
	for path, text := range extra {
		files[path] = []byte(text)
	}
	by := s.maintainer(r)
	sha, err := s.writeFiles(r, "", changeInput{message: "Start of " + r.name + "\n", additions: files}, s.sign(by), s.sign(by))
	if err != nil {
		return err
	}
	return s.move(r, movement{branch: r.defaultBranch, after: sha, by: by})
}

// loadPeople gives access, and makes the teams: they may write.
func (s *Sim) loadPeople(r *repo, x repoSpec) error {
	people := x.People
	if people == nil {
		people = defaultPeople
	}
	for _, login := range sortedKeys(people) {
		if roles[people[login]] == 0 {
			return fmt.Errorf("people: %s: no role is called %q", login, people[login])
		}
		r.people[s.person(login).id] = people[login]
	}
	for _, slug := range sortedKeys(x.Teams) {
		t := s.findTeam(r.owner, slug)
		if t == nil {
			t = &team{id: s.id(), org: r.owner, slug: slug, name: slug}
			s.w.teams = append(s.w.teams, t)
		}
		for _, login := range x.Teams[slug] {
			if a := s.person(login); !t.has(a) {
				t.members = append(t.members, a)
			}
		}
		r.teams[t.id] = "write"
	}
	return nil
}

// person is a user, made when first named. A name with [bot] is an App's.
func (s *Sim) person(login string) *account {
	if a := s.findAccount(login); a != nil {
		return a
	}
	if slug, ok := strings.CutSuffix(login, "[bot]"); ok {
		return s.appNamed(slug).bot
	}
	return s.newAccount(login, "User")
}

func (s *Sim) organization(login string) *account {
	if a := s.findAccount(login); a != nil {
		return a
	}
	return s.newAccount(login, "Organization")
}

// maintainer is who commits to the default branch where a story does not say: the first with most rights.
func (s *Sim) maintainer(r *repo) *account {
	best := r.owner
	role := 0
	for _, a := range s.w.accounts {
		if n := roles[r.people[a.id]]; n > role {
			best, role = a, n
		}
	}
	return best
}

func (s *Sim) loadInstallations(specs map[string]installationSpec) error {
	for _, a := range s.w.accounts {
		if a.kind != "Organization" || !s.ownsAny(a) {
			continue
		}
		x := specs[a.login]
		if x.Installed != nil && !*x.Installed {
			continue
		}
		i := &installation{id: s.id(), app: s.ours, account: a, all: true, repos: map[int64]bool{}, events: s.ours.events, created: s.now(), updated: s.now(),
			permissions: map[string]string{}}
		for k, v := range s.ours.permissions {
			i.permissions[k] = v
		}
		for k, v := range x.Permissions {
			i.permissions[k] = v
			if v == "none" {
				delete(i.permissions, k)
			}
		}
		if x.Suspended {
			i.suspended, i.suspendedBy = s.now(), a
		}
		if x.Repos.Kind == yaml.SequenceNode {
			var names []string
			if err := x.Repos.Decode(&names); err != nil {
				return fmt.Errorf("installation %s: repos: %w", a.login, err)
			}
			i.all = false
			for _, n := range names {
				r := s.findRepo(a.login, n[strings.LastIndex(n, "/")+1:])
				if r == nil {
					return fmt.Errorf("installation %s: no repository is called %s", a.login, n)
				}
				i.repos[r.id] = true
			}
		}
		s.w.installs = append(s.w.installs, i)
	}
	for login := range specs {
		if a := s.findAccount(login); a == nil || !s.ownsAny(a) {
			return fmt.Errorf("installation %s: the account owns no repository", login)
		}
	}
	return nil
}

func (s *Sim) ownsAny(a *account) bool {
	for _, r := range s.w.repos {
		if r.owner == a {
			return true
		}
	}
	return false
}
