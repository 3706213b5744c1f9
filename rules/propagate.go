package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/internal/manifest"
)

// PropagateSettings is the section `propagate`, of the repository that uses a package.
type PropagateSettings struct {
	Packages config.Patterns `yaml:"packages" default:"all" doc:"packages to take, by their name, with or without the @ in front, or by the repository that publishes them"`
	Except   config.Patterns `yaml:"except" lock:"joined" doc:"packages not to take, in the same words"`
	Group    string          `yaml:"group" choices:"release none" later:"notice" doc:"release: what is published together comes together"`
	Wave     string          `yaml:"wave" later:"notice" doc:"canary: volunteer to be among the first"`
	Quiet    config.Windows  `yaml:"quiet" lock:"joined" later:"hold" doc:"when nothing is proposed"`
}

var propagateDefaults = builtIn(PropagateSettings{}, `{version: 1, propagate: {packages: "*"}}`)

// Propagate takes a released version into a repository that uses the package: one pull request for each package, moved
// when a newer version comes.
var Propagate = PerRelease("propagate", "Proposes new versions of packages where they are used.", propagateDefaults, propagate)

// Publishes says whether a release has something to propagate, or why not. It is asked before anybody's repository is
// looked at.
func Publishes(r *Release) (version string, because []Reason) {
	switch {
	case r.Draft:
		return "", []Reason{reason(CodeNotReleased, Off, "tag", r.Tag, "what", "draft")}
	case r.Prerelease:
		return "", []Reason{reason(CodeNotReleased, Off, "tag", r.Tag, "what", "prerelease")}
	}
	version = strings.TrimPrefix(r.Tag, "v")
	v, err := manifest.ParseVersion(version)
	switch {
	case err != nil:
		return "", []Reason{reason(CodeNoSemver, Off, "tag", r.Tag)}
	case v.Pre != "":
		return "", []Reason{reason(CodeNotReleased, Off, "tag", r.Tag, "what", "prerelease")}
	case r.Package == "":
		return "", []Reason{reason(CodeNoPackage, Off, "tag", r.Tag)}
	}
	return version, nil
}

func propagate(c PropagateSettings, s *Snapshot, r *Release) Verdict {
	version, because := Publishes(r)
	if because != nil {
		return Verdict{Because: because, Waits: waitsOf(because)}
	}
	t := r.Target
	if t == nil {
		return Verdict{Waits: []Fact{FactRelease, FactConfig}} // the release itself: it only fans out
	}
	if t.Repo.Archived {
		return off(reason(CodeArchived, Stopped))
	}
	if !c.wants(r) {
		return off(reason(CodeNotWantedPkg, Off, "package", r.Package))
	}
	if t.Text == nil {
		return off(reason(CodeNotUsed, Off, "package", r.Package))
	}
	text, branch := t.Text, Branch(r.Package)
	if t.Proposed != nil {
		if !t.Proposed.Ours {
			return off(reason(CodeForeignCommit, Stopped, "branch", branch))
		}
		text = t.Proposed.Text
	}
	edited, change, err := manifest.NPM{}.Set(text, r.Package, version)
	switch {
	case err != nil:
		return off(reason(CodeManifest, NeedsYou, "path", t.Manifest, "why", strings.TrimPrefix(err.Error(), "read package.json: ")))
	case !change.Any() && t.Proposed != nil:
		return off(reason(CodeProposed, Done, "number", number(t.Proposed.Number)))
	case !change.Any() && len(change.Left) == 0:
		return off(reason(CodeNotUsed, Off, "package", r.Package))
	case !change.Any():
		return off(leftReasons(t.Manifest, change)...)
	case len(t.Locks) > 0:
		return off(reason(CodeLock, NeedsYou, "lock", strings.Join(t.Locks, ", ")))
	case t.Proposed == nil && r.proposedOnce(version):
		return off(reason(CodeProposedOnce, Stopped, "package", r.Package, "version", version))
	}
	open := OpenPR{
		Repo: t.Repo, Subject: s.Subject, Branch: branch, BaseRef: t.Branch, Base: t.Tip, Path: t.Manifest, Text: edited,
		Title: fmt.Sprintf("Update %s to %s", r.Package, version), Body: proposalBody(r, version, change), Note: note(r.Package, version, change), Package: r.Package, Version: version,
	}
	v := Verdict{Do: []Action{open}, Waits: []Fact{FactRelease, FactConfig}}
	if t.Proposed != nil {
		v.Do = []Action{MovePR{OpenPR: open, Number: t.Proposed.Number, ID: t.Proposed.ID, Head: t.Proposed.Head}}
	} else if tip, left := t.Branches[branch]; left {
		open.Stale = tip // of a pull request that was closed or merged
		v.Do = []Action{open}
	}
	return v
}

