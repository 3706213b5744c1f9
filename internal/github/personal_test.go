package github_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// A person's token reads the same as the App's, without the App.
func TestPersonalToken(t *testing.T) {
	l := newLab(t, open)
	c, err := github.New(github.Options{V3URL: l.creds.URL, V4URL: l.creds.URL + "/graphql", Token: l.creds.Tokens["ana"], Now: l.clock})
	if err != nil {
		t.Fatal(err)
	}
	ref, err := c.Find(t.Context(), "acme", "api")
	if err != nil {
		t.Fatal(err)
	}
	if ref.Installation != 0 || ref.ID != l.ref("acme/api").ID {
		t.Errorf("found %+v", ref)
	}
	got, err := c.PR(t.Context(), ref, 7)
	if err != nil {
		t.Fatal(err)
	}
	want := l.settled(7)
	if diff := cmp.Diff([]string{want.PR.Head, want.PR.BaseTip, want.Config.Blob}, []string{got.PR.Head, got.PR.BaseTip, got.Config.Blob}); diff != "" {
		t.Errorf("-App +person:\n%s", diff)
	}
	if got.App != (rules.App{}) {
		t.Errorf("a person's token is no App, yet we are %+v", got.App)
	}
}

func TestFind(t *testing.T) {
	l := newLab(t, open)
	ref, err := l.c.Find(t.Context(), "acme", "API")
	if err != nil || ref != l.ref("acme/api") {
		t.Errorf("found %+v, %v; want %+v", ref, err, l.ref("acme/api"))
	}
	if _, err := l.c.Find(t.Context(), "acme", "nothing"); !errors.Is(err, github.ErrGone) {
		t.Errorf("a repository that is not there: %v", err)
	}
}
