package config

import (
	"fmt"
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
		said := s.said(form.Name, key, f)
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
func (s *Section) said(section, key string, f reflect.StructField) []Setting {
	var out []Setting
	for _, l := range s.layers {
		n := child(l.node, key)
		if n == nil {
			continue
		}
		if !s.joined[key] {
			out = nil
		}
		if listsStructs(f.Type) && n.Kind == yaml.SequenceNode && len(n.Content) > 0 {
			out = append(out, l.list(section+"."+key, n, f.Type.Elem())...)
		} else {
			out = append(out, l.setting(section+"."+key, n, n.Line))
		}
	}
	return out
}

// listsStructs says that a key holds a list of mappings with a form of their own, like policies.
func listsStructs(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct && len(fieldsOf(t.Elem())) > 0
}

// list gives each element of a list a row for each of its keys, down to those of its matchers. A list is of one layer; what an
// element does not say is built-in.
func (l layer) list(path string, list *yaml.Node, of reflect.Type) []Setting {
	var out []Setting
	for i, element := range list.Content {
		for _, f := range fieldsOf(of) {
			here, n := fmt.Sprintf("%s[%d].%s", path, i, keyOf(f)), child(element, keyOf(f))
			matcher := f.Type == reflect.TypeFor[Matcher]()
			switch {
			case n != nil && matcher && n.Kind == yaml.MappingNode:
				for j := 0; j+1 < len(n.Content); j += 2 {
					out = append(out, l.setting(here+"."+n.Content[j].Value, n.Content[j+1], n.Content[j].Line))
				}
			case n != nil:
				out = append(out, l.setting(here, n, n.Line))
			case !matcher:
				out = append(out, Setting{Key: here, Value: defaultWords(f, reflect.Zero(f.Type))})
			}
		}
	}
	return out
}

func (l layer) setting(path string, n *yaml.Node, line int) Setting {
	return Setting{path, oneLine(n), Place{l.file.Name, line}}
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
