package github

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// atOnce is how many repositories one query asks for.
const atOnce = 50

// each asks for the same fields of many repositories, 50 a query, and hands each answer over, in order. A repository that is
// gone has none.
func (c *Client) each(ctx context.Context, inst int64, repos []RepoRef, fields string, take func(RepoRef, json.RawMessage) error) error {
	for part := range slices.Chunk(repos, atOnce) {
		var head, body strings.Builder
		vars := map[string]any{}
		for i, r := range part {
			fmt.Fprintf(&head, "$o%d:String!,$r%d:String!,", i, i)
			fmt.Fprintf(&body, "\nr%d:repository(owner:$o%d,name:$r%d,followRenames:false){...many}", i, i, i)
			vars[fmt.Sprintf("o%d", i)], vars[fmt.Sprintf("r%d", i)] = r.Owner, r.Name
		}
		text := "query Many(" + strings.TrimSuffix(head.String(), ",") + "){" + body.String() + "\n}\nfragment many on Repository{" + fields + "}"
		var out map[string]json.RawMessage
		if _, err := c.query(ctx, inst, text, vars, &out, manyFacts); err != nil {
			return err
		}
		for i, r := range part {
			if raw := out[fmt.Sprintf("r%d", i)]; len(raw) > 0 && string(raw) != "null" {
				if err := take(r, raw); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// manyFacts are the errors that say that something is not there: a repository, a file in it, its organisation's.
func manyFacts(e graphError) bool {
	return e.at("org") || e.Type == "NOT_FOUND" && (len(e.Path) == 1 || e.at("config") || e.at("manifest"))
}
