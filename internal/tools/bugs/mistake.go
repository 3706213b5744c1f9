package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// mistake is a known way to break the program: something that a hand could do to it on a bad day and that no invariant survives.
type mistake struct {
	name      string // as the command line takes it
	invariant string // that it breaks, I1 … I10
	what      string // the program then …
	edits     []edit
	checks    []check // those of CI that notice it, cheapest first
}

// edit replaces a text that is in a file exactly once.
type edit struct {
	file     string // from the root of the repository
	old, new string
}

// planted are the files that a mistake changes, as they then read.
func (m mistake) planted(root string) (map[string]string, error) {
	files := map[string]string{}
	for _, e := range m.edits {
		if err := e.apply(root, files); err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return files, nil
}

// apply changes a file, which earlier edits may have changed.
func (e edit) apply(root string, files map[string]string) error {
	text, ok := files[e.file]
	if !ok {
		b, err := os.ReadFile(filepath.Join(root, e.file))
		if err != nil {
			return err
		}
		text = string(b)
	}
	if n := strings.Count(text, e.old); n != 1 {
		return fmt.Errorf("%s has %d times %q, want once; mend its row in table.go", e.file, n, e.old)
	}
	files[e.file] = strings.Replace(text, e.old, e.new, 1)
	return nil
}

// overlay writes files into dir and what go's -overlay wants to know of them, and returns the path of that.
func overlay(root, dir string, files map[string]string) (string, error) {
	replace := map[string]string{}
	for name, text := range files {
		at := filepath.Join(dir, strings.ReplaceAll(name, "/", "-"))
		replace[filepath.Join(root, name)] = at
		if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	doc, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "overlay.json")
	return path, os.WriteFile(path, doc, 0o600)
}
