package config

import (
	"fmt"
	"reflect"
	"strings"

	"gopkg.in/yaml.v3"
)

// Decode reads the section into a pointer to a struct that holds the defaults. A key that is absent leaves its field alone;
// a list replaces the one that was there. Problems come in order of position; if any of them Stops, the section must do
// nothing.
//
// The struct's tags are the form of the section:
//
//	yaml:"delete-branch"        the key
//	choices:"merge squash"      the words that a text or a Selection may be
//	min:"0" max:"10"            bounds of a number, both included
//	later:"hold"                known, not built yet, would hold something back: the key is a Problem of Level Hold
//	later:"notice"              known, not built yet, would only add: the key is a Notice
//
// A field is a string, bool, int, float64, a struct, a slice or a map of those by name, a pointer to one (nil: the key is
// absent), or one of this package's Duration, Window, Windows, Strings, Patterns, Selection, Size, Template and Matcher. The type any
// takes whatever stands there, for keys that come later. Another type is a mistake of the program, and Decode panics.
func (s *Section) Decode(into any) []Problem {
	return s.decode(into).problems
}

// decode reads the layers one over the other, the lowest first.
func (s *Section) decode(into any) *decoder {
	d := &decoder{}
	if s.Off {
		return d
	}
	for i, l := range s.layers {
		d.file = l.file
		if i > 0 {
			d.joined = s.joined
		}
		d.structure(l.node, place{path: s.Name}, into)
	}
	Sort(d.problems)
	return d
}

// decoder is the state of one Decode.
type decoder struct {
	file     *File
	problems []Problem
	mentions []Mention
	joined   map[string]bool // keys at the top of the section that add to what a lower layer says
	globs    int             // path globs so far
	fields   map[reflect.Type]map[string]reflect.StructField
}

// place is where in the file a value stands, and what its field's tags ask of it.
type place struct {
	path string
	key  string // the key whose value it is; empty at the top of a section
	pos  position
	tag  reflect.StructTag
	join bool // adds to what a lower layer says; else it replaces that

	stops bool // within a matcher: what it names is held back
}

func (p place) element(i int) place {
	p.path = fmt.Sprintf("%s[%d]", p.path, i)
	p.pos = position{}
	return p
}

// value is a type of this package that reads itself, and says how it is written: in words, and as JSON Schema.
type value interface {
	decode(d *decoder, n *yaml.Node, at place)
	words(tag reflect.StructTag) string
	schema(tag reflect.StructTag) object
}

// structure decodes into a pointer to a struct.
func (d *decoder) structure(n *yaml.Node, at place, into any) {
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		panic(fmt.Sprintf("config: decode into %T, want a pointer to a struct", into))
	}
	d.mapping(n, at, v.Elem())
}

// any decodes into v by its type.
func (d *decoder) any(n *yaml.Node, at place, v reflect.Value) {
	if d.skip(n, at) {
		return
	}
	if own, ok := v.Addr().Interface().(value); ok {
		own.decode(d, n, at)
		return
	}
	switch v.Kind() {
	case reflect.Interface: // a key that comes later
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.any(n, at, v.Elem())
	case reflect.Struct:
		d.mapping(n, at, v)
	case reflect.Slice:
		d.list(n, at, v)
	case reflect.Map:
		d.names(n, at, v)
	default:
		d.scalar(n, at, v)
	}
}

// skip is true for what has nothing to read: an alias (reported by Read), or a key without a value.
func (d *decoder) skip(n *yaml.Node, at place) bool {
	if n.Kind == yaml.AliasNode || n.Style&yaml.TaggedStyle != 0 {
		return true
	}
	if isNull(n) {
		d.failAt(at.position(n), at, "no value", "write one, or remove the key")
		return true
	}
	return false
}

// position is the value's, or its key's where there is nothing to point at.
func (p place) position(n *yaml.Node) position {
	if n.Value == "" && n.Kind == yaml.ScalarNode && p.pos != (position{}) {
		return p.pos
	}
	return at(n)
}

func (d *decoder) mapping(n *yaml.Node, at place, v reflect.Value) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, at, "want keys, not "+show(n), "known here: "+strings.Join(fieldNames(v.Type()), ", "))
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, val := n.Content[i], n.Content[i+1]
		f, ok := d.field(v.Type(), key.Value)
		if !ok {
			d.unknown(key, at, v.Type())
			continue
		}
		here := place{path: join(at.path, key.Value), key: key.Value, pos: position{key.Line, key.Column}, tag: f.Tag}
		here.join = at.key == "" && d.joined[key.Value]
		d.later(key, here, f.Tag.Get("later"))
		d.any(val, here, v.FieldByIndex(f.Index))
	}
}

