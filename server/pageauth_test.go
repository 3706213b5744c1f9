package server_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

const pagesToken = "a token of the pages & more"

// TestToken: without the token nothing is shown, whatever the way in; with it, everything.
func TestToken(t *testing.T) {
	h := busy(t)
	h.pages.Token = pagesToken
	bearer := func(token string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
	}
	for _, path := range []string{"/", "/impact", "/events", "/api/report", "/search?q=acme", "/?token=wrong"} {
		if w := h.get(path); w.Code != http.StatusUnauthorized || strings.Contains(w.Body.String(), "acme/") {
			t.Errorf("%s without a token: %d", path, w.Code)
		}
		if w := h.get(path, bearer("wrong")); w.Code != http.StatusUnauthorized {
			t.Errorf("%s with a wrong token: %d", path, w.Code)
		}
	}
	if w := h.get("/", bearer(pagesToken)); w.Code != http.StatusOK {
		t.Errorf("with a bearer token: %d", w.Code)
	}
	w := h.get("/impact?weeks=4&token=" + url.QueryEscape(pagesToken))
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/impact?weeks=4" {
		t.Fatalf("with the token in the query: %d to %q", w.Code, w.Header().Get("Location"))
	}
	cookie := w.Result().Cookies()[0]
	if !cookie.HttpOnly || strings.Contains(cookie.Value, "token") {
		t.Errorf("cookie is %v", cookie)
	}
	if w := h.get("/", func(r *http.Request) { r.AddCookie(cookie) }); w.Code != http.StatusOK {
		t.Errorf("with the cookie: %d", w.Code)
	}
	if w := h.get("/static/style.css"); w.Code != http.StatusOK {
		t.Errorf("style sheet of the form: %d", w.Code)
	}
}

// TestTokenForm: the form leads back to where one wanted to go, and never to somebody else.
func TestTokenForm(t *testing.T) {
	h := newHouse(t)
	h.pages.Token = pagesToken
	for to, want := range map[string]string{"/impact?weeks=4": "/impact?weeks=4", "": "/", "https://evil.example/": "/", "//evil.example/x": "/", `/\evil.example`: "/", "/%2Fevil.example": "/", "javascript:alert(1)": "/"} {
		w := h.post("/token", url.Values{"token": {pagesToken}, "to": {to}})
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != want {
			t.Errorf("to %q: %d %q, want %q", to, w.Code, w.Header().Get("Location"), want)
		}
	}
	w := h.post("/token", url.Values{"token": {"wrong"}, "to": {"/impact"}})
	if w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), `value="/impact"`) || w.Header().Get("Set-Cookie") != "" {
		t.Errorf("wrong token: %d %s", w.Code, w.Body)
	}
}

func (h *house) post(path string, form url.Values) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodPost, "http://localhost"+path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.pages.Handler().ServeHTTP(w, req)
	return w
}

// TestRebinding: without a token a name that somebody else can point at us is not answered.
func TestRebinding(t *testing.T) {
	h := newHouse(t)
	for host, want := range map[string]int{"localhost:8081": 200, "127.0.0.1": 200, "[::1]:8081": 200, "10.0.0.7:80": 200,
		"evil.example": 421, "evil.example:8081": 421, "localhost.evil.example": 421, "": 421} {
		if w := h.get("/", func(r *http.Request) { r.Host = host }); w.Code != want {
			t.Errorf("host %q: %d, want %d", host, w.Code, want)
		}
	}
}
