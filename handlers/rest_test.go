package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/corpus"
)

func restOf(t testing.TB, event string, body []byte) string {
	t.Helper()
	g := GitHub{Token: func(_ context.Context, id int64, _ string) (string, error) { return fmt.Sprintf("token%d", id), nil }}
	got, err := g.Read(t.Context(), event, "guid", time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), body)
	if err != nil {
		t.Fatal(err)
	}
	return string(got.Events[0].Facts)
}

// What is kept of a payload beyond the named facts.
func TestRest(t *testing.T) {
	const sha1, sha256 = "f95f852bd8fca8fcc58a9a2d6c842781e32a215e", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	ana := `{"login":"ana","id":77,"type":"User","avatar_url":"https://a.example/77"}`
	for _, c := range []struct{ name, payload, want string }{
		{"numbers and flags", `{"a":{"n":-1.5e3,"big":12345678901234567890,"yes":true,"no":false,"none":null}}`, `{"a":{"n":-1.5e3,"big":12345678901234567890,"yes":true,"no":false}}`},
		{"instants are in UTC, which is no place", `{"a":"2026-03-02T10:00:00.5+02:00","b":"2026-03-02 10:00:00 UTC","c":"2026-03-02"}`, `{"a":"2026-03-02T08:00:00.5Z","b":"2026-03-02T10:00:00Z"}`},
		{"commit ids in their place", `{"head_sha":"` + sha1 + `","tree_id":"` + sha256 + `","gravatar_id":"` + sha256 + `","secret":"` + sha1 + `","before":"` + strings.Repeat("0", 40) + `"}`, `{"head_sha":"` + sha1 + `","tree_id":"` + sha256 + `"}`},
		{"words in their place", `{"conclusion":"SUCCESS","title":"success","state":"Ana did it","active_lock_reason":"too heated"}`, `{"conclusion":"success","active_lock_reason":"too heated"}`},
		{"what a change was from", `{"changes":{"permission":{"from":"read","to":"ana and bo"},"title":{"from":"ana"},"base":{"ref":{"from":"ana/fix"},"sha":{"from":"` + sha1 + `"}}}}`, `{"changes":{"permission":{"from":"read"},"base":{"ref":{"from":"*"},"sha":{"from":"` + sha1 + `"}}}}`},
		{"names of things", `{"label":{"name":"bug"},"check_run":{"name":"build (1.26)"},"milestone":{"name":"ana"}}`, `{"label":{"name":"bug"},"check_run":{"name":"build (1.26)"}}`},
		{"but of no person", `{"label":{"name":"for ANA"},"user":` + ana + `,"labels":[{"name":"ana@acme.example"},{"name":"www.acme.example"},{"name":"ok"}]}`, `{"user":"token77","labels":[{"name":"ok"}]}`},
		{"people, bots, organisations", `{"a":` + ana + `,"b":{"login":"r[bot]","id":5,"type":"Bot"},"c":{"login":"acme","id":6,"type":"Organization"},"organization":{"login":"acme","id":6,"avatar_url":""}}`, `{"a":"token77","b":{"bot":"token5"},"c":6,"organization":6}`},
		{"an invitation is no account", `{"invitation":{"login":"ana","id":77,"role":"admin"}}`, ``},
		{"ids of people", `{"user_id":5,"x":{"owner_id":6,"id":77,"team_id":8},"by":` + ana + `}`, `{"x":{"team_id":8},"by":"token77"}`},
		{"who wrote a commit", `{"commits":[{"id":"` + sha1 + `","author":{"name":"Ana","email":"a@b.c"},"added":["ana.txt","b"],"distinct":true}]}`, `{"commits":[{"id":"` + sha1 + `","added":2,"distinct":true}]}`},
		{"nor of who wrote a commit", `{"label":{"name":"for Bo Li"},"head_commit":{"author":{"name":"Bo Li","email":"bo@li.example","date":"2026-03-02T10:00:00+09:00"}}}`, ``},
		{"branches", `{"ref":"refs/heads/main","base_ref":"refs/heads/ana/fix","head_branch":"release/1.x","branches":[{"name":"ana"},{"name":"v2"}]}`, `{"ref":"main","base_ref":"*","head_branch":"release/1.x","branches":[{"name":"*"},{"name":"v2"}]}`},
		{"tags", `{"ref":"refs/tags/v1.2.3"}`, `{"ref":"refs/tags/v1.2.3"}`},
		{"repositories and Apps are ids", `{"repository":{"id":1,"full_name":"a/b"},"head":{"repo":{"id":2,"full_name":"ana/b","size":3}},"app":{"id":4,"slug":"x","permissions":{"checks":"write"}}}`, `{"head":{"repo":2},"app":4}`},
		{"names of fields that are none", `{"Ana":1,"ana@acme":2,"a b":3,"+1":4,"` + strings.Repeat("a", 41) + `":5}`, `{"+1":4}`},
		{"what others put there", `{"client_payload":{"ana":1},"inputs":{"n":2},"deployment":{"payload":{"ana":3},"id":4}}`, `{"deployment":{"id":4}}`},
		{"advisories", `{"a":{"ghsa_id":"GHSA-qqgx-2p2h-9c37","cve_id":"CVE-2021-20191","cwe_id":"CWE-79 ana"}}`, `{"a":{"ghsa_id":"GHSA-qqgx-2p2h-9c37","cve_id":"CVE-2021-20191"}}`},
		{"addresses and texts", `{"url":1,"html_url":"https://a.example","body":"Dear Ana","x":["a","b"],"y":[],"z":{}}`, `{"x":2}`},
		{"an installation's permissions", `{"installation":{"id":1,"permissions":{"contents":"read","checks":"ana was here"}}}`, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			var facts struct{ Rest json.RawMessage }
			if text := restOf(t, "novelty", []byte(c.payload)); text != "" {
				if err := json.Unmarshal([]byte(text), &facts); err != nil {
					t.Fatalf("%s: %v", text, err)
				}
			}
			if string(facts.Rest) != c.want {
				t.Errorf("got  %s\nwant %s", facts.Rest, c.want)
			}
		})
	}
}

