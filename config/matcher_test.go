package config

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// pull is a pull request of which everything is known.
func pull(change func(*Facts)) Facts {
	f := Facts{
		Author: "ana", AuthorTeams: []string{"@acme/core"}, TeamsComplete: true,
		Base: "main", Head: "feature/x", Title: "Add a thing", Body: "It adds\na thing.",
		Labels: []string{"automerge", "Docs"}, Files: []string{"docs/a.md", "src/b.go"}, FilesComplete: true, ChangedLines: 120,
	}
	if change != nil {
		change(&f)
	}
	return f
}

// matcher reads the inside of a mapping as a Matcher that must be right.
func matcher(t *testing.T, text string) Matcher {
	t.Helper()
	return decodeMerge(t, "merge: {never: {"+text+"}}\n").Never
}

func TestTurns(t *testing.T) {
	for _, c := range []struct {
		matcher   string
		age, idle time.Duration
		want      time.Duration
	}{
		{`base: main`, 0, 0, 0},
		{`older: 2d`, time.Hour, 0, 47 * time.Hour},
		{`older: 2d`, 48 * time.Hour, 0, 0},
		{`older: 2d, idle: 3h`, time.Hour, time.Hour, 2 * time.Hour},
		{`idle: 3h`, time.Hour, -1, 0},
	} {
		f := pull(func(f *Facts) { f.Age, f.Idle = c.age, c.idle })
		if got := matcher(t, c.matcher).Turns(f); got != c.want {
			t.Errorf("{%s} at %v, %v turns in %v, want %v", c.matcher, c.age, c.idle, got, c.want)
		}
	}
}

func TestKeys(t *testing.T) {
	bot := func(f *Facts) { f.Author, f.AuthorBot = "dependabot", true }
	noTeams := func(f *Facts) { f.AuthorTeams, f.TeamsComplete = nil, false }
	someFiles := func(f *Facts) { f.FilesComplete = false }
	noFiles := func(f *Facts) { f.Files = nil }
	for _, c := range []struct {
		matcher string
		change  func(*Facts)
		want    Tri
	}{
		{`author: ana`, nil, Yes},
		{`author: ANA`, nil, Yes},
		{`author: [bob, ana]`, nil, Yes},
		{`author: bob`, nil, No},
		{`author: {except: [bob]}`, nil, Yes},
		{`author: {except: [ana]}`, nil, No},
		{`author: "dependabot[bot]"`, bot, Yes},
		{`author: "dependabot[bot]"`, func(f *Facts) { f.Author, f.AuthorBot = "dependabot[bot]", true }, Yes},
		{`author: "dependabot[bot]"`, func(f *Facts) { f.Author = "dependabot" }, No},
		{`author: "dependabot[bot]"`, func(f *Facts) { f.Author = "dependabot[bot]" }, No},  // not a bot, whatever it calls itself
		{`author: somebot`, func(f *Facts) { f.Author, f.AuthorBot = "somebot", true }, No}, // a person of that name is meant
		{`author: "@acme/core"`, nil, Yes},
		{`author: "@ACME/Core"`, nil, Yes},
		{`author: "@acme/ops"`, nil, No},
		{`author: "@acme/ops"`, noTeams, Unknown},
		{`author: "@acme/ops"`, func(f *Facts) { bot(f); noTeams(f) }, No},
		{`author: ["@acme/ops", ana]`, noTeams, Yes},
		{`author: {except: ["@acme/ops"]}`, noTeams, Unknown},
		{`author: {any: [bob], except: ["@acme/ops"]}`, noTeams, No},
		{`idle: 1h`, func(f *Facts) { f.Idle = -1 }, Unknown},
		{`base: main`, nil, Yes},
		{`base: MAIN`, nil, Yes},
		{`base: mai`, nil, No},
		{`base: ["release/*", main]`, nil, Yes},
		{`base: {except: [main]}`, nil, No},
		{`base: {except: ["release/*"]}`, nil, Yes},
		{`base: {any: ["*"], except: [main]}`, nil, No},
		{`head: "feature/*"`, nil, Yes},
		{`head: "*/y"`, nil, No},
		{`label: automerge`, nil, Yes},
		{`label: docs`, nil, Yes},
		{`label: [hold, "auto*"]`, nil, Yes},
		{`label: hold`, nil, No},
		{`label: "*"`, func(f *Facts) { f.Labels = nil }, No},
		{`label: {any: ["*"], except: [automerge]}`, nil, Yes}, // docs is one
		{`label: {any: ["auto*"], except: [automerge]}`, nil, No},
		{`title: "add*"`, nil, Yes},
		{`title: add`, nil, No},
		{`title: "WIP*"`, func(f *Facts) { f.Title = "[wip] x" }, No},
		{`title: "[WIP]*"`, func(f *Facts) { f.Title = "[wip] x" }, Yes},
		{`title: "[WIP]*"`, func(f *Facts) { f.Title = "W x" }, No},
		{`title: "a?d*"`, nil, No},
		{`body: "*adds*thing*"`, nil, Yes},
		{`body: "*thing*adds*"`, nil, No},
		{`files: "docs/**"`, nil, Yes},
		{`files: "docs/*.go"`, nil, No},
		{`files: "DOCS/**"`, nil, No},
		{`files: "**/*.{go,rs}"`, nil, Yes},
		{`files: "*.md"`, nil, No},
		{`files: "docs/?.md"`, nil, Yes},
		{`files: {any: ["**"], except: ["docs/**", "src/**"]}`, nil, No},
		{`files: {any: ["**"], except: ["docs/**"]}`, nil, Yes},
		{`files: "infra/**"`, someFiles, Unknown},
		{`files: "docs/**"`, someFiles, Yes},
		{`only-files: ["docs/**", "src/**"]`, nil, Yes},
		{`only-files: "docs/**"`, nil, No},
		{`only-files: {except: ["infra/**"]}`, nil, Yes},
		{`only-files: {except: ["src/**"]}`, nil, No},
		{`only-files: "**"`, someFiles, Unknown},
		{`only-files: "docs/**"`, someFiles, No},
		{`only-files: "**"`, noFiles, No},
		{`draft: true`, nil, No},
		{`draft: false`, nil, Yes},
		{`draft: true`, func(f *Facts) { f.Draft = true }, Yes},
		{`fork: true`, func(f *Facts) { f.Fork = true }, Yes},
		{`fork: false`, func(f *Facts) { f.Fork = true }, No},
		{`size: over 119`, nil, Yes},
		{`size: over 120`, nil, No},
		{`size: under 121`, nil, Yes},
		{`size: under 120`, nil, No},
		{`size: under 120`, func(f *Facts) { f.ChangedLines = -1 }, Unknown},
	} {
		m := matcher(t, c.matcher)
		f := pull(c.change)
		if all, any := m.All(f), m.Any(f); all.Match != c.want || any.Match != c.want {
			t.Errorf("{%s}: All %v, Any %v, want %v", c.matcher, all.Match, any.Match, c.want)
		}
	}
}

