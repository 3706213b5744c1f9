package config

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// scalar decodes into a string, bool, int or float64.
func (d *decoder) scalar(n *yaml.Node, at place, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if text, ok := d.choice(n, at); ok {
			v.SetString(text)
		}
	case reflect.Bool:
		if b, ok := d.boolean(n, at); ok {
			v.SetBool(b)
		}
	case reflect.Int:
		if f, ok := d.number(n, at, "a whole number", "!!int"); ok {
			v.SetInt(int64(f))
		}
	case reflect.Float64:
		if f, ok := d.number(n, at, "a number", "!!int", "!!float"); ok {
			v.SetFloat(f)
		}
	default:
		panic(fmt.Sprintf("config: %s has type %s, which no YAML is read into", at.path, v.Type()))
	}
}

// text is a text that no YAML reader takes for anything else.
func (d *decoder) text(n *yaml.Node, at place) (string, bool) {
	_, boolean := asBool(n.Value)
	switch {
	case n.Kind == yaml.AliasNode || n.Style&yaml.TaggedStyle != 0: // Read has said so
		return "", false
	case n.Kind != yaml.ScalarNode:
		d.fail(n, at, "want a text, not "+kindOf(n), d.bracketHint(n))
		return "", false
	case isNull(n) && n.Value == "":
		d.failAt(at.position(n), at, "want a text, not nothing", "")
		return "", false
	case isPlain(n) && boolean:
		d.fail(n, at, fmt.Sprintf("%s without quotes is a boolean to many readers of YAML", n.Value), "write "+quote(n.Value))
		return "", false
	case isPlain(n) && n.ShortTag() != "!!str" && n.ShortTag() != "!!merge":
		d.fail(n, at, fmt.Sprintf("want a text, and %s without quotes is %s", clip(n.Value), kindOf(n)), "write "+quote(n.Value))
		return "", false
	case strings.TrimSpace(n.Value) == "":
		d.fail(n, at, "the text is empty", "write one, or remove the key")
		return "", false
	}
	return n.Value, true
}

// bracketHint is for {title} and [bot] where a text is wanted: what stands in the file, in quotes.
func (d *decoder) bracketHint(n *yaml.Node) string {
	if n.Style&yaml.FlowStyle == 0 || n.Line > len(d.file.lines) {
		return ""
	}
	line := []rune(strings.TrimRight(d.file.lines[n.Line-1], "\r"))
	if n.Column > len(line) {
		return ""
	}
	s := &scanner{text: []byte(string(line[n.Column-1:]))}
	s.end = len(s.text)
	if end := s.closing(0); end > 0 {
		return "if the brackets are meant, write " + quote(string(s.text[:end]))
	}
	return ""
}

// choice is a text, one of the words of the field's choices if there are any.
func (d *decoder) choice(n *yaml.Node, at place) (string, bool) {
	choices := strings.Fields(at.tag.Get("choices"))
	if len(choices) == 0 {
		return d.name(n, at)
	}
	if n.Kind == yaml.ScalarNode && slices.Contains(choices, n.Value) {
		d.mention(n, at, at.tag.Get("names"), n.Value)
		return n.Value, true
	}
	hint := ""
	if n.Kind == yaml.ScalarNode {
		if near := nearest(n.Value, choices); near != "" {
			hint = "did you mean " + quote(near) + "?"
		}
	}
	d.fail(n, at, "want "+orList(choices)+", not "+show(n), hint)
	return "", false
}

// name is a text, and where the field's tag says so the name of somebody: a login or a team, or one of the field's words.
func (d *decoder) name(n *yaml.Node, at place) (string, bool) {
	text, ok := d.text(n, at)
	kind, words := at.tag.Get("names"), strings.Fields(at.tag.Get("words"))
	switch {
	case !ok || slices.Contains(words, text):
	case kind == kindAuthor:
		if near := nearest(text, words); near != "" {
			d.report(Notice, position{n.Line, n.Column}, at.path, quote(text)+" is taken for a login", "did you mean "+quote(near)+"?")
		}
		d.author(n, at)
	default:
		d.mention(n, at, kind, text)
	}
	return text, ok
}

func (d *decoder) boolean(n *yaml.Node, at place) (b, ok bool) {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!bool" && isPlain(n) {
		return strings.EqualFold(n.Value, "true"), true
	}
	hint := ""
	if word, ok := asBool(n.Value); ok && n.Kind == yaml.ScalarNode {
		hint = "write " + word
	}
	d.fail(n, at, "want true or false, not "+show(n), hint)
	return false, false
}

// number is a number between the bounds of the field's tags.
func (d *decoder) number(n *yaml.Node, at place, want string, tags ...string) (float64, bool) {
	f, err := strconv.ParseFloat(n.Value, 64)
	if n.Kind != yaml.ScalarNode || !slices.Contains(tags, n.ShortTag()) || err != nil {
		hint := ""
		if err == nil && n.Kind == yaml.ScalarNode && !isPlain(n) {
			hint = "write it without quotes"
		}
		d.fail(n, at, "want "+want+", not "+show(n), hint)
		return 0, false
	}
	low, high := at.tag.Get("min"), at.tag.Get("max")
	if low != "" && f < bound(low) || high != "" && f > bound(high) || f > 1e9 || f < -1e9 {
		d.fail(n, at, fmt.Sprintf("want %s %s, not %s", want, span(low, high), clip(n.Value)), "")
		return 0, false
	}
	return f, true
}

// bound reads a min or max tag; one that is no number is a mistake of the program.
func bound(tag string) float64 {
	f, err := strconv.ParseFloat(tag, 64)
	if err != nil {
		panic("config: tag " + strconv.Quote(tag) + " is no number")
	}
	return f
}

func span(low, high string) string {
	switch {
	case low == "" && high == "":
		return "that is not so large"
	case high == "":
		return "from " + low + " on"
	case low == "":
		return "up to " + high
	}
	return "from " + low + " to " + high
}

// orList is "a, b or c".
func orList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
