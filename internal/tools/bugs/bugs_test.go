package main

import (
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every row says what is so: its texts are in the program once, its checks exist, and each invariant has one.
func TestTable(t *testing.T) {
	root := root(t)
	seen, broken := map[string]bool{}, map[string]bool{}
	for _, m := range mistakes {
		if seen[m.name] {
			t.Errorf("%s: twice", m.name)
		}
		seen[m.name], broken[m.invariant] = true, true
		if _, err := m.planted(root); err != nil {
			t.Error(err)
		}
		if len(m.checks) == 0 {
			t.Errorf("%s: nothing notices it", m.name)
		}
		for _, c := range m.checks {
			checkExists(t, root, m.name, c)
		}
	}
	for _, i := range invariants {
		if !broken[i.name] {
			t.Errorf("no mistake breaks %s", i.name)
		}
		delete(broken, i.name)
	}
	for name := range broken {
		t.Errorf("%s is no invariant", name)
	}
	if len(mistakes) < 16 {
		t.Errorf("%d mistakes, want at least 16", len(mistakes))
	}
}

var testName = regexp.MustCompile(`\w+(-\w+)*`)

// checkExists says that each test and story that a check names is there.
func checkExists(t *testing.T, root, mistake string, c check) {
	t.Helper()
	texts, err := filepath.Glob(filepath.Join(root, c.pkg, "*_test.go"))
	if err != nil || len(texts) == 0 {
		t.Errorf("%s: no tests in %s: %v", mistake, c.pkg, err)
	}
	var all strings.Builder
	for _, name := range texts {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	for _, name := range testName.FindAllString(c.run, -1) {
		_, err := os.Stat(filepath.Join(root, "testdata/scenarios", name+".txtar"))
		if isTest := strings.Contains(all.String(), "func "+name+"("); !isTest && err != nil {
			t.Errorf("%s: %s has no test or story %s", mistake, c.pkg, name)
		}
	}
}

// What is planted compiles: as many mistakes at a time as do not touch the same text.
func TestPlantedCompiles(t *testing.T) {
	root := root(t)
	for left := mistakes; len(left) > 0; {
		files, later := together(t, root, left)
		if len(later) == len(left) {
			t.Fatalf("%s cannot be planted", left[0].name)
		}
		over, err := overlay(root, t.TempDir(), files)
		if err != nil {
			t.Fatal(err)
		}
		args := []string{"build", "-overlay", over}
		for _, dir := range dirs(files) {
			args = append(args, "./"+dir)
		}
		cmd := exec.Command("go", args...)
		cmd.Dir = root
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		left = later
	}
}

// together plants all that can be at once, and gives the rest.
func together(t *testing.T, root string, list []mistake) (files map[string]string, later []mistake) {
	t.Helper()
	files = map[string]string{}
	for _, m := range list {
		try := maps.Clone(files)
		if slices.ContainsFunc(m.edits, func(e edit) bool { return e.apply(root, try) != nil }) {
			later = append(later, m)
			continue
		}
		files = try
	}
	return files, later
}

func dirs(files map[string]string) []string {
	var list []string
	for name := range files {
		list = append(list, path.Dir(name))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func TestDocument(t *testing.T) {
	if err := documentIsCurrent(root(t)); err != nil {
		t.Error(err)
	}
}

// A hash always chooses the same four, and another one others.
func TestFour(t *testing.T) {
	names := func(hash string) []string {
		list, err := chosen(hash, nil)
		if err != nil {
			t.Fatal(err)
		}
		return namesOf(list)
	}
	a, again, b := names("f2bfc5a"), names("f2bfc5a"), names("2405b6c")
	if len(a) != 4 || !slices.Equal(a, again) || slices.Equal(a, b) {
		t.Errorf("got %v, %v and %v", a, again, b)
	}
}

func root(t *testing.T) string {
	t.Helper()
	root, err := rootOf()
	if err != nil {
		t.Fatal(err)
	}
	return root
}
