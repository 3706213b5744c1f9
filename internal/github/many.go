package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
)

// portion is how much one query asks for: how many repositories, and how many pull requests of each.
type portion struct{ repos, pulls int }

// portions are what is asked for at a time, the usual first: where GitHub finds a query too heavy, or does not get ready within
// its ten seconds, the next smaller one is asked for. 50 repositories with 50 pull requests each are 51 connections: 1 point.
// https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#timeouts
var portions = []portion{{50, 50}, {25, 50}, {12, 50}, {6, 50}, {3, 50}, {1, 50}, {1, 25}, {1, 10}}

// growAfter is how many answers in a row allow a larger portion again.
const growAfter = 4

// appetite is which portion each installation is asked for.
type appetite struct {
	mu sync.Mutex
	of map[int64]hunger
}

type hunger struct{ portion, answers int }

func (a *appetite) portion(inst int64) portion {
	a.mu.Lock()
	defer a.mu.Unlock()
	return portions[a.of[inst].portion]
}

// note takes note of how a query of an installation went.
func (a *appetite) note(inst int64, tooHeavy bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	h := a.of[inst]
	h.answers++
	switch {
	case tooHeavy:
		h = hunger{portion: min(h.portion+1, len(portions)-1)}
	case h.answers >= growAfter:
		h = hunger{portion: max(h.portion-1, 0)}
	}
	if a.of == nil {
		a.of = map[int64]hunger{}
	}
	a.of[inst] = h
}

// each asks for the same fields of many repositories, a portion a query, and hands each answer over, in order. A repository that
// is gone has none. After an error, what was handed over is right: it is of the first repositories. A first query that is too
// heavy ends it, for GitHub may be away: the next try asks for less. A later one is asked anew at once.
func (c *Client) each(ctx context.Context, inst int64, repos []RepoRef, fields string, take func(RepoRef, json.RawMessage) error) error {
	for first := true; len(repos) > 0; {
		size := c.appetite.portion(inst)
		part := repos[:min(size.repos, len(repos))]
		out, err := c.askMany(ctx, inst, part, fields, size.pulls)
		if err == nil || tooHeavy(err) {
			c.appetite.note(inst, err != nil)
		}
		if err != nil && !first && tooHeavy(err) && size != c.appetite.portion(inst) {
			continue
		}
		if err != nil {
			return err
		}
		for i, r := range part {
			if raw := out[fmt.Sprintf("r%d", i)]; len(raw) > 0 && string(raw) != "null" {
				if err := take(r, raw); err != nil {
					return err
				}
			}
		}
		first, repos = false, repos[len(part):]
	}
	return nil
}

// askMany is one such query.
func (c *Client) askMany(ctx context.Context, inst int64, repos []RepoRef, fields string, pulls int) (map[string]json.RawMessage, error) {
	var head, body strings.Builder
	vars := map[string]any{}
	if strings.Contains(fields, "$pulls") {
		head.WriteString("$pulls:Int!,")
		vars["pulls"] = pulls
	}
	for i, r := range repos {
		fmt.Fprintf(&head, "$o%d:String!,$r%d:String!,", i, i)
		fmt.Fprintf(&body, "\nr%d:repository(owner:$o%d,name:$r%d%s){...many}", i, i, i, sameName)
		vars[fmt.Sprintf("o%d", i)], vars[fmt.Sprintf("r%d", i)] = r.Owner, r.Name
	}
	text := "query Many(" + strings.TrimSuffix(head.String(), ",") + "){" + body.String() + "\n}\nfragment many on Repository{" + fields + "}"
	var out map[string]json.RawMessage
	_, err := c.query(ctx, inst, text, vars, &out, manyFacts)
	return out, err
}

// manyFacts are the errors that say that something is not there: a repository, a file in it, its organisation's.
func manyFacts(e graphError) bool {
	if len(e.Path) == 0 {
		return false
	}
	last, _ := e.Path[len(e.Path)-1].(string)
	absent := len(e.Path) == 1 || last == "config" || last == "manifest" || strings.HasPrefix(last, "owners")
	return last == "org" || e.Type == "NOT_FOUND" && absent
}

// tooHeavy says that less might have been answered: no answer in time, a gateway's failure, GraphQL's own limit of resources or
// an error of it that has no name.
func tooHeavy(err error) bool {
	var failed *FailedError
	var slow net.Error
	switch {
	case errors.As(err, &failed):
		inside := failed.Status == http.StatusOK && (failed.Type == "" || failed.Type == "RESOURCE_LIMITS_EXCEEDED")
		return failed.Status >= http.StatusInternalServerError || inside
	case errors.As(err, &slow):
		return slow.Timeout()
	}
	return false
}
