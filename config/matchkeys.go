package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// matchKey is one word of the vocabulary of matchers.
type matchKey struct {
	name string
	doc  string // what its value is, after "want"
	read func(d *decoder, n *yaml.Node, at place, c *cond)
	// ask answers yes, no or unknown, and shows what the pull request has there.
	ask     func(c cond, f Facts) (Tri, string)
	want    func(c cond) string
	schema  func() object
	example Example
}

// Example shows a matcher in use. Holds and Not say of which pull request it holds, and of which not: "base main; draft".
type Example struct {
	Text, Holds, Not string
}

// matchKeys is the vocabulary. A key is a row here.
var matchKeys = []matchKey{
	{name: "author", doc: `logins ("dependabot[bot]") or teams ("@acme/payments")`, read: readAuthors, ask: askAuthor, want: wantTexts, schema: authorSchema,
		example: Example{`author: ["dependabot[bot]", "@acme/payments"]`, "author ana; team @acme/payments", "author ana; team @acme/core"}},
	{name: "base", doc: "a branch to merge into", read: readTexts, want: wantTexts, schema: textsSchema,
		ask:     func(c cond, f Facts) (Tri, string) { return askText(c, f.Base), f.Base },
		example: Example{`base: [main, "release/*"]`, "base release/1.2", "base develop"}},
	{name: "head", doc: "a branch that holds the change", read: readTexts, want: wantTexts, schema: textsSchema,
		ask:     func(c cond, f Facts) (Tri, string) { return askText(c, f.Head), f.Head },
		example: Example{`head: "renovate/*"`, "head renovate/go-1.x", "head fix/renovate"}},
	{name: "label", doc: "a label that is among the pull request's", read: readLabels, want: wantTexts, ask: askLabels, schema: textsOfManySchema,
		example: Example{`label: [hold, "do-not-*"]`, "label docs, do-not-merge", "label docs"}},
	{name: "title", doc: "a title, `*` for any text", read: readTexts, want: wantTexts, schema: textsSchema,
		ask:     func(c cond, f Facts) (Tri, string) { return askText(c, f.Title), f.Title },
		example: Example{`title: "WIP*"`, "title wip: retries", "title Retries (WIP)"}},
	{name: "body", doc: "a description, `*` for any text", read: readTexts, want: wantTexts, schema: textsSchema,
		ask: func(c cond, f Facts) (Tri, string) {
			return askText(c, f.Body), fmt.Sprintf("%d characters", len([]rune(f.Body)))
		},
		example: Example{`body: "*do not merge*"`, "body Please do not merge yet", "body Ready"}},
	{name: "files", doc: "path globs (`**`, `*`, `?`), of which some changed file matches one", read: readGlobsOfMany, ask: askFiles, want: wantGlobs, schema: textsOfManySchema,
		example: Example{`files: "infra/**"`, "files infra/a.tf, README.md", "files src/infra/a.go"}},
	{name: "only-files", doc: "path globs (`**`, `*`, `?`), of which every changed file matches one", read: readGlobs, ask: askOnlyFiles, want: wantGlobs, schema: textsSchema,
		example: Example{`only-files: ["**/*.md", "docs/**"]`, "files docs/a.png, src/README.md", "files docs/a.md, src/a.go"}},
	{name: "draft", doc: "true or false", read: readFlag, want: wantFlag, schema: flagSchema,
		ask:     func(c cond, f Facts) (Tri, string) { return tri(c.flag == f.Draft), fmt.Sprint(f.Draft) },
		example: Example{`draft: true`, "draft", "size 1"}},
	{name: "fork", doc: "true or false: the head is in another repository", read: readFlag, want: wantFlag, schema: flagSchema,
		ask:     func(c cond, f Facts) (Tri, string) { return tri(c.flag == f.Fork), fmt.Sprint(f.Fork) },
		example: Example{`fork: false`, "size 1", "fork"}},
	{name: "size", doc: "over 400 or under 100 changed lines", read: readSize, ask: askSize, schema: sizeSchema,
		want:    func(c cond) string { return c.size.String() },
		example: Example{`size: over 400`, "size 401", "size 400"}},
	{name: "bump", doc: "patch, minor or major: the most that a dependency pull request raises, by what signed commits say", read: readBump, ask: askBump, want: wantTexts, schema: bumpSchema,
		example: Example{`bump: [patch, minor]`, "bump minor", "bump major"}},
	{name: "older", doc: "2d, 36h: opened at least so long ago", read: readSpan, want: wantSpan, schema: spanSchema,
		ask:     func(c cond, f Facts) (Tri, string) { return tri(f.Age >= time.Duration(c.span)), f.Age.String() },
		example: Example{`older: 2d`, "older 48h", "older 47h"}},
	{name: "idle", doc: "2d, 36h: nothing has happened to it for so long", read: readSpan, want: wantSpan, ask: askIdle, schema: spanSchema,
		example: Example{`idle: 36h`, "idle 36h", "idle 1h"}},
}

