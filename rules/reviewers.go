package rules

import (
	"sort"
	"strings"

	"github.com/pitcrew-app/pitcrew/config"
)

// ReviewersSettings is the section `reviewers`.
type ReviewersSettings struct {
	Request int               `yaml:"request" min:"1" max:"15" lock:"larger" doc:"how many people, counting those already asked or reviewing"`
	From    config.Strings    `yaml:"from" names:"author" words:"owners history" doc:"whom to ask, in this order: owners (the base's CODEOWNERS), logins, teams; history (who knows the code) is not built yet and adds nobody"`
	People  bool              `yaml:"people" doc:"ask members of a team, not the team"`
	When    config.Matcher    `yaml:"when" doc:"only pull requests of which every key holds"`
	Unless  config.Matcher    `yaml:"unless" doc:"not pull requests of which any key holds"`
	Load    float64           `yaml:"load" min:"0" max:"1" later:"notice" doc:"0 ignores how much somebody already has to review; 1 spreads strictly"`
	Hours   config.Windows    `yaml:"hours" later:"notice" doc:"prefer those at work"`
	Again   bool              `yaml:"again" later:"notice" doc:"ask again once the requested changes are pushed"`
	Remind  []config.Duration `yaml:"remind" later:"notice" doc:"working time without an answer: nudge, then a second person"`
}

var reviewersDefaults = ReviewersSettings{Request: 1, From: config.Strings{fromOwners}, People: true}

// The words of `from` that are no names. History is known and adds nobody yet.
const (
	fromOwners  = "owners"
	fromHistory = "history"
)

// Reviewers asks people for a review: the owners of what is changed first, then those whom the file names; of these
// whoever was asked the longest ago.
var Reviewers = PerPR("reviewers", "Asks the right people for a review.", reviewersDefaults, reviewers)

func reviewers(r ReviewersSettings, s *Snapshot, p *PR) Verdict {
	waits := append(waitsOf(nil), FactRequests, FactReviews, FactLabels, FactText)
	if stop, need := r.stop(s, p); stop != nil || !need.Empty() {
		facts, _ := matcherFacts(s, p, r.When, r.Unless)
		return Verdict{Because: stop, Need: need, Waits: waits, Again: turns(s.Now, facts, r.When, r.Unless)}
	}
	have := p.reviewing()
	enough := whom(CodeReviewers, Done, have, p.teamsAsked())
	if len(have) >= r.Request || !r.People && len(p.teamsAsked()) > 0 {
		return Verdict{Because: []Reason{enough}, Waits: waits}
	}
	candidates, need, unknown := r.candidates(s, p)
	if !need.Empty() {
		return Verdict{Need: need}
	}
	chosen, teams := r.choose(candidates, s, p, r.Request-len(have))
	if len(chosen) == 0 && len(teams) == 0 {
		because := []Reason{reason(CodeNobody, NeedsYou, "why", r.nobody(s, p)).from(lines{s.Config, "reviewers"}.at("from"))}
		if len(unknown) > 0 {
			because = append(because, reason(CodeNobodyKnown, NeedsYou, "teams", strings.Join(unknown, ", ")))
		}
		if len(have) > 0 {
			because = []Reason{enough}
		}
		return Verdict{Because: because, Waits: waits, Again: p.memory().askable(s.Now)}
	}
	if p.memory().Observed[KindRequest] != "" {
		return Verdict{Because: []Reason{reason(CodeObserved, Stopped, "act", actVerbs[KindRequest])}, Waits: waits}
	}
	return Verdict{
		Do:      []Action{RequestReviewers{Repo: s.Repo, Number: p.Number, Head: p.Head, People: chosen, Teams: teams}},
		Because: []Reason{whom(CodeAsking, Waiting, chosen, teams)},
		Waits:   waits,
	}
}

// whom is a reason about people and teams.
func whom(code Code, state State, people []Person, teams []string) Reason {
	r := reason(code, state)
	if len(teams) > 0 {
		r.Args = Args{"teams": strings.Join(teams, ", ")}
	}
	r.Who = people
	return r
}

// stop gives the reasons why nobody is asked at all.
func (r ReviewersSettings) stop(s *Snapshot, p *PR) ([]Reason, Need) {
	switch {
	case !p.IsOpen():
		return []Reason{closedReason(p)}, Need{}
	case s.Repo.Archived:
		return []Reason{reason(CodeArchived, Stopped)}, Need{}
	case p.Draft:
		return []Reason{reason(CodeDraft, NeedsYou)}, Need{}
	}
	for _, what := range p.Truncated {
		if what == "files" || what == "reviews" || what == "review requests" {
			return []Reason{reason(CodeTruncated, Stopped, "what", what)}, Need{}
		}
	}
	facts, need := matcherFacts(s, p, r.When, r.Unless)
	if !need.Empty() {
		return nil, need
	}
	match, words := applies(r.When, r.Unless, facts)
	switch match {
	case config.Unknown:
		return []Reason{reason(CodeMatchUnknown, Waiting, "what", "`reviewers`", "why", words).from(lines{s.Config, "reviewers"}.at("when"))}, Need{}
	case config.No:
		return []Reason{reason(CodeNotWanted, Off, "why", "`reviewers` wants "+words, "clears", words).from(lines{s.Config, "reviewers"}.at("when"))}, Need{}
	}
	return nil, Need{}
}

