package contract

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// maxShown is how many bytes of a body a curl line shows.
const maxShown = 2000

// secrets are the forms of everything that must never be printed: GitHub's
// tokens (in both formats), JWTs, keys, and the properties that hold secrets.
// https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
var secrets = []struct {
	form *regexp.Regexp
	by   string
}{
	{regexp.MustCompile(`-----BEGIN [A-Z ]+-----(.|\n)*?-----END [A-Z ]+-----`), "***"},
	{regexp.MustCompile(`\b(gh[a-z]_|github_pat_)[A-Za-z0-9_.-]+`), "***"},
	{regexp.MustCompile(`\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+`), "***"},
	{regexp.MustCompile(`("[a-z_]*(?:secret|token|pem|private_key)"\s*:\s*)"[^"]*"`), `$1"***"`},
	{regexp.MustCompile(`([?&][a-z_]*(?:secret|token|code)=)[^&'\s]*`), "$1***"},
}

func redact(text string) string {
	for _, s := range secrets {
		text = s.form.ReplaceAllString(text, s.by)
	}
	return text
}

// Curl shows a request as a line for a shell, without its secrets.
func Curl(req *http.Request, body []byte) string {
	var b strings.Builder
	b.WriteString("curl -X " + req.Method)
	for _, name := range slices.Sorted(maps.Keys(req.Header)) {
		for _, value := range req.Header[name] {
			if name == "Authorization" || name == "Cookie" {
				scheme, _, _ := strings.Cut(value, " ")
				value = scheme + " ***"
			}
			b.WriteString(" -H " + quote(name+": "+value))
		}
	}
	b.WriteString(" " + quote(address(req)))
	if len(body) > 0 {
		b.WriteString(" -d " + quote(shown(body)))
	}
	return redact(b.String())
}

// address is the whole URL; a request that a server received has only its path.
func address(req *http.Request) string {
	u := *req.URL
	if u.Host == "" {
		u.Scheme, u.Host = "https", req.Host
	}
	u.User = nil
	return u.String()
}

func shown(body []byte) string {
	if len(body) > maxShown {
		return string(body[:maxShown]) + "…"
	}
	return string(body)
}

func quote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
