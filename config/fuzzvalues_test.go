package config

import (
	"strings"
	"testing"
	"time"

	"github.com/bmatcuk/doublestar/v4"
	"gopkg.in/yaml.v3"
)

func FuzzGlob(f *testing.F) {
	for _, g := range []string{"**/*.md", "src/*.{go,rs}", "[!a-z]?x", `\{a\}`, "{a,{b,c}d}e", "/x", "a//b", "..", "{,a}", "**/**/**/*a*", "[", "{"} {
		f.Add(g, "src/deep/a.go")
	}
	f.Fuzz(func(t *testing.T, text, path string) {
		g, err := NewGlob(text)
		if err != nil || path == "" || len(path) > 4096 {
			return
		}
		if got, plain := g.Match(path), !strings.ContainsAny(text, "{}"); plain && got != doublestar.MatchUnvalidated(text, path) {
			t.Errorf("%q matches %q: %v, and doublestar says otherwise", text, path, got)
		}
		g.nothing()
	})
}

func FuzzPattern(f *testing.F) {
	f.Add("a*b", "AxB")
	f.Add("*", "")
	f.Add("İ*", "i̇")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		p, err := NewPattern(pattern)
		if err != nil {
			return
		}
		if !strings.Contains(pattern, "*") && !p.Match(pattern) {
			t.Errorf("%q does not match itself", pattern)
		}
		if !p.covers(p) {
			t.Errorf("%q does not cover itself", pattern)
		}
	})
}

func FuzzTimes(f *testing.F) {
	for _, text := range []string{"30m", "1d12h", "9999w", "Fri 16:00 - Mon 07:00", "Mon-Fri 09:00-18:00", "2026-12-20 - 2027-01-06", "2026-12-20 16:00 - 2026-12-20 18:00", "over 400", "under 1", "{title} (#{number})"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if w, _, ok := parseWindow(text, time.UTC); ok {
			w.Covers(time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC))
			if w.String() != text {
				t.Errorf("%q became %q", text, w)
			}
		}
		d, n := &decoder{file: &File{}}, &yaml.Node{Kind: yaml.ScalarNode, Value: text, Line: 1, Column: 1}
		var span Duration
		if span.decode(d, n, place{}); span < 0 || time.Duration(span) > maxDuration {
			t.Errorf("%q is %v", text, time.Duration(span))
		}
		var size Size
		var title Template
		if title.decode(d, n, place{tag: `placeholders:"title number"`}); title != nil && title.String() != text {
			t.Errorf("%q became %q", text, title)
		}
		if size.decode(d, n, place{}); size != (Size{}) && size.String() != text && !strings.Contains(text, " 0") {
			t.Errorf("%q became %q", text, size)
		}
	})
}
