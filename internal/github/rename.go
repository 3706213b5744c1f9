package github

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"

	"github.com/google/go-github/v57/github"

	"github.com/pitcrew-app/pitcrew/rules"
)

// renames fills in the old paths of renamed files, which GraphQL does not tell: a file that is moved out of a directory changes
// that directory as well. While an old path is not known, the list of files is not complete.
func (c *Client) renames(ctx context.Context, ref RepoRef, all ...candidate) error {
	for _, candidate := range all {
		p := candidate.pull
		if !p.IsOpen() || !slices.ContainsFunc(p.Files, unresolved) {
			continue
		}
		known, err := c.previous(ctx, ref, p)
		if err != nil {
			return err
		}
		for i := range p.Files {
			if f := &p.Files[i]; unresolved(*f) {
				f.Previous = known[f.Path].Previous
				f.Change = cmp.Or(f.Change, known[f.Path].Change)
			}
		}
		if slices.ContainsFunc(p.Files, unresolved) && !slices.Contains(p.Truncated, "files") {
			p.Truncated = append(p.Truncated, "files")
		}
	}
	return nil
}

// unresolved says that a file may have had another path, which is not known. An older server does not say what changed.
func unresolved(f rules.File) bool {
	return f.Change == "" || f.Change == rules.Renamed && f.Previous == ""
}

// changes are REST's words for what became of a file, as GraphQL writes them.
var changes = map[string]string{
	"added": "ADDED", "changed": "CHANGED", "copied": "COPIED", "modified": "MODIFIED", "removed": "DELETED", "renamed": rules.Renamed,
}

// previous tells by path what became of a pull request's files. What is of another head than the snapshot's is left out.
// https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files
func (c *Client) previous(ctx context.Context, ref RepoRef, p *rules.PR) (map[string]rules.File, error) {
	key := fmt.Sprintf("%d %d %s %s", ref.ID, p.Number, p.Head, p.BaseTip)
	if known, ok := c.moved.get(key); ok {
		return known, nil
	}
	r, err := c.read(ctx, ref.Installation, ref.path("pulls/%d/files?per_page=100", p.Number))
	if err != nil {
		return nil, fmt.Errorf("load the renamed files of #%d: %w", p.Number, err)
	}
	var files []github.CommitFile
	if err := json.Unmarshal(r.Body, &files); err != nil {
		return nil, fmt.Errorf("decode the renamed files of #%d: %w", p.Number, err)
	}
	known := map[string]rules.File{}
	for _, f := range files {
		at, err := url.Parse(f.GetContentsURL())
		if err == nil && at.Query().Get("ref") == p.Head {
			known[f.GetFilename()] = rules.File{Previous: f.GetPreviousFilename(), Change: changes[f.GetStatus()]}
		}
	}
	if len(known) > 0 {
		c.moved.put(key, known)
	}
	return known, nil
}
