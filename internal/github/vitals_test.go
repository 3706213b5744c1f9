package github

import (
	"errors"
	"os"
	"testing"
	"time"

	"gopkg.in/yaml.v3"
)

func TestPermissionsAreThoseOfTheManifest(t *testing.T) {
	text, err := os.ReadFile("../../app.yml")
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Permissions map[string]string `yaml:"default_permissions"`
	}
	if err := yaml.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	if len(Permissions) != len(manifest.Permissions) {
		t.Errorf("%d permissions, app.yml has %d", len(Permissions), len(manifest.Permissions))
	}
	if lacks := Lacks(manifest.Permissions); len(lacks) != 0 {
		t.Errorf("app.yml does not ask for %v", lacks)
	}
	for _, p := range Permissions {
		if manifest.Permissions[p.Name] != p.Access {
			t.Errorf("%s: %s here, %s in app.yml", p.Name, p.Access, manifest.Permissions[p.Name])
		}
	}
	delete(manifest.Permissions, "members")
	manifest.Permissions["checks"] = "read"
	if lacks := Lacks(manifest.Permissions); len(lacks) != 2 || lacks[0].Name != "checks" || lacks[1].Name != "members" {
		t.Errorf("lacks %v", lacks)
	}
}

func TestVitalsTellSinceWhenGitHubFails(t *testing.T) {
	var p pulse
	at := func(s int) time.Time { return time.Date(2026, 3, 2, 9, 0, s, 0, time.UTC) }
	good := reply{Status: 200}
	p.note(at(0), good, nil)
	p.note(at(1), reply{Status: 502}, nil)
	p.note(at(2), reply{}, errors.New("connection reset"))
	if p.v.Failing != at(1) || p.v.Failure != "no answer" || p.v.Answered != at(0) {
		t.Errorf("failing: %+v", p.v)
	}
	p.note(at(3), reply{Status: 404}, nil)
	if !p.v.Failing.IsZero() || p.v.Answered != at(3) {
		t.Errorf("answers again: %+v", p.v)
	}
}
