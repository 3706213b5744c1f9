package story

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// twoOrganisations are the same in everything: names of repositories, numbers, packages, people. What one of them does is in
// lines of their own.
const twoOrganisations = `What an organisation sees does not depend on what another one does.

-- .platform.yml --
version: 1
reviewers: {from: [bob, cat], request: 1}
merge: {policies: [{approvals: 1, checks: [build]}]}
propagate: {}
-- package.json --
{"name": "api", "dependencies": {"@acme/lib": "^1.0.0"}}
-- other/api//.platform.yml --
version: 1
reviewers: {from: [bob, cat], request: 2}
merge: {policies: [{approvals: 2, checks: [build]}]}
propagate: {}
-- other/api//package.json --
{"name": "api", "dependencies": {"@acme/lib": "^1.0.0"}}
-- github.yml --
repo: acme/api
prs:
  7: {author: ana, head: a1, checks: {build: success}}
  8: {author: ana, head: c1, checks: {build: failure}}
repos:
  acme/lib:
    files: {package.json: '{"name": "@acme/lib", "version": "1.0.0"}'}
  other/api:
    prs:
      7: {author: ana, head: b1, checks: {build: success}}
      8: {author: cat, head: d1, checks: {build: success}}
  other/lib:
    files: {package.json: '{"name": "@acme/lib", "version": "1.0.0"}'}
-- script --
`

// steps are lines of the script in turn: what happens in the one organisation, and then in the other.
var steps = [][2]string{
	{"check 8 build success", "review other/api#7 bob approved ; review other/api#8 bob approved"},
	{"wait 2m", "release other/lib v2.0.0 {package.json: '{\"name\": \"@acme/lib\", \"version\": \"2.0.0\"}'}"},
	{"review 7 bob approved", "label other/api#8 +hold ; review other/api#7 cat approved"},
	{"release acme/lib v3.0.0 {package.json: '{\"name\": \"@acme/lib\", \"version\": \"3.0.0\"}'}", "suspend other"},
	{"review 8 cat approved", "unsuspend other"},
	{"wait 70m", "uninstall other"},
}

// TestInstallationsNeverSeeEachOther plays a story twice, the second time with what another organisation does between its lines,
// and compares what was done in the first one, and what its pages say.
func TestInstallationsNeverSeeEachOther(t *testing.T) {
	alone, beside := playApart(t, false), playApart(t, true)
	if diff := cmp.Diff(alone.acts, beside.acts); diff != "" {
		t.Errorf("what was done (-alone +beside another):\n%s", diff)
	}
	for path, page := range alone.pages {
		if diff := cmp.Diff(page, beside.pages[path]); diff != "" {
			t.Errorf("%s (-alone +beside another):\n%s", path, diff)
		}
		if strings.Contains(page, "other/") {
			t.Errorf("%s tells of the other organisation", path)
		}
	}
	if len(alone.acts) < 4 || len(beside.theirs) < 3 {
		t.Errorf("the story shows too little: %q, and of the other %q", alone.acts, beside.theirs)
	}
}

// apart is what a run showed of the first organisation: its acts, and its pages by address.
type apart struct {
	acts, theirs []string
	pages        map[string]string
}

func playApart(t *testing.T, beside bool) apart {
	t.Helper()
	ctx := context.Background()
	s, err := Parse("two.txtar", []byte(twoOrganisations+"wait\n-- want --\n"))
	if err != nil {
		t.Fatal(err)
	}
	k, err := Play(ctx, s, Options{Log: logger()})
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	for _, step := range steps {
		second := "wait 1s"
		if beside {
			second = step[1]
		}
		for _, line := range []string{step[0], second} {
			if err := k.Do(ctx, line); err != nil {
				t.Fatal(err)
			}
		}
	}
	out := apart{pages: map[string]string{}}
	for _, line := range strings.Split(k.w.out.String(), "\n") {
		switch {
		case !strings.HasPrefix(line, "  "):
		case strings.Contains(line, "other/"), strings.Contains(line, "to 2.0.0"): // the one that the other releases
			out.theirs = append(out.theirs, line)
		default:
			out.acts = append(out.acts, changing.ReplaceAllString(line, "N"))
		}
	}
	for _, path := range []string{"/api/pulls/acme/api/7", "/api/pulls/acme/api/8", "/pulls/acme/api/7", "/repositories/acme/api", "/repositories/acme/lib", "/lines/acme/api/main"} {
		w := httptest.NewRecorder()
		k.Pages().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil))
		out.pages[path] = changing.ReplaceAllString(w.Body.String(), "N")
	}
	return out
}

// changing is what differs between two runs for reasons of their own: numbers of events, ids, commits, times.
var changing = regexp.MustCompile(`(event|act)-\d+\b(">\d+)?|"seq": \d+|\bc\d(\.\d)?\b|\b[0-9a-f]{7,40}\b|\b\d{4}-\d\d-\d\d[T ][0-9:.]+(Z| UTC)?|\b\d{1,2} \w+ 2026, [0-9:]+ UTC|\b\d+ (s|min|h)\b|\b\d{4,}\b`)
