// Command genaxe fetches axe-core, the accessibility checker that the browser tests run in each page, with its licences.
//
//	go run ./internal/tools/genaxe          writes the files to internal/browser/testdata
//	go run ./internal/tools/genaxe -check   exits 1 if the files are not what would be written
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/pitcrew-app/pitcrew/internal/tools/npm"
)

var source = npm.Package{
	Version:   "axe-core@4.14.1",
	Integrity: "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
}

// kept are the files of the package that we keep, and their names there.
var kept = [][2]string{
	{"package/axe.min.js", "axe.min.js"},
	{"package/LICENSE", "LICENSE.axe-core"},
	{"package/LICENSE-3RD-PARTY.txt", "LICENSE.axe-core.3rd-party"},
}

func main() {
	dir := flag.String("dir", "internal/browser/testdata", "where the files are")
	tarball := flag.String("tarball", "", "a package file to use instead of fetching it with npm pack")
	check := flag.Bool("check", false, "compare instead of writing")
	flag.Parse()
	if err := run(*dir, *tarball, *check); err != nil {
		fmt.Fprintln(os.Stderr, "genaxe:", err)
		os.Exit(1)
	}
}

func run(dir, tarball string, check bool) error {
	var names []string
	for _, k := range kept {
		names = append(names, k[0])
	}
	pkg, err := source.Files(tarball, names...)
	if err != nil {
		return err
	}
	var files []npm.File
	for _, k := range kept {
		files = append(files, npm.File{Name: k[1], Content: pkg[k[0]]})
	}
	return npm.PutAll(dir, check, files...)
}
