package github

import (
	"context"
	"fmt"
	"slices"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/rules"
)

// broughtFiles are the ids of our files in a commit: empty where it has none. found is false where GitHub does not show the commit.
type broughtFiles struct {
	found     bool
	file, org string
}

// brought reads what open pull requests would make of our own files: as they are at the head, for that is what people see and
// mend. The organisation's file counts in its repository and for its default branch alone, from which it is read.
func (c *Client) brought(ctx context.Context, ref RepoRef, s *rules.Snapshot, all ...candidate) error {
	for _, candidate := range all {
		p := candidate.pull
		names := p.Configures(s.Repo)
		if !p.IsOpen() || len(names) == 0 {
			continue
		}
		files, err := c.filesAt(ctx, ref, p.Head)
		if err != nil {
			return fmt.Errorf("read the configuration that #%d brings: %w", p.Number, err)
		}
		for _, name := range names {
			was, is := s.Config.Blob, files.file
			if name == orgName {
				was, is = s.Config.Org, files.org
			}
			if !files.found || was == is {
				continue
			}
			b, err := c.judged(ctx, s, name, is)
			if err != nil {
				return err
			}
			p.Brings = append(p.Brings, b)
		}
	}
	return nil
}

// judged reads a file and says everything about it that can be said without asking GitHub for what it names.
func (c *Client) judged(ctx context.Context, s *rules.Snapshot, name, oid string) (rules.Brought, error) {
	b := rules.Brought{Name: name, Blob: oid}
	if oid == "" {
		return b, nil
	}
	bodies, err := c.load(ctx, s.Repo.Installation, wanted{s.Repo.Owner, s.Repo.Name, oid}, wanted{s.Repo.Owner, orgRepo, s.Config.Org})
	if err != nil {
		return b, err
	}
	body := bodies[oid]
	check := config.Check
	if name == orgName {
		check = config.CheckOrg
	}
	b.Problems, b.Mentions = check(name, body.text, rules.Forms)
	switch {
	case body.bad != "":
		b.Problems, b.Mentions = []config.Problem{unreadableFile(name, body.bad)}, nil
	case name == configName && s.Config.Org != "":
		b.Problems = append(b.Problems, locked(c.orgOf(s.Config.Org, bodies[s.Config.Org]), c.fileOf(oid, body), s.Repo.Name)...)
		config.Sort(b.Problems)
	}
	return b, nil
}

// locked is what the organisation does not let a file say.
func locked(org readOrg, own readFile, repo string) []config.Problem {
	if config.Stops(org.problems) || config.Stops(own.problems) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(org.file.Govern(own.file, repo).Notices), func(p config.Problem) bool {
		return slices.Contains(own.file.Notices, p)
	})
}

// filesAt finds our files in a commit, which never change there.
func (c *Client) filesAt(ctx context.Context, ref RepoRef, sha string) (broughtFiles, error) {
	key := fmt.Sprintf("%d %s", ref.ID, sha)
	if files, ok := c.brings.get(key); ok {
		return files, nil
	}
	var out struct {
		Repository *struct{ Commit, File, Org *object }
	}
	vars := map[string]any{"owner": ref.Owner, "name": ref.Name, "commit": sha, "file": sha + ":" + configName, "org": sha + ":" + orgName}
	if _, err := c.query(ctx, ref.Installation, broughtText, vars, &out, nil); err != nil {
		return broughtFiles{}, err
	}
	if out.Repository == nil {
		return broughtFiles{}, ErrGone
	}
	files := broughtFiles{found: out.Repository.Commit != nil}
	if o := out.Repository.File; o != nil {
		files.file = o.OID
	}
	if o := out.Repository.Org; o != nil {
		files.org = o.OID
	}
	if files.found {
		c.brings.put(key, files)
	}
	return files, nil
}

const broughtText = `query Brought($owner:String!,$name:String!,$commit:GitObjectID!,$file:String!,$org:String!){
repository(owner:$owner,name:$name` + sameName + `){
commit:object(oid:$commit){oid} file:object(expression:$file){oid} org:object(expression:$org){oid}}}`
