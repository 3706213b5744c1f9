// Package schema is GitHub's published GraphQL schema, as data: the SDL of npm
// @octokit/graphql-schema without its descriptions, written by
// internal/tools/genschema. The simulator answers by it and package contract
// judges by it.
package schema

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
)

//go:embed schema.graphql.gz
var packed []byte

var loaded = sync.OnceValues(load)

// Load returns the schema. The first call takes some 15 ms; all callers share
// one value, which nobody may change.
func Load() (*ast.Schema, error) { return loaded() }

func load() (*ast.Schema, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpack GraphQL schema: %w", err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("unpack GraphQL schema: %w", err)
	}
	s, err := validator.LoadSchema(validator.Prelude, &ast.Source{Name: "schema.graphql", Input: string(text)})
	if err != nil {
		return nil, fmt.Errorf("load GraphQL schema: %w", err)
	}
	return s, nil
}
