package github

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/rules"
)

// The shapes of what the documents of queries.go are answered with.

type object struct{ OID string }

type actor struct {
	Typename     string `json:"__typename"`
	Login        string
	DatabaseID   int64
	CombinedSlug string // of a team
}

// ghost stands for people whose account is gone, as GitHub's own pages do.
var ghost = rules.Person{ID: 10137, Login: "ghost"}

// person is the account behind an actor. A bot's login is given with its brackets, as REST and the configuration write it;
// GraphQL has it without.
func (a *actor) person() rules.Person {
	if a == nil {
		return ghost
	}
	p := rules.Person{ID: a.DatabaseID, Login: a.Login, Bot: a.Typename == "Bot" || strings.HasSuffix(a.Login, "[bot]")}
	if p.Bot && !strings.HasSuffix(p.Login, "[bot]") {
		p.Login += "[bot]"
	}
	return p
}

type pageInfo struct{ HasNextPage, HasPreviousPage bool }

func (p pageInfo) more() bool { return p.HasNextPage || p.HasPreviousPage }

type list[T any] struct {
	Nodes    []T
	PageInfo pageInfo
}

type repoReply struct {
	ID                                                         string
	DatabaseID                                                 int64
	NameWithOwner                                              string
	IsArchived, IsPrivate                                      bool
	MergeCommitAllowed, SquashMergeAllowed, RebaseMergeAllowed bool
	DefaultBranchRef                                           *refReply
}

// is says that another repository has taken the name, where the id is known.
func (r repoReply) is(ref RepoRef) error {
	if ref.ID != 0 && ref.ID != r.DatabaseID {
		return fmt.Errorf("%s is repository %d now and not %d: %w", ref.FullName(), r.DatabaseID, ref.ID, ErrGone)
	}
	return nil
}

// repo is the repository as rules know it.
func (r repoReply) repo(ref RepoRef) rules.Repo {
	owner, name, _ := strings.Cut(r.NameWithOwner, "/")
	repo := rules.Repo{ID: r.DatabaseID, Owner: owner, Name: name, Private: r.IsPrivate, Archived: r.IsArchived, Installation: ref.Installation}
	if r.DefaultBranchRef != nil {
		repo.DefaultBranch, repo.DefaultTip = r.DefaultBranchRef.Name, r.DefaultBranchRef.tip()
	}
	for _, m := range []struct {
		allowed bool
		name    string
	}{{r.MergeCommitAllowed, rules.MethodMerge}, {r.SquashMergeAllowed, rules.MethodSquash}, {r.RebaseMergeAllowed, rules.MethodRebase}} {
		if m.allowed {
			repo.Methods = append(repo.Methods, m.name)
		}
	}
	return repo
}

type refReply struct {
	Name                 string
	Target               *tipReply
	BranchProtectionRule *classicReply
	Compare              *compareReply

	neededReply
	Landed *aheadReply
}

// tip is the commit at which the branch is; empty where there is no branch.
func (r *refReply) tip() string {
	if r == nil || r.Target == nil {
		return ""
	}
	return r.Target.OID
}

// config is the id of the branch's .platform.yml; empty: there is none.
func (r *refReply) config() string {
	if r == nil || r.Target == nil || r.Target.Config == nil {
		return ""
	}
	return r.Target.Config.OID
}

// owners is the id of CODEOWNERS, from the first of its places that has one.
// https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners#codeowners-file-location
func (r *refReply) owners() string {
	if r == nil || r.Target == nil {
		return ""
	}
	for _, place := range []*object{r.Target.Owners0, r.Target.Owners1, r.Target.Owners2} {
		if place != nil {
			return place.OID
		}
	}
	return ""
}

type tipReply struct {
	OID                               string
	Config, Owners0, Owners1, Owners2 *object
	Manifest                          *object
	Tree                              *object
	Parents                           list[object]
	History                           *list[object]
	madeReply
}

// madeReply is who made a commit, and whether GitHub vouches for it.
type madeReply struct {
	Author, Committer *authorReply
	Signature         *signatureReply
}

type authorReply struct {
	Name, Email string
	User        *struct{ DatabaseID int64 }
}

type signatureReply struct{ IsValid, WasSignedByGitHub bool }

// by says whether GitHub committed for our bot: its address as the author's, and as the committer's that of the same GitHub. Who may
// push can write both, unless the commit is signed.
func (m madeReply) by(self rules.App) bool {
	if m.Author == nil || m.Committer == nil || self.User == 0 {
		return false
	}
	if m.Author.User != nil {
		return m.Author.User.DatabaseID == self.User
	}
	id, committer := m.Author.account()
	return id == self.User && m.Committer.Email == committer
}

