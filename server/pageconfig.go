package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
)

// configWait is how long a reader of the page waits for GitHub.
const configWait = 5 * time.Second

// configView is what governs a branch of a repository, as its page says it.
type configView struct {
	Repo     ledger.Repository
	Base     string
	Blob     string // id of the file's blob; empty: there is none
	State    rules.State
	Headline string
	Sentence string
	Unread   string // why GitHub gave no answer; nothing below is known then
	Problems []problemView
	Sections []sectionView
	Modes    []modeView // as the newest look found it, where GitHub gave no answer
}

// problemView is one thing that is wrong with a file, or that may surprise.
type problemView struct {
	ID    string
	State rules.State
	Word  string
	What  string
	Place string
	Path  string // the line on GitHub
}

// sectionView is one chore: whether it is on, and each setting with the layer and line that says so.
type sectionView struct {
	Name, Doc string
	State     rules.State
	Word      string
	Settings  []settingView
}

type settingView struct {
	Key, Value string
	Layer      string // built-in, organisation or repository
	Place      string
	Path       string // the line on GitHub; empty: no file says it
}

// config shows what governs a branch: /repositories/{owner}/{name}/config, for another branch than the default one ?base=release/1.x.
func (p *Pages) config(w http.ResponseWriter, r *http.Request) error {
	repo, err := p.named(r)
	if err != nil {
		return err
	}
	v := configView{Repo: repo, Base: r.URL.Query().Get("base")}
	if v.Base == "" {
		v.Base = repo.DefaultBranch
	}
	c, err := p.askConfig(r.Context(), repo, v.Base)
	switch {
	case errors.Is(err, github.ErrGone):
		return notFound(fmt.Sprintf("GitHub shows no branch %s of %s.", v.Base, repo.FullName()))
	case err != nil:
		err = p.unread(r.Context(), &v, err)
	default:
		p.drawConfig(&v, c)
	}
	if err != nil {
		return err
	}
	return render(w, http.StatusOK, "config", sheet{Title: "Configuration of " + repo.FullName(), Nav: "/repositories", Body: v})
}

// errNobody says that nobody tells what governs a repository.
var errNobody = errors.New("this copy of pitcrew has no way to GitHub")

func (p *Pages) askConfig(ctx context.Context, repo ledger.Repository, base string) (rules.Config, error) {
	if p.Config == nil {
		return rules.Config{}, errNobody
	}
	ctx, cancel := context.WithTimeout(ctx, configWait)
	defer cancel()
	return p.Config(ctx, repo, base)
}

// unread fills the page where GitHub gave no answer, with what the newest look found.
func (p *Pages) unread(ctx context.Context, v *configView, why error) error {
	row, err := p.Ledger.RepositoryState(ctx, v.Repo)
	if err != nil {
		return err
	}
	p.Logger.Warn().Err(why).Str("repository", v.Repo.FullName()).Msg("a page could not read a configuration")
	v.State, v.Headline = rules.Waiting, "GitHub gives no answer"
	v.Sentence = "GitHub gave no answer in time, so what is in the file now is not known here. Load the page again; below is what the newest look found."
	v.Unread, v.Modes = why.Error(), p.repoView(row).Modes
	return nil
}

// drawConfig draws a configuration that was read.
func (p *Pages) drawConfig(v *configView, c rules.Config) {
	v.Blob = c.Blob
	all := c.Said(rules.Forms)
	for i, problem := range all {
		v.Problems = append(v.Problems, p.drawProblem(*v, i, problem))
	}
	for _, form := range rules.Forms {
		v.Sections = append(v.Sections, p.drawSection(*v, c, form, all))
	}
	v.State, v.Headline, v.Sentence = sayConfig(c, v.Sections, all)
}

// problemStates say a level, with the state that it is drawn as.
var problemStates = map[config.Level]rules.State{config.Error: rules.Stopped, config.Hold: rules.NeedsYou, config.Notice: rules.Waiting}

func (p *Pages) drawProblem(v configView, i int, problem config.Problem) problemView {
	return problemView{ID: fmt.Sprintf("problem-%d", i+1), State: problemStates[problem.Level], Word: problem.Level.String(),
		What: problem.Sentence(), Place: problem.Place(), Path: p.linePathOnGitHub(v, config.Place{File: problem.File, Line: problem.Line})}
}

