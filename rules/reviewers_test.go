package rules

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func asked(ids ...int64) []Request {
	var requests []Request
	for _, id := range ids {
		requests = append(requests, Request{Person: person(id)})
	}
	return requests
}

// requested is whom a verdict asks: logins and teams.
func requested(v Verdict) string {
	var who []string
	for _, a := range v.Do {
		r := a.(RequestReviewers)
		for _, p := range r.People {
			who = append(who, p.Login)
		}
		who = append(who, r.Teams...)
	}
	return strings.Join(who, " ")
}

func TestReviewers(t *testing.T) {
	const two = "reviewers: {request: 2}"
	owners := func(text string) func(*Snapshot) { return func(s *Snapshot) { s.Owners = ParseOwners(text) } }
	recent := func(s *Snapshot) {
		s.Owners = ParseOwners("* @bo @cy @di")
		s.Recent = map[string]int64{"tok-bo": 30, "tok-cy": 10, "tok-di": 20}
	}
	team := func(s *Snapshot) {
		s.Owners = ParseOwners("* @acme/Core")
		s.Members["acme/core"] = []Person{person(1), person(2), {ID: 8, Login: "ci", Bot: true}}
	}
	for _, c := range []struct {
		name   string
		config string
		snap   func(s *Snapshot)
		change func(p *PR)
		want   string
		says   string
	}{
		{name: "an owner", snap: owners("* @bo"), want: "bo", says: "asks bo"},
		{name: "the author is not asked", snap: owners("* @ana"), says: "nobody to ask: everybody whom `reviewers.from` names is the author, asked already, or may not review"},
		{name: "no CODEOWNERS", says: "nobody to ask: main has no CODEOWNERS, and `reviewers.from` names nobody else who can be asked"},
		{name: "owner of no changed file", snap: owners("docs/ @bo"), says: "nobody to ask: everybody whom `reviewers.from` names is the author, asked already, or may not review"},
		{name: "asked the longest ago first", snap: recent, want: "cy", says: "asks cy"},
		{name: "two of three", config: two, snap: recent, want: "cy di", says: "asks cy and di"},
		{name: "never asked before anybody", config: two, snap: func(s *Snapshot) { recent(s); delete(s.Recent, "tok-bo") }, want: "bo cy", says: "asks bo and cy"},
		{name: "one is asked already", config: two, snap: recent, change: func(p *PR) { p.Requests = asked(3) }, want: "di", says: "asks di"},
		{name: "enough", snap: recent, change: func(p *PR) { p.Requests = asked(5) }, says: "asked or reviewing: eve"},
		{name: "a review takes the request away and counts", snap: recent, change: func(p *PR) { p.Reviews = []Review{review(5, "COMMENTED", head, 0)} }, says: "asked or reviewing: eve"},
		{name: "a passer-by's comment does not count", snap: recent, change: func(p *PR) { p.Reviews = []Review{{By: person(5), State: "COMMENTED"}} }, want: "cy", says: "asks cy"},
		{name: "whom we asked counts though they may not push", snap: recent, change: func(p *PR) {
			p.Reviews, p.Memory.Asked = []Review{{By: person(5), State: "COMMENTED"}}, []string{"tok-eve"}
		}, says: "asked or reviewing: eve"},
		{name: "the author's own comment does not count", snap: recent, change: func(p *PR) { p.Reviews = []Review{review(1, "COMMENTED", head, 0)} }, want: "cy", says: "asks cy"},
		{name: "a bot's review does not count", snap: recent, change: func(p *PR) { p.Reviews = []Review{{By: Person{ID: 8, Bot: true}, State: "COMMENTED", Writer: true}} }, want: "cy", says: "asks cy"},
		{name: "a request taken back is not made again", snap: recent, change: func(p *PR) { p.Removed = []Person{person(3)} }, want: "di", says: "asks di"},
		{name: "whom GitHub would not take is not asked again", snap: recent, change: func(p *PR) { p.Memory.RefusedUntil = map[string]time.Time{"tok-cy": noon.Add(time.Hour)} }, want: "di", says: "asks di"},
		{name: "whom GitHub would not take is asked again in the end", snap: recent, change: func(p *PR) { p.Memory.RefusedUntil = map[string]time.Time{"tok-cy": noon} }, want: "cy", says: "asks cy"},
		{name: "after a refusal one by one", config: two, snap: recent, change: func(p *PR) { p.Memory.Backoff = map[string]Backoff{KindRequest: {Times: 1}} }, want: "cy", says: "asks cy"},
		{name: "a team is asked as its people", snap: team, want: "bo", says: "asks bo"},
		{name: "a team's request does not name a person", snap: team, change: func(p *PR) { p.Requests = []Request{{Team: "acme/core"}} }, want: "bo", says: "asks bo"},
		{name: "a team as a team", config: "reviewers: {people: false}", snap: team, want: "acme/core", says: "asks acme/core"},
		{name: "a team as a team, asked already", config: "reviewers: {people: false}", snap: team, change: func(p *PR) { p.Requests = []Request{{Team: "acme/core"}} }, says: "asked or reviewing: acme/core"},
		{name: "people and teams together are not more than wanted", config: "reviewers: {people: false}", snap: owners("* @bo @acme/core"), want: "bo", says: "asks bo"},
		{name: "a team that cannot be read", snap: func(s *Snapshot) { team(s); s.Members["acme/core"] = nil }, says: "nobody to ask: everybody whom `reviewers.from` names is the author, asked already, or may not review; the members of acme/core cannot be read"},
		{name: "the second source only if the first has too few", config: "reviewers: {request: 2, from: [owners, cy, di]}", snap: func(s *Snapshot) { recent(s); s.Owners = ParseOwners("* @bo") }, want: "bo cy", says: "asks bo and cy"},
		{name: "a login that is no account", config: "reviewers: {from: [nobody, '@acme/core']}", snap: func(s *Snapshot) { team(s); s.People["nobody"] = nil }, want: "bo", says: "asks bo"},
		{name: "not for these", config: "reviewers: {unless: {label: automerge}}", snap: recent, says: "not asked for: `reviewers` wants not label automerge"},
		{name: "draft", snap: recent, change: func(p *PR) { p.Draft = true }, says: "draft"},
		{name: "archived", snap: func(s *Snapshot) { recent(s); s.Repo.Archived = true }, says: "the repository is archived"},
		{name: "not all reviews read", snap: recent, change: func(p *PR) { p.Truncated = []string{"reviews"} }, says: "there are more reviews than pitcrew reads"},
		{name: "closed", snap: recent, change: func(p *PR) { p.State = "CLOSED" }, says: "closed without a merge"},
		{name: "observed", snap: recent, change: func(p *PR) { p.Memory.Observed = map[string]string{KindRequest: "tok-cy"} }, says: "only observing: pitcrew would ask for a review now"},
		{name: "no memory", snap: recent, change: func(p *PR) { p.Memory = nil }, want: "cy", says: "asks cy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := c.config
			if text == "" {
				text = "reviewers: {}"
			}
			p := with(func(p *PR) { p.Reviews = nil })
			if c.change != nil {
				c.change(p)
			}
			s := snapshot(file(t, text), p)
			if c.snap != nil {
				c.snap(s)
			}
			v := verdict(t, s, "reviewers")
			if !v.Need.Empty() {
				t.Fatalf("needs %v", v.Need)
			}
			if got := requested(v); got != c.want {
				t.Errorf("asks %q, want %q", got, c.want)
			}
			var says []string
			for _, r := range v.Because {
				says = append(says, r.Sentence(nil))
			}
			if got := strings.Join(says, "; "); got != c.says {
				t.Errorf("says %q\nwant %q", got, c.says)
			}
		})
	}
}

func TestReviewersNeedPeopleAndMembers(t *testing.T) {
	s := snapshot(file(t, "reviewers: {from: [owners, '@acme/web', zoe]}"), with(unapproved))
	s.Owners = ParseOwners("* @yan @acme/core")
	v := verdict(t, s, "reviewers")
	if got := fmt.Sprint(v.Need); got != "{[yan zoe] [acme/core acme/web] []}" {
		t.Errorf("needs %s", got)
	}
	if len(v.Do) > 0 {
		t.Error("acts on what it does not know")
	}
}

func TestOwnersOfMostFilesComeFirst(t *testing.T) {
	o := ParseOwners("a/ @bo\nb/ @cy\n")
	got := ownersOf(o, []string{"a/1", "b/1", "b/2"})
	if strings.Join(got, " ") != "cy bo" {
		t.Errorf("got %v", got)
	}
}

func TestRequestHasAKeyOfPeopleAndTeams(t *testing.T) {
	a := RequestReviewers{People: []Person{person(2), person(3)}, Teams: []string{"acme/core"}}
	if got := a.Key(); got != "acme/core tok-bo tok-cy" {
		t.Errorf("key %q", got)
	}
}
