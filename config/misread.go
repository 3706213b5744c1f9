package config

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// misread is a value that people write without quotes and that makes the whole text no YAML.
type misread struct {
	pos           position
	message, hint string
}

// blank finds the misread values of a text that is no YAML and replaces each by as many letters, so that what is left can be
// read and every position stays true. It is a scanner of tokens, not of YAML: what it reports is only believed because the
// text is known to be wrong.
func blank(text []byte) ([]byte, []misread) {
	s := &scanner{text: bytes.Clone(text), block: -1, counted: -1}
	for line := 1; s.at < len(s.text); line++ {
		s.line, s.start = line, s.at
		s.end = len(s.text)
		if i := bytes.IndexByte(s.text[s.at:], '\n'); i >= 0 {
			s.end = s.at + i
		}
		s.scanLine()
		s.at = s.end + 1
	}
	return s.text, s.found
}

type scanner struct {
	text       []byte
	at         int // the next byte
	start, end int // of the line
	line       int
	flow       []byte // the brackets that are open
	quote      byte   // the quote that is open
	block      int    // indentation of the key of a block scalar (| or >); -1: in none
	counted    int    // the byte up to which column counts
	column     int
	found      []misread
}

func (s *scanner) scanLine() {
	if s.quote == 0 && s.block >= 0 && s.inBlock() {
		return
	}
	if s.quote == 0 && len(s.flow) == 0 {
		s.tabs()
	}
	for s.at < s.end {
		s.token()
	}
}

// inBlock reports whether the line belongs to the block scalar that is open, and closes it if not.
func (s *scanner) inBlock() bool {
	line := s.text[s.start:s.end]
	if blank := len(bytes.TrimSpace(line)) == 0; blank || s.indent() > s.block {
		return true
	}
	s.block = -1
	return false
}

func (s *scanner) indent() int {
	line := s.text[s.start:s.end]
	return len(line) - len(bytes.TrimLeft(line, " "))
}

// tabs replaces the tabs with which a line is indented.
func (s *scanner) tabs() {
	first := true
	for i := s.start; i < s.end && (s.text[i] == ' ' || s.text[i] == '\t'); i++ {
		if s.text[i] != '\t' {
			continue
		}
		if first && len(bytes.TrimSpace(s.text[i:s.end])) > 0 {
			s.add(i, "a tab in the indentation", "YAML wants spaces")
		}
		first, s.text[i] = false, ' '
	}
}

// token steps over one token. It is called at the beginning of one, or at blanks before it.
func (s *scanner) token() {
	if s.quote != 0 {
		s.quoted()
		return
	}
	switch c := s.text[s.at]; {
	case c == ' ' || c == '\t' || c == '\r' || c == ',':
		s.at++
	case c == '#' && (s.at == s.start || isBlank(s.text[s.at-1])):
		s.at = s.end
	case c == '"' || c == '\'':
		s.quote = c
		s.at++
	case c == '[' || c == '{':
		s.open(c)
	case c == ']' || c == '}':
		s.flow = s.flow[:max(len(s.flow)-1, 0)]
		s.at++
	case (c == '-' || c == '?' || c == ':') && s.separate(s.at+1):
		s.at++
	case (c == '|' || c == '>') && len(s.flow) == 0:
		s.block = s.indent()
		s.at = s.end
	case strings.IndexByte("@`%*&!", c) >= 0:
		s.reserved(c)
	default:
		s.plain()
	}
}

// quoted steps to the end of the quotes, or of the line.
func (s *scanner) quoted() {
	for s.at < s.end {
		c := s.text[s.at]
		s.at++
		switch {
		case c == '\\' && s.quote == '"':
			s.at++
		case c == s.quote && c == '\'' && s.at < s.end && s.text[s.at] == c:
			s.at++
		case c == s.quote:
			s.quote = 0
			return
		}
	}
	s.at = s.end
}

// open steps into brackets. In a block, text after the closing bracket means that the brackets were meant as text.
func (s *scanner) open(c byte) {
	if len(s.flow) == 0 {
		if end := s.closing(s.at); end > 0 && s.textAfter(end) {
			s.mask(s.at, s.lineText(s.at), "brackets at the beginning make a mapping or a list")
			return
		}
	}
	s.flow = append(s.flow, c)
	s.at++
}

