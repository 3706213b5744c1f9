package bench_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/pitcrew-app/pitcrew/internal/bench"
	"github.com/pitcrew-app/pitcrew/internal/cli"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/pgtest"
)

// asProgram makes this test's binary the program, for benches that start one.
const asProgram = "PITCREW_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// TestRows runs every bench, as little of it as there is. Numbers are not judged, for they are the machine's; but each
// bench must give all its rows, and each row must be one that can be read.
func TestRows(t *testing.T) {
	t.Setenv(asProgram, "1")
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	rowsOf := map[string]int{"ingest": 4, "engine": 11, "merge": 17, "start": 3, "pages": 14, "live": 1, "sim": 6, "config": 12}
	for _, b := range bench.All {
		t.Run(b.Name, func(t *testing.T) {
			said := 0
			rows, err := b.Run(context.Background(), bench.Options{Binary: binary, Tiny: true, Say: func(string) { said++ }})
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) != rowsOf[b.Name] {
				t.Errorf("%d rows, want %d", len(rows), rowsOf[b.Name])
			}
			if said == 0 || b.Doc == "" {
				t.Error("it does not say what it does")
			}
			seen := map[string]bool{}
			for _, r := range rows {
				check(t, r)
				if strings.HasSuffix(r.Name, ": not landed") && r.Value > 0 {
					t.Errorf("%s: %g", r.Name, r.Value)
				}
				if id := r.Name + r.Unit; seen[id] {
					t.Errorf("%s is there twice", id)
				} else {
					seen[id] = true
				}
			}
		})
	}
}

// check holds a row to its form.
func check(t *testing.T, r bench.Row) {
	t.Helper()
	if r.Name == "" || r.Unit == "" || r.Better != bench.Lower && r.Better != bench.Higher {
		t.Errorf("incomplete: %+v", r)
	}
	if r.Value < 0 || r.Value == 0 && r.Unit != "calls" {
		t.Errorf("%s: %g %s was not measured", r.Name, r.Value, r.Unit)
	}
	if r.Floor != nil && *r.Floor <= 0 {
		t.Errorf("%s: a floor of %g was not measured", r.Name, *r.Floor)
	}
	if r.Target != nil && *r.Target < 0 {
		t.Errorf("%s: a target of %g", r.Name, *r.Target)
	}
}

func TestNamed(t *testing.T) {
	all, err := bench.Named(nil)
	if err != nil || len(all) != len(bench.All) {
		t.Errorf("no name: %d benches, %v", len(all), err)
	}
	two, err := bench.Named([]string{"sim", "ingest"})
	if err != nil || len(two) != 2 || two[0].Name != "sim" {
		t.Errorf("two names: %v, %v", two, err)
	}
	if _, err := bench.Named([]string{"speed"}); err == nil || !strings.Contains(err.Error(), "no bench is called speed; there are ingest, ") {
		t.Errorf("an unknown name: %v", err)
	}
}

func TestTable(t *testing.T) {
	rows := []bench.Row{
		{Name: "fast enough", Value: 12.34, Unit: "ms", Floor: new(6.17), Target: new(50.0), Better: bench.Lower},
		{Name: "too slow", Value: 1234, Unit: "ms", Target: new(50.0), Better: bench.Lower},
		{Name: "too few", Value: 1500, Unit: "a second", Floor: new(4500.0), Target: new(2000.0), Better: bench.Higher},
	}
	var b strings.Builder
	if err := bench.Table(&b, rows); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"WHAT         VALUE  UNIT      FLOOR  RATIO  TARGET",
		"fast enough  12.3   ms        6.17   2×     ≤ 50  met",
		"too slow     1,234  ms        –      –      ≤ 50  missed",
		"too few      1,500  a second  4,500  3×     ≥ 2,000  missed",
	}
	for i, line := range strings.Split(strings.TrimSpace(b.String()), "\n") {
		if got := strings.TrimRight(line, " "); got != want[i] {
			t.Errorf("line %d\n got %q\nwant %q", i, got, want[i])
		}
	}
}

func TestJSON(t *testing.T) {
	var b strings.Builder
	if err := bench.JSON(&b, []bench.Row{{Name: "a", Value: 1.5, Unit: "ms", Floor: new(0.5), Better: bench.Lower}}); err != nil {
		t.Fatal(err)
	}
	want := `{"rows":[{"name":"a","value":1.5,"unit":"ms","floor":0.5,"target":null,"better":"lower","met":null}]}`
	if got := strings.Join(strings.Fields(b.String()), ""); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// TestRowsOfADatabase runs what is measured on PostgreSQL as well, and leaves the database empty; one that is not empty is
// refused, for it may be somebody's.
func TestRowsOfADatabase(t *testing.T) {
	t.Setenv(asProgram, "1")
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	o := bench.Options{Binary: binary, Tiny: true, Database: pgtest.Database(t)}
	two, err := bench.Named([]string{"ingest", "engine"})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := bench.Run(context.Background(), two, o)
	if err != nil {
		t.Fatal(err)
	}
	there := 0
	for _, r := range rows {
		check(t, r)
		if strings.HasSuffix(r.Name, ", PostgreSQL") {
			there++
		}
	}
	if there != 10 {
		t.Errorf("%d rows of PostgreSQL, want 10", there)
	}
	log, err := eventlog.Open(o.Database, eventlog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := bench.Run(context.Background(), two[:1], o); err == nil || !strings.Contains(err.Error(), "give one that is empty") {
		t.Errorf("a database with a log: %v", err)
	}
}
