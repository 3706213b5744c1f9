package server

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/pitcrew-app/pitcrew/internal/ledger"
)

// hitView is one thing that a search found.
type hitView struct {
	Name, Path, What string
}

var (
	isPull = regexp.MustCompile(`^([\w.-]+/[\w.-]+)(?:#|/pull/|/pulls/)(\d+)`)
	isRepo = regexp.MustCompile(`^[\w.-]+/[\w.-]+$`)
	isTree = regexp.MustCompile(`^([\w.-]+/[\w.-]+)/(?:tree|commits|commit|blob|releases|actions|issues|settings)(?:/|$)`)
)

// search takes what people have at hand: an address from GitHub, owner/repo#7, owner/repo, the name of a package or
// of a repository. What is the only one is shown at once.
func (p *Pages) search(w http.ResponseWriter, r *http.Request) error {
	text := strings.TrimSpace(r.URL.Query().Get("q"))
	hits, err := p.find(r.Context(), text)
	if err != nil {
		return err
	}
	if len(hits) == 1 {
		http.Redirect(w, r, hits[0].Path, http.StatusSeeOther)
		return nil
	}
	v := struct {
		Sentence string
		Hits     []hitView
	}{Hits: hits}
	switch {
	case text == "":
		v.Sentence = "Nothing to search for."
	case len(hits) == 0:
		v.Sentence = "Nothing found for “" + text + "”."
	default:
		v.Sentence = ledger.Count(len(hits), "hit") + " for “" + text + "”."
	}
	return render(w, http.StatusOK, "search", sheet{Title: "Search", Query: text, Body: v})
}

func (p *Pages) find(ctx context.Context, text string) ([]hitView, error) {
	if text == "" || len(text) > 300 {
		return nil, nil
	}
	name := p.githubPath(text)
	if m := isPull.FindStringSubmatch(name); m != nil {
		return p.findPull(ctx, m[1], number(m[2]))
	}
	if m := isTree.FindStringSubmatch(name); m != nil {
		name = m[1]
	}
	if isRepo.MatchString(name) {
		repo, ok, err := p.Ledger.RepositoryNamed(ctx, name)
		if err != nil {
			return nil, err
		}
		if ok {
			return []hitView{{repo.FullName(), repoPath(repo), "repository"}}, nil
		}
	}
	packages, err := p.findPackage(ctx, text)
	if err != nil || len(packages) > 0 {
		return packages, err
	}
	return p.findRepositories(ctx, name)
}

// githubPath takes the path out of an address.
func (p *Pages) githubPath(text string) string {
	if u, err := url.Parse(text); err == nil && u.Host != "" {
		return strings.Trim(u.Path, "/")
	}
	host := strings.TrimPrefix(strings.TrimPrefix(p.WebURL, "https://"), "http://")
	return strings.Trim(strings.TrimPrefix(text, host+"/"), "/")
}

func (p *Pages) findPull(ctx context.Context, name string, n int) ([]hitView, error) {
	repo, ok, err := p.Ledger.RepositoryNamed(ctx, name)
	if err != nil || !ok {
		return nil, err
	}
	if _, ok, err = p.Ledger.PullRequest(ctx, repo.ID, n); err != nil || !ok {
		return nil, err
	}
	return []hitView{{fmt.Sprintf("%s#%d", repo.FullName(), n), pullPath(repo, n), "pull request"}}, nil
}

// findPackage lists where a package went.
func (p *Pages) findPackage(ctx context.Context, name string) ([]hitView, error) {
	ways, err := p.Ledger.Propagations(ctx, name)
	if err != nil {
		return nil, err
	}
	var hits []hitView
	for _, way := range ways {
		repo, ok, err := p.Ledger.Repository(ctx, way.Target)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		hit := hitView{repo.FullName(), repoPath(repo), fmt.Sprintf("uses %s; %s is on its way there", way.Package, way.Version)}
		if way.Number > 0 {
			hit.Name, hit.Path = fmt.Sprintf("%s#%d", repo.FullName(), way.Number), pullPath(repo, way.Number)
			hit.What = fmt.Sprintf("takes in %s %s", way.Package, way.Version)
		}
		hits = append(hits, hit)
	}
	return hits, nil
}

// findRepositories lists the repositories with text in their names.
func (p *Pages) findRepositories(ctx context.Context, text string) ([]hitView, error) {
	repos, err := p.Ledger.RepositoriesLike(ctx, text, shownRows)
	var hits []hitView
	for _, repo := range repos {
		hits = append(hits, hitView{repo.FullName(), repoPath(repo), "repository"})
	}
	return hits, err
}
