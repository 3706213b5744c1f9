package manifest

import (
	"testing"

	"pgregory.net/rapid"
)

// The order of section 11 of the specification, and then some.
var ordered = []string{
	"0.0.0-0", "0.0.0", "0.9.10", "0.10.0", "1.0.0-0", "1.0.0-9", "1.0.0-10", "1.0.0-99999999999999999999", "1.0.0--", "1.0.0-alpha",
	"1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "2.0.0", "2.1.0", "2.1.1",
	"10.0.0", "99999999999999999999.0.0",
}

func TestCompare(t *testing.T) {
	for i, a := range ordered {
		for j, b := range ordered {
			va, errA := ParseVersion(a)
			vb, errB := ParseVersion(b)
			if errA != nil || errB != nil {
				t.Fatal(errA, errB)
			}
			if got := va.Compare(vb); sign(got) != sign(i-j) {
				t.Errorf("%s, %s: %d, want %d", a, b, got, sign(i-j))
			}
		}
	}
	a, _ := ParseVersion("1.0.0+a")
	b, _ := ParseVersion("1.0.0+b.1")
	if a.Compare(b) != 0 {
		t.Error("build metadata counts")
	}
}

func sign(n int) int { return max(-1, min(1, n)) }

func TestNoVersions(t *testing.T) {
	for _, text := range []string{"", "1", "1.2", "1.2.3.4", "v1.2.3", "01.2.3", "1.02.3", "1.2.3-", "1.2.3-01", "1.2.3-a..b", "1.2.3+", "1.2.3-é", " 1.2.3", "1.2.3\n", "1.2.-3"} {
		if v, err := ParseVersion(text); err == nil {
			t.Errorf("%q is read as %+v", text, v)
		}
	}
}

func TestVersionText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`(0|[1-9][0-9]{0,3})\.(0|[1-9]{1,3})\.(0|[1-9])(-[a-z][a-z0-9-]{0,4}(\.(0|[1-9]|[a-z]))?)?(\+[0-9a-z]{1,3})?`).Draw(t, "version")
		v, err := ParseVersion(text)
		if err != nil || v.String() != text {
			t.Fatalf("%s became %s: %v", text, v, err)
		}
	})
}
