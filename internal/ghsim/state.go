package ghsim

import (
	"crypto/rsa"
	"time"
)

// world is everything that GitHub would keep in its database: one value, guarded by Sim.mu, cloned for reads that lag.
// Lists are in the order of creation, and nothing seen from outside depends on the order of a map.
type world struct {
	lastID   int64 // database ids and issue numbers never come twice
	accounts []*account
	teams    []*team
	apps     []*app
	installs []*installation
	repos    []*repo
}

// account is a user, an organisation or the bot of an App.
type account struct {
	id      int64
	login   string // "ana", "acme", "pitcrew[bot]"
	kind    string // User, Organization, Bot: GitHub's own words
	name    string
	email   string
	app     *app // of a Bot
	created time.Time
}

// team is a team of an organisation. Its permission on a repository is in repo.teams.
type team struct {
	id      int64
	org     *account
	slug    string
	name    string
	members []*account
}

// app is a GitHub App: ours, or one that only reports checks (ci, travis).
type app struct {
	id          int64
	slug, name  string
	owner       *account
	bot         *account
	key         *rsa.PrivateKey // the newest; nil for Apps that are not ours
	older       *rsa.PrivateKey // the one before, until it is deleted; nil: there is none
	secret      string          // of its webhook
	permissions map[string]string
	events      []string
	created     time.Time
	callbacks   []string // where users who sign in come back to; none: addresses of the machine itself
	setupURL    string   // where people go after installing it
	hookURL     string   // of an App from a manifest
}

// installation is an App in the account of a user or organisation.
type installation struct {
	id          int64
	app         *app
	account     *account
	all         bool // every repository of the account, later ones too
	repos       map[int64]bool
	permissions map[string]string // "contents": "write"
	events      []string
	created     time.Time
	updated     time.Time
	suspended   time.Time // zero: not suspended
	suspendedBy *account
	deleted     bool
}

// token is a bearer token: of an installation (with inst) or of a person (with user).
type token struct {
	text        string
	inst        *installation
	user        *account
	app         *app              // a user's token for an App: it may what both may
	permissions map[string]string // nil for a person: what the person may
	repos       map[int64]bool    // nil: all that the installation has
	expires     time.Time         // zero: never
}

// repo is a repository. git holds its objects; forks share the store of what they were forked from, as on GitHub.
type repo struct {
	id            int64
	owner         *account
	name          string
	description   string
	private       bool
	archived      bool
	parent        *repo // of a fork
	defaultBranch string
	created       time.Time
	updated       time.Time
	pushed        time.Time
	oldNames      []string // full names it had before: they answer 301

	git        *gitRepo
	branches   map[string]string // name without refs/heads/ -> commit
	tags       map[string]string // name -> commit
	tagObjects map[string]string // annotated tags: name -> tag object
	commits    int               // how many commits of the default branch have got a name

	people map[int64]string // account id -> read, triage, write, maintain, admin
	teams  map[int64]string // team id -> same

	mergeMethods        []string // allowed ones of merge, squash, rebase
	deleteBranchOnMerge bool
	allowAutoMerge      bool
	allowUpdateBranch   bool
	squashTitle         string // PR_TITLE or COMMIT_OR_PR_TITLE
	squashMessage       string // PR_BODY, COMMIT_MESSAGES, BLANK
	mergeTitle          string // PR_TITLE, MERGE_MESSAGE
	mergeMessage        string // PR_BODY, PR_TITLE, BLANK

	protections []*protection
	rulesets    []*ruleset

	lastNumber int // issues and pull requests share it
	pulls      []*pull
	issues     []*issue
	labels     []*label
	suites     []*checkSuite
	checks     []*checkRun
	statuses   []*status
	releases   []*release
}

// fullName is owner/name.
func (r *repo) fullName() string { return r.owner.login + "/" + r.name }

// policy is what a protection or a ruleset asks of a change to a branch; zero fields ask nothing.
type policy struct {
	reviews       bool // approvals, owners … are asked for at all
	approvals     int
	owners        bool // code owners must approve
	dismissStale  bool // a push that changes the diff dismisses approvals
	lastPush      bool // somebody else than the last pusher must approve
	conversations bool // all threads resolved
	checks        []requiredCheck
	strict        bool // the head must contain the base's tip
	linear        bool // no merge commits
	signatures    bool
	deletion      bool     // forbidden, by a ruleset; classic protection always forbids it
	queue         bool     // only through a merge queue
	queueMethod   string   // by which it lands; empty: squash
	methods       []string // allowed by a ruleset's pull_request rule; empty: all of the repository's
	locked        bool
}

// requiredCheck is a context that must have passed; app 0: from anybody.
type requiredCheck struct {
	context string
	app     int64
}

// protection is classic branch protection of the branches that match pattern.
type protection struct {
	id      int64
	pattern string
	policy
	admins   bool // holds for administrators too
	restrict []*account
	limited  bool // pushes and merges only by restrict
}

// ruleset is a repository ruleset. Its conditions are patterns of branch names; "~DEFAULT_BRANCH" and "~ALL" too.
type ruleset struct {
	id          int64
	name        string
	enforcement string // active, evaluate, disabled
	include     []string
	exclude     []string
	policy
	bypassApps  map[int64]bool
	bypassAdmin bool
	created     time.Time
}

