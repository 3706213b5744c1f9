package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// Bounds of a JSON file, far above what people write.
const (
	maxText  = 1 << 20
	maxDepth = 64
)

// jsonValue is a value of a JSON text with its place. Numbers, booleans, null and arrays are kept as places only.
type jsonValue struct {
	start, end int          // bytes of the text, quotes included
	text       string       // of a string
	isString   bool         //
	isObject   bool         //
	members    []jsonMember // of an object, in the order of the text
}

type jsonMember struct {
	key   string
	value jsonValue
}

// member is the value of a key of an object.
func (v jsonValue) member(key string) (jsonValue, bool) {
	for _, m := range v.members {
		if m.key == key {
			return m.value, true
		}
	}
	return jsonValue{}, false
}

// parseJSON reads a JSON text whose top is an object. Errors name line and column.
func parseJSON(text []byte) (jsonValue, error) {
	switch {
	case len(text) > maxText:
		return jsonValue{}, fmt.Errorf("%d bytes, and at most %d are read", len(text), maxText)
	case bytes.HasPrefix(text, []byte("\ufeff")):
		return jsonValue{}, errors.New("line 1: begins with a byte order mark; save it as UTF-8 without one")
	case !utf8.Valid(text):
		return jsonValue{}, errors.New("not UTF-8")
	}
	var raw json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		return jsonValue{}, syntaxError(text, err)
	}
	p := &jsonParser{text: text, dec: json.NewDecoder(bytes.NewReader(text))}
	v, err := p.value(1)
	if err == nil && !v.isObject {
		err = errors.New("line 1: want an object at the top")
	}
	return v, err
}

func syntaxError(text []byte, err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("%s: %w", place(text, int(syntax.Offset)-1), err)
	}
	return err
}

// place is the line and column of a byte, counted from 1, the column in characters.
func place(text []byte, i int) string {
	before := text[:min(max(i, 0), len(text))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return fmt.Sprintf("line %d, column %d", bytes.Count(before, []byte("\n"))+1, utf8.RuneCount(before[start:])+1)
}

// jsonParser follows encoding/json's tokens through a text that is known to be valid.
type jsonParser struct {
	text []byte
	dec  *json.Decoder
}

// next is a token and where it begins.
func (p *jsonParser) next() (json.Token, int, error) {
	start := int(p.dec.InputOffset())
	for start < len(p.text) && bytes.IndexByte([]byte(" \t\r\n,:"), p.text[start]) >= 0 {
		start++
	}
	tok, err := p.dec.Token()
	return tok, start, err
}

func (p *jsonParser) value(depth int) (jsonValue, error) {
	tok, start, err := p.next()
	if err != nil {
		return jsonValue{}, err
	}
	v := jsonValue{start: start}
	switch tok := tok.(type) {
	case string:
		v.text, v.isString = tok, true
	case json.Delim:
		if depth > maxDepth {
			return v, fmt.Errorf("%s: nested deeper than %d levels", place(p.text, start), maxDepth)
		}
		v.isObject = tok == '{'
		v.members, err = p.inside(v.isObject, depth)
	}
	v.end = int(p.dec.InputOffset())
	return v, err
}

// inside reads what stands between brackets, and the closing one. Of an array nothing is kept.
func (p *jsonParser) inside(object bool, depth int) ([]jsonMember, error) {
	var members []jsonMember
	seen := map[string]bool{}
	for p.dec.More() {
		var m jsonMember
		if object {
			tok, start, err := p.next()
			if err != nil {
				return nil, err
			}
			m.key, _ = tok.(string)
			if seen[m.key] {
				return nil, fmt.Errorf("%s: duplicate key %.80q", place(p.text, start), m.key)
			}
			seen[m.key] = true
		}
		var err error
		if m.value, err = p.value(depth + 1); err != nil {
			return nil, err
		}
		if object {
			members = append(members, m)
		}
	}
	_, _, err := p.next()
	return members, err
}
