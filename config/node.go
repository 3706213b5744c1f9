package config

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// kindOf names what a node is, for a sentence.
func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	}
	switch n.ShortTag() {
	case "!!null":
		return "nothing"
	case "!!bool":
		return "true or false"
	case "!!int", "!!float":
		return "a number"
	case "!!timestamp":
		return "a date"
	}
	return "a text"
}

// show is a node for a sentence: the value of a scalar in quotes, the kind of anything else.
func show(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode || isNull(n) && n.Value == "" {
		return kindOf(n)
	}
	return quote(n.Value)
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// isPlain is true for a scalar without quotes.
func isPlain(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Style&^yaml.TaggedStyle == 0 }

// yes and no are what YAML 1.1 readers take for a boolean. yaml.v3 does not, GitHub's and many editors' readers do.
var (
	yes = []string{"y", "yes", "on", "true"}
	no  = []string{"n", "no", "off", "false"}
)

// asBool is the boolean that a word stands for, as YAML 1.2 writes it.
func asBool(word string) (string, bool) {
	word = strings.ToLower(word)
	switch {
	case slices.Contains(yes, word):
		return "true", true
	case slices.Contains(no, word):
		return "false", true
	}
	return "", false
}

// quote shows text in double quotes, and no more of it than fits in a sentence.
func quote(text string) string { return strconv.Quote(clip(text)) }

func clip(text string) string {
	const most = 80
	if len(text) <= most {
		return text
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// join appends a key to a path.
func join(path, key string) string {
	if path == "" {
		return clip(key)
	}
	return path + "." + clip(key)
}
