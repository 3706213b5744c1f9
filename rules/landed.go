package rules

import (
	"encoding/json"
	"time"
)

// A merge request names the head; GitHub computes the rest. On 23 April 2026 it built squashes on the wrong base for some hours,
// and what had landed before was gone again, while every answer said success. So what a merge made is compared with what was
// decided on, by ids and numbers that come with the snapshot.

// Evaluated is what a merge must make.
type Evaluated struct {
	Tree      string `json:"tree,omitempty"` // of the head, if it contains the base: then it is what lands; else empty
	Files     int    `json:"files"`
	Additions int    `json:"additions"`
	Deletions int    `json:"deletions"`
	Renames   bool   `json:"renames,omitempty"` // numbers of renamed files depend on how alike both ends are
}

// evaluated is what a merge of the pull request into a base at this commit must make.
func (p *PR) evaluated(base string) Evaluated {
	e := Evaluated{Files: len(p.Files)}
	for _, f := range p.Files {
		e.Additions, e.Deletions = e.Additions+f.Additions, e.Deletions+f.Deletions
		e.Renames = e.Renames || f.Change == Renamed || f.Change == "COPIED"
	}
	if p.Behind == No && p.BaseTip == base {
		e.Tree = p.HeadTree
	}
	return e
}

// Merged is a merge of ours that was seen, as it was decided. Compared is whether it made that: Unknown until it was told.
type Merged struct {
	Head   string    `json:"head"`
	Base   string    `json:"base"`
	Method string    `json:"method"`
	Was    Evaluated `json:"was"`
	At     time.Time `json:"at"`

	Compared Tri  `json:"compared,omitempty"`
	Closed   bool `json:"closed,omitempty"` // it was compared, or given up
	Told     bool `json:"told,omitempty"`   // an issue was begun that tells of it
}

// EventCompared says on a pull request what a merge of ours made of it.
const EventCompared = "compared"

// Comparison is its facts.
type Comparison struct {
	Same Tri    `json:"same"` // Unknown: it could not be compared
	What string `json:"what,omitempty"`
}

// What differs, or why nothing could be compared.
const (
	differsParents = "its parents are not those of a merge by this method"
	differsBase    = "it lacks the base that was decided on"
	differsTree    = "its tree is not that of the head, which was up to date"
	differsMore    = "it changes more than the pull request"
	comparedNever  = "GitHub did not tell enough of it"
	comparedForced = "the base was rewritten in between"
)

// compareFor is how long GitHub is asked what a merge made.
const compareFor = 10 * time.Minute

// Landed is a merge commit. Nil where there is none.
type Landed struct {
	Commit, Tree         string
	Parents              []string
	Files                int // changed files; -1: not told
	Additions, Deletions int
	HasBase              Tri // the base branch contains both it and the commit that the merge was decided on
}

// Landing is a merge of ours that was seen or is under way and was not compared yet.
func (m *Memory) Landing() (Merged, bool) {
	if in, open := m.Open[KindMerge]; open {
		return in.merged(in.At), true
	}
	if m.Merged == nil {
		return Merged{}, false
	}
	return *m.Merged, true
}

// merged is a merge that was intended, as it is remembered.
func (in Intent) merged(at time.Time) Merged {
	var m Merged
	if json.Unmarshal(in.Action, &m) != nil {
		return Merged{}
	}
	m.At = at
	return m
}

// Compare says whether a merge made what was decided: Unknown where GitHub does not tell, or not yet. Where the base has moved in
// between, other people's changes are part of what landed; then only what could not come from the pull request is a difference.
func (m Merged) Compare(l *Landed, now time.Time) Comparison {
	c := m.compare(l)
	if c.Same == Unknown && now.Sub(m.At) >= compareFor {
		c.What = comparedNever
	}
	return c
}

func (m Merged) compare(l *Landed) Comparison {
	if l == nil || len(l.Parents) == 0 {
		return Comparison{}
	}
	if !m.shaped(l.Parents) {
		return Comparison{No, differsParents}
	}
	onBase := l.Parents[0] == m.Base
	switch {
	case onBase && m.Was.Tree != "" && l.Tree != "":
		return sameIf(l.Tree == m.Was.Tree, differsTree)
	case !onBase && l.HasBase != Yes:
		return Comparison{l.HasBase, differsBase}.known()
	case m.Method != MethodSquash || m.Was.Renames:
		return Comparison{Same: Yes}
	case l.Files < 0:
		return Comparison{}
	}
	return sameIf(!m.Was.exceeded(l), differsMore)
}

func sameIf(same bool, differs string) Comparison {
	if same {
		return Comparison{Same: Yes}
	}
	return Comparison{No, differs}
}

// known drops what is said of what cannot be told.
func (c Comparison) known() Comparison {
	if c.Same == Unknown {
		c.What = ""
	}
	return c
}

// shaped says whether a merge by this method has such parents.
func (m Merged) shaped(parents []string) bool {
	if m.Method == MethodMerge {
		return len(parents) == 2 && parents[1] == m.Head
	}
	return len(parents) == 1
}

// exceeded says that more was changed than the pull request changes. Less may be: what the base has got already is no change.
// Beyond a few hundred lines git's diff is not the shortest one, so that the same change may count a little differently.
func (e Evaluated) exceeded(l *Landed) bool {
	slack := 0
	if lines := e.Additions + e.Deletions; lines > diffExact {
		slack = lines / 20
	}
	return l.Files > e.Files || l.Additions > e.Additions+slack || l.Deletions > e.Deletions+slack
}

// diffExact is up to how many changed lines git looks for the shortest difference.
const diffExact = 256

// compared takes note of what became of the newest merge.
func (m *Memory) compared(c Comparison) {
	if m.Merged != nil {
		m.Merged.Compared, m.Merged.Closed = c.Same, true
	}
}

// Rewritten is what a difference is that somebody made who rewrote the base meanwhile: none that can be told.
func (c Comparison) Rewritten() Comparison {
	if c.What == differsBase {
		return Comparison{What: comparedForced}
	}
	return c
}

// done takes note of an act that was seen and that later decisions must know.
func (m *Memory) done(in Intent, at time.Time) {
	switch in.Kind {
	case KindMerge:
		merged := in.merged(at)
		m.Merged = &merged
	case KindRetarget:
		var a RetargetPR
		if json.Unmarshal(in.Action, &a) == nil {
			m.Retargeted = append(m.Retargeted, a.Moved)
		}
	}
}

// begun takes note of an issue that may have been opened: unless GitHub said that it was not, it is told of.
func (m *Memory) begun(act Act, told bool) {
	if act.Kind == KindIssue && m.Merged != nil {
		m.Merged.Told = told
	}
}
