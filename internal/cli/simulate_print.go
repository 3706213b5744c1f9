package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/pitcrew-app/pitcrew/rules"
)

// byID gives people tokens to be told apart by: here no log has any.
func byID(_ context.Context, s *rules.Snapshot) error {
	for _, who := range s.Everybody() {
		if who.ID != 0 {
			who.Token = strconv.FormatInt(who.ID, 10)
		}
	}
	return nil
}

// print says the sum first, then each difference.
func (s simulation) print(a *app, p rules.Preview) error {
	var b strings.Builder
	b.WriteString(indent(fmt.Sprintf("With %s: %s", s.with, lower(p.Sentence())), "", "  ") + "\n")
	if p.Observe != "" {
		fmt.Fprintf(&b, "observe: %s\n", p.Observe)
	}
	for _, d := range p.Differ {
		b.WriteString("\n")
		for i, r := range d.Rules {
			title := d.Title()
			if i > 0 {
				title = ""
			}
			b.WriteString(indent(r.Sentence(nil), fmt.Sprintf("  %-14s %-10s ", title, r.Rule), strings.Repeat(" ", 28)) + "\n")
		}
	}
	_, err := io.WriteString(a.out, b.String())
	return err
}

// simulated is what --json prints.
type simulated struct {
	Repository  string          `json:"repository"`
	File        string          `json:"file"`
	Sentence    string          `json:"sentence"`
	Observe     string          `json:"observe,omitempty"`
	Open        rules.Compared  `json:"open"`
	Landed      rules.Compared  `json:"landed"`
	Differences []simulatedPull `json:"differences"`
}

type simulatedPull struct {
	Number int             `json:"number"`
	Landed bool            `json:"landed"`
	Rules  []simulatedRule `json:"rules"`
}

type simulatedRule struct {
	Rule string            `json:"rule"`
	Was  []explainedReason `json:"was"`
	Is   []explainedReason `json:"is"`
}

func (s simulation) document(name string, p rules.Preview) simulated {
	doc := simulated{Repository: name, File: s.with, Sentence: p.Sentence(), Observe: p.Observe, Open: p.Open, Landed: p.Landed, Differences: []simulatedPull{}}
	for _, d := range p.Differ {
		pull := simulatedPull{Number: d.Number, Landed: d.Landed, Rules: []simulatedRule{}}
		for _, r := range d.Rules {
			pull.Rules = append(pull.Rules, simulatedRule{r.Rule, explainedAll(r.Was), explainedAll(r.Is)})
		}
		doc.Differences = append(doc.Differences, pull)
	}
	return doc
}

func explainedAll(reasons []rules.Reason) []explainedReason {
	all := []explainedReason{}
	for _, r := range reasons {
		all = append(all, explainedOne(r, nil))
	}
	return all
}

// counting is progress that counts, on a terminal; 0 of 0 takes it back.
func (a *app) counting(what string) func(read, all int) {
	if !isTerminal(a.err) {
		return func(int, int) {}
	}
	length := 0
	return func(read, all int) {
		line := ""
		if all > 0 {
			line = fmt.Sprintf("%s: %d of %d …", what, read, all)
		}
		fmt.Fprintf(a.err, "\r%s\r%s", strings.Repeat(" ", length), line)
		length = len(line)
	}
}
