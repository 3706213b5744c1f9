package ghsim

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// This file signs users in with an App: the browser's part at /login/oauth/authorize, where a page asks whom to be, and the
// App's part at /login/oauth/access_token.
// https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app

// How long GitHub lets codes and tokens live.
// https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens
const (
	codeLife    = 10 * time.Minute
	userLife    = 8 * time.Hour
	refreshLife = 184 * 24 * time.Hour
)

// grant is a person's word to an App: a code, or a refresh token. Each is good for one use.
type grant struct {
	text      string
	app       *app
	user      *account
	callback  string // the redirect_uri that was asked for; "" if none was
	challenge string // of PKCE: the SHA-256 of what the App must show; "" without
	expires   time.Time
}

// clientID is the public name of an App where users sign in.
func (a *app) clientID() string { return "Iv23li" + itoa(a.id) }

// clientSecret is what an App shows to turn codes into tokens: 40 hexadecimal digits, the same for the same App.
func (a *app) clientSecret() string {
	sum := sha1.Sum([]byte("client secret of " + a.slug + " " + itoa(a.id)))
	return hex.EncodeToString(sum[:])
}

func (s *Sim) clientNamed(id string) *app {
	for _, a := range s.w.apps {
		if a.clientID() == id {
			return a
		}
	}
	return nil
}

// callback is where the browser goes back to: the address that is asked for if it lies under a registered one, else the first
// registered one. An address of the machine itself may have any port.
// https://docs.github.com/apps/creating-github-apps/registering-a-github-app/about-the-user-authorization-callback-url
func (a *app) callback(asked string) (to string, ok bool) {
	registered := a.callbacks
	if len(registered) == 0 {
		registered = []string{"http://127.0.0.1/", "http://localhost/"}
	}
	if asked == "" {
		return registered[0], true
	}
	for _, r := range registered {
		if under(asked, r) {
			return asked, true
		}
	}
	return registered[0], false
}

func under(asked, registered string) bool {
	a, err := url.Parse(asked)
	r, err2 := url.Parse(registered)
	if err != nil || err2 != nil || a.Scheme != r.Scheme || a.Hostname() != r.Hostname() {
		return false
	}
	ip := net.ParseIP(r.Hostname())
	loopback := r.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	if a.Port() != r.Port() && !loopback {
		return false
	}
	return a.Path == r.Path || strings.HasPrefix(a.Path, strings.TrimSuffix(r.Path, "/")+"/")
}

// authorize shows the page that asks whom to be, and sends the browser back with a code. A person named by login has signed in
// and agreed before: then there is no page.
func (s *Sim) authorize(w http.ResponseWriter, r *http.Request) {
	a := s.clientNamed(r.Form.Get("client_id"))
	if a == nil {
		s.sayPage(w, http.StatusNotFound, "Page not found", "No application has this client_id.")
		return
	}
	to, ok := a.callback(r.Form.Get("redirect_uri"))
	challenge := r.Form.Get("code_challenge")
	method := r.Form.Get("code_challenge_method")
	switch {
	case !ok:
		s.goBack(w, r, to, url.Values{"error": {"redirect_uri_mismatch"}, "error_description": {"The redirect_uri MUST match the registered callback URL for this application."}})
		return
	case challenge != "" && method != "S256":
		s.goBack(w, r, to, url.Values{"error": {"invalid_request"}, "error_description": {"code_challenge_method must be S256."}})
		return
	case r.Form.Get("cancel") != "":
		s.goBack(w, r, to, url.Values{"error": {"access_denied"}, "error_description": {"The user has denied your application access."}})
		return
	}
	user := s.userNamed(r.Form.Get("login"))
	if user == nil {
		s.askPage(w, a.name+" would like to act on your behalf", "", r.Form)
		return
	}
	g := &grant{text: s.random(20), app: a, user: user, callback: r.Form.Get("redirect_uri"), challenge: challenge, expires: s.clock().Add(codeLife)}
	s.grants = append(s.grants, g)
	s.goBack(w, r, to, url.Values{"code": {g.text}})
}

// userNamed is a user by login; nil if there is none.
func (s *Sim) userNamed(login string) *account {
	if a := s.findAccount(login); a != nil && a.kind == "User" {
		return a
	}
	return nil
}

