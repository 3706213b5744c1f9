package github

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/pitcrew-app/pitcrew/internal/manifest"
)

const userFields = `isArchived isFork defaultBranchRef{name target{oid ...on Commit{config:file(path:".platform.yml"){oid} manifest:file(path:"package.json"){oid}}}}`

// Users finds which of the repositories of an installation use a package, by their manifests at the default branch. Archived
// ones are left out, and so are forks that have no configuration of their own.
func (c *Client) Users(ctx context.Context, inst int64, repos []RepoRef, pkg string) ([]RepoRef, error) {
	var with []RepoRef
	var blobs []wanted
	err := c.each(ctx, inst, repos, userFields, func(ref RepoRef, raw json.RawMessage) error {
		var r struct {
			IsArchived, IsFork bool
			DefaultBranchRef   *refReply
		}
		if err := json.Unmarshal(raw, &r); err != nil {
			return fmt.Errorf("decode %s: %w", ref.FullName(), err)
		}
		if r.DefaultBranchRef.tip() == "" || r.DefaultBranchRef.Target.Manifest == nil || r.IsArchived || r.IsFork && r.DefaultBranchRef.config() == "" {
			return nil
		}
		with = append(with, ref)
		blobs = append(blobs, wanted{ref.Owner, ref.Name, r.DefaultBranchRef.Target.Manifest.OID})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("find users of %s: %w", pkg, err)
	}
	bodies, err := c.load(ctx, inst, blobs...)
	if err != nil {
		return nil, fmt.Errorf("find users of %s: %w", pkg, err)
	}
	var users []RepoRef
	for i, ref := range with {
		uses, err := (manifest.NPM{}).Uses(bodies[blobs[i].oid].text)
		if err == nil && slices.ContainsFunc(uses, func(u manifest.Use) bool { return u.Package == pkg }) {
			users = append(users, ref) // a manifest that cannot be read uses nothing that we could raise
		}
	}
	return users, nil
}
