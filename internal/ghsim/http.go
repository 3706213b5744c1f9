package ghsim

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// request is a request on its way through a route.
type request struct {
	s     *Sim
	r     *http.Request
	route *route
	who   *caller
	vars  map[string]string
	query *params
	raw   []byte
	repo  *repo
	head  http.Header // of the answer
	form  string      // of the answer: "" is JSON
	crowd int         // requests of the same caller that were there when it came, itself included

	scripted bool // a line of script sent it
}

// maxBody is the largest body that is read.
const maxBody = 50 << 20

// Handler serves the REST API at / and /api/v3, GraphQL at /graphql and /api/graphql, git at /OWNER/REPO.git, and at /_sim/
// what is no GitHub.
func (s *Sim) Handler() http.Handler {
	routes := allRoutes()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if strings.HasPrefix(r.URL.Path, "/_sim/") {
			s.serveSim(w, r, body)
			return
		}
		if q := gitPath(w, r, body); q != nil {
			s.serveGit(q)
			return
		}
		if s.serveWeb(w, r, body) {
			return
		}
		who := r.Header.Get("Authorization")
		crowd := s.crowds.enter(who)
		defer s.crowds.leave(who)
		s.serve(w, &request{s: s, r: r, raw: body, query: newParams(r.URL.Query()), head: http.Header{}, crowd: crowd}, routes)
	})
}

// serve answers one request under the lock.
func (s *Sim) serve(w http.ResponseWriter, q *request, routes []*route) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.exchange(q, routes)
	if a.drop {
		panic(http.ErrAbortHandler)
	}
	a.send(w)
}

// exchange answers one request through the faults, and writes it down.
func (s *Sim) exchange(q *request, routes []*route) answer {
	path := restPath(q.r.URL.EscapedPath())
	kind := s.kindOf(q.r.Method, path, q.raw, routes)
	s.before(kind)
	s.gust(kind)
	cut := s.fault(kind, false)
	var a answer
	if cut == nil {
		a = s.answerAt(q, path, kind, routes)
		cut = s.fault(kind, true)
	}
	if cut != nil {
		a = cut.answer(a)
	}
	s.call(q, cut != nil, a)
	return a
}

// send writes an answer; one that drips comes in pieces of a byte.
func (a answer) send(w http.ResponseWriter) {
	for k, v := range a.head {
		w.Header()[k] = v
	}
	w.WriteHeader(a.status)
	piece := len(a.body)
	if a.drip {
		piece = 1
	}
	for body := a.body; len(body) > 0; body = body[piece:] {
		_, _ = w.Write(body[:piece]) // the connection is the client's to lose
		if a.drip {
			_ = http.NewResponseController(w).Flush()
		}
	}
}

// answer is what goes back.
type answer struct {
	status int
	head   http.Header
	body   []byte
	drop   bool // the connection is closed instead
	drip   bool // it comes in pieces of a byte
}

// restPath is the path without the prefix of GitHub Enterprise Server.
func restPath(path string) string {
	if p, ok := strings.CutPrefix(path, "/api/v3"); ok {
		return p
	}
	return path
}

// answerAt answers as of now, or as of the past where reads lag.
func (s *Sim) answerAt(q *request, path string, kind kind, routes []*route) answer {
	past := s.lagging(kind)
	if past == nil {
		if kind.writes {
			s.remember()
		}
		return s.answer(q, path, routes)
	}
	now := s.w
	s.w, s.lagged = past, true
	defer func() { s.w, s.lagged = now, false }()
	return s.answer(q, path, routes)
}

func (s *Sim) answer(q *request, path string, routes []*route) answer {
	if path == "/graphql" || path == "/api/graphql" {
		return s.answerGraphQL(q)
	}
	status, v, e := s.dispatch(q, path, routes)
	a := answer{status: status, head: q.head}
	if e != nil {
		a.status, v = e.Status, e.body()
		e.headers(a.head)
	}
	switch v := v.(type) {
	case nil:
	case []byte:
		a.body = v
	default:
		var err error
		if a.body, err = json.Marshal(v); err != nil {
			s.internal(err)
		}
		a.head.Set("Content-Type", "application/json; charset=utf-8")
	}
	s.commonHeaders(q, &a)
	return a
}

// headers are those that belong to an error.
func (e *apiError) headers(h http.Header) {
	if e.Accepted != "" {
		h.Set("X-Accepted-GitHub-Permissions", e.Accepted)
	}
	if e.RetryAfter != "" {
		h.Set("Retry-After", e.RetryAfter)
	}
}

// recorder takes what the GraphQL side writes.
type recorder struct {
	head   http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.head }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

func (s *Sim) answerGraphQL(q *request) answer {
	who, e := s.authenticate(q.r)
	if e == nil {
		q.who = who
		e = s.slowDown(q, spent{graph: true, writes: graphQLKind(kind{}, q.raw).writes})
	}
	if e != nil {
		b, err := json.Marshal(e.body())
		s.internal(err)
		h := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
		e.headers(h)
		return answer{status: e.Status, head: h, body: b}
	}
	w := &recorder{head: q.head, status: 200}
	q.r.Body = io.NopCloser(bytes.NewReader(q.raw))
	s.serveGraphQL(w, q.r, who)
	a := answer{status: w.status, head: w.head, body: w.body.Bytes()}
	s.commonHeaders(q, &a)
	return a
}

