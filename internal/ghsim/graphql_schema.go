package ghsim

import (
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/pitcrew-app/pitcrew/internal/ghsim/schema"
)

// gqlDocument is a query text that was parsed and validated once. It is read only: executions share it.
type gqlDocument struct {
	schema *ast.Schema
	query  *ast.QueryDocument
	errs   gqlerror.List // why the text is not valid; query is then not to be used
	parsed bool          // false: not even the grammar was right
}

// gqlDocuments remembers documents by their text: a client sends the same few texts again and again.
type gqlDocuments struct {
	schema func() (*ast.Schema, error)

	mu     sync.Mutex
	byText map[string]*gqlDocument
}

// maxDocuments bounds the memory; a client that prints values into its texts starts the collection anew.
const maxDocuments = 500

// documents is the memo of a pure function of the text, hence shared by all simulators of the process.
var documents = gqlDocuments{schema: schema.Load, byText: map[string]*gqlDocument{}}

// oldDocuments are documents as a GitHub Enterprise Server of 2021 sees them: what it lacks is an error of validation.
var oldDocuments = gqlDocuments{schema: schema.LoadServer, byText: map[string]*gqlDocument{}}

func (d *gqlDocuments) load(text string) (*gqlDocument, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if doc, ok := d.byText[text]; ok {
		return doc, nil
	}
	schema, err := d.schema()
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

// document is a text as this GitHub reads it. An old one refuses what it does not know; what it knows, it answers like any.
func (s *Sim) document(text string) (*gqlDocument, error) {
	if s.oldServer {
		if doc, err := oldDocuments.load(text); err != nil || len(doc.errs) > 0 {
			return doc, err
		}
	}
	return documents.load(text)
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
