package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/rules"
)

// candidate is a pull request of which not all is known yet, with the name of its head as GitHub writes it for
// comparisons: owner:branch.
type candidate struct {
	pull      *rules.PR
	head      string
	mergeable string // GitHub's own word
	shown     bool   // the checks in the same answer are of the head
}

func (r *pullReply) candidate(p *rules.PR) candidate {
	head := r.HeadRefName
	if r.HeadRepositoryOwner != nil {
		head = r.HeadRepositoryOwner.Login + ":" + head
	}
	rollup := r.rollup()
	return candidate{p, head, r.Mergeable, rollup == nil || rollup.Commit != nil && rollup.Commit.OID == p.Head}
}

// pending asks for what the snapshot's own query could not answer.
func (c *Client) pending(ctx context.Context, ref RepoRef, s *rules.Snapshot, branch string, all ...candidate) error {
	if err := c.compare(ctx, ref, branch, all...); err != nil {
		return err
	}
	if err := c.renames(ctx, ref, all...); err != nil {
		return err
	}
	if err := c.brought(ctx, ref, s, all...); err != nil {
		return err
	}
	c.clashes(ctx, ref, all...)
	c.recall(ref, all...)
	return c.start(ctx, ref, all...)
}

// compare finds out of open pull requests whether they are behind, where the snapshot's own query could not: their heads were
// not known before, or have moved. It asks by the head's id and by its branch's name; one may fail for forks. What is of
// other commits than the snapshot stays unknown.
func (c *Client) compare(ctx context.Context, ref RepoRef, branch string, all ...candidate) error {
	var open []candidate
	vars := map[string]any{"owner": ref.Owner, "name": ref.Name, "ref": "refs/heads/" + branch}
	for _, candidate := range all {
		if p := candidate.pull; p.IsOpen() && p.Behind == rules.Unknown && p.BaseTip != "" {
			vars[fmt.Sprintf("h%d", len(open))], vars[fmt.Sprintf("b%d", len(open))] = p.Head, candidate.head
			open = append(open, candidate)
		}
	}
	if len(open) == 0 {
		return nil
	}
	if c.without("Ref.compare") {
		return c.compareEach(ctx, ref, open)
	}
	return c.compareAll(ctx, ref, vars, open)
}

func (c *Client) compareAll(ctx context.Context, ref RepoRef, vars map[string]any, open []candidate) error {
	var out struct {
		Repository *struct{ Ref map[string]json.RawMessage }
	}
	inRef := func(e graphError) bool { return len(e.Path) == 3 && e.first() == "repository" }
	if _, err := c.query(ctx, ref.Installation, compareText(len(open)), vars, &out, inRef); err != nil {
		return fmt.Errorf("compare with the base: %w", err)
	}
	if out.Repository == nil {
		return ErrGone
	}
	for i, candidate := range open {
		for _, by := range []string{"h", "b"} {
			var reply *compareReply
			if raw, ok := out.Repository.Ref[fmt.Sprintf("%s%d", by, i)]; ok && json.Unmarshal(raw, &reply) != nil {
				return fmt.Errorf("compare with the base: no comparison in the answer")
			}
			if p := candidate.pull; p.Behind == rules.Unknown {
				p.Behind = reply.behind(p.BaseTip, p.Head)
			}
		}
	}
	return nil
}

// compareEach asks where GraphQL compares nothing, one pull request at a time. What cannot be compared stays unknown.
// https://docs.github.com/en/rest/commits/commits#compare-two-commits
func (c *Client) compareEach(ctx context.Context, ref RepoRef, open []candidate) error {
	for _, candidate := range open {
		p := candidate.pull
		var reply struct {
			Behind *int `json:"behind_by"`
		}
		err := c.get(ctx, ref.Installation, ref.path("compare/%s...%s?per_page=1", p.BaseTip, p.Head), &reply)
		switch {
		case errors.Is(err, ErrGone) || err == nil && reply.Behind == nil:
		case err != nil:
			return fmt.Errorf("compare #%d with its base: %w", p.Number, err)
		case *reply.Behind > 0:
			p.Behind = rules.Yes
		default:
			p.Behind = rules.No
		}
	}
	return nil
}

// startFor is how long a test merge that was asked for may take before it is asked for again.
const startFor = time.Minute

// testMerge is what a pull request says by REST of whether it can be merged.
type testMerge struct {
	Mergeable *bool
	State     string `json:"mergeable_state"`
	Head      struct{ SHA string }
}

func (t testMerge) tell(p *rules.PR) {
	p.Mergeable, p.MergeState = rules.No, strings.ToUpper(t.State)
	if *t.Mergeable {
		p.Mergeable = rules.Yes
	}
}

// start makes GitHub compute whether open pull requests can be merged, where it has not done so yet: reading one by REST
// starts that, and neither lists nor all reads by GraphQL do. What it finds is for the next look, unless it was quick.
// https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request
func (c *Client) start(ctx context.Context, ref RepoRef, all ...candidate) error {
	for _, candidate := range all {
		p := candidate.pull
		if !p.IsOpen() || p.Carried || candidate.mergeable != "UNKNOWN" {
			continue
		}
		key := fmt.Sprintf("%d %d %s %s", ref.ID, p.Number, p.Head, p.BaseTip)
		if _, started := c.started.get(key); started {
			continue
		}
		var known testMerge
		if err := c.get(ctx, ref.Installation, ref.path("pulls/%d", p.Number), &known); err != nil {
			return fmt.Errorf("start the test merge of #%d: %w", p.Number, err)
		}
		c.started.put(key, true)
		if candidate.shown && known.Head.SHA == p.Head && known.Mergeable != nil {
			known.tell(p)
		}
	}
	return nil
}
