package engine

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// long is when something changed that is no news.
var long = noon.Add(-time.Hour)

func repo(config, release string, open ...github.SweptPR) github.Swept {
	return github.Swept{Repo: github.RepoRef{ID: 12}, Config: config, Release: release, Open: open}
}

func pr(number int, print string) github.SweptPR {
	return github.SweptPR{Number: number, Head: "a1", Base: "main", BaseTip: "m1", Print: print, Updated: long}
}

// moved is the repository with another tip of main.
func moved(s github.Swept) github.Swept {
	s.Open = slices.Clone(s.Open)
	for i := range s.Open {
		s.Open[i].BaseTip = "m2"
	}
	return s
}

// What differs from what was last seen is looked at, and nothing else.
func TestCompareMarksWhatDiffers(t *testing.T) {
	fresh := pr(7, "x")
	fresh.Updated = noon
	for _, c := range []struct {
		name     string
		was, now github.Swept
		want     []string
	}{
		{"the same", repo("f", "v1", pr(7, "x")), repo("f", "v1", pr(7, "x")), nil},
		{"changed", repo("f", "v1", pr(7, "x"), pr(8, "x")), repo("f", "v1", pr(7, "y"), pr(8, "x")), []string{"pr:12:7 [other]"}},
		{"opened", repo("f", "v1"), repo("f", "v1", pr(7, "x")), []string{"pr:12:7 [other]"}},
		{"closed", repo("f", "v1", pr(7, "x")), repo("f", "v1"), []string{"pr:12:7 [state]"}},
		{"changed where there is no file", repo("", "v1", pr(7, "x")), repo("", "v1", pr(7, "y")), nil},
		{"another file", repo("f", "v1", pr(7, "x"), pr(8, "x")), repo("g", "v1", pr(7, "x"), pr(8, "x")), []string{"base:12:main [line]", "pr:12:7 [config]", "pr:12:8 [config]"}},
		{"file taken away", repo("f", "v1", pr(7, "x")), repo("", "v1", pr(7, "x")), []string{"base:12:main [line]", "pr:12:7 [config]"}},
		{"the base moved", repo("f", "v1", pr(7, "x")), moved(repo("f", "v1", pr(7, "x"))), []string{"base:12:main [base]"}},
		{"the base moved where there is no file", repo("", "v1", pr(7, "x")), moved(repo("", "v1", pr(7, "x"))), nil},
		{"the first with this base", repo("f", "v1"), repo("f", "v1", pr(7, "x")), []string{"pr:12:7 [other]"}},
		{"released", repo("f", "v1"), repo("f", "v2"), []string{"release:12:v2 [release]"}},
		{"release taken away", repo("f", "v1"), repo("f", ""), nil},
		{"changed in the second of the sweep", repo("f", "v1", fresh), repo("f", "v1", pr(7, "x")), []string{"pr:12:7 [other]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := engineAt(t, noon)
			seen(t, e, c.was)
			if diff := cmp.Diff(c.want, marks(t, e, c.now)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A repository that was never seen before tells of its pull requests, but not of a release of long ago.
func TestCompareWithNothing(t *testing.T) {
	e := engineAt(t, noon)
	if diff := cmp.Diff([]string{"pr:12:7 [other]"}, marks(t, e, repo("f", "v1", pr(7, "x")))); diff != "" {
		t.Error(diff)
	}
}

// Where the file has always been absent nothing is looked at, whatever the cause.
func TestEverythingIsWhatConcernsUs(t *testing.T) {
	for config, want := range map[string][]string{"": nil, "f": {"base:12:main [line]", "pr:12:7 [config]"}} {
		e := engineAt(t, noon)
		seen(t, e, repo(config, "", pr(7, "x")))
		a, err := e.compare(context.Background(), repo(config, "", pr(7, "x")), reading{everything: true})
		if diff := cmp.Diff(want, lines(a.Marks)); diff != "" || err != nil {
			t.Errorf("file %q: %v %s", config, err, diff)
		}
	}
}

// Each pull request has its turn on patrol once in a period, where the repository's hour has struck.
func TestPatrol(t *testing.T) {
	turns := map[int]int{}
	for hour := range 10 {
		r := round{From: noon.Add(time.Duration(hour) * sweepAll), To: noon.Add(time.Duration(hour+1) * sweepAll), Period: 5}
		how := r.reading(12)
		for number := 1; number <= 100; number++ {
			if how.patrol(number) {
				turns[number]++
			}
		}
	}
	for number := 1; number <= 100; number++ {
		if turns[number] != 2 {
			t.Errorf("#%d had its turn %d times in two periods", number, turns[number])
		}
	}
	r := round{From: noon, To: noon, Period: 1}
	if r.reading(12).patrol(7) {
		t.Error("on patrol though no hour has struck")
	}
}

func TestBusyIsWhereSomethingHappens(t *testing.T) {
	for _, c := range []struct {
		name string
		was  github.Swept
		at   time.Time
		want bool
	}{
		{"an open pull request", repo("f", "", pr(7, "x")), noon, true},
		{"one that nothing happens to", repo("f", "", pr(7, "x")), noon.Add(sweepBusy), false},
		{"none", repo("f", ""), noon, false},
		{"no file", repo("", "", pr(7, "x")), noon, false},
	} {
		if got := fingerprintOf(c.was, noon).busy(c.at); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}

// Few marks are due at once, and the others one after another.
func TestMarksAreSpread(t *testing.T) {
	l := &look{Engine: &Engine{Now: func() time.Time { return noon }}}
	end := l.spread(make([]eventlog.Mark, 1000))
	first := 0
	for _, m := range l.pending.Marks {
		if m.At.Equal(noon) {
			first++
		}
	}
	if want := noon.Add(980 * markGap); first != markBurst || !end.Equal(want) || !l.pending.Marks[999].At.Equal(want) {
		t.Errorf("%d at once, the last at %s", first, end)
	}
}

func engineAt(t *testing.T, now time.Time) *Engine {
	t.Helper()
	log, err := eventlog.Open(t.TempDir(), eventlog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() }) //nolint:errcheck // a test's own
	return &Engine{Log: log, Now: func() time.Time { return now }}
}

// seen lets e compare with nothing, and keep what it saw.
func seen(t *testing.T, e *Engine, s github.Swept) {
	t.Helper()
	a, err := e.compare(context.Background(), s, reading{})
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range a.Cursors {
		if err := e.Log.SetCursor(context.Background(), name, value); err != nil {
			t.Fatal(err)
		}
	}
}

func marks(t *testing.T, e *Engine, s github.Swept) []string {
	t.Helper()
	a, err := e.compare(context.Background(), s, reading{})
	if err != nil {
		t.Fatal(err)
	}
	return lines(a.Marks)
}

func lines(marks []eventlog.Mark) []string {
	var lines []string
	for _, m := range marks {
		lines = append(lines, fmt.Sprintf("%s %v", m.Subject, m.Touches))
	}
	slices.Sort(lines)
	return lines
}

// What only a sweep led to is read with what the others leave of a limit; as soon as an event tells of it, it is as urgent as they.
func TestFound(t *testing.T) {
	for _, c := range []struct {
		subject rules.Subject
		touches []string
		want    bool
	}{
		{rules.PRSubject(12, 7), []string{"other"}, true},
		{rules.PRSubject(12, 7), []string{"config", "other"}, true},
		{rules.PRSubject(12, 7), []string{"other", "reviews"}, false},
		{rules.PRSubject(12, 7), nil, false}, // its own time has come
		{rules.BaseSubject(12, "main"), []string{"other"}, false},
	} {
		if got := found(eventlog.Claim{Subject: c.subject, Touches: c.touches}); got != c.want {
			t.Errorf("%s touched by %v: found %v, want %v", c.subject, c.touches, got, c.want)
		}
	}
}
