package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// isGraphQL tells whether a request goes to GraphQL, on github.com or, with
// the prefix /api, on GitHub Enterprise Server.
func isGraphQL(req *http.Request) bool {
	return req.URL.Path == "/graphql" || req.URL.Path == "/api/graphql"
}

// Query judges the text of a GraphQL document by GitHub's published schema and
// by the rules that no schema can say: each connection has first or last, 1 to
// 100, unless only its totalCount is asked for, and the document asks for at
// most 500,000 nodes. A first that is a variable without a default counts as
// 100.
// https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
func (r *Referee) Query(document string) error {
	doc, err := r.document(document)
	if err != nil {
		return err
	}
	var found []error
	for _, op := range doc.Operations {
		found = append(found, limitFaults(op, nil)...)
	}
	return errors.Join(found...)
}

func (r *Referee) document(text string) (*ast.QueryDocument, error) {
	doc, list := gqlparser.LoadQueryWithRules(r.graph, text, rules.NewDefaultRules())
	if len(list) > 0 {
		return nil, graphError(list)
	}
	return doc, nil
}

// graphError gives one line for each fault, with its place in the document.
func graphError(list gqlerror.List) error {
	var found []error
	for _, e := range list {
		if len(e.Locations) == 0 {
			found = append(found, fmt.Errorf("graphql: %s", e.Message))
			continue
		}
		at := e.Locations[0]
		found = append(found, fmt.Errorf("graphql:%d:%d: %s", at.Line, at.Column, e.Message))
	}
	return errors.Join(found...)
}

// graphRequest is all that GitHub reads of a GraphQL request.
type graphRequest struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
}

func (r *Referee) graphQLFaults(req *http.Request, body []byte) []error {
	if req.Method != http.MethodPost {
		return []error{fmt.Errorf("GraphQL is asked by POST, not %s", req.Method)}
	}
	asked, err := decodeGraph(body)
	if err != nil {
		return []error{err}
	}
	doc, err := r.document(asked.Query)
	if err != nil {
		return []error{err}
	}
	op := doc.Operations.ForName(asked.OperationName)
	if op == nil {
		return []error{fmt.Errorf("graphql: no operation %q, or several and none named", asked.OperationName)}
	}
	vars, err := validator.VariableValues(r.graph, op, asked.Variables)
	if err != nil {
		return []error{fmt.Errorf("graphql: variables: %w", err)}
	}
	return append(undeclared(op, asked.Variables), limitFaults(op, vars)...)
}

func decodeGraph(body []byte) (graphRequest, error) {
	var asked graphRequest
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&asked); err != nil {
		return asked, fmt.Errorf("graphql: decode request: %w", err)
	}
	if asked.Query == "" {
		return asked, fmt.Errorf("graphql: the request has no query")
	}
	return asked, nil
}

// undeclared names the variables that are sent and that the operation does not
// have; GitHub ignores them in silence.
func undeclared(op *ast.OperationDefinition, vars map[string]any) []error {
	var found []error
	for _, name := range sortedKeys(vars) {
		if op.VariableDefinitions.ForName(name) == nil {
			found = append(found, fmt.Errorf("graphql: variable %q is sent and not declared", name))
		}
	}
	return found
}
