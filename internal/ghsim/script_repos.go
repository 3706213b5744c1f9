package ghsim

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

func execRelease(s *Sim, l *line) error {
	w, err := l.next("the tag")
	if err != nil {
		return err
	}
	name := s.names.home
	if strings.Contains(w, "/") {
		name = w
		if w, err = l.next("the tag"); err != nil {
			return err
		}
	}
	r, err := s.repoNamed(name)
	if err != nil {
		return err
	}
	in := releaseInput{Tag: w, Name: w}
	for len(l.words) > 0 {
		word, err := l.next("a word")
		if err != nil {
			return err
		}
		switch word {
		case "prerelease":
			in.Prerelease = true
		case "draft":
			in.Draft = true
		default:
			return errUsage{fmt.Sprintf("%q is neither prerelease nor draft", word)}
		}
	}
	by, err := s.byOr(l, s.maintainer(r))
	if err != nil {
		return err
	}
	var files map[string]string
	if err := l.decode(&files); err != nil {
		return err
	}
	if files != nil {
		if _, err := s.pushFiles(r, r.defaultBranch, files, by, ""); err != nil {
			return err
		}
	}
	_, e := s.createRelease(r, &caller{user: by}, in)
	return asError(e)
}

func execFile(s *Sim, l *line) error {
	branch, err := l.next("the branch")
	if err != nil {
		return err
	}
	path, err := l.next("the path")
	if err != nil {
		return err
	}
	text := l.yaml
	if text == "" {
		if text, err = l.next("the content"); err != nil {
			return err
		}
	}
	r, err := s.homeRepo(l)
	if err != nil {
		return err
	}
	if r.branches[branch] == "" {
		return fmt.Errorf("%s has no branch %s", r.fullName(), branch)
	}
	by, err := s.byOr(l, s.maintainer(r))
	if err != nil {
		return err
	}
	if _, err := s.pushFiles(r, branch, map[string]string{path: text + "\n"}, by, ""); err != nil {
		return err
	}
	return l.end()
}

func execProtect(s *Sim, l *line) error { return execPolicy(s, l, s.protect) }
func execRules(s *Sim, l *line) error   { return execPolicy(s, l, s.addRuleset) }

func execPolicy(s *Sim, l *line, set func(*repo, string, policySpec) error) error {
	branch, err := l.next("the branch")
	if err != nil {
		return err
	}
	r, err := s.homeRepo(l)
	if err != nil {
		return err
	}
	var x policySpec
	if err := l.decode(&x); err != nil {
		return err
	}
	if err := set(r, branch, x); err != nil {
		return err
	}
	return l.end()
}

// execMethods changes which merge methods a repository allows.
// https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges
func execMethods(s *Sim, l *line) error {
	r, err := s.homeRepo(l)
	if err != nil {
		return err
	}
	if len(l.words) == 0 {
		return errUsage{"a repository allows one method at least"}
	}
	for _, m := range l.words {
		if methodRefusals[m] == "" {
			return errUsage{fmt.Sprintf("%q is no merge method", m)}
		}
	}
	r.mergeMethods = l.words
	return nil
}

func execDeleteBranch(s *Sim, l *line) error {
	branch, err := l.next("the branch")
	if err != nil {
		return err
	}
	r, err := s.homeRepo(l)
	if err != nil {
		return err
	}
	by, err := s.byOr(l, s.maintainer(r))
	if err != nil {
		return err
	}
	if e := s.deleteRef(r, &caller{user: by}, "refs/heads/"+branch); e != nil {
		return explained(e)
	}
	return l.end()
}

// installed is our App's installation in an account.
func (s *Sim) installed(l *line) (*installation, *account, error) {
	login, err := l.next("the account")
	if err != nil {
		return nil, nil, err
	}
	login, _, _ = strings.Cut(login, "/")
	a, err := s.known(login)
	if err != nil {
		return nil, nil, err
	}
	for _, i := range s.w.installs {
		if i.account == a && i.app == s.ours && !i.deleted {
			return i, a, nil
		}
	}
	return nil, nil, fmt.Errorf("the App is not installed in %s", login)
}

func execSuspend(s *Sim, l *line, on bool) error {
	i, by, err := s.installed(l)
	if err != nil {
		return err
	}
	if on != i.suspended.IsZero() {
		return fmt.Errorf("the installation in %s is in that state already", by.login)
	}
	action := "unsuspend"
	i.suspended, i.suspendedBy, i.updated = time.Time{}, nil, s.now()
	if on {
		action = "suspend"
		i.suspended, i.suspendedBy = s.now(), by
	}
	s.installationEvent(i, "installation", action, by, object{"repositories": s.shortRepos(s.covered(i))})
	return l.end()
}

func (s *Sim) covered(i *installation) []*repo {
	var all []*repo
	for _, r := range s.w.repos {
		if i.covers(r) {
			all = append(all, r)
		}
	}
	return all
}

func execUninstall(s *Sim, l *line) error {
	i, by, err := s.installed(l)
	if err != nil {
		return err
	}
	repos := s.covered(i)
	i.deleted = true
	s.installationEvent(i, "installation", "deleted", by, object{"repositories": s.shortRepos(repos)})
	return l.end()
}

