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
)

// long is when something changed that is no news.
var long = noon.Add(-time.Hour)

func repo(config, release string, open ...github.SweptPR) github.Swept {
	return github.Swept{Repo: github.RepoRef{ID: 12}, Config: config, Release: release, Open: open}
}

func pr(number int, print string) github.SweptPR {
	return github.SweptPR{Number: number, Head: "a1", Print: print, Updated: long}
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
		{"another file", repo("f", "v1", pr(7, "x"), pr(8, "x")), repo("g", "v1", pr(7, "x"), pr(8, "x")), []string{"pr:12:7 [config]", "pr:12:8 [config]"}},
		{"file taken away", repo("f", "v1", pr(7, "x")), repo("", "v1", pr(7, "x")), []string{"pr:12:7 [config]"}},
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

func TestBusyIsWhereSomethingIsToBeDone(t *testing.T) {
	for _, c := range []struct {
		name string
		was  github.Swept
		want bool
	}{
		{"open pull requests", repo("f", "", pr(7, "x")), true},
		{"none", repo("f", ""), false},
		{"no file", repo("", "", pr(7, "x")), false},
	} {
		e := engineAt(t, noon)
		seen(t, e, c.was)
		if got, err := e.busy(context.Background(), 12); err != nil || got != c.want {
			t.Errorf("%s: %t %v", c.name, got, err)
		}
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
	a, err := e.compare(context.Background(), s, false)
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
	a, err := e.compare(context.Background(), s, false)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, m := range a.Marks {
		lines = append(lines, fmt.Sprintf("%s %v", m.Subject, m.Touches))
	}
	slices.Sort(lines)
	return lines
}
