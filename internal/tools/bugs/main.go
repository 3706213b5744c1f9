// Bugs shows that CI would notice: it plants known mistakes in the program, one after another, plays those checks of CI that ought
// to see each, cheapest first, and says which did and how long it took. One that a check does not see is a fault of the check.
//
//	go run ./internal/tools/bugs               every mistake
//	go run ./internal/tools/bugs NAME…         some
//	go run ./internal/tools/bugs -four HASH    four, chosen by a commit's hash
//	go run ./internal/tools/bugs -write        docs/invariants.md anew; -check says whether it is up to date
//
// The program itself has no mistakes behind switches: each is a row of table.go that says which text becomes which other, and go's
// -overlay compiles that without touching a file. To add one, write a row, run the tool with its name, then -write.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	var o options
	flag.BoolVar(&o.json, "json", false, "a line of JSON for each check")
	flag.StringVar(&o.four, "four", "", "plant four mistakes, chosen by this `hash`")
	flag.BoolVar(&o.write, "write", false, "write "+document)
	flag.BoolVar(&o.check, "check", false, "say whether "+document+" is what the table says")
	flag.Parse()
	if err := run(o, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bugs:", err)
		os.Exit(1)
	}
}

type options struct {
	json, write, check bool
	four               string
}

func run(o options, names []string) error {
	root, err := rootOf()
	if err != nil {
		return err
	}
	if o.write {
		return os.WriteFile(filepath.Join(root, document), []byte(documentText()), 0o644)
	}
	if o.check {
		return documentIsCurrent(root)
	}
	list, err := chosen(o.four, names)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	b := bench{root: root, tell: inWords}
	if o.json {
		b.tell = inJSON
	}
	return b.plantAll(ctx, list)
}

// rootOf is the root of the repository.
func rootOf() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("find the root of the repository: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// chosen are the mistakes that are named, four by a hash, or all.
func chosen(hash string, names []string) ([]mistake, error) {
	if hash != "" {
		h := fnv.New64a()
		h.Write([]byte(hash))
		var four []mistake
		for _, i := range rand.New(rand.NewPCG(h.Sum64(), 4)).Perm(len(mistakes))[:4] {
			four = append(four, mistakes[i])
		}
		return four, nil
	}
	if len(names) == 0 {
		return mistakes, nil
	}
	var list []mistake
	for _, name := range names {
		i := slices.IndexFunc(mistakes, func(m mistake) bool { return m.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no mistake %q; there are %s", name, strings.Join(namesOf(mistakes), ", "))
		}
		list = append(list, mistakes[i])
	}
	return list, nil
}

func namesOf(list []mistake) []string {
	var names []string
	for _, m := range list {
		names = append(names, m.name)
	}
	return names
}

// bench plants mistakes in a tree and tells what became of each check.
type bench struct {
	root string
	tell func(notice)
}

// plantAll plants one mistake after another. Its error says which were not noticed by a check that ought to have.
func (b bench) plantAll(ctx context.Context, list []mistake) error {
	missed := 0
	for _, m := range list {
		n, err := b.plant(ctx, m)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		missed += n
	}
	if missed > 0 {
		return fmt.Errorf("%d checks did not notice what they ought to", missed)
	}
	return nil
}

// plant plants one mistake and says how many of its checks missed it.
func (b bench) plant(ctx context.Context, m mistake) (missed int, err error) {
	dir, err := os.MkdirTemp("", "pitcrew-bugs-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	files, err := m.planted(b.root)
	if err != nil {
		return 0, err
	}
	over, err := overlay(b.root, dir, files)
	if err != nil {
		return 0, err
	}
	for _, c := range m.checks {
		begun := time.Now()
		noticed, said, err := c.play(ctx, b.root, over)
		if err != nil {
			return missed, err
		}
		if !noticed {
			missed++
		}
		b.tell(notice{m.name, m.invariant, c.text, noticed, time.Since(begun).Seconds(), said})
	}
	return missed, nil
}

func inWords(n notice) {
	word := "noticed"
	if !n.Noticed {
		word = "MISSED "
	}
	fmt.Printf("%-3s %-34s %s in %5.1f s by %s\n    %s\n", n.Invariant, n.Mistake, word, n.Seconds, n.Check, n.Said)
}

func inJSON(n notice) {
	doc, _ := json.Marshal(n) // texts and numbers always marshal
	fmt.Println(string(doc))
}