func execPermit(s *Sim, l *line) error {
	i, by, err := s.installed(l)
	if err != nil {
		return err
	}
	var x map[string]string
	if err := l.decode(&x); err != nil {
		return err
	}
	for k, v := range x {
		i.permissions[k] = v
		if v == "none" {
			delete(i.permissions, k)
		}
	}
	i.updated = s.now()
	s.installationEvent(i, "installation", "new_permissions_accepted", by, nil)
	return l.end()
}

// execInstalled adds a repository to an installation or takes it away; the installation is then one of selected repositories.
func execInstalled(s *Sim, l *line, on bool) error {
	if len(l.words) == 0 {
		return errUsage{"the repository is missing"}
	}
	r, err := s.repoNamed(l.words[0])
	if err != nil {
		return err
	}
	i, by, err := s.installed(l)
	if err != nil {
		return err
	}
	if i.covers(r) == on {
		return fmt.Errorf("%s is in that state already", r.fullName())
	}
	if i.all {
		for _, x := range s.covered(i) {
			i.repos[x.id] = true
		}
		i.all = false
	}
	i.repos[r.id] = on
	i.updated = s.now()
	action, added, removed := "added", []*repo{r}, []*repo(nil)
	if !on {
		action, added, removed = "removed", removed, added
	}
	s.installationEvent(i, "installation_repositories", action, by, object{"repository_selection": "selected", "requester": nil,
		"repositories_added": s.shortRepos(added), "repositories_removed": s.shortRepos(removed)})
	return l.end()
}

func execRename(s *Sim, l *line) error {
	w, err := l.next("the repository")
	if err != nil {
		return err
	}
	r, err := s.repoNamed(w)
	if err != nil {
		return err
	}
	name, err := l.next("the new name")
	if err != nil {
		return err
	}
	if s.findRepo(r.owner.login, name) != nil {
		return fmt.Errorf("%s/%s exists already", r.owner.login, name)
	}
	was := r.name
	r.oldNames = append(r.oldNames, r.fullName())
	if s.names.home == r.fullName() {
		s.names.home = r.owner.login + "/" + name
	}
	r.name = name
	s.repositoryEvent(r, "renamed", s.maintainer(r), object{"changes": object{"repository": object{"name": object{"from": was}}}})
	return l.end()
}

func execArchive(s *Sim, l *line) error {
	w, err := l.next("the repository")
	if err != nil {
		return err
	}
	r, err := s.repoNamed(w)
	if err != nil {
		return err
	}
	r.archived = true
	s.repositoryEvent(r, "archived", s.maintainer(r), nil)
	return l.end()
}

var times = regexp.MustCompile(`^x(\d+)$`)

// execFail arms a fault. A route of two words starts with a method.
func execFail(s *Sim, l *line) error {
	f := &fault{left: 1, retry: l.named["retry-after"], text: "fail " + l.rest}
	var err error
	if f.route, err = l.route(); err != nil {
		return err
	}
	word, err := l.next("the status")
	if err != nil {
		return err
	}
	if code, err := strconv.Atoi(word); err == nil && http.StatusText(code) != "" && code >= 400 {
		f.status = code
	} else if contains(faultWords, word) {
		f.word, f.after = word, contains(spoilerWords, word)
	} else {
		return errUsage{fmt.Sprintf("%q is neither the status of an error nor %s", word, strings.Join(faultWords, ", "))}
	}
	for len(l.words) > 0 {
		w, err := l.next("a word")
		if err != nil {
			return err
		}
		if m := times.FindStringSubmatch(w); m != nil {
			f.left, err = strconv.Atoi(m[1])
			if err != nil {
				return err
			}
		} else if w == "after" && f.word != "limit" {
			f.after = true
		} else if w == "429" && f.word == "limit" {
			f.status = http.StatusTooManyRequests
		} else {
			return errUsage{fmt.Sprintf("%q is neither after nor xN", w)}
		}
	}
	s.faults.armed = append(s.faults.armed, f)
	return nil
}

// route takes the name of a route.
func (l *line) route() (string, error) {
	name, err := l.next("the route")
	if err != nil {
		return "", err
	}
	if contains([]string{"GET", "POST", "PUT", "PATCH", "DELETE"}, name) {
		path, err := l.next("the path")
		if err != nil {
			return "", err
		}
		name += " " + path
	}
	return routeKey(name), knownRoute(name)
}

func execBefore(s *Sim, l *line) error {
	name, todo, ok := strings.Cut(l.rest, ": ")
	if !ok {
		return errUsage{"a colon is missing"}
	}
	name = strings.TrimSpace(name)
	if err := knownRoute(name); err != nil {
		return err
	}
	inner, err := parseLine(todo)
	if err != nil {
		return err
	}
	for _, v := range verbs() {
		if v.name == inner.verb {
			s.faults.befores = append(s.faults.befores, &ambush{routeKey(name), todo, "before " + l.rest})
			return nil
		}
	}
	return fmt.Errorf("no verb is called %q", inner.verb)
}

func execLate(s *Sim, l *line) error {
	w, err := l.next("how long")
	if err != nil {
		return err
	}
	if s.hooks.late, err = duration(w); err != nil {
		return err
	}
	return l.end()
}
