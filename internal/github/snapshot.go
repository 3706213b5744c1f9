package github

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/pitcrew-app/pitcrew/rules"
)

// snapshotReply is the answer to the documents of PR and Base; pulls come by their aliases.
type snapshotReply struct {
	Repository *json.RawMessage
	Org        *orgReply
}

// facts are the errors of a snapshot that say something: protection that we may not read, an organisation without a file,
// a pull request that is gone, a comparison that could not be made, a file that is not there.
func snapshotFacts(e graphError) bool {
	if len(e.Path) == 0 {
		return false
	}
	last, _ := e.Path[len(e.Path)-1].(string)
	switch {
	case e.first() == "org":
		return true
	case last == "branchProtectionRule" || last == "kept":
		return e.Type == "FORBIDDEN"
	case last == "mergeQueueEntry":
		return e.Type == "FORBIDDEN"
	case last == "compare" || e.first() == "repository" && strings.HasPrefix(last, "compare"):
		return true
	case last == "config" || last == "manifest" || strings.HasPrefix(last, "owners") || strings.HasPrefix(last, "lock"):
		return e.Type == "NOT_FOUND"
	}
	return len(e.Path) == 2 && isAlias(last) && e.Type == "NOT_FOUND"
}

// isAlias says whether a field is one of p0, p1, …
func isAlias(field string) bool {
	rest, ok := strings.CutPrefix(field, "p")
	return ok && rest != "" && strings.Trim(rest, "0123456789") == ""
}

// begin starts a snapshot.
func (c *Client) begin(ctx context.Context, subject rules.Subject) (*rules.Snapshot, error) {
	self, err := c.App(ctx)
	if err != nil {
		return nil, err
	}
	return &rules.Snapshot{Subject: subject, Now: c.opts.Now().UTC(), App: self}, nil
}

// PR loads a pull request with what governs its base.
func (c *Client) PR(ctx context.Context, ref RepoRef, number int) (*rules.Snapshot, error) {
	s, err := c.pullSnapshot(ctx, ref, number)
	if err != nil {
		return nil, fmt.Errorf("load %s#%d: %w", ref.FullName(), number, err)
	}
	return s, nil
}

func (c *Client) pullSnapshot(ctx context.Context, ref RepoRef, number int) (*rules.Snapshot, error) {
	s, err := c.begin(ctx, rules.PRSubject(ref.ID, number))
	if err != nil {
		return nil, err
	}
	vars := map[string]any{"owner": ref.Owner, "name": ref.Name}
	c.pullVars(vars, 0, ref, number)
	var out snapshotReply
	facts, err := c.query(ctx, ref.Installation, pullText(), vars, &out, snapshotFacts)
	if err != nil {
		return nil, err
	}
	var repository struct {
		repoReply
		PullRequest *pullReply
	}
	if err := out.decode(&repository); err != nil {
		return nil, err
	}
	reply := repository.PullRequest
	if reply == nil {
		return nil, ErrGone
	}
	s.PR = reply.pull(s.App)
	g := governed{repository.repoReply, s.PR.BaseRef, reply.BaseRef, out.Org, facts, []*rules.PR{s.PR}}
	if err := c.govern(ctx, s, ref, g); err != nil {
		return nil, err
	}
	return s, c.pending(ctx, ref, s, s.PR.BaseRef, reply.candidate(s.PR))
}

// MaxPulls is how many pull requests Base loads at once.
const MaxPulls = 8

// Base loads a base branch with those of its pull requests that are named, in their order. One that is gone, or has another
// base now, is left out of Base.Line.
func (c *Client) Base(ctx context.Context, ref RepoRef, branch string, numbers []int) (*rules.Snapshot, error) {
	s, err := c.baseSnapshot(ctx, ref, branch, numbers)
	if err != nil {
		return nil, fmt.Errorf("load %s %s: %w", ref.FullName(), branch, err)
	}
	return s, nil
}

