package config

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Template is a line of text with placeholders in braces and no logic: "{title} (#{number})". Which there are, the field's tag
// says:
//
//	placeholders:"title number"
//
// None stands there twice, and what stands around them is short: whoever puts it in has to fit it into a line.
type Template []Piece

// Piece is a part of a Template: a text or, where Name is set, a placeholder.
type Piece struct{ Text, Name string }

// maxTemplate bounds what stands around the placeholders of a Template, in characters.
const maxTemplate = 40

var (
	templatePiece = regexp.MustCompile(`\{[^{}]*\}?|[^{]+`)
	templateForm  = regexp.MustCompile(`^\{[^{}]*\}$`)
)

func (v *Template) decode(d *decoder, n *yaml.Node, at place) {
	text, ok := d.text(n, at)
	if !ok {
		return
	}
	known := strings.Fields(at.tag.Get("placeholders"))
	out, around, seen := Template{}, 0, []string{}
	for _, part := range templatePiece.FindAllString(text, -1) {
		if !strings.HasPrefix(part, "{") {
			out, around = append(out, Piece{Text: part}), around+len([]rune(part))
			continue
		}
		name := strings.Trim(part, "{}")
		if message, hint := badPlaceholder(part, name, known, seen); message != "" {
			d.fail(n, at, message, hint)
			return
		}
		out, seen = append(out, Piece{Name: name}), append(seen, name)
	}
	switch {
	case strings.ContainsAny(text, "\r\n"):
		d.fail(n, at, "want one line", "")
	case around > maxTemplate:
		d.fail(n, at, fmt.Sprintf("%d characters around the placeholders", around), fmt.Sprintf("at most %d leave room for what they stand for", maxTemplate))
	default:
		*v = out
	}
}

// badPlaceholder says what is wrong with a part of a template that begins with a brace.
func badPlaceholder(part, name string, known, seen []string) (message, hint string) {
	braced := make([]string, 0, len(known))
	for _, k := range known {
		braced = append(braced, "{"+k+"}")
	}
	switch {
	case !templateForm.MatchString(part):
		return "a brace is not closed: " + clip(part), "placeholders here: " + strings.Join(braced, ", ")
	case slices.Contains(seen, name):
		return part + " is there twice", "keep one of them"
	case slices.Contains(known, name):
		return "", ""
	}
	hint = "placeholders here: " + strings.Join(braced, ", ")
	if near := nearest(name, known); near != "" {
		hint = "did you mean {" + near + "}?"
	}
	return "unknown placeholder " + clip(part), hint
}

// String is the template as the file writes it.
func (v Template) String() string {
	return v.Fill(func(name string) string { return "{" + name + "}" })
}

// Fill puts values in the places of the placeholders.
func (v Template) Fill(value func(name string) string) string {
	var b strings.Builder
	for _, p := range v {
		if p.Name != "" {
			b.WriteString(value(p.Name))
		}
		b.WriteString(p.Text)
	}
	return b.String()
}

// Has says whether a placeholder is in the template.
func (v Template) Has(name string) bool {
	return slices.ContainsFunc(v, func(p Piece) bool { return p.Name == name })
}

func (v *Template) schema(tag reflect.StructTag) object {
	names := strings.Join(strings.Fields(tag.Get("placeholders")), "|")
	return object{"type": "string", "pattern": `^([^{\r\n]|\{(` + names + `)\})+$`}
}

func (v *Template) words(tag reflect.StructTag) string {
	return "line of text with {" + strings.Join(strings.Fields(tag.Get("placeholders")), "}, {") + "}"
}
