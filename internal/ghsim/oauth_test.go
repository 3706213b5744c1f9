package ghsim

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// signedIn is the token of a person who signed in with our App.
func (l *lab) signedIn(login string) string {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	token, _ := l.s.userToken(l.s.ours, l.s.findAccount(login))["access_token"].(string)
	return token
}

// form sends a form as a browser does, without following where it is sent.
func (l *lab) form(method, path string, v url.Values) *httptest.ResponseRecorder {
	l.t.Helper()
	r := httptest.NewRequest(method, "http://github.test"+path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if method == "GET" {
		r.URL.RawQuery = v.Encode()
	}
	w := httptest.NewRecorder()
	l.h.ServeHTTP(w, r)
	return w
}

// sentBack is the query with which the browser comes back to an address.
func (l *lab) sentBack(w *httptest.ResponseRecorder, to string) url.Values {
	l.t.Helper()
	at, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	if w.Code != http.StatusFound || at != to {
		l.t.Fatalf("got %d to %q, want to %s", w.Code, at, to)
	}
	u, err := url.Parse(w.Header().Get("Location"))
	if err != nil {
		l.t.Fatal(err)
	}
	return u.Query()
}

// trade turns a code or refresh token into an answer of the token endpoint.
func (l *lab) trade(v url.Values) url.Values {
	l.t.Helper()
	c := l.s.Credentials()
	for k, x := range map[string]string{"client_id": c.ClientID, "client_secret": c.ClientSecret} {
		if v.Get(k) == "" {
			v.Set(k, x)
		}
	}
	w := l.form("POST", "/login/oauth/access_token", v)
	got, err := url.ParseQuery(w.Body.String())
	if err != nil || w.Code != 200 {
		l.t.Fatalf("%d %v %s", w.Code, err, w.Body)
	}
	return got
}

const backTo = "http://127.0.0.1:9999/back"

// authorizeAs asks for a code for a person.
func (l *lab) authorizeAs(login string, more url.Values) url.Values {
	l.t.Helper()
	v := url.Values{"client_id": {l.s.Credentials().ClientID}, "redirect_uri": {backTo}, "state": {"s"}, "login": {login}}
	for k := range more {
		v.Set(k, more.Get(k))
	}
	return l.sentBack(l.form("GET", "/login/oauth/authorize", v), backTo)
}

func TestSignIn(t *testing.T) {
	l := newLab(t, "people: {ana: write}\nrepos: {other/thing: {people: {ana: admin}}}\ninstallations: {other: {installed: false}}\n")
	page := l.form("GET", "/login/oauth/authorize", url.Values{"client_id": {l.s.Credentials().ClientID}, "redirect_uri": {backTo}, "state": {"<s>"}})
	if b := page.Body.String(); page.Code != 200 || !strings.Contains(b, `value="ana"`) || !strings.Contains(b, `value="&lt;s&gt;"`) {
		t.Fatalf("%d %s", page.Code, b)
	}
	back := l.authorizeAs("ana", nil)
	if back.Get("state") != "s" {
		t.Errorf("state %q came back", back.Get("state"))
	}
	got := l.trade(url.Values{"code": {back.Get("code")}})
	if got.Get("token_type") != "bearer" || got.Get("expires_in") != "28800" || got.Get("refresh_token_expires_in") != "15897600" {
		t.Errorf("answer %v", got)
	}
	token := got.Get("access_token")
	l.as(token, "GET", "/user", "").says(200, `"login":"ana"`)
	l.as(token, "GET", "/user/installations", "").says(200, `"total_count":1`)
	l.as(token, "GET", "/repos/acme/api", "").want(200)
	l.as(token, "GET", "/repos/other/thing", "").want(404) // ana may, the App is not there
	l.as(l.s.Credentials().Tokens["ana"], "GET", "/repos/other/thing", "").want(200)
	l.exec("ask {issues: none, pull_requests: none}")
	l.as(token, "POST", "/repos/acme/api/labels", `{"name":"x","color":"ffffff"}`).want(403)
	if e := l.trade(url.Values{"code": {back.Get("code")}}).Get("error"); e != "bad_verification_code" {
		t.Errorf("a code used twice: %q", e)
	}
	fresh := l.trade(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {got.Get("refresh_token")}})
	l.as(token, "GET", "/user", "").want(401)
	l.as(fresh.Get("access_token"), "GET", "/user", "").want(200)
	if e := l.trade(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {got.Get("refresh_token")}}).Get("error"); e != "bad_refresh_token" {
		t.Errorf("a refresh token used twice: %q", e)
	}
	l.now = l.now.Add(8 * time.Hour)
	l.as(fresh.Get("access_token"), "GET", "/user", "").says(401, "Bad credentials")
}

