package storm

import (
	"bufio"
	"flag"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pitcrew-app/pitcrew/internal/pgtest"
	"github.com/rs/zerolog"
	"go.uber.org/goleak"
)

var (
	schedules = flag.Int("schedules", 20, "how many seeds to play")
	from      = flag.Uint64("from", 1, "the first of them")
	databases = flag.Int("postgres", 0, "how many seeds to play with PostgreSQL as the log")
	seed      = flag.Uint64("seed", 0, "play this seed alone, with the program's log, and show its timeline")
	violated  = flag.String("until", "", "end with the first schedule that violates this invariant, and show no more of it")
)

// Nothing is lost, done twice, or done although it was forbidden, whatever the weather.
func TestStorms(t *testing.T) {
	if *seed > 0 {
		playOne(t, *seed)
		return
	}
	if *violated != "" {
		playUntil(t, *violated)
		return
	}
	defer nothingLeft(t)()
	r := Run(t.Context(), Seeds(kept(t), *from, *schedules), Options{Twice: 20})
	t.Logf("%d schedules, %d kills, %d requests", r.Played, r.Kills, r.Calls)
	show(t, r)
}

// The same with PostgreSQL as the log.
func TestStormsOnPostgres(t *testing.T) {
	for seed := range uint64(*databases) {
		p := Draw(*from + seed)
		r, err := play(t.Context(), p, zerolog.Nop(), between{data: pgtest.Database(t)})
		if err != nil {
			t.Errorf("seed %d: %v", p.Seed, err)
			continue
		}
		for _, v := range r.Violations {
			t.Errorf("seed %d: %v", p.Seed, v)
		}
	}
}

// show shows what failed; the first with everything that is left of it when what does not matter is left out.
func show(t *testing.T, r Report) {
	t.Helper()
	for i, f := range r.Failed {
		t.Error(f)
		if i == 0 {
			t.Logf("go test ./internal/storm -run TestStorms -seed %d -v", f.Plan.Seed)
			t.Log(shortened(t, f))
		}
	}
}

// I9: each schedule, with all its deaths, leaves nothing behind in this process: no goroutine, no open file.
func TestNothingIsLeftRunning(t *testing.T) {
	for p := range Seeds(nil, 1, 4) {
		t.Run(strconv.FormatUint(p.Seed, 10), func(t *testing.T) {
			defer nothingLeft(t)()
			if _, err := Play(t.Context(), p, zerolog.Nop()); err != nil {
				t.Error(err)
			}
		})
	}
}

// nothingLeft takes note of what there is, and returns what says what has come since and is still there.
func nothingLeft(t *testing.T) func() {
	there, files := goleak.IgnoreCurrent(), openFiles()
	return func() {
		t.Helper()
		if err := goleak.Find(there); err != nil {
			t.Errorf("I9 does not hold: %v", err)
		}
		if n := openFiles(); n > files {
			t.Errorf("I9 does not hold: %d files were open, now %d are", files, n)
		}
	}
}

// openFiles is how many files this process has open; 0 where the system does not tell.
func openFiles() int {
	list, _ := os.ReadDir("/proc/self/fd")
	return len(list)
}

// playUntil looks for a violation of one invariant.
func playUntil(t *testing.T, invariant string) {
	o := Options{Until: invariant}
	if invariant == "I10" {
		o.Twice = 1
	}
	r := Run(t.Context(), Seeds(nil, *from, *schedules), o)
	for _, f := range r.Failed {
		if v, found := f.Of(invariant); found {
			t.Errorf("seed %d, after %d schedules: %v", f.Plan.Seed, r.Played, v)
		}
	}
}

// playOne repeats a seed with everything that there is to see.
func playOne(t *testing.T, seed uint64) {
	p := Draw(seed)
	t.Log(p.Timeline())
	r, err := Play(t.Context(), p, zerolog.New(zerolog.NewTestWriter(t)))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range r.Violations {
		t.Error(v)
	}
}

// shortened is the timeline of a failure without what does not matter.
func shortened(t *testing.T, f Failure) string {
	invariant := ""
	if f.Err == nil {
		invariant = f.Violations[0].Invariant
	}
	return Shrink(t.Context(), f.Plan, invariant, 300).Timeline()
}

// kept are the seeds that once failed.
func kept(t *testing.T) []uint64 {
	file, err := os.Open("testdata/seeds.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var seeds []uint64
	for lines := bufio.NewScanner(file); lines.Scan(); {
		word, _, _ := strings.Cut(lines.Text(), " ")
		if word == "" || strings.HasPrefix(word, "#") {
			continue
		}
		s, err := strconv.ParseUint(word, 10, 64)
		if err != nil {
			t.Fatalf("seeds.txt: %v", err)
		}
		seeds = append(seeds, s)
	}
	return seeds
}

// What may go wrong is of many kinds, and all of them do.
func TestEveryFaultIsDrawn(t *testing.T) {
	drawn := map[string]bool{}
	for seed := range uint64(400) {
		for _, s := range Draw(seed).Steps {
			drawn[s.Do] = true
		}
	}
	if n := len(faults) + len(deaths); n < 25 {
		t.Errorf("only %d kinds of faults", n)
	}
	for _, f := range append(slices.Clone(faults), deaths...) {
		word, _, _ := strings.Cut(f.draw(newDrawing(0)), " ")
		found := slices.ContainsFunc(slices.Collect(maps.Keys(drawn)), func(do string) bool { return strings.HasPrefix(do, word) })
		if !found {
			t.Errorf("%s is never drawn", f.name)
		}
	}
}

// A plan that fails is made short, and what matters stays.
func TestShrinkLeavesWhatMatters(t *testing.T) {
	p := Plan{}
	for i := range 40 {
		p.Steps = append(p.Steps, Step{0, strconv.Itoa(i)})
	}
	fails := func(p Plan) bool {
		return slices.Contains(p.Steps, Step{0, "7"}) && slices.Contains(p.Steps, Step{0, "23"})
	}
	if got := shrink(p, fails, 300); len(got.Steps) != 2 || !fails(got) {
		t.Errorf("got %v", got.Steps)
	}
}
