package handlers

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Of an object nothing is taken for granted: what is absent, null or of another type than asked for is zero. GitHub's own
// published examples differ from its schemas in a third of all payloads, and typed decoding loses an event for one field;
// so nothing is required that is not used.

// find is the field of that name; nil where there is none. Of a name that comes twice the last one counts.
func (o object) find(name string) *value {
	for i := len(o) - 1; i >= 0; i-- {
		if o[i].name == name {
			return &o[i].value
		}
	}
	return nil
}

// at is what is at path, whose steps are joined by dots; nil where there is nothing, or null.
func (o object) at(path string) *value {
	step, rest, more := strings.Cut(path, ".")
	v := o.find(step)
	switch {
	case v == nil || v.kind == jsonNull:
		return nil
	case !more:
		return v
	}
	return v.object().at(rest)
}

// object is nil for what is no object.
func (v *value) object() object {
	if v == nil || v.kind != jsonObject {
		return nil
	}
	return v.inner
}

func (o object) object(path string) object { return o.at(path).object() }

// list is what a list has; nothing for what is no list.
func (o object) list(path string) object {
	if v := o.at(path); v != nil && v.kind == jsonList {
		return v.inner
	}
	return nil
}

// objects are those of a list that are objects.
func (o object) objects(path string) []object {
	var out []object
	for _, item := range o.list(path) {
		if item.kind == jsonObject {
			out = append(out, item.inner)
		}
	}
	return out
}

// texts are those of a list that are texts.
func (o object) texts(path string) []string {
	var out []string
	for _, item := range o.list(path) {
		if item.isText() {
			out = append(out, item.text())
		}
	}
	return out
}

func (o object) has(path string) bool { return o.at(path) != nil }

func (o object) text(path string) string {
	if v := o.at(path); v != nil {
		return v.text()
	}
	return ""
}

func (v *value) isText() bool { return v.kind == jsonText || v.kind == jsonEscaped }

func (o object) flag(path string) bool {
	flag, _ := o.boolean(path)
	return flag
}

func (o object) boolean(path string) (flag, ok bool) {
	v := o.at(path)
	return v != nil && v.kind == jsonTrue, v != nil && (v.kind == jsonTrue || v.kind == jsonFalse)
}

// number is exact: ids are larger than a float64 can tell apart.
func (o object) number(path string) (int64, bool) {
	v := o.at(path)
	if v == nil || v.kind != jsonNumber {
		return 0, false
	}
	n, err := strconv.ParseInt(v.raw, 10, 64)
	return n, err == nil
}

// id is a number above 0, or 0.
func (o object) id(path string) int64 {
	n, _ := o.number(path)
	return max(n, 0)
}

// count is an id that fits the number of a pull request.
func (o object) count(path string) int {
	if n := o.id(path); n <= math.MaxInt32 {
		return int(n)
	}
	return 0
}

// sha is a commit id; the one of zeros, which stands for none, is none.
func (o object) sha(path string) string { return sha(o.text(path)) }

func sha(text string) string {
	if len(text) != 40 && len(text) != 64 || strings.Trim(text, "0123456789abcdef") != "" || strings.Trim(text, "0") == "" {
		return ""
	}
	return text
}

// time is an instant in UTC, in any of the forms that payloads have: RFC 3339, the same with a space, seconds since 1970.
func (o object) time(path string) time.Time {
	if n, ok := o.number(path); ok && n > 0 && n < 1<<40 {
		return time.Unix(n, 0).UTC()
	}
	return instant(o.text(path))
}

// instant reads a text. What cannot be one is told by its first digits, for most texts are none.
func instant(text string) time.Time {
	if len(text) < len("2006-01-02 15:04:05Z") || text[4] != '-' || text[13] != ':' {
		return time.Time{}
	}
	for _, form := range []string{time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 UTC"} {
		if t, err := time.Parse(form, text); err == nil && t.Year() > 0 && t.Year() < 10000 {
			return t.UTC()
		}
	}
	return time.Time{}
}

// isWord is for words of GitHub's own, such as a state: no sentence, no name. Most have letters alone.
func isWord(text string) bool {
	if text == "" || len(text) > 40 {
		return false
	}
	for i := range len(text) {
		c := text[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return true
}

// word is text in lower case if it has the form of a word, else nothing.
func word(text string) string {
	if !isWord(text) {
		return ""
	}
	return strings.ToLower(text)
}

// title is text if it can be the name of a check, a label or a tag, else nothing.
func title(text string) string {
	if len(text) > 255 || !utf8.ValidString(text) || strings.ContainsFunc(text, func(c rune) bool { return c < ' ' }) {
		return ""
	}
	return text
}
