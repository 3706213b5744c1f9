package ghsim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// route is an operation of the REST API.
type route struct {
	method, path string
	need         []string // permissions of which one will do, "contents:write"; none: see auth
	auth         string   // "" token, "app" the App's JWT, "none" nobody in particular, "user" a person
	body         string   // the properties that are modelled, space-separated; * any, [] a bare list too
	forms        string   // what it can answer in besides JSON and raw: diff patch sha
	fault        string   // its name in scripts
	run          func(*request) (int, any, *apiError)
	parts        []string
}

// match finds the route of a path. A last variable written {name+} takes what is left, slashes included; literal parts win.
func match(routes []*route, method, path string) (*route, map[string]string) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for i, p := range parts {
		if plain, err := url.PathUnescape(p); err == nil {
			parts[i] = plain
		}
	}
	var best *route
	var vars map[string]string
	score := -1
	for _, x := range routes {
		if x.method != method {
			continue
		}
		if v, n, ok := x.match(parts); ok && n > score {
			best, vars, score = x, v, n
		}
	}
	return best, vars
}

func (x *route) match(parts []string) (vars map[string]string, literals int, ok bool) {
	vars = map[string]string{}
	for i, want := range x.parts {
		if name, is := strings.CutSuffix(want, "+}"); is {
			if i >= len(parts) {
				return nil, 0, false
			}
			rest := parts[i:]
			if after := x.parts[i+1:]; len(after) > 0 { // {ref+}/check-runs
				n := len(rest) - len(after)
				if n < 1 || strings.Join(rest[n:], "/") != strings.Join(after, "/") {
					return nil, 0, false
				}
				rest, literals = rest[:n], literals+len(after)
			}
			vars[name[1:]] = strings.Join(rest, "/")
			return vars, literals, true
		}
		if i >= len(parts) {
			return nil, 0, false
		}
		if strings.HasPrefix(want, "{") {
			vars[strings.Trim(want, "{}")] = parts[i]
		} else if want == parts[i] {
			literals++
		} else {
			return nil, 0, false
		}
	}
	return vars, literals, len(parts) == len(x.parts)
}

// allowed asks whether the caller may use the operation: 404 for what the token may not know of, 403 with the permission that
// would do for what it lacks.
// https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api
func (s *Sim) allowed(q *request) *apiError {
	jwt := q.who != nil && q.who.app != nil && q.who.inst == nil
	switch q.route.auth {
	case "app":
		if !jwt {
			return unauthorized(couldNotDecode)
		}
		return nil
	case "user":
		if q.who.user == nil {
			return forbidden("")
		}
		return nil
	case "none":
		return nil
	}
	if jwt {
		return unauthorized("Bad credentials")
	}
	if name, ok := q.vars["repo"]; ok {
		q.repo = s.findRepo(q.vars["owner"], name)
		if q.repo == nil || !s.sees(q.who, q.repo) {
			return notFound()
		}
	}
	for _, n := range q.route.need {
		permission, level, _ := strings.Cut(n, ":")
		if q.who.has(permission, level) {
			return s.allowedPerson(q, level)
		}
	}
	if len(q.route.need) == 0 {
		return nil
	}
	return forbidden(strings.ReplaceAll(strings.Join(q.route.need, "; "), ":", "="))
}

// allowedPerson: people write with write access, and comment, review and open pull requests with read.
func (s *Sim) allowedPerson(q *request, level string) *apiError {
	if q.who.user == nil || q.repo == nil || level != "write" {
		return nil
	}
	if contains(openToReaders, q.route.method+" "+q.route.path) || s.mayWrite(q.who.user, q.repo) {
		return nil
	}
	return &apiError{Status: 403, Message: "Must have push access to the repository."}
}

var openToReaders = []string{
	"POST /repos/{owner}/{repo}/pulls", "POST /repos/{owner}/{repo}/issues", "POST /repos/{owner}/{repo}/issues/{number}/comments",
	"POST /repos/{owner}/{repo}/pulls/{number}/reviews", "PATCH /repos/{owner}/{repo}/pulls/{number}",
}

func forbidden(accepted string) *apiError {
	return &apiError{Status: 403, Message: "Resource not accessible by integration", Accepted: accepted, GraphQLType: "FORBIDDEN"}
}

// heeded refuses parameters that had no say in the answer.
func (q *request) heeded() *apiError {
	if odd := q.query.unheeded(); odd != "" {
		return q.s.notSimulated(422, "%s of %s %s", odd, q.route.method, q.route.path)
	}
	return nil
}

// modelled refuses, before anything is changed, properties that the Sim would silently ignore, and parameters of what has none.
func (q *request) modelled() *apiError {
	if e := q.accepts(); e != nil {
		return e
	}
	if q.r.Method != http.MethodGet {
		if e := q.heeded(); e != nil {
			return e
		}
	}
	if len(q.raw) == 0 || q.r.Method == http.MethodGet {
		return nil
	}
	known := strings.Fields(q.route.body)
	if bytes.HasPrefix(bytes.TrimSpace(q.raw), []byte("[")) && contains(known, "[]") {
		return nil
	}
	var o map[string]json.RawMessage
	if err := json.Unmarshal(q.raw, &o); err != nil {
		if q.route.body == "*" {
			return nil
		}
		return &apiError{Status: 400, Message: "Problems parsing JSON"}
	}
	for _, k := range sortedKeys(o) {
		if q.route.body != "*" && !contains(known, k) {
			return q.s.notSimulated(422, "property %q of %s %s", k, q.route.method, q.route.path)
		}
	}
	return nil
}

// decode reads the body; a value of the wrong type is 422, as on GitHub.
func (q *request) decode(into any) *apiError {
	if len(bytes.TrimSpace(q.raw)) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(q.raw))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return &apiError{Status: 422, Message: fmt.Sprintf("Invalid request.\n\nFor '%s', %s is not of the right type.", "properties/"+wrong.Field, wrong.Value)}
	}
	if field, unknown := strings.CutPrefix(fmt.Sprint(err), "json: unknown field "); unknown {
		return q.s.notSimulated(422, "property %s of %s %s", field, q.route.method, q.route.path)
	}
	if err != nil {
		return &apiError{Status: 400, Message: "Problems parsing JSON"}
	}
	return nil
}
