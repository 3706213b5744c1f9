package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Difference is a pull request of which another configuration decides otherwise. It holds what the log may hold.
type Difference struct {
	Repo   int64        `json:"repo,omitempty"` // where it is in another repository than the file
	Name   string       `json:"-"`              // of that repository
	Number int          `json:"number"`
	Landed bool         `json:"landed,omitempty"` // it is merged: decided as it was when it landed
	Rules  []RuleDiffer `json:"rules"`
}

// RuleDiffer is what one rule says before and after, as far as that is not the same: what stands in the way, else what is done,
// else why there is nothing to do. One of the two may be empty.
type RuleDiffer struct {
	Rule string   `json:"rule"`
	Was  []Reason `json:"was,omitempty"`
	Is   []Reason `json:"is,omitempty"`
}

// Differ compares the verdicts of two configurations on one pull request, rule by rule. Where a setting stands, and what a policy
// is called, is no difference: only what stands in the way and what is done. A rule that does nothing does the same as one that is
// off.
func Differ(was, is []Verdict) []RuleDiffer {
	var out []RuleDiffer
	for i := range min(len(was), len(is)) {
		a, b := telling(was[i]), telling(is[i])
		d := RuleDiffer{Rule: was[i].Rule, Was: without(a, b), Is: without(b, a)}
		if len(d.Was)+len(d.Is) == 0 {
			continue
		}
		if len(a) == 0 {
			d.Was = offReason(was[i])
		}
		if len(b) == 0 {
			d.Is = offReason(is[i])
		}
		out = append(out, d)
	}
	return out
}

// telling are the reasons of a verdict that make its decision: those that block, and that a branch is kept up to date, whether it
// is behind just now or not. What is already as it should be decides nothing.
func telling(v Verdict) []Reason {
	var reasons []Reason
	for _, r := range v.Because {
		switch about := r.Code == CodeBehind || r.Code == CodeUnknownness || r.Code == CodeUpToDate; {
		case about && v.Standing == Kept:
			reasons = append(reasons, reason(CodeKept, Done, "base", r.Args["base"]))
		case r.Blocks():
			reasons = append(reasons, r)
		}
	}
	return reasons
}

// offReason says that a rule is off, if it is.
func offReason(v Verdict) []Reason {
	return slices.DeleteFunc(slices.Clone(v.Because), func(r Reason) bool { return r.Code != CodeOff && r.Code != CodeNotWanted })
}

// without are the reasons that others do not have.
func without(reasons, others []Reason) []Reason {
	return slices.DeleteFunc(slices.Clone(reasons), func(r Reason) bool {
		return slices.ContainsFunc(others, func(o Reason) bool { return sameDecision(r, o) })
	})
}

// worded are the arguments that only say a decision in words, by code.
var worded = map[Code][]string{CodeConflict: {"files"}, CodeNoPolicy: {"why", "clears"}, CodeNever: {"clears", "by"}, CodeMatchUnknown: {"what", "why"}, CodeBumpUnknown: {"what", "why", "clears"}}

func sameDecision(a, b Reason) bool {
	if a.Code != b.Code || a.State != b.State || !slices.EqualFunc(a.Who, b.Who, func(x, y Person) bool { return x.ID == y.ID && x.Token == y.Token }) {
		return false
	}
	x, y := maps.Clone(a.Args), maps.Clone(b.Args)
	for _, key := range worded[a.Code] {
		delete(x, key)
		delete(y, key)
	}
	return maps.Equal(x, y)
}

// Sentence says the difference of one rule: "approval 0 of 1 at 3f2a1c9 → approval 0 of 2 at 3f2a1c9".
func (d RuleDiffer) Sentence(names Names) string {
	was, is := sentencesOf(d.Was, names), sentencesOf(d.Is, names)
	switch {
	case was == "":
		return "now also: " + is
	case is == "":
		return "no longer: " + was
	}
	return was + " → " + is
}

func sentencesOf(reasons []Reason, names Names) string {
	var all []string
	for _, r := range reasons {
		all = append(all, r.Sentence(names))
	}
	return strings.Join(all, "; ")
}

// AsLanded is a merged pull request as it was when it landed, as far as GitHub still tells: open, and nothing of GitHub's own in
// its way. Labels, checks and conversations are those of now.
func (p *PR) AsLanded(at time.Time) *PR {
	was := *p
	was.State, was.Mergeable, was.MergeState, was.Behind, was.Draft = "OPEN", Yes, "CLEAN", No, false
	was.Decision = ""
	was.Reviews = slices.DeleteFunc(slices.Clone(p.Reviews), func(r Review) bool { return r.At.After(at) })
	return &was
}

// AsComputed is an open pull request of which GitHub has not computed yet whether it can be merged, as if it could: lists tell that
// of few, and it is no difference.
func (p *PR) AsComputed() *PR {
	if p.Mergeable != Unknown {
		return p
	}
	was := *p
	was.Mergeable = Yes
	if p.MergeState == "UNKNOWN" {
		was.MergeState = "CLEAN"
	}
	return &was
}

