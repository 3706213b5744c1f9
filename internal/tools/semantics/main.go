// Semantics shows what proves that pitcrew takes GitHub as it is. table.go and its like have a row for every behaviour of GitHub that
// merging, updating and queueing rest on, and for each thing that a pull request is decided by. A story names the rows that it shows in
// a paragraph of its own before its first section, a test in the last line of its comment:
//
//	Shows: S1, C4.
//
//	go run ./internal/tools/semantics -write    docs/semantics.md anew
//	go run ./internal/tools/semantics -check    what is wrong: a row that nothing shows, a name that is no row, an old document
//
// A row that is not built yet says why under open; once something shows it, that is wrong too.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	write := flag.Bool("write", false, "write "+document)
	check := flag.Bool("check", false, "say what is wrong with the table, and whether "+document+" is what it says")
	flag.Parse()
	if *write == *check || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "semantics: give -write or -check")
		os.Exit(2)
	}
	root, err := rootOf()
	if err == nil && *write {
		err = writeDocument(root)
	} else if err == nil {
		err = checkAll(root)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "semantics:", err)
		os.Exit(1)
	}
}

// rootOf is the root of the repository.
func rootOf() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("find the root of the repository: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

func writeDocument(root string) error {
	proofs, err := find(root)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, document), []byte(documentText(groups, proofs)), 0o644)
}

// checkAll says everything that is wrong, not only the first.
func checkAll(root string) error {
	proofs, err := find(root)
	if err != nil {
		return err
	}
	wrong := faults(groups, proofs)
	text, err := os.ReadFile(filepath.Join(root, document))
	if err != nil || string(text) != documentText(groups, proofs) {
		wrong = append(wrong, fmt.Errorf("%s is not what the table and the stories say; run go run ./internal/tools/semantics -write", document))
	}
	return errors.Join(wrong...)
}