func (c *Client) baseSnapshot(ctx context.Context, ref RepoRef, branch string, numbers []int) (*rules.Snapshot, error) {
	if len(numbers) > MaxPulls {
		return nil, fmt.Errorf("%d pull requests at once, at most %d", len(numbers), MaxPulls)
	}
	s, err := c.begin(ctx, rules.BaseSubject(ref.ID, branch))
	if err != nil {
		return nil, err
	}
	vars := map[string]any{"owner": ref.Owner, "name": ref.Name, "ref": "refs/heads/" + branch}
	for i, n := range numbers {
		c.pullVars(vars, i, ref, n)
	}
	var out snapshotReply
	facts, err := c.query(ctx, ref.Installation, baseText(len(numbers)), vars, &out, snapshotFacts)
	if err != nil {
		return nil, err
	}
	var repository struct {
		repoReply
		Ref *refReply
	}
	if err := out.decode(&repository); err != nil {
		return nil, err
	}
	if repository.Ref == nil {
		return nil, fmt.Errorf("branch: %w", ErrGone)
	}
	candidates, err := out.line(len(numbers), branch, s.App)
	if err != nil {
		return nil, err
	}
	s.Base = &rules.Base{Ref: branch, Tip: repository.Ref.tip(), Memory: &rules.Memory{}}
	s.Base.Passed = passed(c.landedOn(ref, branch), s.Base.Tip)
	for _, c := range candidates {
		s.Base.Line = append(s.Base.Line, c.pull)
	}
	if err := c.govern(ctx, s, ref, governed{repository.repoReply, branch, repository.Ref, out.Org, facts, s.Base.Line}); err != nil {
		return nil, err
	}
	if err := c.pending(ctx, ref, s, branch, candidates...); err != nil {
		return nil, err
	}
	return s, nil
}

// line decodes the pull requests of a base in the order in which they were asked for.
func (r snapshotReply) line(n int, branch string, self rules.App) ([]candidate, error) {
	var aliases map[string]json.RawMessage
	if err := r.decode(&aliases); err != nil {
		return nil, err
	}
	var line []candidate
	for i := range n {
		var reply *pullReply
		if raw, ok := aliases[fmt.Sprintf("p%d", i)]; ok {
			if err := json.Unmarshal(raw, &reply); err != nil {
				return nil, fmt.Errorf("decode pull request: %w", err)
			}
		}
		if reply != nil && reply.BaseRefName == branch {
			line = append(line, reply.candidate(reply.pull(self)))
		}
	}
	return line, nil
}

// decode reads what was answered about the repository.
func (r snapshotReply) decode(into any) error {
	if r.Repository == nil {
		return ErrGone
	}
	if err := json.Unmarshal(*r.Repository, into); err != nil {
		return fmt.Errorf("decode repository: %w", err)
	}
	return nil
}

// pullVars are the variables of the i-th pull request of a query. Where its head was last seen is what is compared with the
// base: mostly it is there still.
func (c *Client) pullVars(vars map[string]any, i int, ref RepoRef, number int) {
	subject := rules.PRSubject(ref.ID, number)
	head, known := c.heads.get(subject)
	branch, base, landed := c.landedVars(subject)
	maps.Copy(vars, map[string]any{fmt.Sprintf("n%d", i): number, fmt.Sprintf("h%d", i): head, fmt.Sprintf("k%d", i): known,
		fmt.Sprintf("a%d", i): landed, fmt.Sprintf("b%d", i): branch, fmt.Sprintf("l%d", i): base})
}

// Heard tells where the head of a pull request is by an event, so that one question is enough.
func (c *Client) Heard(ref RepoRef, number int, head string) {
	c.heads.put(rules.PRSubject(ref.ID, number), head)
}

// governed is what a snapshot's configuration and protection are read from.
type governed struct {
	repo   repoReply
	branch string
	base   *refReply // nil: the branch is gone
	org    *orgReply
	facts  []graphError
	pulls  []*rules.PR
}

// govern fills in the repository, its configuration, its owners and the protection of the base, and remembers where the heads
// are.
func (c *Client) govern(ctx context.Context, s *rules.Snapshot, ref RepoRef, g governed) error {
	if err := g.repo.is(ref); err != nil {
		return err
	}
	s.Repo = g.repo.repo(ref)
	s.Repo.NoRebase = c.without(updateRebase)
	c.nodes.put(s.Repo.ID, g.repo.ID)
	files := governs{repo: s.Repo, file: g.base.config(), owners: g.base.owners()}
	if files.file == "" {
		files.file = g.repo.DefaultBranchRef.config()
	}
	files.org, files.unknown = c.organisation(s.Repo.Owner, g.org, g.facts)
	var err error
	if s.Config, s.Owners, err = c.configOf(ctx, files); err != nil {
		return err
	}
	known, err := c.branchRules(ctx, ref, g.branch)
	if err != nil {
		return err
	}
	s.Repo.Methods = both(s.Repo.Methods, known.methods)
	var classic *classicReply
	if g.base != nil {
		classic = g.base.BranchProtectionRule
	}
	protection := protect(known, classic, unreadable(g.facts))
	if s.Base != nil {
		s.Base.Protection = protection
	}
	for _, p := range g.pulls {
		p.Protection = protection
		p.Queue = p.Queue || protection.Queue
		if protection.Unreadable != "" && p.Branch.Protected == rules.No {
			p.Branch.Protected = rules.Unknown
		}
		c.heads.put(rules.PRSubject(ref.ID, p.Number), p.Head)
		c.headRefs.put(rules.PRSubject(ref.ID, p.Number), p.HeadRef)
	}
	return nil
}
