package story

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// Decision is what an open pull request was decided in the end, in a line: "would merge", "waits: approval 0 of 1 at a1".
type Decision struct {
	Pull  string // "7"; in another repository than the story's own, "acme/web#7"
	Says  string
	Where []string // the lines of the configuration, or GitHub's rules, that ask for what it waits for
}

// decided says for each open pull request what would be done with it, or what it waits for. A story with a section decide, in
// which authors of policies write what they expect, only observes.
func (w *world) decided(ctx context.Context) ([]Decision, error) {
	var all []Decision
	for _, p := range w.pulls() {
		if p.State != "open" {
			continue
		}
		subject := rules.PRSubject(p.repoID, p.Number)
		events, err := w.program.Log.Events(ctx, eventlog.Query{Subject: subject, Kinds: []string{rules.EventDecided}, Desc: true, Limit: 1})
		if err != nil {
			return nil, err
		}
		d := Decision{Pull: w.name(p.repo, p.Number), Says: "nothing to do"}
		if len(events) > 0 {
			if err := w.decision(&d, events[0]); err != nil {
				return nil, err
			}
		}
		all = append(all, d)
	}
	return all, nil
}

// decision is what would be done first, then what else is waited for.
func (w *world) decision(d *Decision, decided eventlog.Event) error {
	would, err := w.sentences(decided, func(r rules.Reason) bool { return r.Code == rules.CodeObserved })
	if err != nil {
		return err
	}
	waits, err := w.sentences(decided, holdsBack)
	if err != nil {
		return err
	}
	parts := slices.Clone(would)
	for i := range parts {
		parts[i] = strings.TrimSuffix(strings.TrimPrefix(parts[i], "only observing: pitcrew "), " now")
	}
	if len(waits) > 0 {
		parts = append(parts, "waits: "+w.named(strings.Join(waits, "; ")))
	}
	if len(parts) > 0 {
		d.Says = strings.Join(parts, "; ")
	}
	d.Where, err = placesOf(decided)
	return err
}

func holdsBack(r rules.Reason) bool { return r.Code != rules.CodeObserved && r.Blocks() }

// placesOf are the places that ask for what a decision waits for, each once.
func placesOf(decided eventlog.Event) ([]string, error) {
	var d rules.Decided
	if err := json.Unmarshal(decided.Facts, &d); err != nil {
		return nil, err
	}
	var places []string
	for _, a := range d.Answers {
		for _, r := range a.Because {
			if r.Where != "" && holdsBack(r) && !slices.Contains(places, r.Where) {
				places = append(places, r.Where)
			}
		}
	}
	return places, nil
}

// section is the text of the section decide for what was decided.
func section(decisions []Decision) string {
	var b strings.Builder
	for _, d := range decisions {
		fmt.Fprintf(&b, "%s %s\n", d.Pull, d.Says)
	}
	return b.String()
}

// Mismatch is a pull request that was decided otherwise than its story expects.
type Mismatch struct {
	Line     int      `json:"line"` // of the file; 0: the story does not speak of it
	Pull     string   `json:"pull_request"`
	Expected string   `json:"expected,omitempty"`
	Decided  string   `json:"decided,omitempty"` // empty: there is no such open pull request in the end
	Where    []string `json:"where,omitempty"`
}

// String is the mismatch for whoever wrote the policy.
func (m Mismatch) String() string {
	place := fmt.Sprintf("line %d: %s", m.Line, m.Pull)
	if m.Line == 0 {
		place = "not in the story: " + m.Pull
	}
	text := place + "\n"
	if m.Expected != "" {
		text += "    expected  " + m.Expected + "\n"
	}
	switch {
	case m.Decided == "":
		text += "    but there is no such open pull request in the end\n"
	default:
		text += "    decided   " + m.Decided + "\n"
	}
	if len(m.Where) > 0 {
		text += "    see       " + strings.Join(m.Where, ", ") + "\n"
	}
	return text
}

// expectation is one line of the section decide.
type expectation struct {
	line       int // of the file
	pull, says string
}

// expectations reads the section decide: a pull request and what is expected of it in each line. What ends with ... expects what
// begins so.
func (s *Story) expectations() ([]expectation, error) {
	var all []expectation
	for i, text := range strings.Split(s.Decide, "\n") {
		text = strings.TrimSpace(text)
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		e := expectation{line: s.lines["decide"] + i + 1}
		e.pull, e.says, _ = strings.Cut(text, " ")
		e.says = strings.TrimSpace(e.says)
		if err := e.wrong(all); err != "" {
			return nil, fmt.Errorf("%s:%d: %s", s.Path, e.line, err)
		}
		all = append(all, e)
	}
	return all, nil
}

// wrong says what is wrong with a line, and what would be right; empty: nothing.
func (e expectation) wrong(before []expectation) string {
	number := e.pull[strings.LastIndexByte(e.pull, '#')+1:]
	switch {
	case number == "" || strings.Trim(number, "0123456789") != "":
		return fmt.Sprintf("%q is no pull request; begin the line with its number, or with owner/repo#number", e.pull)
	case slices.ContainsFunc(before, func(b expectation) bool { return b.pull == e.pull }):
		return fmt.Sprintf("%s is expected twice; leave one of the lines", e.pull)
	case !strings.HasPrefix(e.says, "would") && !strings.HasPrefix(e.says, "waits") && e.says != "nothing to do":
		return fmt.Sprintf("%s: %q is no decision; write `would merge`, `waits: …` with the reasons, or `nothing to do`", e.pull, e.says)
	}
	return ""
}

func (e expectation) met(says string) bool {
	if begin, ok := strings.CutSuffix(e.says, "..."); ok {
		return strings.HasPrefix(says, strings.TrimSpace(begin))
	}
	return e.says == says
}

// mismatches compares what was decided with what a story expects, in the order of the story; what it does not speak of comes last.
func mismatches(expected []expectation, decisions []Decision) []Mismatch {
	var all []Mismatch
	for _, e := range expected {
		m := Mismatch{Line: e.line, Pull: e.pull, Expected: e.says}
		if i := slices.IndexFunc(decisions, func(d Decision) bool { return d.Pull == e.pull }); i >= 0 {
			if e.met(decisions[i].Says) {
				continue
			}
			m.Decided, m.Where = decisions[i].Says, decisions[i].Where
		}
		all = append(all, m)
	}
	for _, d := range decisions {
		if !slices.ContainsFunc(expected, func(e expectation) bool { return e.pull == d.Pull }) {
			all = append(all, Mismatch{Pull: d.Pull, Decided: d.Says, Where: d.Where})
		}
	}
	return all
}

// Under gives the story the files that it does not have itself: a .platform.yml, and the .platform.org.yml of the owner. nil is no
// file.
func (s *Story) Under(platform, organisation []byte) {
	home := s.home()
	give := func(repo, path string, text []byte) {
		_, own := s.Files[repo][path]
		if text == nil || own {
			return
		}
		if s.Files[repo] == nil {
			s.Files[repo] = map[string]string{}
		}
		s.Files[repo][path] = string(text)
	}
	give("", rules.ConfigName, platform)
	give(home[:strings.IndexByte(home+"/", '/')]+"/.github", rules.OrgConfigName, organisation)
}
