package ghsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// execCall sends one request to the API as somebody, through the same faults and permissions as all others; its answer is
// among the calls. A name of a commit under a property called sha, or …_sha, stands for its SHA.
func execCall(s *Sim, l *line) error {
	method, err := l.next("the method")
	if err != nil {
		return err
	}
	if !contains([]string{"GET", "POST", "PUT", "PATCH", "DELETE"}, method) {
		return errUsage{fmt.Sprintf("%q is no method", method)}
	}
	path, err := l.next("the path")
	if err != nil {
		return err
	}
	if !strings.HasPrefix(path, "/") {
		return errUsage{fmt.Sprintf("%q is no path: it starts with /", path)}
	}
	body, err := s.bodyOf(l)
	if err != nil {
		return err
	}
	by, err := s.homeMaintainer(l)
	if err != nil {
		return err
	}
	token, err := s.tokenFor(by, path)
	if err != nil {
		return err
	}
	if err := l.end(); err != nil {
		return err
	}
	return s.callAs(token, method, path, body)
}

// homeMaintainer is who sends a request: the account after "by", else who maintains the story's own repository.
func (s *Sim) homeMaintainer(l *line) (*account, error) {
	if l.named["by"] != "" {
		return s.known(l.named["by"])
	}
	r, err := s.repoNamed(s.names.home)
	if err != nil {
		return nil, err
	}
	return s.maintainer(r), nil
}

// bodyOf is the {…} as JSON, with names of commits resolved.
func (s *Sim) bodyOf(l *line) ([]byte, error) {
	if l.yaml == "" {
		return nil, nil
	}
	o := map[string]any{}
	if err := l.decode(&o); err != nil {
		return nil, err
	}
	for key, v := range o {
		name, ok := v.(string)
		if sha := s.names.shas[name]; ok && sha != "" && strings.HasSuffix(key, "sha") {
			o[key] = sha
		}
	}
	return json.Marshal(o)
}

// tokenFor is a token of an account: a person's own; our App's for its newest installation where the path's repository is, even
// one that is suspended or gone, as a client has it that has not heard of that yet.
func (s *Sim) tokenFor(a *account, path string) (string, error) {
	if a.app == nil {
		return s.personToken(a), nil
	}
	owner, _, _ := strings.Cut(strings.TrimPrefix(path, "/repos/"), "/")
	for n := len(s.w.installs) - 1; n >= 0; n-- {
		if i := s.w.installs[n]; i.app == a.app && equalFold(i.account.login, owner) {
			t := &token{text: s.tokenText(i, ""), inst: i, permissions: i.permissions, expires: s.clock().Add(time.Hour)}
			s.tokens[t.text] = t
			return t.text, nil
		}
	}
	return "", fmt.Errorf("%s was never installed where %s is", a.login, path)
}

// callAs sends a request without a connection.
func (s *Sim) callAs(token, method, path string, body []byte) error {
	r, err := http.NewRequest(method, s.base+path, strings.NewReader(string(body)))
	if err != nil {
		return err
	}
	for k, v := range map[string]string{"Authorization": "Bearer " + token, "Accept": "application/vnd.github+json", "User-Agent": "script"} {
		r.Header.Set(k, v)
	}
	if len(body) > 0 {
		r.Header.Set("Content-Type", "application/json")
	}
	s.exchange(&request{s: s, r: r, raw: body, query: newParams(r.URL.Query()), head: http.Header{}, crowd: 1, scripted: true}, allRoutes())
	return nil
}
