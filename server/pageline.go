package server

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"

	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
)

// linePage is the page of a line.
type linePage struct {
	Repo           ledger.Repository
	Base, Sentence string
	Holds          []holdView // what holds all of it
	Line           []placeView
	Kept           []rowView
	Basis, Next    string
	MayChange      bool // the reader may pause and resume
	Paused         bool // this very base is, by somebody's wish
	Stopped        bool // by pitcrew itself, after a merge that made something else
}

// placeView is a pull request in line.
type placeView struct {
	rowView
	Lands string
}

// holdView is a pause or a freeze.
type holdView struct {
	Sentence string
	Since    moment
	Clears   string
	Look     string // the page of the merge that is to be looked at
	Where    string // what to resume: owner/name, or the organisation; empty where nobody can, as with a freeze
	Base     string
}

// Label is what the button says that resumes.
func (h holdView) Label() string {
	if h.Base != "" {
		return "Resume merging into " + h.Base
	}
	return "Resume merging in " + h.Where
}

// line shows who stands in the line of a base, in order, and who is only kept up to date.
func (p *Pages) line(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	repo, err := p.named(r)
	if err != nil {
		return err
	}
	v := linePage{Repo: repo, Base: r.PathValue("base"), MayChange: p.mayChange(r) == nil}
	line, err := ReadLine(ctx, p.Log, repo, v.Base, p.clock())
	if err != nil {
		return err
	}
	v.holds(p, line)
	if err := v.rows(r, p, line); err != nil {
		return err
	}
	standing, err := p.Log.Standing(ctx, rules.BaseSubject(repo.ID, v.Base))
	if err != nil {
		return err
	}
	v.Next, v.Basis, v.Sentence = SayNext(standing, p.clock()), line.Basis(p.clock()), v.sentence(line)
	return render(w, http.StatusOK, "line", sheet{Title: repo.FullName() + ": " + v.Base, Nav: "/repositories", Refresh: true, Body: v})
}

// rows are those in line, in the order that the base remembers, and those that are only kept up to date.
func (v *linePage) rows(r *http.Request, p *Pages, line Line) error {
	pulls, err := p.Ledger.Line(r.Context(), v.Repo.ID, v.Base)
	if err != nil {
		return err
	}
	slices.SortStableFunc(pulls, func(a, b ledger.Pull) int {
		return cmp.Compare(uint(line.Position(a.Number)-1), uint(line.Position(b.Number)-1)) // who has none comes last
	})
	names := p.Ledger.Names(r.Context())
	for _, pull := range pulls {
		row, err := p.row(r.Context(), pull, names, line.said()...)
		if err != nil {
			return err
		}
		if pull.Stand == rules.InLine {
			v.Line = append(v.Line, placeView{row, line.Lands(pull.Number, p.clock())})
		} else {
			v.Kept = append(v.Kept, row)
		}
	}
	return nil
}

// said are the reasons that stand above the line where something holds all of it.
func (l Line) said() []rules.Code {
	if len(l.Paused)+len(l.Frozen) == 0 {
		return nil
	}
	return []rules.Code{rules.CodePaused, rules.CodeMismatch, rules.CodeFrozen}
}

// holds says what holds the whole line.
func (v *linePage) holds(p *Pages, line Line) {
	for _, pause := range line.Paused {
		r := pause.Reason()
		h := holdView{Sentence: upper(r.Sentence(nil)) + ".", Since: p.moment(pause.At), Where: v.Repo.FullName(), Base: pause.Base}
		if pause.Org {
			h.Where = v.Repo.Owner
		}
		h.Clears = "`" + pauseJSON(h.Where, pause).Resume() + "`"
		if pause.Why == rules.CodeMismatch {
			h.Look, v.Stopped = pullPath(v.Repo, pause.Pull), true
		}
		v.Paused = v.Paused || pause.Base == v.Base && pause.Why == rules.CodePaused
		v.Holds = append(v.Holds, h)
	}
	for _, r := range line.Frozen {
		v.Holds = append(v.Holds, holdView{Sentence: upper(r.Sentence(nil)) + ".", Clears: r.Clears(nil)})
	}
}

// sentence is what the page says first.
func (v *linePage) sentence(line Line) string {
	text := fmt.Sprintf("Nobody is in line for %s.", v.Base)
	if len(v.Line) > 0 {
		text = fmt.Sprintf("%s in line for %s; %s is first.", ledger.Count(len(v.Line), "pull request"), v.Base, v.Line[0].Name)
	}
	switch {
	case v.Stopped:
		return "Merging is stopped. " + text
	case len(line.Paused) > 0:
		return "Merging is paused. " + text
	case len(line.Frozen) > 0:
		return "Merging is frozen. " + text
	}
	return text
}
