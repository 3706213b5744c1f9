package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // the zone of a file must not depend on what is installed beside the program

	"gopkg.in/yaml.v3"
)

// topKeys are the keys that may stand at the top of a .platform.yml.
var topKeys = []string{"version", "zone", "observe", "comment", "reviewers", "update", "merge", "propagate", "publish", "labels"}

// Read reads one .platform.yml. It always returns a File, so that its sections can be decoded for their problems as well;
// if any Problem is returned, nothing of the file may be acted on. Notices are in the File. Problems are in order of
// position.
func Read(name string, text []byte) (*File, []Problem) {
	r := newReader(name, text)
	if root := r.parse(text); root != nil {
		r.check(root)
		r.top(root, topKeys, r.key)
	}
	return r.finish()
}

// reader is the state of one Read.
type reader struct {
	file     *File
	problems []Problem
}

func newReader(name string, text []byte) *reader {
	return &reader{file: &File{
		Name:     name,
		Zone:     time.UTC,
		Sections: map[string]*Section{},
		lines:    strings.Split(string(text[:min(len(text), maxSize)]), "\n"),
		misread:  map[position]bool{},
	}}
}

func (r *reader) finish() (*File, []Problem) {
	Sort(r.problems)
	var stops []Problem
	for _, p := range r.problems {
		if p.Level == Notice {
			r.file.Notices = append(r.file.Notices, p)
		} else {
			stops = append(stops, p)
		}
	}
	return r.file, stops
}

// report adds a problem, unless parse had to blank what stands there and has said why.
func (r *reader) report(level Level, pos position, path, message, hint string) {
	if r.file.misread[pos] {
		return
	}
	r.problems = append(r.problems, Problem{
		File: r.file.Name, Line: max(pos.line, 1), Column: max(pos.column, 1),
		Path: path, Message: message, Hint: hint, Level: level,
	})
}

// top walks over the keys at the top of the file.
func (r *reader) top(root *yaml.Node, known []string, read func(key, value *yaml.Node)) {
	if root.Kind != yaml.MappingNode {
		r.report(Error, at(root), "", "want keys like `merge:` at the top, not "+kindOf(root), "begin with `version: 1`")
		return
	}
	version := false
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		version = version || key.Value == "version"
		switch {
		case key.Kind != yaml.ScalarNode || value.Kind == yaml.AliasNode: // check has said so
		case !slices.Contains(known, key.Value):
			r.report(Error, at(key), "", "unknown key "+quote(key.Value), suggest(key.Value, known))
		default:
			read(key, value)
		}
	}
	if !version {
		r.report(Error, position{1, 1}, "version", "missing", "write `version: 1` at the top")
	}
}

// key reads one known key at the top of a .platform.yml.
func (r *reader) key(key, value *yaml.Node) {
	switch key.Value {
	case "version":
		r.version(value)
	case "zone":
		r.zone(key, value)
	case "observe":
		r.observe(key, value)
	case "comment":
		r.comment(key, value)
	case "publish", "labels":
		r.later(key, value)
	default:
		r.section(r.file.Sections, key, value)
	}
}

// laterSection is a section that does nothing yet. Its type is a struct with the section as its only field.
type laterSection struct {
	name, doc string
	of        reflect.Type
}

var laterSections = []laterSection{
	{"publish", "Says what a repository publishes where its manifests do not show it.", reflect.TypeFor[struct {
		Publish []publication `yaml:"publish"`
	}]()},
	{"labels", "Puts labels on what matches.", reflect.TypeFor[struct {
		Labels map[string]Matcher `yaml:"labels"`
	}]()},
}

// publication is what `publish` will say about a package that the manifests do not show.
type publication struct {
	Ecosystem string `yaml:"ecosystem" doc:"npm, docker, …"`
	Name      string `yaml:"name" doc:"what it is called there"`
	Tag       string `yaml:"tag" doc:"how a version is written as a tag, with {version}"`
}

func (r *reader) version(value *yaml.Node) {
	if value.Kind == yaml.ScalarNode && value.Value == "1" && value.ShortTag() == "!!int" {
		return
	}
	r.report(Error, at(value), "version", "want 1, not "+show(value), "write `version: 1`")
}