// field is fieldNamed, which walks over a struct's tags only once for each type.
func (d *decoder) field(t reflect.Type, key string) (reflect.StructField, bool) {
	if d.fields[t] == nil {
		named := map[string]reflect.StructField{}
		for _, f := range fieldsOf(t) {
			named[keyOf(f)] = f
		}
		if d.fields == nil {
			d.fields = map[reflect.Type]map[string]reflect.StructField{}
		}
		d.fields[t] = named
	}
	f, ok := d.fields[t][key]
	return f, ok
}

// unknown reports a key that the struct does not have.
func (d *decoder) unknown(key *yaml.Node, at place, t reflect.Type) {
	if key.Kind != yaml.ScalarNode {
		return // Read has said so
	}
	hint := suggest(key.Value, fieldNames(t))
	if nearest(key.Value, fieldNames(t)) == "" {
		if inner, word := fieldHolding(t, key.Value); word == key.Value && word != "" {
			hint = fmt.Sprintf("it belongs into %q", inner)
		} else if word != "" {
			hint = fmt.Sprintf("did you mean %q? It belongs into %q", word, inner)
		}
	}
	d.failAt(position{key.Line, key.Column}, place{path: join(at.path, key.Value)}, "unknown key "+quote(key.Value), hint)
}

// later reports a key that is known and not built yet.
func (d *decoder) later(key *yaml.Node, here place, level string) {
	section := topKey(here.path)
	switch level {
	case "hold":
		d.report(Hold, at(key), here.path, fmt.Sprintf("%s is known but not built yet: %s does nothing while it is here", here.key, section), "remove it to let the rest act")
	case "notice":
		d.report(Notice, at(key), here.path, here.key+" is known but not built yet: nothing is done about it", "")
	}
}

// maxList bounds the elements of any list.
const maxList = 1000

func (d *decoder) list(n *yaml.Node, at place, v reflect.Value) {
	if n.Kind != yaml.SequenceNode {
		d.fail(n, at, "want a list, not "+show(n), "write each with `- ` before it, or all of them in [ ]")
		return
	}
	if len(n.Content) > maxList {
		d.fail(n, at, fmt.Sprintf("%d elements", len(n.Content)), fmt.Sprintf("at most %d are read", maxList))
		return
	}
	out := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, e := range n.Content {
		d.any(e, at.element(i), out.Index(i))
	}
	v.Set(out)
}

// names decodes a mapping whose keys are names that the file chooses.
func (d *decoder) names(n *yaml.Node, at place, v reflect.Value) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, at, "want names with their values, not "+show(n), "")
		return
	}
	out := reflect.MakeMap(v.Type())
	for name, was := range v.Seq2() {
		out.SetMapIndex(name, was) // of a lower layer
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		e := reflect.New(v.Type().Elem()).Elem()
		d.any(n.Content[i+1], place{path: join(at.path, key.Value), key: key.Value, pos: position{key.Line, key.Column}}, e)
		out.SetMapIndex(reflect.ValueOf(key.Value), e)
	}
	v.Set(out)
}

// fail reports an error about the value n, in a sentence that begins with its key.
func (d *decoder) fail(n *yaml.Node, at place, message, hint string) {
	d.failAt(position{n.Line, n.Column}, at, message, hint)
}

func (d *decoder) failAt(pos position, at place, message, hint string) {
	if at.key != "" && at.path != at.key {
		message = at.key + ": " + message
	}
	d.report(Error, pos, at.path, message, hint)
}

// report adds a problem, unless Read had to blank what stands there.
func (d *decoder) report(level Level, pos position, path, message, hint string) {
	if d.file.misread[pos] {
		return
	}
	d.problems = append(d.problems, Problem{
		File: d.file.Name, Line: pos.line, Column: pos.column, Path: path, Message: message, Hint: hint, Level: level,
	})
}

func keyOf(f reflect.StructField) string {
	key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return key
}

func fieldNames(t reflect.Type) []string {
	var names []string
	for f := range t.Fields() {
		if key := keyOf(f); key != "" && key != "-" {
			names = append(names, key)
		}
	}
	return names
}

func fieldNamed(t reflect.Type, key string) (reflect.StructField, bool) {
	for f := range t.Fields() {
		if k := keyOf(f); k == key && k != "" && k != "-" {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

// fieldHolding is the key of the list or mapping below t in which a key, or one near it, would be right.
func fieldHolding(t reflect.Type, key string) (inner, word string) {
	for f := range t.Fields() {
		below := f.Type
		for below.Kind() == reflect.Slice || below.Kind() == reflect.Pointer {
			below = below.Elem()
		}
		if below.Kind() != reflect.Struct || reflect.PointerTo(below).Implements(reflect.TypeFor[value]()) {
			continue
		}
		if word := nearest(key, fieldNames(below)); word != "" {
			return keyOf(f), word
		}
	}
	return "", ""
}
