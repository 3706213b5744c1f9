package ghsim

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// packedSchema is GitHub's published schema (npm @octokit/graphql-schema, MIT, see schema/LICENSE.md) without
// descriptions; internal/tools/genschema makes it.
//
//go:embed schema/schema.graphql.gz
var packedSchema []byte

// githubSchema is loaded at its first use, in about 12 ms, and never changed.
var githubSchema = sync.OnceValues(loadGitHubSchema)

func loadGitHubSchema() (*ast.Schema, error) {
	z, err := gzip.NewReader(bytes.NewReader(packedSchema))
	if err != nil {
		return nil, fmt.Errorf("unpack schema: %w", err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("unpack schema: %w", err)
	}
	schema, err := validator.LoadSchema(validator.Prelude, &ast.Source{Name: "schema.graphql", Input: string(text)})
	if err != nil {
		return nil, fmt.Errorf("load schema: %w", err)
	}
	return schema, nil
}

// gqlDocument is a query text that was parsed and validated once. It is read only: executions share it.
type gqlDocument struct {
	schema *ast.Schema
	query  *ast.QueryDocument
	errs   gqlerror.List // why the text is not valid; query is then not to be used
	parsed bool          // false: not even the grammar was right
}

// gqlDocuments remembers documents by their text: a client sends the same few texts again and again.
type gqlDocuments struct {
	mu     sync.Mutex
	byText map[string]*gqlDocument
}

// maxDocuments bounds the memory; a client that prints values into its texts starts the collection anew.
const maxDocuments = 500

// documents is the memo of a pure function of the text, hence shared by all simulators of the process.
var documents = gqlDocuments{byText: map[string]*gqlDocument{}}

func (d *gqlDocuments) load(text string) (*gqlDocument, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if doc, ok := d.byText[text]; ok {
		return doc, nil
	}
	schema, err := githubSchema()
	if err != nil {
		return nil, err
	}
	if len(d.byText) >= maxDocuments {
		clear(d.byText)
	}
	doc := newDocument(schema, text)
	d.byText[text] = doc
	return doc, nil
}

func newDocument(schema *ast.Schema, text string) *gqlDocument {
	doc := &gqlDocument{schema: schema}
	query, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		doc.errs = asErrorList(err)
		return doc
	}
	doc.query, doc.parsed = query, true
	doc.errs = validator.ValidateWithRules(schema, query, rules.NewDefaultRules())
	return doc
}

func asErrorList(err error) gqlerror.List {
	if e, ok := err.(*gqlerror.Error); ok {
		return gqlerror.List{e}
	}
	return gqlerror.List{{Message: err.Error()}}
}
