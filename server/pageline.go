package server

import (
	"fmt"
	"net/http"

	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
)

// line shows who stands in the line of a base, in order, and who is only kept up to date.
func (p *Pages) line(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	repo, err := p.named(r)
	if err != nil {
		return err
	}
	var v struct {
		Repo           ledger.Repository
		Base, Sentence string
		Line, Kept     []rowView
		Next           string
	}
	v.Repo, v.Base = repo, r.PathValue("base")
	pulls, err := p.Ledger.Line(ctx, repo.ID, v.Base)
	if err != nil {
		return err
	}
	names := p.Ledger.Names(ctx)
	for _, pull := range pulls {
		row, err := p.row(ctx, pull, names)
		if err != nil {
			return err
		}
		if pull.Stand == rules.InLine {
			v.Line = append(v.Line, row)
		} else {
			v.Kept = append(v.Kept, row)
		}
	}
	standing, err := p.Log.Standing(ctx, rules.BaseSubject(repo.ID, v.Base))
	if err != nil {
		return err
	}
	v.Next = SayNext(standing, p.clock())
	v.Sentence = fmt.Sprintf("Nobody is in line for %s.", v.Base)
	if len(v.Line) > 0 {
		v.Sentence = fmt.Sprintf("%s in line for %s; %s is first.", ledger.Count(len(v.Line), "pull request"), v.Base, v.Line[0].Name)
	}
	return render(w, http.StatusOK, "line", sheet{Title: repo.FullName() + ": " + v.Base, Nav: "/repositories", Refresh: true, Body: v})
}
