package config

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"strings"

	"gopkg.in/yaml.v3"
)

// Govern puts the organisation's layers below the file of a repository: built-in ◁ organisation ◁ its groups, in their
// order ◁ repository. Maps merge key by key, lists replace, and what is locked may only be tightened. The result is what
// holds there; nil, if no file turns anything on. file is nil where the repository has none; repo is its name without the
// owner.
func (o *OrgFile) Govern(file *File, repo string) *File {
	below := o.holds(repo)
	g := &governing{org: o, repo: repo, own: file, locks: map[string]Place{}}
	for _, b := range below {
		for _, l := range b.locks {
			g.locks[l.key] = l.place
		}
	}
	out := g.file()
	g.top = out
	for _, form := range o.forms {
		if s := g.section(form, below); s != nil {
			out.Sections[form.Name] = s
		}
	}
	if file == nil && len(out.Sections) == 0 {
		return nil
	}
	out.Notices = append(out.Notices, g.notices...)
	Sort(out.Notices)
	return out
}

// governing is the state of one Govern.
type governing struct {
	org     *OrgFile
	repo    string
	own     *File
	top     *File // own, with what it has from the organisation
	locks   map[string]Place
	notices []Problem
}

// file is the repository's file, without its sections, with what the organisation says of zone and comment where it says nothing.
func (g *governing) file() *File {
	if g.own == nil {
		out := *g.org.file
		out.Sections, out.Notices = map[string]*Section{}, nil
		return &out
	}
	out := *g.own
	out.Sections = maps.Clone(g.own.Sections)
	if !out.zoneSet && g.org.file.zoneSet {
		out.Zone, out.zoneSet = g.org.file.Zone, true
	}
	if !out.commentSet {
		out.Comment, out.commentSet = g.org.file.Comment, g.org.file.commentSet
	}
	return &out
}

// section is what holds of one section; nil: no file speaks of it, or only the organisation's, which does not apply here.
func (g *governing) section(form Form, below []below) *Section {
	s := &Section{Name: form.Name, Off: true, joined: map[string]bool{}}
	for _, b := range below {
		if lower := b.sections[form.Name]; lower != nil {
			s.over(lower)
		}
	}
	var own *Section
	if g.own != nil {
		own = g.own.Sections[form.Name]
	}
	applies := g.org.Applies(g.repo) && len(s.layers) > 0
	fixed := len(s.layers) > 0 && (applies || s.Off)
	switch {
	case own == nil && !applies:
		return nil
	case own == nil:
		return s
	}
	lock, locked := g.locks[form.Name]
	if locked && fixed && own.Off != s.Off {
		g.notice(own.layers[0], own.layers[0].line, form.Name, "locked by the organisation: it stays "+onOff(s.Off), lock)
		return s
	}
	top := own.layers[0]
	if !own.Off {
		top = g.tighten(form, s, own.layers[0])
	}
	s.Off, s.Line = own.Off, own.Line
	s.layers = append(s.layers, layer{g.top, top.node, top.line})
	return s
}

// over puts an organisation's or a group's section over the lower ones.
func (s *Section) over(upper *Section) {
	s.Off, s.Line = upper.Off, upper.Line
	if upper.Off {
		s.layers = []layer{{upper.layers[0].file, &yaml.Node{Kind: yaml.MappingNode}, upper.Line}}
		return
	}
	s.layers = append(s.layers, upper.layers...)
}

func onOff(off bool) string {
	if off {
		return "off"
	}
	return "on"
}

// tighten takes from a repository's section what a lock does not let it say, and marks what is joined.
func (g *governing) tighten(form Form, lower *Section, own layer) layer {
	kept := &yaml.Node{Kind: yaml.MappingNode, Line: own.node.Line, Column: own.node.Column, Style: own.node.Style}
	for i := 0; i+1 < len(own.node.Content); i += 2 {
		key, value := own.node.Content[i], own.node.Content[i+1]
		lock, locked := g.locks[form.Name+"."+key.Value]
		if !locked {
			lock, locked = g.locks[form.Name]
		}
		if !locked || g.allows(form, lower, layer{own.file, only(key, value), own.line}, key, lock) {
			kept.Content = append(kept.Content, key, value)
		}
	}
	return layer{own.file, kept, own.line}
}

func only(key, value *yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{key, value}}
}

// allows reports whether the repository may say what it says about a locked key.
func (g *governing) allows(form Form, lower *Section, own layer, key *yaml.Node, lock Place) bool {
	rule := form.rule(key.Value)
	if rule == "joined" {
		lower.joined[key.Value] = true
		return true
	}
	was, is := form.settings(lower.layers, nil), form.settings([]layer{own}, nil)
	a, b := valueOf(was, key.Value), valueOf(is, key.Value)
	if !a.IsValid() || reflect.DeepEqual(a.Interface(), b.Interface()) {
		return true // unknown keys are reported when the section is decoded
	}
	if c, ok := compare(a, b); ok && (rule == "larger" && c < 0 || rule == "smaller" && c > 0) {
		return true
	}
	words := "locked by the organisation: what it says stays"
	if rule != "" {
		words = fmt.Sprintf("locked by the organisation: the %s stays", rule)
	}
	g.notice(own, key.Line, form.Name+"."+key.Value, words, lock)
	return false
}

func (g *governing) notice(own layer, line int, path, words string, lock Place) {
	column := 1
	if n := own.node; len(n.Content) > 0 && line == n.Content[0].Line {
		column = n.Content[0].Column
	}
	if _, key, found := strings.Cut(path, "."); found {
		words = key + " is " + words
	}
	g.notices = append(g.notices, Problem{
		File: own.file.Name, Line: line, Column: column, Path: path, Message: words, Hint: "see " + lock.String(), Level: Notice,
	})
}

// valueOf is the value of a key of a section's settings.
func valueOf(settings reflect.Value, key string) reflect.Value {
	f, ok := fieldNamed(settings.Type(), key)
	if !ok {
		return reflect.Value{}
	}
	return settings.FieldByIndex(f.Index)
}

// compare orders two numbers, or spans of time.
func compare(a, b reflect.Value) (int, bool) {
	switch {
	case a.CanInt():
		return cmp.Compare(a.Int(), b.Int()), true
	case a.CanFloat():
		return cmp.Compare(a.Float(), b.Float()), true
	}
	return 0, false
}