// maxBrackets bounds how far a closing bracket is looked for.
const maxBrackets = 512

// closing is the index after the bracket that closes the one at i on the same line; 0 if none does.
func (s *scanner) closing(i int) int {
	depth, quote := 0, byte(0)
	for end := min(s.end, i+maxBrackets); i < end; i++ {
		switch c := s.text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

func (s *scanner) textAfter(i int) bool {
	rest := bytes.TrimSpace(s.text[i:s.end])
	return len(rest) > 0 && rest[0] != ':' && !(rest[0] == '#' && isBlank(s.text[i]))
}

// reserved is at a character that may not begin a text.
func (s *scanner) reserved(c byte) {
	name, means := "`"+string(c)+"`", "may not begin a text without quotes"
	switch c {
	case '`':
		name = "a backtick"
	case '*':
		means = "begins an alias"
	case '&':
		means = "begins an anchor"
	case '!':
		means = "begins a tag"
	}
	s.mask(s.at, s.word(s.at), name+" "+means)
}

// plain steps over a text without quotes. In brackets `dependabot[bot]` ends at its own bracket; in a block `a: b: c` is a
// mapping inside of one.
func (s *scanner) plain() {
	from, end := s.at, s.word(s.at)
	if len(s.flow) > 0 {
		if end < s.end && (s.text[end] == '[' || s.text[end] == '{') && !isBlank(s.text[end-1]) {
			if after := s.closing(end); after > 0 {
				s.mask(from, s.word(after), "brackets inside of a list or a mapping begin another one")
				return
			}
		}
		s.at = end
		return
	}
	s.at = end
	if end < s.end && s.text[end] == ':' {
		s.value()
	}
}

// value is at the colon after a key in a block. A value that has a colon of its own needs quotes.
func (s *scanner) value() {
	s.at++
	i := s.at
	for i < s.end && isBlank(s.text[i]) {
		i++
	}
	if i >= s.end || strings.IndexByte("\"'[{#|>@`%*&!-?:", s.text[i]) >= 0 {
		return
	}
	if colon := s.word(i); colon < s.end && s.text[colon] == ':' {
		s.mask(i, s.lineText(i), "a text that contains `: ` is read as a mapping")
	}
}

// word is the end of the text without quotes that begins at i.
func (s *scanner) word(i int) int {
	from := i
	for ; i < s.end; i++ {
		c := s.text[i]
		inFlow := len(s.flow) > 0 && (strings.IndexByte(",]}", c) >= 0 || i > from && strings.IndexByte("[{", c) >= 0)
		comment := c == '#' && i > s.start && isBlank(s.text[i-1])
		if inFlow || comment || c == ':' && s.separate(i+1) {
			break
		}
	}
	for i > from && i <= s.end && isBlank(s.text[i-1]) {
		i--
	}
	return i
}

// lineText is the end of what the line says from i on, without a comment.
func (s *scanner) lineText(i int) int {
	end := s.end
	if c := bytes.Index(s.text[i:s.end], []byte(" #")); c >= 0 {
		end = i + c
	}
	return i + len(bytes.TrimRight(s.text[i:end], " \t\r"))
}

// separate reports whether a "-" or ":" before i stands for itself.
func (s *scanner) separate(i int) bool {
	return i >= s.end || isBlank(s.text[i]) || len(s.flow) > 0 && strings.IndexByte(",]}[{", s.text[i]) >= 0
}

// mask reports the text from..to and writes letters over it.
func (s *scanner) mask(from, to int, message string) {
	to = max(to, from+1)
	hint := ""
	if len(s.found) < maxMisread { // of the rest only the place is needed
		hint = "write " + quote(string(s.text[from:to]))
	}
	s.add(from, message, hint)
	for i := from; i < to; i++ {
		if s.text[i] < utf8.RuneSelf { // the rest are letters to YAML, and keep their columns
			s.text[i] = 'x'
		}
	}
	s.at = to
}

// add takes note of a misread value. Columns are counted on from the last one: a line may hold thousands.
func (s *scanner) add(i int, message, hint string) {
	if s.counted < s.start {
		s.counted, s.column = s.start, 1
	}
	s.column += utf8.RuneCount(s.text[s.counted:i])
	s.counted = i
	s.found = append(s.found, misread{position{s.line, s.column}, message, hint})
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' }
