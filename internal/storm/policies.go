package storm

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/oracle"
)

// render writes a policy as the .platform.yml that means it.
func render(p *oracle.Policy) string {
	var b strings.Builder
	line := func(depth int, format string, args ...any) {
		fmt.Fprintf(&b, "%s%s\n", strings.Repeat("  ", depth), fmt.Sprintf(format, args...))
	}
	line(0, "version: 1")
	if p.Broken {
		line(0, "merge:")
		line(1, "aprovals: 1")
		return b.String()
	}
	if p.Observe != "" {
		line(0, "observe: %s", p.Observe)
	}
	if p.Comment {
		line(0, "comment: true")
	}
	if r := p.Reviewers; r != nil {
		line(0, "reviewers:")
		line(1, "request: %d", r.Request)
		line(1, "from: [%s]", strings.Join(r.From, ", "))
	}
	if u := p.Update; u != nil {
		line(0, "update:")
		if u.Label != "" {
			line(1, "when:")
			line(2, "label: %s", u.Label)
		}
		if u.Always {
			line(1, "only: always")
		}
		if u.Rebase {
			line(1, "method: rebase")
		}
		line(1, "per-day: %d", u.PerDay)
	}
	if m := p.Merge; m != nil {
		renderMerge(line, m)
	}
	if p.Propagate {
		line(0, "propagate:")
		line(1, "packages: ['*']")
	}
	return b.String()
}

func renderMerge(line func(int, string, ...any), m *oracle.Merge) {
	line(0, "merge:")
	if len(m.NeverLabels) > 0 || m.NeverTitle != "" {
		line(1, "never:")
	}
	if len(m.NeverLabels) > 0 {
		line(2, "label: [%s]", strings.Join(m.NeverLabels, ", "))
	}
	if m.NeverTitle != "" {
		line(2, "title: '%s*'", m.NeverTitle)
	}
	if m.Soak > 0 {
		line(1, "soak: %dm", int(m.Soak.Minutes()))
	}
	if !m.Freeze.From.IsZero() {
		line(1, "freeze: ['%s - %s']", m.Freeze.From.Format("Mon 15:04"), m.Freeze.To.Format("Mon 15:04"))
	}
	if len(m.Priority) > 0 {
		line(1, "priority: [%s]", strings.Join(m.Priority, ", "))
	}
	if m.Title != "" {
		line(1, "title: %q", m.Title)
	}
	if m.Body != "" {
		line(1, "body: %s", m.Body)
	}
	if m.Tidy {
		line(1, "delete-branch: true")
	}
	line(1, "policies:")
	for i, r := range m.Rules {
		line(2, "- name: p%d", i)
		if r.Label != "" || r.Author != "" {
			line(3, "when:")
		}
		if r.Label != "" {
			line(4, "label: %s", r.Label)
		}
		if r.Author != "" {
			line(4, "author: %q", r.Author)
		}
		line(3, "approvals: %d", r.Approvals)
		if r.AnyHead {
			line(3, "approvals-at: any")
		}
		switch {
		case r.AllChecks:
			line(3, "checks: all")
		case len(r.Checks) > 0:
			line(3, "checks: [%s]", strings.Join(r.Checks, ", "))
		default:
			line(3, "checks: none")
		}
		line(3, "method: %s", r.Method)
	}
}

// The people of every repository: all but eve may write.
var people = []string{"ana", "bob", "cat", "dan", "eve"}

// drawPolicy draws one policy.
func drawPolicy(rng *rand.Rand) *oracle.Policy {
	if rng.IntN(15) == 0 {
		return &oracle.Policy{Broken: true}
	}
	p := &oracle.Policy{Merge: drawMerge(rng)}
	switch rng.IntN(20) {
	case 0:
		p.Observe = "true"
	case 1:
		p.Observe = "check"
	case 2:
		p.Merge = nil
	}
	if rng.IntN(3) > 0 {
		p.Reviewers = &oracle.Reviewers{Request: 1 + rng.IntN(2), From: []string{"bob", "cat", "dan"}[:1+rng.IntN(3)]}
	}
	p.Comment = p.Reviewers != nil && p.Reviewers.Request == 2 // no draw of its own: what follows a seed stays as it is
	p.Propagate = rng.IntN(2) == 0
	if rng.IntN(5) > 0 {
		p.Update = &oracle.Update{Label: pick(rng, "", "", "automerge"), Always: rng.IntN(3) == 0, PerDay: 1 + rng.IntN(5)}
		p.Update.Rebase = p.Update.Always && p.Update.PerDay < 3
	}
	return p
}

func drawMerge(rng *rand.Rand) *oracle.Merge {
	m := &oracle.Merge{}
	if rng.IntN(2) == 0 {
		m.NeverLabels = []string{"hold"}
	}
	if rng.IntN(4) == 0 {
		m.NeverTitle = "WIP"
	}
	if rng.IntN(5) == 0 {
		m.Soak = pick(rng, time.Minute, 3*time.Minute)
	}
	if rng.IntN(5) == 0 {
		from := start.Add(time.Duration(rng.IntN(20)) * time.Minute)
		m.Freeze = oracle.Span{From: from, To: from.Add(time.Duration(1+rng.IntN(15)) * time.Minute)}
	}
	m.Tidy = rng.IntN(3) == 0
	if rng.IntN(2) == 0 {
		m.Title = pick(rng, "{title} (#{number})", "#{number} {title}", "[{base}] {title} by {author}", "{head}: {title}")
	}
	if rng.IntN(3) == 0 {
		m.Body = pick(rng, "pull-request", "commits", "empty")
	}
	if rng.IntN(4) == 0 {
		m.Priority = pick(rng, []string{"ship"}, []string{"ship", "'*'", "automerge"})
	}
	for range 1 + rng.IntN(2) {
		r := oracle.Rule{Label: pick(rng, "automerge", "automerge", "ship", ""), Author: pick(rng, "", "", "", "ana", "pitcrew[bot]"), Approvals: pick(rng, 0, 0, 1, 1, 1, 2), AnyHead: rng.IntN(6) == 0,
			Method: pick(rng, "squash", "squash", "merge", "rebase")}
		switch rng.IntN(3) {
		case 0:
			r.AllChecks = true
		case 1:
			r.Checks = []string{"build"}
		}
		m.Rules = append(m.Rules, r)
	}
	return m
}

func pick[T any](rng *rand.Rand, list ...T) T { return list[rng.IntN(len(list))] }
