package ghsim

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"
)

// Call is one request to the API, as it was answered.
type Call struct {
	At           time.Time `json:"at"`
	Method       string    `json:"method"`
	Path         string    `json:"path"`           // with the query, without the prefix of GitHub Enterprise Server
	Body         string    `json:"body,omitempty"` // compact JSON
	Status       int       `json:"status"`         // 0: the connection was closed
	Message      string    `json:"message,omitempty"`
	Installation int64     `json:"installation,omitempty"`
	Actor        string    `json:"actor,omitempty"`
	App          bool      `json:"app,omitempty"` // by our App, not by a person
	Faulted      bool      `json:"faulted,omitempty"`
	Scripted     bool      `json:"scripted,omitempty"` // a line of script sent it
}

// Calls lists every request to the API, in order.
func (s *Sim) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls...)
}

// call writes a request down, and shows it to the referee if it is our App's and the answer is our own.
func (s *Sim) call(q *request, faulted bool, a answer) {
	c := Call{At: s.now(), Method: q.r.Method, Path: restPath(q.r.URL.EscapedPath()), Status: a.status, Faulted: faulted, Scripted: q.scripted}
	if q.r.URL.RawQuery != "" {
		c.Path += "?" + q.r.URL.RawQuery
	}
	var b bytes.Buffer
	if len(q.raw) > 0 && json.Compact(&b, q.raw) == nil {
		c.Body = b.String()
	}
	var said struct {
		Message string
		Errors  []json.RawMessage
	}
	if (a.status >= 300 || strings.HasSuffix(c.Path, "/graphql")) && json.Unmarshal(a.body, &said) == nil {
		c.Message = said.Message
		if len(said.Errors) > 0 && c.Message == "" {
			_ = json.Unmarshal(said.Errors[0], &said) // errors of REST may be plain texts
			c.Message = said.Message
		}
	}
	if w := s.sender(q); w != nil {
		c.Actor, c.App = w.actor().login, w.app == s.ours
		if w.inst != nil {
			c.Installation = w.inst.id
		}
	}
	s.calls = append(s.calls, c)
	if s.opts.Referee != nil && c.App && !faulted {
		if err := s.opts.Referee(Exchange{Request: q.r, Body: q.raw, Status: a.status, Header: a.head, Response: a.body}); err != nil {
			s.errs = append(s.errs, err)
		}
	}
}

// sender is whose request it is, whether it was let in or not; nil: nobody's that is known.
func (s *Sim) sender(q *request) *caller {
	if q.who != nil {
		return q.who
	}
	if who, e := s.authenticate(q.r); e == nil {
		return who
	}
	_, text, _ := strings.Cut(tokenHeader(q.r), " ")
	switch t := s.tokens[text]; {
	case t == nil:
		return nil
	case t.user != nil:
		return &caller{user: t.user, token: t}
	default:
		return &caller{app: t.inst.app, inst: t.inst, token: t}
	}
}
