package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	gogithub "github.com/google/go-github/v57/github"
	"github.com/rs/zerolog"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
)

const (
	namedRepos    = 100 // of an installation that are looked at
	namedFiles    = 20  // whose names GitHub is asked about; each file costs two requests or more
	namedFindings = 10  // that are told
)

// checkNames reads the .platform.yml of repositories where the App is installed, and asks GitHub whether the people, teams,
// labels, checks and merge methods that they name are there.
func checkNames(ctx context.Context, p *patient) []finding {
	g, no := p.app(ctx)
	if no != nil {
		return no
	}
	s := p.settings
	client, err := github.New(github.Options{V3URL: s.V3URL, V4URL: s.V4URL, WebURL: s.WebURL, AppID: s.AppID, Key: s.Key, Now: p.now, Transport: p.next, UserAgent: "pitcrew-doctor", Log: zerolog.Nop()})
	if err != nil {
		return wrong(err.Error(), "")
	}
	n := &namesakes{g: g, client: client}
	for _, i := range g.installed {
		if i.Suspended == nil && i.err == nil {
			n.installation(ctx, i)
		}
	}
	return n.says()
}

// namesakes collects what was found in files.
type namesakes struct {
	g      *answers
	client *github.Client
	files  int  // that were read
	more   bool // repositories were left out, since there are too many
	found  []finding
}

func (n *namesakes) says() []finding {
	if len(n.found) > namedFindings {
		rest := len(n.found) - namedFindings
		n.found = append(n.found[:namedFindings], skipped(fmt.Sprintf("%d more are not told", rest), "pitcrew check --repo OWNER/REPO says all of one file")...)
	}
	switch {
	case len(n.found) > 0:
		return n.found
	case n.files == 0:
		return skipped("no repository with the App has a .platform.yml", "docs/install.md, “The first repository”")
	case n.more:
		return healthy("what is named in %s is on GitHub; other repositories were not looked at", ledger.Count(n.files, "file"))
	}
	return healthy("what is named in %s is on GitHub", ledger.Count(n.files, "file"))
}

func (n *namesakes) installation(ctx context.Context, i installed) {
	if n.files == namedFiles {
		n.more = true
		return
	}
	repos, err := n.client.Repositories(ctx, i.ID)
	if err != nil {
		n.found = append(n.found, skipped(err.Error(), "try again; see installations")...)
		return
	}
	var refs []github.RepoRef
	for _, r := range repos {
		if !r.Archived {
			refs = append(refs, r.RepoRef)
		}
	}
	if len(refs) > namedRepos {
		refs, n.more = refs[:namedRepos], true
	}
	swept, err := n.client.Sweep(ctx, i.ID, refs)
	if err != nil {
		n.found = append(n.found, skipped(fmt.Sprintf("%s: %v", i.Account.Login, err), "try again; see installations")...)
	}
	for _, s := range swept {
		switch {
		case s.Config == "":
		case n.files == namedFiles:
			n.more = true
		default:
			n.files++
			n.repository(ctx, s.Repo)
		}
	}
}

func (n *namesakes) repository(ctx context.Context, ref github.RepoRef) {
	repo := ref.FullName()
	text, err := n.read(ctx, ref)
	if err != nil {
		n.found = append(n.found, skipped(fmt.Sprintf("%s: %v", repo, err), "try again")...)
		return
	}
	problems, mentions := config.Check(platformFile, text, rules.Forms)
	world, err := n.client.World(ctx, ref, mentions)
	if err != nil {
		n.found = append(n.found, skipped(fmt.Sprintf("%s: %v", repo, err), "try again")...)
		return
	}
	problems = slices.DeleteFunc(problems, func(p config.Problem) bool { return p.Level != config.Error })
	for _, problem := range append(problems, config.Missing(mentions, world)...) {
		n.found = append(n.found, wrong(repo+": "+problem.String(), "a maintainer can mend it there; all of the file: pitcrew check --repo "+repo)...)
	}
}

// read reads the file of the default branch.
// https://docs.github.com/en/rest/repos/contents#get-repository-content
func (n *namesakes) read(ctx context.Context, ref github.RepoRef) ([]byte, error) {
	client, err := n.g.creator.NewInstallationClient(ref.Installation)
	if err != nil {
		return nil, err
	}
	var file gogithub.RepositoryContent
	_, err = ask(ctx, client, "repos/"+ref.FullName()+"/contents/"+platformFile, &file)
	var refused *gogithub.ErrorResponse
	if errors.As(err, &refused) && refused.Response.StatusCode == http.StatusNotFound {
		return nil, errors.New(platformFile + " is gone")
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", platformFile, err)
	}
	text, err := file.GetContent()
	return []byte(strings.TrimPrefix(text, "\ufeff")), err
}
