package ghsim

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// State is the truth about the repositories, for a judge: not what the API shows, but what is.
type State struct {
	Repositories []RepoState `json:"repositories"`
}

// RepoState is one repository.
type RepoState struct {
	ID       int64             `json:"id"`
	Name     string            `json:"name"`
	Default  string            `json:"default"`
	Branches map[string]string `json:"branches"`
	Tags     map[string]string `json:"tags,omitempty"`
	Releases []string          `json:"releases,omitempty"`
	Pulls    []PullState       `json:"pulls"`
}

// PullState is one pull request.
type PullState struct {
	Number      int               `json:"number"`
	Title       string            `json:"title"`
	Author      string            `json:"author"`
	State       string            `json:"state"` // open, closed, merged
	Draft       bool              `json:"draft,omitempty"`
	Head        string            `json:"head"`
	HeadRef     string            `json:"head_ref"`
	Base        string            `json:"base"`
	Behind      int               `json:"behind"`
	MergeState  string            `json:"merge_state"`
	Decision    string            `json:"decision,omitempty"`
	MergeCommit string            `json:"merge_commit,omitempty"`
	MergedBy    string            `json:"merged_by,omitempty"`
	MergedAt    any               `json:"merged_at,omitempty"`
	Labels      []string          `json:"labels,omitempty"`
	Requested   []string          `json:"requested,omitempty"` // logins, @org/team
	Reviews     []string          `json:"reviews,omitempty"`   // "bob APPROVED a1…"
	Checks      map[string]string `json:"checks,omitempty"`    // of the head, by name
	Statuses    map[string]string `json:"statuses,omitempty"`
	Comments    int               `json:"comments,omitempty"`
	Queueable   bool              `json:"-"` // the base's merge queue would take it
}

// State reads the truth.
func (s *Sim) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := State{Repositories: []RepoState{}}
	for _, r := range s.w.repos {
		x := RepoState{ID: r.id, Name: r.fullName(), Default: r.defaultBranch, Branches: map[string]string{}, Tags: map[string]string{}, Pulls: []PullState{}}
		for b, sha := range r.branches {
			x.Branches[b] = sha
		}
		for t, sha := range r.tags {
			x.Tags[t] = sha
		}
		for _, l := range r.releases {
			x.Releases = append(x.Releases, l.tag)
		}
		for _, p := range r.pulls {
			x.Pulls = append(x.Pulls, s.pullState(p))
		}
		st.Repositories = append(st.Repositories, x)
	}
	return st
}

func (s *Sim) pullState(p *pull) PullState {
	x := PullState{Number: p.number, Title: p.title, Author: p.author.login, State: p.state(), Draft: p.draft, Head: p.head, HeadRef: p.headRef,
		Base: p.base, MergeState: s.mergeState(p), Decision: s.reviewDecision(p), MergeCommit: p.mergeCommit, Comments: len(p.comments),
		Checks: map[string]string{}, Statuses: map[string]string{}}
	if p.open {
		x.Behind = s.behind(p)
		x.Queueable = p.mergeability.known && p.mergeability.mergeable && s.unqueueable(p, &caller{app: s.ours}, p.head) == ""
	}
	if p.merged() {
		x.State, x.MergedBy, x.MergedAt = "merged", p.mergedBy.login, stamp(p.mergedAt)
	}
	for _, l := range p.labels {
		x.Labels = append(x.Labels, l.name)
	}
	for _, q := range p.requested {
		if q.user != nil {
			x.Requested = append(x.Requested, q.user.login)
		} else {
			x.Requested = append(x.Requested, "@"+q.team.org.login+"/"+q.team.slug)
		}
	}
	for _, rv := range p.reviews {
		x.Reviews = append(x.Reviews, rv.author.login+" "+rv.state+" "+rv.commit)
	}
	for _, c := range p.repo.latestRuns(p.head) {
		x.Checks[c.name] = orDefault(c.conclusion, c.status)
	}
	for _, t := range p.repo.latestStatuses(p.head) {
		x.Statuses[t.context] = t.state
	}
	return x
}

// serveSim answers what is no GitHub: the state, the calls, the credentials, and lines of script.
//
//	GET /_sim/state, /_sim/calls, /_sim/errors, /_sim/credentials; POST /_sim/exec with one line; POST /_sim/hook with an address
func (s *Sim) serveSim(w http.ResponseWriter, r *http.Request, body []byte) {
	var v any = object{}
	switch r.Method + " " + r.URL.Path {
	case "GET /_sim/state":
		v = s.State()
	case "GET /_sim/calls":
		v = s.Calls()
	case "GET /_sim/errors":
		texts := []string{}
		for _, err := range s.Errs() {
			texts = append(texts, err.Error())
		}
		v = texts
	case "GET /_sim/credentials":
		v = s.Credentials()
	case "POST /_sim/exec":
		if err := s.Exec(string(body)); err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
	case "POST /_sim/hook":
		s.SetHook(string(body))
	default:
		http.Error(w, fmt.Sprintf("%s %s is not known here", r.Method, r.URL.Path), http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // the connection is the client's to lose
}
