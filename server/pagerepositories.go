package server

import (
	"fmt"
	"net/http"

	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
)

// chores are the sections of .platform.yml in the order in which pages show them.
var chores = []string{"reviewers", "update", "merge", "propagate"}

// repoView is a repository in a list, or on its own page.
type repoView struct {
	ledger.Repository
	Path   string
	GitHub string
	Modes  []modeView
	Open   int
	Counts []countView

	Lines      []lineView
	Pulls      []rowView
	Acts       []actView
	Prev, Next string
}

// modeView is how a chore stands.
type modeView struct {
	Chore string
	State rules.State
	Word  string
}

// lineView is a base with how many stand beside its line.
type lineView struct {
	Base, Path string
	Length     int
}

// modeWords say a mode, with the state that it is drawn as.
var modeWords = map[ledger.Mode]struct {
	state rules.State
	word  string
}{
	ledger.ModeOn:       {rules.Done, "on"},
	ledger.ModeObserved: {rules.Waiting, "only observed"},
	ledger.ModeStopped:  {rules.Stopped, "stopped"},
	ledger.ModeOff:      {rules.Off, "off"},
	"":                  {rules.Off, "not seen yet"},
}

func (p *Pages) repoView(row ledger.RepositoryRow) repoView {
	v := repoView{Repository: row.Repository, Path: repoPath(row.Repository), GitHub: p.WebURL + "/" + row.FullName()}
	for _, c := range chores {
		words := modeWords[row.Modes[c]]
		v.Modes = append(v.Modes, modeView{c, words.state, words.word})
	}
	for _, n := range row.Open {
		v.Open += n
	}
	v.Counts = countViews(row.Open, v.Path+"?state=")
	return v
}

// repositories lists all of them: /repositories?from=50.
func (p *Pages) repositories(w http.ResponseWriter, r *http.Request) error {
	offset := number(r.URL.Query().Get("from"))
	rows, total, err := p.Ledger.Repositories(r.Context(), offset, shownRows+1)
	if err != nil {
		return err
	}
	var v struct {
		Sentence   string
		Chores     []string
		Rows       []repoView
		Prev, Next string
	}
	rows, v.Prev, v.Next = paged(r, rows, offset)
	for _, row := range rows {
		v.Rows = append(v.Rows, p.repoView(row))
	}
	v.Chores = chores
	v.Sentence = repositoriesSentence(total)
	return render(w, http.StatusOK, "repositories", sheet{Title: "Repositories", Nav: "/repositories", Body: v})
}

func repositoriesSentence(n int) string {
	switch n {
	case 0:
		return "pitcrew knows no repository yet."
	case 1:
		return "pitcrew is installed in 1 repository."
	}
	return "pitcrew is installed in " + ledger.Thousands(n) + " repositories."
}

// repository shows one: what is on, its lines, its open pull requests, what was done.
func (p *Pages) repository(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	repo, err := p.named(r)
	if err != nil {
		return err
	}
	row, err := p.Ledger.RepositoryState(ctx, repo)
	if err != nil {
		return err
	}
	v := p.repoView(row)
	q := ledger.PullsQuery{Repository: repo.ID, State: ledger.StateOpen, Offset: number(r.URL.Query().Get("from")), Limit: shownRows + 1}
	if s := rules.State(r.URL.Query().Get("state")); s != "" && rules.Shapes[s] != "" {
		q.Verdicts = []rules.State{s}
	}
	if v.Pulls, err = p.rows(ctx, q); err != nil {
		return err
	}
	v.Pulls, v.Prev, v.Next = paged(r, v.Pulls, q.Offset)
	lines, err := p.Ledger.Lines(ctx, repo.ID)
	if err != nil {
		return err
	}
	for _, l := range lines {
		v.Lines = append(v.Lines, lineView{l.Base, linePath(repo, l.Base), l.Length})
	}
	acts, err := p.Ledger.Acts(ctx, ledger.ActsQuery{Repository: repo.ID, Chores: true, Limit: shownOnNow})
	if err != nil {
		return err
	}
	if v.Acts, err = p.sayActs(ctx, acts); err != nil {
		return err
	}
	return render(w, http.StatusOK, "repository", sheet{Title: repo.FullName(), Nav: "/repositories", Refresh: true,
		Body: struct {
			repoView
			Sentence string
		}{v, repositorySentence(v)}})
}

func repositorySentence(v repoView) string {
	on := map[string][]string{}
	for _, m := range v.Modes {
		on[m.Word] = append(on[m.Word], m.Chore)
	}
	open := fmt.Sprintf("%s open.", ledger.Count(v.Open, "pull request"))
	switch {
	case v.Gone:
		return "pitcrew can no longer see this repository: it was deleted, or the App was taken away from it."
	case v.Archived:
		return "Archived: nothing is done here. " + open
	case len(on["stopped"]) > 0:
		return "Stopped: " + join(on["stopped"]) + ", because the configuration is broken or cannot be read. " + open
	case len(on["only observed"]) > 0:
		return "Only observing " + join(on["only observed"]) + ": nothing is written to GitHub. " + open
	case len(on["on"]) > 0:
		return "On: " + join(on["on"]) + ". " + open
	}
	return "Nothing is turned on here. " + open
}
