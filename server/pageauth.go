package server

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// tokenCookie holds a digest of the token, so that what a browser stores is not the token itself.
const tokenCookie = "pitcrew_pages"

// guarded lets in who has the token. Where there is none, it answers only under a name that nobody else can point at
// us: a page of somebody else whose name suddenly resolves to 127.0.0.1 would otherwise read everything.
func (p *Pages) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case p.Token == "" && !numericOrLocal(r.Host):
			p.fail(w, r, problem{http.StatusMisdirectedRequest, "Without a token, pitcrew's pages answer only to localhost and to numeric addresses.",
				"Set PITCREW_PAGES_TOKEN to use a name."})
		case p.Token == "" || p.may(r):
			next.ServeHTTP(w, r)
		case p.is(r.URL.Query().Get("token")):
			p.admit(w, r, without(r.URL, "token"))
		default:
			p.askToken(w, r, http.StatusUnauthorized, "")
		}
	})
}

func (p *Pages) may(r *http.Request) bool {
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return p.is(bearer)
	}
	cookie, err := r.Cookie(tokenCookie)
	return err == nil && same(cookie.Value, tokenDigest(p.Token))
}

func (p *Pages) is(token string) bool { return same(tokenDigest(token), tokenDigest(p.Token)) }

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func tokenDigest(token string) string {
	sum := sha256.Sum256([]byte("pitcrew pages\x00" + token))
	return hex.EncodeToString(sum[:])
}

// admit sets the cookie and sends the reader to an address without the token, which would stay in the history.
func (p *Pages) admit(w http.ResponseWriter, r *http.Request, to string) {
	http.SetCookie(w, &http.Cookie{Name: tokenCookie, Value: tokenDigest(p.Token), Path: "/", HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"})
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// takeToken is the answer to the form of askToken.
func (p *Pages) takeToken(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4096)
	if p.Token == "" || !p.is(r.PostFormValue("token")) {
		p.askToken(w, r, http.StatusUnauthorized, "That is not the token.")
		return
	}
	to, err := url.Parse(r.PostFormValue("to"))
	if err != nil || to.Host != "" || !strings.HasPrefix(to.Path, "/") || strings.HasPrefix(to.Path, "//") || strings.Contains(to.Path, `\`) {
		to = &url.URL{Path: "/"}
	}
	p.admit(w, r, (&url.URL{Path: to.Path, RawQuery: to.RawQuery}).String())
}

func (p *Pages) askToken(w http.ResponseWriter, r *http.Request, status int, wrong string) {
	if strings.HasPrefix(r.URL.Path, "/api/") || r.URL.Path == "/events" {
		w.Header().Set("WWW-Authenticate", `Bearer realm="pitcrew"`)
		writeJSON(w, status, map[string]string{"error": "the token of the pages is missing or wrong"})
		return
	}
	to := without(r.URL, "token")
	if r.Method == http.MethodPost {
		to = r.PostFormValue("to")
	}
	if err := render(w, status, "token", sheet{Title: "Token", Body: map[string]string{"Wrong": wrong, "To": to}}); err != nil {
		p.fail(w, r, err)
	}
}

// without is an address on this host without one parameter.
func without(u *url.URL, parameter string) string {
	query := u.Query()
	query.Del(parameter)
	return (&url.URL{Path: u.Path, RawQuery: query.Encode()}).String()
}

func numericOrLocal(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	return net.ParseIP(host) != nil || host == "localhost" || strings.HasSuffix(host, ".localhost")
}
