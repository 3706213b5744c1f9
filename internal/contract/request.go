package contract

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Request judges a request to GitHub's API, REST or GraphQL: that the
// operation is declared, its headers, path, query and body. The body is given
// by itself because that of req may have been read. What github.com would take
// is judged as GitHub Enterprise Server would read it.
func (r *Referee) Request(req *http.Request, body []byte) error {
	found := r.dotcomFaults(req, body)
	if len(found) == 0 {
		found = r.serverFaults(req, body)
	}
	return faults(req, body, found)
}

func (r *Referee) dotcomFaults(req *http.Request, body []byte) []error {
	if isGraphQL(req) {
		return append(headerFaults(req, nil), r.graphQLFaults(req, body)...)
	}
	rt, params, err := r.find(req.Method, req.URL)
	if err != nil {
		return []error{err}
	}
	return append(headerFaults(req, rt), rt.requestFaults(params, req, body)...)
}

func (rt *route) requestFaults(params map[string]string, req *http.Request, body []byte) []error {
	found := rt.pathFaults(params)
	found = append(found, rt.queryFaults(req)...)
	return append(found, rt.bodyFaults(req, body)...)
}

// faults joins what was found and shows the request; nil if nothing was.
func faults(req *http.Request, body []byte, found []error) error {
	if len(found) == 0 {
		return nil
	}
	all := errors.Join(found...)
	return errors.New(redact(fmt.Sprintf("%v\n%s", all, Curl(req, body))))
}

func (rt *route) pathFaults(params map[string]string) []error {
	var found []error
	for name, value := range params {
		p := rt.op.Parameters.GetByInAndName(openapi3.ParameterInPath, name)
		if p == nil {
			continue // the description forgets one now and then
		}
		if err := parameterFault(p, []string{value}); err != nil {
			found = append(found, err)
		}
	}
	return found
}

func (rt *route) queryFaults(req *http.Request) []error {
	var found []error
	query := req.URL.Query()
	for _, ref := range rt.op.Parameters {
		p := ref.Value
		if p.In != openapi3.ParameterInQuery {
			continue
		}
		values, given := query[p.Name]
		delete(query, p.Name)
		if !given && p.Required {
			found = append(found, fmt.Errorf("query parameter %q is required", p.Name))
		}
		if !given {
			continue
		}
		if err := parameterFault(p, values); err != nil {
			found = append(found, err)
		}
	}
	unknown := make([]string, 0, len(query))
	for name := range query {
		unknown = append(unknown, name)
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		found = append(found, fmt.Errorf("%s knows no query parameter %q", rt, name))
	}
	return found
}

func parameterFault(p *openapi3.Parameter, values []string) error {
	s := p.Schema.Value
	if len(values) > 1 && !s.Type.Is(openapi3.TypeArray) {
		return fmt.Errorf("parameter %q is given %d times", p.Name, len(values))
	}
	v, err := parameterValue(s, values)
	if err != nil {
		return fmt.Errorf("parameter %q: %w", p.Name, err)
	}
	if list := valueFaults(s, v); len(list) > 0 {
		return fmt.Errorf("parameter %q%s", p.Name, strings.Join(list, "; "))
	}
	return nil
}

// parameterValue turns the text of a parameter into what its schema speaks of.
func parameterValue(s *openapi3.Schema, values []string) (any, error) {
	text := values[0]
	switch {
	case s.Type.Is(openapi3.TypeInteger):
		n, err := strconv.ParseInt(text, 10, 64)
		return float64(n), err
	case s.Type.Is(openapi3.TypeNumber):
		return strconv.ParseFloat(text, 64)
	case s.Type.Is(openapi3.TypeBoolean):
		return strconv.ParseBool(text)
	case s.Type.Is(openapi3.TypeArray):
		var list []any
		for _, v := range values {
			for _, e := range strings.Split(v, ",") {
				list = append(list, e)
			}
		}
		return list, nil
	}
	return text, nil
}

func (rt *route) bodyFaults(req *http.Request, body []byte) []error {
	if rt.op.RequestBody == nil {
		if len(body) > 0 {
			return []error{fmt.Errorf("%s takes no body", rt)}
		}
		return nil
	}
	want := rt.op.RequestBody.Value
	if len(body) == 0 {
		if want.Required {
			return []error{fmt.Errorf("%s needs a body", rt)}
		}
		return nil
	}
	media := want.Content["application/json"]
	if media == nil {
		return []error{fmt.Errorf("%s takes no JSON, which is all that is judged here", rt)}
	}
	if got, _, _ := mime.ParseMediaType(req.Header.Get("Content-Type")); got != "application/json" {
		return []error{fmt.Errorf("header Content-Type is %q, not application/json", req.Header.Get("Content-Type"))}
	}
	return jsonFaults("body", media.Schema.Value, body)
}
