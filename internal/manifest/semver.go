package manifest

import (
	"fmt"
	"regexp"
	"strings"
)

// Version is a semantic version, https://semver.org/spec/v2.0.0.html. Its numbers are kept as text: they have no bound.
type Version struct {
	Major, Minor, Patch string
	Pre                 string // without the "-"; empty for a release
	Build               string // without the "+"; does not count in comparing
}

var semverForm = regexp.MustCompile(`^` + number + `\.` + number + `\.` + number +
	`(?:-(` + preID + `(?:\.` + preID + `)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$`)

const (
	number = `(0|[1-9][0-9]*)`
	preID  = `(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)`
)

// maxVersion bounds the text of a version, as npm does (MAX_LENGTH in its package semver).
const maxVersion = 256

// ParseVersion reads a semantic version, exactly as the specification writes it: 1.2 and v1.2.3 are none.
func ParseVersion(text string) (Version, error) {
	m := semverForm.FindStringSubmatch(text)
	if m == nil || len(text) > maxVersion {
		return Version{}, fmt.Errorf("%.80q is no semantic version", text)
	}
	return Version{Major: m[1], Minor: m[2], Patch: m[3], Pre: m[4], Build: m[5]}, nil
}

// String is the version as it was read.
func (v Version) String() string {
	s := v.Major + "." + v.Minor + "." + v.Patch
	if v.Pre != "" {
		s += "-" + v.Pre
	}
	if v.Build != "" {
		s += "+" + v.Build
	}
	return s
}

// Compare is negative if v comes before o, positive if after, and 0 if neither does (section 11 of the specification).
func (v Version) Compare(o Version) int {
	for _, c := range []int{compareNumbers(v.Major, o.Major), compareNumbers(v.Minor, o.Minor), compareNumbers(v.Patch, o.Patch)} {
		if c != 0 {
			return c
		}
	}
	switch {
	case v.Pre == o.Pre:
		return 0
	case v.Pre == "":
		return 1
	case o.Pre == "":
		return -1
	}
	return comparePre(strings.Split(v.Pre, "."), strings.Split(o.Pre, "."))
}

func compareNumbers(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b) // no leading zeros: the longer is larger
	}
	return strings.Compare(a, b)
}

func comparePre(a, b []string) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		if c := compareID(a[i], b[i]); c != 0 {
			return c
		}
	}
	return len(a) - len(b)
}

// compareID compares two identifiers of a prerelease: numbers come before words.
func compareID(a, b string) int {
	numA, numB := isNumber(a), isNumber(b)
	switch {
	case numA && numB:
		return compareNumbers(a, b)
	case numA:
		return -1
	case numB:
		return 1
	}
	return strings.Compare(a, b)
}

func isNumber(id string) bool { return strings.Trim(id, "0123456789") == "" }