// made says whether our bot or GitHub itself committed it, as it does for who asks it to rebase.
func (m madeReply) made(self rules.App) bool {
	if m.Committer == nil || self.User == 0 {
		return false
	}
	id, _ := m.Committer.account()
	return id == self.User || strings.HasPrefix(m.Committer.Email, "noreply@")
}

// noReply is the address that GitHub gives an account: its id, its login, and GitHub's own host. An account can have one of another
// host as well, which somebody made to look so.
// https://docs.github.com/en/account-and-profile/reference/email-addresses-reference#your-noreply-email-address
var noReply = regexp.MustCompile(`^([0-9]+)\+[^@]+@users\.noreply\.(.+)$`)

// account is the account that an address of GitHub's is of, and the address that GitHub commits with at the same host; 0: none.
func (a authorReply) account() (id int64, committer string) {
	m := noReply.FindStringSubmatch(a.Email)
	if m == nil {
		return 0, ""
	}
	id, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return 0, ""
	}
	return id, "noreply@" + m[2]
}

// signed says whether GitHub made the commit: it signs what it commits for an App, and nobody else can sign so.
// https://docs.github.com/en/authentication/managing-commit-signature-verification/about-commit-signature-verification#signature-verification-for-bots
func (m madeReply) signed() bool {
	return m.Signature != nil && m.Signature.IsValid && m.Signature.WasSignedByGitHub
}

type compareReply struct {
	BehindBy               int
	BaseTarget, HeadTarget object
}

type classicReply struct {
	RequiresApprovingReviews     bool
	RequiredApprovingReviewCount int
	RequiresStatusChecks         bool
	RequiresStrictStatusChecks   bool
	RequiredStatusChecks         []struct {
		Context string
		App     *struct{ DatabaseID int64 }
	}
	RequiredStatusCheckContexts    []string // asked for where the field above is lacking
	RequiresConversationResolution bool
	RequiresLinearHistory          bool
	RequiresCommitSignatures       bool
	DismissesStaleReviews          bool
	RestrictsPushes                bool
	RequiresDeployments            bool
	LockBranch                     bool
}

type pullReply struct {
	ID, Title, Body, State string
	Number                 int
	IsDraft                bool
	CreatedAt, UpdatedAt   time.Time
	Author                 *actor

	HeadRefOID, HeadRefName string
	IsCrossRepository       bool
	HeadRepository          *struct {
		ID           string
		PullRequests *list[numbered]
	}
	HeadRepositoryOwner *actor
	MaintainerCanModify bool
	HeadRef             *refReply
	BaseRefName         string
	BaseRef             *refReply

	Mergeable, MergeStateStatus, ReviewDecision string
	IsMergeQueueEnabled, IsInMergeQueue         bool
	MergeQueueEntry                             *struct {
		Position int
		Enqueuer *actor
	}
	MergedBy    *actor
	MergeCommit *landedReply

	Labels         *list[struct{ Name string }]
	Files          *list[rules.File]
	Reviews        *list[reviewReply]
	ReviewRequests *list[struct{ RequestedReviewer *actor }]
	ReviewThreads  list[struct{ IsResolved bool }]
	TimelineItems  list[requestEvent]
	Written        list[writtenReply]
	QueueEvents    list[queueEvent]

	Suites            list[suitesReply]
	StatusCheckRollup *checksReply
	Commits           list[struct { // where a pull request has no rollup of its own
		Commit struct{ StatusCheckRollup *checksReply }
	}]
}

// checksReply is the checks of a commit.
type checksReply struct {
	Commit   *object
	Contexts list[contextReply]
}

// rollup is the checks of the pull request, which may be those of another commit than its head; nil: there are none.
func (r pullReply) rollup() *checksReply {
	if r.StatusCheckRollup == nil && len(r.Commits.Nodes) > 0 {
		return r.Commits.Nodes[0].Commit.StatusCheckRollup
	}
	return r.StatusCheckRollup
}

type reviewReply struct {
	State                     string
	SubmittedAt               time.Time
	AuthorCanPushToRepository bool
	Author                    *actor
	Commit                    *object
}

// requestEvent is that somebody was asked for a review, or that this was taken back.
type requestEvent struct {
	Typename          string `json:"__typename"`
	Actor             *actor
	RequestedReviewer *actor
}

// contextReply is a check run or a commit status.
type contextReply struct {
	Typename   string `json:"__typename"`
	IsRequired bool

	DatabaseID                           int64
	Name, Status, Conclusion, ExternalID string
	CompletedAt, CreatedAt               time.Time
	CheckSuite                           struct {
		DatabaseID int64 // asked for where runs do not tell the event that started them
		App        *struct {
			DatabaseID int64
			Slug       string
		}
		WorkflowRun *struct {
			Event    string
			Workflow struct{ DatabaseID int64 }
		}
	}

	Context, State string
}
