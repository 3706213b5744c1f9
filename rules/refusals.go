package rules

import (
	"regexp"
	"strings"
	"time"
)

// Hold is what a refused merge holds up besides itself.
type Hold string

// The holds. A head that cannot be rebased never can; a base into which the App may not push takes no other pull request either;
// what only met another change at the same moment keeps its place in the line for a few tries.
const (
	HoldNothing Hold = ""
	HoldHead    Hold = "head"
	HoldBase    Hold = "base"
	HoldPlace   Hold = "place"
)

// Our words for the answers that hold up more than the merge that they are for.
const (
	baseMoved     = "the base moved at the same moment"
	notRebased    = "it cannot be rebased"
	mayNotPush    = "the App may not push to this branch"
	protectedBase = "the branch protection does not allow it"
	noPermission  = "the App lacks a permission"
)

var heldUp = map[string]Hold{baseMoved: HoldPlace, notRebased: HoldHead, mayNotPush: HoldBase, protectedBase: HoldBase, noPermission: HoldBase}

// HoldOf is what GitHub's answer to a merge holds up.
func HoldOf(message string) Hold { return heldUp[known(message)] }

// BriefTries is how often a merge that met another change is tried before it holds nobody up any more.
const BriefTries = 3

// Brief is the pause after a merge that met another change, of which there were so many before.
func Brief(times int) time.Duration { return 4 * time.Second << min(times, 6) }

// Barred is that GitHub lets the App merge nothing into a base: the facts of EventBarred, on the repository. Zero Until lifts it.
type Barred struct {
	Base   string    `json:"base"`
	At     time.Time `json:"at"`
	Until  time.Time `json:"until,omitzero"` // when it is tried again; sooner if a rule of GitHub's changes
	Status int       `json:"status"`
	Why    string    `json:"why"` // our words
}

// EventBarred begins or ends it.
const EventBarred = "barred"

func (m *Memory) bar(b Barred) {
	if b.Until.IsZero() {
		delete(m.Barred, b.Base)
		return
	}
	put(&m.Barred, b.Base, b)
}

// barredReasons are why nothing at all lands in the base. Who stands in its line keeps the place.
func barredReasons(s *Snapshot, p *PR) []Reason {
	b, ok := s.Barred[p.BaseRef]
	if !ok || !s.Now.Before(b.Until) {
		return nil
	}
	return []Reason{reason(CodeBarred, Stopped, "base", p.BaseRef, "status", statusWords(b.Status), "why", b.Why)}
}

// headReasons are why this head never lands by this method.
func headReasons(method string, p *PR) []Reason {
	b := p.memory().Backoff[KindMerge]
	if method != MethodRebase || b.Holds != HoldHead || b.Key != p.Head {
		return nil
	}
	return []Reason{reason(CodeNotRebased, NeedsYou, "head", short(p.Head), "base", p.BaseRef)}
}

var needed = regexp.MustCompile(`\(needs ([a-z_=,; ]+)\)`)

// lacked names the permissions that GitHub says an answer lacks; empty: it does not say.
func lacked(message string) string {
	m := needed.FindStringSubmatch(message)
	if m == nil {
		return ""
	}
	return strings.ReplaceAll(m[1], "=", ": ")
}
