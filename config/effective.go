package config

import (
	"reflect"
	"strings"

	"gopkg.in/yaml.v3"
)

// Setting is what holds at one key, and the layer that says so.
type Setting struct {
	Key   string // merge.never.label
	Value string // as a file would write it, on one line
	Place Place
}

// Settings are all settings of a section as they hold, in the order of its form. A key of several layers that are joined is
// there once for each.
func (s *Section) Settings(form Form) []Setting {
	settings := form.fresh().Elem()
	s.decode(settings.Addr().Interface())
	var out []Setting
	for _, f := range form.fields() {
		key, v := keyOf(f), settings.FieldByIndex(f.Index)
		if m, ok := v.Interface().(Matcher); ok && !m.IsZero() {
			out = append(out, m.settings(form.Name+"."+key)...)
			continue
		}
		said := s.said(form.Name, key)
		if len(said) == 0 {
			said = []Setting{{Key: form.Name + "." + key, Value: defaultWords(f, reflect.ValueOf(form.Defaults).FieldByIndex(f.Index))}}
		}
		out = append(out, said...)
	}
	return out
}

// settings are the keys of a matcher.
func (m Matcher) settings(path string) []Setting {
	var out []Setting
	for _, c := range m.conds {
		row, _ := matchKeyNamed(c.name)
		out = append(out, Setting{path + "." + c.name, row.want(c), Place{c.file, c.line}})
	}
	return out
}

// said is what files say at a key: the uppermost, or each of those that are joined.
func (s *Section) said(section, key string) []Setting {
	var out []Setting
	for _, l := range s.layers {
		n := child(l.node, key)
		if n == nil {
			continue
		}
		if !s.joined[key] {
			out = nil
		}
		out = append(out, Setting{section + "." + key, oneLine(n), Place{l.file.Name, n.Line}})
	}
	return out
}

// oneLine is a value as YAML on one line.
func oneLine(n *yaml.Node) string {
	flow := flowed(n)
	text, err := yaml.Marshal(&flow)
	if err != nil {
		return kindOf(n)
	}
	return strings.Join(strings.Fields(string(text)), " ")
}

// flowed is a copy of a value with brackets and without comments.
func flowed(n *yaml.Node) yaml.Node {
	out := yaml.Node{Kind: n.Kind, Tag: n.Tag, Value: n.Value, Style: n.Style&^(yaml.LiteralStyle|yaml.FoldedStyle) | yaml.FlowStyle}
	for _, c := range n.Content {
		inner := flowed(c)
		out.Content = append(out.Content, &inner)
	}
	return out
}