// joining shows how the values of a key, and keys with each other, are joined. Under is the key that the matcher stands under.
var joining = []struct {
	doc, under string
	example    Example
}{
	{"a list: any of them", "when", Example{`label: [ready, automerge]`, "label automerge", "label docs"}},
	{"`except` takes away, in the same words", "when", Example{`files: {any: ["src/**"], except: ["**/*.md"]}`, "files src/a.go, src/b.md", "files src/b.md"}},
	{"`except` alone, where a key has one value: any but these", "when", Example{`base: {except: ["release/*"]}`, "base main", "base release/1"}},
	{"under `when` every key must hold", "when", Example{`label: automerge, base: main`, "label automerge; base main", "label automerge; base next"}},
	{"under `unless` and `never` one key is enough", "unless", Example{`label: hold, draft: true`, "label hold", "label docs"}},
	{"`*` is any text, the empty one too, and must cover the whole; capitals do not matter", "when", Example{`title: "fix*"`, "title Fix: retries", "title A fix"}},
	{"`[ ]` and `?` mean themselves, but in paths", "when", Example{`title: "[wip]*"`, "title [WIP] retries", "title wip retries"}},
	{"in paths `*` and `?` stay within a name, `**` does not, `{ }` are alternatives, and capitals matter", "when", Example{`files: "src/*.{go,rs}"`, "files src/a.rs", "files src/deep/a.go"}},
}

func matchNames() []string {
	names := make([]string, 0, len(matchKeys))
	for _, k := range matchKeys {
		names = append(names, k.name)
	}
	return names
}

func matchKeyNamed(name string) (matchKey, bool) {
	for _, k := range matchKeys {
		if k.name == name {
			return k, true
		}
	}
	return matchKey{}, false
}

func (c cond) ask(f Facts) Key {
	row, _ := matchKeyNamed(c.name)
	match, got := row.ask(c, f)
	return Key{Name: c.name, Want: row.want(c), Got: got, Match: match, File: c.file, Line: c.line}
}

// parts calls read for what a key names and for what it takes away: `x`, `[x, y]` or `{any: [x], except: [y]}`. With many,
// the key asks about one of several values, and except alone would be misunderstood.
func (d *decoder) parts(n *yaml.Node, at place, many bool, read func(n *yaml.Node, at place, except bool)) {
	if n.Kind != yaml.MappingNode {
		read(n, at, false)
		return
	}
	named := false
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, val := n.Content[i], n.Content[i+1]
		here := place{path: join(at.path, key.Value), key: at.key, pos: position{key.Line, key.Column}, tag: at.tag, stops: at.stops}
		switch {
		case key.Value != "any" && key.Value != "except":
			d.failAt(here.pos, place{path: here.path}, at.key+": unknown key "+quote(key.Value), suggestOr(key.Value, []string{"any", "except"}, d.bracketHint(n)))
			named = true
		case !d.skip(val, here):
			named = named || key.Value == "any"
			read(val, here, key.Value == "except")
		}
	}
	switch {
	case len(n.Content) == 0:
		d.fail(n, at, "nothing to match", "write a text, a list, or {any: [ ], except: [ ]}")
	case many && !named:
		d.fail(n, at, "except needs `any` to take away from", "to ask that none is there, name it under `unless`")
	}
}

// suggestOr prefers the nearest word, then the other hint, then the list of words.
func suggestOr(word string, known []string, other string) string {
	if nearest(word, known) == "" && other != "" {
		return other
	}
	return suggest(word, known)
}

func readTexts(d *decoder, n *yaml.Node, at place, c *cond) { d.texts(n, at, c, false) }
func readLabels(d *decoder, n *yaml.Node, at place, c *cond) {
	at.tag = `names:"label"`
	d.texts(n, at, c, true)
}

func (d *decoder) texts(n *yaml.Node, at place, c *cond, many bool) {
	d.parts(n, at, many, func(n *yaml.Node, at place, except bool) {
		into := &c.any
		if except {
			into = &c.except
		}
		*into = d.patterns(n, at)
		d.nonEmpty(n, at)
	})
}

