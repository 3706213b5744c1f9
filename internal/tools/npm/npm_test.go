package npm

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// pack makes a package as npm does.
func pack(t *testing.T, files map[string]string) (Package, string) {
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
	path := filepath.Join(t.TempDir(), "p.tgz")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	sum := sha512.Sum512(b.Bytes())
	return Package{Version: "p@1", Integrity: "sha512-" + base64.StdEncoding.EncodeToString(sum[:])}, path
}

func TestFiles(t *testing.T) {
	p, path := pack(t, map[string]string{"package/a": "1", "package/b": "2", "package/c": "3"})
	files, err := p.Files(path, "package/c", "package/a")
	if err != nil || len(files) != 2 || string(files["package/a"]) != "1" || string(files["package/c"]) != "3" {
		t.Errorf("%q, %v", files, err)
	}
	if _, err := p.Files(path, "package/a", "package/LICENSE"); err == nil || !strings.Contains(err.Error(), "read p@1: no package/LICENSE") {
		t.Errorf("without a licence: %v", err)
	}
	p.Integrity = "sha512-other"
	if _, err := p.Files(path, "package/a"); err == nil || !strings.Contains(err.Error(), "package p@1: digest sha512-") {
		t.Errorf("a package with another digest: %v", err)
	}
}

// What was written compares equal, another content does not; and what is written twice is the same to the byte.
func TestPutAndCheck(t *testing.T) {
	dir := t.TempDir()
	for _, f := range []File{{Name: "plain", Content: []byte("a")}, {Name: "zip.gz", Content: []byte("a"), Zip: true}} {
		var written [2]string
		for i := range written {
			if err := PutAll(dir, false, f); err != nil {
				t.Fatal(err)
			}
			b, err := os.ReadFile(filepath.Join(dir, f.Name))
			if err != nil {
				t.Fatal(err)
			}
			written[i] = string(b)
		}
		if written[0] != written[1] {
			t.Errorf("%s: two writes differ", f.Name)
		}
		if err := PutAll(dir, true, f); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		f.Content = []byte("b")
		if err := PutAll(dir, true, f); err == nil || !strings.Contains(err.Error(), "differs") {
			t.Errorf("%s: got %v, want a difference", f.Name, err)
		}
	}
}
