package manifest

import (
	"regexp"
	"strings"
)

var (
	npmFull    = regexp.MustCompile(`^(\^|~|>=|=|)( *)(v?)([0-9][0-9A-Za-z.+-]*)$`)
	npmPartial = regexp.MustCompile(`^(\^|~|)(v?)(0|[1-9][0-9]*)(?:\.(0|[1-9][0-9]*|[xX*]))?(?:\.([xX*]))?$`)
	npmTag     = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]*$`)
	npmShort   = regexp.MustCompile(`^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+(#.*)?$`) // owner/repo: GitHub
)

// npmRaise is a range raised to a version, or the reason to leave it.
func npmRaise(rng string, to Version) (raised, reason string) {
	if reason := npmSource(rng); reason != "" {
		return "", reason
	}
	if m := npmPartial.FindStringSubmatch(rng); m != nil {
		return npmRaisePartial(m, to)
	}
	m := npmFull.FindStringSubmatch(rng)
	if m == nil {
		return "", "the range is compound, so its end is for people to move"
	}
	from, err := ParseVersion(m[4])
	switch {
	case err != nil:
		return "", "its version is no semantic version"
	case from.Compare(to) == 0:
		return "", "it is at this version already"
	case from.Compare(to) > 0:
		return "", "it is at a newer version already"
	}
	return m[1] + m[2] + m[3] + to.String(), ""
}

// npmSource is the reason to leave a range that is no range of versions.
func npmSource(rng string) string {
	scheme, _, hasScheme := strings.Cut(rng, ":")
	switch {
	case rng == "" || rng == "*" || rng == "x" || rng == "X":
		return "any version is allowed"
	case hasScheme && scheme == "workspace":
		return "it is taken from the workspace"
	case hasScheme && (scheme == "file" || scheme == "link" || scheme == "portal"):
		return "it is taken from a folder"
	case hasScheme && scheme == "npm":
		return "it has another name here, which people chose for a reason"
	case hasScheme && scheme == "catalog":
		return "its version is in the workspace's catalog"
	case strings.HasPrefix(rng, ".") || strings.HasPrefix(rng, "/") || strings.HasPrefix(rng, "~/"):
		return "it is taken from a folder"
	case hasScheme || strings.HasPrefix(rng, "git@") || npmShort.MatchString(rng):
		return "it is taken from an address and not from the registry"
	case npmTag.MatchString(rng) && !npmVersionWithV.MatchString(rng):
		return "it follows the tag " + rng
	}
	return ""
}

var npmVersionWithV = regexp.MustCompile(`^v[0-9]`)

// npmRaisePartial raises a range that has one or two numbers: operator, v, major, minor, and an x for the patch.
func npmRaisePartial(m []string, to Version) (raised, reason string) {
	op, v, major, minor, patch := m[1], m[2], m[3], m[4], m[5]
	wild := minor == "" || strings.Trim(minor, "xX*") == ""
	byMajor := compareNumbers(to.Major, major)
	c := byMajor
	if c == 0 && !wild {
		c = compareNumbers(to.Minor, minor)
	}
	// ^1.2 allows every later 1.x; without ^, and below 1, two numbers allow no other minor.
	caret := op == "^" && major != "0" && byMajor == 0
	switch {
	case to.Pre != "":
		return "", "a range without a full version takes no prerelease"
	case c == 0 || c > 0 && caret:
		return "", "it allows this version already"
	case c < 0:
		return "", "it is at a newer version already"
	}
	raised = op + v + to.Major
	switch {
	case minor == "":
	case wild:
		raised += "." + minor
	default:
		raised += "." + to.Minor
	}
	if patch != "" {
		raised += "." + patch
	}
	return raised, ""
}