// nonEmpty refuses a list without elements: it would match nothing.
func (d *decoder) nonEmpty(n *yaml.Node, at place) {
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		d.fail(n, at, "the list is empty", "name something, or remove the key")
	}
}

var (
	loginForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*(\[bot\])?$`)
	teamForm  = regexp.MustCompile(`^@[A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9._-]+$`)
)

func readAuthors(d *decoder, n *yaml.Node, at place, c *cond) {
	d.texts(n, at, c, false)
	d.parts(n, at, false, func(n *yaml.Node, at place, _ bool) {
		elements := []*yaml.Node{n}
		if n.Kind == yaml.SequenceNode {
			elements = n.Content
		}
		for _, e := range elements {
			d.author(e, at)
		}
	})
}

// bots are those that people name without their brackets. There are people with such logins, and they would be meant.
var bots = []string{"dependabot", "renovate", "github-actions"}

// author checks the form of a login or team.
func (d *decoder) author(n *yaml.Node, at place) {
	v := n.Value
	d.mention(n, at, kindAuthor, v)
	if slices.Contains(bots, strings.ToLower(v)) {
		d.report(Notice, position{n.Line, n.Column}, at.path, quote(v)+" is the login of a person", "for the bot write "+quote(v+"[bot]"))
	}
	if n.Kind != yaml.ScalarNode || v == "" || loginForm.MatchString(v) || teamForm.MatchString(v) {
		return
	}
	hint := `write a login, "name[bot]" for a bot, or "@org/team"`
	switch {
	case loginForm.MatchString(strings.TrimPrefix(v, "@")):
		hint = "write a login without @: " + quote(strings.TrimPrefix(v, "@"))
	case teamForm.MatchString("@" + v):
		hint = "write a team with @: " + quote("@"+v)
	case strings.Contains(v, "*"):
		hint = "* is not read in authors: write each login, or a team"
	}
	d.fail(n, at, quote(v)+" is neither a login nor a team", hint)
}

func readGlobs(d *decoder, n *yaml.Node, at place, c *cond)       { d.paths(n, at, c, false) }
func readGlobsOfMany(d *decoder, n *yaml.Node, at place, c *cond) { d.paths(n, at, c, true) }

// maxGlobs bounds the path globs of a section, and so the time to hold them against 3,000 files.
const maxGlobs = 200

func (d *decoder) paths(n *yaml.Node, at place, c *cond, many bool) {
	d.parts(n, at, many, func(n *yaml.Node, at place, except bool) {
		d.nonEmpty(n, at)
		d.each(n, at, func(n *yaml.Node, at place) {
			text, ok := d.text(n, at)
			if !ok {
				return
			}
			g, err := NewGlob(text)
			if nothing := g.nothing(); err == nil && nothing != "" {
				d.nothing(n, at, text, nothing, at.stops != except)
			}
			if d.globs++; d.globs == maxGlobs+1 {
				err = fmt.Errorf("more than %d paths in one section", maxGlobs)
			}
			switch {
			case err != nil:
				d.fail(n, at, quote(text)+": "+err.Error(), "")
			case d.globs > maxGlobs:
			case except:
				c.spare = append(c.spare, g)
			default:
				c.globs = append(c.globs, g)
			}
		})
	})
}

// nothing reports a path that matches no file. Where it was to hold something back, what it was to hold back would go on: that
// is an error. Elsewhere only less goes on.
func (d *decoder) nothing(n *yaml.Node, at place, text, why string, holds bool) {
	level := Notice
	if holds {
		level = Error
	}
	d.report(level, position{n.Line, n.Column}, at.path, at.key+": "+quote(text)+" can match nothing: "+why, "")
}

func readFlag(d *decoder, n *yaml.Node, at place, c *cond) { c.flag, _ = d.boolean(n, at) }
func readSize(d *decoder, n *yaml.Node, at place, c *cond) { c.size.decode(d, n, at) }

// readBump takes only the words that there are.
func readBump(d *decoder, n *yaml.Node, at place, c *cond) {
	at.tag = `choices:"patch minor major"`
	var words Strings
	words.decode(d, n, at)
	d.nonEmpty(n, at)
	for _, w := range words {
		c.any = append(c.any, Pattern{text: w, parts: []string{w}})
	}
}

func readSpan(d *decoder, n *yaml.Node, at place, c *cond) { c.span.decode(d, n, at) }
