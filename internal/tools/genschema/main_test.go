package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// pack makes a package as npm does.
func pack(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for name, text := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const sdl = `
"""
What to ask for.
"""
type Query {
  "A name." # and a remark
  name(first: Int = 1): String! @deprecated(reason: "old \"name\"")
}
`

func TestGenerateDropsWhatIsOnlyForPeople(t *testing.T) {
	files, err := generate(pack(t, map[string]string{"package/schema.graphql": sdl, "package/LICENSE.md": "MIT"}))
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(files[0].data))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	want := "type Query {\n name(first: Int = 1): String! @deprecated(reason: \"old \\\"name\\\"\")\n}\n"
	if string(text) != want {
		t.Errorf("got %q, want %q", text, want)
	}
	if string(files[1].data) != "MIT" {
		t.Errorf("licence %q", files[1].data)
	}
}

func TestGenerateIsTheSameEveryTime(t *testing.T) {
	p := pack(t, map[string]string{"package/schema.graphql": sdl, "package/LICENSE.md": "MIT"})
	a, err := generate(p)
	if err != nil {
		t.Fatal(err)
	}
	b, err := generate(p)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a[0].data, b[0].data) {
		t.Error("two runs differ")
	}
}

func TestGenerateNeedsSchemaAndLicence(t *testing.T) {
	for missing, files := range map[string]map[string]string{
		"package/LICENSE.md":     {"package/schema.graphql": sdl},
		"package/schema.graphql": {"package/LICENSE.md": "MIT"},
	} {
		if _, err := generate(pack(t, files)); err == nil || !strings.Contains(err.Error(), missing) {
			t.Errorf("without %s: %v", missing, err)
		}
	}
}

func TestCheckFindsADifference(t *testing.T) {
	dir := t.TempDir()
	f := file{"a", []byte("1")}
	if err := f.put(dir, false); err != nil {
		t.Fatal(err)
	}
	if err := f.put(dir, true); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a"), []byte("2"), 0o644); err != nil {
		t.Fatal(err)
	}
	if f.put(dir, true) == nil {
		t.Error("a changed file passes")
	}
}