func (r *reader) zone(key, value *yaml.Node) {
	const hint = `write a name of the IANA time zone database, like Europe/Madrid or UTC`
	if value.Kind != yaml.ScalarNode || value.Value == "" {
		r.report(Error, at(key), "zone", "want the name of a time zone, not "+show(value), hint)
		return
	}
	zone, err := time.LoadLocation(value.Value)
	if err != nil || value.Value == "Local" {
		r.report(Error, at(value), "zone", fmt.Sprintf("no time zone is called %q", clip(value.Value)), hint)
		return
	}
	r.file.Zone, r.file.zoneSet = zone, true
}

func (r *reader) observe(key, value *yaml.Node) {
	observe, ok := observeOf(value)
	r.file.Observe = observe
	if !ok {
		r.report(Error, nonEmpty(key, value), "observe", "want false, true or check, not "+show(value), observeHint(value))
	}
}

// comment stays off where it cannot be read.
func (r *reader) comment(key, value *yaml.Node) {
	if value.Kind == yaml.ScalarNode && value.ShortTag() == "!!bool" && (value.Value == "true" || value.Value == "false") {
		r.file.Comment, r.file.commentSet = value.Value == "true", true
		return
	}
	hint := "write `comment: true` or `comment: false`"
	if word, ok := asBool(value.Value); ok && value.Kind == yaml.ScalarNode {
		hint = "write `comment: " + word + "`"
	}
	r.report(Error, nonEmpty(key, value), "comment", "want true or false, not "+show(value), hint)
}

// observeOf is ObserveYes for what it cannot read.
func observeOf(value *yaml.Node) (Observe, bool) {
	if value.Kind == yaml.ScalarNode {
		for _, o := range []Observe{ObserveNo, ObserveYes, ObserveCheck} {
			if value.Value == o.String() && (value.ShortTag() == "!!bool" || o == ObserveCheck) {
				return o, true
			}
		}
	}
	return ObserveYes, false
}

func observeHint(value *yaml.Node) string {
	if word, ok := asBool(value.Value); ok && value.Kind == yaml.ScalarNode {
		return "write `observe: " + word + "`"
	}
	if value.Kind == yaml.ScalarNode && value.Value != "" {
		return suggest(value.Value, []string{"false", "true", "check"})
	}
	return ""
}

// section takes note of a chore's section. What stands in it is read by Decode.
func (r *reader) section(into map[string]*Section, key, value *yaml.Node) {
	s := &Section{Name: key.Value, Line: key.Line, layers: []layer{{r.file, value, key.Line}}}
	form := fmt.Sprintf("write `%s: {}` for its defaults or `%s: off`", key.Value, key.Value)
	switch {
	case value.Kind == yaml.MappingNode:
	case value.Kind == yaml.ScalarNode && value.Value == "off":
		s.Off = true
	case isNull(value):
		r.report(Error, at(key), key.Value, "the section is empty", form)
	default:
		r.report(Error, at(value), key.Value, "want keys or off, not "+show(value), form)
	}
	if s.Off || value.Kind == yaml.MappingNode {
		into[key.Value] = s
	}
}

// later checks a section that does nothing yet, so that what is written today is right on the day that it does.
func (r *reader) later(key, value *yaml.Node) {
	if value.Kind == yaml.ScalarNode && value.Value == "off" {
		return
	}
	i := slices.IndexFunc(laterSections, func(s laterSection) bool { return s.name == key.Value })
	d := &decoder{file: r.file}
	d.structure(only(key, value), place{}, reflect.New(laterSections[i].of).Interface())
	r.problems = append(r.problems, d.problems...)
	r.report(Notice, at(key), key.Value, "known but not built yet: nothing is done about it", "")
}

// nonEmpty is the place of the value, or of its key where there is nothing to point at.
func nonEmpty(key, value *yaml.Node) position {
	if isNull(value) && value.Value == "" {
		return at(key)
	}
	return at(value)
}
