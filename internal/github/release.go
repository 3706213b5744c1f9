package github

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pitcrew-app/pitcrew/internal/manifest"
	"github.com/pitcrew-app/pitcrew/rules"
)

// manifestName is the file in which repositories name what they publish and what they use.
const manifestName = "package.json"

const releaseText = `query Release($owner:String!,$name:String!,$tag:String!){
repository(owner:$owner,name:$name` + sameName + `){...repo
release(tagName:$tag){tagName isDraft isPrerelease tagCommit{oid manifest:file(path:"package.json"){oid}}}}}`

// Release loads a release by its tag, and the name of the package that its repository publishes, read at the tag.
func (c *Client) Release(ctx context.Context, ref RepoRef, tag string) (*rules.Snapshot, error) {
	s, err := c.begin(ctx, rules.ReleaseSubject(ref.ID, tag))
	if err == nil {
		err = c.release(ctx, s, ref, tag)
	}
	if err != nil {
		return nil, fmt.Errorf("load release %s of %s: %w", tag, ref.FullName(), err)
	}
	return s, nil
}

func (c *Client) release(ctx context.Context, s *rules.Snapshot, ref RepoRef, tag string) error {
	var out struct {
		Repository *struct {
			repoReply
			Release *struct {
				TagName               string
				IsDraft, IsPrerelease bool
				TagCommit             *tipReply
			}
		}
	}
	vars := map[string]any{"owner": ref.Owner, "name": ref.Name, "tag": tag}
	if _, err := c.query(ctx, ref.Installation, withFragments(releaseText), vars, &out, snapshotFacts); err != nil {
		return err
	}
	if out.Repository == nil || out.Repository.Release == nil {
		return ErrGone
	}
	if err := out.Repository.is(ref); err != nil {
		return err
	}
	r := out.Repository.Release
	s.Repo = out.Repository.repo(ref)
	s.Release = &rules.Release{Tag: r.TagName, Draft: r.IsDraft, Prerelease: r.IsPrerelease, Source: s.Repo, Memory: &rules.Memory{}}
	if r.TagCommit == nil || r.TagCommit.Manifest == nil {
		return nil
	}
	oid := r.TagCommit.Manifest.OID
	bodies, err := c.load(ctx, ref.Installation, wanted{s.Repo.Owner, s.Repo.Name, oid})
	if err != nil {
		return err
	}
	if name, _, err := (manifest.NPM{}).Package(bodies[oid].text); err == nil {
		s.Release.Package = name // one that cannot be read publishes nothing
	}
	return nil
}

// targetText asks for what a proposal needs to know of the repository that it is made in.
func targetText() string {
	var locks strings.Builder
	for i, name := range (manifest.NPM{}).Locks() {
		fmt.Fprintf(&locks, " lock%d:file(path:%q){oid}", i, name)
	}
	return withFragments(`query Target($owner:String!,$name:String!,$branch:String!){
repository(owner:$owner,name:$name` + sameName + `){...repo
base:defaultBranchRef{name target{oid ...tip ...on Commit{manifest:file(path:"package.json"){oid}` + locks.String() + `}}}
refs(refPrefix:"refs/heads/",query:"pitcrew/",first:100){nodes{name target{oid}} pageInfo{hasNextPage}}
pullRequests(states:[OPEN],headRefName:$branch,first:10){nodes{id number headRefOid isCrossRepository author{...actor}
headRef{target{oid ...on Commit{manifest:file(path:"package.json"){oid}}}}
commits(first:100){nodes{commit{...made}} pageInfo{hasNextPage}}} pageInfo{hasNextPage}}}
` + orgField + `}`)
}

type targetReply struct {
	repoReply
	Base *struct {
		Name   string
		Target *struct {
			tipReply
			Lock0, Lock1, Lock2, Lock3, Lock4, Lock5, Lock6, Lock7 *object
		}
	}
	Refs         list[refReply]
	PullRequests list[proposalReply]
}

type proposalReply struct {
	ID                string
	Number            int
	HeadRefOID        string
	IsCrossRepository bool
	Author            *actor
	HeadRef           *refReply
	Commits           list[commitReply]
}

type commitReply struct{ Commit madeReply }

// Target loads a release together with a repository that may use what was released: its manifest at the tip of the default
// branch, lock files beside it, and what is already proposed there.
func (c *Client) Target(ctx context.Context, source RepoRef, tag string, target RepoRef) (*rules.Snapshot, error) {
	s, err := c.begin(ctx, rules.ReleaseTargetSubject(source.ID, tag, target.ID))
	if err == nil {
		err = c.release(ctx, s, source, tag)
	}
	if err == nil {
		err = c.target(ctx, s, target)
	}
	if err != nil {
		return nil, fmt.Errorf("load release %s of %s in %s: %w", tag, source.FullName(), target.FullName(), err)
	}
	return s, nil
}

