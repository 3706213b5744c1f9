package ghsim

import (
	"fmt"
	"strings"
)

// names are what a story calls its commits. Names are unique in the whole Sim: those of other repositories than the story's
// own start with the repository's name ("lib-m2").
type names struct {
	shas  map[string]string
	names map[string]string
	made  int // commits named cN: made through the API
	home  string
}

// SHA is the commit that a story's name stands for; "" if it names none.
func (s *Sim) SHA(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.names.shas[name]
}

// NameOf is the name of a commit, "" if it has none. Commits that nobody named are called m2, m3 … on the default branch,
// a1+m2 for a1 brought up to date with m2, and c1, c2 … when the API made them.
func (s *Sim) NameOf(sha string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.names.names[sha]
}

// nameCommit gives a commit a name, unless it has one.
func (s *Sim) nameCommit(name, sha string) {
	if s.names.names[sha] != "" {
		return
	}
	for plain, n := name, 2; s.names.shas[name] != ""; n++ {
		name = fmt.Sprintf("%s.%d", plain, n)
	}
	s.names.shas[name], s.names.names[sha] = sha, name
}

// local is a name as it is known in a repository other than the story's own.
func (s *Sim) local(r *repo, name string) string {
	if r.fullName() == s.names.home {
		return name
	}
	return r.name + "-" + name
}

// nameTip names the new tip of a default branch.
func (s *Sim) nameTip(r *repo, sha string) {
	if s.names.names[sha] != "" {
		r.commits++
		return
	}
	r.commits++
	s.nameCommit(s.local(r, fmt.Sprintf("m%d", r.commits)), sha)
}

func (s *Sim) nameMade(r *repo, sha string) {
	if s.names.names[sha] != "" {
		return
	}
	s.names.made++
	s.nameCommit(s.local(r, fmt.Sprintf("c%d", s.names.made)), sha)
}

// resolve finds a commit by a story's name or by its SHA.
func (s *Sim) resolve(r *repo, name string) (string, error) {
	for _, n := range []string{s.local(r, name), name} {
		if sha := s.names.shas[n]; sha != "" {
			return sha, nil
		}
	}
	if sha, ok := r.branches[name]; ok {
		return sha, nil
	}
	if _, err := r.git.commit(name); err == nil {
		return name, nil
	}
	return "", fmt.Errorf("no commit is called %q in %s", name, r.fullName())
}

// nameOrShort is how a commit is shown in messages of scripts.
func (s *Sim) nameOrShort(sha string) string {
	if n := s.names.names[sha]; n != "" {
		return n
	}
	return sha[:min(7, len(sha))]
}

func equalFold(a, b string) bool { return strings.EqualFold(a, b) }
