// Command pitcrew does the chores around pull requests: see README.md. This file only starts the command line; what
// `serve` puts together is in internal/cli/serve.go.
package main

import (
	"os"

	"github.com/pitcrew-app/pitcrew/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr)) }
