package server

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
)

// drawing are the functions of the templates.
var drawing = template.FuncMap{
	"shape":     func(s rules.State) string { return rules.Shapes[s] },
	"class":     classOf,
	"thousands": ledger.Thousands,
	"count":     ledger.Count,
	"path":      func(repo ledger.Repository) string { return repoPath(repo) },
	"code":      code,
	"ordinal":   ordinal,
	"add":       func(a, b int) int { return a + b },
	"pairs":     pairs,
	"say":       func(w ledger.Why) string { return w.Say() },
}

// pairs gives a part of a page several values: pairs "Rows" rows "Caption" "…".
func pairs(kv ...any) (map[string]any, error) {
	m := map[string]any{}
	for i := 0; i+1 < len(kv); i += 2 {
		key, ok := kv[i].(string)
		if !ok {
			return nil, fmt.Errorf("key %d is no string", i/2)
		}
		m[key] = kv[i+1]
	}
	return m, nil
}

// classOf is the class of a state in the style sheet; "done", "waiting", "person", "stopped", "off".
func classOf(s rules.State) string {
	if s == rules.NeedsYou {
		return "person"
	}
	return string(s)
}

// code marks what stands between backquotes as code: sentences of reasons name sections and keys so.
func code(text string) template.HTML {
	parts := strings.Split(text, "`")
	var b strings.Builder
	for i, part := range parts {
		escaped := template.HTMLEscapeString(part)
		switch {
		case i%2 == 1 && i+1 < len(parts):
			b.WriteString("<code>" + escaped + "</code>")
		case i%2 == 1:
			b.WriteString("`" + escaped) // one without a partner
		default:
			b.WriteString(escaped)
		}
	}
	return template.HTML(b.String())
}

// moment is a time as people read it: relative, with the exact time beside it.
type moment struct {
	At  time.Time
	Now time.Time
}

func (p *Pages) moment(t time.Time) moment { return moment{t, p.clock()} }

// ISO is for the attribute datetime.
func (m moment) ISO() string { return m.At.UTC().Format(time.RFC3339) }

// Exact is the time with its zone.
func (m moment) Exact() string { return m.At.UTC().Format("2 January 2006, 15:04:05 UTC") }

// Relative is the time from now, in the largest unit that fits.
func (m moment) Relative() string {
	d := m.Now.Sub(m.At)
	switch {
	case d <= -time.Second:
		return "in " + span(-d)
	case d < time.Second:
		return "now"
	}
	return span(d) + " ago"
}

// For is how long ago, without "ago".
func (m moment) For() string { return span(max(m.Now.Sub(m.At), 0)) }

// span is a duration in one unit.
func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d/time.Second))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d/time.Minute))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d/time.Hour))
	}
	return fmt.Sprintf("%d days", int(d/(24*time.Hour)))
}

// ordinal is 1st, 2nd, 3rd, 4th.
func ordinal(n int) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return fmt.Sprintf("%d%s", n, suffix)
}

func repoPath(r ledger.Repository) string { return "/repositories/" + r.FullName() }

func pullPath(r ledger.Repository, number int) string {
	return fmt.Sprintf("/pulls/%s/%d", r.FullName(), number)
}

func linePath(r ledger.Repository, base string) string { return "/lines/" + r.FullName() + "/" + base }

// join makes "a", "a and b", "a, b and c".
func join(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// upper begins a sentence.
func upper(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
