package contract

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// anywhere are the answers that any operation may give, described or not: a
// bad token, too many requests, GitHub's own trouble, an unknown version.
var anywhere = []int{
	http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone,
	http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusInternalServerError,
	http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
}

// Response judges an answer to a request: that the operation may answer so,
// and the body. It notes operation and status for the Matrix. A header of nil
// is not judged.
func (r *Referee) Response(req *http.Request, status int, header http.Header, body []byte) error {
	if isGraphQL(req) {
		r.note("POST /graphql", status)
		return answer(req, status, graphAnswerFaults(status, body))
	}
	rt, _, err := r.find(req.Method, req.URL)
	if err != nil {
		return answer(req, status, []error{err})
	}
	r.note(rt.String(), status)
	if redirects(status) || raw(req) {
		return nil
	}
	found := rt.answerFaults(status, body)
	if header != nil && len(body) > 0 && !strings.HasPrefix(header.Get("Content-Type"), "application/json") {
		found = append(found, fmt.Errorf("header Content-Type is %q, not application/json", header.Get("Content-Type")))
	}
	return answer(req, status, found)
}

func answer(req *http.Request, status int, found []error) error {
	if len(found) == 0 {
		return nil
	}
	return errors.New(redact(fmt.Sprintf("answer %d to %s %s: %v", status, req.Method, req.URL.EscapedPath(), errors.Join(found...))))
}

// redirects tells of answers that have no body to judge.
func redirects(status int) bool { return status >= 300 && status < 400 }

// raw tells that the request asked for something other than JSON.
// https://docs.github.com/rest/using-the-rest-api/getting-started-with-the-rest-api#media-types
func raw(req *http.Request) bool {
	accept := req.Header.Get("Accept")
	return slices.ContainsFunc([]string{".raw", ".diff", ".patch", ".sha", ".html"}, func(form string) bool {
		return strings.Contains(accept, form) && strings.Contains(accept, "application/vnd.github")
	})
}

func (rt *route) answerFaults(status int, body []byte) []error {
	ref := rt.op.Responses.Status(status)
	switch {
	case ref == nil && slices.Contains(anywhere, status):
		return errorFaults(status, body)
	case ref == nil:
		return []error{fmt.Errorf("%s never answers %d; described are %s", rt, status, strings.Join(sortedKeys(rt.op.Responses.Map()), ", "))}
	case len(ref.Value.Content) == 0:
		if len(body) > 0 && status < 400 {
			return []error{fmt.Errorf("%s answers %d without a body", rt, status)}
		}
		return nil
	}
	media := ref.Value.Content["application/json"]
	if media == nil || media.Schema == nil {
		return nil // not JSON: nothing to judge it by
	}
	return excused(jsonFaults("body", media.Schema.Value, body))
}

// errorFaults judges an answer that only the general form of errors describes:
// {"message": …}. GitHub's gateways answer 5xx with a page of HTML.
func errorFaults(status int, body []byte) []error {
	if status >= 500 {
		return nil
	}
	var e struct{ Message string }
	if err := json.Unmarshal(body, &e); err != nil {
		return []error{fmt.Errorf("an error's body is a JSON object: %w", err)}
	}
	if e.Message == "" {
		return []error{fmt.Errorf("an error's body has a message")}
	}
	return nil
}

// graphAnswerFaults judges the envelope of a GraphQL answer. GraphQL answers
// 200 to what it refuses; the refusal is in errors.
func graphAnswerFaults(status int, body []byte) []error {
	if status != http.StatusOK {
		if slices.Contains(anywhere, status) {
			return errorFaults(status, body)
		}
		return []error{fmt.Errorf("GraphQL never answers %d", status)}
	}
	var a map[string]json.RawMessage
	if err := json.Unmarshal(body, &a); err != nil {
		return []error{fmt.Errorf("body is no JSON object: %w", err)}
	}
	var found []error
	for _, name := range sortedKeys(a) {
		if name != "data" && name != "errors" && name != "extensions" {
			found = append(found, fmt.Errorf("body/%s: unknown property", name))
		}
	}
	if a["data"] == nil && a["errors"] == nil {
		found = append(found, fmt.Errorf("body has neither data nor errors"))
	}
	return found
}
