package ghsim

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// faults are what goes wrong at the edge. The world behind it is never touched: an armed fault replaces answers, runs a line of
// script before a request is applied, or lets reads see the past.
type faults struct {
	armed   []*fault
	befores []*ambush
	lags    []lag
	history []past
	storm   storm
}

// fault replaces the answers of a route: the next left ones.
type fault struct {
	route  string
	status int    // 0 with word
	word   string // timeout, reset, limit, truncate, malformed, drip
	after  bool   // the effect is applied before the answer is replaced
	left   int
	retry  string // Retry-After, in seconds
	text   string // the line that armed it; empty: a storm did
	met    bool   // by a request
}

// faultWords are what can go wrong besides a status; those that spoil an answer need the answer, and so the effect.
var (
	faultWords   = []string{"timeout", "reset", "limit", "truncate", "malformed", "drip"}
	spoilerWords = []string{"truncate", "malformed", "drip"}
)

// ambush is a line of script that runs when the first request of a route arrives.
type ambush struct{ route, line, text string }

// kind is what faults know of a request: the names by which it can be meant.
type kind struct {
	names  []string
	writes bool
}

// routeNames are the words of scripts for routes; "METHOD /path/{x}" is understood too.
var routeNames = []string{"merge", "update", "reviewers", "check-run", "open", "edit", "pull", "snapshot", "list", "graphql", "token", "comment", "label",
	"contents", "rules", "enqueue", "dequeue", "create-ref", "delete-ref", "move-refs", "issue", "deliveries", "redeliver", "search", "api"}

// mutationNames are the routes that GraphQL mutations go by as well.
var mutationNames = map[string]string{"mergePullRequest": "merge", "updatePullRequestBranch": "update", "requestReviews": "reviewers",
	"createPullRequest": "open", "updatePullRequest": "edit", "addComment": "comment", "enqueuePullRequest": "enqueue", "dequeuePullRequest": "dequeue", "createRef": "create-ref", "deleteRef": "delete-ref",
	"updateRefs": "move-refs", "createIssue": "issue"}

// kindOf finds the names of a request: its route's, "METHOD /path", and "api" for every request.
func (s *Sim) kindOf(method, path string, body []byte, routes []*route) kind {
	k := kind{names: []string{"api"}, writes: method != http.MethodGet}
	if path == "/graphql" || path == "/api/graphql" {
		return graphQLKind(k, body)
	}
	if x, _ := match(routes, method, path); x != nil {
		k.names = append(k.names, routeKey(method+" "+x.path))
		if x.fault != "" {
			k.names = append(k.names, x.fault)
		}
	}
	return k
}

func graphQLKind(k kind, body []byte) kind {
	var in struct{ Query string }
	if json.Unmarshal(body, &in) != nil {
		return k
	}
	k.names = append(k.names, "graphql")
	k.writes = strings.HasPrefix(strings.TrimSpace(in.Query), "mutation")
	for _, m := range sortedKeys(mutationNames) {
		if k.writes && strings.Contains(in.Query, m+"(") {
			k.names = append(k.names, mutationNames[m])
		}
	}
	if !k.writes && strings.Contains(in.Query, "pullRequest(number") {
		k.names = append(k.names, "snapshot")
	}
	if !k.writes && strings.Contains(in.Query, "pullRequests(states:$") {
		k.names = append(k.names, "list")
	}
	if !k.writes && strings.Contains(in.Query, "search(") {
		k.names = append(k.names, "search")
	}
	return k
}

// routeKey is a route by its method and path, whatever its variables are called: GitHub's {pull_number} is our {number}.
func routeKey(name string) string { return variable.ReplaceAllString(name, "{}") }

var variable = regexp.MustCompile(`\{[^}]*\}`)

// knownRoute reports whether a fault's route exists.
func knownRoute(name string) error {
	if contains(routeNames, name) {
		return nil
	}
	for _, x := range allRoutes() {
		if routeKey(name) == routeKey(x.method+" "+x.path) {
			return nil
		}
	}
	return fmt.Errorf("no route is called %q; known are %s, and METHOD /path/{x}", name, strings.Join(routeNames, ", "))
}

// before runs the ambushes that wait for a request.
func (s *Sim) before(k kind) {
	var due, rest []*ambush
	for _, b := range s.faults.befores {
		if contains(k.names, b.route) {
			due = append(due, b)
		} else {
			rest = append(rest, b)
		}
	}
	s.faults.befores = rest
	for _, b := range due {
		if err := s.exec(b.line); err != nil {
			s.errs = append(s.errs, fmt.Errorf("before %s: %s: %w", b.route, b.line, err))
		}
	}
}

// fault takes the fault that is armed for a request before or after its effect; nil if there is none.
func (s *Sim) fault(k kind, after bool) *fault {
	for i, f := range s.faults.armed {
		if f.after != after || !contains(k.names, f.route) {
			continue
		}
		f.met = true
		if f.left--; f.left <= 0 {
			s.faults.armed = append(s.faults.armed[:i], s.faults.armed[i+1:]...)
		}
		return f
	}
	return nil
}

// Unmet are the lines of script that armed something for a request which has not come.
func (s *Sim) Unmet() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var lines []string
	for _, b := range s.faults.befores {
		lines = append(lines, b.text)
	}
	for _, f := range s.faults.armed {
		if f.text != "" && !f.met {
			lines = append(lines, f.text)
		}
	}
	return lines
}

// answer replaces an answer.
func (f *fault) answer(a answer) answer {
	if contains(spoilerWords, f.word) {
		return f.spoil(a)
	}
	h := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
	out := answer{head: h, status: f.status}
	text := http.StatusText(f.status)
	switch f.word {
	case "timeout", "reset":
		return answer{drop: true, head: h}
	case "limit":
		text = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
		if f.status == 0 {
			out.status = http.StatusForbidden
		}
	}
	if f.retry != "" {
		h.Set("Retry-After", f.retry)
	}
	body, err := json.Marshal(object{"message": text, "documentation_url": "https://docs.github.com/rest"})
	if err == nil {
		out.body = body
	}
	return out
}

// spoil damages an answer on its way: cut off before its announced end, cut off as if it were whole, or in pieces of a byte.
func (f *fault) spoil(a answer) answer {
	a.head = a.head.Clone()
	switch f.word {
	case "truncate":
		a.head.Set("Content-Length", strconv.Itoa(len(a.body)))
		a.body = a.body[:len(a.body)/2]
	case "malformed":
		a.body = a.body[:len(a.body)/2]
	case "drip":
		a.drip = true
	}
	return a
}

// storm is bad weather: each request to a route meets a fault with a probability, on a seed of its own.
type storm struct {
	route string // "" is calm
	p     float64
	rng   *rand.Rand
}

// weather is what a storm brings.
var weather = []fault{{status: 500}, {status: 502}, {status: 503}, {status: 504}, {word: "timeout"}, {word: "reset"}, {word: "limit"},
	{word: "truncate", after: true}, {word: "malformed", after: true}, {word: "drip", after: true}}

// gust arms a fault for the request at hand, before or after its effect, if the storm says so.
func (s *Sim) gust(k kind) {
	w := s.faults.storm
	if w.route == "" || !contains(k.names, w.route) || w.rng.Float64() >= w.p {
		return
	}
	f := weather[w.rng.IntN(len(weather))]
	f.route, f.left = w.route, 1
	f.after = f.after || f.word != "limit" && w.rng.IntN(2) == 0
	s.faults.armed = append(s.faults.armed, &f)
}
