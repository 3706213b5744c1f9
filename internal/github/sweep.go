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
	Config   string // ids of its .platform.yml and of its organisation's file; empty: it has none of its own
	Release  string // tag of the latest release; empty: none
	Open     []SweptPR
}

// SweptPR is an open pull request seen from afar.
type SweptPR struct {
	Number   int
	Head     string
	Base     string
	Updated  time.Time
	Draft    bool
	Labels   []string // the first twenty
	Decision string
	Checks   string // state of the rollup; empty: no checks
	Print    string // a digest of all this: another one means that something changed
}

const (
	sweepFields = `databaseId isArchived latestRelease{tagName}
owner{...on Organization{org:repository(name:".github"){object(expression:"HEAD:.platform.org.yml"){oid}}}} defaultBranchRef{name target{oid ...on Commit{config:file(path:".platform.yml"){oid}}}}
pullRequests(states:[OPEN],first:50,orderBy:{field:CREATED_AT,direction:ASC})` + sweepPage

	sweepPage = `{nodes{number headRefOid baseRefName updatedAt isDraft reviewDecision labels(first:20){nodes{name}} statusCheckRollup{state}} pageInfo{hasNextPage endCursor}}`

	moreText = `query More($owner:String!,$name:String!,$after:String!){repository(owner:$owner,name:$name,followRenames:false){
pullRequests(states:[OPEN],first:50,after:$after,orderBy:{field:CREATED_AT,direction:ASC})` + sweepPage + `}}`
)

type sweptPulls struct {
	Nodes []struct {
		Number                  int
		HeadRefOID, BaseRefName string
		UpdatedAt               time.Time
		IsDraft                 bool
		ReviewDecision          string
		Labels                  *list[struct{ Name string }]
		StatusCheckRollup       *struct{ State string }
	}
	PageInfo struct {
		HasNextPage bool
		EndCursor   string
	}
}

// Sweep looks at many repositories of an installation, 50 a query. One that is gone is left out.
func (c *Client) Sweep(ctx context.Context, inst int64, repos []RepoRef) ([]Swept, error) {
	var all []Swept
	err := c.each(ctx, inst, repos, sweepFields, func(ref RepoRef, raw json.RawMessage) error {
		var r struct {
			DatabaseID       int64
			IsArchived       bool
			LatestRelease    *struct{ TagName string }
			Owner            struct{ Org *orgReply }
			DefaultBranchRef *refReply
			PullRequests     sweptPulls
		}
		if err := json.Unmarshal(raw, &r); err != nil {
			return fmt.Errorf("decode %s: %w", ref.FullName(), err)
		}
		s := Swept{Repo: ref, Archived: r.IsArchived, Tip: r.DefaultBranchRef.tip(), Config: r.DefaultBranchRef.config()}
		s.Repo.ID = r.DatabaseID
		if r.Owner.Org != nil && r.Owner.Org.Object != nil && s.Config != "" {
			s.Config += " " + r.Owner.Org.Object.OID
		}
		if r.DefaultBranchRef != nil {
			s.Branch = r.DefaultBranchRef.Name
		}
		if r.LatestRelease != nil {
			s.Release = r.LatestRelease.TagName
		}
		var err error
		s.Open, err = c.sweepPulls(ctx, ref, r.PullRequests)
		all = append(all, s)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("sweep %d repositories of installation %d: %w", len(repos), inst, err)
	}
	return all, nil
}

// sweepPulls takes the first page of open pull requests and reads the others.
func (c *Client) sweepPulls(ctx context.Context, ref RepoRef, page sweptPulls) ([]SweptPR, error) {
	pulls := page.pulls()
	for page.PageInfo.HasNextPage {
		var out struct {
			Repository *struct{ PullRequests sweptPulls }
		}
		vars := map[string]any{"owner": ref.Owner, "name": ref.Name, "after": page.PageInfo.EndCursor}
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
		pull := SweptPR{Number: n.Number, Head: n.HeadRefOID, Base: n.BaseRefName, Updated: n.UpdatedAt, Draft: n.IsDraft, Decision: n.ReviewDecision}
		if n.Labels != nil {
			for _, l := range n.Labels.Nodes {
				pull.Labels = append(pull.Labels, l.Name)
			}
		}
		if n.StatusCheckRollup != nil {
			pull.Checks = n.StatusCheckRollup.State
		}
		pull.Print = pull.print()
		pulls = append(pulls, pull)
	}
	return pulls
}

func (p SweptPR) print() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %s %d %t %q %s %s", p.Number, p.Head, p.Base, p.Updated.Unix(), p.Draft, p.Labels, p.Decision, p.Checks))
	return hex.EncodeToString(sum[:8])
}
