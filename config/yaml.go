package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Bounds of a file. They are far above what a person writes and far below what costs anything to read.
const (
	maxSize    = 64 << 10
	maxDepth   = 32
	maxMisread = 100 // values that are no YAML and are reported; the rest is blanked all the same
)

// parse turns text into the node at its top, or reports why it cannot and returns nil. Values that make the text no YAML at
// all (`@team` and the like) are reported and blanked, so that the rest of the file can be read for its problems too.
func (r *reader) parse(text []byte) *yaml.Node {
	if len(text) > maxSize {
		r.report(Error, position{1, 1}, "", fmt.Sprintf("the file has %d bytes", len(text)), fmt.Sprintf("at most %d are read", maxSize))
		return nil
	}
	if pos, found := badByte(text); found {
		r.report(Error, pos, "", "a byte that is no text in UTF-8", "save the file as UTF-8 without control characters")
		return nil
	}
	root, err := parseYAML(text)
	if err != nil {
		blanked, found := blank(text)
		for i, m := range found {
			if i < maxMisread {
				r.report(Error, m.pos, "", m.message, m.hint)
			}
			r.file.misread[m.pos] = true
		}
		if root, err = parseYAML(blanked); err != nil {
			r.syntax(err, len(found) > 0)
			return nil
		}
	}
	if root == nil {
		r.report(Error, position{1, 1}, "", "the file is empty", "begin with `version: 1`")
	}
	return root
}

// parseYAML reads the one document of text: nil if there is none.
func parseYAML(text []byte) (root *yaml.Node, err error) {
	defer func() {
		// yaml.v3 answers some malformed texts with a panic of its own.
		if p := recover(); p != nil {
			root, err = nil, fmt.Errorf("%v", p)
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc, second yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	if err := dec.Decode(&second); err == nil {
		return nil, documentError(second.Line)
	} else if !errors.Is(err, io.EOF) {
		return nil, err
	}
	root = doc.Content[0]
	if isNull(root) && root.Value == "" {
		return nil, nil
	}
	return root, nil
}

// documentError is the line where a second document begins.
type documentError int

func (e documentError) Error() string {
	return "line " + strconv.Itoa(int(e)) + ": a second document begins"
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

// syntax reports what the YAML parser says. After misread values it says it only once more: its line may be far off.
func (r *reader) syntax(err error, misread bool) {
	if misread {
		return
	}
	line, text := 1, strings.TrimPrefix(err.Error(), "yaml: ")
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1])
		text = strings.Replace(text, m[0], "", 1)
	}
	if strings.HasPrefix(text, "did not find expected") || strings.HasPrefix(text, "block sequence entries") {
		line++ // the library's parser counts lines from 0, its scanner from 1
	}
	var second documentError
	hint, what := "", "not YAML: "
	switch {
	case errors.As(err, &second):
		what, hint = "", "put everything into one, without `---`"
	case strings.Contains(text, "unexpected end of stream"):
		hint = "a quote is open"
	case strings.Contains(text, "mapping values are not allowed"):
		hint = "a text that contains `: ` needs quotes, and keys of one level begin in the same column"
	case strings.Contains(text, "did not find expected key"):
		hint = "keys of one level begin in the same column"
	case strings.Contains(text, "did not find expected ',' or"):
		hint = "a bracket or a comma is missing, or a text needs quotes"
	}
	line = min(max(line, 1), len(r.file.lines))
	r.report(Error, position{line, r.indent(line)}, "", what+clip(text), hint)
}

// indent is the column of the first character of a line that is no blank.
func (r *reader) indent(line int) int {
	text := r.file.lines[line-1]
	return len(text) - len(strings.TrimLeft(text, " \t")) + 1
}

// badByte finds the first byte that is not UTF-8, or a control character.
func badByte(text []byte) (pos position, found bool) {
	pos = position{1, 1}
	for len(text) > 0 {
		c, size := utf8.DecodeRune(text)
		if c == utf8.RuneError && size == 1 || unicode.IsControl(c) && !strings.ContainsRune("\t\n\r\u0085", c) {
			return pos, true
		}
		pos.column++
		if c == '\n' {
			pos = position{pos.line + 1, 1}
		}
		text = text[size:]
	}
	return pos, false
}

// check reports what is wrong in any YAML that we read, wherever it stands: aliases, anchors, tags, depth, keys that are no
// text or there twice.
func (r *reader) check(root *yaml.Node) { r.checkNode(root, "", 1) }

func (r *reader) checkNode(n *yaml.Node, path string, depth int) {
	if depth > maxDepth {
		r.report(Error, at(n), path, fmt.Sprintf("nested deeper than %d levels", maxDepth), "")
		return
	}
	r.checkMarks(n, path)
	switch n.Kind {
	case yaml.SequenceNode:
		for i, e := range n.Content {
			r.checkNode(e, fmt.Sprintf("%s[%d]", path, i), depth+1)
		}
	case yaml.MappingNode:
		first := map[string]int{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			r.checkKey(n.Content[i], path, first)
			r.checkNode(n.Content[i+1], join(path, n.Content[i].Value), depth+1)
		}
	}
}

// checkMarks reports the characters with which YAML gives a node another meaning than its text.
func (r *reader) checkMarks(n *yaml.Node, path string) {
	switch {
	case n.Kind == yaml.AliasNode:
		r.report(Error, at(n), path, "`*"+clip(n.Value)+"` is an alias, and aliases are not read", "write the value out, or a text in quotes: "+quote("*"+n.Value))
	case n.Anchor != "":
		r.report(Error, at(n), path, "`&"+clip(n.Anchor)+"` is an anchor, and anchors are not read", "remove it, or write a text in quotes: "+quote("&"+n.Anchor))
	case n.Style&yaml.TaggedStyle != 0:
		hint := "remove it"
		if n.Kind == yaml.ScalarNode && n.Style == yaml.TaggedStyle {
			hint += ", or write a text in quotes: " + quote(strings.TrimSpace(n.Tag+" "+n.Value))
		}
		r.report(Error, at(n), path, "`"+clip(n.Tag)+"` is a tag, and tags are not read", hint)
	case n.Kind == yaml.ScalarNode && n.Style == 0 && cutByComment(n):
		whole := n.Value + " " + firstLine(n.LineComment)
		r.report(Notice, at(n), path, "what follows ` #` is a comment and not part of the value", "if it is meant, write "+quote(whole))
	}
}

// cutByComment tells `title: Fix #12` from `title: Fix # that one`: who writes a comment leaves a space after the #.
func cutByComment(n *yaml.Node) bool {
	c := firstLine(n.LineComment)
	return len(c) > 1 && c[0] == '#' && !strings.ContainsRune(" \t#", rune(c[1]))
}

func (r *reader) checkKey(key *yaml.Node, path string, first map[string]int) {
	if key.Kind != yaml.ScalarNode {
		r.report(Error, at(key), path, "want a word as key, not "+kindOf(key), "a text with braces or brackets needs quotes")
		return
	}
	if key.Anchor != "" || key.Style&yaml.TaggedStyle != 0 {
		r.checkMarks(key, path)
	}
	if line, ok := first[key.Value]; ok {
		r.report(Error, at(key), join(path, key.Value), fmt.Sprintf("duplicate key %s, first on line %d", quote(key.Value), line), "keep one of them")
		return
	}
	first[key.Value] = key.Line
}
