package github

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Permissions are what the App asks for in app.yml, and what does not work in an installation that has not granted one.
var Permissions = []Permission{
	{"contents", "write", "merging, updating branches, reading .platform.yml"},
	{"pull_requests", "write", "asking for reviews, proposing updates"},
	{"checks", "write", "reading check runs, reporting ours"},
	{"statuses", "read", "commit statuses as checks"},
	{"actions", "read", "telling check runs of one name apart"},
	{"members", "read", "asking members of teams"},
	{"administration", "read", "reading classic branch protection, hence merging where it is not known"},
	{"workflows", "write", "merging and updating what touches workflow files"},
	{"metadata", "read", "everything"},
}

// Permission is one of them.
type Permission struct{ Name, Access, For string }

// Lacks says what an installation's permissions lack of what the App asks for.
func Lacks(granted map[string]string) []Permission {
	rank := map[string]int{"read": 1, "write": 2, "admin": 3}
	return slices.DeleteFunc(slices.Clone(Permissions), func(p Permission) bool { return rank[granted[p.Name]] >= rank[p.Access] })
}

// Vitals is how GitHub has answered lately, for the health page.
type Vitals struct {
	Answered time.Time         // the newest answer that was no failure of GitHub's; zero: none yet
	Failing  time.Time         // since when only failures come; zero: it answers
	Failure  string            // the newest of them: "502", "no answer"
	Limits   map[int64][]Limit // by installation, as its newest answers said
}

// Limit is one of GitHub's primary rate limits.
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#checking-the-status-of-your-rate-limit
type Limit struct {
	Name            string // core, graphql
	Used, Remaining int
	Reset           time.Time
}

// pulse takes note of every answer.
type pulse struct {
	mu sync.Mutex
	v  Vitals
}

// Vitals says how GitHub has answered lately.
func (c *Client) Vitals() Vitals {
	c.pulse.mu.Lock()
	defer c.pulse.mu.Unlock()
	v := c.pulse.v
	v.Limits = maps.Clone(v.Limits)
	return v
}

func (p *pulse) note(now time.Time, inst int64, r reply, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil || r.Status >= 500 {
		p.v.Failure = "no answer"
		if r.Status >= 500 {
			p.v.Failure = strconv.Itoa(r.Status)
		}
		if p.v.Failing.IsZero() {
			p.v.Failing = now
		}
		return
	}
	p.v.Answered, p.v.Failing, p.v.Failure = now, time.Time{}, ""
	if l, ok := limitOf(r.Header); ok && inst != 0 {
		p.keep(inst, l)
	}
}

func (p *pulse) keep(inst int64, l Limit) {
	if p.v.Limits == nil {
		p.v.Limits = map[int64][]Limit{}
	}
	others := slices.DeleteFunc(slices.Clone(p.v.Limits[inst]), func(o Limit) bool { return o.Name == l.Name })
	limits := append(others, l)
	slices.SortFunc(limits, func(a, b Limit) int { return strings.Compare(a.Name, b.Name) })
	p.v.Limits[inst] = limits
}

func limitOf(h http.Header) (Limit, bool) {
	used, err1 := strconv.Atoi(h.Get("X-RateLimit-Used"))
	left, err2 := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	reset, err3 := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64)
	name := h.Get("X-RateLimit-Resource")
	return Limit{name, used, left, time.Unix(reset, 0).UTC()}, err1 == nil && err2 == nil && err3 == nil && name != ""
}
