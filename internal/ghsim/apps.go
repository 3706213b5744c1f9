package ghsim

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// sharedKey is the key of our App in every Sim of the process: making one takes longer than most stories.
var sharedKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// defaultPermissions are our App's unless github.yml says otherwise.
var defaultPermissions = map[string]string{
	"metadata": "read", "contents": "write", "pull_requests": "write", "issues": "write", "checks": "write", "statuses": "read",
	"actions": "read", "members": "read", "administration": "read", "workflows": "write",
}

// defaultEvents are what our App has subscribed to.
var defaultEvents = []string{
	"pull_request", "pull_request_review", "pull_request_review_thread", "check_run", "check_suite", "status", "push", "create", "delete",
	"release", "issues", "issue_comment", "repository", "branch_protection_rule", "repository_ruleset", "label", "member", "team", "membership",
}

// knownApps have the ids that they have on github.com.
var knownApps = map[string]int64{"ci": 15368, "travis": 67, "circleci": 18001, "dependabot": 29110, "renovate": 2740}

const ourAppID = 1001

// makeApps makes our App and the one that reports checks where a story names none.
func (s *Sim) makeApps() error {
	key := s.opts.Key
	if key == nil {
		var err error
		if key, err = sharedKey(); err != nil {
			return fmt.Errorf("make the App's key: %w", err)
		}
	}
	owner := s.newAccount("pitcrew-app", "Organization")
	s.ours = s.newApp("pitcrew", ourAppID, owner)
	s.ours.key, s.ours.secret = key, s.random(40)
	s.ours.permissions, s.ours.events = map[string]string{}, defaultEvents
	for k, v := range defaultPermissions {
		s.ours.permissions[k] = v
	}
	s.newApp("ci", knownApps["ci"], owner)
	return nil
}

func (s *Sim) newApp(slug string, id int64, owner *account) *app {
	a := &app{id: id, slug: slug, name: slug, owner: owner, created: s.now(), permissions: map[string]string{"checks": "write"}}
	a.bot = s.newAccount(slug+"[bot]", "Bot")
	a.bot.app = a
	s.w.apps = append(s.w.apps, a)
	return a
}

// appNamed is an App by its slug, made where a story names a new one.
func (s *Sim) appNamed(slug string) *app {
	for _, a := range s.w.apps {
		if a.slug == slug {
			return a
		}
	}
	id, ok := knownApps[slug]
	if !ok {
		id = s.id()
	}
	return s.newApp(slug, id, s.findAccount("pitcrew-app"))
}

func (s *Sim) newAccount(login, kind string) *account {
	a := &account{id: s.id(), login: login, kind: kind, name: login, created: s.now()}
	a.email = itoa(a.id) + "+" + login + "@users.noreply.github.com"
	s.w.accounts = append(s.w.accounts, a)
	return a
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// random is a string of n letters and digits from the seed.
func (s *Sim) random(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[s.rng.IntN(len(letters))]
	}
	return string(b)
}

func unauthorized(text string) *apiError {
	return &apiError{Status: 401, Message: text, GraphQLType: "UNAUTHENTICATED"}
}

// authenticate finds out who sent a request.
func (s *Sim) authenticate(r *http.Request) (*caller, *apiError) {
	text := tokenHeader(r)
	kind, value, ok := strings.Cut(text, " ")
	switch {
	case text == "":
		return nil, &apiError{Status: 401, Message: "Requires authentication"}
	case !ok || !equalFold(kind, "bearer") && !equalFold(kind, "token"):
		return nil, unauthorized("Bad credentials")
	case strings.Count(value, ".") == 2 && !strings.HasPrefix(value, "ghs_"):
		return s.byJWT(value)
	}
	t := s.tokens[value]
	if t == nil || !t.expires.IsZero() && !t.expires.After(s.clock()) {
		return nil, unauthorized("Bad credentials")
	}
	if t.user != nil {
		return &caller{user: t.user, token: t}, nil
	}
	if t.inst.deleted {
		return nil, unauthorized("Bad credentials")
	}
	if !t.inst.suspended.IsZero() {
		return nil, &apiError{Status: 403, Message: "This installation has been suspended", GraphQLType: "FORBIDDEN"}
	}
	return &caller{app: t.inst.app, inst: t.inst, token: t}, nil
}

const couldNotDecode = "A JSON web token could not be decoded"

