package engine

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
	"github.com/rs/zerolog"
)

// Where the disk takes so long over the intent that the snapshot is old by then, nothing is sent: the intent is closed, and
// the next look decides.
func TestNothingIsSentOnASnapshotThatGrewOld(t *testing.T) {
	for _, c := range []struct {
		name string
		disk time.Duration // how long it takes to write the intent
		then string        // where the repository is by then
		want sending
	}{
		{"a slow disk", fresh + time.Second, "", notSent},
		{"a good disk", time.Second, "", written},
		{"removed meanwhile", time.Second, `{"installation":3,"owner":"acme","name":"api","gone":true}`, notSent},
		{"transferred meanwhile", time.Second, `{"installation":4,"owner":"other","name":"api"}`, notSent},
		{"renamed meanwhile", time.Second, `{"installation":3,"owner":"acme","name":"backend"}`, written},
	} {
		t.Run(c.name, func(t *testing.T) {
			requests := 0
			web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				requests++
				w.WriteHeader(http.StatusBadGateway)
			}))
			defer web.Close()
			e := engineAt(t, noon)
			e.Logger, e.Meters = zerolog.Nop(), noMeters{}
			repo := RepoInfo{ID: 12, Installation: 3, Owner: "acme", Name: "api"}
			e.Now = func() time.Time {
				n, err := e.Log.Head(t.Context())
				if err != nil || n == 0 {
					return noon
				}
				if c.then != "" {
					keep(t, e, repo.cursor(), c.then)
				}
				return noon.Add(c.disk)
			}
			client, err := github.New(github.Options{V3URL: web.URL, V4URL: web.URL, AppID: 1, Key: key(t), Now: e.Now})
			if err != nil {
				t.Fatal(err)
			}
			e.GitHub = client
			subject := rules.BaseSubject(12, "main")
			claim, ok, err := e.Log.ClaimOne(t.Context(), noon, lease, "test", subject)
			if err != nil || !ok {
				t.Fatal(ok, err)
			}
			keep(t, e, repo.cursor(), repo.String())
			l := &look{Engine: e, claim: claim, repo: repo, memories: map[rules.Subject]*memory{}}
			a := rules.MergePR{Repo: rules.Repo{ID: 12}, Number: 7, Head: "a1"}
			got, err := l.perform(t.Context(), &rules.Snapshot{Now: noon}, "merge", a)
			if err != nil {
				t.Fatal(err)
			}
			if got != c.want || requests > 0 != (c.want == written) {
				t.Errorf("sending %d, %d requests; want sending %d", got, requests, c.want)
			}
			events, err := e.Log.Events(t.Context(), eventlog.Query{Kinds: []string{rules.EventIntended}})
			m, err2 := l.memory(t.Context(), a.About())
			if err != nil || err2 != nil || len(events) != 1 {
				t.Fatal(len(events), err, err2)
			}
			if _, open := m.Open[rules.KindMerge]; open != (c.want == written) {
				t.Errorf("the act is open: %t", open)
			}
		})
	}
}

func keep(t *testing.T, e *Engine, name, value string) {
	t.Helper()
	if err := e.Log.SetCursor(t.Context(), name, value); err != nil {
		t.Fatal(err)
	}
}

type noMeters struct{}

func (noMeters) Look(_, _ string) {}
func (noMeters) Act(_, _ string)  {}
func (noMeters) Compared(string)  {}

func key(t *testing.T) []byte {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(k)})
}
