package contract

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/pitcrew-app/pitcrew/internal/ghsim/schema"
)

// oldServer judges GraphQL as a GitHub Enterprise Server of 2021 reads it, the
// only one whose schema a package has.
type oldServer struct {
	graph *ast.Schema

	mu    sync.Mutex
	known map[string]judged // by the text: a program has few
}

type judged struct {
	doc   *ast.QueryDocument
	found []error
}

func newOldServer() (*oldServer, error) {
	graph, err := schema.LoadServer()
	if err != nil {
		return nil, fmt.Errorf("load the GraphQL schema of GitHub Enterprise Server: %w", err)
	}
	return &oldServer{graph: graph, known: map[string]judged{}}, nil
}

func (s *oldServer) faults(req *http.Request, body []byte) []error {
	asked, err := decodeGraph(body)
	if err != nil {
		return []error{err}
	}
	j := s.judge(asked.Query)
	found := slices.Clone(j.found)
	for _, op := range j.doc.Operations {
		if asked.OperationName == "" || op.Name == asked.OperationName {
			found = append(found, s.variableFaults(op, asked.Variables)...)
			found = append(found, previewFaults(op, req.Header.Values("Accept"))...)
		}
	}
	return found
}

func (s *oldServer) judge(text string) judged {
	s.mu.Lock()
	defer s.mu.Unlock()
	if j, ok := s.known[text]; ok {
		return j
	}
	doc, err := parser.ParseQuery(&ast.Source{Input: text})
	j := judged{doc: doc}
	if err != nil {
		j = judged{&ast.QueryDocument{}, []error{err}}
	}
	for _, e := range validator.ValidateWithRules(s.graph, j.doc, rules.NewDefaultRules()) {
		if _, known := otherWays[lackOf(e)]; !known {
			j.found = append(j.found, fmt.Errorf("GHES of 2021: %s; if there is another way there, it has a row in otherways.go", e.Message))
		}
	}
	s.known[text] = j
	return j
}

// lacks are the messages of the validator that tell of something that the schema
// lacks; order says which group comes first in its name.
var lacks = []struct {
	message *regexp.Regexp
	name    string
}{
	{regexp.MustCompile(`^Cannot query field "(.*?)" on type "(.*?)"`), "$2.$1"},
	{regexp.MustCompile(`^Unknown argument "(.*?)" on field "(?:.*\.)?(.*?)"`), "$2($1)"},
	{regexp.MustCompile(`^Fragment cannot be spread here as objects of type "(.*?)" can never be of type "(.*?)"`), "$1:$2"},
	{regexp.MustCompile(`^Unknown type "(.*?)"`), "$1"},
	{regexp.MustCompile(`^Value "(.*?)" does not exist in "(.*?)!?" enum`), "$2.$1"},
}

// lackOf names what the schema lacks as otherWays does; empty: the fault is
// another one.
func lackOf(e *gqlerror.Error) string {
	for _, l := range lacks {
		if m := l.message.FindStringSubmatchIndex(e.Message); m != nil {
			return string(l.message.ExpandString(nil, l.name, e.Message, m))
		}
	}
	return ""
}

// variableFaults judges the variables whose types the schema has.
func (s *oldServer) variableFaults(op *ast.OperationDefinition, vars map[string]any) []error {
	known, given := *op, map[string]any{}
	known.VariableDefinitions = nil
	for _, def := range op.VariableDefinitions {
		if s.graph.Types[def.Type.Name()] != nil {
			known.VariableDefinitions = append(known.VariableDefinitions, def)
			if v, ok := vars[def.Variable]; ok {
				given[def.Variable] = v
			}
		}
	}
	if _, err := validator.VariableValues(s.graph, &known, given); err != nil {
		return []error{fmt.Errorf("GHES of 2021: variables: %w", err)}
	}
	return nil
}

// previewFaults are the fields that a server showed only to who accepted the
// preview; to others they did not exist.
// https://docs.github.com/en/enterprise-server@3.3/graphql/overview/schema-previews
func previewFaults(op *ast.OperationDefinition, accept []string) []error {
	var found []error
	visit(op.SelectionSet, func(f *ast.Field) {
		if f.Definition == nil {
			return
		}
		d := f.Definition.Directives.ForName("preview")
		if d == nil {
			return
		}
		if media := "application/vnd.github." + d.Arguments[0].Value.Raw + "+json"; !strings.Contains(strings.Join(accept, ","), media) {
			found = append(found, fmt.Errorf("GHES of 2021: %s.%s needs the header Accept: %s", f.ObjectDefinition.Name, f.Name, media))
		}
	})
	return found
}
