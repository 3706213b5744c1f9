package contract

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// route is an operation and the paths that lead to it.
type route struct {
	method   string
	template string
	path     *regexp.Regexp // over the escaped path; one group a parameter
	names    []string       // the parameters, in the order of the groups
	op       *openapi3.Operation
}

func (r *route) String() string { return r.method + " " + r.template }

// newRoutes lists the operations of doc, the more literal templates first:
// commits/{ref}/status before commits/{ref}, whose ref may contain slashes.
func newRoutes(doc *openapi3.T) ([]route, error) {
	var routes []route
	for template, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			r, err := newRoute(method, template, op)
			if err != nil {
				return nil, err
			}
			routes = append(routes, r)
		}
	}
	slices.SortFunc(routes, func(a, b route) int {
		return cmp.Or(
			cmp.Compare(literals(b.template), literals(a.template)),
			cmp.Compare(a.template, b.template),
			cmp.Compare(a.method, b.method),
		)
	})
	return routes, nil
}

func newRoute(method, template string, op *openapi3.Operation) (route, error) {
	r := route{method: method, template: template, op: op}
	var pattern strings.Builder
	for _, segment := range strings.Split(template, "/")[1:] {
		name, isParameter := parameterName(segment)
		switch {
		case !isParameter:
			pattern.WriteString("/" + regexp.QuoteMeta(segment))
		case multiSegment(op, name):
			pattern.WriteString("/(.+)")
		default:
			pattern.WriteString("/([^/]+)")
		}
		if isParameter {
			r.names = append(r.names, name)
		}
	}
	var err error
	r.path, err = regexp.Compile("^" + pattern.String() + "$")
	if err != nil {
		return route{}, fmt.Errorf("route %s: %w", &r, err)
	}
	return r, nil
}

func parameterName(segment string) (string, bool) {
	if !strings.HasPrefix(segment, "{") || !strings.HasSuffix(segment, "}") {
		return "", false
	}
	return segment[1 : len(segment)-1], true
}

// multiSegment tells whether a path parameter may contain slashes. GitHub
// marks these with x-multi-segment, which no router honours.
func multiSegment(op *openapi3.Operation, name string) bool {
	p := op.Parameters.GetByInAndName(openapi3.ParameterInPath, name)
	return p != nil && p.Extensions["x-multi-segment"] == true
}

func literals(template string) int {
	n := 0
	for _, segment := range strings.Split(template, "/") {
		if _, isParameter := parameterName(segment); !isParameter {
			n++
		}
	}
	return n
}

// aliases are paths that GitHub serves and does not describe: its own Link
// headers and its redirects after a rename name repositories, organisations
// and teams by number.
var aliases = []struct {
	path *regexp.Regexp
	is   string
}{
	{regexp.MustCompile(`^/repositories/([0-9]+)(/.*)?$`), "/repos/-/$1$2"},
	{regexp.MustCompile(`^/organizations/([0-9]+)/team/([0-9]+)(/.*)?$`), "/orgs/$1/teams/$2$3"},
	{regexp.MustCompile(`^/organizations/([0-9]+)(/.*)?$`), "/orgs/$1$2"},
}

// canonical returns the path as the description knows it: without GitHub
// Enterprise Server's prefix and without aliases.
// https://docs.github.com/enterprise-server/rest/overview/resources-in-the-rest-api
func canonical(escaped string) string {
	if rest, ok := strings.CutPrefix(escaped, "/api/v3/"); ok {
		escaped = "/" + rest
	}
	for _, a := range aliases {
		if a.path.MatchString(escaped) {
			return a.path.ReplaceAllString(escaped, a.is)
		}
	}
	return escaped
}

// find returns the route of a request and its path parameters.
func (r *edition) find(method string, u *url.URL) (*route, map[string]string, error) {
	path := canonical(u.EscapedPath())
	var others []string
	for i := range r.routes {
		rt := &r.routes[i]
		groups := rt.path.FindStringSubmatch(path)
		if groups == nil {
			continue
		}
		if rt.method != method {
			others = append(others, rt.String())
			continue
		}
		params, err := rt.params(groups[1:])
		return rt, params, err
	}
	if len(others) > 0 {
		return nil, nil, fmt.Errorf("operation %s %s is not declared in operations.txt; declared are %s", method, path, strings.Join(others, ", "))
	}
	return nil, nil, fmt.Errorf("operation %s %s is not declared in operations.txt", method, path)
}

func (rt *route) params(values []string) (map[string]string, error) {
	params := map[string]string{}
	for i, v := range values {
		s, err := url.PathUnescape(v)
		if err != nil {
			return nil, fmt.Errorf("path parameter %s: %w", rt.names[i], err)
		}
		params[rt.names[i]] = s
	}
	return params, nil
}
