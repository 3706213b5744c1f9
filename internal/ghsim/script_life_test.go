package ghsim

import (
	"strings"
	"testing"
)

// What an owner can do to a repository that stays, and to the App's installation.
func TestRepositoryLife(t *testing.T) {
	l := newLab(t, "prs: {7: {author: ana, head: a1, branch: trunk}}\n")
	l.exec("archive acme/api")
	l.exec("unarchive acme/api")
	l.do("GET", "/repos/acme/api", "").says(200, `"archived":false`)
	l.exec("visibility acme/api public")
	l.do("GET", "/repos/acme/api", "").says(200, `"private":false`)
	l.exec("default-branch acme/api trunk")
	l.do("GET", "/repos/acme/api", "").says(200, `"default_branch":"trunk"`)
	l.do("GET", pull7, "").says(200, `"ref":"main"`) // a pull request keeps its base
	if got, want := l.got(), "repository archived\nrepository unarchived\nrepository publicized\nrepository edited\n"; got != want {
		t.Errorf("webhooks %s, want %s", got, want)
	}
	for line, says := range map[string]string{
		"unarchive acme/api": "not archived", "visibility acme/api public": "public already", "visibility acme/api odd": "public or private",
		"default-branch acme/api none": "no branch none", "install acme": "installed in acme already",
	} {
		if err := l.s.Exec(line); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", line, err)
		}
	}
	before := l.s.Credentials().Installations["acme"]
	l.exec("uninstall acme")
	l.exec("install acme")
	if after := l.s.Credentials().Installations["acme"]; after == before || after == 0 {
		t.Errorf("installed again as %d, and before as %d", after, before)
	}
	if got := l.got(); got != "installation deleted\ninstallation created\n" {
		t.Errorf("webhooks %s", got)
	}
}
