package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// proof is a story, or a test of a package.
type proof struct {
	name  string // "story conflict", "rules TestChecks"
	story bool
}

// scenarios is where stories are, from the root of the repository.
const scenarios = "testdata/scenarios"

// find gives what says that it shows a row, by the name of the row: stories first, each kind in order of its names.
func find(root string) (map[string][]proof, error) {
	proofs := map[string][]proof{}
	if err := findStories(root, proofs); err != nil {
		return nil, err
	}
	if err := findTests(root, proofs); err != nil {
		return nil, err
	}
	return proofs, nil
}

func findStories(root string, proofs map[string][]proof) error {
	paths, err := filepath.Glob(filepath.Join(root, scenarios, "*.txtar"))
	if err != nil {
		return err
	}
	if len(paths) == 0 {
		return fmt.Errorf("no stories in %s", filepath.Join(root, scenarios))
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		if err := add(proofs, proof{"story " + name, true}, string(txtar.Parse(text).Comment)); err != nil {
			return err
		}
	}
	return nil
}

// findTests reads the comments of the tests of every package.
func findTests(root string, proofs map[string][]proof) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		return findTestsIn(root, path, proofs)
	})
}

func findTestsIn(root, path string, proofs map[string][]proof) error {
	text, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(text), "// "+shows) {
		return err
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	dir, err := filepath.Rel(root, filepath.Dir(path))
	if err != nil {
		return err
	}
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Doc == nil || !strings.HasPrefix(f.Name.Name, "Test") {
			continue
		}
		if err := add(proofs, proof{"`" + filepath.ToSlash(dir) + "` " + f.Name.Name, false}, f.Doc.Text()); err != nil {
			return err
		}
	}
	return nil
}

// shows begins the line that names rows.
const shows = "Shows: "

// rowName is how rows are called: a letter and a number, and for what decides its good or bad form.
var rowName = regexp.MustCompile(`^[A-Z][0-9]+[+-]?$`)

// add reads the rows that a comment names.
func add(proofs map[string][]proof, p proof, comment string) error {
	for line := range strings.Lines(comment) {
		list, ok := strings.CutPrefix(strings.TrimSpace(line), shows)
		if !ok {
			continue
		}
		list, ends := strings.CutSuffix(list, ".")
		for _, id := range strings.Split(list, ", ") {
			if !ends || !rowName.MatchString(id) {
				return fmt.Errorf("%s: %q does not name rows; write %sS1, C4", p.name, strings.TrimSpace(line), shows)
			}
			if slices.Contains(proofs[id], p) {
				return fmt.Errorf("%s: it says twice that it shows %s", p.name, id)
			}
			proofs[id] = append(proofs[id], p)
		}
	}
	return nil
}
