package rules

import (
	"testing"

	"pgregory.net/rapid"
)

func TestSubjectsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		repo, target := rapid.Int64Range(1, 1<<62).Draw(t, "repo"), rapid.Int64Range(1, 1<<62).Draw(t, "target")
		n := rapid.IntRange(1, 1<<30).Draw(t, "number")
		ref, tag := rapid.StringMatching(`[a-z%/:.-]{1,9}|feature/[0-9]`).Draw(t, "ref"), rapid.StringMatching(`v[0-9.%:A3-]{1,8}|%3A|%25`).Draw(t, "tag")
		for _, c := range []struct {
			s      Subject
			kind   string
			number int
			ref    string
			tag    string
			target int64
		}{
			{PRSubject(repo, n), KindPR, n, "", "", 0},
			{BaseSubject(repo, ref), KindBase, 0, ref, "", 0},
			{RepoSubject(repo), KindRepo, 0, "", "", 0},
			{ReleaseSubject(repo, tag), KindRelease, 0, "", tag, 0},
			{ReleaseTargetSubject(repo, tag, target), KindRelease, 0, "", tag, target},
		} {
			got, err := ParseSubject(string(c.s))
			if err != nil || got != c.s {
				t.Fatalf("%s: %q, %v", c.s, got, err)
			}
			if got.Kind() != c.kind || got.RepoID() != repo || got.Number() != c.number || got.Ref() != c.ref || got.Tag() != c.tag || got.Target() != c.target {
				t.Fatalf("%s: kind %s repo %d number %d ref %q tag %q target %d", got, got.Kind(), got.RepoID(), got.Number(), got.Ref(), got.Tag(), got.Target())
			}
		}
	})
}

func TestInstallationsAreSubjects(t *testing.T) {
	for _, id := range []int64{0, 7, 1 << 62} {
		s, err := ParseSubject(string(InstallationSubject(id)))
		if err != nil || s.Kind() != KindInstall || s.Installation() != id || s.RepoID() != 0 || s.Number() != 0 || s.Target() != 0 {
			t.Errorf("%s: %v, installation %d, repository %d", s, err, s.Installation(), s.RepoID())
		}
	}
}

func TestNoSubjects(t *testing.T) {
	for _, text := range []string{
		"", "pr", "pr:1", "pr:1:", "pr:1:0", "pr:1:x", "pr:1:2:3", "pr:01:2", "pr:+1:2", "pr:1:02", "pr:-1:2", "pr:0:2", "PR:1:2",
		"base:1", "base:1:", "base:0:main", "repo:", "repo:1:2", "repo:x", "release:1", "release:1:", "release:1::2", "release:1:v1:0", "release:1:v1:x", "release:1:v1:2:3", "release:1:a%zz",
		"issue:1:2", "installation:", "installation:x", "installation:-1", "installation:1:2", "installation:01", "pr:99999999999999999999:1",
	} {
		if s, err := ParseSubject(text); err == nil {
			t.Errorf("%q is %q", text, s)
		}
	}
}
