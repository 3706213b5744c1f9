package cli

import (
	"context"
	"fmt"
	"net/url"
	"strings"
)

// variable is a setting that can be read by itself, so that every mistake is told at once and not only the first.
type variable struct {
	name string
	read func(*reader)
}

// variables are all settings of .env.example.
var variables = []variable{
	{"GITHUB_APP_INTEGRATION_ID", func(r *reader) { r.appID() }},
	{"GITHUB_APP_PRIVATE_KEY", func(r *reader) { r.key() }},
	{"GITHUB_APP_PRIVATE_KEY_FILE", nil}, // read with the one before
	{"GITHUB_APP_WEBHOOK_SECRET", func(r *reader) { r.secrets() }},
	{"GITHUB_APP_WEBHOOK_SECRET_PREVIOUS", nil}, // likewise
	{"GITHUB_V3_API_URL", func(r *reader) { r.url("GITHUB_V3_API_URL", "") }},
	{"GITHUB_V4_API_URL", func(r *reader) { r.url("GITHUB_V4_API_URL", "") }},
	{"GITHUB_WEB_URL", func(r *reader) { r.url("GITHUB_WEB_URL", "") }},
	{"PITCREW_ADDR", func(r *reader) { r.addr("PITCREW_ADDR", ":0") }},
	{"PITCREW_PAGES_ADDR", func(r *reader) { r.addr("PITCREW_PAGES_ADDR", ":0") }},
	{"PITCREW_PAGES_TOKEN", nil}, // any text
	{"PITCREW_PAGES_URL", func(r *reader) { r.url("PITCREW_PAGES_URL", "") }},
	{"PITCREW_OPS_ADDR", func(r *reader) { r.addr("PITCREW_OPS_ADDR", ":0") }},
	{"PITCREW_DATA", nil}, // any text
	{"PITCREW_DATABASE_URL", func(r *reader) { r.database() }},
	{"PITCREW_KEEP_RAW", func(r *reader) { r.days("PITCREW_KEEP_RAW", "0") }},
	{"PITCREW_WRITE_GAP", func(r *reader) { r.gap("PITCREW_WRITE_GAP") }},
}

// checkSettings reads the settings as serve does, and then each by itself.
func checkSettings(_ context.Context, p *patient) []finding {
	var err error
	p.settings, err = readSettings(p.env)
	var found []finding
	seen := map[string]bool{}
	tell := func(err error) {
		if says, do := hintOf(err); !seen[says] {
			seen[says] = true
			found = append(found, wrong(says, do)...)
		}
	}
	set := 0
	for _, v := range variables {
		if p.env(v.name) != "" {
			set++
		}
		if r := (&reader{env: p.env}); v.read != nil {
			if v.read(r); r.err != nil {
				tell(r.err)
			}
		}
	}
	if err != nil {
		tell(err)
	}
	if len(found) > 0 {
		return found
	}
	return healthy("%d variables set, %d left as they are", set, len(variables)-set)
}

// checkAddresses sees whether the three addresses of GitHub belong together.
// https://docs.github.com/en/enterprise-server@3.17/rest/using-the-rest-api/getting-started-with-the-rest-api
func checkAddresses(_ context.Context, p *patient) []finding {
	s := p.settings
	var found []finding
	hosts := map[string]bool{}
	for _, a := range []struct{ name, value string }{
		{"GITHUB_V3_API_URL", s.V3URL}, {"GITHUB_V4_API_URL", s.V4URL}, {"GITHUB_WEB_URL", s.WebURL},
	} {
		u, err := url.Parse(a.value)
		if err != nil || u.Host == "" {
			return skipped("GitHub's addresses could not be read", "see settings")
		}
		hosts[strings.TrimPrefix(u.Host, "api.")] = true
		if u.Scheme == "http" && !loopback(hostPort(u)) {
			found = append(found, wrong(fmt.Sprintf("%s is %s: tokens would travel in the clear", a.name, a.value), "write https://")...)
		}
	}
	if len(hosts) > 1 {
		found = append(found, wrong(
			fmt.Sprintf("the addresses of GitHub are of different hosts: %s, %s, %s", s.V3URL, s.V4URL, s.WebURL),
			"set all three of GITHUB_V3_API_URL (https://HOST/api/v3/), GITHUB_V4_API_URL (https://HOST/api/graphql), GITHUB_WEB_URL (https://HOST), or none for github.com")...)
	}
	if len(found) > 0 {
		return found
	}
	return healthy("GitHub is %s", s.WebURL)
}

// hostPort is host:port of an address, whose port may be that of its scheme.
func hostPort(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	return u.Host + ":0"
}