func TestAllNeedsEveryKeyAndAnyOne(t *testing.T) {
	keys := map[Tri]string{Yes: `draft: false`, No: `fork: true`, Unknown: `size: under 5`}
	f := pull(func(f *Facts) { f.ChangedLines = -1 })
	for _, c := range []struct{ one, other, all, any Tri }{
		{Yes, No, No, Yes},
		{Yes, Unknown, Unknown, Yes},
		{No, Unknown, No, Unknown},
	} {
		for _, order := range [][2]Tri{{c.one, c.other}, {c.other, c.one}} {
			m := matcher(t, keys[order[0]]+", "+keys[order[1]])
			if all, any := m.All(f).Match, m.Any(f).Match; all != c.all || any != c.any {
				t.Errorf("%v: All %v, Any %v, want %v, %v", order, all, any, c.all, c.any)
			}
		}
	}
}

func TestTheZeroMatcherMatchesAllAndNotAny(t *testing.T) {
	var m Matcher
	if all, any := m.All(Facts{}), m.Any(Facts{}); all.Match != Yes || any.Match != No || !m.IsZero() {
		t.Errorf("All %v, Any %v, IsZero %v", all.Match, any.Match, m.IsZero())
	}
}

func TestWhy(t *testing.T) {
	m := decodeMerge(t, "merge:\n  never:\n    label: [hold, \"do-not-*\"]\n    base: {any: [\"release/*\"], except: [release/1]}\n    files: \"src/**\"\n    size: over 400\n").Never
	want := []Key{
		{Name: "label", Want: "hold or do-not-*", Got: "automerge, Docs", Match: No, File: ".platform.yml", Line: 4},
		{Name: "base", Want: "release/* but not release/1", Got: "main", Match: No, File: ".platform.yml", Line: 5},
		{Name: "files", Want: "src/**", Got: "src/b.go", Match: Yes, File: ".platform.yml", Line: 6},
		{Name: "size", Want: "over 400", Got: "120", Match: No, File: ".platform.yml", Line: 7},
	}
	if diff := cmp.Diff(want, m.Any(pull(nil)).Why); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"label", "base", "files", "size"}, m.Keys()); diff != "" {
		t.Errorf("keys -want +got:\n%s", diff)
	}
}

func TestTeams(t *testing.T) {
	m := matcher(t, `author: {any: ["@acme/ops", bob, "@ACME/Core"], except: ["@acme/core"]}`)
	if diff := cmp.Diff([]string{"@acme/core", "@acme/ops"}, m.Teams()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestEqual(t *testing.T) {
	a, b := matcher(t, `label: [x], files: "a/**"`), matcher(t, `label: [x], files: "a/**"`)
	if !a.Equal(b) || a.Equal(matcher(t, `label: [z], files: "a/**"`)) {
		t.Error("Equal does not tell settings apart")
	}
}

func TestTooManyGlobs(t *testing.T) {
	var globs []string
	for i := range maxGlobs + 5 {
		globs = append(globs, fmt.Sprintf("d%d/**", i))
	}
	problems := readAll("version: 1\nmerge: {never: {files: [" + strings.Join(globs, ", ") + "]}}\n")
	if len(problems) != 1 || !strings.Contains(problems[0].Message, "more than 200 paths") {
		t.Errorf("want one problem about the number of paths, got %v", problems)
	}
}