func (c *Client) target(ctx context.Context, s *rules.Snapshot, ref RepoRef) error {
	branch := rules.Branch(s.Release.Package)
	var out struct {
		Repository *targetReply
		Org        *orgReply
	}
	vars := map[string]any{"owner": ref.Owner, "name": ref.Name, "branch": branch}
	facts, err := c.query(ctx, ref.Installation, targetText(), vars, &out, snapshotFacts)
	if err != nil {
		return err
	}
	if out.Repository == nil {
		return ErrGone
	}
	r := out.Repository
	if err := r.is(ref); err != nil {
		return err
	}
	s.Repo = r.repo(ref)
	c.nodes.put(s.Repo.ID, r.ID)
	t := &rules.Target{Repo: s.Repo, Manifest: manifestName, Branches: map[string]string{}}
	s.Release.Target = t
	for _, b := range r.Refs.Nodes {
		if strings.HasPrefix(b.Name, "pitcrew/") {
			t.Branches[b.Name] = b.tip()
		}
	}
	g := governs{repo: s.Repo}
	if r.Base != nil && r.Base.Target != nil {
		base := refReply{Name: r.Base.Name, Target: &r.Base.Target.tipReply}
		t.Branch, t.Tip, t.Locks = r.Base.Name, base.tip(), r.locks()
		g.file, g.owners = base.config(), base.owners()
	}
	g.org, g.unknown = c.organisation(s.Repo.Owner, out.Org, facts)
	if s.Config, s.Owners, err = c.configOf(ctx, g); err != nil {
		return err
	}
	if r.Refs.PageInfo.more() || r.PullRequests.PageInfo.more() {
		return fmt.Errorf("more than 100 branches of ours, or more than 10 pull requests from %s", branch)
	}
	return c.manifests(ctx, s, r)
}

// manifests fills in the text of the manifest, and of the one that is proposed.
func (c *Client) manifests(ctx context.Context, s *rules.Snapshot, r *targetReply) error {
	t := s.Release.Target
	var now, then string
	if r.Base != nil && r.Base.Target != nil && r.Base.Target.Manifest != nil {
		now = r.Base.Target.Manifest.OID
	}
	i := slices.IndexFunc(r.PullRequests.Nodes, func(p proposalReply) bool { return !p.IsCrossRepository })
	if i >= 0 {
		p := r.PullRequests.Nodes[i]
		t.Proposed = &rules.Proposal{Number: p.Number, ID: p.ID, Head: p.HeadRefOID, Ours: p.ours(s.App)}
		if p.HeadRef.tip() == p.HeadRefOID && p.HeadRef.Target.Manifest != nil {
			then = p.HeadRef.Target.Manifest.OID
		}
	}
	bodies, err := c.load(ctx, s.Repo.Installation, wanted{t.Repo.Owner, t.Repo.Name, now}, wanted{t.Repo.Owner, t.Repo.Name, then})
	if err != nil {
		return err
	}
	if bodies[now].bad != "" {
		return nil // no manifest that anybody could edit
	}
	t.Text = bodies[now].text
	if t.Proposed != nil {
		t.Proposed.Text = bodies[then].text
		t.Proposed.Ours = t.Proposed.Ours && then != ""
	}
	return nil
}

// locks are the lock files beside the manifest.
func (r *targetReply) locks() []string {
	at := r.Base.Target
	places := []*object{at.Lock0, at.Lock1, at.Lock2, at.Lock3, at.Lock4, at.Lock5, at.Lock6, at.Lock7}
	var names []string
	for i, name := range (manifest.NPM{}).Locks() {
		if i < len(places) && places[i] != nil {
			names = append(names, name)
		}
	}
	return names
}

// ours says whether we opened the pull request and GitHub made every commit of it for us.
func (p proposalReply) ours(self rules.App) bool {
	if p.Author.person().ID != self.User || p.Commits.PageInfo.more() {
		return false
	}
	return !slices.ContainsFunc(p.Commits.Nodes, func(n commitReply) bool {
		return !n.Commit.by(self) || !n.Commit.signed()
	})
}

// node is a repository's id in GraphQL, which mutations ask for.
func (c *Client) node(ctx context.Context, ref RepoRef) (string, error) {
	if id, ok := c.nodes.get(ref.ID); ok && ref.ID != 0 {
		return id, nil
	}
	var out struct{ Repository *struct{ ID string } }
	const text = `query Node($owner:String!,$name:String!){repository(owner:$owner,name:$name` + sameName + `){id}}`
	if _, err := c.query(ctx, ref.Installation, text, map[string]any{"owner": ref.Owner, "name": ref.Name}, &out, nil); err != nil {
		return "", fmt.Errorf("find %s: %w", ref.FullName(), err)
	}
	if out.Repository == nil {
		return "", fmt.Errorf("find %s: %w", ref.FullName(), ErrGone)
	}
	c.nodes.put(ref.ID, out.Repository.ID)
	return out.Repository.ID, nil
}
