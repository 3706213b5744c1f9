package ghsim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

const newApp = `{"name": "Other App", "url": "https://other.example", "redirect_url": "http://127.0.0.1:9999/back", "public": false,
	"default_permissions": {"issues": "write"}, "default_events": ["pull_request_review"], "hook_attributes": {"url": "URL"}}`

// registerApp registers an App as a browser does, and returns the code.
func (l *lab) registerApp(manifest string) string {
	l.t.Helper()
	page := l.form("POST", "/organizations/acme/settings/apps/new?state=s", url.Values{"manifest": {manifest}})
	if b := page.Body.String(); page.Code != 200 || !strings.Contains(b, "Register GitHub App Other App") {
		l.t.Fatalf("%d %s", page.Code, b)
	}
	back := l.sentBack(l.form("POST", "/organizations/acme/settings/apps/new?state=s", url.Values{"manifest": {manifest}, "login": {"ana"}}), backTo)
	if back.Get("state") != "s" {
		l.t.Errorf("state %q came back", back.Get("state"))
	}
	return back.Get("code")
}

func TestManifestFlow(t *testing.T) {
	l := newLab(t, "prs: {7: {head: a1}}\n")
	var heard []string
	var secret string
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		m := hmac.New(sha256.New, []byte(secret))
		m.Write(b)
		if r.Header.Get("X-Hub-Signature-256") != "sha256="+hex.EncodeToString(m.Sum(nil)) {
			t.Error("a webhook is not signed with the secret of the registration")
		}
		heard = append(heard, r.Header.Get("X-GitHub-Event"))
	}))
	defer srv.Close()
	code := l.registerApp(strings.Replace(newApp, "URL", srv.URL, 1))
	a := l.as("", "POST", "/app-manifests/"+code+"/conversions", "").says(201, `"slug":"other-app"`).obj
	secret, _ = a["webhook_secret"].(string)
	if key, _ := a["pem"].(string); !strings.HasPrefix(key, "-----BEGIN RSA PRIVATE KEY-----") || a["client_secret"] == "" {
		t.Errorf("credentials %v", a)
	}
	l.as("", "POST", "/app-manifests/"+code+"/conversions", "").want(404) // once

	w := l.form("POST", "/apps/other-app/installations/new", url.Values{"account": {"acme"}, "login": {"ana"}})
	if w.Code != 200 || !strings.Contains(w.Body.String(), "Other App is installed in acme") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	l.exec("label 7 +x")
	l.exec("review 7 bob approved")
	l.s.Deliver(t.Context())
	if got := strings.Join(heard, " "); got != "installation pull_request_review" {
		t.Errorf("the new App heard %q, want only what it subscribed to", got)
	}
}

func TestManifestRefused(t *testing.T) {
	l := newLab(t, "")
	late := l.registerApp(strings.Replace(newApp, "URL", "https://other.example/hook", 1))
	l.now = l.now.Add(time.Hour)
	l.as("", "POST", "/app-manifests/"+late+"/conversions", "").want(404)
	for words, m := range map[string]string{
		"already taken":                     strings.Replace(newApp, "URL", "https://other.example/hook", 1),
		"Hook url can&#39;t be blank":       strings.Replace(newApp, "URL", "", 1),
		"&#34;url&#34; wasn&#39;t supplied": `{"name": "x", "redirect_url": "http://127.0.0.1/"}`,
		"unknown field":                     `{"colour": "red"}`,
	} {
		w := l.form("POST", "/settings/apps/new", url.Values{"manifest": {m}, "login": {"ana"}})
		if w.Code != 422 || !strings.Contains(w.Body.String(), words) {
			t.Errorf("got %d %s, want %s", w.Code, w.Body, words)
		}
	}
}

// What an App asks for later waits until somebody accepts it.
func TestNewPermissions(t *testing.T) {
	l := newLab(t, "app: {permissions: {checks: none}}\n")
	try := func() reply { return l.as(l.mint("acme", ""), "GET", "/repos/acme/api/commits/main/check-runs", "") }
	l.exec("ask {checks: read}")
	l.as(l.appToken(), "GET", "/app", "").says(200, `"checks":"read"`)
	try().want(403)
	l.got()
	l.exec("accept acme")
	if got := l.got(); got != "installation new_permissions_accepted\n" {
		t.Errorf("webhooks %q", got)
	}
	try().want(200)
}

func TestStatelessTokens(t *testing.T) {
	l := newLab(t, "")
	l.exec("stateless on")
	token := l.mint("acme", "")
	if !strings.HasPrefix(token, "ghs_1001_") || strings.Count(token, ".") != 2 || len(token) < 400 {
		t.Errorf("token of %d characters: %s", len(token), token)
	}
	l.as(token, "GET", "/repos/acme/api", "").want(200)
	l.as(l.token, "GET", "/repos/acme/api", "").want(200) // the short form goes on
	for header, long := range map[string]bool{"disabled": false, "enabled": true, "maybe": true, "": true} {
		l.exec("stateless " + map[bool]string{true: "off", false: "on"}[header == "enabled"]) // it overrides
		path := "/app/installations/" + itoa(l.s.Credentials().Installations["acme"]) + "/access_tokens"
		text := l.with(l.appToken(), "POST", path, "", map[string]string{"X-GitHub-Stateless-S2S-Token": header}).want(201).obj["token"].(string)
		if (len(text) > 40) != long {
			t.Errorf("asked %s: a token of %d characters", header, len(text))
		}
	}
	l.now = l.now.Add(time.Hour)
	l.as(token, "GET", "/repos/acme/api", "").says(401, "Bad credentials")
}