// reviewing are the people who are asked or have reviewed, each once: a submitted review takes the request away. Who
// only passed by, without a word that counts and without being asked by us, is not taken for a reviewer.
func (p *PR) reviewing() []Person {
	var people []Person
	counts := map[int64]bool{}
	for _, r := range p.Requests {
		counts[r.Person.ID] = true
	}
	for _, r := range p.Reviews {
		counts[r.By.ID] = counts[r.By.ID] || r.Writer || r.By.Token != "" && contains(p.memory().Asked, r.By.Token)
	}
	for _, who := range p.involved() {
		if counts[who.ID] {
			people = append(people, who)
		}
	}
	return people
}

// involved are all who are asked or have reviewed, each once, the author and bots excepted.
func (p *PR) involved() []Person {
	var people []Person
	seen := map[int64]bool{p.Author.ID: true}
	add := func(who Person) {
		if !seen[who.ID] && !who.Bot {
			seen[who.ID] = true
			people = append(people, who)
		}
	}
	for _, r := range p.Requests {
		if r.Team == "" {
			add(r.Person)
		}
	}
	for _, r := range p.Reviews {
		add(r.By)
	}
	return people
}

// teamsAsked are the teams whose review is requested now.
func (p *PR) teamsAsked() []string {
	var teams []string
	for _, r := range p.Requests {
		if r.Team != "" {
			teams = append(teams, r.Team)
		}
	}
	return teams
}

// candidates are groups of people in the order of `from`, with what must still be loaded, and the teams that cannot be
// read.
func (r ReviewersSettings) candidates(s *Snapshot, p *PR) (groups [][]string, need Need, unknown []string) {
	for _, from := range r.From {
		switch strings.ToLower(from) {
		case fromOwners:
			groups = append(groups, ownersOf(s.Owners, p.paths()))
		case fromHistory:
		default:
			groups = append(groups, []string{teamKey(from)})
		}
	}
	for _, group := range groups {
		for _, name := range group {
			if strings.Contains(name, "/") {
				if _, known := s.Members[name]; !known && r.People {
					need.Teams = append(need.Teams, name)
				} else if known && s.Members[name] == nil {
					unknown = append(unknown, name)
				}
			} else if _, known := s.People[name]; !known {
				need.Logins = append(need.Logins, name)
			}
		}
	}
	return groups, need, unknown
}

// ownersOf are the owners of the changed files, those who own most of them first.
func ownersOf(o *Owners, paths []string) []string {
	count := map[string]int{}
	var names []string
	for _, path := range paths {
		for _, owner := range o.Of(path) {
			if count[owner] == 0 {
				names = append(names, owner)
			}
			count[owner]++
		}
	}
	sort.SliceStable(names, func(i, j int) bool { return count[names[i]] > count[names[j]] })
	return names
}

// choose takes up to want people, group by group, least recently asked first. Nobody is asked who is asked already, who
// is the author, whose request a person took back, or whom GitHub would not take.
func (r ReviewersSettings) choose(groups [][]string, s *Snapshot, p *PR, want int) (people []Person, teams []string) {
	out := map[int64]bool{p.Author.ID: true, s.App.User: true}
	for _, who := range append(p.involved(), p.Removed...) {
		out[who.ID] = true
	}
	for _, group := range groups {
		var pool []Person
		for _, name := range group {
			if strings.Contains(name, "/") && !r.People {
				teams = append(teams, name)
				continue
			}
			for _, who := range s.named(name) {
				if who.ID != 0 && !who.Bot && !out[who.ID] && !s.Now.Before(p.memory().RefusedUntil[who.Token]) {
					out[who.ID] = true
					pool = append(pool, who)
				}
			}
		}
		sort.SliceStable(pool, func(i, j int) bool {
			if s.Recent[pool[i].Token] != s.Recent[pool[j].Token] {
				return s.Recent[pool[i].Token] < s.Recent[pool[j].Token]
			}
			return spread(p.Number, pool[i]) < spread(p.Number, pool[j])
		})
		people = append(people, pool[:min(len(pool), max(0, want-len(people)))]...)
	}
	if len(people) > 1 && p.memory().Backoff[KindRequest].Times > 0 {
		people = people[:1] // GitHub takes a request whole or not at all: after a refusal, one by one
	}
	return people, teams[:min(len(teams), max(0, want-len(people)))]
}

// spread orders people who were never asked, differently for each pull request.
func spread(number int, who Person) int64 { return (who.ID*7919 + int64(number)*104729) % 1009 }

// named gives the people behind a name: one person, or the members of a team.
func (s *Snapshot) named(name string) []Person {
	if strings.Contains(name, "/") {
		return s.Members[name]
	}
	if who := s.People[name]; who != nil {
		return []Person{*who}
	}
	return nil
}

func (r ReviewersSettings) nobody(s *Snapshot, p *PR) string {
	if contains(r.From, fromOwners) && s.Owners == nil {
		return p.BaseRef + " has no CODEOWNERS, and `reviewers.from` names nobody else who can be asked"
	}
	return "everybody whom `reviewers.from` names is the author, asked already, or may not review"
}
