package config

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// Matcher says which pull requests something is about. The words are the same in every section:
//
//	author: bob                     a login; bots with their brackets, "dependabot[bot]"; teams "@acme/payments"
//	base: [main, "release/*"]       a list: any of them
//	base: {except: [main]}          any but these
//	files: {any: ["src/**"], except: ["**/*.md"]}
//
// Under `when` every key must hold, under `unless` and `never` one is enough: that is the difference between All and Any.
// The zero Matcher therefore matches everything by All and nothing by Any.
//
// `except` takes away from what `any` names, for each value on its own: the last line above asks for some changed file below
// src that is not Markdown. For a key with one value (author, base, head, title, body) and for only-files, `any` may be left
// out and then stands for everything. For label and files it may not: {except: [hold]} would be read as "has no label hold",
// and by that rule would mean "has a label that is not hold". Who wants the former writes it under unless.
type Matcher struct {
	conds []cond
}

// cond is one key of a Matcher. It is data and no func, so that settings can be compared.
type cond struct {
	name   string
	file   string
	line   int
	any    Patterns // author, base, head, label, title, body, bump
	except Patterns
	globs  []Glob // files, only-files
	spare  []Glob // their except
	flag   bool   // draft, fork
	size   Size
	span   Duration // older, idle
}

// Facts are what a Matcher may ask about a pull request.
type Facts struct {
	// Author is the login. A bot's may have its [bot] or not; AuthorBot says that it is one.
	Author    string
	AuthorBot bool
	// AuthorTeams are teams with the author in them, as "@acme/payments". Unless TeamsComplete, a team that is not there may
	// have the author in it all the same.
	AuthorTeams   []string
	TeamsComplete bool
	Base, Head    string // names of branches
	Title, Body   string
	Labels        []string
	// Files are the paths of all changed files, of a renamed one the old and the new. Unless FilesComplete, there may be more.
	Files         []string
	FilesComplete bool
	Draft, Fork   bool
	// ChangedLines counts outside generated files; below zero: not known.
	ChangedLines int
	// Bump is the most that a dependency pull request raises: patch, minor or major; empty: it is none. BumpUntold is why that
	// cannot be told; empty: it can.
	Bump, BumpUntold string
	// Age is the time since it was opened, Idle since something happened to it; below zero: not known.
	Age, Idle time.Duration
}

// Tri is a fact that may not be known. Unknown is neither yes nor no.
type Tri int

// The three values. Zero is Unknown, so that nothing is decided by forgetting it.
const (
	Unknown Tri = iota
	No
	Yes
)

// String is the value in lower case.
func (t Tri) String() string { return [...]string{"unknown", "no", "yes"}[t] }

func tri(b bool) Tri {
	if b {
		return Yes
	}
	return No
}

// Result is what a Matcher says about a pull request, and why: one Key for each that it has, in the order of the file.
type Result struct {
	Match Tri
	Why   []Key
}

// Key is what one key of a Matcher says. Want and Got are for people to read; Got may be a login or a title, which must not be
// stored.
type Key struct {
	Name, Want, Got string
	Match           Tri
	File            string
	Line            int
}

// All is the answer under `when`: every key must hold.
func (m Matcher) All(f Facts) Result { return m.fold(f, Yes, No) }

// Any is the answer under `unless` and `never`: one key is enough.
func (m Matcher) Any(f Facts) Result { return m.fold(f, No, Yes) }

// fold starts from what no key at all means; one key that is over decides, and one that is not known leaves the rest open.
func (m Matcher) fold(f Facts, start, over Tri) Result {
	r := Result{Match: start}
	for _, c := range m.conds {
		k := c.ask(f)
		r.Why = append(r.Why, k)
		switch {
		case k.Match == over:
			r.Match = over
		case k.Match == Unknown && r.Match != over:
			r.Match = Unknown
		}
	}
	return r
}

// Turns is how long it takes until an answer changes although nothing happens: an age is reached. Zero: it does not.
func (m Matcher) Turns(f Facts) time.Duration {
	soonest := time.Duration(0)
	for _, c := range m.conds {
		reached := map[string]time.Duration{"older": f.Age, "idle": f.Idle}
		if has, ages := reached[c.name]; ages && has >= 0 {
			if left := time.Duration(c.span) - has; left > 0 && (soonest == 0 || left < soonest) {
				soonest = left
			}
		}
	}
	return soonest
}

// IsZero is true for a Matcher without keys.
func (m Matcher) IsZero() bool { return len(m.conds) == 0 }

// Equal reports whether two Matchers were read from the same words on the same lines.
func (m Matcher) Equal(o Matcher) bool { return reflect.DeepEqual(m, o) }

// Keys are the names of the keys that the Matcher has, hence the facts that its answer depends on.
func (m Matcher) Keys() []string {
	names := make([]string, 0, len(m.conds))
	for _, c := range m.conds {
		names = append(names, c.name)
	}
	return names
}

// Teams are the teams whose members must be known to decide, in lower case, each once.
func (m Matcher) Teams() []string {
	var teams []string
	for _, c := range m.conds {
		if c.name != "author" {
			continue
		}
		for _, p := range slices.Concat(c.any, c.except) {
			if strings.HasPrefix(p.text, "@") {
				teams = append(teams, strings.ToLower(p.text))
			}
		}
	}
	slices.Sort(teams)
	return slices.Compact(teams)
}

func (m *Matcher) decode(d *decoder, n *yaml.Node, at place) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, at, "want keys, not "+show(n), "known here: "+strings.Join(matchNames(), ", "))
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, val := n.Content[i], n.Content[i+1]
		row, ok := matchKeyNamed(key.Value)
		here := place{path: join(at.path, key.Value), key: key.Value, pos: position{key.Line, key.Column}}
		switch {
		case key.Kind != yaml.ScalarNode: // Read has said so
		case !ok:
			d.failAt(here.pos, place{path: here.path}, "unknown key "+quote(key.Value), suggest(key.Value, matchNames()))
		case isNull(val):
			d.failAt(here.position(val), here, "no value", "want "+row.doc)
		case !d.skip(val, here):
			c := cond{name: row.name, file: d.file.Name, line: key.Line}
			here.stops = at.key == "unless" || at.key == "never"
			row.read(d, val, here, &c)
			if !c.left() {
				d.report(Notice, position{val.Line, val.Column}, here.path, here.key+" can match nothing: `except` takes away all that is named", "name more, or except less")
			}
			m.add(c, at.join)
		}
	}
}

// add puts a key over those of lower layers: in the place of its namesake, or beside it. Of two with one name beside each
// other both must hold under when, and one is enough under unless and never: joined, a matcher only becomes tighter.
func (m *Matcher) add(c cond, join bool) {
	kept := slices.Clone(m.conds)
	if !join {
		kept = slices.DeleteFunc(kept, func(was cond) bool { return was.name == c.name })
	}
	m.conds = append(kept, c)
}
