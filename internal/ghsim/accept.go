package ghsim

import (
	"net/http"
	"strings"
)

// formOf is the form that a client wants an answer in: "diff", "patch", "raw", "sha" …; "" is JSON. ok is false where it takes
// nothing that GitHub has.
// https://docs.github.com/rest/using-the-rest-api/getting-started-with-the-rest-api#media-types
func formOf(accept string) (form string, ok bool) {
	if accept == "" {
		return "", true
	}
	for part := range strings.SplitSeq(accept, ",") {
		media, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		if media == "*/*" || media == "application/*" || media == "application/json" {
			return "", true
		}
		own, is := strings.CutPrefix(media, "application/vnd.github")
		if !is || own != "" && own[0] != '.' && own[0] != '+' {
			continue
		}
		return formWord(own), true
	}
	return "", false
}

// formWord is the word of .v3.raw+json that says the form: no version, and no preview, which all have long become the rule.
func formWord(own string) string {
	own, _, _ = strings.Cut(own, "+")
	form := own[strings.LastIndex(own, ".")+1:]
	if form == "v3" || form == "v4" || form == "json" || strings.HasSuffix(form, "-preview") {
		return ""
	}
	return form
}

// accepts reads the form that is asked for. Bodies are raw anyway; other forms need an operation that has them.
func (q *request) accepts() *apiError {
	accept := q.r.Header.Get("Accept")
	form, ok := formOf(accept)
	if !ok {
		return &apiError{Status: http.StatusUnsupportedMediaType, Message: "Unsupported 'Accept' header: '" + accept + "'. Must accept 'application/json'."}
	}
	if form != "" && form != "raw" && !contains(strings.Fields(q.route.forms), form) {
		return q.s.notSimulated(http.StatusUnsupportedMediaType, "form %q of %s %s", form, q.route.method, q.route.path)
	}
	q.form = form
	return nil
}
