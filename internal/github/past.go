package github

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/rules"
)

// Listed is a pull request from a list, with its configuration, to be decided again under another one. A merged one is as it was when
// it landed.
type Listed struct {
	*rules.Snapshot
	Landed bool

	governs  governs
	own      bool   // the base has a file of its own, else the default branch's holds
	fallback string // id of the default branch's
}

// Listing is the newest pull requests of a repository in one state.
type Listing struct {
	Pulls []Listed
	All   int // how many there are in this state
}

// ListQuery says which pull requests to list.
type ListQuery struct {
	Landed bool                // those that were merged, instead of those that are open
	Most   int                 // at most so many, those that changed last
	Tell   func(read, all int) // is told how far it is, after each query; nil: nobody is
}

// listAtOnce is how many pull requests a query asks for: about 5,000 nodes each page of ten. Where that is too heavy for GitHub's
// ten seconds, half as many are asked for, down to listLeast.
const (
	listAtOnce = 50
	listLeast  = 5
)

// List reads pull requests with what decides about them, one query for each fifty. What GitHub only tells of a single pull request
// is left out: which checks it calls required (its rules say so too), and how far each is behind, where its merge state does not
// tell.
func (c *Client) List(ctx context.Context, ref RepoRef, q ListQuery) (Listing, error) {
	var out Listing
	var after *string
	for size := listAtOnce; len(out.Pulls) < q.Most; {
		page, err := c.listPage(ctx, ref, q, min(size, q.Most-len(out.Pulls)), after)
		if err != nil && tooHeavy(err) && size > listLeast {
			size /= 2
			continue
		}
		if err != nil {
			return Listing{}, fmt.Errorf("list the pull requests of %s: %w", ref.FullName(), err)
		}
		out.Pulls, out.All = append(out.Pulls, page.pulls...), page.all
		if q.Tell != nil {
			q.Tell(len(out.Pulls), min(out.All, q.Most))
		}
		if !page.more {
			break
		}
		after = &page.end
	}
	return out, nil
}

// listPage is the answer to one query.
type listPage struct {
	pulls []Listed
	all   int
	more  bool
	end   string
}

type listReply struct {
	repoReply
	PullRequests struct {
		TotalCount int
		PageInfo   struct {
			HasNextPage bool
			EndCursor   string
		}
		Nodes []struct {
			pullReply
			MergedAt *time.Time
		}
	}
}

func (c *Client) listPage(ctx context.Context, ref RepoRef, q ListQuery, size int, after *string) (listPage, error) {
	s, err := c.begin(ctx, rules.RepoSubject(ref.ID))
	if err != nil {
		return listPage{}, err
	}
	state := "OPEN"
	if q.Landed {
		state = "MERGED"
	}
	var out snapshotReply
	vars := map[string]any{"owner": ref.Owner, "name": ref.Name, "states": []string{state}, "first": size, "after": after}
	facts, err := c.query(ctx, ref.Installation, listText, vars, &out, snapshotFacts)
	if err != nil {
		return listPage{}, err
	}
	var r listReply
	if err := out.decode(&r); err != nil {
		return listPage{}, err
	}
	page := listPage{all: r.PullRequests.TotalCount, more: r.PullRequests.PageInfo.HasNextPage, end: r.PullRequests.PageInfo.EndCursor}
	for i := range r.PullRequests.Nodes {
		n := &r.PullRequests.Nodes[i]
		listed, err := c.listed(ctx, *s, ref, governed{r.repoReply, n.BaseRefName, n.BaseRef, out.Org, facts, nil}, &n.pullReply)
		if err != nil {
			return listPage{}, err
		}
		listed.PR = listed.PR.AsComputed()
		if n.MergedAt != nil {
			listed.PR, listed.Now, listed.Landed = listed.PR.AsLanded(*n.MergedAt), *n.MergedAt, true
		}
		page.pulls = append(page.pulls, listed)
	}
	return page, nil
}

// listed makes a snapshot of one pull request of the list.
func (c *Client) listed(ctx context.Context, s rules.Snapshot, ref RepoRef, g governed, reply *pullReply) (Listed, error) {
	s.PR = reply.pull(s.App)
	s.Subject = rules.PRSubject(g.repo.DatabaseID, s.PR.Number)
	g.pulls = []*rules.PR{s.PR}
	if err := c.govern(ctx, &s, ref, g); err != nil {
		return Listed{}, err
	}
	behindByState(s.PR)
	return Listed{
		Snapshot: &s, own: g.base.config() != "", fallback: g.repo.DefaultBranchRef.config(),
		governs: governs{repo: s.Repo, file: s.Config.Blob, org: s.Config.Org, unknown: s.Config.Unknown, owners: g.base.owners()},
	}, nil
}

// listText is the query of a page. It has the fields of a snapshot but those that take the pull request's own number or head, and
// fewer commits, since each costs a connection for its authors.
var listText = withFragments(`query List($owner:String!,$name:String!,$states:[PullRequestState!],$first:Int!,$after:String){
repository(owner:$owner,name:$name` + sameName + `){...repo
pullRequests(states:$states,first:$first,after:$after,orderBy:{field:UPDATED_AT,direction:DESC}){totalCount pageInfo{hasNextPage endCursor}
nodes` + listFields() + ` mergedAt baseRef{...base}}}}
` + orgField + `}`)

func listFields() string {
	kept := slices.DeleteFunc(strings.Split(pullFields, "\n"), func(line string) bool { return strings.Contains(line, "$hN") || strings.Contains(line, "$aN") })
	return strings.NewReplacer(" isRequired(pullRequestNumber:$nN)", "", "written:commits(last:100)", "written:commits(last:20)").Replace(strings.Join(kept, "\n"))
}

// behindByState takes GitHub's merge state for whether an open pull request is behind: it calls one BEHIND where its base demands
// that it is not, and clean only where it is not.
// https://docs.github.com/en/graphql/reference/enums#mergestatestatus
func behindByState(p *rules.PR) {
	switch {
	case p.MergeState == "BEHIND":
		p.Behind = rules.Yes
	case p.Protection.Strict && (p.MergeState == "CLEAN" || p.MergeState == "UNSTABLE" || p.MergeState == "HAS_HOOKS"):
		p.Behind = rules.No
	}
}
