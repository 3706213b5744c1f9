package github

import (
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
		previous, err := c.previous(ctx, ref, p)
		if err != nil {
			return err
		}
		for i := range p.Files {
			if unresolved(p.Files[i]) {
				p.Files[i].Previous = previous[p.Files[i].Path]
			}
		}
		if slices.ContainsFunc(p.Files, unresolved) && !slices.Contains(p.Truncated, "files") {
			p.Truncated = append(p.Truncated, "files")
		}
	}
	return nil
}

func unresolved(f rules.File) bool { return f.Change == rules.Renamed && f.Previous == "" }

// previous gives the old paths of a pull request's renamed files by their new ones. What is of another head than the snapshot's
// is left out.
// https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files
func (c *Client) previous(ctx context.Context, ref RepoRef, p *rules.PR) (map[string]string, error) {
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
	previous := map[string]string{}
	for _, f := range files {
		at, err := url.Parse(f.GetContentsURL())
		if err == nil && at.Query().Get("ref") == p.Head && f.GetPreviousFilename() != "" {
			previous[f.GetFilename()] = f.GetPreviousFilename()
		}
	}
	if len(previous) > 0 {
		c.moved.put(key, previous)
	}
	return previous, nil
}