func (p *Pages) drawSection(v configView, c rules.Config, form config.Form, all []config.Problem) sectionView {
	out := sectionView{Name: form.Name, Doc: form.Doc}
	out.State, out.Word = sectionState(c, form.Name, all)
	if c.File == nil || c.Broken() || c.Unknown != "" {
		return out // what cannot be followed holds nothing
	}
	section := c.File.Sections[form.Name]
	if section == nil || section.Off {
		return out
	}
	for _, s := range section.Settings(form) {
		if s.Value != config.Unset {
			out.Settings = append(out.Settings, settingView{strings.TrimPrefix(s.Key, form.Name+"."), s.Value, layerOf(s.Place), s.Place.String(), p.linePathOnGitHub(v, s.Place)})
		}
	}
	return out
}

// sectionState says whether a chore is on.
func sectionState(c rules.Config, name string, all []config.Problem) (rules.State, string) {
	stops := func(problem config.Problem) bool {
		within := problem.Path == name || strings.HasPrefix(problem.Path, name+".")
		return problem.Level != config.Notice && (within || c.Broken())
	}
	var section *config.Section
	if c.File != nil {
		section = c.File.Sections[name]
	}
	mode := ledger.ModeOn
	switch {
	case c.Unknown != "":
		mode = ledger.ModeStopped
	case !c.Broken() && (section == nil || section.Off):
		mode = ledger.ModeOff
	case slices.ContainsFunc(all, stops):
		mode = ledger.ModeStopped
	case c.Observe != config.ObserveNo:
		mode = ledger.ModeObserved
	}
	return modeWords[mode].state, modeWords[mode].word
}

// The layers in which a setting may be.
const (
	layerBuiltIn      = "built-in"
	layerOrganisation = "organisation"
	layerRepository   = "repository"
)

func layerOf(place config.Place) string {
	switch place.File {
	case "":
		return layerBuiltIn
	case rules.OrgConfigName:
		return layerOrganisation
	}
	return layerRepository
}

// linePathOnGitHub is the address of a line of a file.
func (p *Pages) linePathOnGitHub(v configView, place config.Place) string {
	switch layerOf(place) {
	case layerBuiltIn:
		return ""
	case layerOrganisation:
		return fmt.Sprintf("%s/%s/.github/blob/HEAD/%s#L%d", p.WebURL, v.Repo.Owner, place.File, place.Line)
	}
	return fmt.Sprintf("%s/%s/blob/%s/%s#L%d", p.WebURL, v.Repo.FullName(), v.Base, place.File, place.Line)
}

// sayConfig is the first sentence of the page.
func sayConfig(c rules.Config, sections []sectionView, all []config.Problem) (state rules.State, headline, sentence string) {
	errors := 0
	for _, problem := range all {
		if problem.Level == config.Error {
			errors++
		}
	}
	words := map[string][]string{}
	for _, s := range sections {
		words[s.Word] = append(words[s.Word], s.Name)
	}
	switch {
	case c.Unknown != "":
		return rules.Stopped, "The configuration cannot be read", "Nothing is done here until it can be: " + c.Unknown + "."
	case c.Broken():
		return rules.Stopped, "The configuration is broken", fmt.Sprintf("Nothing is done here until %s mended on this branch.", isAre(errors, "error"))
	case c.File == nil:
		return rules.Off, "There is no configuration", "Nothing is done here: there is no " + rules.ConfigName + ", and the organisation turns nothing on."
	case len(words["stopped"]) > 0:
		return rules.Stopped, "A section is stopped", "Stopped: " + join(words["stopped"]) + ", because of what stands at the lines below." + alsoOn(words)
	case len(words["only observed"]) > 0:
		return rules.Waiting, "Only observing", "Only observed: " + join(words["only observed"]) + ". Everything is decided, and nothing is written to GitHub."
	case len(words["on"]) == 0:
		return rules.Off, "Everything is off", "Nothing is turned on here."
	}
	return rules.Done, "Nothing is wrong", "On: " + join(words["on"]) + ". Off: " + none(join(words["off"])) + "."
}

func alsoOn(words map[string][]string) string {
	if len(words["on"]) == 0 {
		return ""
	}
	return " On: " + join(words["on"]) + "."
}

func none(text string) string {
	if text == "" {
		return "nothing"
	}
	return text
}

// isAre is "1 error is", "2 errors are".
func isAre(n int, noun string) string {
	if n == 1 {
		return "1 " + noun + " is"
	}
	return fmt.Sprintf("%d %ss are", n, noun)
}
