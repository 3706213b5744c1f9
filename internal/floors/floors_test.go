package floors

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/pitcrew-app/pitcrew"

// floors from the top. What stands on one floor does not import each other.
var floors = [][]string{
	{""},
	{"internal/cli"},
	{"internal/bench"},
	{"internal/story", "internal/storm"},
	{"server"},
	{"handlers", "internal/engine", "internal/ledger", "internal/oracle"},
	{"internal/eventlog", "internal/github", "internal/ghsim"},
	{"rules"},
	{"config", "internal/manifest"},
}

// aside are packages that the program does not import: tests and tools.
var aside = []string{"internal/browser", "internal/clients", "internal/contract", "internal/corpus", "internal/floors", "internal/kill", "internal/pgtest", "internal/tools"}

// cellars are packages within a package, which only it and what stands on higher floors may import.
var cellars = map[string]string{"internal/ghsim/diff": "internal/ghsim", "internal/ghsim/schema": "internal/ghsim", "internal/ghsim/demo": "internal/ghsim"}

// forbidden are packages that a pure package cannot import, so that it decides from what it is given.
var forbidden = map[string][]string{
	"rules": {"context", "net/http", "database/sql", "os", "math/rand", "math/rand/v2", "github.com/google/go-github/v57/github"},
	// The simulator is a GitHub: it talks to the rest over HTTP, or tests would agree with themselves.
	"internal/ghsim": {module + "/rules", module + "/config", module + "/internal/manifest"},
	// The oracle judges what the program did: it shares no code with it.
	"internal/oracle": {module + "/rules", module + "/config", module + "/internal/manifest", module + "/internal/eventlog", module + "/internal/github"},
}

// onlyTests may not be part of the program.
var onlyTests = []string{"github.com/getkin/kin-openapi", "github.com/chromedp/chromedp", "pgregory.net/rapid", "go.uber.org/goleak", "github.com/google/go-cmp", "github.com/santhosh-tekuri/jsonschema"}

type pkg struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func list(t *testing.T, args ...string) []pkg {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Imports,Deps"}, args...)...)
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var pkgs []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var p pkg
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
	return pkgs
}

// floorOf is the number of a package's floor from the top; -1: it has none.
func floorOf(path string) int {
	if home, ok := cellars[path]; ok {
		path = home
	}
	return slices.IndexFunc(floors, func(floor []string) bool { return slices.Contains(floor, path) })
}

func isAside(path string) bool {
	return slices.ContainsFunc(aside, func(a string) bool { return path == a || strings.HasPrefix(path, a+"/") })
}

func TestImportsPointDown(t *testing.T) {
	pkgs := list(t, "./...")
	if len(pkgs) < 8 {
		t.Fatalf("found %d packages; the test looks at the wrong place", len(pkgs))
	}
	for _, p := range pkgs {
		from := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		if isAside(from) {
			continue
		}
		if floorOf(from) < 0 {
			t.Errorf("%s stands on no floor: add it to the table, and to the picture in README", from)
			continue
		}
		for _, imported := range p.Imports {
			to, ours := strings.CutPrefix(imported, module+"/")
			if !ours || cellars[to] == from || cellars[from] == to {
				continue
			}
			if isAside(to) {
				t.Errorf("%s imports %s, which only tests and tools may", from, to)
			} else if floorOf(to) <= floorOf(from) {
				t.Errorf("%s imports %s, which does not stand below it", from, to)
			}
		}
	}
}

func TestPurePackagesCannotReachTheWorld(t *testing.T) {
	for path, never := range forbidden {
		for _, p := range list(t, "./"+path) {
			for _, imported := range p.Imports {
				if slices.Contains(never, imported) {
					t.Errorf("%s imports %s", path, imported)
				}
			}
		}
	}
}

func TestTheProgramHasNoTestLibraries(t *testing.T) {
	for _, p := range list(t, ".") {
		for _, dep := range p.Deps {
			for _, never := range onlyTests {
				if dep == never || strings.HasPrefix(dep, never+"/") {
					t.Errorf("the program depends on %s", dep)
				}
			}
		}
	}
}
