package main

import (
	"fmt"
	"strings"
)

// document is the table for people, from the root of the repository.
const document = "docs/semantics.md"

const documentHead = `# How GitHub merges, and what shows that pitcrew knows

Generated (` + "`go run ./internal/tools/semantics -write`" + `) from the tables in ` + "`internal/tools/semantics`" + ` and from what stories
(` + "`testdata/scenarios`" + `) and tests say that they show. %d rows, of which %d are open and %d
belong to what comes later; %d stories and %d tests show them.

`

func documentText(groups []group, proofs map[string][]proof) string {
	var body strings.Builder
	rows, open, later := 0, 0, 0
	for _, g := range groups {
		fmt.Fprintf(&body, "## %s\n\n", g.title)
		if g.docs != "" {
			fmt.Fprintf(&body, "GitHub's pages: %s\n\n", g.docs)
		}
		fmt.Fprintf(&body, "| | %s | %s | shown by |\n|---|---|---|---|\n", g.words[0], g.words[1])
		for _, r := range g.rows {
			rows++
			switch {
			case r.later():
				later++
			case r.open != "":
				open++
			}
			fmt.Fprintf(&body, "| **%s** | %s | %s | %s |\n", r.id, r.github, r.pitcrew, r.shownBy(proofs[r.id]))
		}
		body.WriteByte('\n')
	}
	stories, tests := count(proofs)
	return fmt.Sprintf(documentHead, rows, open, later, stories, tests) + strings.TrimSuffix(body.String(), "\n")
}

func (r row) shownBy(list []proof) string {
	switch {
	case r.later():
		return "*" + r.open + "*"
	case r.open != "":
		return "*open: " + r.open + "*"
	}
	var names []string
	stories := 0
	for _, p := range list {
		name := p.name
		if p.story {
			if stories++; stories > 1 {
				name = strings.TrimPrefix(name, "story ")
			}
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// count says how many different stories and tests show something.
func count(proofs map[string][]proof) (stories, tests int) {
	seen := map[proof]bool{}
	for _, list := range proofs {
		for _, p := range list {
			if seen[p] {
				continue
			}
			seen[p] = true
			if p.story {
				stories++
			} else {
				tests++
			}
		}
	}
	return stories, tests
}