// pull is a pull request.
type pull struct {
	id     int64
	number int
	repo   *repo
	author *account
	title  string
	body   string
	open   bool
	draft  bool
	locked bool

	ciRuns map[string]int // how often CI ran each of its checks

	headRepo       *repo // nil: the fork was deleted
	headRef        string
	head           string // commit
	base           string // branch
	baseSHA        string // the base's tip when the pull request was opened or last pushed to: not its tip now
	maintainerEdit bool

	labels    []*label
	assignees []*account
	requested []*reviewRequest
	reviews   []*review
	threads   []*thread
	comments  []*comment
	timeline  []*timelineItem

	created     time.Time
	updated     time.Time
	closed      time.Time
	mergedAt    time.Time // zero: not merged
	mergedBy    *account
	mergeCommit string // after the merge: the merge, squash or last rebased commit
	closedBy    *account

	mergeability mergeability
	autoMerge    *autoMerge
	queued       *queueEntry
	lastPusher   *account
	pushedAt     time.Time // of the head
	pushMark     int64     // id at the last push that changed the diff: reviews with a lower id are older
	updating     bool      // an update-branch is on its way

	refusal   *refusal  // GitHub refuses to merge it, whatever it says before
	busy      time.Time // until then a merge of it is on its way
	undoes    bool      // its squash silently takes back what the base got since it branched off
	keepState string    // "unknown": mergeability is not computed until the story waits
}

func (p *pull) merged() bool { return !p.mergedAt.IsZero() }

// mergeability is what GitHub knows of the test merge of a pull request.
type mergeability struct {
	known      bool
	mergeable  bool
	testMerge  string // commit of refs/pull/N/merge
	head, base string // what it was computed from; kept when thrown away
	computing  bool
}

// refusal is an answer to every merge of one pull request.
type refusal struct {
	status  int
	message string
}

type autoMerge struct {
	by       *account
	at       time.Time
	method   string // merge, squash, rebase
	headline string
	body     string
}

type queueEntry struct {
	id int64 // the lower, the earlier
	by *account
	at time.Time
}

// reviewRequest asks a person or a team, never both.
type reviewRequest struct {
	id      int64
	user    *account
	team    *team
	asOwner bool
	by      *account
	at      time.Time
}

// review is a submitted review; state is in GitHub's GraphQL words: APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED, PENDING.
type review struct {
	id        int64
	author    *account
	state     string
	body      string
	commit    string // the head that was reviewed
	base      string // tip of the merge base at that time: the approved diff is base..commit
	submitted time.Time
	dismissed string // message of the dismissal
}

// thread is a conversation on the diff.
type thread struct {
	id         int64
	resolved   bool
	outdated   bool
	resolvedBy *account
	path       string
	line       int
	comments   []*comment
}

// comment is an issue comment, or a comment of a thread.
type comment struct {
	id      int64
	author  *account
	body    string
	created time.Time
	updated time.Time

	reactions []reaction
}

// reaction is a person's +1, heart, eyes … on a comment.
type reaction struct {
	id      int64
	by      *account
	content string
	at      time.Time
}

// timelineItem is an entry of a pull request's history; kind is the GraphQL type, e.g. ReviewRequestedEvent.
type timelineItem struct {
	id    int64
	kind  string
	actor *account
	at    time.Time
	user  *account // the reviewer of ReviewRequestedEvent and ReviewRequestRemovedEvent
	team  *team
	from  string // beforeCommit, previousRefName
	to    string // afterCommit, currentRefName
	label *label
	word  string // reason
}

// issue is an issue that is no pull request.
type issue struct {
	id       int64
	number   int
	author   *account
	title    string
	body     string
	open     bool
	labels   []*label
	comments []*comment
	created  time.Time
	updated  time.Time
	closed   time.Time
}

type label struct {
	id          int64
	name        string
	color       string
	description string
}

// checkSuite groups the check runs of one App on one commit.
type checkSuite struct {
	id      int64
	app     *app
	sha     string
	branch  string
	created time.Time
	updated time.Time

	workflow int64 // of the run that it stands for; 0: none that we know of
	held     bool  // that run waits until somebody lets it run
}

// checkRun is a check run; status is queued, in_progress or completed, conclusion "" until completed.
type checkRun struct {
	id         int64
	suite      *checkSuite
	app        *app
	sha        string
	name       string
	status     string
	conclusion string
	started    time.Time
	completed  time.Time
	detailsURL string
	externalID string
	title      string
	summary    string
	text       string
	actions    []any

	annotations []annotation
}

// status is a commit status: the newest of a context counts.
type status struct {
	id          int64
	sha         string
	context     string
	state       string // success, failure, error, pending
	description string
	targetURL   string
	creator     *account
	created     time.Time
}

type release struct {
	id         int64
	tag        string
	target     string
	name       string
	body       string
	draft      bool
	prerelease bool
	author     *account
	created    time.Time
	published  time.Time
}

// caller is who sent a request: an App by its JWT (app alone), an installation of it (app and inst), or a person (user).
type caller struct {
	app   *app
	inst  *installation
	user  *account
	token *token
}

// apiError is an answer other than 2xx in the form that REST and GraphQL both draw from.
type apiError struct {
	Status      int
	Message     string
	Errors      []fieldError
	GraphQLType string   // UNPROCESSABLE, NOT_FOUND, FORBIDDEN …
	Accepted    string   // X-Accepted-GitHub-Permissions
	Plain       []string // errors that GitHub sends as bare strings
	Docs        string
	RetryAfter  string // seconds
}

func (e *apiError) Error() string { return e.Message }

// fieldError is an entry of "errors" in a 422.
type fieldError struct {
	Resource string `json:"resource,omitempty"`
	Code     string `json:"code,omitempty"`
	Field    string `json:"field,omitempty"`
	Message  string `json:"message,omitempty"`
}
