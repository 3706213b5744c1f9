package github

import (
	"context"

	"github.com/pitcrew-app/pitcrew/rules"
)

// With is the configuration that would govern what a snapshot is about, if the repository's own file had this text. The
// organisation's stays below it.
func (c *Client) With(ctx context.Context, s *rules.Snapshot, text []byte) (rules.Config, error) {
	g := governs{repo: s.Repo, file: c.Offer(s.Repo.Installation, text), org: s.Config.Org, unknown: s.Config.Unknown}
	cfg, _, err := c.composed(ctx, g)
	return cfg, err
}
