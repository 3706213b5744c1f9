package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// Duration is a span of time such as 30m, 2d, 36h or 1d12h. A day has 24 hours and a week 7 days; whether only working time
// counts is the key's business.
type Duration time.Duration

// maxDuration also keeps four numbers of four digits from overflowing.
const maxDuration = 3660 * 24 * time.Hour

var (
	durationForm = regexp.MustCompile(`^(?:[0-9]{1,4}[wdhm]){1,4}$`)
	durationPart = regexp.MustCompile(`[0-9]+[wdhm]`)
	durationUnit = map[byte]time.Duration{'w': 7 * 24 * time.Hour, 'd': 24 * time.Hour, 'h': time.Hour, 'm': time.Minute}
)

func (v *Duration) decode(d *decoder, n *yaml.Node, at place) {
	if n.Kind != yaml.ScalarNode || !durationForm.MatchString(n.Value) {
		hint := "write a number and its unit, w, d, h or m: 30m, 2d, 36h, 1d12h"
		if _, err := strconv.Atoi(n.Value); err == nil {
			hint = fmt.Sprintf("add the unit: %sm for minutes, %sh for hours, %sd for days", clip(n.Value), clip(n.Value), clip(n.Value))
		}
		d.fail(n, at, "want a span of time, not "+show(n), hint)
		return
	}
	var sum time.Duration
	for _, part := range durationPart.FindAllString(n.Value, -1) {
		count, _ := strconv.Atoi(part[:len(part)-1])
		sum += time.Duration(count) * durationUnit[part[len(part)-1]]
		if sum > maxDuration {
			d.fail(n, at, "want at most ten years, not "+show(n), "")
			return
		}
	}
	*v = Duration(sum)
}

// String is the span as the file would write it: 1d12h.
func (v Duration) String() string {
	var text strings.Builder
	rest := time.Duration(v)
	for _, unit := range []byte("dhm") {
		if n := rest / durationUnit[unit]; n > 0 {
			fmt.Fprintf(&text, "%d%c", n, unit)
			rest -= n * durationUnit[unit]
		}
	}
	return text.String()
}

// Strings is one text or a list of texts.
type Strings []string

func (v *Strings) decode(d *decoder, n *yaml.Node, at place) {
	out := Strings{}
	d.each(n, at, func(n *yaml.Node, at place) {
		if text, ok := d.choice(n, at); ok {
			out = append(out, text)
		}
	})
	*v = over(*v, out, at)
}

// each calls read for one value or for each of a list, and reports a value that is there twice.
func (d *decoder) each(n *yaml.Node, at place, read func(*yaml.Node, place)) {
	if n.Kind != yaml.SequenceNode {
		read(n, at)
		return
	}
	if len(n.Content) > maxList {
		d.fail(n, at, fmt.Sprintf("%d elements", len(n.Content)), fmt.Sprintf("at most %d are read", maxList))
		return
	}
	seen := map[string]bool{}
	for i, e := range n.Content {
		if e.Kind == yaml.ScalarNode && seen[e.Value] {
			d.fail(e, at.element(i), quote(e.Value)+" is there twice", "keep one of them")
			continue
		}
		seen[e.Value] = e.Kind == yaml.ScalarNode
		read(e, at.element(i))
	}
}

// Patterns is one text or a list of texts in which * stands for any text and case does not matter.
type Patterns []Pattern

func (v *Patterns) decode(d *decoder, n *yaml.Node, at place) {
	*v = over(*v, d.patterns(n, at), at)
}

// Index is the place of the first pattern that matches text; -1 if none does.
func (v Patterns) Index(text string) int {
	return slices.IndexFunc(v, func(p Pattern) bool { return p.Match(text) })
}

// MatchAny reports whether any of the patterns matches any of the texts.
func (v Patterns) MatchAny(texts []string) bool { return slices.ContainsFunc(texts, v.Match) }

// Match reports whether any of the patterns matches text.
func (v Patterns) Match(text string) bool { return v.Index(text) >= 0 }

func (d *decoder) patterns(n *yaml.Node, at place) Patterns {
	out := Patterns{}
	d.each(n, at, func(n *yaml.Node, at place) {
		text, ok := d.text(n, at)
		if !ok {
			return
		}
		p, err := NewPattern(text)
		if err != nil {
			d.fail(n, at, err.Error(), "")
			return
		}
		d.mention(n, at, at.tag.Get("names"), text)
		out = append(out, p)
	})
	return out
}

// Selection is one of the words of the field's choices, or a list of names in which * stands for any text: `checks: required`
// or `checks: [build, "e2e*"]`.
type Selection struct {
	Word  string // empty where a list stands there
	Names Patterns
}

func (v *Selection) decode(d *decoder, n *yaml.Node, at place) {
	if n.Kind == yaml.SequenceNode {
		*v = Selection{Names: d.patterns(n, at)}
		return
	}
	choices := strings.Fields(at.tag.Get("choices"))
	if n.Kind == yaml.ScalarNode && slices.Contains(choices, n.Value) {
		*v = Selection{Word: n.Value}
		return
	}
	hint := ""
	if n.Kind == yaml.ScalarNode {
		hint = "write a name as a list: [" + quote(n.Value) + "]"
		if near := nearest(n.Value, choices); near != "" {
			hint = "did you mean " + quote(near) + "?"
		}
	}
	d.fail(n, at, "want "+orList(append(slices.Clone(choices), "a list of names"))+", not "+show(n), hint)
}

// Size bounds the changed lines of a pull request: `over 400` or `under 100`, the number itself not included.
type Size struct {
	Over, Under int // 0: no bound
}

var sizeForm = regexp.MustCompile(`^(over|under) ([0-9]{1,7})$`)

func (v *Size) decode(d *decoder, n *yaml.Node, at place) {
	m := sizeForm.FindStringSubmatch(n.Value)
	if n.Kind != yaml.ScalarNode || m == nil {
		d.fail(n, at, "want a number of changed lines, not "+show(n), "write over 400 or under 100")
		return
	}
	lines, _ := strconv.Atoi(m[2])
	switch {
	case lines == 0:
		d.fail(n, at, "want a number of changed lines from 1 on, not 0", "")
	case m[1] == "over":
		*v = Size{Over: lines}
	default:
		*v = Size{Under: lines}
	}
}

// Match reports whether a number of changed lines is within the bounds.
func (v Size) Match(lines int) bool {
	return (v.Over == 0 || lines > v.Over) && (v.Under == 0 || lines < v.Under)
}

// String is the size as the file writes it.
func (v Size) String() string {
	if v.Over > 0 {
		return fmt.Sprintf("over %d", v.Over)
	}
	return fmt.Sprintf("under %d", v.Under)
}

// over is a list over that of a lower layer: in its place, or joined to it.
func over[S ~[]E, E any](lower, upper S, at place) S {
	if !at.join {
		return upper
	}
	return slices.Concat(lower, upper)
}
