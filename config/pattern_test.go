package config

import (
	"regexp"
	"strings"
	"testing"

	"github.com/bmatcuk/doublestar/v4"
	"pgregory.net/rapid"
)

func TestPatternIsARegexpWithStars(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[abAB*.\[]{0,8}`).Draw(t, "pattern")
		subject := rapid.StringMatching(`[abAB.\[]{0,10}`).Draw(t, "text")
		p, err := NewPattern(text)
		if err != nil {
			t.Fatal(err)
		}
		re := regexp.MustCompile(`(?is)^` + strings.ReplaceAll(regexp.QuoteMeta(text), `\*`, `.*`) + `$`)
		if got, want := p.Match(subject), re.MatchString(subject); got != want {
			t.Fatalf("%q matches %q: %v, want %v", text, subject, got, want)
		}
	})
}

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"aa*aa", "aaa", false}, {"aa*aa", "aaaa", true}, {"*a*a*", "a", false}, {"*a*a*", "aa", true}, {"*ab*ba*", "aba", false},
		{"", "", true}, {"", "a", false}, {"*", "", true}, {"Ünï*", "üNÏcode", true}, {"a\nb", "A\nB", true},
	} {
		p, err := NewPattern(c.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Match(c.text); got != c.want {
			t.Errorf("%q matches %q: %v, want %v", c.pattern, c.text, got, c.want)
		}
	}
	if (Pattern{}).Match("") {
		t.Error("the zero Pattern matches")
	}
	if _, err := NewPattern(strings.Repeat("x", maxPattern+1)); err == nil {
		t.Error("a pattern of 257 bytes is taken")
	}
}

func TestGlobs(t *testing.T) {
	for _, c := range []struct {
		glob, path string
		want       bool
	}{
		{"[{]a", "{a", true}, {"[x{]a[x}]", "{a}", true}, {"[{]a", "a", false}, {`\{a,b\}`, "{a,b}", true}, {"{a,{b,c}d}e", "cde", true}, {"{a,{b,c}d}e", "be", false},
		{"src/{,deep/}*.go", "src/a.go", true}, {"src/{,deep/}*.go", "src/deep/a.go", true}, {"[!a]*", "a", false},
	} {
		g, err := NewGlob(c.glob)
		if err != nil {
			t.Fatalf("%q: %v", c.glob, err)
		}
		if got := g.Match(c.path); got != c.want {
			t.Errorf("%q matches %q: %v, want %v", c.glob, c.path, got, c.want)
		}
	}
}

func TestGlobIsDoublestar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[ab*?/.]{0,4}(x\{[ab*]{0,2},(\{a,b/c\}|[ab/]{0,2})\}y)?[ab*\[\]]{0,3}`).Draw(t, "glob")
		path := rapid.StringMatching(`[abxy.]{1,5}(/[abcy.]{1,3}){0,2}`).Draw(t, "path")
		g, err := NewGlob(text)
		if err != nil {
			t.Skip(err)
		}
		if got, want := g.Match(path), doublestar.MatchUnvalidated(text, path); got != want {
			t.Fatalf("%q matches %q: %v, want %v", text, path, got, want)
		}
	})
}

// Hostile patterns end: one that took exponential time would end in the time limit of the test.
func TestHostilePatternsEnd(t *testing.T) {
	p, err := NewPattern(strings.Repeat("a*", maxPattern/2))
	if err != nil {
		t.Fatal(err)
	}
	p.Match(strings.Repeat("a", 64<<10) + "b")
	for _, text := range []string{
		strings.Repeat("*a", 126) + "*b", strings.Repeat("**/a/", 50) + "b", strings.Repeat("?*", 100) + "b", strings.Repeat("**/*a*/", 36) + "b",
		"{" + strings.Repeat("a,", 30) + "a}" + strings.Repeat("*a", 90) + "b",
	} {
		g, err := NewGlob(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		g.Match(strings.Repeat("a/", 2000) + "a")
		g.Match(strings.Repeat("a", 4000))
	}
}
