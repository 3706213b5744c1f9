package contract

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// The forms of credentials; none is one.
const (
	installationToken = "ghs_0123456789abcdefABCDEF0123456789abcd"
	appJWT            = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxIn0.c2lnbmF0dXJl"
)

var loadOnce = sync.OnceValues(New)

func referee(t *testing.T) *Referee {
	t.Helper()
	r, err := loadOnce()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// request builds one as go-github would send it.
func request(t *testing.T, method, target, body string) *http.Request {
	t.Helper()
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req, err := http.NewRequest(method, "https://api.github.com"+target, r)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("User-Agent", "pitcrew/test")
	req.Header.Set("Accept", "application/vnd.github+json")
	req.Header.Set("X-GitHub-Api-Version", "2022-11-28")
	req.Header.Set("Authorization", "Bearer "+installationToken)
	if strings.HasPrefix(target, "/app") || strings.HasSuffix(target, "/installation") {
		req.Header.Set("Authorization", "Bearer "+appJWT)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	return req
}

// check compares a judgement with what it should say; empty: nothing wrong.
func check(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("judged wrong:\n%v", err)
	case want != "" && err == nil:
		t.Errorf("passed; want %q", want)
	case want != "" && !strings.Contains(err.Error(), want):
		t.Errorf("got:\n%v\nwant %q", err, want)
	}
}
