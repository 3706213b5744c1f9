package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pitcrew-app/pitcrew/internal/manifest"
)

// What a dependency pull request raises, for the key `bump` of matchers: the most that any of its members goes up. It is read
// from what its bot wrote into its commits and from nothing else, because title and description can be edited by anyone who may
// write: each commit must be one that GitHub made and signed for the bot.

// levels of a version, by how much they may break.
// https://semver.org
var bumpLevels = []string{"patch", "minor", "major"}

// dependabot is the login of GitHub's own bot, which nobody else can have.
const dependabot = "dependabot[bot]"

// raises is the level that the pull request raises: empty where it is no dependency pull request. untold is why that cannot be
// told.
func (p *PR) raises(self App) (level, untold string) {
	ours := self.User != 0 && p.Author.ID == self.User
	switch {
	case !p.Author.Bot && !ours:
		return "", ""
	case p.Author.Login != dependabot && !ours:
		return "", "only Dependabot and pitcrew itself say it in commits that GitHub signs"
	case len(p.Commits) == 0 || contains(p.Truncated, "commits"):
		return "", "its commits are not all known"
	}
	for _, c := range p.Commits {
		if c.By == self.User && self.User != 0 && c.merges() {
			continue // our own update, which brings nothing but the base
		}
		if c.By != p.Author.ID {
			return "", "commit " + short(c.ID) + " is not one that GitHub signed for the author"
		}
		of := levelOf(c.Message)
		if of == "" {
			return "", "commit " + short(c.ID) + " does not say it"
		}
		level = higher(level, of)
	}
	return level, ""
}

// higher is the higher of two levels, of which the first may be empty.
func higher(a, b string) string {
	if slices.Index(bumpLevels, a) > slices.Index(bumpLevels, b) {
		return a
	}
	return b
}

// Dependabot ends its commits with a block of YAML that lists what they raise. Ours do the same.
// https://github.com/dependabot/fetch-metadata
const blockHead = "updated-dependencies:"

var (
	blockLine  = regexp.MustCompile(`^(- |  )([a-z-]+): *["']?([^"']*)["']?$`)
	updateType = regexp.MustCompile(`^version-update:semver-(patch|minor|major)$`)
	toVersion  = regexp.MustCompile(`\bfrom v?[0-9]\S* to v?([0-9]\S*)`)
)

// raised is a member of the block.
type raised struct{ kind, version string }

// levelOf is the highest level in the block of a commit; empty where there is none, or a member does not tell its own.
func levelOf(message string) string {
	level := ""
	for _, r := range blockOf(message) {
		m := updateType.FindStringSubmatch(r.kind)
		if m == nil {
			return ""
		}
		of := m[1]
		if of == "minor" {
			of = minorOf(r, message)
		}
		if of == "" {
			return ""
		}
		level = higher(level, of)
	}
	return level
}

// minorOf is what a minor update is by semantic versioning: of 0.x it may break anything. Before 2025 Dependabot did not list
// the version; then the sentences of the commit have it.
func minorOf(r raised, message string) string {
	versions := []string{strings.TrimPrefix(r.version, "v")}
	if r.version == "" {
		versions = nil
		for _, m := range toVersion.FindAllStringSubmatch(message, -1) {
			versions = append(versions, m[1])
		}
	}
	of := ""
	for _, v := range versions {
		if v == "" || v[0] < '0' || v[0] > '9' {
			return ""
		}
		of = higher(of, "minor")
		if v == "0" || strings.HasPrefix(v, "0.") {
			of = "major"
		}
	}
	return of
}

// blockOf reads the last block of a commit's text.
func blockOf(message string) []raised {
	lines := strings.Split(strings.ReplaceAll(message, "\r\n", "\n"), "\n")
	at := len(lines) - 1
	for at >= 0 && lines[at] != blockHead {
		at--
	}
	if at < 0 {
		return nil
	}
	var all []raised
	for _, line := range lines[at+1:] {
		m := blockLine.FindStringSubmatch(strings.TrimRight(line, " "))
		if m == nil || len(all) == 0 && m[1] != "- " {
			break
		}
		if m[1] == "- " {
			all = append(all, raised{})
		}
		switch last := &all[len(all)-1]; m[2] {
		case "update-type":
			last.kind = m[3]
		case "dependency-version":
			last.version = m[3]
		}
	}
	return all
}

// note is the block of a commit of ours that raises a package.
func note(pkg, version string, change manifest.Change) string {
	level := ""
	for _, e := range change.Edits {
		of := levelBetween(e.From, version)
		if of == "" {
			level = ""
			break
		}
		level = higher(level, of)
	}
	text := fmt.Sprintf("---\n%s\n- dependency-name: %q\n  dependency-version: %s\n", blockHead, pkg, version)
	if level != "" {
		text += "  update-type: version-update:semver-" + level + "\n"
	}
	return text + "..."
}

// fromVersion is a range that begins at a whole version.
var fromVersion = regexp.MustCompile(`^(?:\^|~|>=|=)? *v?([0-9]+\.[0-9]+\.[0-9]+)$`)

// levelBetween is how much a version raises a range; empty where it cannot be told.
func levelBetween(rng, version string) string {
	m := fromVersion.FindStringSubmatch(rng)
	if m == nil {
		return ""
	}
	from, err := manifest.ParseVersion(m[1])
	to, err2 := manifest.ParseVersion(version)
	switch {
	case err != nil || err2 != nil || from.Compare(to) >= 0:
		return ""
	case from.Major != to.Major, from.Major == "0" && from.Minor != to.Minor:
		return "major"
	case from.Minor != to.Minor:
		return "minor"
	}
	return "patch"
}
