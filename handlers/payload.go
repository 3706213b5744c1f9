package handlers

import (
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// object is a JSON object of which nothing is taken for granted: what is absent, null or of another type than asked for
// is zero. GitHub's own published examples differ from its schemas in a third of all payloads, and typed decoding loses
// an event for one field; so nothing is required that is not used. Most of a payload is never asked for, hence never read.
type object map[string]*value

// value is a field of an object, and once it was asked for, the object that it is.
type value struct {
	gjson.Result
	fields object
}

// parse reads one JSON object and nothing after it.
func parse(payload []byte) (object, bool) {
	if !json.Valid(payload) { // which also bounds how deep it is nested; gjson asks for valid text
		return nil, false
	}
	o := fieldsOf(gjson.ParseBytes(payload))
	return o, o != nil
}

// fieldsOf is nil for what is no object. Of a name that comes twice the last one counts.
func fieldsOf(r gjson.Result) object {
	if !r.IsObject() {
		return nil
	}
	o := object{}
	r.ForEach(func(name, field gjson.Result) bool {
		o[name.String()] = &value{Result: field}
		return true
	})
	return o
}

// at is what is at path, whose steps are joined by dots; nil where there is nothing, or null.
func (o object) at(path string) *value {
	step, rest, more := strings.Cut(path, ".")
	v := o[step]
	switch {
	case v == nil || v.Type == gjson.Null:
		return nil
	case !more:
		return v
	}
	return v.object().at(rest)
}

// object is nil for what is no object.
func (v *value) object() object {
	if v != nil && v.fields == nil {
		v.fields = fieldsOf(v.Result)
	}
	if v == nil {
		return nil
	}
	return v.fields
}

func (o object) object(path string) object { return o.at(path).object() }

// list is what a list has; nothing for what is no list.
func (o object) list(path string) []gjson.Result {
	if v := o.at(path); v != nil && v.IsArray() {
		return v.Array()
	}
	return nil
}

// objects are those of a list that are objects.
func (o object) objects(path string) []object {
	var out []object
	for _, item := range o.list(path) {
		if fields := fieldsOf(item); fields != nil {
			out = append(out, fields)
		}
	}
	return out
}

// texts are those of a list that are strings.
func (o object) texts(path string) []string {
	var out []string
	for _, item := range o.list(path) {
		if item.Type == gjson.String {
			out = append(out, valid(item.Str))
		}
	}
	return out
}

func (o object) has(path string) bool { return o.at(path) != nil }

func (o object) text(path string) string {
	if v := o.at(path); v != nil && v.Type == gjson.String {
		return valid(v.Str)
	}
	return ""
}

// valid has what is no UTF-8 replaced, as everybody else's decoder does.
func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }

func (o object) flag(path string) bool {
	flag, _ := o.boolean(path)
	return flag
}

func (o object) boolean(path string) (flag, ok bool) {
	v := o.at(path)
	return v != nil && v.Type == gjson.True, v != nil && v.IsBool()
}

// number is exact: ids are larger than a float64 can tell apart.
func (o object) number(path string) (int64, bool) {
	v := o.at(path)
	if v == nil || v.Type != gjson.Number {
		return 0, false
	}
	n, err := strconv.ParseInt(v.Raw, 10, 64)
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
func (o object) sha(path string) string {
	text := o.text(path)
	if !isSHA.MatchString(text) || strings.Trim(text, "0") == "" {
		return ""
	}
	return text
}

// time is an instant in UTC, in any of the forms that payloads have: RFC 3339, the same with a space, seconds since 1970.
func (o object) time(path string) time.Time {
	if n, ok := o.number(path); ok && n > 0 && n < 1<<40 {
		return time.Unix(n, 0).UTC()
	}
	text := o.text(path)
	for _, form := range []string{time.RFC3339, "2006-01-02 15:04:05Z07:00"} {
		if t, err := time.Parse(form, text); err == nil && t.Year() > 0 && t.Year() < 10000 {
			return t.UTC()
		}
	}
	return time.Time{}
}

// A commit id is SHA-1 or SHA-256 in hexadecimal. A word is one of GitHub's own, such as a state: no sentence, no name.
var (
	isSHA  = regexp.MustCompile(`^[0-9a-f]{40}([0-9a-f]{24})?$`)
	isWord = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,39}$`)
)

// word is text in lower case if it has the form of a word, else nothing.
func word(text string) string {
	if !isWord.MatchString(text) {
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
