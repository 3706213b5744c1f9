package rules

import (
	"fmt"
	"strconv"
	"strings"
)

// Subject is a thing to look at, named by numeric ids so that renames change nothing: a pull request, a base branch
// (its queue), a repository, a released package, a release in one repository that uses it, or an installation with all
// that it covers.
type Subject string

// The kinds of subjects, as Kind returns them.
const (
	KindPR      = "pr"
	KindBase    = "base"
	KindRepo    = "repo"
	KindRelease = "release"
	KindInstall = "installation"
)

// PRSubject names a pull request of a repository.
func PRSubject(repo int64, number int) Subject {
	return Subject(fmt.Sprintf("pr:%d:%d", repo, number))
}

// BaseSubject names a branch that pull requests merge into. ref is the branch's name without refs/heads/.
func BaseSubject(repo int64, ref string) Subject {
	return Subject(fmt.Sprintf("base:%d:%s", repo, ref))
}

// RepoSubject names a repository.
func RepoSubject(repo int64) Subject { return Subject(fmt.Sprintf("repo:%d", repo)) }

// InstallationSubject names an installation; 0 stands for the App itself, with all of its installations.
func InstallationSubject(id int64) Subject { return Subject(fmt.Sprintf("installation:%d", id)) }

// ReleaseSubject names a release, by its tag.
func ReleaseSubject(repo int64, tag string) Subject {
	return Subject(fmt.Sprintf("release:%d:%s", repo, escapeTag.Replace(tag)))
}

// ReleaseTargetSubject names a release in one repository that uses what was released.
func ReleaseTargetSubject(repo int64, tag string, target int64) Subject {
	return Subject(fmt.Sprintf("release:%d:%s:%d", repo, escapeTag.Replace(tag), target))
}

// Git forbids ":" in names of refs, so only "%" is escaped, for the sake of a name that says so itself.
var (
	escapeTag   = strings.NewReplacer("%", "%25", ":", "%3A")
	unescapeTag = strings.NewReplacer("%3A", ":", "%25", "%")
)

// ParseSubject checks that text has the form of a subject.
func ParseSubject(text string) (Subject, error) {
	s, same := Subject(text), Subject("")
	switch s.Kind() { // written again from its parts: one thing has one name
	case KindPR:
		same = PRSubject(s.RepoID(), s.Number())
	case KindBase:
		same = BaseSubject(s.RepoID(), s.Ref())
	case KindRepo:
		same = RepoSubject(s.RepoID())
	case KindInstall:
		if s != InstallationSubject(s.Installation()) || s.Installation() < 0 {
			return "", fmt.Errorf("subject %q: want installation:N, 0 for the App itself", text)
		}
		return s, nil
	case KindRelease:
		same = ReleaseSubject(s.RepoID(), s.Tag())
		if s.Target() != 0 {
			same = ReleaseTargetSubject(s.RepoID(), s.Tag(), s.Target())
		}
	}
	whole := s.Kind() == KindRepo || s.Number() > 0 || s.Ref() != "" || s.Tag() != "" && s.Target() >= 0
	if s != same || s.RepoID() <= 0 || !whole {
		return "", fmt.Errorf("subject %q: want pr:REPO:N, base:REPO:REF, repo:REPO, release:REPO:TAG, release:REPO:TAG:TARGET or installation:N", text)
	}
	return s, nil
}

// Kind is KindPR, KindBase, KindRepo, KindRelease or KindInstall.
func (s Subject) Kind() string {
	kind, _, _ := strings.Cut(string(s), ":")
	return kind
}

// RepoID is the numeric id of the subject's repository; 0 for an installation, and where the subject is malformed.
func (s Subject) RepoID() int64 {
	if s.Kind() == KindInstall {
		return 0
	}
	id, _ := strconv.ParseInt(s.part(1), 10, 64)
	return id
}

// Installation is the id of an installation; 0 for the App itself, and for other kinds.
func (s Subject) Installation() int64 {
	if s.Kind() != KindInstall {
		return 0
	}
	id, _ := strconv.ParseInt(s.part(1), 10, 64)
	return id
}

// Number is the pull request's number; 0 for other kinds.
func (s Subject) Number() int {
	if s.Kind() != KindPR {
		return 0
	}
	n, _ := strconv.Atoi(s.part(2))
	return n
}

// Ref is the base branch's name; empty for other kinds.
func (s Subject) Ref() string {
	if s.Kind() != KindBase {
		return ""
	}
	parts := strings.SplitN(string(s), ":", 3)
	if len(parts) < 3 {
		return ""
	}
	return parts[2]
}

// Tag is the release's tag; empty for other kinds.
func (s Subject) Tag() string {
	if s.Kind() != KindRelease {
		return ""
	}
	return unescapeTag.Replace(s.part(2))
}

// Target is the repository that uses what was released; 0 for other subjects and for the release itself.
func (s Subject) Target() int64 {
	if s.Kind() != KindRelease {
		return 0
	}
	id, _ := strconv.ParseInt(s.part(3), 10, 64)
	return id
}

func (s Subject) part(i int) string {
	parts := strings.Split(string(s), ":")
	if i >= len(parts) {
		return ""
	}
	return parts[i]
}
