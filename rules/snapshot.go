package rules

import (
	"maps"
	"slices"
	"time"

	"github.com/pitcrew-app/pitcrew/config"
)

// Snapshot is what GitHub said about a subject at one moment, with what else a decision needs. Exactly one of PR, Base
// and Release is set, by the kind of the subject.
type Snapshot struct {
	Subject Subject
	Now     time.Time // when the load began, UTC
	Repo    Repo
	Config  Config

	PR      *PR
	Base    *Base
	Release *Release

	Owners  *Owners             // CODEOWNERS of the base branch; nil: there is none
	Recent  map[string]int64    // when a person (token) was last asked for a review in this repository: a log number
	People  map[string]*Person  // by login in lower case: whom a Need asked for; nil: there is no such account
	Members map[string][]Person // members of teams by "org/slug" in lower case, as far as they were asked for
	Roles   map[string]string   // by login in lower case: GitHub's word for what somebody may do in the repository; empty: nothing
	App     App                 // who we are
	Paused  []Pause             // where merging is stopped, of the repository and its installation

	Barred map[string]Barred // by base: where GitHub lets us merge nothing

	Observing bool // here nothing is written: everything is decided, and what would be done is taken note of
}

// App is pitcrew's own identity: "our own" is decided by these ids, never by a name.
type App struct {
	ID   int64 // of the GitHub App
	Slug string
	User int64 // of its bot user
}

// Repo is a repository, by what decisions need of it.
type Repo struct {
	ID            int64
	Owner, Name   string
	DefaultBranch string
	DefaultTip    string // commit id at which it is
	Private       bool
	Archived      bool
	Methods       []string // merge methods that the repository allows: merge, squash, rebase
	NoRebase      bool     // this GitHub is known to have no update by rebase
	Installation  int64
}

// FullName is owner/name.
func (r Repo) FullName() string { return r.Owner + "/" + r.Name }

// Source is a branch of which the files say what is wanted, and the commit at which it was read.
type Source struct {
	Repo     int64
	Ref, Tip string
}

// Sources are the branches that govern what is decided here: the base, and the default branch, whose file stands in for one that
// the base has not.
func (s *Snapshot) Sources() []Source {
	switch {
	case s.Release != nil && s.Release.Target != nil:
		t := s.Release.Target
		return []Source{{t.Repo.ID, t.Branch, t.Tip}}
	case s.PR != nil:
		return s.besideDefault(Source{s.Repo.ID, s.PR.BaseRef, s.PR.BaseTip})
	case s.Base != nil:
		return s.besideDefault(Source{s.Repo.ID, s.Base.Ref, s.Base.Tip})
	}
	return nil
}

func (s *Snapshot) besideDefault(base Source) []Source {
	if base.Ref == s.Repo.DefaultBranch {
		return []Source{base}
	}
	return []Source{base, {s.Repo.ID, s.Repo.DefaultBranch, s.Repo.DefaultTip}}
}

// Config is what governs a base branch: its .platform.yml (or the default branch's), and what the organisation says.
type Config struct {
	File     *config.File     // nil: absent, or unreadable
	Problems []config.Problem // of both files
	Unknown  string           // why a file that exists could not be read; nothing acts
	Observe  config.Observe   // of file and organisation, the stricter
	Blob     string           // id of the file's blob; empty: absent
	Org      string           // id of the organisation's; empty: absent
}

// Absent says that no file turns anything on here.
func (c Config) Absent() bool { return c.File == nil && len(c.Problems) == 0 && c.Unknown == "" }

// Broken says that the file has an error: everything that it governs stops.
func (c Config) Broken() bool {
	for _, p := range c.Problems {
		if p.Level == config.Error {
			return true
		}
	}
	return false
}

func (c Config) section(name string) *config.Section {
	if c.File == nil {
		return nil
	}
	return c.File.Sections[name]
}

// held gives the reasons why nothing that this configuration governs may act.
func (c Config) held() []Reason {
	if c.Unknown != "" {
		return []Reason{{Code: CodeConfigUnknown, State: Stopped, Args: Args{"why": c.Unknown}}}
	}
	if stops(c.Problems) {
		return problemReasons(c.Problems)
	}
	return nil
}

// Tri is a fact that may be unknown; unknown is neither yes nor no.
type Tri int

// The three values.
const (
	Unknown Tri = iota
	Yes
	No
)

// Word is the value in one word: yes, no, unknown.
func (t Tri) Word() string { return [...]string{"unknown", "yes", "no"}[t] }