// proposedOnce says that a pull request for this version was already opened here. Whoever closed it meant it.
func (r *Release) proposedOnce(version string) bool {
	key, done := r.Package+"@"+version, r.memory().Done
	return done[KindOpen] == key || done[KindMove] == key
}

func off(because ...Reason) Verdict {
	return Verdict{Because: because, Waits: []Fact{FactRelease, FactConfig}}
}

func leftReasons(path string, change manifest.Change) []Reason {
	var reasons []Reason
	for _, left := range change.Left {
		reasons = append(reasons, reason(CodeManifest, Off, "path", path, "why", left.Section+" "+left.Range+" left alone: "+left.Reason))
	}
	return reasons
}

// wants matches the package by its name, with or without the leading @ of npm, or by the repository that publishes it.
func (c PropagateSettings) wants(r *Release) bool {
	names := []string{r.Package, strings.TrimPrefix(r.Package, "@"), r.Source.FullName()}
	return matchesAny(c.Packages, names) && !matchesAny(c.Except, names)
}

func matchesAny(patterns config.Patterns, names []string) bool {
	return slices.ContainsFunc(names, patterns.Match)
}

// Branch is the branch on which versions of a package are proposed: one for each package. "@acme/ui" is "acme+ui", since no
// name of npm has a plus; what git does not take, or a file system takes for the same, is told apart by a digest.
func Branch(pkg string) string {
	name := strings.Replace(strings.TrimPrefix(pkg, "@"), "/", "+", 1)
	if !plainBranch.MatchString(name) || strings.Contains(name, "..") || strings.HasSuffix(name, ".lock") {
		name = strings.Trim(otherThanPlain.ReplaceAllString(strings.ToLower(name), "-"), "-") + "-" + Digest(pkg)[:8]
	}
	return "pitcrew/update-" + name
}

var (
	plainBranch    = regexp.MustCompile(`^[a-z0-9_+-]([a-z0-9_.+-]*[a-z0-9_+-])?$`)
	otherThanPlain = regexp.MustCompile(`[^a-z0-9_+]+`)
)

func proposalBody(r *Release, version string, change manifest.Change) string {
	return fmt.Sprintf("%s released %s. This raises `%s` from `%s` to `%s` and changes nothing else.\n\npitcrew moves this pull request when a newer version is released, as long as every commit on its branch is pitcrew's.\n",
		r.Source.FullName(), r.Tag, r.Package, change.Edits[0].From, change.Edits[0].To)
}

// raisedTo says that a manifest already has the package at the version of the key "package@version".
func raisedTo(text []byte, pkg, key string) bool {
	version := strings.TrimPrefix(key, pkg+"@")
	_, change, err := manifest.NPM{}.Set(text, pkg, version)
	return err == nil && !change.Any()
}

// FannedOut says in how many repositories a released package is used.
func FannedOut(pkg string, users int) Reason {
	return reason(CodeFannedOut, Done, "package", pkg, "users", count(users, "repository"))
}