// goBack sends the browser to an App's address with an answer, and with the state that the App gave.
func (s *Sim) goBack(w http.ResponseWriter, r *http.Request, to string, answer url.Values) {
	u, err := url.Parse(to)
	if err != nil {
		s.sayPage(w, http.StatusBadRequest, "Bad callback", err.Error())
		return
	}
	q := u.Query()
	for k := range answer {
		q.Set(k, answer.Get(k))
	}
	if state := r.Form.Get("state"); state != "" {
		q.Set("state", state)
	}
	u.RawQuery = q.Encode()
	http.Redirect(w, r, u.String(), http.StatusFound)
}

// useGrant takes a grant out of the list; nil if there is none of that text, or it is too old.
func (s *Sim) useGrant(text string, a *app) *grant {
	for i, g := range s.grants {
		if g.text == text && g.app == a {
			s.grants = append(s.grants[:i:i], s.grants[i+1:]...)
			if g.expires.After(s.clock()) {
				return g
			}
		}
	}
	return nil
}

// accessToken turns a code or a refresh token into a user access token. Errors are 200 with an error in the body.
// https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app#using-the-web-application-flow-to-generate-a-user-access-token
func (s *Sim) accessToken(w http.ResponseWriter, r *http.Request) {
	fail := func(code, text string) {
		answerForm(w, r, object{"error": code, "error_description": text,
			"error_uri": "https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/#" + strings.ReplaceAll(code, "_", "-")})
	}
	a := s.clientNamed(r.Form.Get("client_id"))
	byDevice := r.Form.Get("grant_type") == deviceGrant // devices keep no secrets
	if a == nil || !byDevice && r.Form.Get("client_secret") != a.clientSecret() {
		fail("incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect.")
		return
	}
	if byDevice {
		s.deviceToken(w, r, a, fail)
		return
	}
	var g *grant
	switch kind := r.Form.Get("grant_type"); kind {
	case "", "authorization_code":
		g = s.useGrant(r.Form.Get("code"), a)
		if g == nil || strings.HasPrefix(g.text, "ghr_") || !g.proves(r.Form.Get("code_verifier")) {
			fail("bad_verification_code", "The code passed is incorrect or expired.")
			return
		}
		if uri := r.Form.Get("redirect_uri"); uri != "" && g.callback != "" && uri != g.callback {
			fail("redirect_uri_mismatch", "The redirect_uri MUST match the registered callback URL for this application.")
			return
		}
	case "refresh_token":
		if g = s.useGrant(r.Form.Get("refresh_token"), a); g == nil {
			fail("bad_refresh_token", "The refresh token passed is incorrect or expired.")
			return
		}
		s.forgetUser(a, g.user)
	default:
		s.notSimulated(http.StatusOK, "grant_type %s", kind)
		fail("unsupported_grant_type", "not simulated: grant_type "+kind)
		return
	}
	answerForm(w, r, s.userToken(a, g.user))
}

// proves checks PKCE: who has the code must know what the challenge was made of.
// https://www.rfc-editor.org/rfc/rfc7636#section-4.6
func (g *grant) proves(verifier string) bool {
	sum := sha256.Sum256([]byte(verifier))
	return g.challenge == "" || g.challenge == base64.RawURLEncoding.EncodeToString(sum[:])
}

// userToken makes a user access token and what refreshes it.
func (s *Sim) userToken(a *app, user *account) object {
	t := &token{text: "ghu_" + s.random(36), user: user, app: a, expires: s.clock().Add(userLife)}
	s.tokens[t.text] = t
	g := &grant{text: "ghr_" + s.random(76), app: a, user: user, expires: s.clock().Add(refreshLife)}
	s.grants = append(s.grants, g)
	return object{"access_token": t.text, "token_type": "bearer", "scope": "", "expires_in": int(userLife.Seconds()),
		"refresh_token": g.text, "refresh_token_expires_in": int(refreshLife.Seconds())}
}

// forgetUser ends the tokens that an App has of a person, as refreshing does.
func (s *Sim) forgetUser(a *app, user *account) {
	for _, text := range sortedKeys(s.tokens) {
		if t := s.tokens[text]; t.app == a && t.user == user {
			delete(s.tokens, text)
		}
	}
}

// answerForm answers as JSON where that is asked for, else as a form.
func answerForm(w http.ResponseWriter, r *http.Request, o object) {
	if strings.Contains(r.Header.Get("Accept"), "json") {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_ = json.NewEncoder(w).Encode(o) // the connection is the client's to lose
		return
	}
	form := url.Values{}
	for k, v := range o {
		form.Set(k, plain(v))
	}
	w.Header().Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	_, _ = w.Write([]byte(form.Encode()))
}

func plain(v any) string {
	if n, ok := v.(int); ok {
		return itoa(int64(n))
	}
	text, _ := v.(string)
	return text
}
