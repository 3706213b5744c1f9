// Night plays storms for as long as it may, and writes a line about them to docs/night.log:
//
//	go run ./internal/tools/night -for 20m
//
// It begins where the last line ended, so that no night plays the seeds of another.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/storm"
)

const path = "docs/night.log"

func main() {
	d := flag.Duration("for", 20*time.Minute, "how long to play")
	flag.Parse()
	if err := night(*d); err != nil {
		fmt.Fprintln(os.Stderr, "night:", err)
		os.Exit(1)
	}
}

func night(d time.Duration) error {
	from, err := first()
	if err != nil {
		return err
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	ctx, end := context.WithTimeout(ctx, d)
	defer end()
	r := storm.Run(ctx, storm.Seeds(nil, from, 1<<30), storm.Options{Twice: 50})
	line := fmt.Sprintf("%s %s schedules=%d kills=%d requests=%d violations=%d seeds=%d-%d\n",
		time.Now().UTC().Format("2006-01-02T15:04Z"), commit(), r.Played, r.Kills, r.Calls, len(r.Failed), from, r.Last)
	fmt.Print(line)
	for _, f := range r.Failed {
		fmt.Println(f)
		line += "  " + f.String() + "\n"
	}
	return write(line)
}

// first is the first seed that no line has.
func first() (uint64, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, fmt.Errorf("%w; run this at the root of the repository", err)
	}
	defer file.Close()
	next := uint64(1_000_000)
	for lines := bufio.NewScanner(file); lines.Scan(); {
		_, seeds, ok := strings.Cut(lines.Text(), "seeds=")
		var from, to uint64
		if _, err := fmt.Sscanf(seeds, "%d-%d", &from, &to); ok && err == nil {
			next = max(next, to+1)
		}
	}
	return next, nil
}

func write(line string) error {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if _, err := file.WriteString(line); err != nil {
		file.Close() //nolint:errcheck // the first error counts
		return err
	}
	return file.Close()
}

// commit is what was played: the commit, with a + if the tree differs from it.
func commit() string {
	out, err := exec.Command("git", "describe", "--always", "--dirty=+").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}
