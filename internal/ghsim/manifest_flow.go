package ghsim

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// This file registers Apps from manifests, and installs them: a browser brings the manifest, a person agrees, and the App
// turns the code that it gets into its id, key and secrets, once.
// https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest

// manifest is what an App asks to be.
type manifest struct {
	Name           string            `json:"name"`
	URL            string            `json:"url"`
	Description    string            `json:"description"`
	Public         bool              `json:"public"`
	RedirectURL    string            `json:"redirect_url"`
	CallbackURLs   []string          `json:"callback_urls"`
	SetupURL       string            `json:"setup_url"`
	SetupOnUpdate  bool              `json:"setup_on_update"`
	RequestOAuth   bool              `json:"request_oauth_on_install"`
	HookAttributes *manifestHook     `json:"hook_attributes"`
	Permissions    map[string]string `json:"default_permissions"`
	Events         []string          `json:"default_events"`
}

type manifestHook struct {
	URL    string `json:"url"`
	Active *bool  `json:"active"`
}

// registration is an App whose credentials nobody has fetched yet.
type registration struct {
	code    string
	app     *app
	expires time.Time
}

// registrationLife is how long the code of a registration is good.
const registrationLife = time.Hour

// newAppPage takes a manifest from a browser, asks who registers the App, and goes back with a code.
func (s *Sim) newAppPage(w http.ResponseWriter, r *http.Request) {
	m, err := readManifest(r.Form.Get("manifest"))
	if err != nil {
		s.sayPage(w, http.StatusUnprocessableEntity, "Invalid GitHub App manifest", err.Error())
		return
	}
	if name := r.Form.Get("name"); name != "" {
		m.Name = name
	}
	user := s.userNamed(r.Form.Get("login"))
	if user == nil {
		s.askPage(w, "Register GitHub App "+m.Name, "It asks for: "+strings.Join(sortedKeys(m.Permissions), ", "), r.Form)
		return
	}
	owner := user
	if parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/"); parts[0] == "organizations" {
		if owner = s.findAccount(parts[1]); owner == nil || owner.kind != "Organization" {
			s.sayPage(w, http.StatusNotFound, "Page not found", "No organization is called "+parts[1]+".")
			return
		}
	}
	a, err := s.register(m, owner)
	if err != nil {
		s.sayPage(w, http.StatusUnprocessableEntity, "Invalid GitHub App configuration", err.Error())
		return
	}
	g := &registration{code: s.random(40), app: a, expires: s.clock().Add(registrationLife)}
	s.registrations = append(s.registrations, g)
	s.goBack(w, r, m.RedirectURL, url.Values{"code": {g.code}})
}

// readManifest refuses what the Sim does not know, aloud.
func readManifest(text string) (manifest, error) {
	var m manifest
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return m, fmt.Errorf("read manifest: %w", err)
	}
	switch {
	case m.URL == "":
		return m, fmt.Errorf(`"url" wasn't supplied`)
	case m.RedirectURL == "":
		return m, fmt.Errorf(`"redirect_url" wasn't supplied`)
	case m.HookAttributes != nil && m.HookAttributes.URL == "":
		//lint:ignore ST1005 these are GitHub's words
		return m, fmt.Errorf("Hook url can't be blank")
	case m.Name == "" || len(m.Name) > 34:
		return m, fmt.Errorf("the name must have 1 to 34 characters")
	}
	return m, nil
}

var notInSlugs = regexp.MustCompile(`[^a-z0-9]+`)

func slugOf(name string) string {
	return strings.Trim(notInSlugs.ReplaceAllString(strings.ToLower(name), "-"), "-")
}

