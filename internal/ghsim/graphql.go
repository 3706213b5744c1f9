package ghsim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
)

// GraphQL. A request's text is validated against GitHub's published schema, then walked: each field is permitted or
// refused (graphql_permissions.go), resolved by the table of its type (graphql_table.go) and completed by what the
// schema says of it (graphql_exec.go). What the table lacks is an error "not simulated: Type.field", kept for
// Sim.Errs, and never a null: a test that passes because of a null that GitHub would not have sent proves nothing.
//
// To add a field, add it to its type's table. To add a type, write its table, name it in gqlTables, and its Go type
// in gqlTypeOf.

// gqlRequest is the body of a POST to /graphql.
type gqlRequest struct {
	Query         *string        `json:"query"`
	Variables     map[string]any `json:"variables"`
	OperationName string         `json:"operationName"`
}

// gqlRun is one request being answered. It holds Sim.mu for its whole life: a query sees one state.
type gqlRun struct {
	s      *Sim
	who    *caller
	schema *ast.Schema
	vars   map[string]any
	now    time.Time
	path   []any // of the field being resolved
	errs   []*gqlError
	nodes  int // that the query asks for at most
	cost   int // in points of the hourly limit
	diffs  map[gqlDiff][]fileChange

	mutation string   // at hand
	needs    []string // of an App
	role     string   // of a person
}

// gqlError is an entry of "errors". Type is GitHub's own addition beside the standard's keys.
type gqlError struct {
	Type       string         `json:"type,omitempty"`
	Path       []any          `json:"path,omitempty"`
	Extensions map[string]any `json:"extensions,omitempty"`
	Locations  []gqlLocation  `json:"locations,omitempty"`
	Message    string         `json:"message"`
}

func (e *gqlError) Error() string { return e.Message }

type gqlLocation struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// gqlResponse is what is sent back. A request that was not executed has no data at all; one that failed at the root
// has data null.
type gqlResponse struct {
	Data     any
	Executed bool
	Errors   []*gqlError
}

func refusedRequest(errs ...*gqlError) gqlResponse { return gqlResponse{Errors: errs} }

// graphQL answers one request; s.mu is held.
func (s *Sim) graphQL(who *caller, in gqlRequest) gqlResponse {
	if in.Query == nil || *in.Query == "" {
		return refusedRequest(&gqlError{Message: "A query attribute must be specified and must be a string."})
	}
	doc, err := s.document(*in.Query)
	if err != nil {
		return refusedRequest(&gqlError{Message: err.Error()})
	}
	if len(doc.errs) > 0 {
		return refusedRequest(doc.validationErrors()...)
	}
	op, bad := doc.operation(in.OperationName)
	if bad != nil {
		return refusedRequest(bad)
	}
	x := &gqlRun{s: s, who: who, schema: doc.schema, now: s.now(), diffs: map[gqlDiff][]fileChange{}}
	if x.vars, bad = doc.variables(op, in.Variables); bad != nil {
		return refusedRequest(bad)
	}
	return x.execute(op)
}

// operation chooses the operation that a request names; a document with one needs no name.
func (d *gqlDocument) operation(name string) (*ast.OperationDefinition, *gqlError) {
	ops := d.query.Operations
	if name == "" && len(ops) == 1 {
		return ops[0], nil
	}
	if name == "" {
		return nil, &gqlError{Message: "An operation name is required"}
	}
	if op := ops.ForName(name); op != nil {
		return op, nil
	}
	return nil, &gqlError{Message: fmt.Sprintf("No operation named %q", name)}
}

// variables coerces the request's values to the types that the operation declares.
func (d *gqlDocument) variables(op *ast.OperationDefinition, given map[string]any) (map[string]any, *gqlError) {
	vars, err := validator.VariableValues(d.schema, op, given)
	if err == nil {
		return vars, nil
	}
	list := asErrorList(err)
	name, problem := "", list[0].Message
	if p := list[0].Path; len(p) > 1 {
		name = fmt.Sprint(p[1])
	}
	def := op.VariableDefinitions.ForName(name)
	if def == nil {
		return nil, &gqlError{Message: problem}
	}
	value := given[name]
	if value == nil {
		problem = "Expected value to not be null"
	}
	return nil, &gqlError{
		Message:   fmt.Sprintf("Variable $%s of type %s was provided invalid value", name, def.Type),
		Locations: locate(def.Position),
		Extensions: map[string]any{
			"value":    value,
			"problems": []any{map[string]any{"path": problemPath(list[0].Path), "explanation": problem}},
		},
	}
}

// problemPath is where in the variable's value the problem is.
func problemPath(p ast.Path) []any {
	out := []any{}
	for _, e := range p[min(2, len(p)):] {
		switch e := e.(type) {
		case ast.PathName:
			out = append(out, string(e))
		case ast.PathIndex:
			out = append(out, int(e))
		}
	}
	return out
}

func locate(p *ast.Position) []gqlLocation {
	if p == nil {
		return nil
	}
	return []gqlLocation{{Line: p.Line, Column: p.Column}}
}

// decodeGraphQL reads a request's body; numbers stay as they were written.
func decodeGraphQL(body []byte) (gqlRequest, error) {
	var in gqlRequest
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	err := d.Decode(&in)
	return in, err
}

// serveGraphQL answers a POST to /graphql; s.mu is held, and who was authenticated.
// https://docs.github.com/en/graphql/guides/forming-calls-with-graphql
func (s *Sim) serveGraphQL(w http.ResponseWriter, r *http.Request, who *caller) {
	if r.Method != http.MethodPost {
		writeJSON(w, http.StatusNotFound, object{"message": "Not Found", "documentation_url": "https://docs.github.com/graphql"})
		return
	}
	if who.user == nil && who.inst == nil { // an App's own JWT opens only /app
		writeJSON(w, http.StatusUnauthorized, unauthorized("Bad credentials").body())
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		writeJSON(w, http.StatusBadRequest, object{"message": "Problems reading the body"})
		return
	}
	in, err := decodeGraphQL(body)
	if err != nil {
		writeJSON(w, http.StatusBadRequest, object{"message": "Problems parsing JSON", "documentation_url": "https://docs.github.com/graphql"})
		return
	}
	writeJSON(w, http.StatusOK, s.graphQL(who, in).object())
}
