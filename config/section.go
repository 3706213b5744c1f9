package config

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// Place is where a setting comes from. The zero Place is the built-in layer: no file says it.
type Place struct {
	File string
	Line int
}

// String is the place as reasons show it, ".platform.yml:11"; of the built-in layer, "built-in".
func (p Place) String() string {
	if p.File == "" {
		return "built-in"
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Where is the place of what holds at a path like "policies[0].approvals": the uppermost layer that has it.
func (s *Section) Where(path string) Place {
	l, n := s.find(path)
	if n == nil {
		return Place{}
	}
	return Place{l.file.Name, n.Line}
}

// Problem is an error about what stands at a path, for what only the section's owner can judge. It points at the value, or
// at the section where the path leads nowhere.
func (s *Section) Problem(path, message, hint string) Problem {
	l, n := s.find(path)
	if n == nil {
		l = s.layers[len(s.layers)-1]
		n = &yaml.Node{Line: l.line, Column: 1}
	}
	return Problem{File: l.file.Name, Line: n.Line, Column: n.Column, Path: join(s.Name, path), Message: message, Hint: hint}
}

// find is the value at a path, and the layer that it stands in. A list is of one layer: what is looked for within it is not
// looked for in another's.
func (s *Section) find(path string) (layer, *yaml.Node) {
	list, within, isIn := strings.Cut(path, "[")
	for i := len(s.layers) - 1; i >= 0; i-- {
		l := s.layers[i]
		n := walk(l.node, list)
		if n != nil && isIn {
			n = walk(n, within)
			return l, n
		}
		if n != nil {
			return l, n
		}
	}
	return layer{}, nil
}

func walk(n *yaml.Node, path string) *yaml.Node {
	for _, step := range strings.FieldsFunc(path, func(c rune) bool { return strings.ContainsRune(".[]", c) }) {
		n = child(n, step)
	}
	return n
}

// child is the value of a key of a mapping, or an element of a list by its index.
func child(n *yaml.Node, step string) *yaml.Node {
	if n == nil {
		return nil
	}
	for i, c := range n.Content {
		switch {
		case n.Kind == yaml.SequenceNode && fmt.Sprint(i) == step:
			return c
		case n.Kind == yaml.MappingNode && i%2 == 0 && c.Value == step:
			return n.Content[i+1]
		}
	}
	return nil
}
