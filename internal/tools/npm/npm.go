// Package npm takes files out of packages of npm's registry, for the generators beside it.
//
// A package is fetched by npm's own client, once, and must have the digest that npm publishes for it: the same bytes come
// out every time. What a generator makes of them is a File, which is written, or with -check compared with what is there.
// Whoever raises a version changes its digest too, and its line in THIRD_PARTY.md.
package npm

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Package is one version of a package.
type Package struct {
	Version   string // "@octokit/openapi@23.0.2"
	Integrity string // "sha512-…", as `npm view VERSION dist.integrity` prints it
}

// Files returns the named files of the package, names as "package/LICENSE"; one that is missing is an error. tarball is a
// file that was fetched before; empty: npm pack fetches it.
func (p Package) Files(tarball string, names ...string) (map[string][]byte, error) {
	b, err := p.fetch(tarball)
	if err != nil {
		return nil, err
	}
	if err := p.verify(b); err != nil {
		return nil, err
	}
	files, err := members(b, names)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", p.Version, err)
	}
	return files, nil
}

func (p Package) fetch(tarball string) ([]byte, error) {
	if tarball != "" {
		return os.ReadFile(tarball)
	}
	dir, err := os.MkdirTemp("", "npm")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cmd := exec.Command("npm", "pack", "--silent", p.Version)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("npm pack %s: %w", p.Version, err)
	}
	return os.ReadFile(filepath.Join(dir, strings.TrimSpace(string(out))))
}

func (p Package) verify(b []byte) error {
	sum := sha512.Sum512(b)
	if got := "sha512-" + base64.StdEncoding.EncodeToString(sum[:]); got != p.Integrity {
		return fmt.Errorf("package %s: digest %s, want %s", p.Version, got, p.Integrity)
	}
	return nil
}

// members takes files out of a gzipped tar archive.
func members(tarball []byte, names []string) (map[string][]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(tarball))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for t := tar.NewReader(z); len(files) < len(names); {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("no %s", missing(files, names))
		}
		if err != nil {
			return nil, err
		}
		if slices.Contains(names, h.Name) {
			if files[h.Name], err = io.ReadAll(t); err != nil {
				return nil, fmt.Errorf("%s: %w", h.Name, err)
			}
		}
	}
	return files, nil
}

func missing(files map[string][]byte, names []string) string {
	var list []string
	for _, name := range names {
		if files[name] == nil {
			list = append(list, name)
		}
	}
	return strings.Join(list, ", ")
}