// Person is a GitHub account. In the log and in reports only the token appears.
type Person struct {
	ID    int64  `json:"-"`
	Login string `json:"-"`
	Bot   bool   `json:"-"`
	Token string `json:"token"`
}

// PR is a pull request, with all that GitHub says about it.
type PR struct {
	ID, Title, Body string
	Number          int
	Author          Person
	State           string // OPEN, CLOSED, MERGED
	Draft           bool
	CreatedAt       time.Time
	UpdatedAt       time.Time // when something last happened to it, by GitHub

	Head        string // commit id of the head
	HeadRef     string // name of the head branch
	HeadTree    string // id of the tree of the head; empty: its branch is gone
	HeadParents []string
	HeadBot     bool  // the head's commit has our bot as its author, which anybody can write who may push
	HeadSigned  bool  // and GitHub's own signature holds for it: then it is so
	HeadMade    bool  // the head's commit names our bot or GitHub as who committed it, which anybody can write
	Fork        bool  // the head is in another repository, or that repository is gone
	Edits       Edits // of a fork: whether its branch may be updated
	BaseRef     string
	BaseTip     string // commit id at which the base branch is
	Behind      Tri    // the base's tip is not an ancestor of the head
	Mergeable   Tri
	Carried     bool    // it could be merged before landings of ours that touched nothing that it touches: GitHub has yet to say so
	MergeState  string  // GitHub's mergeStateStatus: a hint, never a verdict
	Clashes     []Clash // of one that conflicts, the files that its base changed too; nil: not known
	Decision    string  // reviewDecision: APPROVED, CHANGES_REQUESTED, REVIEW_REQUIRED, or empty where no rule asks for reviews

	Labels    []string
	Files     []File
	Authors   []int64    // ids of the people who wrote its commits: authors, co-authors, committers
	Unclaimed string     // a commit of which GitHub cannot tell the author's account; empty: there is none
	Commits   []Commit   // oldest first, as far as they were read
	Reviews   []Review   // in order of submission
	Requests  []Request  // open review requests
	Removed   []Person   // whose request was taken back by somebody else than us
	ByUs      []Person   // whom we asked for a review, by GitHub's own record
	Open      int        // conversations that are not resolved
	Checks    []Check    // the newest of each (app, workflow, event, name), at Head
	Held      int        // workflows at Head that wait until somebody lets them run
	Queue     bool       // the base has GitHub's merge queue
	Queued    *Queued    // its entry there; nil: it is not in it
	Left      *LeftQueue // how it last left it; nil: it never did, or is in it again
	Truncated []string   // what GitHub has more of than was read

	MergedBy    Person
	MergeCommit string
	Landed      *Landed    // the merge commit, as far as it must be compared
	Branch      HeadBranch // the head branch, where it may be deleted

	Protection Protection // of the base
	Memory     *Memory    // what we remember about this pull request
	Brings     []Brought  // our own files, as the pull request would leave them

	Comment *OwnComment // ours; nil: it was not asked for
}

// Is says whether the pull request is open.
func (p *PR) IsOpen() bool { return p.State == "OPEN" }

// File is a changed file.
type File struct {
	Path                 string
	Previous             string // the path that it had before; empty: it was not renamed
	Change               string `json:"changeType"` // GitHub's word: ADDED, MODIFIED, DELETED, RENAMED, COPIED, CHANGED
	Additions, Deletions int
}

// Renamed is GitHub's word for a file that was moved. Its old path has lost the file, as if it were deleted there.
const Renamed = "RENAMED"

// paths are all paths that the pull request touches, those that renamed files had before as well.
func (p *PR) paths() []string {
	var paths []string
	for _, f := range p.Files {
		paths = append(paths, f.Path)
		if f.Previous != "" {
			paths = append(paths, f.Previous)
		}
	}
	return paths
}

// Commit is a commit of a pull request.
type Commit struct {
	ID      string
	Message string   // by whoever made it
	Authors []Author // the author, then those whom it names as co-authors
	By      int64    // the account that GitHub made and signed it for, which nobody can forge; 0: it was pushed
}

// Author is somebody whom a commit names.
type Author struct {
	Name, Email string
	User        int64 // 0: GitHub knows no account with this address; a bot's it never tells
}

// Review is one submitted review.
type Review struct {
	By     Person
	State  string // APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED
	Commit string
	At     time.Time
	Writer bool // the reviewer may push, which is what GitHub counts
}

