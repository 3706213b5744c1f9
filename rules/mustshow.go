package rules

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// MustShow is what events said that GitHub shows by now. A read may lag behind the webhook that led to it, and a
// snapshot that does not show what its events said decides nothing. What is zero demands nothing.
//
// Events about one subject are joined with And before a snapshot is judged: what an older one said need not show any
// more. Events that name a commit and no single pull request, such as commit statuses, are about the repository: what they
// demand holds for each pull request whose head is that commit. Who waits must give up some time, for what is in no
// payload can change it too.
type MustShow struct {
	At    time.Time `json:"at,omitzero"`     // when the payload's object was changed last; the newer of two is believed
	Head  string    `json:"head,omitempty"`  // commit id of the pull request's head
	State string    `json:"state,omitempty"` // OPEN, CLOSED, MERGED
	Draft Tri       `json:"draft,omitempty"`
	Base  string    `json:"base,omitempty"`  // Digest of the name of the base branch
	Title string    `json:"title,omitempty"` // Digest of the title
	Tip   string    `json:"tip,omitempty"`   // commit id of the base branch, for its own look
	Was   string    `json:"was,omitempty"`   // commit id that the base branch had before Tip
	Rules bool      `json:"rules,omitempty"` // at Tip another file governs the branch, for every look that follows it
	Tag   string    `json:"tag,omitempty"`   // of a release that is published

	Archived Tri `json:"archived,omitempty"` // of the repository

	Labels  []ShownLabel  `json:"labels,omitempty"`
	Reviews []ShownReview `json:"reviews,omitempty"`
	Checks  []ShownCheck  `json:"checks,omitempty"`
	Asked   []string      `json:"asked,omitempty"` // whose review is requested: tokens of people, slugs of teams
}

// ShownLabel is a label that was put on or taken off.
type ShownLabel struct {
	Name string    `json:"name"`
	On   bool      `json:"on"`
	At   time.Time `json:"at,omitzero"`
}

// ShownReview is a review, told apart by the second in which it was submitted.
type ShownReview struct {
	State string    `json:"state"` // APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED
	At    time.Time `json:"at"`
}

// ShownCheck is a check run or a commit status of one commit; it says nothing about another.
type ShownCheck struct {
	Commit string `json:"commit"`
	Name   string `json:"name"`
	ID     int64  `json:"id"`               // of two on one name, the higher is the newer
	App    int64  `json:"app,omitempty"`    // 0 for a status
	Result string `json:"result,omitempty"` // as Check.Result; empty: any, it has only begun
}

// Digest stands for a name that the log must not hold, and that must be known again.
func Digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:16]
}

// Together joins what the events about one subject demand, in the order in which they arrived. Of pushes in one second it is not
// known by their times which was the last, and deliveries come in any order: where one branch tip led to another, what was left
// behind need not show any more.
func Together(all []MustShow) (must MustShow) {
	left := map[string]bool{}
	for _, m := range all {
		left[m.Was] = true
	}
	ends := slices.ContainsFunc(all, func(m MustShow) bool { return m.Tip != "" && !left[m.Tip] })
	for _, m := range all {
		if ends && left[m.Tip] { // else the branch went in a circle, and the times must do
			m.Tip = ""
		}
		must = must.And(m)
	}
	return must
}

// And is what m and other demand together; other is the one that arrived later. Where they differ the one whose object is
// newer is believed, since deliveries come in any order, and else the one that arrived later.
func (m MustShow) And(other MustShow) MustShow {
	newer, older := other, m
	if other.At.Before(m.At) {
		newer, older = m, other
	}
	newer.Head = cmp.Or(newer.Head, older.Head)
	newer.State = cmp.Or(newer.State, older.State)
	newer.Draft = cmp.Or(newer.Draft, older.Draft)
	newer.Base = cmp.Or(newer.Base, older.Base)
	newer.Title = cmp.Or(newer.Title, older.Title)
	newer.Tip, newer.Was = cmp.Or(newer.Tip, older.Tip), ""
	newer.Tag = cmp.Or(newer.Tag, older.Tag)
	newer.Rules = newer.Rules || older.Rules
	newer.Archived = cmp.Or(newer.Archived, older.Archived)
	newer.Labels = joinNewest(m.Labels, other.Labels,
		func(a, b ShownLabel) bool { return strings.EqualFold(a.Name, b.Name) },
		func(a, b ShownLabel) bool { return a.At.After(b.At) })
	newer.Reviews = joinNewest(m.Reviews, other.Reviews,
		func(a, b ShownReview) bool { return a.At.Equal(b.At) },
		func(a, _ ShownReview) bool { return a.State == "DISMISSED" })
	newer.Checks = joinNewest(m.Checks, other.Checks,
		func(a, b ShownCheck) bool { return a.Commit == b.Commit && a.Name == b.Name && a.App == b.App },
		func(a, b ShownCheck) bool { return a.ID > b.ID || a.ID == b.ID && b.Result == "" })
	newer.Asked = joinNewest(m.Asked, other.Asked,
		func(a, b string) bool { return a == b },
		func(_, _ string) bool { return true })
	return newer
}

