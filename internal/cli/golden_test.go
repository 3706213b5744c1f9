package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/internal/story"
	"github.com/pitcrew-app/pitcrew/rules"
)

var rewrite = flag.Bool("update", false, "write the golden files anew")

// typed is what became of a command line.
type typed struct {
	out, err string
	code     int
}

// enter runs a command line in this process, with nothing in the environment but env.
func enter(t *testing.T, now time.Time, env map[string]string, args ...string) typed {
	t.Helper()
	var out, errs bytes.Buffer
	a := &app{out: &out, err: &errs, env: func(name string) string { return env[name] }, now: func() time.Time { return now }}
	root := newRoot(a)
	root.SetArgs(args)
	code := exitCode(root.ExecuteContext(t.Context()), &errs)
	return typed{out.String(), errs.String(), code}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *rewrite {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got, -update writes it):\n%s", path, diff)
	}
}

// fits fails where a text is wider than a terminal, or coloured although it goes into a pipe.
func fits(t *testing.T, name, text string, width int) {
	t.Helper()
	if strings.Contains(text, "\x1b") {
		t.Errorf("%s: colours in a pipe", name)
	}
	for i, line := range strings.Split(text, "\n") {
		if cells(line) > width {
			t.Errorf("%s:%d: %d columns: %s", name, i+1, cells(line), line)
		}
		if strings.TrimRight(line, " ") != line {
			t.Errorf("%s:%d: spaces at the end: %q", name, i+1, line)
		}
	}
}

// TestHelp shows what people read who ask; testdata/help has one file for each command.
func TestHelp(t *testing.T) {
	root := newRoot(&app{env: func(string) string { return "" }})
	golden(t, "help/pitcrew.txt", enter(t, time.Time{}, nil, "--help").out)
	for _, c := range root.Commands() {
		if c.Name() == "help" {
			continue
		}
		help := enter(t, time.Time{}, nil, c.Name(), "--help")
		if help.code != 0 || help.err != "" {
			t.Errorf("%s --help: exit %d, %s", c.Name(), help.code, help.err)
		}
		golden(t, "help/"+c.Name()+".txt", help.out)
		fits(t, c.Name()+" --help", help.out, 96) // tables that are laid out by hand may be a little wider
		checkExample(t, c)
	}
}