// Preview is what another configuration would change: decisions on open pull requests, and on merged ones as they were when they
// landed.
type Preview struct {
	Key     string       `json:"key"` // digest of the files that were compared
	At      time.Time    `json:"at"`
	Open    Compared     `json:"open"`
	Landed  Compared     `json:"landed"`
	Sample  Sample       `json:"sample,omitzero"`
	Observe string       `json:"observe,omitempty"` // what becomes of observe, where it differs: "false → true"
	Differ  []Difference `json:"differ,omitempty"`  // the first ones of all
}

// Previewed is the facts of an EventPreview.
type Previewed struct {
	File    string  `json:"file"`
	Preview Preview `json:"preview"`
}

// Compared is how many pull requests were decided twice.
type Compared struct {
	Read   int `json:"read"`
	All    int `json:"all"` // how many there are; of merged ones, as many as were wanted
	Differ int `json:"differ"`
	Hidden int `json:"hidden,omitempty"` // of the different ones, in private repositories: they are not named where everybody may read
}

// Sample is which repositories were read to compare an organisation's file; zero: the one in which the file is.
type Sample struct {
	Read int `json:"read"`
	All  int `json:"all"`
}

// Add takes a pull request into the count, with what differs about it; hidden says that it must not be named.
func (p *Preview) Add(d Difference, hidden bool) {
	c := &p.Open
	if d.Landed {
		c = &p.Landed
	}
	c.Read++
	switch {
	case len(d.Rules) == 0:
		return
	case hidden:
		c.Hidden++
	default:
		p.Differ = append(p.Differ, d)
	}
	c.Differ++
}

// Counts adds to how many pull requests there are, open or merged.
func (p *Preview) Counts(landed bool, n int) {
	if landed {
		p.Landed.All += n
		return
	}
	p.Open.All += n
}

// What is kept of a preview: differences, reasons of each side of one, letters of each of their arguments. A file may have thousands.
const (
	keptDiffer  = 20
	keptReasons = 10
	keptLetters = 200
)

// Keep cuts a preview to what the log keeps.
func (p *Preview) Keep() {
	p.Differ = slices.Clone(p.Differ[:min(len(p.Differ), keptDiffer)])
	for i := range p.Differ {
		p.Differ[i].Rules = slices.Clone(p.Differ[i].Rules)
		for j, r := range p.Differ[i].Rules {
			p.Differ[i].Rules[j].Was, p.Differ[i].Rules[j].Is = shortened(r.Was), shortened(r.Is)
		}
	}
}

func shortened(reasons []Reason) []Reason {
	reasons = slices.Clone(reasons[:min(len(reasons), keptReasons)])
	for i, r := range reasons {
		args := maps.Clone(r.Args)
		for key, value := range args {
			if letters := []rune(value); len(letters) > keptLetters {
				args[key] = string(letters[:keptLetters]) + "…"
			}
		}
		reasons[i].Args = args
	}
	return reasons
}

// Sentence is what a maintainer reads first: "7 of 31 open pull requests would be decided differently, and 1 of the last 50 that
// were merged."
func (p *Preview) Sentence() string {
	return fmt.Sprintf("%s would be decided differently, and %s.", p.Open.words("open pull request"), p.Landed.landed())
}

func (c Compared) words(noun string) string {
	switch {
	case c.Read == 0:
		return "No " + noun
	case c.Read < c.All:
		return fmt.Sprintf("%d of the newest %d of %s", c.Differ, c.Read, count(c.All, noun))
	}
	return fmt.Sprintf("%d of %s", c.Differ, count(c.Read, noun))
}

func (c Compared) landed() string {
	if c.Read == 0 {
		return "none has been merged yet"
	}
	return fmt.Sprintf("%d of the last %d that were merged", c.Differ, c.Read)
}

// describe writes the preview as Markdown.
func (p *Preview) describe(w *strings.Builder, names Names) {
	for _, line := range append([]string{p.Sentence()}, p.notes()...) {
		fmt.Fprintf(w, "\n%s\n", Escape(line))
	}
	if len(p.Differ) > 0 {
		w.WriteString("\n")
	}
	for _, d := range p.Differ {
		for _, r := range d.Rules {
			fmt.Fprintf(w, "- %s, %s: %s\n", Escape(d.Title()), r.Rule, Escape(r.Sentence(names)))
		}
	}
	fmt.Fprintf(w, "\nCompared at %s; what happens later is not in it.\n", p.At.UTC().Format("2006-01-02 15:04 UTC"))
}

// notes are what else there is to know about a preview.
func (p *Preview) notes() []string {
	var notes []string
	if p.Observe != "" {
		notes = append(notes, "observe: "+p.Observe+".")
	}
	if p.Sample.All > 0 {
		notes = append(notes, fmt.Sprintf("Read in %d of %s.", p.Sample.Read, count(p.Sample.All, "repository")))
	}
	if n := p.Open.Hidden + p.Landed.Hidden; n > 0 {
		notes = append(notes, fmt.Sprintf("Not shown here, since they are in private repositories: %d.", n))
	}
	if more := p.Open.Differ + p.Landed.Differ - p.Open.Hidden - p.Landed.Hidden - len(p.Differ); more > 0 {
		notes = append(notes, fmt.Sprintf("%d more than are listed here.", more))
	}
	return notes
}

// Title names the pull request: "#7", "#5 (merged)", "acme/web#3".
func (d Difference) Title() string {
	title := fmt.Sprintf("%s#%d", d.Name, d.Number)
	if d.Landed {
		title += " (merged)"
	}
	return title
}
