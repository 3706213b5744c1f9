package handlers

import (
	"bytes"
	"encoding/json"
	"strings"
)

// object is the fields of a JSON object in their order; nil for what is no object. The items of a list are one as well,
// without names.
type object []field

type field struct {
	name string
	value
}

// value is one of JSON's values. Nothing is copied out of the payload, and nothing decoded, until it is asked for.
type value struct {
	kind  kindOfJSON
	kept  bool   // a fact has it already, or has left it out on purpose
	raw   string // of a number, and of a text between its quotes
	inner object // of an object or a list
}

type kindOfJSON byte

const (
	jsonNull kindOfJSON = iota
	jsonFalse
	jsonTrue
	jsonNumber
	jsonText    // raw is the text
	jsonEscaped // raw has escapes, or bytes that are no UTF-8
	jsonList
	jsonObject
)

// maxDepth is that of encoding/json.
const maxDepth = 10_000

// parse reads one JSON object and nothing after it. It takes what encoding/json takes, in one pass: nearly every payload
// comes down to a few of its fields, and this is where a burst of deliveries spends its time.
func parse(payload []byte) (object, bool) {
	p := parser{text: string(payload), open: make([]field, 0, 64)}
	p.slab = make([]field, 0, min(p.most(), maxSlab))
	p.space()
	v, ok := p.value(1)
	p.space()
	if !ok || p.at != len(p.text) || v.kind != jsonObject {
		return nil, false
	}
	return v.inner, true
}

type parser struct {
	text string
	at   int
	open []field // of the objects and lists that are not closed yet
	slab []field // where the closed ones lie, many to an allocation
}

// maxSlab is how many fields room is made for at once.
const maxSlab = 1024

// most is how many fields there are at the most: each begins after a comma or a bracket.
func (p *parser) most() int {
	return strings.Count(p.text, ",") + strings.Count(p.text, "{") + strings.Count(p.text, "[")
}

// peek is the next byte; 0 at the end.
func (p *parser) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *parser) space() {
	for c := p.peek(); c == ' ' || c == '\n' || c == '\t' || c == '\r'; c = p.peek() {
		p.at++
	}
}

// skip goes past c, if it is next.
func (p *parser) skip(c byte) bool {
	if p.peek() != c || p.at == len(p.text) {
		return false
	}
	p.at++
	return true
}

func (p *parser) value(depth int) (value, bool) {
	switch p.peek() {
	case '{':
		return p.nest(depth, '}', jsonObject)
	case '[':
		return p.nest(depth, ']', jsonList)
	case '"':
		return p.string()
	case 't':
		return p.word("true", jsonTrue)
	case 'f':
		return p.word("false", jsonFalse)
	case 'n':
		return p.word("null", jsonNull)
	}
	return p.number()
}

func (p *parser) word(word string, kind kindOfJSON) (value, bool) {
	ok := strings.HasPrefix(p.text[p.at:], word)
	p.at += len(word)
	return value{kind: kind}, ok
}

// nest reads an object or a list.
func (p *parser) nest(depth int, end byte, kind kindOfJSON) (value, bool) {
	p.at++
	start := len(p.open)
	p.space()
	for more := !p.skip(end); more; {
		f, ok := p.field(depth, kind)
		if !ok {
			return value{}, false
		}
		p.open = append(p.open, f)
		p.space()
		switch {
		case p.skip(end):
			more = false
		case !p.skip(','):
			return value{}, false
		}
	}
	inner := p.close(start)
	return value{kind: kind, inner: inner}, depth <= maxDepth
}

// close takes the fields from start on off those that are open.
func (p *parser) close(start int) object {
	fields := p.open[start:]
	p.open = p.open[:start]
	if len(fields) > cap(p.slab)-len(p.slab) {
		p.slab = make([]field, 0, max(maxSlab/4, len(fields)))
	}
	at := len(p.slab)
	p.slab = append(p.slab, fields...)
	return object(p.slab[at:len(p.slab):len(p.slab)])
}

// field reads an item of a list, or a name and its value.
func (p *parser) field(depth int, kind kindOfJSON) (f field, ok bool) {
	p.space()
	if kind == jsonObject {
		name, ok := p.string()
		p.space()
		if !ok || !p.skip(':') {
			return f, false
		}
		f.name = name.text()
		p.space()
	}
	if depth > maxDepth {
		return f, false
	}
	f.value, ok = p.value(depth + 1)
	return f, ok
}

// plain are the bytes of a text that stand for themselves, and say nothing about those beside them.
var plain = func() (is [256]bool) {
	for c := ' '; c < 0x80; c++ {
		is[c] = c != '"' && c != '\\'
	}
	return is
}()

// string reads a text in quotes.
func (p *parser) string() (value, bool) {
	if !p.skip('"') {
		return value{}, false
	}
	v := value{kind: jsonText}
	for start := p.at; ; p.at++ {
		p.at = p.unquoted()
		switch c := p.peek(); {
		case c == '"':
			v.raw = p.text[start:p.at]
			p.at++
			return v, true
		case c < ' ': // or the end
			return v, false
		default:
			v.kind = jsonEscaped
			if c == '\\' && !p.escape() {
				return v, false
			}
		}
	}
}

// unquoted is where the plain bytes end. Most of a payload is read here.
func (p *parser) unquoted() int {
	at := p.at
	for at < len(p.text) && plain[p.text[at]] {
		at++
	}
	return at
}

// escape goes to the last byte of an escape.
func (p *parser) escape() bool {
	p.at++
	if p.peek() != 'u' {
		return p.peek() != 0 && strings.IndexByte(`"\/bfnrt`, p.peek()) >= 0
	}
	for range 4 {
		p.at++
		if c := p.peek() | 0x20; (c < '0' || c > '9') && (c < 'a' || c > 'f') || p.peek() < '0' {
			return false
		}
	}
	return true
}

// number reads a number as JSON writes it (RFC 8259, section 6).
func (p *parser) number() (value, bool) {
	start := p.at
	p.skip('-')
	ok := p.skip('0') || p.digits()
	if p.skip('.') {
		ok = p.digits() && ok
	}
	if p.skip('e') || p.skip('E') {
		_ = p.skip('+') || p.skip('-')
		ok = p.digits() && ok
	}
	return value{kind: jsonNumber, raw: p.text[start:p.at]}, ok
}

func (p *parser) digits() bool {
	start := p.at
	for c := p.peek(); c >= '0' && c <= '9'; c = p.peek() {
		p.at++
	}
	return p.at > start
}

// text is what a text says, "" for what is none. What is no UTF-8 is replaced, as everybody else's decoder does.
func (v *value) text() string {
	switch {
	case v.kind == jsonText:
		return v.raw
	case v.kind != jsonEscaped:
		return ""
	case strings.IndexByte(v.raw, '\\') < 0:
		return strings.ToValidUTF8(v.raw, "\uFFFD")
	}
	var text string
	quoted := bytes.Join([][]byte{nil, []byte(v.raw), nil}, []byte{'"'})
	if json.Unmarshal(quoted, &text) != nil {
		return ""
	}
	return text
}