// register makes an App of a manifest, with a key of its own.
func (s *Sim) register(m manifest, owner *account) (*app, error) {
	slug := slugOf(m.Name)
	for _, a := range s.w.apps {
		if a.slug == slug {
			//lint:ignore ST1005 these are GitHub's words
			return nil, fmt.Errorf("Name %s is already taken", m.Name)
		}
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("make key of %s: %w", slug, err)
	}
	a := s.newApp(slug, s.id(), owner)
	a.name, a.key, a.callbacks, a.setupURL = m.Name, key, m.CallbackURLs, m.SetupURL
	a.permissions, a.events = map[string]string{"metadata": "read"}, m.Events
	for k, v := range m.Permissions {
		a.permissions[k] = v
	}
	if h := m.HookAttributes; h != nil {
		a.secret = s.random(40)
		if h.Active == nil || *h.Active {
			a.hookURL = h.URL
		}
	}
	return a, nil
}

// convertManifest hands out the credentials of a registration, once, to whoever has the code.
// https://docs.github.com/rest/apps/apps#create-a-github-app-from-a-manifest
func convertManifest(q *request) (int, any, *apiError) {
	all := q.s.registrations
	for i, g := range all {
		if g.code != q.vars["code"] {
			continue
		}
		q.s.registrations = append(all[:i:i], all[i+1:]...)
		if !g.expires.After(q.s.clock()) {
			break
		}
		a := g.app
		o := q.s.appJSON(a)
		key := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(a.key)})
		o["client_secret"], o["webhook_secret"], o["pem"] = a.clientSecret(), orNull(a.secret), string(key)
		return http.StatusCreated, o, nil
	}
	return 0, nil, notFound()
}

// installPage installs an App in an account that the person chooses, in all its repositories.
// https://docs.github.com/apps/using-github-apps/installing-a-github-app-from-a-third-party
func (s *Sim) installPage(w http.ResponseWriter, r *http.Request) {
	var a *app
	for _, x := range s.w.apps {
		if x.slug == strings.Split(strings.Trim(r.URL.Path, "/"), "/")[1] {
			a = x
		}
	}
	if a == nil {
		s.sayPage(w, http.StatusNotFound, "Page not found", "No App has this name.")
		return
	}
	user, to := s.userNamed(r.Form.Get("login")), s.findAccount(r.Form.Get("account"))
	if user == nil || to == nil {
		s.writePage(w, http.StatusOK, s.installQuestion(a, r.Form))
		return
	}
	for _, i := range s.installationsOf(a) {
		if i.account == to {
			s.sayPage(w, http.StatusOK, a.name+" is installed in "+to.login, "")
			return
		}
	}
	i := s.install(a, to)
	s.installationEvent(i, "installation", "created", user, object{"repositories": s.shortRepos(s.covered(i)), "requester": nil})
	if a.setupURL == "" {
		s.sayPage(w, http.StatusOK, a.name+" is installed in "+to.login, "")
		return
	}
	s.goBack(w, r, a.setupURL, url.Values{"installation_id": {itoa(i.id)}, "setup_action": {"install"}})
}

func (s *Sim) installQuestion(a *app, form url.Values) pageData {
	d := pageData{Title: "Install " + a.name, Choice: "account", Hidden: map[string]string{"state": form.Get("state")}}
	for _, x := range s.w.accounts {
		if x.kind == "User" {
			d.People = append(d.People, x.login)
		}
	}
	return d
}

// install gives an App all repositories of an account, with the permissions that it asks for now: what it asks for later waits
// until somebody accepts it.
func (s *Sim) install(a *app, to *account) *installation {
	i := &installation{id: s.id(), app: a, account: to, all: true, repos: map[int64]bool{}, events: a.events, created: s.now(), updated: s.now(),
		permissions: map[string]string{}}
	for k, v := range a.permissions {
		i.permissions[k] = v
	}
	s.w.installs = append(s.w.installs, i)
	return i
}

// hears reports whether an App gets webhooks: ours, and those registered with an address.
func (s *Sim) hears(a *app) bool { return a == s.ours || a.hookURL != "" }

// appOf is the App that a delivery is for: each has deliveries of its own.
func (s *Sim) appOf(d *delivery) *app {
	for _, i := range s.w.installs {
		if i.id == d.inst {
			return i.app
		}
	}
	return s.ours
}

// hookURL is where an App's webhooks go; "": nowhere.
func (s *Sim) hookURL(a *app) string {
	if a != s.ours {
		return a.hookURL
	}
	return s.hooks.url
}
