package github

import (
	"context"
	"crypto/sha1" //nolint:gosec // git's own name for a text
	"encoding/hex"
	"fmt"

	"github.com/pitcrew-app/pitcrew/rules"
)

// Change is one of our files with another text.
type Change struct {
	Name   string // rules.ConfigName or rules.OrgConfigName
	Branch string // of a repository's file: the branch that has it
	Blob   string // id of the text; empty: the file is gone
}

// Offer keeps a text that GitHub does not have, and gives the id that git would give it.
func (c *Client) Offer(inst int64, text []byte) string {
	sum := sha1.Sum(fmt.Appendf(nil, "blob %d\x00%s", len(text), text)) //nolint:gosec // not for secrecy
	id := hex.EncodeToString(sum[:])
	c.bodies.put(blobKey{inst, id}, body{text: text})
	return id
}

// Under gives the configuration that would hold with a change, for one pull request after another.
type Under struct {
	c      *Client
	change Change
	known  map[[3]string]rules.Config // by the repository and the ids of both files
}

// Under begins a comparison.
func (c *Client) Under(change Change) *Under {
	return &Under{c, change, map[[3]string]rules.Config{}}
}

// Config is what would govern a pull request. changed says that the change is about its base at all.
func (u *Under) Config(ctx context.Context, p Listed) (cfg rules.Config, changed bool, err error) {
	g := p.governs
	switch main := p.Repo.DefaultBranch; {
	case u.change.Name == rules.OrgConfigName:
		g.org, g.unknown = u.change.Blob, ""
	case p.PR.BaseRef == u.change.Branch && u.change.Blob == "" && u.change.Branch != main:
		g.file = p.fallback
	case p.PR.BaseRef == u.change.Branch || !p.own && u.change.Branch == main:
		g.file = u.change.Blob
	}
	if g.file == p.governs.file && g.org == p.governs.org && g.unknown == p.governs.unknown {
		return p.Config, false, nil
	}
	key := [3]string{g.repo.FullName(), g.file, g.org}
	if cfg, ok := u.known[key]; ok {
		return cfg, true, nil
	}
	cfg, _, err = u.c.composed(ctx, g)
	if err == nil {
		u.known[key] = cfg
	}
	return cfg, true, err
}
