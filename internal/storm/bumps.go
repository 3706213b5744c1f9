package storm

import (
	"fmt"
	"strings"
)

// dependabot is GitHub's own bot, which raises versions of dependencies.
const dependabot = "dependabot[bot]"

// bumps are what it writes into its commits, each with what that raises; empty: it does not say so.
var bumps = [][2]string{
	{member("left-pad", "1.2.1", "patch"), "patch"},
	{member("left-pad", "1.3.0", "minor"), "minor"},
	{member("left-pad", "2.0.0", "major"), "major"},
	{member("left-pad", "0.3.0", "minor"), "major"}, // of 0.x the next x may break anything
	{member("left-pad", "1.2.1", "patch") + member("right-pad", "3.0.0", "major"), "major"},
	{member("left-pad", "1.3.0", "minor") + member("right-pad", "3.0.1", "patch"), "minor"},
	{"- dependency-name: left-pad\n  dependency-version: 1.2.1\n", ""},
}

func member(name, version, level string) string {
	return fmt.Sprintf("- dependency-name: %s\n  dependency-version: %s\n  update-type: version-update:semver-%s\n", name, version, level)
}

// saying is the text of a commit that says what it raises.
func saying(members string) string {
	return "Bump things\n\n---\nupdated-dependencies:\n" + members + "...\n"
}

// raises is what a commit of a bot raises. Versions that pitcrew proposes are drawn: each is the next minor one.
func raises(message string) string {
	for _, b := range bumps {
		if strings.TrimSpace(message) == strings.TrimSpace(saying(b[0])) {
			return b[1]
		}
	}
	if strings.Contains(message, "dependency-name: \"@") {
		return "minor"
	}
	return ""
}

// bump draws a pull request of Dependabot's, or now and then one whose commit GitHub did not sign.
func (d *drawing) bump() string {
	return fmt.Sprintf("{author: %q, title: %s, labels: [%s], head: %s, signed: %t, message: %q}", dependabot, d.title(),
		pick(d.rng, "", "automerge", "ship"), d.commit(), !d.chance(5), saying(pick(d.rng, bumps...)[0]))
}