func TestSignInRefused(t *testing.T) {
	l := newLab(t, "")
	id := l.s.Credentials().ClientID
	if w := l.form("GET", "/login/oauth/authorize", url.Values{"client_id": {"Iv23nobody"}}); w.Code != 404 {
		t.Errorf("an unknown client: %d", w.Code)
	}
	for uri, ok := range map[string]bool{
		"http://127.0.0.1:1/x": true, "http://localhost/y": true, "http://127.0.0.2/x": false, "https://127.0.0.1/x": false,
		"http://evil.example/": false, "http://127.0.0.1@evil.example/": false,
	} {
		at := strings.TrimSuffix(uri, "/")
		w := l.form("GET", "/login/oauth/authorize", url.Values{"client_id": {id}, "redirect_uri": {uri}, "login": {"ana"}})
		if got := strings.HasPrefix(w.Header().Get("Location"), at); got != ok {
			t.Errorf("%s: sent to %s", uri, w.Header().Get("Location"))
		}
		if !ok && !strings.Contains(w.Header().Get("Location"), "error=redirect_uri_mismatch") {
			t.Errorf("%s: sent to %s", uri, w.Header().Get("Location"))
		}
	}
	if e := l.authorizeAs("", url.Values{"cancel": {"1"}}).Get("error"); e != "access_denied" {
		t.Errorf("cancelled: %q", e)
	}
	code := func() string { return l.authorizeAs("ana", nil).Get("code") }
	for want, v := range map[string]url.Values{
		"incorrect_client_credentials": {"code": {code()}, "client_secret": {"guessed"}},
		"redirect_uri_mismatch":        {"code": {code()}, "redirect_uri": {"http://127.0.0.1/elsewhere"}},
		"bad_verification_code":        {"code": {"guessed"}},
	} {
		if e := l.trade(v).Get("error"); e != want {
			t.Errorf("got %q, want %s", e, want)
		}
	}
	late := code()
	l.now = l.now.Add(10 * time.Minute)
	if e := l.trade(url.Values{"code": {late}}).Get("error"); e != "bad_verification_code" {
		t.Errorf("an old code: %q", e)
	}
}

func TestSignInWithPKCE(t *testing.T) {
	l := newLab(t, "")
	sum := sha256.Sum256([]byte("a verifier of this browser"))
	challenge := url.Values{"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"}}
	stolen := l.authorizeAs("ana", challenge).Get("code")
	for _, verifier := range []string{"", "guessed"} {
		if e := l.trade(url.Values{"code": {stolen}, "code_verifier": {verifier}}).Get("error"); e != "bad_verification_code" {
			t.Errorf("verifier %q: %q", verifier, e)
		}
	}
	own := l.authorizeAs("ana", challenge).Get("code")
	if got := l.trade(url.Values{"code": {own}, "code_verifier": {"a verifier of this browser"}}); got.Get("access_token") == "" {
		t.Errorf("the browser's own verifier: %v", got)
	}
	challenge.Set("code_challenge_method", "plain")
	if e := l.authorizeAs("ana", challenge).Get("error"); e != "invalid_request" {
		t.Errorf("plain: %q", e)
	}
}

// An App looks at the tokens that it gave out, by its client id and secret.
func TestUserTokens(t *testing.T) {
	l := newLab(t, "")
	l.wild = true // the trimmed description does not have it
	token, c := l.signedIn("ana"), l.s.Credentials()
	path, body := "/applications/"+c.ClientID+"/token", fmt.Sprintf(`{"access_token":%q}`, token)
	basic := func(secret string) map[string]string {
		return map[string]string{"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(c.ClientID+":"+secret))}
	}
	l.with("", "POST", path, body, basic(c.ClientSecret)).says(200, `"login":"ana"`)
	l.with("", "POST", path, body, basic("guessed")).want(404)
	l.with("", "DELETE", path, body, basic(c.ClientSecret)).want(204)
	l.as(token, "GET", "/user", "").want(401)
	l.with("", "POST", path, body, basic(c.ClientSecret)).want(404)
}
