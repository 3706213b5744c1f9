package github

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// Swept is a repository seen from afar: enough to tell what changed since it was last looked at.
type Swept struct {
	Repo     RepoRef
	Archived bool
	Branch   string // the default branch; empty: the repository is empty
	Tip      string
	Config   string // ids of its .platform.yml, its organisation's file and its CODEOWNERS; empty: it has none of its own
	Release  string // tag of the latest release; empty: none
	Open     []SweptPR
}

// SweptPR is an open pull request seen from afar. Labels, reviews, requests and comments show in Updated.
type SweptPR struct {
	Number   int
	Head     string
	Base     string
	BaseTip  string // empty: the branch is gone
	Updated  time.Time
	Draft    bool
	Decision string
	Checks   string // state of the rollup; empty: no checks
	Print    string // a digest of all this but the base's tip: another one means that something changed
}

// What is asked for has no connection but that of pull requests, because connections are what points are counted by.
const (
	sweepFields = `databaseId isArchived latestRelease{tagName}
owner{...on Organization{org:repository(name:".github"){object(expression:"HEAD:.platform.org.yml"){oid}}}}
defaultBranchRef{name target{oid ...on Commit{config:file(path:".platform.yml"){oid}
owners0:file(path:".github/CODEOWNERS"){oid} owners1:file(path:"CODEOWNERS"){oid} owners2:file(path:"docs/CODEOWNERS"){oid}}}}
pullRequests(states:[OPEN],first:$pulls,orderBy:{field:CREATED_AT,direction:ASC})` + sweepPage

	sweepPage = `{nodes{number headRefOid baseRefName baseRef{target{oid}} updatedAt isDraft reviewDecision
commits(last:1){nodes{commit{ # instead of PullRequest.statusCheckRollup
statusCheckRollup{state}
}}} # instead of PullRequest.statusCheckRollup
} pageInfo{hasNextPage endCursor}}`

	moreText = `query More($owner:String!,$name:String!,$after:String!,$pulls:Int!){repository(owner:$owner,name:$name` + sameName + `){
pullRequests(states:[OPEN],first:$pulls,after:$after,orderBy:{field:CREATED_AT,direction:ASC})` + sweepPage + `}}`
)

type rollupState struct{ State string }

type sweptPulls struct {
	Nodes []struct {
		Number                  int
		HeadRefOID, BaseRefName string
		UpdatedAt               time.Time
		IsDraft                 bool
		ReviewDecision          string
		BaseRef                 *refReply
		StatusCheckRollup       *rollupState
		Commits                 list[struct {
			Commit struct{ StatusCheckRollup *rollupState }
		}] // where there is no such field
	}
	PageInfo struct {
		HasNextPage bool
		EndCursor   string
	}
}

// sweptReply is one repository of the answer.
type sweptReply struct {
	DatabaseID       int64
	IsArchived       bool
	LatestRelease    *struct{ TagName string }
	Owner            struct{ Org *orgReply }
	DefaultBranchRef *refReply
	PullRequests     sweptPulls
}

// Sweep looks at many repositories of an installation. One that is gone is left out, and so is another one that has taken its
// name. With an error come those that were read before it, which are the first.
func (c *Client) Sweep(ctx context.Context, inst int64, repos []RepoRef) ([]Swept, error) {
	var all []Swept
	err := c.each(ctx, inst, repos, sweepFields, func(ref RepoRef, raw json.RawMessage) error {
		var r sweptReply
		if err := json.Unmarshal(raw, &r); err != nil {
			return fmt.Errorf("decode %s: %w", ref.FullName(), err)
		}
		if r.DatabaseID != ref.ID {
			return nil
		}
		applies, err := c.applies(ctx, ref, r.Owner.Org)
		if err != nil {
			return err
		}
		s := r.swept(ref, applies)
		if s.Open, err = c.sweepPulls(ctx, ref, r.PullRequests); err == nil {
			all = append(all, s)
		}
		return err
	})
	if err != nil {
		return all, fmt.Errorf("sweep %d repositories of installation %d: %w", len(repos), inst, err)
	}
	return all, nil
}

// swept is what the answer says. A repository without a file of its own has a configuration where the organisation's applies.
func (r sweptReply) swept(ref RepoRef, applies bool) Swept {
	s := Swept{Repo: ref, Archived: r.IsArchived, Tip: r.DefaultBranchRef.tip(), Config: r.DefaultBranchRef.config()}
	if s.Config != "" || applies {
		if r.Owner.Org != nil && r.Owner.Org.Object != nil {
			s.Config += " " + r.Owner.Org.Object.OID
		}
		if owners := r.DefaultBranchRef.owners(); owners != "" {
			s.Config += " " + owners
		}
	}
	if r.DefaultBranchRef != nil {
		s.Branch = r.DefaultBranchRef.Name
	}
	if r.LatestRelease != nil {
		s.Release = r.LatestRelease.TagName
	}
	return s
}

// sweepPulls takes the first page of open pull requests and reads the others.
func (c *Client) sweepPulls(ctx context.Context, ref RepoRef, page sweptPulls) ([]SweptPR, error) {
	pulls := page.pulls()
	for page.PageInfo.HasNextPage {
		var out struct {
			Repository *struct{ PullRequests sweptPulls }
		}
		vars := map[string]any{"owner": ref.Owner, "name": ref.Name, "after": page.PageInfo.EndCursor, "pulls": c.appetite.portion(ref.Installation).pulls}
		if _, err := c.query(ctx, ref.Installation, moreText, vars, &out, nil); err != nil {
			return nil, err
		}
		if out.Repository == nil {
			return nil, ErrGone
		}
		page = out.Repository.PullRequests
		pulls = append(pulls, page.pulls()...)
	}
	return pulls, nil
}

func (p sweptPulls) pulls() []SweptPR {
	var pulls []SweptPR
	for _, n := range p.Nodes {
		pull := SweptPR{Number: n.Number, Head: n.HeadRefOID, Base: n.BaseRefName, BaseTip: n.BaseRef.tip(), Updated: n.UpdatedAt, Draft: n.IsDraft, Decision: n.ReviewDecision}
		if n.StatusCheckRollup != nil {
			pull.Checks = n.StatusCheckRollup.State
		}
		pull.Print = pull.print()
		pulls = append(pulls, pull)
	}
	return pulls
}

func (p SweptPR) print() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %s %d %t %s %s", p.Number, p.Head, p.Base, p.Updated.Unix(), p.Draft, p.Decision, p.Checks))
	return hex.EncodeToString(sum[:8])
}
