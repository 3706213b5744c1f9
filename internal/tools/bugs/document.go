package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// document is the table for people, from the root of the repository.
const document = "docs/invariants.md"

// invariant is a promise that no change may break. Storms judge it by the simulated GitHub's own state (internal/oracle).
type invariant struct{ name, promise string }

var invariants = []invariant{
	{"I1", "Nothing lands, is updated or is asked for that the policy on the base, GitHub's rules and the newest head forbade throughout the time before."},
	{"I2", "What was answered 2xx is in the log exactly once, whatever is killed; what GitHub did not sign is not."},
	{"I3", "Each act has one effect at most, even if its answer is lost."},
	{"I4", "Once faults end, what is eligible gets done, even if every webhook was lost."},
	{"I5", "Nothing is written where pitcrew is not asked to, may not, or only observes."},
	{"I6", "No budget is overdrawn, and nothing is asked before the time that GitHub named."},
	{"I7", "No installation sees or touches another's repositories and packages."},
	{"I8", "What was counted is what was seen to be done, and counting again gives the same."},
	{"I9", "What has ended leaves nothing running."},
	{"I10", "The same seed gives the same calls and the same log."},
}

const documentHead = `# What no change may break, and what would notice

Generated from ` + "`internal/tools/bugs`" + ` (` + "`go run ./internal/tools/bugs -write`" + `). For each invariant: mistakes that take away a defence of it, and
the checks of CI that fail then. ` + "`go run ./internal/tools/bugs`" + ` plants each mistake and plays its checks; one that does not fail is an
error. CI plants four, chosen by the commit's hash. *Storms* are the seeds 1 to %d of ` + "`internal/storm`" + `: what fails there is the
invariant itself, judged by an oracle that shares no code with the program.

| | the program then … | checks that fail | mistake |
|---|---|---|---|
`

func documentText() string {
	var b strings.Builder
	fmt.Fprintf(&b, documentHead, schedules)
	for _, i := range invariants {
		fmt.Fprintf(&b, "| **%s** | **%s** | | |\n", i.name, i.promise)
		for _, m := range mistakes {
			if m.invariant == i.name {
				fmt.Fprintf(&b, "| | %s | %s | `%s` |\n", m.what, m.seenBy(), m.name)
			}
		}
	}
	return b.String()
}

func (m mistake) seenBy() string {
	var list []string
	for _, c := range m.checks {
		list = append(list, c.text)
	}
	return strings.Join(list, "; ")
}

func documentIsCurrent(root string) error {
	text, err := os.ReadFile(filepath.Join(root, document))
	if err != nil {
		return err
	}
	if string(text) != documentText() {
		return fmt.Errorf("%s is not what the table says; run go run ./internal/tools/bugs -write", document)
	}
	return nil
}
