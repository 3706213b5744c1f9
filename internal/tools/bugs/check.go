package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// check is something that CI does and that may notice a mistake.
type check struct {
	text string // what it is, for people
	pkg  string // from the root of the repository
	run  string // as go test -run takes it
	args []string
	says string // what it then says; empty: anything
}

// tests are those of one package.
func tests(pkg, run string) check {
	return check{text: fmt.Sprintf("`%s` %s", pkg, strings.ReplaceAll(run, "|", ", ")), pkg: pkg, run: anchored(run)}
}

// stories are some of testdata/scenarios.
func stories(names ...string) check {
	return check{text: "story " + strings.Join(names, ", "), pkg: "internal/story", run: "^TestStoriesWithoutGit$/" + anchored(strings.Join(names, "|"))}
}

// storms are the first of CI's seeds, played until the oracle sees an invariant fail.
func storms(invariant string) check {
	return check{text: "storms, " + invariant, pkg: "internal/storm", run: "^TestStorms$", says: invariant + " at ",
		args: []string{"-schedules", fmt.Sprint(schedules), "-until", invariant}}
}

// schedules is how many seeds a mistake may hide from: CI plays at least as many.
const schedules = 300

// smallWorld is what can happen to one pull request, in every order and with a crash after each step.
func smallWorld(invariant string) check {
	return check{text: "small world, " + invariant, pkg: "internal/storm", run: "^TestSmallWorldExhaustively$", says: invariant + " at "}
}

func anchored(alternatives string) string { return "^(" + alternatives + ")$" }

// notice is what became of a check while a mistake was planted.
type notice struct {
	Mistake   string  `json:"mistake"`
	Invariant string  `json:"invariant"`
	Check     string  `json:"check"`
	Noticed   bool    `json:"noticed"`
	Seconds   float64 `json:"seconds"` // with what it took to compile
	Said      string  `json:"said,omitempty"`
}

// within bounds one check: a mistake may send the program round in circles.
const within = 4 * time.Minute

// play runs a check with an overlay. An error says that it told nothing: what was planted does not compile, or it was stopped.
func (c check) play(ctx context.Context, root, overlay string) (noticed bool, said string, err error) {
	args := []string{"test", "-count=1", "-timeout", within.String(), "-overlay", overlay, "-run", c.run, "./" + c.pkg}
	cmd := exec.CommandContext(ctx, "go", append(args, c.args...)...)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	switch {
	case ctx.Err() != nil:
		return false, "", ctx.Err()
	case bytes.Contains(out, []byte("[build failed]")) || bytes.Contains(out, []byte("[setup failed]")):
		return false, "", fmt.Errorf("it does not compile:\n%s", out)
	case bytes.Contains(out, []byte("no tests to run")):
		return false, "", fmt.Errorf("%s has no test %s", c.pkg, c.run)
	case err == nil:
		return false, "", nil
	}
	said, found := evidence(string(out), c.says)
	return found, said, nil
}

// evidence is the line of a test's output that tells best what it saw.
func evidence(out, says string) (line string, found bool) {
	for _, want := range []string{says, "_test.go:", "panic: ", "--- FAIL"} {
		if want == "" {
			continue
		}
		for l := range strings.Lines(out) {
			if strings.Contains(l, want) {
				return strings.TrimSpace(l), true
			}
		}
		if want == says {
			return "", false
		}
	}
	return "", false
}