// joinNewest is old and later with one entry of each kind: later's, unless wins says that the old one stays.
func joinNewest[T any](old, later []T, same, wins func(T, T) bool) []T {
	joined := slices.Clone(old)
	for _, l := range later {
		i := slices.IndexFunc(joined, func(o T) bool { return same(o, l) })
		switch {
		case i < 0:
			joined = append(joined, l)
		case !wins(joined[i], l):
			joined[i] = l
		}
	}
	return joined
}

// ShownBy says whether s shows all that m demands of it.
func (m MustShow) ShownBy(s *Snapshot) bool {
	switch {
	case !m.ShownOf(s.Repo):
		return false
	case s.PR != nil:
		return m.ShownIn(s.PR)
	case s.Base != nil:
		return m.Tip == "" || m.Tip == s.Base.Tip || slices.Contains(s.Base.Passed, m.Tip)
	case s.Release != nil:
		return m.Tag == "" || m.Tag == s.Release.Tag && !s.Release.Draft
	}
	return true
}

// ShownIn says whether p shows all that m demands of it. What was cut off where it is long cannot be demanded, and of a
// pull request that is merged nothing more depends on the rest.
func (m MustShow) ShownIn(p *PR) bool {
	if p.State == "MERGED" {
		return true
	}
	return shown(m.Head, p.Head) && shown(m.State, p.State) && m.shownDraft(p) &&
		shown(m.Base, Digest(p.BaseRef)) && shown(m.Title, Digest(p.Title)) &&
		all(m.Labels, p.shows) && all(m.Reviews, p.showsReview) && all(m.Checks, p.showsCheck) && all(m.Asked, p.showsAsked)
}

// ShownOf says whether r shows all that m demands of a repository.
func (m MustShow) ShownOf(r Repo) bool {
	return m.Archived == Unknown || (m.Archived == Yes) == r.Archived
}

func shown(want, have string) bool { return want == "" || want == have }

func (m MustShow) shownDraft(p *PR) bool { return m.Draft == Unknown || (m.Draft == Yes) == p.Draft }

func all[T any](wanted []T, shows func(T) bool) bool {
	return !slices.ContainsFunc(wanted, func(w T) bool { return !shows(w) })
}

func (p *PR) shows(l ShownLabel) bool {
	on := slices.ContainsFunc(p.Labels, func(name string) bool { return strings.EqualFold(name, l.Name) })
	return on == l.On || p.cut("labels")
}

func (p *PR) showsReview(r ShownReview) bool {
	return p.cut("reviews") || slices.ContainsFunc(p.Reviews, func(have Review) bool {
		return have.State == r.State && have.At.Equal(r.At)
	})
}

// showsCheck: the very run decides; if it is not there a newer one has taken its place, or the read is stale.
func (p *PR) showsCheck(want ShownCheck) bool {
	if want.Commit != p.Head || p.cut("checks") {
		return true
	}
	newer := false
	for _, c := range p.Checks {
		if c.Name != want.Name || c.App != want.App {
			continue
		}
		if c.ID == want.ID || want.App == 0 {
			return want.Result == "" || c.Result == want.Result
		}
		newer = newer || c.ID > want.ID
	}
	return newer
}

// showsAsked: who was asked and has answered, or whose request was taken back, is not asked any more.
func (p *PR) showsAsked(who string) bool {
	is := func(x Person) bool { return x.Token == who }
	return p.cut("review requests") || slices.ContainsFunc(p.Removed, is) ||
		slices.ContainsFunc(p.Reviews, func(r Review) bool { return is(r.By) }) ||
		slices.ContainsFunc(p.Requests, func(r Request) bool { return is(r.Person) || strings.HasSuffix(r.Team, "/"+who) })
}

// cut says that GitHub has more of what than was read.
func (p *PR) cut(what string) bool { return slices.Contains(p.Truncated, what) }