// Request is an open review request: of a person or, if Team is set ("acme/core"), of a team.
type Request struct {
	Person Person
	Team   string
}

// Check is the newest check run of its name, or the newest commit status of its context.
type Check struct {
	ID       int64 // of a check run; 0 for a status
	Name     string
	App      int64 // 0 for a status
	Slug     string
	State    CheckState
	Result   string // GitHub's own word: SUCCESS, FAILURE, IN_PROGRESS, …
	External string // external_id: for our own check run, the digest of its text
	Required bool
	At       time.Time // when it finished, or a status was set; zero: it has not
}

// CheckState folds status and conclusion.
type CheckState int

// The states of a check. Neutral and skipped pass, as GitHub has it for required checks
// (https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/about-status-checks).
const (
	CheckPending CheckState = iota
	CheckPassed
	CheckFailed
)

// Protection is what GitHub itself demands before a merge into the base: classic branch protection and all active
// rulesets together.
type Protection struct {
	Unreadable    string // why classic protection cannot be read; nothing may land
	Checks        []RequiredCheck
	Strict        bool // branches must be up to date before merging
	Approvals     int
	Conversations bool   // all conversations must be resolved
	Linear        bool   // no merge commits
	Dismisses     bool   // approvals are dismissed at a push
	Queue         bool   // GitHub's merge queue
	QueueMethod   string // by which that lands; empty: it is not known
	Others        []string
	By            map[Demand]string // where a demand stands, for people: ByBranch, ByRuleset, or both
}

// Demand names what Protection asks for, where one must be told from another.
type Demand string

// The demands whose place is known.
const (
	DemandApprovals     Demand = "approvals"
	DemandStrict        Demand = "strict"
	DemandConversations Demand = "conversations"
	DemandLinear        Demand = "linear"
	DemandQueue         Demand = "queue"
)

// Where GitHub keeps what it demands.
const (
	ByBranch  = "branch protection"
	ByRuleset = "ruleset"
)

// RequiredCheck is the name of a check that must pass; App pins it to one GitHub App, 0 means any.
type RequiredCheck struct {
	Name string
	App  int64
	By   string // ByBranch or ByRuleset
}

// Base is a base branch with those of its pull requests that stand in line, in order, and those that are kept up to date.
type Base struct {
	Ref        string
	Tip        string
	Line       []*PR // loaded ones, in the order of the line
	Waiting    []int // the numbers of the whole line, in order
	Protection Protection
	Memory     *Memory

	Passed []string // commits at which it was before our own newest landings
}

// Release is a published release, seen from one repository that may use what was released.
type Release struct {
	Tag        string
	Draft      bool
	Prerelease bool
	Package    string // the package's name at the tag; empty: the repository publishes none
	Source     Repo   // the repository that was released

	Target *Target // nil where the subject is the release itself
	Memory *Memory
}

// Target is a repository that uses the released package.
type Target struct {
	Repo     Repo
	Branch   string // the default branch
	Tip      string
	Manifest string            // path of the manifest
	Text     []byte            // its text at Tip; nil: there is none
	Locks    []string          // lock files beside it
	Proposed *Proposal         // what is already there
	Branches map[string]string // our own branches there, with their tips
}

// Proposal is an open pull request of ours for the same package.
type Proposal struct {
	Number int
	ID     string
	Head   string
	Ours   bool   // GitHub made all its commits for us, by its own signature
	Text   []byte // the manifest at Head
}

// Everybody gives every person in the snapshot, so that tokens can be put in, in an order that does not change.
func (s *Snapshot) Everybody() []*Person {
	var people []*Person
	prs := []*PR{}
	if s.PR != nil {
		prs = append(prs, s.PR)
	}
	if s.Base != nil {
		prs = append(prs, s.Base.Line...)
	}
	for _, p := range prs {
		people = append(people, &p.Author, &p.MergedBy)
		for i := range p.Reviews {
			people = append(people, &p.Reviews[i].By)
		}
		for i := range p.Requests {
			people = append(people, &p.Requests[i].Person)
		}
		for i := range p.Removed {
			people = append(people, &p.Removed[i])
		}
		for i := range p.ByUs {
			people = append(people, &p.ByUs[i])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Members)) {
		team := s.Members[name]
		for i := range team {
			people = append(people, &team[i])
		}
	}
	for _, login := range slices.Sorted(maps.Keys(s.People)) {
		if who := s.People[login]; who != nil {
			people = append(people, who)
		}
	}
	return people
}
