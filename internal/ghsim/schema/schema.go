// Package schema is GitHub's published GraphQL schemas, as data: the SDL of npm
// packages without its descriptions, written by internal/tools/genschema. The
// simulator answers by them and package contract judges by them.
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
var dotcom []byte

//go:embed ghes.graphql.gz
var server []byte

var (
	loadDotcom = sync.OnceValues(func() (*ast.Schema, error) { return load(dotcom) })
	loadServer = sync.OnceValues(func() (*ast.Schema, error) { return load(server) })
)

// Load returns the schema of github.com. The first call takes some 15 ms; all
// callers share one value, which nobody may change.
func Load() (*ast.Schema, error) { return loadDotcom() }

// LoadServer returns the schema of a GitHub Enterprise Server of 2021, which is
// the only one that a package has. The servers that GitHub supports know more.
func LoadServer() (*ast.Schema, error) { return loadServer() }

func load(packed []byte) (*ast.Schema, error) {
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
