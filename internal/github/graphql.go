package github

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// graphError is an entry of a reply's errors. Type is GitHub's own addition to the standard's keys.
type graphError struct {
	Type       string `json:"type"`
	Message    string `json:"message"`
	Path       []any  `json:"path"`
	Extensions struct {
		Code         string `json:"code"`
		TypeName     string `json:"typeName"`
		FieldName    string `json:"fieldName"`
		Name         string `json:"name"`
		ArgumentName string `json:"argumentName"`
		ParentName   string `json:"parentName"`
	} `json:"extensions"`
}

// at says whether the error is about a field that the path ends in.
func (e graphError) at(field string) bool {
	return len(e.Path) > 0 && e.Path[len(e.Path)-1] == field
}

// first is the alias at the root that the error is about.
func (e graphError) first() string {
	if len(e.Path) == 0 {
		return ""
	}
	alias, _ := e.Path[0].(string)
	return alias
}

// allowed says which errors are facts and no failures; they are handed to the caller.
type allowed func(graphError) bool

// query sends a document that only reads and decodes its data. Errors that are not allowed fail it: partial data are not
// used. Lines that this server cannot answer and that may be left out are left out from then on.
func (c *Client) query(ctx context.Context, inst int64, text string, vars map[string]any, into any, may allowed) ([]graphError, error) {
	for {
		if err := c.admit(ctx, inst, resourceGraphQL); err != nil {
			return nil, err
		}
		pruned, left := c.prune(text, vars)
		data, errs, err := c.graph(ctx, inst, pruned, left)
		if err != nil {
			return nil, err
		}
		if c.learn(text, errs) {
			continue
		}
		facts, err := judge(errs, may)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(data, into); err != nil {
			return nil, fmt.Errorf("decode answer to a query: %w", err)
		}
		return facts, nil
	}
}

// graph sends one document. An error means that there is no answer to it.
func (c *Client) graph(ctx context.Context, inst int64, text string, vars map[string]any) (json.RawMessage, []graphError, error) {
	in := map[string]any{"query": text, "variables": vars}
	r, err := c.send(ctx, inst, http.MethodPost, c.opts.V4URL, in)
	if err != nil {
		return nil, nil, err
	}
	if err := c.check(ctx, inst, r); err != nil {
		return nil, nil, err
	}
	var out struct {
		Data   json.RawMessage `json:"data"`
		Errors []graphError    `json:"errors"`
	}
	if err := json.Unmarshal(r.Body, &out); err != nil {
		return nil, nil, fmt.Errorf("decode answer of GraphQL: %w", err)
	}
	if rateLimited(out.Errors) {
		return nil, nil, &LimitedError{Until: c.exhausted(ctx, inst, r)}
	}
	return out.Data, out.Errors, nil
}

// rateLimited is GraphQL's own way to tell of a limit: an error in an answer with status 200.
// https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#exceeding-the-rate-limit
func rateLimited(errs []graphError) bool {
	return slices.ContainsFunc(errs, func(e graphError) bool { return e.Type == "RATE_LIMITED" || e.Type == "RATE_LIMIT" })
}

// exhausted takes note of such a limit; a query may cost more than what is left.
func (c *Client) exhausted(ctx context.Context, inst int64, r reply) time.Time {
	now := c.opts.Now()
	until := time.Time{}
	if told, ok := limitOf(r.Header, now); ok {
		until = renewal(told.Reset.Unix())
	}
	return c.stop(ctx, inst, now, until, resourceGraphQL)
}

// judge keeps the errors that are facts; any other one fails.
func judge(errs []graphError, may allowed) ([]graphError, error) {
	var facts []graphError
	for _, e := range errs {
		if may != nil && may(e) {
			facts = append(facts, e)
		}
	}
	for _, e := range errs {
		switch {
		case may != nil && may(e):
		case e.Type == "NOT_FOUND":
			return nil, fmt.Errorf("%s: %w", e.Message, ErrGone)
		case e.Type == "FORBIDDEN":
			return nil, &PermissionError{Permission: pathText(e.Path), Message: e.Message}
		default:
			return nil, &FailedError{Status: http.StatusOK, Type: e.Type, Message: e.Message}
		}
	}
	return facts, nil
}

func pathText(path []any) string {
	words := make([]string, len(path))
	for i, p := range path {
		words[i] = fmt.Sprint(p)
	}
	return strings.Join(words, ".")
}