// checkExample wants examples that the command line understands.
func checkExample(t *testing.T, c *cobra.Command) {
	t.Helper()
	if !strings.Contains(c.Example, "pitcrew "+c.Name()) {
		t.Errorf("%s: the example is %q", c.Name(), c.Example)
	}
	for _, line := range strings.Split(c.Example, "\n") {
		args := strings.Fields(strings.NewReplacer("'", "", "source <(", "", ")", "").Replace(line))
		for i, word := range args {
			if word == ">" || word == "|" {
				args = args[:i]
				break
			}
		}
		if err := understood(args[1:]); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// TestMistakes: whoever types something wrong reads what, and what to do, and the exit code is 2.
func TestMistakes(t *testing.T) {
	env := map[string]string{"PITCREW_DATA": t.TempDir()}
	var b strings.Builder
	for _, line := range []string{
		"serev", "frobnicate", "--watch", "version now", "serve --watch", "serve",
		"explain", "explain acme/api", "explain acme/api#0x1", "explain acme/api#1 acme/api#2", "explain acme/api#1", "explain --live acme/api#1",
		"report --from yesterday", "report --to 2026-13-01", "report --from 2026-10-02 --to 2026-10-01", "report", "report october",
		"test", "test nothing-here", "test testdata/help", "sim --state nothing.yml", "sim --addr nowhere",
		"demo --kill -1", "demo --kill 101", "demo --speed 0", "demo --seed x",
		"completion", "completion tcsh",
	} {
		got := enter(t, time.Time{}, env, strings.Fields(line)...)
		if got.code != exitUsage || got.out != "" {
			t.Errorf("pitcrew %s: exit %d, out %q, err %q", line, got.code, got.out, got.err)
		}
		if lines := strings.Split(strings.TrimSpace(got.err), "\n"); len(lines) < 2 || !strings.HasPrefix(lines[1], "  ") {
			t.Errorf("pitcrew %s: no hint in %q", line, got.err)
		}
		b.WriteString("$ pitcrew " + line + "\n" + strings.ReplaceAll(got.err, env["PITCREW_DATA"], "DATA"))
	}
	golden(t, "mistakes.txt", b.String())
}

func TestCompletion(t *testing.T) {
	for _, s := range shells {
		got := enter(t, time.Time{}, nil, "completion", s.name)
		if got.code != 0 || !strings.Contains(got.out, "pitcrew") || len(got.out) < 1000 {
			t.Errorf("%s: exit %d, %d bytes, %s", s.name, got.code, len(got.out), got.err)
		}
	}
}

// TestPrinted shows what the commands print at the end of stories; testdata/printed has the files.
func TestPrinted(t *testing.T) {
	for _, c := range []struct {
		name, story string
		args        []string
	}{
		{"explain-merged", "merge-approved", []string{"explain", "acme/api#7"}},
		{"explain-changes", "changes-requested", []string{"explain", "acme/api#7"}},
		{"explain-held", "label-never", []string{"explain", "acme/api#7"}},
		{"explain-line", "line-keeps-order", []string{"explain", "acme/api#2"}},
		{"explain-check", "check-required-by-ruleset", []string{"explain", "acme/api#7"}},
		{"explain-queue", "merge-queue-base", []string{"explain", "acme/api#7"}},
		{"explain-broken", "config-broken", []string{"explain", "acme/api#7"}},
		{"explain-observing", "observing", []string{"explain", "acme/api#7"}},
		{"explain-json", "merge-queue-base", []string{"explain", "--json", "acme/api#7"}},
		{"report", "strict-ten", []string{"report"}},
		{"report-observing", "observing", []string{"report", "--from", "2026-02-01", "--to", "2026-04-01"}},
		{"report-json", "observing", []string{"report", "--from", "2026-02-01", "--to", "2026-04-01", "--json"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, err := story.Read("../../testdata/scenarios/" + c.story + ".txtar")
			if err != nil {
				t.Fatal(err)
			}
			var states []string
			look := func(ctx context.Context, w story.World) error {
				if err := w.Program.Ledger.CatchUp(ctx); err != nil {
					return err
				}
				got := enter(t, w.Now.Add(12*time.Second), map[string]string{"PITCREW_DATA": w.Data}, c.args...)
				if got.code == exitUsage && len(states) == 0 {
					return nil // it has not been opened yet
				}
				if got.code != 0 {
					t.Errorf("exit %d: %s", got.code, got.err)
				}
				fits(t, c.name, got.out, limitOf(c.args))
				if len(states) == 0 || states[len(states)-1] != got.out {
					states = append(states, got.out)
				}
				return nil
			}
			if _, err := story.Run(t.Context(), s, story.Options{Log: zerolog.Nop(), Rest: look}); err != nil {
				t.Fatal(err)
			}
			if len(states) == 0 {
				t.Fatal("nothing was printed")
			}
			if c.args[0] == "report" || limitOf(c.args) > width {
				states = states[len(states)-1:]
			}
			golden(t, "printed/"+c.name+".txt", strings.Join(states, "\n----\n\n"))
		})
	}
}

// limitOf is how wide the output of a command may be: JSON is for programs.
func limitOf(args []string) int {
	for _, arg := range args {
		if arg == "--json" {
			return 10_000
		}
	}
	return width
}

// The tree of everything that a tree can have.
var full = explanation{
	PullRequest: "acme/api#41", Title: "Add retries to the client, with a backoff that a server can ask for", State: rules.NeedsYou,
	Short: "Waits for an approval, and more", Sentence: "Waits for one approval of 3f2a1c9 (asked: ana and bo); and check lint. Then it merges by itself.",
	Then: "squash into main", Head: "3f2a1c9d", BaseRef: "main", Base: "a90c44e0", Config: "77aa01bc", Position: 2, Next: "Next look when a review comes.",
	Decided: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
	Rules: []explainedRule{
		{Rule: "reviewers", State: rules.Done, Because: []explainedReason{{State: rules.Done, Sentence: "asked or reviewing: ana and bo"}},
			Settings: []explainedSetting{{"request", "2", ".platform.org.yml:5"}, {"from", "[owners, a-very-long-login-of-somebody, another-very-long-login]", ".platform.yml:4"}}},
		{Rule: "merge", State: rules.NeedsYou, Asked: []explainedCondition{
			{"never", rules.Done, "not label hold", "automerge, docs", ".platform.org.yml:7"},
			{"policy bots", rules.Off, "author dependabot[bot]", "ana", ".platform.yml:9"},
			{"policy people", rules.Done, "label automerge or ready", "automerge, docs", ".platform.yml:10"},
			{"policy people", rules.Waiting, "author @acme/core", "", ".platform.yml:10"},
		}, Unkept: 3, Because: []explainedReason{
			{State: rules.NeedsYou, Sentence: "approval 0 of 1 at 3f2a1c9", Where: "ruleset, .platform.yml:11",
				Clears: "an approval of 3f2a1c9 from somebody with write access", By: "a reviewer", Asked: "ana and bo"},
			{State: rules.Waiting, Sentence: "check a/very/long/name/of/a/check/that/somebody/thought/of not finished at 3f2a1c9",
				Where: "branch protection, ruleset, .platform.yml:12", Clears: "the check finishes"},
			{State: rules.Done, Sentence: "checks build, lint, unit, integration, e2e, coverage and licences: green on 3f2a1c9", Where: ".platform.yml:12"},
		}},
		{Rule: "update", State: rules.Off, Because: []explainedReason{{State: rules.Off, Sentence: "nothing to do: main does not require it"}}},
	},
}

// In colour a tree has the same words in the same places.
func TestTree(t *testing.T) {
	var plain, colour strings.Builder
	now := full.Decided.Add(12 * time.Second)
	if err := full.print(&plain, now, false); err != nil {
		t.Fatal(err)
	}
	if err := full.print(&colour, now, true); err != nil {
		t.Fatal(err)
	}
	golden(t, "tree.txt", plain.String())
	fits(t, "tree", plain.String(), width)
	text := strings.ReplaceAll(colour.String(), "\x1b[0m", "")
	for _, c := range colours {
		text = strings.ReplaceAll(text, c, "")
	}
	if diff := cmp.Diff(plain.String(), text); diff != "" || colour.Len() == plain.Len() {
		t.Errorf("-plain +coloured:\n%s", diff)
	}
}

// Colours are for terminals, and for people who have not said no.
func TestColours(t *testing.T) {
	tty, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no terminal to try: " + err.Error())
	}
	defer tty.Close() //nolint:errcheck // a test
	env := map[string]string{}
	a := &app{out: tty, env: func(name string) string { return env[name] }}
	if !coloured(a) {
		t.Error("no colours on a terminal")
	}
	if env["NO_COLOR"] = "1"; coloured(a) {
		t.Error("NO_COLOR is not respected")
	}
	if delete(env, "NO_COLOR"); coloured(&app{out: &bytes.Buffer{}, env: a.env}) {
		t.Error("colours in a pipe")
	}
}

// TestDemoEnd shows how the demo ends for people and for programs, well and badly.
func TestDemoEnd(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	report := ledger.Report{From: at, To: at.Add(time.Minute), Deliveries: 160, Actions: 3, Minutes: 3, Method: "One minute for each chore."}
	well := &demoResult{Deliveries: 160, Acts: map[string]int{"merge": 3}, Minutes: 3, Waiting: []ledger.WaitingPR{}, report: report, pulls: 11}
	badly := *well
	badly.Wrong = []string{"acme/api#1 is open, not merged"}
	var b bytes.Buffer
	a := &app{out: &b}
	for _, r := range []*demoResult{well, &badly} {
		if err := r.print(a, false); err != nil {
			t.Fatal(err)
		}
		b.WriteString("----\n")
	}
	fits(t, "demo", b.String(), 100)
	b.WriteString("\n")
	if err := badly.print(a, true); err != nil {
		t.Fatal(err)
	}
	golden(t, "demo.txt", b.String())
	last := strings.Split(strings.TrimSpace(b.String()), "\n")
	var told map[string]any
	if err := json.Unmarshal([]byte(last[len(last)-1]), &told); err != nil || told["wrong"] == nil {
		t.Errorf("JSON of a demo that ended badly: %v, %v", told, err)
	}
}
