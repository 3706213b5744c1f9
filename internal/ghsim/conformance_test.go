package ghsim

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

// A conformance table that cannot fail proves nothing. So each row names not only its test but the line of code that carries
// the behaviour, and how that line reads when the behaviour is turned off. TestSwitches compiles ghsim once more with all those
// lines behind switches (go test -overlay: the program itself has none), turns them off one at a time, and wants the row's test
// to fail.
//
// To add a row: write the behaviour, its test, then the row in conformance_rows_test.go or conformance_graphql_test.go, and run
//
//	go test ./internal/ghsim -run Conformance -update
//	go test ./internal/ghsim -run Switches -seed 'words of the row'

var (
	update = flag.Bool("update", false, "write CONFORMANCE.md and VERBS.md anew")
	seed   = flag.String("seed", "", "TestSwitches: a commit's hash chooses 20 rows, all takes every one, other text the rows that contain it")
)

// behaviour is a row of CONFORMANCE.md.
type behaviour struct {
	text string // what GitHub does
	page string // of docs.github.com unless it names another place
	test string // as go test -run takes it
	file string // of this package
	line string // the code that carries the behaviour, once in the file
	off  string // the same without it; $ stands for line, OFF is true where the switch is off
}

// allBehaviours is the table, in the order of CONFORMANCE.md.
func allBehaviours() []behaviour {
	var all []behaviour
	for _, part := range [][]behaviour{mergeRows, queueRows, pullRows, ruleRows, repositoryRows, appRows, limitRows, webhookRows, graphQLRows, clientRows, edgeRows} {
		all = append(all, part...)
	}
	return all
}

const conformanceHead = `# What ghsim does as GitHub does

Generated from the tests: ` + "`go test ./internal/ghsim -run Conformance -update`" + `. One row a behaviour: what GitHub does, where that is
written, the test that fails when ghsim stops doing it, and the line that carries it. The line is a switch: CI turns twenty of them
off, chosen by the commit's hash, and sees each row's test fail (` + "`-run Switches -seed HASH`" + `). Pages are under docs.github.com
unless they name another place. All answers and webhooks of these tests are judged by GitHub's own OpenAPI description as well
(` + "`internal/contract`" + `).

| | behaviour | GitHub's page or message | test | switch |
|---|---|---|---|---|
`

func conformanceTable() string {
	var b strings.Builder
	b.WriteString(conformanceHead)
	for i, x := range allBehaviours() {
		cell := strings.NewReplacer("|", "\\|", "\n", " ", "\t", "").Replace
		fmt.Fprintf(&b, "| %d | %s | %s | %s | %s `%s` |\n", i+1, cell(x.text), cell(x.page), x.test, x.file, cell(x.line))
	}
	return b.String()
}

// The table has its rows, each with a test that exists and a line that is in the code once; CONFORMANCE.md is that table.
func TestConformance(t *testing.T) {
	rows := allBehaviours()
	if len(rows) < 150 {
		t.Errorf("%d rows, want at least 150", len(rows))
	}
	tests := testSources(t)
	seen := map[string]bool{}
	for _, x := range rows {
		if seen[x.text] {
			t.Errorf("%s: twice", x.text)
		}
		seen[x.text] = true
		name, sub, _ := strings.Cut(x.test, "/")
		if !strings.Contains(tests, "func "+name+"(t *testing.T)") {
			t.Errorf("%s: no test %s", x.text, name)
		}
		if sub != "" && !strings.Contains(tests, strings.ReplaceAll(sub, "_", " ")) && !strings.Contains(tests, sub) {
			t.Errorf("%s: no test %s", x.text, x.test)
		}
	}
	if _, err := switchedSources(rows); err != nil {
		t.Error(err)
	}
	compareFile(t, "CONFORMANCE.md", conformanceTable())
}

// compareFile compares a generated file, or writes it with -update.
func compareFile(t *testing.T, name, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what its table says; run go test ./internal/ghsim -update", name)
	}
}

