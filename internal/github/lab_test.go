package github_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/pitcrew-app/pitcrew/internal/contract"
	"github.com/pitcrew-app/pitcrew/internal/ghsim"
	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// newReferee loads GitHub's description once for all tests.
var newReferee = sync.OnceValues(contract.New)

// lab is a Client in front of a simulated GitHub, with one clock for both. Every request is judged by GitHub's own
// description, and must be allowed by what app.yml asks for.
type lab struct {
	t     *testing.T
	sim   *ghsim.Sim
	c     *github.Client
	mu    sync.Mutex
	now   time.Time
	creds ghsim.Credentials

	exchanges []ghsim.Exchange // of the App, written under the simulated GitHub's own lock
}

func newLab(t *testing.T, world string) *lab {
	t.Helper()
	l := &lab{t: t, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	referee, err := newReferee()
	if err != nil {
		t.Fatal(err)
	}
	granted := manifest(t).Permissions
	judge := func(x ghsim.Exchange) error {
		l.exchanges = append(l.exchanges, x)
		return errors.Join(referee.Request(x.Request, x.Body), permitted(referee, x, granted))
	}
	l.sim, err = ghsim.New(ghsim.Options{Dir: t.TempDir(), Seed: 1, Now: l.clock, Referee: judge})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(l.sim.Handler())
	t.Cleanup(server.Close)
	l.sim.SetURL(server.URL)
	if err := l.sim.Load([]byte(world+grants(t)), nil); err != nil {
		t.Fatal(err)
	}
	l.creds = l.sim.Credentials()
	l.c, err = github.New(github.Options{
		V3URL: server.URL, V4URL: server.URL + "/graphql", WebURL: server.URL, AppID: l.creds.AppID, Key: []byte(l.creds.Key), Now: l.clock,
	})
	if err != nil {
		t.Fatal(err)
	}
	if onOldServer {
		l.exec("old-server on")
	}
	t.Cleanup(func() {
		for _, err := range l.sim.Errs() {
			t.Error(err)
		}
	})
	return l
}

// permitted judges whether a request needs no more than what is granted.
func permitted(r *contract.Referee, x ghsim.Exchange, granted map[string]string) error {
	if !strings.HasSuffix(x.Request.URL.Path, "/graphql") {
		return r.Permission(x.Request, granted)
	}
	var in struct{ Query string }
	if err := json.Unmarshal(x.Body, &in); err != nil {
		return err
	}
	return r.QueryPermission(in.Query, granted)
}

type appManifest struct {
	Permissions map[string]string `yaml:"default_permissions"`
	Events      []string          `yaml:"default_events"`
}

func manifest(t *testing.T) appManifest {
	t.Helper()
	text, err := os.ReadFile("../../app.yml")
	if err != nil {
		t.Fatal(err)
	}
	var m appManifest
	if err := yaml.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// grants installs the App with the permissions of app.yml and no others.
func grants(t *testing.T) string {
	text := "\napp: {permissions: {"
	for name, access := range manifest(t).Permissions {
		text += name + ": " + access + ", "
	}
	return text + "}}\n"
}

func (l *lab) clock() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now
}

// wait lets time pass, with all that happens in it.
func (l *lab) wait(d time.Duration) {
	l.mu.Lock()
	l.now = l.now.Add(d)
	now := l.now
	l.mu.Unlock()
	l.sim.Step(now)
}

func (l *lab) exec(lines ...string) {
	l.t.Helper()
	for _, line := range lines {
		if err := l.sim.Exec(line); err != nil {
			l.t.Fatal(err)
		}
	}
}

// ref finds a repository as the engine does: among those of its installation.
func (l *lab) ref(fullName string) github.RepoRef {
	l.t.Helper()
	owner, name, _ := strings.Cut(fullName, "/")
	repos, err := l.c.Repositories(l.t.Context(), l.creds.Installations[owner])
	if err != nil {
		l.t.Fatal(err)
	}
	for _, r := range repos {
		if r.Name == name {
			return r.RepoRef
		}
	}
	l.t.Fatalf("no repository %s", fullName)
	return github.RepoRef{}
}

func (l *lab) pr(number int) *rules.Snapshot {
	l.t.Helper()
	s, err := l.c.PR(l.t.Context(), l.ref("acme/api"), number)
	if err != nil {
		l.t.Fatal(err)
	}
	return s
}

// settled is the pull request when its mergeability is known.
func (l *lab) settled(number int) *rules.Snapshot {
	l.t.Helper()
	l.pr(number)
	l.wait(2 * time.Second)
	return l.pr(number)
}

func (l *lab) do(a rules.Action) github.Result {
	return l.c.Do(context.Background(), l.ref("acme/api"), a)
}

// writes are the requests that changed something, since the n-th of all.
func (l *lab) writes(since int) []string {
	var lines []string
	for _, c := range l.sim.Calls()[since:] {
		mutation := strings.HasSuffix(c.Path, "/graphql") && strings.Contains(c.Body, `"query":"mutation`)
		if mutation || c.Method != http.MethodGet && !strings.HasSuffix(c.Path, "/graphql") && !strings.HasSuffix(c.Path, "/access_tokens") {
			lines = append(lines, fmt.Sprintf("%s %s %d", c.Method, c.Path, c.Status))
		}
	}
	return lines
}

func (l *lab) calls() int { return len(l.sim.Calls()) }

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
