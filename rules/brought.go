package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pitcrew-app/pitcrew/config"
)

// The names of the files that people configure pitcrew by: a repository's, and its organisation's in the repository .github.
const (
	ConfigName    = ".platform.yml"
	OrgConfigName = ".platform.org.yml"
)

// Brought is one of our files as an open pull request would leave it. No decision follows it, for policy comes from the base: the
// check run says what is wrong with it and what it would change, and pitcrew does not land one that is broken.
type Brought struct {
	Name     string           // ConfigName or OrgConfigName
	Blob     string           // empty: the pull request deletes the file
	Problems []config.Problem // everything that is wrong with it or may surprise, in order of position
	Mentions []config.Mention // what it names on GitHub
	Preview  *Preview         // what would be decided differently; nil: not known
}

// Broken says that what the file governs would stop.
func (b Brought) Broken() bool {
	return slices.ContainsFunc(b.Problems, func(p config.Problem) bool { return p.Level == config.Error })
}

// Configures are the names of our files that the pull request changes where they govern: the organisation's does so from the
// default branch of its repository .github alone.
func (p *PR) Configures(r Repo) []string {
	paths := p.paths()
	var names []string
	if slices.Contains(paths, ConfigName) {
		names = append(names, ConfigName)
	}
	if slices.Contains(paths, OrgConfigName) && r.Name == ".github" && p.BaseRef == r.DefaultBranch {
		names = append(names, OrgConfigName)
	}
	return names
}

// breaks gives a reason for each of our files that the pull request would break.
func (p *PR) breaks() []Reason {
	var reasons []Reason
	for _, b := range p.Brings {
		if i := slices.IndexFunc(b.Problems, func(p config.Problem) bool { return p.Level == config.Error }); i >= 0 {
			reasons = append(reasons, reason(CodeConfigBreaks, NeedsYou, "file", b.Name, "problem", b.Problems[i].String()))
		}
	}
	return reasons
}

// MaxAnnotations is how many lines of a file the check run points at. Who has more mistakes mends the first ones first.
const MaxAnnotations = 100

// Annotation is what the check run says on one line of a file of the pull request.
type Annotation struct {
	Path         string
	Line, Column int    // counted from 1
	Level        string // failure, warning
	Text         string
}

// annotations are the problems of what the pull request brings, on their lines.
func (p *PR) annotations() []Annotation {
	var all []Annotation
	for _, b := range p.Brings {
		for _, problem := range b.Problems {
			if problem.File != b.Name || len(all) == MaxAnnotations {
				continue
			}
			a := Annotation{Path: problem.File, Line: problem.Line, Column: problem.Column, Level: "warning", Text: oneLine(problem.Sentence())}
			if problem.Level == config.Error {
				a.Level = "failure"
			}
			all = append(all, a)
		}
	}
	return all
}

// bring makes the check run say what there is to say about the files that the pull request brings. Where the base's own file is
// broken, one that mends it is not held up by a check that the base may require.
func (c *ReportCheck) bring(s *Snapshot, p *PR, names Names) {
	if len(p.Brings) == 0 {
		return
	}
	broken := slices.IndexFunc(p.Brings, Brought.Broken)
	switch {
	case broken >= 0:
		c.Conclusion, c.Title = conclusionFailure, "The new "+p.Brings[broken].Name+" is broken"
	case c.Conclusion == conclusionBroken:
		c.Conclusion, c.Title = conclusionNeutral, "Mends the configuration"
	case s.Config.Absent():
		c.Title = "Nothing is wrong with the new " + p.Brings[0].Name
	}
	var b strings.Builder
	for _, brought := range p.Brings {
		brought.describe(&b, names)
	}
	c.Summary = b.String() + "\n" + c.Summary
	c.Annotations = p.annotations()
}

// maxListed is how many problems the summary lists; the lines of the file have more.
const maxListed = 30

// describe says what is wrong with the file, and what it would change.
func (b Brought) describe(w *strings.Builder, names Names) {
	fmt.Fprintf(w, "**%s in this pull request**: %s\n", b.Name, b.verdict())
	if len(b.Problems) > 0 {
		w.WriteString("\n")
	}
	for i, p := range b.Problems {
		if i == maxListed {
			fmt.Fprintf(w, "- and %d more\n", len(b.Problems)-maxListed)
			break
		}
		fmt.Fprintf(w, "- %s %s: %s\n", Shapes[levels[p.Level]], Escape(p.Place()), Escape(p.Sentence()))
	}
	switch {
	case b.Broken():
	case b.Preview == nil:
		w.WriteString("\nWhat it would change is not known yet.\n")
	default:
		b.Preview.describe(w, names)
	}
}

// verdict sums up the problems. What reads it decides nothing by it.
func (b Brought) verdict() string {
	errors := 0
	for _, p := range b.Problems {
		if p.Level == config.Error {
			errors++
		}
	}
	switch {
	case b.Blob == "":
		return "it is deleted. What it turned on would end with it."
	case errors > 0:
		return fmt.Sprintf("%s. What it governs would stop, so pitcrew does not land it.", count(errors, "error"))
	case len(b.Problems) > 0:
		return fmt.Sprintf("no error, %s.", count(len(b.Problems), "warning"))
	}
	return "nothing is wrong."
}

// levels are the states that problems are drawn as.
var levels = map[config.Level]State{config.Error: Stopped, config.Hold: NeedsYou, config.Notice: NeedsYou}