// byJWT checks an App's JSON web token: RS256 by the App's key, iss the App, iat not ahead, exp at most ten minutes away.
// https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
func (s *Sim) byJWT(text string) (*caller, *apiError) {
	parts := strings.Split(text, ".")
	var head struct{ Alg string }
	var claims struct {
		Iss      any
		Iat, Exp float64
	}
	if decodePart(parts[0], &head) != nil || decodePart(parts[1], &claims) != nil || head.Alg != "RS256" {
		return nil, unauthorized(couldNotDecode)
	}
	a := s.issuer(claims.Iss)
	if a == nil || a.key == nil {
		return nil, &apiError{Status: 404, Message: "Integration not found", GraphQLType: "NOT_FOUND"}
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err != nil || !a.signed(digest[:], signature) {
		return nil, unauthorized(couldNotDecode)
	}
	now := float64(s.clock().Unix())
	switch {
	case claims.Exp == 0 || claims.Exp <= now:
		return nil, unauthorized("'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires")
	case claims.Exp > now+600+30:
		return nil, unauthorized("'Expiration time' claim ('exp') is too far in the future")
	case claims.Iat > now+30:
		return nil, unauthorized("'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued")
	}
	return &caller{app: a}, nil
}

func decodePart(part string, into any) error {
	b, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, into)
}

// issuer is the App that iss names: its id as text or number, or its client id.
func (s *Sim) issuer(iss any) *app {
	text := fmt.Sprint(iss)
	if f, ok := iss.(float64); ok {
		text = strconv.FormatInt(int64(f), 10)
	}
	for _, a := range s.w.apps {
		if text == itoa(a.id) || text == a.clientID() {
			return a
		}
	}
	return nil
}

// tokenInput narrows an installation token.
type tokenInput struct {
	Form          string            `json:"-"` // enabled: the long form, disabled: the short one; else as the roll-out has it
	Repositories  []string          `json:"repositories"`
	RepositoryIDs []int64           `json:"repository_ids"`
	Permissions   map[string]string `json:"permissions"`
}

// mintToken makes an installation token, good for an hour.
// https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app
func (s *Sim) mintToken(i *installation, in tokenInput) (*token, *apiError) {
	if !i.suspended.IsZero() {
		return nil, &apiError{Status: 403, Message: "This installation has been suspended"}
	}
	t := &token{text: s.tokenText(i, in.Form), inst: i, permissions: i.permissions, expires: s.clock().Add(time.Hour)}
	if len(in.Permissions) > 0 {
		for k, v := range in.Permissions {
			if levels[i.permissions[k]] < levels[v] {
				return nil, &apiError{Status: 422, Message: "The permissions requested are not granted to this installation."}
			}
		}
		t.permissions = in.Permissions
	}
	if len(in.Repositories)+len(in.RepositoryIDs) > 0 {
		t.repos = map[int64]bool{}
		for _, name := range in.Repositories {
			r := s.findRepo(i.account.login, name)
			if r == nil || !i.covers(r) {
				return nil, &apiError{Status: 422, Message: "There is at least one repository that does not exist or is not accessible to the parent installation."}
			}
			t.repos[r.id] = true
		}
		for _, id := range in.RepositoryIDs {
			r := s.repoByID(id)
			if r == nil || !i.covers(r) {
				return nil, &apiError{Status: 422, Message: "There is at least one repository that does not exist or is not accessible to the parent installation."}
			}
			t.repos[id] = true
		}
	}
	s.tokens[t.text] = t
	return t, nil
}

// callerFor is an account as GitHub acts for it later, as for auto-merge: an App with all that its installation has.
func (s *Sim) callerFor(a *account, r *repo) *caller {
	if a.app == nil {
		return &caller{user: a}
	}
	for _, i := range s.w.installs {
		if i.app == a.app && i.covers(r) {
			return &caller{app: a.app, inst: i, token: &token{inst: i, permissions: i.permissions}}
		}
	}
	return &caller{app: a.app}
}

// Credentials are what a client needs to use the Sim.
type Credentials struct {
	URL           string            `json:"url"`
	AppID         int64             `json:"app_id"`
	ClientID      string            `json:"client_id"`
	ClientSecret  string            `json:"client_secret"`
	Slug          string            `json:"slug"`
	Key           string            `json:"key"` // PEM
	WebhookSecret string            `json:"webhook_secret"`
	Installations map[string]int64  `json:"installations"` // account -> id
	Tokens        map[string]string `json:"tokens"`        // person -> token
}

// Credentials lists them. Each person gets a token that does not expire.
func (s *Sim) Credentials() Credentials {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(s.ours.key)})
	c := Credentials{URL: s.base, AppID: s.ours.id, ClientID: s.ours.clientID(), ClientSecret: s.ours.clientSecret(), Slug: s.ours.slug, Key: string(key), WebhookSecret: s.ours.secret,
		Installations: map[string]int64{}, Tokens: map[string]string{}}
	for _, i := range s.w.installs {
		if i.app == s.ours && !i.deleted {
			c.Installations[i.account.login] = i.id
		}
	}
	for _, a := range s.w.accounts {
		if a.kind == "User" {
			c.Tokens[a.login] = s.personToken(a)
		}
	}
	return c
}

// personToken is the token of a person, made when it is first asked for.
func (s *Sim) personToken(a *account) string {
	text := "ghp_" + strings.Repeat("0", max(0, 36-len(a.login))) + a.login
	if s.tokens[text] == nil {
		s.tokens[text] = &token{text: text, user: a}
	}
	return text
}
