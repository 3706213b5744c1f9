// Command genschema makes internal/ghsim/schema/schema.graphql.gz: GitHub's published GraphQL schema, as the npm
// package @octokit/graphql-schema carries it, without descriptions and comments (loading takes two thirds of the
// time, and the file is a third of the size), formatted by gqlparser and compressed.
//
//	go run ./internal/tools/genschema          writes the file and the package's licence
//	go run ./internal/tools/genschema -check   exits 1 if the file is not what would be written
//
// The package is fetched by npm pack and must have the digest in this file, so that the same bytes come out every
// time. Versions after 15.25.0 repeat two fields of EnterpriseOwnerInfo and load in no strict parser: whoever raises
// the version drops them here.
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

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
)

const (
	packageName = "@octokit/graphql-schema@15.25.0"
	// integrity is the package's digest as npm's registry publishes it (dist.integrity).
	integrity  = "sha512-aqz9WECtdxVWSqgKroUu9uu+CRt5KnfErWs0dBPKlTdrreAeWzS5NRu22ZVcGdPP7s3XDg2Gnf5iyoZPCRZWmQ=="
	defaultDir = "internal/ghsim/schema"
)

func main() {
	dir := flag.String("dir", defaultDir, "directory of the schema")
	check := flag.Bool("check", false, "compare instead of writing")
	flag.Parse()
	if err := run(*dir, *check); err != nil {
		fmt.Fprintln(os.Stderr, "genschema:", err)
		os.Exit(1)
	}
}

func run(dir string, check bool) error {
	tarball, err := npmPack(packageName)
	if err != nil {
		return err
	}
	if got := digest(tarball); got != integrity {
		return fmt.Errorf("package %s: digest %s, want %s", packageName, got, integrity)
	}
	files, err := generate(tarball)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := f.put(dir, check); err != nil {
			return err
		}
	}
	return nil
}

type file struct {
	name string
	data []byte
}

// put writes the file, or with check says whether it differs.
func (f file) put(dir string, check bool) error {
	path := filepath.Join(dir, f.name)
	if !check {
		return os.WriteFile(path, f.data, 0o644)
	}
	have, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !bytes.Equal(have, f.data) {
		return fmt.Errorf("%s differs from what %s gives; run without -check", path, packageName)
	}
	return nil
}

// npmPack fetches a package's tarball with npm's own client.
func npmPack(name string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "genschema")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cmd := exec.Command("npm", "pack", "--silent", name)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("npm pack %s: %w", name, err)
	}
	return os.ReadFile(filepath.Join(dir, strings.TrimSpace(string(out))))
}

func digest(b []byte) string {
	sum := sha512.Sum512(b)
	return "sha512-" + base64.StdEncoding.EncodeToString(sum[:])
}

// generate turns the package into the files that we keep.
func generate(tarball []byte) ([]file, error) {
	schema, err := member(tarball, "package/schema.graphql")
	if err != nil {
		return nil, err
	}
	licence, err := member(tarball, "package/LICENSE.md")
	if err != nil {
		return nil, err
	}
	packed, err := compact(schema)
	if err != nil {
		return nil, err
	}
	return []file{{"schema.graphql.gz", packed}, {"LICENSE.md", licence}}, nil
}

// member returns one file of a gzipped tar archive.
func member(tarball []byte, name string) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(tarball))
	if err != nil {
		return nil, fmt.Errorf("read package: %w", err)
	}
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("read package: no %s", name)
		}
		if err != nil {
			return nil, fmt.Errorf("read package: %w", err)
		}
		if h.Name == name {
			return io.ReadAll(t)
		}
	}
}

// compact drops descriptions and comments and compresses what remains.
func compact(sdl []byte) ([]byte, error) {
	doc, err := parser.ParseSchema(&ast.Source{Name: "schema.graphql", Input: string(sdl)})
	if err != nil {
		return nil, fmt.Errorf("parse schema: %w", err)
	}
	var text, packed bytes.Buffer
	formatter.NewFormatter(&text, formatter.WithoutDescription(), formatter.WithIndent(" ")).FormatSchemaDocument(doc)
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(text.Bytes()); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}