func testSources(t *testing.T) string {
	t.Helper()
	names, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	for _, n := range names {
		if strings.HasPrefix(n, "conformance") {
			continue
		}
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	return string(all)
}

// splice is a row's line in its file.
type splice struct {
	from, to int
	text     string
}

// switchedSources are the files of the package with each row's line behind its switch: switchedOff(row).
func switchedSources(rows []behaviour) (map[string]string, error) {
	files, splices := map[string]string{}, map[string][]splice{}
	ids := map[string]int{}
	var errs []error
	for i, x := range rows {
		text, ok := files[x.file]
		if !ok {
			b, err := os.ReadFile(x.file)
			if err != nil {
				return nil, err
			}
			text = string(b)
			files[x.file] = text
		}
		key := x.file + "\x00" + x.line + "\x00" + x.off
		if _, again := ids[key]; again {
			continue
		}
		ids[key] = i
		if n := strings.Count(text, x.line); n != 1 {
			errs = append(errs, fmt.Errorf("%s: %s has %d times %q, want once", x.text, x.file, n, x.line))
			continue
		}
		at := strings.Index(text, x.line)
		off := strings.NewReplacer("$", x.line, "OFF", fmt.Sprintf("switchedOff(%d)", i)).Replace(x.off)
		splices[x.file] = append(splices[x.file], splice{at, at + len(x.line), off})
	}
	for name, list := range splices {
		sort.Slice(list, func(i, j int) bool { return list[i].from > list[j].from })
		text := files[name]
		for i, p := range list {
			if i > 0 && p.to > list[i-1].from {
				errs = append(errs, fmt.Errorf("%s: two rows overlap at %q", name, files[name][p.from:p.to]))
				continue
			}
			text = text[:p.from] + p.text + text[p.to:]
		}
		files[name] = text
	}
	return files, errors.Join(errs...)
}

// idOf is the switch of a row: rows with the same line share it.
func idOf(rows []behaviour, i int) int {
	for j, x := range rows[:i] {
		if x.file == rows[i].file && x.line == rows[i].line && x.off == rows[i].off {
			return j
		}
	}
	return i
}

const switchSource = `package ghsim

import (
	"os"
	"strconv"
)

var offNow = os.Getenv("GHSIM_OFF")

func switchedOff(row int) bool { return offNow == strconv.Itoa(row) }

func either[T any](off bool, a, b T) T {
	if off {
		return a
	}
	return b
}

func nowOr[D any](off bool, later func(D, func())) func(D, func()) {
	if off {
		return func(_ D, run func()) { run() }
	}
	return later
}

var _, _ = either[int], nowOr[int]
`

// Turned off, each behaviour is missed by its test.
func TestSwitches(t *testing.T) {
	if *seed == "" {
		t.Skip("pass -seed HASH to turn off twenty behaviours, or -seed all")
	}
	rows := allBehaviours()
	binary := buildSwitched(t, rows)
	for _, i := range chosen(rows, *seed) {
		x := rows[i]
		t.Run(fmt.Sprintf("%d", i+1), func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(binary, "-test.run", testPattern(x.test), "-test.timeout", "60s")
			cmd.Env = append(os.Environ(), fmt.Sprintf("GHSIM_OFF=%d", idOf(rows, i)))
			out, err := cmd.CombinedOutput()
			says := func(word string) bool { return bytes.Contains(out, []byte(word)) }
			if err == nil || says("panic: test timed out") || !says("--- FAIL") && !says("panic:") {
				t.Errorf("%s\nwith %s `%s` turned off, %s does not notice: %v\n%s", x.text, x.file, x.line, x.test, err, out)
			}
		})
	}
}

// testPattern is the -run of one test and subtest alone.
func testPattern(name string) string {
	parts := strings.Split(name, "/")
	for i, p := range parts {
		parts[i] = "^" + p + "$"
	}
	return strings.Join(parts, "/")
}

// chosen are the rows that a seed turns off.
func chosen(rows []behaviour, seed string) []int {
	var list []int
	for i, x := range rows {
		if seed == "all" || strings.Contains(x.text, seed) {
			list = append(list, i)
		}
	}
	if len(list) > 0 {
		return list
	}
	h := fnv.New64a()
	h.Write([]byte(seed))
	return rand.New(rand.NewPCG(h.Sum64(), 20)).Perm(len(rows))[:20]
}

// buildSwitched compiles the package's tests with the switches in it.
func buildSwitched(t *testing.T, rows []behaviour) string {
	t.Helper()
	files, err := switchedSources(rows)
	if err != nil {
		t.Fatal(err)
	}
	files["switches.go"] = switchSource
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	replace := map[string]string{}
	for name, text := range files {
		replace[filepath.Join(here, name)] = filepath.Join(dir, name)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "switched.test")
	out, err := exec.Command("go", "test", "-c", "-overlay", filepath.Join(dir, "overlay.json"), "-o", binary, ".").CombinedOutput()
	if err != nil {
		t.Fatalf("compile with switches: %v\n%s", err, out)
	}
	return binary
}
