package config_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/rules"
)

// world is what GitHub has, by "kind name"; what is not in it cannot be told.
type world struct {
	has   map[string]config.Tri
	asked []string
}

func (w *world) Has(kind string, name config.Pattern) config.Tri {
	w.asked = append(w.asked, kind+" "+name.String())
	return w.has[kind+" "+name.String()]
}

func TestMissing(t *testing.T) {
	_, mentions := config.Check("f", []byte(`version: 1
reviewers: {from: [owners, history, ana, "@acme/core"], unless: {author: {any: [bo], except: ["@acme/bots"]}}}
merge: {never: {label: ["*", hold]}, policies: [{checks: ["*", build], method: rebase}]}
`), rules.Forms)
	w := &world{has: map[string]config.Tri{
		"login ana": config.Yes, "team @acme/core": config.No, "login bo": config.No, "label hold": config.Unknown, "method rebase": config.No, "check build": config.No,
	}}
	var got []string
	for _, p := range config.Missing(mentions, w) {
		if p.Level != config.Notice {
			t.Errorf("%v stops something", p)
		}
		got = append(got, p.Place()+" "+p.Message)
	}
	if diff := cmp.Diff("login ana, team @acme/core, login bo, team @acme/bots, label hold, check build, method rebase", strings.Join(w.asked, ", ")); diff != "" {
		t.Errorf("asked -want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{
		`f:2:42 the organisation has no team "@acme/core"`, `f:2:81 GitHub has no account "bo"`,
		`f:3:64 no check "build" has reported on the default branch or the newest pull requests`, `f:3:80 the repository does not allow the merge method "rebase"`,
	}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
