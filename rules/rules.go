// Package rules decides. Each rule takes over one kind of toil: given a Snapshot of a subject and the settings from its
// .platform.yml, it says what to do now and why nothing more is done. Rules are pure: no I/O, no clock, no randomness;
// the same snapshot gives the same verdict, so that a decision can be explained, simulated and repeated.
//
// The words are the product's:
//
//   - a Subject is a thing to look at: a pull request, a base branch, a repository, a release;
//   - a Snapshot is what GitHub said about it at one moment, with what else the decision needs;
//   - Memory is what GitHub does not remember, folded from the log;
//   - a Rule is one chore; its Verdict says what to do, every Reason why nothing more is done, what could change
//     that, and when to look again;
//   - an Action is one change to GitHub as plain data, pinned to the commits that it was decided on.
//
// To add a rule, write one file here and name it in All.
package rules

import (
	"time"

	"github.com/pitcrew-app/pitcrew/config"
)

// All is every rule, in the order in which a look asks them.
var All = []Rule{Reviewers, Ready, KeptUp, Land, Update, Propagate}

// Rule is one chore. It is made by PerPR, PerBase or PerRelease.
type Rule struct {
	Name    string // the section of .platform.yml that turns it on and sets it
	Doc     string // one sentence for people
	Subject string // the kind of subject that it decides about: KindPR, KindBase, KindRelease

	decide func(*Snapshot, *config.Section) (Verdict, []config.Problem)
}

// PerPR makes a rule that decides about one pull request. The rule's section of .platform.yml is decoded strictly over
// the defaults.
func PerPR[C any](name, doc string, defaults C, decide func(C, *Snapshot, *PR) Verdict) Rule {
	return bind(name, doc, KindPR, defaults, func(c C, s *Snapshot) Verdict { return decide(c, s, s.PR) })
}

// PerBase makes a rule that decides about the line of one base branch.
func PerBase[C any](name, doc string, defaults C, decide func(C, *Snapshot, *Base) Verdict) Rule {
	return bind(name, doc, KindBase, defaults, func(c C, s *Snapshot) Verdict { return decide(c, s, s.Base) })
}

// PerRelease makes a rule that decides about a release in one repository that uses what was released.
func PerRelease[C any](name, doc string, defaults C, decide func(C, *Snapshot, *Release) Verdict) Rule {
	return bind(name, doc, KindRelease, defaults, func(c C, s *Snapshot) Verdict { return decide(c, s, s.Release) })
}

func bind[C any](name, doc, subject string, defaults C, decide func(C, *Snapshot) Verdict) Rule {
	return Rule{Name: name, Doc: doc, Subject: subject,
		decide: func(s *Snapshot, section *config.Section) (Verdict, []config.Problem) {
			settings := defaults
			problems := section.Decode(&settings)
			if stops(problems) {
				return Verdict{}, problems
			}
			return decide(settings, s), problems
		}}
}

// Verdict is what a rule says about a subject now.
type Verdict struct {
	Rule    string    // which rule
	Do      []Action  // pinned; the same data is the same action
	Because []Reason  // every reason, most useful first; those in state Done say what is already there
	Waits   []Fact    // the facts that could change this verdict; nil means any
	Again   time.Time // look again by then; zero: only an event matters

	Need     Need     // what must be loaded before this can be decided; empty: nothing
	Standing Standing // of a pull request beside the line of its base
}

// Need names what a rule must know and the snapshot does not hold: people by login, members of teams ("acme/core"), the roles
// that people have in the repository, by login.
type Need struct {
	Logins []string
	Teams  []string
	Roles  []string
}

// Empty says that nothing is missing.
func (n Need) Empty() bool { return len(n.Logins) == 0 && len(n.Teams) == 0 && len(n.Roles) == 0 }

// Decide asks each rule whose kind of subject it is, in the order of the table. A section that is off or absent gives a
// verdict in state Off; a broken file or section gives one that stops with the problems as its reasons.
func Decide(table []Rule, s *Snapshot) []Verdict {
	var verdicts []Verdict
	for _, rule := range table {
		if rule.Subject == s.Subject.Kind() {
			v := rule.ask(s)
			v.Rule = rule.Name
			verdicts = append(verdicts, v)
		}
	}
	return verdicts
}

func (r Rule) ask(s *Snapshot) Verdict {
	if held := s.Config.held(); len(held) > 0 {
		return Verdict{Because: held, Waits: []Fact{FactConfig, FactHead, FactState}}
	}
	section := s.Config.section(r.Name)
	if section == nil || section.Off {
		return Verdict{Because: []Reason{{Code: CodeOff, State: Off, Args: Args{"section": r.Name}}}, Waits: []Fact{FactConfig, FactHead, FactState}}
	}
	v, problems := r.decide(s, section)
	if stops(problems) {
		return Verdict{Because: problemReasons(problems), Waits: []Fact{FactConfig, FactHead, FactState}}
	}
	return v
}

// stops says whether a problem stops the section in which it is.
func stops(problems []config.Problem) bool {
	for _, p := range problems {
		if p.Level != config.Notice {
			return true
		}
	}
	return false
}
