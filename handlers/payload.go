package handlers

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// object is a JSON object of which nothing is taken for granted: what is absent, null or of another type than asked for
// is zero. GitHub's own published examples differ from its schemas in a third of all payloads, and typed decoding loses
// an event for one field; so nothing is required that is not used.
type object map[string]any

// parse reads one JSON object and nothing after it. Numbers stay exact: ids are larger than a float64 can tell apart.
func parse(payload []byte) (object, bool) {
	d := json.NewDecoder(bytes.NewReader(payload))
	d.UseNumber()
	var o object
	if err := d.Decode(&o); err != nil || o == nil {
		return nil, false
	}
	_, err := d.Token()
	return o, errors.Is(err, io.EOF)
}

// at is what is at path, whose steps are joined by dots; nil where there is nothing.
func (o object) at(path string) any {
	here := any(map[string]any(o))
	for _, step := range strings.Split(path, ".") {
		fields, ok := here.(map[string]any)
		if !ok {
			return nil
		}
		here = fields[step]
	}
	return here
}

func (o object) object(path string) object {
	fields, _ := o.at(path).(map[string]any)
	return fields
}

// objects are those of a list that are objects.
func (o object) objects(path string) []object {
	list, _ := o.at(path).([]any)
	var out []object
	for _, item := range list {
		if fields, ok := item.(map[string]any); ok {
			out = append(out, fields)
		}
	}
	return out
}

// texts are those of a list that are strings.
func (o object) texts(path string) []string {
	list, _ := o.at(path).([]any)
	var out []string
	for _, item := range list {
		if text, ok := item.(string); ok {
			out = append(out, text)
		}
	}
	return out
}

func (o object) has(path string) bool { return o.at(path) != nil }

func (o object) text(path string) string {
	text, _ := o.at(path).(string)
	return text
}

func (o object) flag(path string) bool {
	flag, _ := o.at(path).(bool)
	return flag
}

func (o object) number(path string) (int64, bool) {
	number, ok := o.at(path).(json.Number)
	if !ok {
		return 0, false
	}
	n, err := number.Int64()
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
