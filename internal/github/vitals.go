package github

import (
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Permissions are what the App asks for in app.yml, and what does not work in an installation that has not granted one.
var Permissions = []Permission{
	{"contents", "write", "merging, updating branches, reading .platform.yml"},
	{"issues", "write", "telling in the repository of a merge that made something else than what was decided"},
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
	Answered time.Time // the newest answer that was no failure of GitHub's; zero: none yet
	Failing  time.Time // since when only failures come; zero: it answers
	Failure  string    // the newest of them: "502", "no answer"
	Cause    Cause     // of that
	Refused  time.Time // since when the App's key or tokens are only refused; zero: they are taken

	Asked  int           // requests in the last minutes (Lately)
	Failed map[Cause]int // of these
}

// Limit is one of GitHub's primary rate limits.
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#checking-the-status-of-your-rate-limit
type Limit struct {
	Name            string // core, search, graphql
	Limit           int
	Used, Remaining int
	Reset           time.Time
}

// pulse takes note of every answer.
type pulse struct {
	mu    sync.Mutex
	v     Vitals
	tally tally
}

// Vitals says how GitHub has answered lately.
func (c *Client) Vitals() Vitals {
	return c.pulse.vitals(c.opts.Now())
}

func (p *pulse) vitals(now time.Time) Vitals {
	p.mu.Lock()
	defer p.mu.Unlock()
	v := p.v
	v.Asked, v.Failed = p.tally.sum(now)
	return v
}

func (p *pulse) note(now time.Time, r reply, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	cause := causeOf(r, err)
	p.tally.note(now, cause)
	if err == nil && r.Status < 500 {
		p.v = Vitals{Answered: now, Refused: p.v.Refused}
		switch {
		case cause != CauseKey:
			p.v.Refused = time.Time{}
		case p.v.Refused.IsZero():
			p.v.Refused = now
		}
		return
	}
	p.v.Failure, p.v.Cause = "no answer", cause
	if r.Status >= 500 {
		p.v.Failure = strconv.Itoa(r.Status)
	}
	if p.v.Failing.IsZero() {
		p.v.Failing = now
	}
}

// limitOf is the primary limit that an answer tells of, with its reset by our clock.
func limitOf(h http.Header, now time.Time) (Limit, bool) {
	used, err1 := strconv.Atoi(h.Get("X-RateLimit-Used"))
	left, err2 := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	reset, err3 := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64)
	name := h.Get("X-RateLimit-Resource")
	at := time.Unix(reset, 0).UTC().Add(ahead(h, now))
	return Limit{name, used + left, used, left, at}, err1 == nil && err2 == nil && err3 == nil && name != ""
}

// ahead is by how much our clock is ahead of GitHub's, where that is more than an answer's way explains.
func ahead(h http.Header, now time.Time) time.Duration {
	said, err := http.ParseTime(h.Get("Date"))
	if by := now.Sub(said); err == nil && by.Abs() > skewed {
		return by.Truncate(time.Second)
	}
	return 0
}