// An event about a context tells it whole, people excepted.
func TestRestOfAContext(t *testing.T) {
	body := `{"action":"created","repository":{"id":1,"full_name":"ana/b","name":"b","size":3,"owner":{"login":"ana","id":77,"type":"User"},"topics":["x"],"visibility":"public","default_branch":"main","language":"Go"}}`
	want := `{"rest":{"repository":{"id":1,"size":3,"owner":"token77","topics":1,"visibility":"public","default_branch":"main","language":"Go"}}}`
	if got := restOf(t, "repository", []byte(body)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A push of thousands of commits does not fill the log, and what is left out is not passed over in silence.
func TestRestIsBounded(t *testing.T) {
	commit := `{"id":"f95f852bd8fca8fcc58a9a2d6c842781e32a215e","distinct":true},`
	got := restOf(t, "push", []byte(`{"commits":[`+strings.Repeat(commit, 2047)+`{}]}`))
	if !strings.Contains(got, `"cut":true`) || len(got) < maxRest || len(got) > maxRest+1000 || !json.Valid([]byte(got)) {
		t.Errorf("%d bytes: %.100s", len(got), got)
	}
}

// poisoned is a payload with a text in each place where want says so, escaped or not.
func poisoned(v any, name, within, canary string, want func(name, within string) bool) any {
	switch v := v.(type) {
	case map[string]any:
		for field, inner := range v {
			v[field] = poisoned(inner, field, name, canary, want)
		}
	case []any:
		for i, item := range v {
			v[i] = poisoned(item, name, within, canary, want)
		}
	case string:
		if want(name, within) {
			return canary
		}
	}
	return v
}

// Whatever stands in whatever text of whatever payload: none of it is in the event, but for the form of an allowed kind in
// its place.
func TestNoCanaryPasses(t *testing.T) {
	everywhere := func(string, string) bool { return true }
	elsewhere := func(name, within string) bool {
		if name == "from" || name == "to" {
			name, within = within, ""
		}
		return !wordFields[name] && within != "permissions" && !titleFields[within+"."+name] && !branchFields[name] && name != "tag_name" && name != "name"
	}
	named := func(name, _ string) bool { return branchFields[name] && name != "default_branch" }
	all, err := corpus.Payloads()
	if err != nil {
		t.Fatal(err)
	}
	for canary, want := range map[string]func(name, within string) bool{
		"canary@lovelace.example":                              everywhere, // an address passes nowhere
		"https://canary.example/lovelace":                      everywhere,
		"canarylovelace":                                       elsewhere, // in the form of a word it may pass for one, where words stand
		"Canary \"Lovelace\" \u2028 was here, and said so\n":   elsewhere,
		"canary/lovelace":                                      named,     // which is a branch that somebody named
		"ca9a4f1c6ea5e1a1d53a1a1a1a1a1a1a1a1a1a1a1a1a1a1acafe": elsewhere, // looks like hexadecimal, and is no commit
	} {
		for _, x := range all {
			var doc any
			if err := json.Unmarshal(x.Body, &doc); err != nil {
				t.Fatal(err)
			}
			body, err := json.Marshal(poisoned(doc, "", "", canary, want))
			if err != nil {
				t.Fatal(err)
			}
			text := strings.ToLower(restOf(t, x.Event, body))
			if strings.Contains(text, "lovelace") || strings.Contains(text, "canary") || strings.Contains(text, "cafe") {
				t.Fatalf("%s, %q: %s", x.Name, canary, text)
			}
		}
	}
}

// The events are small, and nothing is lost of a payload but what the rule says.
func TestRestIsSmall(t *testing.T) {
	all, err := corpus.Payloads()
	if err != nil {
		t.Fatal(err)
	}
	var sizes []int
	sum, raw := 0, 0
	for _, x := range all {
		n := len(restOf(t, x.Event, x.Body))
		sizes, sum, raw = append(sizes, n), sum+n, raw+len(x.Body)
	}
	slices.Sort(sizes)
	p99 := sizes[int(math.Ceil(0.99*float64(len(sizes))))-1]
	t.Logf("facts of %d payloads: mean %d bytes of %d, median %d, p99 %d", len(all), sum/len(all), raw/len(all), sizes[len(sizes)/2], p99)
	if sum/len(all) > 1000 || p99 > 4000 {
		t.Error("larger than they need be")
	}
}