// body is an error in GitHub's form.
func (e *apiError) body() object {
	docs := e.Docs
	if docs == "" {
		docs = "https://docs.github.com/rest"
	}
	o := object{"message": e.Message, "documentation_url": docs}
	if len(e.Errors) > 0 {
		o["errors"] = e.Errors
	}
	if len(e.Plain) > 0 {
		o["errors"] = stringsJSON(e.Plain)
	}
	return o
}

// commonHeaders are on every answer; a GET with an unchanged ETag becomes 304.
// https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
func (s *Sim) commonHeaders(q *request, a *answer) {
	a.head.Set("X-GitHub-Request-Id", strings.ToUpper(fmt.Sprintf("%04X:%06X", len(s.calls), len(a.body))))
	a.head.Set("X-GitHub-Media-Type", "github.v3; format=json")
	if v := q.r.Header.Get("X-GitHub-Api-Version"); v != "" {
		a.head.Set("X-GitHub-Api-Version-Selected", v)
	}
	a.head.Set("Date", s.clock().Format(http.TimeFormat))
	defer s.rateHeaders(q, a)
	if q.r.Method != http.MethodGet || a.status != 200 {
		return
	}
	sum := sha256.Sum256(a.body)
	tag := `"` + hex.EncodeToString(sum[:]) + `"`
	a.head.Set("ETag", tag)
	a.head.Set("Cache-Control", "private, max-age=60, s-maxage=60")
	if strings.TrimPrefix(q.r.Header.Get("If-None-Match"), "W/") == tag {
		a.status, a.body = http.StatusNotModified, nil
		a.head.Del("Content-Type")
	}
}

// dispatch finds the operation, decides whether the caller may, and runs it.
func (s *Sim) dispatch(q *request, path string, routes []*route) (int, any, *apiError) {
	if e := s.redirect(q, &path); e != nil {
		return 0, nil, e
	}
	q.route, q.vars = match(routes, q.r.Method, path)
	if q.route == nil {
		return 0, nil, s.notSimulated(404, "%s %s", q.r.Method, path)
	}
	if v := q.r.Header.Get("X-GitHub-Api-Version"); v != "" && v != "2022-11-28" && v != "2026-03-10" {
		return 0, nil, &apiError{Status: 400, Message: "Version " + v + " is not supported."}
	}
	if q.route.auth != "none" {
		who, e := s.authenticate(q.r)
		if e != nil {
			return 0, nil, e
		}
		q.who = who
		if e := s.spend(q); e != nil {
			return 0, nil, e
		}
		if e := s.slowDown(q, spent{writes: q.r.Method != http.MethodGet}); e != nil {
			return 0, nil, e
		}
	}
	if e := s.allowed(q); e != nil {
		return 0, nil, e
	}
	if e := q.modelled(); e != nil {
		return 0, nil, e
	}
	status, v, e := q.route.run(q)
	if e == nil {
		e = q.heeded()
	}
	return status, v, e
}

// redirect follows numeric repository ids inside, and answers 301 for old names.
func (s *Sim) redirect(q *request, path *string) *apiError {
	parts := strings.Split(strings.TrimPrefix(*path, "/"), "/")
	if len(parts) >= 2 && parts[0] == "repositories" {
		id, err := strconv.ParseInt(parts[1], 10, 64)
		r := s.repoByID(id)
		if err != nil || r == nil {
			return notFound()
		}
		*path = "/" + strings.Join(append([]string{"repos", r.owner.login, r.name}, parts[2:]...), "/")
		return nil
	}
	if len(parts) < 3 || parts[0] != "repos" || s.findRepo(parts[1], parts[2]) != nil {
		return nil
	}
	for _, r := range s.w.repos {
		for _, old := range r.oldNames {
			if equalFold(old, parts[1]+"/"+parts[2]) {
				to := s.base + "/repositories/" + itoa(r.id)
				if len(parts) > 3 {
					to += "/" + strings.Join(parts[3:], "/")
				}
				q.head.Set("Location", to)
				return &apiError{Status: 301, Message: "Moved Permanently"}
			}
		}
	}
	return nil
}

// page cuts a list by page and per_page (30, at most 100) and sets Link, with the repository's numeric id as GitHub does.
// https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api
func page[T any](q *request, items []T) []T {
	size := min(q.query.number("per_page", 30), 100)
	at := q.query.number("page", 1)
	last := max(1, (len(items)+size-1)/size)
	var links []string
	link := func(n int, rel string) {
		v := q.r.URL.Query()
		v.Set("page", strconv.Itoa(n))
		links = append(links, fmt.Sprintf("<%s?%s>; rel=%q", q.linkBase(), v.Encode(), rel))
	}
	if at > 1 {
		link(at-1, "prev")
		link(1, "first")
	}
	if at < last {
		link(at+1, "next")
		link(last, "last")
	}
	if len(links) > 0 {
		q.head.Set("Link", strings.Join(links, ", "))
	}
	from := min(len(items), (at-1)*size)
	return items[from:min(len(items), from+size)]
}

func (q *request) linkBase() string {
	prefix := ""
	path := q.r.URL.Path
	if rest, ok := strings.CutPrefix(path, "/api/v3"); ok {
		prefix, path = "/api/v3", rest
	}
	if q.repo != nil {
		path = strings.Replace(path, "/repos/"+q.vars["owner"]+"/"+q.vars["repo"], "/repositories/"+itoa(q.repo.id), 1)
	}
	return q.s.base + prefix + path
}

func (q *request) number() int {
	n, err := strconv.Atoi(q.vars["number"])
	if err != nil {
		return 0
	}
	return n
}

func (q *request) id() int64 {
	n, err := strconv.ParseInt(q.vars["id"], 10, 64)
	if err != nil {
		return 0
	}
	return n
}
