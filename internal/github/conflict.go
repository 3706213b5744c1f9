package github

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/pitcrew-app/pitcrew/rules"
)

// clashPaths is how many files of a pull request that conflicts are asked about.
const clashPaths = 30

// clashes finds out where pull requests may conflict, by one query for each head and tip of the base that were not seen before: of
// the files that the pull request changes, those that a commit changed last on the base which its head lacks. GitHub itself names no
// file of a conflict. Nothing is decided by it, so it waits for what is, and what cannot be asked stays unknown.
func (c *Client) clashes(ctx context.Context, ref RepoRef, all ...candidate) {
	for _, candidate := range all {
		p := candidate.pull
		if !p.IsOpen() || p.Mergeable != rules.No || p.Fork || p.BaseTip == "" || len(p.Files) == 0 || c.without("Ref.compare") {
			continue
		}
		key := fmt.Sprintf("%d %s %s", ref.ID, p.Head, p.BaseTip)
		known, ok := c.clashed.get(key)
		if !ok {
			var err error
			if known, err = c.clash(Optional(ctx), ref, p); err != nil {
				c.opts.Log.Debug().Err(err).Str("subject", string(rules.PRSubject(ref.ID, p.Number))).Msg("which files conflict is not known")
				continue
			}
			c.clashed.put(key, known)
		}
		p.Clashes = known
	}
}

// lastChange is the newest commit that changed a file.
type lastChange struct {
	Nodes []struct {
		OID                    string
		AssociatedPullRequests list[struct {
			Number int
			State  string
		}]
	}
}

func (c *Client) clash(ctx context.Context, ref RepoRef, p *rules.PR) ([]rules.Clash, error) {
	files := p.Files[:min(len(p.Files), clashPaths)]
	vars := map[string]any{"owner": ref.Owner, "name": ref.Name, "number": p.Number, "tip": p.BaseTip, "head": p.BaseTip}
	for i, f := range files {
		vars[fmt.Sprintf("p%d", i)] = f.Path
	}
	var out struct {
		Repository *struct {
			PullRequest *struct {
				HeadRef *struct {
					Compare *struct {
						BaseTarget object
						Commits    list[object]
					}
				}
			}
			Object map[string]json.RawMessage
		}
	}
	if _, err := c.query(ctx, ref.Installation, clashText(len(files)), vars, &out, nil); err != nil {
		return nil, err
	}
	r := out.Repository
	if r == nil || r.PullRequest == nil || r.PullRequest.HeadRef == nil || r.PullRequest.HeadRef.Compare == nil || r.PullRequest.HeadRef.Compare.BaseTarget.OID != p.Head {
		return nil, fmt.Errorf("the head of #%d was not compared", p.Number)
	}
	lacks := map[string]bool{} // what the head lacks of the base
	for _, commit := range r.PullRequest.HeadRef.Compare.Commits.Nodes {
		lacks[commit.OID] = true
	}
	return clashing(files, r.Object, lacks)
}

// clashing keeps the files whose last change on the base the head lacks.
func clashing(files []rules.File, history map[string]json.RawMessage, lacks map[string]bool) ([]rules.Clash, error) {
	found := []rules.Clash{}
	for i, f := range files {
		var last lastChange
		if err := json.Unmarshal(history[fmt.Sprintf("f%d", i)], &last); err != nil {
			return nil, fmt.Errorf("decode the history of a file: %w", err)
		}
		if len(last.Nodes) == 0 || !lacks[last.Nodes[0].OID] {
			continue
		}
		clash := rules.Clash{Path: f.Path}
		for _, pull := range last.Nodes[0].AssociatedPullRequests.Nodes {
			if pull.State == "MERGED" {
				clash.Pull = pull.Number
			}
		}
		found = append(found, clash)
	}
	return found, nil
}

// clashText asks what the base has that the head lacks, and which commit changed each of n files last there.
func clashText(n int) string {
	var vars, fields strings.Builder
	for i := range n {
		fmt.Fprintf(&vars, ",$p%d:String!", i)
		fmt.Fprintf(&fields, "\nf%d:history(first:1,path:$p%d){...last}", i, i)
	}
	return withFragments(`query Clash($owner:String!,$name:String!,$number:Int!,$tip:GitObjectID!,$head:String!` + vars.String() + `){
repository(owner:$owner,name:$name` + sameName + `){
pullRequest(number:$number){headRef{compare(headRef:$head){baseTarget{oid} commits(first:100){nodes{oid}}}}} # needs Ref.compare
object(oid:$tip){...on Commit{` + fields.String() + `
}}}}`)
}
