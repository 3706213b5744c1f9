package server

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/pitcrew-app/pitcrew/rules"
)

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(body) // who has gone needs no answer
}

// apiReport is the report as JSON: /api/report?from=2026-10-01&to=2026-11-01, or ?weeks=12.
func (p *Pages) apiReport(w http.ResponseWriter, r *http.Request) error {
	period, err := readPeriod(r, p.clock())
	if err != nil {
		return err
	}
	report, err := p.Ledger.Report(r.Context(), period.From, period.To)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, report)
	return nil
}

// PullJSON is what is known of a pull request, for programs. It says the same as the page.
type PullJSON struct {
	PullRequest string       `json:"pull_request"` // owner/repo#n
	URL         string       `json:"url"`
	State       string       `json:"state"` // open, closed, merged
	Base        string       `json:"base,omitempty"`
	Head        string       `json:"head,omitempty"` // that the answers are about
	Verdict     rules.State  `json:"verdict,omitempty"`
	Title       string       `json:"title,omitempty"`
	Sentence    string       `json:"sentence"`
	Then        string       `json:"then,omitempty"` // what comes once nothing is in the way
	Looked      time.Time    `json:"looked,omitzero"`
	Position    int          `json:"position,omitempty"` // in the line of its base, from 1
	Lands       string       `json:"lands,omitempty"`    // when, in words, as far as it can be foretold
	Answers     []AnswerJSON `json:"answers"`
	Acts        []ActJSON    `json:"acts"` // newest first
	Next        string       `json:"next"` // when it is looked at again
}

// AnswerJSON is what one chore says.
type AnswerJSON struct {
	Rule    string       `json:"rule"`
	State   rules.State  `json:"state"`
	Because []ReasonJSON `json:"because"`

	Asked  []ConditionJSON `json:"asked,omitempty"`  // each condition that was asked of the pull request, in order
	Unkept int             `json:"unkept,omitempty"` // how many more were asked before these
}

// ConditionJSON is one condition, drawn.
type ConditionJSON struct {
	Of       string      `json:"of,omitempty"` // what it belongs to: never, policy bots; empty: the section itself
	State    rules.State `json:"state"`
	Sentence string      `json:"sentence"`
	Where    string      `json:"where,omitempty"`
}

// ReasonJSON is one reason, drawn.
type ReasonJSON struct {
	Code     rules.Code  `json:"code"`
	State    rules.State `json:"state"`
	Sentence string      `json:"sentence"`
	Clears   string      `json:"clears,omitempty"`
	By       string      `json:"by,omitempty"`
	Where    string      `json:"where,omitempty"`
}

// ActJSON is one act on the pull request.
type ActJSON struct {
	Kind    string    `json:"kind"`
	Outcome string    `json:"outcome"`
	At      time.Time `json:"at"`
	ID      string    `json:"id"` // of its row on the page
}

func (p *Pages) apiPull(w http.ResponseWriter, r *http.Request) error {
	v, err := p.readPull(r)
	if err != nil {
		return err
	}
	out := PullJSON{PullRequest: v.Name, URL: v.GitHub, State: v.State, Base: v.Base, Head: v.Head, Verdict: v.Verdict, Title: v.Headline,
		Sentence: v.Sentence, Then: v.Then, Looked: v.Looked.At, Position: v.Position, Lands: v.Lands, Answers: []AnswerJSON{}, Acts: []ActJSON{}, Next: v.Next}
	for _, a := range v.Answers {
		answer := AnswerJSON{Rule: a.Rule, State: a.State, Because: []ReasonJSON{}, Unkept: a.Unkept}
		for _, b := range a.Because {
			answer.Because = append(answer.Because, ReasonJSON(b))
		}
		for _, c := range a.Asked {
			answer.Asked = append(answer.Asked, ConditionJSON{c.Of, c.State, c.Sentence(), c.Where})
		}
		out.Answers = append(out.Answers, answer)
	}
	for _, a := range v.Acts {
		out.Acts = append(out.Acts, ActJSON{a.Kind, string(a.Outcome), a.At.At, a.ID})
	}
	writeJSON(w, http.StatusOK, out)
	return nil
}

// number reads a positive number out of an address; 0 if it is none.
func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
